"""Verify for `audit verify` that signatures, sheets, opinions and states agree with the log.

Rows are read in batches, because an installation of many years has millions of signatures.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import TypedDict

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from wagtail.models import Revision

from gongkai.content.editions.models import Document, Edition, EditionEffect
from gongkai.content.editions.sources import filter_existing
from gongkai.content.editions.verify import EDITION_ACTIONS, GROUND_CHECKS, iterate_log_records, iterate_logged_facts
from gongkai.content.reviewing.cases import REVIEW_ACTIONS
from gongkai.content.reviewing.models import (
    Coordination,
    Opinion,
    Review,
    ReviewScheme,
    ReviewState,
    SecrecySheet,
    Shown,
    Signature,
    SignatureVerdict,
)
from gongkai.content.reviewing.models.reviews import compute_sheet_digest
from gongkai.content.reviewing.models.signatures import compute_signature_digest
from gongkai.content.reviewing.plan import MIN_OTHER_SIGNERS, ReviewPlan, find_plan_errors
from gongkai.content.reviewing.required_reading import list_unseen_parts
from gongkai.content.reviewing.signers import ReviewAuthors, StageParticipants, find_clashes, keep_single_person
from gongkai.core.acts.digest import digest, utc_timestamp
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import split_into_batches
from gongkai.core.acts.seal import LogVerdict as Found
from gongkai.lib import typed_json
from gongkai.lib.typed_json import read_numbers

_SUBMIT_ACTION, _URGENT_ACTION = "publishing.submit", "publishing.order_urgent"
#: Placeholder for authors when old signatures are verified; they were checked at publication.
NO_AUTHORS = ReviewAuthors(frozenset(), frozenset())
#: Maximum time between an edition's visible time and its writing for immediate publication.
MAX_PUBLISHING_DURATION = timedelta(minutes=10)


class FrozenSignature(TypedDict):
    """A signature as frozen in an edition (`cases.make_approval_facts`)."""

    signature: int
    signature_digest: str
    person: int
    review: int
    stage: str
    stages: int


@dataclass
class _LoadedReviews:
    """The database and log data of a batch of editions."""

    #: Edition → the movement that wrote it.
    written: dict[int, Movement] = field(default_factory=dict)
    #: Signature → its digest and person.
    signed: dict[int, tuple[str, int]] = field(default_factory=dict)
    #: Review → logged publication time; "" for immediate publication.
    times: dict[int, str] = field(default_factory=dict)
    #: Reviews with an order of urgent publication.
    urgent: set[int] = field(default_factory=set)


def find_broken_edition() -> str:
    """Return the Chinese error of the first edition whose approvals or time differ from signatures and log, or "".

    Editions from before reviews had stages have one approval without a kind and are accepted. After
    the first edition with signatures, every edition must have them.
    """
    begun = False
    ground_checks = _GroundChecks()
    rows = Edition.objects.filter(act=EditionEffect.PUBLISH).select_related("document").order_by("pk")
    for some in split_into_batches(rows.iterator(500)):
        known = _load_signed_facts(some)
        for edition in some:
            wrong, begun = _find_edition_error(edition, known, ground_checks, had_signatures=begun)
            if wrong:
                return f"信息{edition.document_id}第{edition.number}版{wrong}"
    return ""


def _find_edition_error(
    edition: Edition, known: _LoadedReviews, ground_checks: "_GroundChecks", *, had_signatures: bool
) -> tuple[str, bool]:
    """Return (Chinese error of an edition or "", whether signatures exist by then); `had_signatures`: they existed before."""
    movement = known.written.get(edition.pk)
    facts = movement.facts if movement else None
    if facts and facts.get("ground"):
        held = ground_checks.is_ground_confirmed(movement.action if movement else "", facts, edition.content_digest)
        return "" if held else "所称的依据不存在，或不包含这一版", had_signatures
    rows = [row for row in edition.approvals if row.get("kind") == "signature"]
    if not rows:
        return "没有审签签名" if had_signatures else "", had_signatures
    wrong = _find_unsigned_error(edition, rows, known)
    if not wrong and facts is not None and _are_signatures_different(facts, rows):
        wrong = "的审签签名与流水不符"
    return wrong or find_publication_time_error(edition, movement, _find_signed_time(edition, rows, known)), True


def _are_signatures_different(facts: dict[str, object], rows: list[FrozenSignature]) -> bool:
    return sorted(read_numbers(facts, "signed")) != sorted(row["signature"] for row in rows)


def _load_signed_facts(editions: list[Edition]) -> _LoadedReviews:
    """Load the facts that log and signatures state about the editions."""
    known = _LoadedReviews()
    documents = {edition.document_id for edition in editions}
    for movement in iterate_log_records((f"document/{number}" for number in documents), EDITION_ACTIONS):
        if "edition" in movement.facts:
            known.written[int(movement.facts["edition"])] = movement
    named = {row["signature"] for edition in editions for row in edition.approvals if row.get("kind") == "signature"}
    for number, mark, person in Signature.objects.filter(pk__in=named).values_list("pk", "digest", "person_id"):
        known.signed[number] = (mark, person)
    streams = list(Document.objects.filter(pk__in=documents).values_list("source", flat=True))
    for movement in iterate_log_records(streams, (_SUBMIT_ACTION, _URGENT_ACTION)):
        review = int(movement.facts.get("review", 0))
        if movement.action == _URGENT_ACTION:
            known.urgent.add(review)
        elif "visible_from" in movement.facts:
            known.times[review] = str(movement.facts["visible_from"])
    return known


def _find_unsigned_error(edition: Edition, rows: list[FrozenSignature], known: _LoadedReviews) -> str:
    """Return the Chinese fault in an edition's signatures: changed, by one person, unordered or too few; or ""."""
    for row in rows:
        if known.signed.get(row["signature"]) != (row["signature_digest"], row["person"]):
            return f"的{row['stage']}签名被改动或已不在"
    signers = [StageParticipants(place, row["person"]) for place, row in enumerate(rows)]
    for place, signer in enumerate(signers):
        if find_clashes(signer, signers[:place], NO_AUTHORS, drafter_first=False, same=keep_single_person):
            return "有同一人的两个签名"
    claimed = [row for row in edition.approvals if row.get("kind") == "urgent"]
    if claimed:
        ordered = all(row["review"] in known.urgent for row in claimed)
        return "" if ordered else "所称的紧急发布没有流水"
    needed = max(row["stages"] for row in rows)
    return "" if len(rows) >= max(needed, MIN_OTHER_SIGNERS) else f"少于{needed}级审签"


