"""Register columns for rows with a ledger entry: title, unit, due date, state."""

from collections.abc import Callable
from operator import attrgetter

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.ledger.models import Entry
from gongkai.core.registers.columns import LIST_ONLY, Column, display_value, render_light
from gongkai.core.registers.filters import UnitFilter
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.widgets.templatetags.ui import days_left, provisional


def _make_entry_getter(path: str) -> Callable[[AnyRow], Entry]:
    return attrgetter(path.replace("__", "."))


def title_column(
    head: str, beside: Callable[[AnyRow], str] = lambda row: "", path: str = "entry", order: str | None = None
) -> Column:
    """Return the column with an entry's title, its number and further text.

    Args:
        head: heading of the column.
        beside: returns further text after the number.
        path: lookup from the row to its entry.
        order: sort field; default: the title. "" if the column shows something else.
    """
    entry_of = _make_entry_getter(path)

    def cell(row: AnyRow) -> SafeString:
        """Return the heading, and below it number and more."""
        entry = entry_of(row)
        second_line = "　".join(filter(None, (entry.number, beside(row))))
        return format_html('{}<br><span class="gk-soft">{}</span>', entry.heading, second_line)

    by = f"{path}__title" if order is None else order
    return Column("title", head, value=lambda row: entry_of(row).heading, cell=cell, order=by, at=LIST_ONLY, width=40)


def unit_column(head: str = "责任单位", path: str = "entry") -> Column:
    """Return the column of the unit responsible for the entry."""
    return Column(f"{path}__body", head, at=LIST_ONLY)


def unit_filter(label: str = "责任单位", path: str = "entry") -> UnitFilter:
    """Return the filter by the unit responsible for the entry."""
    return UnitFilter.of(f"{path}__body", label)


def due_column(head: str = "期限", path: str = "entry", *, hours: bool = False) -> Column:
    """Return the column of the due day (`hours`: moment) with the time left; 停止计算 if paused, "" without due date."""
    entry_of = _make_entry_getter(path)

    def cell(row: AnyRow) -> SafeString | str:
        """Return the due date, and the time left while it runs."""
        entry = entry_of(row)
        if entry.due_at is None:
            return ""
        until = display_value(entry.due_at if hours else timezone.localdate(entry.due_at))
        if entry.closed_at:
            return until
        if entry.paused:
            return "停止计算"
        time_left = days_left(entry.due_at)
        return format_html('{}{}<br><span class="gk-soft">{}</span>', until, provisional(entry), time_left)

    return Column("due", head, value=lambda row: entry_of(row).due_at, cell=cell, order=f"{path}__due_at", at=LIST_ONLY)


def state_column(path: str = "entry") -> Column:
    """Return the column of traffic light and state."""
    entry_of = _make_entry_getter(path)

    def cell(row: AnyRow) -> SafeString:
        entry = entry_of(row)
        return render_light(entry.light, entry.state_label)

    return Column("standing", "状态", value=lambda row: entry_of(row).state_label, cell=cell, order="", at=LIST_ONLY)
