"""Views and registers of service windows (综合咨询窗口)."""

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.registers.columns import Column, render_chip
from gongkai.core.registers.filters import YesNoFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Register
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import require_staff_actor
from gongkai.lib.law.values import add_months
from gongkai.work.consultation import actions, roster
from gongkai.work.consultation.importers import ROSTER_SHEET
from gongkai.work.consultation.models import ServiceWindow
from gongkai.work.consultation.rules import list_handled_units


def _get_unstaffed_days(row: ServiceWindow) -> list[date]:
    return [] if row.closed_on else roster.find_unstaffed_days(row, timezone.localdate())


def _make_unstaffed_cell(row: ServiceWindow) -> object:
    """Return the number of days without people as a chip that names the first six."""
    days = _get_unstaffed_days(row)
    if not days:
        return "没有"
    return render_chip(f"{len(days)}天", "、".join(map(str, days[:6])) + ("…" if len(days) > 6 else ""))


class ServiceWindowRegister(Register[ServiceWindow]):
    """The register of windows with their unplanned working days."""

    name, model, title, section = "consultation.windows", ServiceWindow, "综合咨询窗口", ("互动交流",)
    columns = (
        "name",
        "body",
        "place",
        "hours",
        Column("gaps", "没有安排值守的工作日", value=_get_unstaffed_days, cell=_make_unstaffed_cell, width=30),
    )
    filters = ("body", ("closed", YesNoFilter("closed_on", "使用", yes="已停用", no="使用中")))
    initial_filters = {"closed": "0"}
    ordering = ("body__position", "pk")
    has_record = False
    shown_at = "consultation:window"
    intro = f"政务服务大厅的政策咨询窗口，每个工作日都应安排人员值守。没有安排的在这里和首页提示，先排好今后{roster.WORKING_DAYS_AHEAD}个工作日。"
    empty = "还没有登记窗口。"
    template = "consultation/windows.html"
    new = New(
        action=actions.open_service_window,
        targets=list_handled_units,
        fields=("name", "place", "hours", "opened_on"),
        asks={"place": forms.CharField(label="地点", max_length=160, help_text="如市政务服务中心一楼A区3号窗口")},
        initial=lambda by, row: {
            "name": "综合咨询窗口",
            "hours": "工作日9:00–12:00，14:00–17:30",
            "opened_on": timezone.localdate(),
        },
        done="已设立，请排班。",
    )
    acts = (Act(action=actions.close_window, listed=False, when=lambda row: not row.closed_on, done="已停用。"),)


def download_roster(request: HttpRequest) -> HttpResponse:
    """Export the rosters of the listed windows."""
    windows = ServiceWindowRegister().listing(request, require_staff_actor(request)).rows
    return spreadsheet_response(ROSTER_SHEET, roster.make_roster_rows(windows, timezone.localdate()), ROSTER_SHEET.name)


def window_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a month of a window and plan it; `fill` puts names on all empty days."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, ServiceWindow, number)
    month = _parse_month(request.GET.get("month", "")) or timezone.localdate().replace(day=1)
    days = roster.list_roster_days_of_month(row, month)
    if request.method == "POST":
        people = {day_of.day: request.POST.get(f"day-{day_of.day.isoformat()}", day_of.people) for day_of in days}
        if everyday := request.POST.get("fill", "").strip():
            blank = {day for day, names in people.items() if not names.strip()}
            people |= dict.fromkeys(blank, everyday)
        if run_with_messages(request, lambda: actions.plan_shifts(row, by=by, people=people), "排班已保存。"):
            return redirect(f"{reverse('consultation:window', args=[number])}?month={month:%Y-%m}")
        days = [roster.RosterDay(day_of.day, people[day_of.day], day_of.past) for day_of in days]
    context = {
        "window": row,
        "days": days,
        "month": month,
        "before": add_months(month, -1),
        "after": add_months(month, 1),
        "close_url": ServiceWindowRegister().url("act", row.pk, "close")
        if not actions.close_window.why_not(row, by=by)
        else "",
        "may_plan": not actions.plan_shifts.why_not(row, by=by),
    }
    return render(request, "consultation/window.html", context)


def _parse_month(text: str) -> date | None:
    """Parse a month (2026-11) from 2001 to 2099 as its first day; None for other texts."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 and "2000" < text[:4] < "2100" else None
    except ValueError:
        return None