def _find_signed_time(edition: Edition, rows: list[FrozenSignature], known: _LoadedReviews) -> datetime | None:
    """Return the signed publication time: of the companion document, or the latest of its reviews;
    None if immediate or unknown."""
    for row in edition.approvals:
        if row.get("kind") == "companion":
            time = parse_datetime(row["visible_from"])
            editions = Edition.objects.filter(document=row["document"], act=EditionEffect.PUBLISH)
            return time if time and editions.filter(visible_from=time).exists() else None
    reviews = {row["review"] for row in rows} - known.urgent
    times = [parse_datetime(known.times[n]) for n in reviews if known.times.get(n)]
    return max((time for time in times if time), default=None)


def find_publication_time_error(edition: Edition, movement: Movement | None, signed: datetime | None) -> str:
    """Return the error of an edition's visible time, compared with the signed and logged time.

    A text appears at the signed time, or at once if it has passed. Only the system records past
    times, of texts published elsewhere.
    """
    shown, made = edition.visible_from, edition.made_at
    said = movement.facts.get("visible_from") if movement else None
    if said is not None and said != utc_timestamp(shown):
        return "的公开时间与流水不符"
    if signed is not None and shown < signed:
        return "的公开时间早于审签的时间"
    if shown > made and shown != signed:
        return "的公开时间不是审签的时间"
    by_person = movement is not None and movement.person_id is not None
    return "的公开时间早于发布之时" if by_person and shown < made - MAX_PUBLISHING_DURATION else ""


class _GroundChecks:
    """Checks of editions without a review: an order that lists them, or an applied package."""

    def __init__(self) -> None:
        self.asked: dict[str, Callable[[str, dict[str, object], str], bool]] = {}

    def is_ground_confirmed(self, action: str, facts: dict[str, object], content_digest: str) -> bool:
        """Return true if the app of the edition's action confirms its ground."""
        if action not in GROUND_CHECKS:
            return False
        if action not in self.asked:
            self.asked[action] = GROUND_CHECKS[action]()
        return self.asked[action](str(facts["ground"]), facts, content_digest)


_RETURN_ACTION = "publishing.return_review"
_SIGNING_ACTIONS = (*REVIEW_ACTIONS, _RETURN_ACTION)
_SHEET_ACTIONS = ("publishing.fill_sheet",)
_COORDINATION_ACTIONS = ("publishing.coordinate", "publishing.uncoordinate")
_OPINION_ACTIONS = ("publishing.give_opinion",)


