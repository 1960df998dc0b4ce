"""A review with everything that stands behind it: its signatures, its sheet, and what the log says of each. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gongkai.content.editions.models import Document
from gongkai.content.reviewing.models import Coordination, Review, SecrecySheet, Signature
from gongkai.content.reviewing.plan import Plan
from gongkai.content.reviewing.signers import plan_of, yeses
from gongkai.content.reviewing.voices import confirmed, opinions_on
from gongkai.core.acts.digest import moment
from gongkai.core.acts.together import said_in
from gongkai.lib.typed_json import number, text

#: The actions that write signatures, sheets and submissions.
LOGGED = (
    "publishing.submit",
    "publishing.approve",
    "publishing.record_signature",
    "publishing.order_urgent",
    "publishing.fill_sheet",
)


@dataclass
class Logged:
    """What the log has of one review."""

    #: Facts and person of the movement that submitted it; None where the log knows of no submission.
    submission: dict[str, object] | None = None
    submitter: int | None = None
    #: Signature and sheet number → its digest.
    signatures: dict[int, str] = field(default_factory=dict)
    sheets: dict[int, str] = field(default_factory=dict)

    def take(self, review: Review, action: str, person: int | None, facts: Mapping[str, object]) -> None:
        """Take what one movement of the review's stream says."""
        if number(facts, "review") != review.pk:
            return
        if action == "publishing.submit":
            self.submission, self.submitter = dict(facts), person
        elif action == "publishing.fill_sheet":
            self.sheets[number(facts, "sheet")] = text(facts, "digest")
        elif "signature" in facts:
            self.signatures[number(facts, "signature")] = text(facts, "signature_digest")


@dataclass
class Case:
    """One review with its signatures and its last secrecy sheet, as they are stored, and what the log says of them."""

    review: Review
    plan: Plan
    signed: list[Signature]
    sheet: SecrecySheet | None
    log: Logged
    #: The numbers under which those are known who signed, as far as they were asked for.
    same: dict[int, set[int]] = field(default_factory=dict)

    @property
    def urgent(self) -> list[Signature]:
        """The signature that ordered urgent publication, where there is one."""
        return [signature for signature in self.signed if signature.urgent]


def case_of(review: Review) -> Case:
    """Return the case of a review that an action holds."""
    sheet = SecrecySheet.objects.filter(review_id=review.pk).order_by("-pk").first()
    read, review.read = review.read, None
    signed, same = read or (yeses(review), {})
    return Case(review, plan_of(review), signed, sheet, logged_of(review), same)


def logged_of(review: Review) -> Logged:
    """Return what the log has of a review now."""
    log = Logged()
    for said in said_in(review.source):
        if said.action in LOGGED:
            log.take(review, *said)
    return log


def approvals_of(case: Case, flag: Coordination | None) -> list[dict[str, object]]:
    """Return what an edition keeps of a review: every signature, the sheet, urgency, opinions. It outlives all rows it came from."""
    review = case.review
    base = {"review": review.pk, "revision": review.revision_id, "digest": review.content_digest}
    found = _signatures(case, base)
    if case.sheet:
        found.append(
            {
                **base,
                "kind": "secrecy",
                "sheet": case.sheet.pk,
                "by": case.sheet.name,
                "person": case.sheet.person_id,
                "at": moment(case.sheet.at),
                "conclusion": case.sheet.conclusion,
                "sheet_digest": case.sheet.digest,
            }
        )
    if case.urgent:
        found.append(
            {
                **base,
                "kind": "urgent",
                "by": review.urgent_by,
                "reason": review.urgent_reason,
                "due": moment(review.urgent_due) if review.urgent_due else "",
            }
        )
    return [*found, *_opinions(case, flag, base)]


def companion_of(case: Case, document: Document, start: datetime) -> dict[str, object]:
    """Return what an edition stores of the document that set its time."""
    review = case.review
    return {
        "review": review.pk,
        "revision": review.revision_id,
        "digest": review.content_digest,
        "kind": "companion",
        "document": document.pk,
        "visible_from": moment(start),
    }


def _signatures(case: Case, base: Mapping[str, object]) -> list[dict[str, object]]:
    review = case.review
    return [
        {
            **base,
            "kind": "signature",
            "signature": signature.pk,
            "stage": signature.stage_name,
            "by": signature.name,
            "person": signature.person_id,
            "account": signature.account_id,
            "role": signature.role,
            "at": moment(signature.at),
            "submitted_by": review.submitted_by,
            "paper": signature.signed_on.isoformat() if signature.signed_on else "",
            "recorder": signature.recorder,
            "signature_digest": signature.digest,
            "plan": signature.plan_digest,
            "stages": len(case.plan.stages),
        }
        for signature in sorted(case.signed, key=lambda one: one.stage)
    ]


def _opinions(case: Case, flag: Coordination | None, base: Mapping[str, object]) -> list[dict[str, object]]:
    """The last opinion of each unit that had to be heard, and who said that opinions on an earlier text hold for this one."""
    review = case.review
    if flag is None:
        return []
    said = confirmed(flag, review.content_digest)
    return [
        {
            **base,
            "kind": "opinion",
            "by": opinion.name,
            "unit": opinion.body_name,
            "agrees": opinion.agrees,
            "at": moment(opinion.at),
            **({"letter": opinion.scan, "recorder": opinion.recorder} if opinion.recorder else {}),
            **(
                {}
                if opinion.content_digest == review.content_digest
                else {"confirmed_by": said.actor if said else ""}
            ),
        }
        for opinion in opinions_on(flag).values()
    ]


def under_review(name: str) -> list[int]:
    """Return the revision of a source that was submitted last."""
    rows = Review.objects.filter(source=name).order_by("-pk")
    return list(rows.values_list("revision_id", flat=True)[:1])
