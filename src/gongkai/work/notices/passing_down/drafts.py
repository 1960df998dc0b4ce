"""Queries and first content of draft notices, and updates from their source."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, TypedDict

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from gongkai.core.acts.action import ActionResult, Notification, action
from gongkai.core.units.actors import SYSTEM, Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.open_government_leads import AREA_BODIES, issues_for_itself, list_led_units
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.tables.heads import is_head
from gongkai.lib.writing.notice import NoticeLine, NoticeToPrint
from gongkai.work.notices.actions.permissions import list_reasons_unless_system
from gongkai.work.notices.entries.expansion import prefetch_parts
from gongkai.work.notices.models import Assignment, ChildDraft, Delegation, Measure, Notice, UnitPart
from gongkai.work.notices.passing_down.draft_text import (
    PlacePair,
    adapt_text,
    adapt_units,
    build_table_title,
    find_place,
    find_source_place,
)
from gongkai.work.notices.recipients import get_issuer_recipients
from gongkai.work.notices.states import CANCELLED_OUTCOMES

# Label and maximum length of the cells of a row.
DRAFT_CELLS = {
    "section": ("工作任务", 300),
    "item": ("二级任务", 300),
    "text": ("贯彻举措", 20_000),
    "lead": ("牵头单位", 2_000),
    "responsible": ("责任单位", 2_000),
    "limit": ("完成时限", 200),
}
MAX_DRAFT_ROWS = 500
# Maximum numbers of other columns and of unknown ones, and lengths of heads and cells.
MAX_EXTRA_HEADS, MAX_STRANGE_HEADS, _MAX_HEAD_LENGTH, _MAX_CELL_LENGTH = 4, 2, 16, 2_000
_DEADLINE_HEAD_RE = re.compile(r"时限|时间|期限")
_NUMBER_HEAD = re.compile(r"^(?:序号|编号|号|序)$")


@register_visible_to(ChildDraft)
def drafts_visible_to(user: object) -> QuerySet[ChildDraft]:
    """Return drafts of governments the user supervises and of units they head."""
    actor = get_actor(user)
    if actor.system:
        return ChildDraft.objects.all()
    query = Q(government__in=list_led_units(actor))
    for post in actor.posts:
        if post.role in SUPERVISING_ROLES:
            areas = Body.objects.filter(AREA_BODIES, path__startswith=post.reach)
            query |= Q(government__in=areas)
    return ChildDraft.objects.filter(query)


def can_draft_or_see_draft(user: object, actor: Actor, notice: Notice) -> bool:
    """Return true if the user may draft from the notice or see a draft of it."""
    return bool(list_drafting_bodies(actor, notice)) or drafts_visible_to(user).filter(source=notice).exists()


def list_drafting_bodies(actor: Actor, notice: Notice) -> list[Body]:
    """Return governments and units for which the user may draft from the notice."""
    units = (
        []
        if notice.own
        else [body for body in list_led_units(actor) if list_measures_to_pass_on(notice, body).exists()]
    )
    return list_governments(actor) + units


def list_governments(actor: Actor) -> list[Body]:
    """Return the governments in the reach of the user's posts, higher ones first."""
    rows = Body.objects.filter(AREA_BODIES).order_by("path")
    return [body for body in rows if actor.system or actor.reaches(Role.CHIEF, path=body.path)]


def list_measures_to_pass_on(notice: Notice, body: Body | None = None) -> QuerySet[Measure]:
    """Return measures that can be passed on; for a unit only those of which it owes a task."""
    rows = notice.measures.filter(dropped=False, preamble=False)
    if body is not None and issues_for_itself(body):
        rows = notice.measures.filter(Exists(_list_owed_assignments(body)), dropped=False)
    return prefetch_parts(rows.order_by("position", "pk"))


def find_preselected_measures(notice: Notice, body: Body) -> set[int]:
    """Return the keys of the measures selected at first: all, or those a unit has not finished."""
    rows = list_measures_to_pass_on(notice, body)
    if issues_for_itself(body):
        rows = rows.filter(Exists(_list_owed_assignments(body).filter(entry__closed_at=None)))
    return set(rows.values_list("pk", flat=True))


def _list_owed_assignments(body: Body) -> QuerySet[Assignment]:
    """Return the assignments of a unit for the measure of an outer query."""
    rows = Assignment.objects.filter(measure=OuterRef("pk"), body=body)
    return rows.exclude(entry__outcome__in=CANCELLED_OUTCOMES)


