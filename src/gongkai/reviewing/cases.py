"""A review with everything that stands behind it: its signatures, its sheet, and what the log says of each. Reads only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Model

from gongkai.acts.digest import moment
from gongkai.acts.models import Movement
from gongkai.acts.prepared import Prepared
from gongkai.editions.sources import item_number
from gongkai.reviewing.models import Coordination, Opinion, Review, SecrecySheet, Signature, Verdict
from gongkai.reviewing.plan import Plan
from gongkai.reviewing.turn import plan_of
from gongkai.reviewing.voices import confirmed, coordination_of, opinions_on
from gongkai.typed_json import number, text

#: The actions that write signatures, sheets and submissions.
LOGGED = (
    "publishing.submit",
    "publishing.approve",
    "publishing.record_signature",
    "publishing.order_urgent",
    "publishing.fill_sheet",
)


REVIEWS: Prepared[Review] = Prepared(
    lambda numbers: Review.objects.filter(pk__in=numbers).order_by("pk"), Review
)
SIGNED: Prepared[Signature] = Prepared(
    lambda reviews: Signature.objects.filter(review_id__in=reviews, verdict=Verdict.YES).select_related(
        "note"
    ),
    Signature,
)
SHEETS: Prepared[SecrecySheet] = Prepared(
    lambda reviews: SecrecySheet.objects.filter(review_id__in=reviews).order_by("pk"), SecrecySheet
)
#: What the log has of submissions, signatures and sheets: (action, person, facts).
MOVED: Prepared[tuple[str, int | None, dict[str, object]]] = Prepared(
    lambda streams: (
        Movement.objects.filter(stream__in=streams, action__in=LOGGED)
        .order_by("seq")
        .values_list("action", "person_id", "facts")
    ),
    Movement,
)


@dataclass
class Case:
    """One review, read again from the database whatever the caller holds in hand."""

    review: Review
    plan: Plan
    signed: list[Signature] = field(default_factory=list)
    sheet: SecrecySheet | None = None
    #: Facts and person of the movement that submitted it; None where the log knows of no submission.
    submission: dict[str, object] | None = None
    submitter: int | None = None
    #: Signature and sheet number → the digest that the log has.
    logged: dict[int, str] = field(default_factory=dict)
    sheets_logged: dict[int, str] = field(default_factory=dict)
    coordination: Coordination | None = None
    opinions: list[Opinion] = field(default_factory=list)
    #: Who said that opinions on an earlier text hold for this one.
    confirmed: str = ""

    @property
    def urgent(self) -> list[Signature]:
        """The signature that ordered urgent publication, where there is one."""
        return [signature for signature in self.signed if signature.urgent]


def read(reviews: Iterable[Model | int]) -> list[Case]:
    """Return the cases of these reviews, in a constant number of queries for the usual one review."""
    numbers = [review if isinstance(review, int) else review.pk for review in reviews]
    cases = {r.pk: Case(r, plan_of(r)) for r in REVIEWS(numbers=numbers)}
    for signed in SIGNED(reviews=cases):
        cases[signed.review_id].signed.append(signed)
    for sheet in SHEETS(reviews=cases):
        cases[sheet.review_id].sheet = sheet
    _from_log(cases)
    for case in cases.values():
        _coordinated(case)
    return list(cases.values())


def _from_log(cases: dict[int, Case]) -> None:
    streams = {case.review.source for case in cases.values()}
    for action, person, facts in MOVED(streams=streams):
        case = cases.get(number(facts, "review"))
        if case is None:
            continue
        if action == "publishing.submit":
            case.submission, case.submitter = facts, person
        elif action == "publishing.fill_sheet":
            case.sheets_logged[number(facts, "sheet")] = text(facts, "digest")
        elif "signature" in facts:
            case.logged[number(facts, "signature")] = text(facts, "signature_digest")


def _coordinated(case: Case) -> None:
    """Add the flag in force and each unit's last opinion."""
    last = coordination_of(item_number(case.review.source))
    if last is None:
        return
    case.coordination = last
    case.opinions = list(opinions_on(last).values())
    said = confirmed(last, case.review.content_digest)
    case.confirmed = said.actor if said else ""


def approvals_of(case: Case) -> list[dict[str, object]]:
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
    return [*found, *_opinions(case, base)]


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


def _opinions(case: Case, base: Mapping[str, object]) -> list[dict[str, object]]:
    review = case.review
    return [
        {
            **base,
            "kind": "opinion",
            "by": opinion.name,
            "unit": opinion.body_name,
            "agrees": opinion.agrees,
            "at": moment(opinion.at),
            **({"letter": opinion.scan, "recorder": opinion.recorder} if opinion.recorder else {}),
            **({} if opinion.content_digest == review.content_digest else {"confirmed_by": case.confirmed}),
        }
        for opinion in case.opinions
    ]


def under_review(name: str) -> list[int]:
    """Return the revision of a source that was submitted last."""
    rows = Review.objects.filter(source=name).order_by("-pk")
    return list(rows.values_list("revision_id", flat=True)[:1])
