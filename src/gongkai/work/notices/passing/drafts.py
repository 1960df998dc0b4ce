"""Reading drafts of child notices, and the printable notice that a draft makes."""

from collections.abc import Sequence
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.door import visible
from gongkai.core.units.models import Body, Role
from gongkai.core.units.openness import AREAS, issues_for_itself, units_led
from gongkai.core.units.reach import SUPERVISING
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.tables.heads import is_head
from gongkai.lib.writing.notice import Line, OutNotice
from gongkai.work.notices.expansion import with_parts
from gongkai.work.notices.models import Assignment, ChildDraft, Delegation, Measure, Notice, Part
from gongkai.work.notices.passing.wording import (
    Place,
    place_of,
    source_place,
    substituted,
    table_title,
    units,
)
from gongkai.work.notices.states import FALLEN_AWAY

#: The cells of a row, with their names and lengths.
CELLS = {
    "section": ("工作任务", 300),
    "item": ("二级任务", 300),
    "text": ("贯彻举措", 20_000),
    "lead": ("牵头单位", 2_000),
    "responsible": ("责任单位", 2_000),
    "limit": ("完成时限", 200),
}
MOST = 500
#: Other columns of the table: how many, how many unknown ones among them, the lengths of heads and cells.
MOST_HEADS, MOST_STRANGE, _HEAD, _CELL = 4, 2, 16, 2_000
_LIMIT = re.compile(r"时限|时间|期限")
_NUMBERS = re.compile(r"^(?:序号|编号|号|序)$")


@visible(ChildDraft)
def drafts_visible_to(user: object) -> QuerySet[ChildDraft]:
    """Return the drafts that somebody may see: those of the governments they supervise; a unit's own are for who leads the work there."""
    actor = actor_of(user)
    if actor.system:
        return ChildDraft.objects.all()
    seen = Q(government__in=units_led(actor))
    for post in actor.posts:
        if post.role in SUPERVISING:
            areas = Body.objects.filter(AREAS, path__startswith=post.reach)
            seen |= Q(government__in=areas)
    return ChildDraft.objects.filter(seen)


def passes_on(user: object, actor: Actor, notice: Notice) -> bool:
    """Whether somebody has a page for passing a notice on: there is for whom they draft, or they may see a draft."""
    return bool(drafts_for(actor, notice)) or drafts_visible_to(user).filter(source=notice).exists()


def drafts_for(actor: Actor, notice: Notice) -> list[Body]:
    """Return for whom somebody may draft from a notice: governments, and the units they lead the work in that owe a task of it."""
    units = [] if notice.own else [body for body in units_led(actor) if choosable(notice, body).exists()]
    return governments_of(actor) + units


def governments_of(actor: Actor) -> list[Body]:
    """Return the governments for which somebody may draft: those whose 政务公开办 they are, the nearest first."""
    rows = Body.objects.filter(AREAS).order_by("path")
    return [body for body in rows if actor.system or actor.reaches(Role.CHIEF, path=body.path)]


def choosable(notice: Notice, by: Body | None = None) -> QuerySet[Measure]:
    """Return the measures of a notice that can be passed on, with units; by a unit inside itself those of which it owes a task."""
    rows = notice.measures.filter(dropped=False, preamble=False)
    if by is not None and issues_for_itself(by):
        rows = notice.measures.filter(Exists(_owed(by)), dropped=False)
    return with_parts(rows.order_by("position", "pk"))


def still_owed(notice: Notice, by: Body) -> set[int]:
    """Return the measures that are chosen at first: all; by a unit inside itself those of which its task is not done yet."""
    rows = choosable(notice, by)
    if issues_for_itself(by):
        rows = rows.filter(Exists(_owed(by).filter(entry__closed_at=None)))
    return set(rows.values_list("pk", flat=True))


def _owed(by: Body) -> QuerySet[Assignment]:
    """Return what a unit owes, or did, of the measure that a query is about."""
    rows = Assignment.objects.filter(measure=OuterRef("pk"), body=by)
    return rows.exclude(entry__outcome__in=FALLEN_AWAY)


class DraftRow(TypedDict):
    """A row of a draft, as `ChildDraft.rows` keeps it; `measure` is the one it came from, None where the office wrote it itself."""

    measure: int | None
    section: str
    item: str
    text: str
    lead: list[str]
    responsible: list[str]
    limit: str
    extras: dict[str, str]