class DraftRow(TypedDict):
    """A row of a draft notice: text, units, deadline in words, further columns.

    `measure` is the key of its source measure, None for added rows.
    """

    measure: int | None
    section: str
    item: str
    text: str
    lead: list[str]
    responsible: list[str]
    limit: str
    extras: dict[str, str]


def build_first_rows(government: Body, source: Notice, measures: Sequence[Measure]) -> list[DraftRow]:
    """Return the first rows of a new draft.

    For a government, place names are replaced. For a unit, the text stays, and offices that already
    have a share are entered.
    """
    if not issues_for_itself(government):
        upper = find_source_place(source.issuer_name, source.government.name)
        return adapt_measures(measures, PlacePair(upper, find_place(government.name)))
    shares = Delegation.objects.filter(
        task__assignment__measure__in=measures, task__body=government, entry__closed_at=None
    )
    named: dict[int, list[str]] = {}
    for share in shares.select_related("entry__office", "entry__body", "task__assignment").order_by("pk"):
        name = share.entry.office.name if share.entry.office else share.entry.body.label
        named.setdefault(share.task.assignment.measure_id, []).append(name)
    rows = adapt_measures(measures, PlacePair("", ""))
    for row, measure in zip(rows, measures, strict=True):
        row["lead"], row["responsible"] = [], list(dict.fromkeys(named.get(measure.pk, ())))
    return rows


def adapt_measures(measures: Sequence[Measure], place: PlacePair) -> list[DraftRow]:
    """Return rows of measures with one's own place and level."""
    kept, _ = select_extra_heads(measures)
    return [
        {
            "measure": measure.pk,
            "section": measure.section,
            "item": measure.item,
            "text": adapt_text(measure.text, place),
            "lead": adapt_units(_list_unit_names(measure, UnitPart.LEAD), place),
            "responsible": adapt_units(_list_unit_names(measure, UnitPart.RESPONSIBLE), place),
            "limit": _find_deadline_text(measure),
            "extras": {
                head: adapt_text(text, place)
                for head, text in list_extras(measure)
                if head in kept and text.strip("—-－– ")
            },
        }
        for measure in measures
    ]


def _find_deadline_text(measure: Measure) -> str:
    """Return the text of the measure's deadline column, or an empty string."""
    found = (str(text) for head, text in measure.extras.items() if _DEADLINE_HEAD_RE.search(head))
    return next((text for text in found if text.strip("—- ")), "")[:200]


def list_extras(measure: Measure) -> list[tuple[str, str]]:
    """Return (heading, text) of a measure's other columns, except row numbers and deadlines."""
    return [
        (head[:_MAX_HEAD_LENGTH], str(text)[:_MAX_CELL_LENGTH])
        for head, text in measure.extras.items()
        if not _DEADLINE_HEAD_RE.search(head) and not _NUMBER_HEAD.search(head)
    ]


def select_extra_heads(measures: Sequence[Measure]) -> tuple[list[str], list[str]]:
    """Return (other columns to pass on, those left out).

    At most four, and at most two unknown to the reader, which would not recognize the table
    otherwise.
    """
    found = dict.fromkeys(
        head for measure in measures for head, text in list_extras(measure) if text.strip("—-－– ") and head
    )
    extra_heads: list[str] = []
    for head in found:
        strange = sum(not is_head(value) for value in [*extra_heads, head])
        if len(extra_heads) < MAX_EXTRA_HEADS and strange <= MAX_STRANGE_HEADS:
            extra_heads.append(head)
    return extra_heads, [head for head in found if head not in extra_heads]


def find_extra_heads(rows: Sequence[DraftRow]) -> list[str]:
    """Return the headings of other columns of a draft in order."""
    return list(dict.fromkeys(head for row in rows for head in row.get("extras") or {}))


def _list_unit_names(measure: Measure, part: str) -> list[str]:
    return [measure_unit.name for measure_unit in measure.units.all() if measure_unit.part == part]


def get_title_name(government: Body) -> str:
    """Return the name for titles: the place of a government, or the name of a unit."""
    return government.name if issues_for_itself(government) else find_place(government.name)


