"""Register of sent urgings (已发催办): acknowledgement and remaining work, with its filters."""

from collections.abc import Mapping

from django import forms
from django.db.models import Exists, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from gongkai.core.ledger import urgings
from gongkai.core.ledger.actions import receive_urging
from gongkai.core.ledger.models import Entry, Urging
from gongkai.core.ledger.queries import visible_to
from gongkai.core.registers.columns import FILE_AND_RECORD, Column, render_chip, render_light, row_link
from gongkai.core.registers.filters import YearFilter, YesNoFilter
from gongkai.core.registers.forms import Act
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role


def list_years_with_entries() -> list[int]:
    """Return the years with entries and this year, newest first, by index lookups."""
    newest = Entry.objects.order_by("-year").values_list("year", flat=True).first()
    oldest = Entry.objects.order_by("year").values_list("year", flat=True).first()
    this_year = timezone.localdate().year
    if newest is None or oldest is None:
        return [this_year]
    between = range(oldest, newest + 1)
    # DISTINCT would read the index of a million rows; one row of each year is enough.
    existence = Entry.objects.order_by().values_list(*(Exists(Entry.objects.filter(year=year)) for year in between))[0]
    years_with_entries = {year for year, is_there in zip(between, existence, strict=True) if is_there}
    return sorted(years_with_entries | {this_year}, reverse=True)


def _render_received(row: Urging) -> object:
    """Return when an urging was acknowledged, or that it was not and whether its work is open."""
    if row.received_at:
        return row.received_at
    return render_chip("待签收") if row.left else "未签收，已办"  # type: ignore[attr-defined]


def _describe_open_entries(row: Urging) -> str:
    open_count, total = row.left, row.of  # type: ignore[attr-defined]
    return f"还有{open_count}项未办，共{total}项" if open_count else f"{total}项都已报送或办结"


class UrgingRegister(Register[Urging]):
    """Urgings visible to the user, newest first."""

    name, route, model, title = "office.urgings", "ledger_urgings", Urging, "已发催办"
    section = (("台账", "ledger_list"), "催办")
    columns = (
        "body",
        "sent_at",
        Column("sent_by", width=16),
        Column("words", at=FILE_AND_RECORD),
        Column("received_at", "签收", value=lambda row: row.received_at, cell=_render_received, order="received_at"),
        Column("received_by", at=FILE_AND_RECORD),
        Column("answer", at=FILE_AND_RECORD),
        Column("left", "事项", value=_describe_open_entries, order="left"),
        "raised_at",
    )
    filters = (
        "body",
        ("received", YesNoFilter("received_at", "签收", yes="已签收", no="未签收")),
        ("raised", YesNoFilter("raised_at", "上报", yes="已上报", no="没有上报")),
        YearFilter("sent_at"),
    )
    search_fields = ("words", "answer", "sent_by", "entries__title")
    ordering = ("-sent_at",)
    intro = f"满{urgings.WORKDAYS_TO_ACKNOWLEDGE}个工作日没有签收，或者满{urgings.WORKDAYS_TO_SUBMIT}个工作日仍没有报送的，自动报单位负责人和上级。"
    empty = "还没有发过催办。在“已逾期”中勾选单位即可发送。"
    template = "office/urged.html"
    acts = (
        Act(
            action=receive_urging,
            label="签收",
            done="已签收。",
            asks={"words": forms.CharField(label="签收说明", help_text="何时办结", required=False, max_length=300)},
        ),
    )
    parts = (
        RecordTable(
            name="entries",
            title="催办的事项",
            model=Entry,
            rows=lambda row, by: visible_to(by).filter(urgings=row).order_by("due_at", "pk"),
            columns=(
                Column("number", cell=row_link),
                "title",
                Column("due_at", "期限"),
                Column("state", "状态", value=lambda entry: render_light(entry.light, entry.state_label)),
            ),
        ),
    )

    def rows(self, by: Actor) -> "QuerySet[Urging]":
        """Return the urgings with counts of their entries."""
        return urgings.with_open_counts(super().rows(by))

    def get_heading(self, row: Urging) -> str:
        """Return the heading of an urging's page."""
        return f"催办{row.body.label}"

    def extra_context(self, request: HttpRequest, listing: Listing[Urging]) -> Mapping[str, object]:
        """Return true in `urges` if the user also sends urgings."""
        return {"urges": listing.by.has(Role.CHIEF)}
