"""Load a review with its signatures, secrecy sheet, log entries and opinions of other units. Read-only.

An opinion refers to a text. After a change of substance the units are asked again (党政机关公文处理工作条例). A
signer of the drafting unit who did not write the text may confirm, with a reason, that a change is
not one of substance (`confirm_opinions`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Document
from gongkai.content.editions.sources import OutgoingText, Source, get_item_number
from gongkai.content.reviewing.models import Coordination, Opinion, Review, SecrecySheet, Signature
from gongkai.content.reviewing.plan import ReviewPlan
from gongkai.content.reviewing.signers import get_plan, list_approving_signatures
from gongkai.core.acts.digest import utc_timestamp
from gongkai.core.acts.joint_transactions import list_logged_facts
from gongkai.core.acts.models import Movement
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.typed_json import read_number, read_text

#: Actions that write signatures, sheets and submissions.
REVIEW_ACTIONS = (
    "publishing.submit",
    "publishing.approve",
    "publishing.record_signature",  # before papers were compared
    "publishing.confirm_paper",
    "publishing.order_urgent",
    "publishing.fill_sheet",
)


@dataclass
class ReviewLog:
    """The log records of one review, by action."""

    #: Facts and person of the logged submission; None without one.
    submission: dict[str, object] | None = None
    submitter: int | None = None
    #: Signature and sheet number → its digest.
    signatures: dict[int, str] = field(default_factory=dict)
    sheets: dict[int, str] = field(default_factory=dict)

    def take(self, review: Review, action: str, person: int | None, facts: Mapping[str, object]) -> None:
        """Add the facts of one log record of the review."""
        if read_number(facts, "review") != review.pk:
            return
        if action == "publishing.submit":
            self.submission, self.submitter = dict(facts), person
        elif action == "publishing.fill_sheet":
            self.sheets[read_number(facts, "sheet")] = read_text(facts, "digest")
        elif "signature" in facts:
            self.signatures[read_number(facts, "signature")] = read_text(facts, "signature_digest")


@dataclass
class ReviewCase:
    """A review with its signatures (`signed`), its last secrecy sheet and its log records."""

    review: Review
    plan: ReviewPlan
    signed: list[Signature]
    sheet: SecrecySheet | None
    log: ReviewLog
    #: Person → keys of all registrations of that person, loaded so far.
    same: dict[int, set[int]] = field(default_factory=dict)

    @property
    def urgent(self) -> list[Signature]:
        """Return the signature that ordered urgent publication, as a list of at most one."""
        return [signature for signature in self.signed if signature.urgent]


def load_case(review: Review) -> ReviewCase:
    """Return a review, which the caller has locked, with its signatures, secrecy sheet and log records."""
    sheet = SecrecySheet.objects.filter(review_id=review.pk).order_by("-pk").first()
    loaded, review.loaded_signatures = review.loaded_signatures, None
    signed, same = loaded or (list_approving_signatures(review), {})
    return ReviewCase(review, get_plan(review), signed, sheet, read_review_log(review), same)


def read_review_log(review: Review) -> ReviewLog:
    """Return the log entries of a review."""
    log = ReviewLog()
    for said in list_logged_facts(review.source):
        if said.action in REVIEW_ACTIONS:
            log.take(review, *said)
    return log


def make_approval_facts(case: ReviewCase, flag: Coordination | None) -> list[dict[str, object]]:
    """Return a review's signatures, sheet, urgency and opinions as stored in its edition."""
    review = case.review
    base = {"review": review.pk, "revision": review.revision_id, "digest": review.content_digest}
    signature_rows = _make_signature_rows(case, base)
    if case.sheet:
        signature_rows.append(
            {
                **base,
                "kind": "secrecy",
                "sheet": case.sheet.pk,
                "by": case.sheet.name,
                "person": case.sheet.person_id,
                "at": utc_timestamp(case.sheet.at),
                "conclusion": case.sheet.conclusion,
                "sheet_digest": case.sheet.digest,
            }
        )
    if case.urgent:
        signature_rows.append(
            {
                **base,
                "kind": "urgent",
                "by": review.urgent_by,
                "reason": review.urgent_reason,
                "due": utc_timestamp(review.urgent_due) if review.urgent_due else "",
            }
        )
    return [*signature_rows, *_make_opinion_rows(case, flag, base)]