def to_printable(draft: ChildDraft) -> NoticeToPrint:
    """Return the draft as input of the document export."""
    return NoticeToPrint(
        title=draft.title,
        doc_number=draft.doc_number,
        issuer=draft.issuer_name,
        addressee=draft.addressee,
        preamble=draft.preamble,
        signed_on=draft.signed_on,
        copied_to=draft.copied_to,
        table_title=build_table_title(get_title_name(draft.government), draft.source.year),
        rows=[
            NoticeLine(
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


# Measure keys and the rows that a new draft would have.
RowsByMeasure = Mapping[int | None, DraftRow]


_TEXT_FIELDS: tuple[Literal["section", "item", "text", "limit"], ...] = ("section", "item", "text", "limit")
_UNIT_FIELDS: tuple[Literal["lead", "responsible"], ...] = ("lead", "responsible")


@contextmanager
def keep_drafts_updated(notice: Notice, measures: Iterable[int]) -> Iterator[None]:
    """Update drafts of a notice after the rows were corrected inside the context."""
    drafts = list(ChildDraft.objects.filter(source=notice).select_related("government"))
    row_keys = list(measures) if drafts else []
    rows_before = {draft.pk: _build_rows(notice, draft, row_keys) for draft in drafts}
    yield
    for draft in drafts:
        rows, changed = update_rows(draft.rows, rows_before[draft.pk], _build_rows(notice, draft, row_keys))
        if changed:
            follow_source(draft, by=SYSTEM, rows=rows, changed=changed)


def _build_rows(notice: Notice, draft: ChildDraft, measures: Sequence[int]) -> RowsByMeasure:
    """Return the rows that a new draft would have for these measures, by key of the measure."""
    chosen = list_measures_to_pass_on(notice, draft.government).filter(pk__in=measures)
    rows = build_first_rows(draft.government, notice, list(chosen))
    return {row["measure"]: row for row in rows}


def update_rows(
    rows: Sequence[DraftRow], before: RowsByMeasure, after: RowsByMeasure
) -> tuple[list[DraftRow], list[int]]:
    """Return the updated rows of a draft, and the numbers (from 1) of changed ones. Pure.

    `before` and `after` are the source rows by key; cells that the drafter rewrote stay.
    """
    updated: list[DraftRow] = []
    changed: list[int] = []
    for place, row in enumerate(rows, start=1):
        old_source, new_source = before.get(row["measure"]), after.get(row["measure"])
        updated_row = _update_row(row, old_source, new_source) if old_source and new_source else row
        if updated_row != row:
            changed.append(place)
        updated.append(updated_row)
    return updated, changed


def _update_row(row: DraftRow, old: DraftRow, new: DraftRow) -> DraftRow:
    """Return a draft row with the changes of its source; cells that the drafter rewrote stay."""
    updated = row.copy()
    for field in _TEXT_FIELDS:
        if updated.get(field) == old[field]:
            updated[field] = new[field]
    for unit_field in _UNIT_FIELDS:
        updated[unit_field] = _update_units(updated.get(unit_field) or [], old[unit_field], new[unit_field])
    extras = updated.get("extras") or {}
    updated["extras"] = {
        head: new["extras"].get(head, "") if text == old["extras"].get(head) else text for head, text in extras.items()
    }
    return updated


def _update_units(current: list[str], old: list[str], new: list[str]) -> list[str]:
    """Return the updated names of a cell: `new` if it was not edited, else the edited names with replaced ones
    exchanged.
    """
    if current == old:
        return list(new)
    gone, come = [value for value in old if value not in new], [value for value in new if value not in old]
    if len(gone) == len(come):
        names = dict(zip(gone, come, strict=True))
        return list(dict.fromkeys(names.get(value, value) for value in current))
    return current


@action("passing.follow", label="随来源通知更正", rule=list_reasons_unless_system)
def follow_source(
    draft: ChildDraft, *, by: Actor, rows: Sequence[Mapping[str, object]], changed: list[int]
) -> ActionResult:
    """Store draft rows updated after a correction of the source, and notify the drafting office.

    `changed` are the row numbers (from 1).
    """
    draft.rows = rows
    ChildDraft.objects.filter(pk=draft.pk).update(rows=rows, version=F("version") + 1)
    draft.version += 1
    places = "、".join(map(str, changed[:20]))
    tell = Notification(
        subject=f"草稿随来源通知更正：{draft.title[:60]}",
        body=f"来源通知有更正，下发通知草稿第{places}条已相应更正；自己改写过的内容没有变动。",
        link=draft.url,
        key=f"follow:{draft.pk}:{draft.version}",
        **get_issuer_recipients(draft.government),
    )
    return ActionResult(words=f"随来源通知更正第{places}条"[:300], facts={"rows": changed}, tell=(tell,))
