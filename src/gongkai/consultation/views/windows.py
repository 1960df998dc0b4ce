"""综合咨询窗口: the windows, and the roster of a month, day by day."""

from datetime import date
from typing import TYPE_CHECKING, Unpack

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.consultation import actions, roster
from gongkai.consultation.importing_roster import SHEET
from gongkai.consultation.models import ServiceWindow
from gongkai.consultation.views.answers import writable
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.forms import FormFacts, Posted, Sent, dress
from gongkai.units.actors import require_staff_actor
from gongkai.units.forms.base import BodyChoice, Day

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.units.models import Body


class WindowForm(forms.Form):
    """A window."""

    body = BodyChoice(label="单位")
    name = forms.CharField(label="窗口名称", max_length=80, initial="综合咨询窗口")
    place = forms.CharField(label="地点", max_length=160, help_text="如市政务服务中心一楼A区3号窗口")
    hours = forms.CharField(label="服务时间", max_length=120, initial="工作日9:00–12:00，14:00–17:30")
    opened_on = Day(label="启用日期", initial=timezone.localdate)

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        bodies: "QuerySet[Body]",
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        dress(self)
        if len(bodies) == 1:
            self.fields["body"].initial = bodies[0].pk


def windows(request: HttpRequest) -> HttpResponse:
    """The windows, each with the working days that nobody is named for; entering one."""
    by = require_staff_actor(request)
    form = WindowForm(request.POST or None, bodies=writable(by))
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        body = facts.pop("body")
        if run_with_messages(request, lambda: actions.open_window(body, by=by, **facts), "已设立，请排班。"):
            return redirect("consultation:windows")
    today = timezone.localdate()
    rows = list(roster.windows_visible_to(by).filter(closed_on=None))
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, roster.rows(rows, today), SHEET.name)
    shown = {
        "rows": [(service_window, roster.gaps(service_window, today)) for service_window in rows],
        "form": form,
        "may_write": writable(by).exists(),
        "ahead": roster.AHEAD,
    }
    return render(request, "consultation/windows.html", shown)


def window(request: HttpRequest, number: int) -> HttpResponse:
    """One window: its roster of a month, a field for each working day."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, ServiceWindow, number)
    month = _month(request.GET.get("month", "")) or timezone.localdate().replace(day=1)
    days = roster.month_of(row, month)
    if request.method == "POST":
        people = {
            day_of.day: request.POST.get(f"day-{day_of.day.isoformat()}", day_of.people) for day_of in days
        }
        if everyday := request.POST.get("fill", "").strip():
            blank = {day for day, names in people.items() if not names.strip()}
            people |= dict.fromkeys(blank, everyday)
        if run_with_messages(request, lambda: actions.plan_shifts(row, by=by, people=people), "排班已保存。"):
            return redirect(f"{reverse('consultation:window', args=[number])}?month={month:%Y-%m}")
        days = [roster.DayOf(day_of.day, people[day_of.day], day_of.past) for day_of in days]
    shown = {
        "window": row,
        "days": days,
        "month": month,
        "before": roster.months_on(month, -1),
        "after": roster.months_on(month, 1),
        "may_plan": not actions.plan_shifts.why_not(row, by=by),
    }
    return render(request, "consultation/window.html", shown)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 and "2000" < text[:4] < "2100" else None
    except ValueError:
        return None


@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close a window."""
    by = require_staff_actor(request)
    row = get_visible_or_404(by, ServiceWindow, number)
    reason = request.POST.get("reason", "")
    run_with_messages(request, lambda: actions.close_window(row, by=by, reason=reason), "已停用。")
    return redirect("consultation:windows")