def verify_reviews() -> Found:
    """Verify signatures, sheets, schemes and editions against the log."""
    count, broken = 0, ""
    for found in chain(_verify_signatures(), _verify_sheets(), _verify_schemes(), _verify_opinions()):
        count += 1
        broken = broken or found
    broken = broken or _find_missing_rows(Signature, "signature", _SIGNING_ACTIONS, "审签签名")
    broken = broken or _find_missing_rows(SecrecySheet, "sheet", _SHEET_ACTIONS, "保密审查表")
    broken = broken or _find_missing_rows(Coordination, "coordination", _COORDINATION_ACTIONS, "会商标注")
    broken = broken or _find_missing_rows(Opinion, "opinion", _OPINION_ACTIONS, "会商意见")
    return Found(count, broken or find_broken_edition() or _find_state_error() or _find_missing_source_error())


def _verify_signatures() -> Iterator[str]:
    """Yield for each signature its Chinese error, or ""."""
    rows = Signature.objects.select_related("note").order_by("pk").iterator(500)
    for some in split_into_batches(rows):
        known: dict[int, str] = {}
        for log_record in iterate_log_records((signature.source for signature in some), _SIGNING_ACTIONS):
            if "signature" in log_record.facts:
                known[int(log_record.facts["signature"])] = str(log_record.facts["signature_digest"])
        reviews = Review.objects.in_bulk({signature.review_id for signature in some})
        shown = _load_shown_marks(reviews)
        for signature in some:
            yield _find_signature_fault(signature, known) or _find_unseen_error(signature, reviews, shown)


def _find_signature_fault(signature: Signature, logged_digests: dict[int, str]) -> str:
    """Return the Chinese fault of a signature compared with its logged digest, or ""."""
    if signature.pk not in logged_digests:
        return f"第{signature.pk}号审签签名（{signature.name}）没有流水"
    if not signature.digest == compute_signature_digest(signature) == logged_digests[signature.pk]:
        return f"第{signature.pk}号审签签名（{signature.name}）被改动"
    note = getattr(signature, "note", None)
    if note is not None and digest(note.text) != signature.words_digest:
        return f"第{signature.pk}号审签签名（{signature.name}）的意见被改动"
    return ""


def _load_shown_marks(reviews: Iterable[int]) -> dict[tuple[int, int], set[tuple[str, str]]]:
    """Return the marks shown to each signer, by (review, person)."""
    found: dict[tuple[int, int], set[tuple[str, str]]] = {}
    rows = Shown.objects.filter(review_id__in=list(reviews))
    for review, person, part, mark in rows.values_list("review_id", "person_id", "part", "digest"):
        found.setdefault((review, person), set()).add((part, mark))
    return found


def _find_unseen_error(
    signature: Signature, reviews: Mapping[int, Review], shown: Mapping[tuple[int, int], set[tuple[str, str]]]
) -> str:
    """Return the error of a signature on screen if a part was not recorded as shown to its signer, or ""."""
    review = reviews.get(signature.review_id)
    if review is None or signature.verdict != SignatureVerdict.YES or signature.on_paper:
        return ""
    missing = list_unseen_parts(review, shown.get((signature.review_id, signature.person_id), set()))
    return f"第{signature.pk}号审签签名（{signature.name}）没有看过{missing[0].words}的记录" if missing else ""


def _verify_sheets() -> Iterator[str]:
    """Yield for each secrecy sheet the Chinese fault or ""."""
    for some in split_into_batches(SecrecySheet.objects.order_by("pk").iterator(500)):
        known: dict[int, str] = {}
        for log_record in iterate_log_records((secrecy_sheet.source for secrecy_sheet in some), _SHEET_ACTIONS):
            if "sheet" in log_record.facts:
                known[int(log_record.facts["sheet"])] = str(log_record.facts["digest"])
        for secrecy_sheet in some:
            held = secrecy_sheet.digest == compute_sheet_digest(secrecy_sheet) == known.get(secrecy_sheet.pk)
            yield "" if held else f"第{secrecy_sheet.pk}号保密审查表被改动，或者没有流水"