def rows_for(government: Body, source: Notice, measures: Sequence[Measure]) -> list[DraftRow]:
    """Return the rows of a new draft for a government; for a unit, which has the words as they are, with its offices to be filled in.

    Offices that a task was divided among before are there already.
    """
    if not issues_for_itself(government):
        upper = source_place(source.issuer_name, source.government.name)
        return first_rows(measures, Place(upper, place_of(government.name)))
    shares = Delegation.objects.filter(
        task__assignment__measure__in=measures, task__body=government, entry__closed_at=None
    )
    named: dict[int, list[str]] = {}
    for share in shares.select_related("entry__office", "entry__body", "task__assignment").order_by("pk"):
        name = share.entry.office.name if share.entry.office else share.entry.body.label
        named.setdefault(share.task.assignment.measure_id, []).append(name)
    rows = first_rows(measures, Place("", ""))
    for row, measure in zip(rows, measures, strict=True):
        row["lead"], row["responsible"] = [], list(dict.fromkeys(named.get(measure.pk, ())))
    return rows


def first_rows(measures: Sequence[Measure], place: Place) -> list[DraftRow]:
    """Return the rows of a new draft: the measures with one's own place and level put in."""
    kept, _ = passed_heads(measures)
    return [
        {
            "measure": measure.pk,
            "section": measure.section,
            "item": measure.item,
            "text": substituted(measure.text, place),
            "lead": units(_names(measure, Part.LEAD), place),
            "responsible": units(_names(measure, Part.RESPONSIBLE), place),
            "limit": _limit(measure),
            "extras": {
                head: substituted(text, place)
                for head, text in extras_of(measure)
                if head in kept and text.strip("—-－– ")
            },
        }
        for measure in measures
    ]


def _limit(measure: Measure) -> str:
    """Return what the source's own column of limits says."""
    found = (str(text) for head, text in measure.extras.items() if _LIMIT.search(head))
    return next((text for text in found if text.strip("—- ")), "")[:200]


def extras_of(measure: Measure) -> list[tuple[str, str]]:
    """Return what other columns of the source say of a measure: not numbers of rows, and limits have a column of their own."""
    return [
        (head[:_HEAD], str(text)[:_CELL])
        for head, text in measure.extras.items()
        if not _LIMIT.search(head) and not _NUMBERS.search(head)
    ]


def passed_heads(measures: Sequence[Measure]) -> tuple[list[str], list[str]]:
    """Return the heads of other columns that are passed on, and those for which the paper has no room.

    At most four, and at most two that reading does not know: with more, the table would not be told for one when it is read back.
    """
    found = dict.fromkeys(
        head for measure in measures for head, text in extras_of(measure) if text.strip("—-－– ") and head
    )
    kept: list[str] = []
    for head in found:
        strange = sum(not is_head(value) for value in [*kept, head])
        if len(kept) < MOST_HEADS and strange <= MOST_STRANGE:
            kept.append(head)
    return kept, [head for head in found if head not in kept]


def heads_in(rows: Sequence[DraftRow]) -> list[str]:
    """Return the heads of other columns of a draft, in order."""
    return list(dict.fromkeys(head for row in rows for head in row.get("extras") or {}))


def _names(measure: Measure, part: str) -> list[str]:
    return [measure_unit.name for measure_unit in measure.units.all() if measure_unit.part == part]


def named(government: Body) -> str:
    """Return what stands in titles: the place of a government, the name of a unit."""
    return government.name if issues_for_itself(government) else place_of(government.name)


def printable(draft: ChildDraft) -> OutNotice:
    """Return the notice as it is printed."""
    return OutNotice(
        title=draft.title,
        doc_number=draft.doc_number,
        issuer=draft.issuer_name,
        addressee=draft.addressee,
        preamble=draft.preamble,
        signed_on=draft.signed_on,
        copied_to=draft.copied_to,
        table_title=table_title(named(draft.government), draft.source.year),
        rows=[
            Line(
                row["section"],
                row["item"],
                row["text"],
                row["lead"],
                row["responsible"],
                row.get("limit", ""),
                row.get("extras") or {},
            )
            for row in draft.rows
        ],
    )
