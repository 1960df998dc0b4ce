"""What stands above a register's rows: heads that order them, tabs, and the two views of a list that somebody owes rows to."""

from collections.abc import Sequence

from django.http import HttpRequest

from gongkai.core.registers.columns import BoundColumn
from gongkai.core.registers.filters import Listed
from gongkai.core.units.models import Body
from gongkai.core.widgets.paging import address_with

#: What the address calls the units that owe a row and have none.
MISSING = "missing"
#: So many of them are named in the sentence above the list.
NAMED = 5


def heads_of(
    request: HttpRequest, columns: Sequence[BoundColumn], main: BoundColumn, order: str
) -> list[dict[str, object]]:
    """Return the heads of a list, each with the address that orders the rows by it, or turns their order."""
    heads: list[dict[str, object]] = []
    for column in columns:
        now = order.removeprefix("-") == column.order and bool(order)
        down = now and order.startswith("-")
        turned = column.order if not now or down else f"-{column.order}"
        heads.append(
            {
                "head": column.head,
                "css": column.css,
                "main": column is main,
                "url": address_with(request, sort=turned, page="") if column.order else "",
                "sorted": ("descending" if down else "ascending") if now else "",
            }
        )
    return heads


def tabs_of(request: HttpRequest, filters: Listed) -> list[tuple[str, str, bool]]:
    """Return the choices of the filter that is shown as tabs, each with how many rows it has under what else was chosen."""
    if not filters.tabs:
        return []
    chosen = str(filters.chosen.get(filters.tabs, ""))
    made = []
    for value, label in filters.form.fields[filters.tabs].choices:  # type: ignore[attr-defined]
        count = filters.rows({filters.tabs: value}).count()
        url = address_with(request, **{filters.tabs: value, "page": ""})
        made.append((f"{label} {count}", url, value == chosen))
    return made


def views_of(
    request: HttpRequest, count: int, missing: "list[Body] | None", *, lacking: bool
) -> list[tuple[str, str, bool]]:
    """Return the two views of a list that somebody owes rows to: what is there, and who is missing."""
    if missing is None:
        return []
    return [
        (f"已登记 {count}", address_with(request, show="", page=""), not lacking),
        (f"还没有登记的单位 {len(missing)}", address_with(request, show=MISSING, page=""), lacking),
    ]