def _verify_opinions() -> Iterator[str]:
    """Yield for each consultation and opinion its Chinese difference from the log, or ""."""
    for some in split_into_batches(Coordination.objects.order_by("pk").iterator(500)):
        streams = {f"item/{coordination.item_id}" for coordination in some}
        flags = {m.facts["coordination"]: m.facts for m in iterate_log_records(streams, _COORDINATION_ACTIONS)}
        for flag in some:
            said = flags.get(flag.pk)
            held = said and said["kind"] == flag.kind and said.get("bodies", []) == flag.bodies
            yield "" if held else f"第{flag.pk}号会商标注被改动，或者没有流水"
    for rows in split_into_batches(Opinion.objects.order_by("pk").iterator(500)):
        written = {
            m.facts["opinion"]: m.facts
            for m in iterate_log_records({f"item/{o.item_id}" for o in rows}, _OPINION_ACTIONS)
        }
        for opinion in rows:
            facts = written.get(opinion.pk, {})
            same = (facts.get("body"), facts.get("agrees"), facts.get("digest"))
            held = same == (opinion.body_id, opinion.agrees, opinion.content_digest)
            # The log records the letter only since letters are marked there.
            held = held and facts.get("letter", opinion.scan if opinion.recorder else "") == (
                opinion.scan if opinion.recorder else ""
            )
            yield "" if held else f"第{opinion.pk}号会商意见被改动，或者没有流水"


def _verify_schemes() -> Iterator[str]:
    """Yield for each scheme its Chinese difference from the log, or ""."""
    known = {
        typed_json.read_number(facts, "scheme"): typed_json.read_text(facts, "plan")
        for facts in iterate_logged_facts(("publishing.set_scheme", "publishing.drop_scheme"))
    }
    for scheme in ReviewScheme.objects.order_by("pk"):
        plan = ReviewPlan.from_json(scheme.plan)
        if scheme.pk not in known:
            yield f"第{scheme.pk}号审签程序没有流水"
        elif not scheme.ended and (known[scheme.pk] != plan.digest or find_plan_errors(plan)):
            yield f"第{scheme.pk}号审签程序被改动"
        else:
            yield ""


def _find_missing_rows(model: type[Model], fact: str, actions: Iterable[str], label: str) -> str:
    """Return the error of rows named in the log but missing in the table, or ""; `label` is their Chinese name."""
    for some in split_into_batches(iterate_logged_facts(actions), 2000):
        named = {typed_json.read_number(facts, fact) for facts in some if fact in facts}
        there = model._default_manager.filter(pk__in=named).values_list("pk", flat=True)
        lost = named - set(there)
        if lost:
            return f"流水中记有的第{min(lost)}号{label}已不在"
    return ""


def _find_state_error() -> str:
    """Return the Chinese error if a review's state differs from the last movement in the log, or ""."""
    rows = Review.objects.order_by("pk").values_list("pk", "source", "state", "plan").iterator(500)
    for some in split_into_batches(rows):
        items = {item for _, item, _, _ in some}
        documents = Document.objects.filter(source__in=items).values_list("pk", flat=True)
        streams = [*items, *(f"document/{n}" for n in documents)]
        logged_states = _load_logged_states(streams)
        for number, _, state, plan in some:
            if plan and logged_states.get(number) != state:
                return f"第{number}号送审的状态与流水不符"
    return ""


def _find_missing_source_error() -> str:
    """Return the Chinese error if the item or pending revision of a review is missing, or ""."""
    rows = Review.objects.filter(source__startswith="item/").order_by("pk")
    for some in split_into_batches(rows.values_list("pk", "source", "state", "revision_id").iterator(500)):
        named = {int(source.partition("/")[2]) for _, source, _, _ in some}
        existing_ids = filter_existing("item", named)
        waiting = {revision for _, _, state, revision in some if state == ReviewState.WAITING}
        kept = set(Revision.objects.filter(pk__in=waiting).values_list("pk", flat=True))
        for number, source, state, revision in some:
            if int(source.partition("/")[2]) not in existing_ids:
                return f"第{number}号送审的信息（{source}）已不在信息库"
            if state == ReviewState.WAITING and revision not in kept:
                return f"第{number}号送审的文字（第{revision}号修订）已被删除"
    return ""


def _load_logged_states(streams: list[str]) -> dict[int, str]:
    """Return {review key: its last logged state} of the reviews of these streams."""
    logged_states: dict[int, str] = {}
    actions = (
        *_SIGNING_ACTIONS,
        "publishing.recall",
        "publishing.uphold_objection",
        "publishing.publish",
        "publishing.withdraw",
    )
    for movement in iterate_log_records(streams, actions):
        for number in movement.facts.get("redressed", ()):
            logged_states[int(number)] = ReviewState.REDRESSED
        if "review" in movement.facts and movement.to_state:
            logged_states[int(movement.facts["review"])] = movement.to_state
    return logged_states
