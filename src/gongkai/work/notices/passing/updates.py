"""Apply corrections of a source notice to drafts that have not changed the corrected words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

from django.db.models import F

from gongkai.core.acts.action import ActionResult, Notification, action
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.work.notices.actions.permissions import check_is_system
from gongkai.work.notices.models import ChildDraft, Notice
from gongkai.work.notices.passing.drafts import DraftRow, build_first_rows, list_measures_to_pass_on
from gongkai.work.notices.recipients import issuer_recipients

# Measure keys and the rows that a new draft would have.
RowsByMeasure = Mapping[int | None, DraftRow]


_TEXT_FIELDS: tuple[Literal["section", "item", "text", "limit"], ...] = ("section", "item", "text", "limit")
_UNIT_FIELDS: tuple[Literal["lead", "responsible"], ...] = ("lead", "responsible")


@contextmanager
def keep_drafts_updated(notice: Notice, measures: Iterable[int]) -> Iterator[None]:
    """Update drafts of a notice after the rows were corrected inside the context."""
    drafts = list(ChildDraft.objects.filter(source=notice).select_related("government"))
    wanted = list(measures) if drafts else []
    before = {draft.pk: _build_rows(notice, draft, wanted) for draft in drafts}
    yield
    for draft in drafts:
        rows, changed = update_rows(draft.rows, before[draft.pk], _build_rows(notice, draft, wanted))
        if changed:
            follow_source(draft, by=SYSTEM, rows=rows, changed=changed)


def _build_rows(notice: Notice, draft: ChildDraft, measures: Sequence[int]) -> RowsByMeasure:
    """Return the rows that a new draft would have for these measures."""
    chosen = list_measures_to_pass_on(notice, draft.government).filter(pk__in=measures)
    rows = build_first_rows(draft.government, notice, list(chosen))
    return {row["measure"]: row for row in rows}


def update_rows(
    rows: Sequence[DraftRow], before: RowsByMeasure, after: RowsByMeasure
) -> tuple[list[DraftRow], list[int]]:
    """Return the updated rows of a draft and the numbers (from 1) of changed ones. Pure."""
    made: list[DraftRow] = []
    changed: list[int] = []
    for place, row in enumerate(rows, start=1):
        old, new = before.get(row["measure"]), after.get(row["measure"])
        one = _update_row(row, old, new) if old and new else row
        if one != row:
            changed.append(place)
        made.append(one)
    return made, changed


def _update_row(row: DraftRow, old: DraftRow, new: DraftRow) -> DraftRow:
    made = row.copy()
    for field in _TEXT_FIELDS:
        if made.get(field) == old[field]:
            made[field] = new[field]
    for part in _UNIT_FIELDS:
        made[part] = _update_units(made.get(part) or [], old[part], new[part])
    extras = made.get("extras") or {}
    made["extras"] = {
        head: new["extras"].get(head, "") if text == old["extras"].get(head) else text for head, text in extras.items()
    }
    return made


def _update_units(now: list[str], old: list[str], new: list[str]) -> list[str]:
    """Return updated names: all if none was edited, else only the replaced ones."""
    if now == old:
        return list(new)
    gone, come = [value for value in old if value not in new], [value for value in new if value not in old]
    if len(gone) == len(come):
        names = dict(zip(gone, come, strict=True))
        return list(dict.fromkeys(names.get(value, value) for value in now))
    return now


@action("passing.follow", label="随来源通知更正", rule=check_is_system)
def follow_source(
    draft: ChildDraft, *, by: Actor, rows: Sequence[Mapping[str, object]], changed: list[int]
) -> ActionResult:
    """Store rows updated from the source and notify the drafting office."""
    draft.rows = rows
    ChildDraft.objects.filter(pk=draft.pk).update(rows=rows, version=F("version") + 1)
    draft.version += 1
    places = "、".join(map(str, changed[:20]))
    tell = Notification(
        subject=f"草稿随来源通知更正：{draft.title[:60]}",
        body=f"来源通知有更正，下发通知草稿第{places}条已相应更正；自己改写过的内容没有变动。",
        link=draft.url,
        key=f"follow:{draft.pk}:{draft.version}",
        **issuer_recipients(draft.government),
    )
    return ActionResult(words=f"随来源通知更正第{places}条"[:300], facts={"rows": changed}, tell=(tell,))
