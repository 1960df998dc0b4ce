"""`audit verify` of editions: their signatures and signed times. Reads in batches."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypedDict

from django.utils.dateparse import parse_datetime

from gongkai.content.editions.logged import logged
from gongkai.content.editions.models import Act, Document, Edition
from gongkai.content.editions.verify import EDITION_ACTIONS, EXPECTED_CHANGES
from gongkai.content.reviewing.models import Signature
from gongkai.content.reviewing.plan import LEAST_OTHERS
from gongkai.content.reviewing.signers import Authors, Hand, alone, clashes
from gongkai.core.acts.digest import moment
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import portions
from gongkai.lib.typed_json import numbers

_SUBMIT, _URGENT = "publishing.submit", "publishing.order_urgent"
#: Who wrote a text was asked when it was published; signatures and writers of history are not looked up again.
NO_AUTHORS = Authors(frozenset(), frozenset())
#: An edition becomes visible at the moment it is asked for and is written a moment later; more than this is another time.
MAX_PUBLISHING_DURATION = timedelta(minutes=10)


class Signed(TypedDict):
    """A signature as frozen in an edition (`cases.approvals_of`)."""

    signature: int
    signature_digest: str
    person: int
    review: int
    stage: str
    stages: int


@dataclass
class _Known:
    """The database and log data of a batch of editions."""

    #: Edition → the movement that wrote it.
    written: dict[int, Movement] = field(default_factory=dict)
    #: Signature → its digest and person.
    signed: dict[int, tuple[str, int]] = field(default_factory=dict)
    #: Review → the time it was submitted for, as the log has it; "" where at once.
    times: dict[int, str] = field(default_factory=dict)
    #: Reviews whose urgent publication somebody ordered.
    urgent: set[int] = field(default_factory=set)


def broken_edition() -> str:
    """Verify each edition's frozen approvals against signatures, and its time against the logged
    submission.

    Editions from before there were stages carry one approval without a kind: they are history, as they were right then. Behind the
    first edition that carries signatures none may come without.
    """
    begun = False
    elsewhere = _Elsewhere()
    rows = Edition.objects.filter(act=Act.PUBLISH).select_related("document").order_by("pk")
    for some in portions(rows.iterator(500)):
        known = _known(some)
        for edition in some:
            wrong, begun = _wrong(edition, known, elsewhere, begun=begun)
            if wrong:
                return f"信息{edition.document_id}第{edition.number}版{wrong}"
    return ""


def _wrong(edition: Edition, known: _Known, elsewhere: "_Elsewhere", *, begun: bool) -> tuple[str, bool]:
    """Return the error of an edition, and whether signatures exist since then."""
    movement = known.written.get(edition.pk)
    facts = movement.facts if movement else None
    if facts and facts.get("ground"):
        held = elsewhere.holds(movement.action if movement else "", facts, edition.content_digest)
        return "" if held else "所称的依据不存在，或不包含这一版", begun
    rows = [row for row in edition.approvals if row.get("kind") == "signature"]
    if not rows:
        return "没有审签签名" if begun else "", begun
    wrong = _unsigned(edition, rows, known)
    if not wrong and facts is not None and _differ(facts, rows):
        wrong = "的审签签名与流水不符"
    return wrong or untimely(edition, movement, _signed_for(edition, rows, known)), True


def _differ(facts: dict[str, object], rows: list[Signed]) -> bool:
    return sorted(numbers(facts, "signed")) != sorted(row["signature"] for row in rows)


def _known(some: list[Edition]) -> _Known:
    known = _Known()
    documents = {edition.document_id for edition in some}
    for movement in logged((f"document/{number}" for number in documents), EDITION_ACTIONS):
        if "edition" in movement.facts:
            known.written[int(movement.facts["edition"])] = movement
    named = {row["signature"] for one in some for row in one.approvals if row.get("kind") == "signature"}
    for number, mark, person in Signature.objects.filter(pk__in=named).values_list("pk", "digest", "person_id"):
        known.signed[number] = (mark, person)
    streams = list(Document.objects.filter(pk__in=documents).values_list("source", flat=True))
    for movement in logged(streams, (_SUBMIT, _URGENT)):
        review = int(movement.facts.get("review", 0))
        if movement.action == _URGENT:
            known.urgent.add(review)
        elif "visible_from" in movement.facts:
            known.times[review] = str(movement.facts["visible_from"])
    return known


def _unsigned(edition: Edition, rows: list[Signed], known: _Known) -> str:
    for row in rows:
        if known.signed.get(row["signature"]) != (row["signature_digest"], row["person"]):
            return f"的{row['stage']}签名被改动或已不在"
    hands = [Hand(place, row["person"]) for place, row in enumerate(rows)]
    for place, hand in enumerate(hands):
        if clashes(hand, hands[:place], NO_AUTHORS, drafter_first=False, same=alone):
            return "有同一人的两个签名"
    claimed = [row for row in edition.approvals if row.get("kind") == "urgent"]
    if claimed:
        ordered = all(row["review"] in known.urgent for row in claimed)
        return "" if ordered else "所称的紧急发布没有流水"
    needed = max(row["stages"] for row in rows)
    return "" if len(rows) >= max(needed, LEAST_OTHERS) else f"少于{needed}级审签"


def _signed_for(edition: Edition, rows: list[Signed], known: _Known) -> datetime | None:
    """Return the signed publication time: of the companion document, or the latest of its reviews;
    None if immediate or unknown."""
    for row in edition.approvals:
        if row.get("kind") == "companion":
            time = parse_datetime(row["visible_from"])
            others = Edition.objects.filter(document=row["document"], act=Act.PUBLISH)
            return time if time and others.filter(visible_from=time).exists() else None
    reviews = {row["review"] for row in rows} - known.urgent
    times = [parse_datetime(known.times[n]) for n in reviews if known.times.get(n)]
    return max((time for time in times if time), default=None)


def untimely(edition: Edition, movement: Movement | None, signed: datetime | None) -> str:
    """Return the error of an edition's visible time against the signed and logged time.

    Texts appear at the signed time, or at once if it is past. Only the system records past times,
    of texts published elsewhere.

    The rule is that of `publish`: at the signed time, or at once when that is past; without one at once. Only the system records a past
    (what was published elsewhere).
    """
    shown, made = edition.visible_from, edition.made_at
    said = movement.facts.get("visible_from") if movement else None
    if said is not None and said != moment(shown):
        return "的公开时间与流水不符"
    if signed is not None and shown < signed:
        return "的公开时间早于审签的时间"
    if shown > made and shown != signed:
        return "的公开时间不是审签的时间"
    by_person = movement is not None and movement.person_id is not None
    return "的公开时间早于发布之时" if by_person and shown < made - MAX_PUBLISHING_DURATION else ""


class _Elsewhere:
    """Checks of editions without a review: an order that lists them, or an applied package."""

    def __init__(self) -> None:
        self.asked: dict[str, Callable[[str, dict[str, object], str], bool]] = {}

    def holds(self, action: str, facts: dict[str, object], content_digest: str) -> bool:
        """Return true if the app of the edition's action confirms its ground."""
        if action not in EXPECTED_CHANGES:
            return False
        if action not in self.asked:
            self.asked[action] = EXPECTED_CHANGES[action]()
        return self.asked[action](str(facts["ground"]), facts, content_digest)
