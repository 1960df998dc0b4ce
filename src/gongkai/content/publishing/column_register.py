"""The register of a site's columns: four required fields, last update, light of the cycle (P-02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from gongkai.content.editions.models import Column, ColumnKind, Website
from gongkai.content.editions.queries import map_last_updates, shelf_visible_to
from gongkai.content.editions.shelves import get_listed_standings
from gongkai.core.units.actors import ANONYMOUS


@dataclass(frozen=True)
class ColumnRegisterRow:
    """A column with its depth, last update, items, texts still placed elsewhere, light with sentence, missing fields."""

    column: Column
    depth: int
    updated_at: datetime | None
    items: int
    waiting: int
    light: str
    words: str
    missing: tuple[str, ...]


def list_register_rows(website: Website) -> list[ColumnRegisterRow]:
    """Return a site's columns in tree order with last update and light, in a constant number of queries (P-02)."""
    from gongkai.content.publishing.actions.columns import list_missing_fields

    moment = timezone.now()
    columns = list(
        Column.objects.filter(website=website)
        .select_related("owner", "person", "parent")
        .annotate(waits=Count("waiting"))
    )
    updates = map_last_updates(website, moment)
    counts: dict[int, int] = dict(
        shelf_visible_to(ANONYMOUS, moment)
        .filter(website=website, column__isnull=False)
        .values_list("column")
        .annotate(count=Count("pk"))
    )
    rows = []
    for column in sort_as_tree(columns):
        light, text = get_cycle_light(column, updates.get(column.pk), moment)
        rows.append(
            ColumnRegisterRow(
                column,
                column.path.count("/") - 2,
                updates.get(column.pk),
                counts.get(column.pk, 0),
                int(getattr(column, "waits", 0)),
                light,
                text,
                tuple(list_missing_fields(column)),
            )
        )
    return rows


def sort_as_tree(columns: Sequence[Column]) -> list[Column]:
    """Return columns in tree order, parents before children, by position."""
    below: dict[int | None, list[Column]] = {}
    for column in sorted(columns, key=lambda c: (c.position, c.pk)):
        below.setdefault(column.parent_id, []).append(column)
    ordered: list[Column] = []

    def walk(parent: int | None) -> None:
        """Append the columns below `parent`, each followed by those below it."""
        for column in below.get(parent, []):
            ordered.append(column)
            walk(column.pk)

    walk(None)
    return ordered


#: Share of a cycle after which the light is yellow.
WARNING_SHARE = 2 / 3


def get_cycle_light(column: Column, updated_at: datetime | None, now: datetime) -> tuple[str, str]:
    """Return (light, sentence) of a column's update cycle: red once the cycle has passed without an update (P-02)."""
    if not column.is_open:
        return "blue", "未开通"
    if column.archived_at:
        return "grey", "已归档"
    if get_listed_standings(column.name):
        return "grey", "按政策库的有效性自动列示"
    if column.kind == ColumnKind.LINK:
        return "grey", "链接栏目，内容由所链接的网站更新"
    if not column.cycle_days:
        return "grey", column.cycle or "未设周期"
    since = updated_at or column.opened_at
    assert since is not None, "an open column has a day on which it opened"
    return _judge_by_days((timezone.localdate(now) - timezone.localdate(since)).days, column, empty=updated_at is None)


def _judge_by_days(days: int, column: Column, *, empty: bool) -> tuple[str, str]:
    """Return (light, sentence) by the calendar days since the last update, or since the opening of a column without any."""
    cycle = column.cycle_days or 0
    remaining = f"{cycle - days}天内须更新"
    if days > cycle:
        return "red", f"已{days}天{'没有信息' if empty else '未更新'}（应{column.cycle}）"
    light = "yellow" if days > cycle * WARNING_SHARE else "green"
    if empty:
        return light, f"还没有信息，{remaining}"
    if light == "yellow":
        return light, f"{days}天前更新，{remaining}"
    return light, f"{days}天前更新" if days else "今天更新"