def make_companion_facts(case: ReviewCase, document: Document, start: datetime) -> dict[str, object]:
    """Return the data of the document that set the time of an edition, as stored in the edition."""
    review = case.review
    return {
        "review": review.pk,
        "revision": review.revision_id,
        "digest": review.content_digest,
        "kind": "companion",
        "document": document.pk,
        "visible_from": utc_timestamp(start),
    }


def _make_signature_rows(case: ReviewCase, base: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the frozen rows of the signatures, by stage, each with the `base` fields."""
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
            "at": utc_timestamp(signature.at),
            "submitted_by": review.submitted_by,
            "paper": signature.signed_on.isoformat() if signature.signed_on else "",
            "recorder": signature.recorder,
            **({"confirmer": signature.confirmer} if signature.confirmer else {}),
            "signature_digest": signature.digest,
            "plan": signature.plan_digest,
            "stages": len(case.plan.stages),
        }
        for signature in sorted(case.signed, key=lambda one: one.stage)
    ]


def _make_opinion_rows(
    case: ReviewCase, flag: Coordination | None, base: Mapping[str, object]
) -> list[dict[str, object]]:
    """Return the last opinion of each consulted unit, and the confirmation of earlier opinions."""
    review = case.review
    if flag is None:
        return []
    said = find_confirmation(flag, review.content_digest)
    return [
        {
            **base,
            "kind": "opinion",
            "by": opinion.name,
            "unit": opinion.body_name,
            "agrees": opinion.agrees,
            "at": utc_timestamp(opinion.at),
            **({"letter": opinion.scan, "recorder": opinion.recorder} if opinion.recorder else {}),
            **({} if opinion.content_digest == review.content_digest else {"confirmed_by": said.actor if said else ""}),
        }
        for opinion in map_opinions(flag).values()
    ]


def list_revisions_under_review(name: str) -> list[int]:
    """Return the last submitted revision of a source (`name`: its log stream) as a list; [] without one."""
    rows = Review.objects.filter(source=name).order_by("-pk")
    return list(rows.values_list("revision_id", flat=True)[:1])


def list_reviews(source: Source) -> list[Review]:
    """Return all reviews of a source, the last first; read once a page."""
    return ask_once(
        ("reviews", source.stream), lambda: list(Review.objects.filter(source=source.stream).order_by("-pk"))
    )


def find_item_coordination(number: int) -> Coordination | None:
    """Return the current consultation of other units on an item, or None."""
    last = Coordination.objects.filter(item_id=number).order_by("-pk").first()
    return last if last and last.kind else None


def find_text_coordination(text: OutgoingText) -> Coordination | None:
    """Return the current consultation of other units on a text's item, or None."""
    return text.once("coordination", lambda: find_item_coordination(get_item_number(text.source.stream)))


def map_opinions(flag: Coordination) -> dict[int, Opinion]:
    """Return the current opinion of each consulted unit, by the unit's primary key.

    It is the last one, or an earlier objection to the present text. A letter recorded by the
    drafting unit never outweighs the unit's own objection.
    """
    rows = Opinion.objects.filter(
        Q(coordination_id=flag.pk) | Q(pk__in=_list_kept_opinions(flag)), body_id__in=flag.bodies
    )
    current: dict[int, Opinion] = {}
    for row in rows.order_by("pk"):
        before = current.get(row.body_id)
        if not (row.recorder and before and _is_own_refusal(before)):
            current[row.body_id] = row
    return current


def _is_own_refusal(opinion: Opinion) -> bool:
    """Return true for a refusal that the unit recorded itself."""
    return not opinion.agrees and not opinion.recorder


def _list_kept_opinions(flag: Coordination) -> list[int]:
    """Return the primary keys of opinions that stay in force after another consultation, by its log entry."""
    rows = Movement.objects.filter(stream=f"item/{flag.item_id}", action="publishing.coordinate")
    facts = (row.facts for row in rows.order_by("-seq"))
    return next((list(fact.get("kept", ())) for fact in facts if fact.get("coordination") == flag.pk), [])


def find_confirmation(flag: Coordination, text_digest: str) -> Movement | None:
    """Return the log record that confirms earlier opinions for the text with this digest, or None."""
    rows = Movement.objects.filter(stream=f"item/{flag.item_id}", action="publishing.confirm_opinions")
    said = (row for row in rows.order_by("-seq"))
    return next(
        (m for m in said if m.facts.get("coordination") == flag.pk and m.facts.get("digest") == text_digest), None
    )


#: Kind of item that needs coordination → label; the notices order it for major and sensitive releases.
COORDINATION_KINDS: dict[str, str] = {"major": "重大信息", "sensitive": "敏感信息", "joint": "涉及多个单位的信息"}


def find_standing_objections(number: int, bodies: Iterable[int], text_digest: str) -> list[Opinion]:
    """Return the units' objections to this text (`text_digest`), which stay when they are asked a second time."""
    last = Coordination.objects.filter(item_id=number).exclude(kind="").order_by("-pk").first()
    given = map_opinions(last) if last else {}
    return [one for body in bodies if (one := given.get(body)) and not one.agrees and one.content_digest == text_digest]


def has_own_objection(flag: Coordination, body: Body, text_digest: str) -> bool:
    """Return true if a unit's last opinion is an objection, or it objected to the text with this digest.

    Then only the unit can withdraw its objection.
    """
    opinions = Opinion.objects.filter(item_id=flag.item_id, body_id=body.pk, recorder="").order_by("-pk")
    said = (opinions.first(), opinions.filter(content_digest=text_digest).first())
    return any(opinion is not None and not opinion.agrees for opinion in said)


def list_earlier_opinions(opinions: Iterable[Opinion], text_digest: str) -> list[Opinion]:
    """Return the opinions on texts other than that with this digest."""
    return [opinion for opinion in opinions if opinion.content_digest != text_digest]


def check_opinions(text: OutgoingText) -> list[str]:
    """Publication gate: return reasons if a named unit has no opinion, disagrees, or agreed to an earlier text."""
    flag = find_text_coordination(text)
    if flag is None:
        return []
    given = map_opinions(flag)
    names = {body.pk: body.name for body in Body.objects.filter(pk__in=flag.bodies)}
    silent = [names.get(number, "") for number in flag.bodies if number not in given]
    against = [given[number].body_name for number in given if not given[number].agrees]
    reasons = []
    if silent:
        reasons.append(f"{COORDINATION_KINDS[flag.kind]}须先征求意见，还缺：{'、'.join(silent)}。")
    if against:
        reasons.append(f"{'、'.join(against)}不同意公开，须协调一致后再发布。")
    mark = text.frozen.digest
    before = [opinion.body_name for opinion in list_earlier_opinions(given.values(), mark) if opinion.agrees]
    if before and find_confirmation(flag, mark) is None:
        reasons.append(
            f"{'、'.join(before)}提出意见之后文字有改动：请重新征求意见，或者由没有参与起草的签发人、负责人确认改动不涉及会商事项。"
        )
    return reasons


def get_latest_digest(item: Source) -> str:
    """Return the digest of an item's last text, or ""."""
    number = item.latest_revision_id
    return item.frozen(number).digest if number else ""


def make_coordination_context(item: Source, by: Actor, frozen: FrozenContent | None) -> dict[str, object] | None:
    """Return the template context of a consultation: units, opinions, and whether the text changed since.

    Without a consultation writers get the form to start one; signers (`frozen`) get None.
    """
    flag = find_item_coordination(get_item_number(item.stream))
    if flag is None:
        return {"flag": None} if frozen is None else None
    given = map_opinions(flag)
    mark = frozen.digest if frozen else get_latest_digest(item)
    bodies = Body.objects.in_bulk(flag.bodies)
    rows = [(bodies.get(number), given.get(number)) for number in flag.bodies]
    before = list_earlier_opinions(given.values(), mark)
    return {
        "flag": flag,
        "kind": COORDINATION_KINDS[flag.kind],
        "rows": [(body, opinion, bool(opinion and opinion.content_digest != mark)) for body, opinion in rows],
        "reviewed": frozen is not None,
        "before": before,
        "confirmed": find_confirmation(flag, mark) if before else None,
    }
