"""Pages of the working-day calendar (工作日历), of periods of law (期限规定) and of their changes."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger import holidays, legal_changes
from gongkai.core.ledger.forms.legal_changes import (
    FigureChangeForm,
    HolidayYearForm,
    NoticeTextForm,
    make_holiday_form_values,
)
from gongkai.core.ledger.models import ChangeState, HolidayYear, LegalChange
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import get_requested_year, parse_year
from gongkai.lib import law


def terms_page(request: HttpRequest) -> HttpResponse:
    """Page: the periods in force today, and the changes that were entered."""
    by, today = require_staff_actor(request), law.get_figures_in_force()
    figures = [today.get(key, figure) for key, figure in legal_changes.map_changeable_figures().items()]
    context = {
        "figures": sorted(figures, key=lambda one: one.key),
        "page": get_page(request, legal_changes.changes_visible_to(by).order_by("-pk")),
        "may": not legal_changes.enter_figure.why_not(None, by=by),
    }
    return render(request, "ledger/terms.html", context)


def enter_term_page(request: HttpRequest) -> HttpResponse:
    """Page: enter a change of a period; the next page previews it."""
    by = require_staff_actor(request)
    form = FigureChangeForm(request.POST if request.method == "POST" else None)
    reasons = legal_changes.enter_figure.why_not(None, by=by)
    if not reasons and form.is_valid():
        changes: list[LegalChange] = []
        facts = form.cleaned_data
        if run_with_messages(
            request,
            lambda: changes.append(legal_changes.enter_figure(None, by=by, **facts)),
            "已登记，由另一人核对后生效。",
        ):
            return redirect("ledger_legal_change", pk=changes[0].pk)
    return render(request, "ledger/enter_term.html", {"form": form, "reasons": reasons})


def legal_change_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: a change with the open entries that it moves; confirm or refuse it."""
    by, change = require_staff_actor(request), get_visible_or_404(request.user, LegalChange, pk)
    if request.method == "POST":
        if request.POST.get("do") == "confirm":
            run_with_messages(
                request,
                lambda: legal_changes.confirm(change, by=by),
                "已核对，变动生效。未办结事项的到期日由日常任务重新计算，已办结的不变。",
            )
        else:
            reason = request.POST.get("reason", "")
            run_with_messages(request, lambda: legal_changes.refuse(change, by=by, reason=reason), "已不予登记。")
        return redirect("ledger_legal_change", pk=change.pk)
    is_pending = change.state == ChangeState.WAITING
    redated_entries = legal_changes.preview_change(change) if is_pending else []
    context = {
        "change": change,
        "waits": is_pending,
        "page": get_page(request, redated_entries),
        "confirm_reasons": legal_changes.confirm.why_not(change, by=by),
        "may_refuse": not legal_changes.refuse.why_not(change, by=by),
    }
    return render(request, "ledger/legal_change.html", context)


def calendar_page(request: HttpRequest) -> HttpResponse:
    """Page: the working days of a year with their holiday notice."""
    by, today = require_staff_actor(request), timezone.localdate()
    calendar = law.default_calendar()
    last_year = max({today.year + 1, *calendar.years})
    years = list(range(min(calendar.years, default=today.year), last_year + 1))
    requested_year = get_requested_year(request)
    year = requested_year if requested_year in years else today.year
    notice = holidays.find_holiday_notice(year)
    months = holidays.list_months(year, calendar)
    context = {
        "year": year,
        "years": [(number, number in calendar.years) for number in reversed(years)],
        "notice": notice,
        "changes": calendar.list_changes(year),
        "waiting_changes": legal_changes.changes_visible_to(by).filter(
            kind=LegalChange.Kind.CALENDAR, state=ChangeState.WAITING, facts__year=year
        ),
        "spans": [
            (
                days_off,
                holidays.format_holiday_period(days_off),
                (days_off.last - days_off.first) // timedelta(days=1) + 1,
            )
            for days_off in (notice.off if notice else ())
        ],
        "months": months,
        "worked": sum(month.worked for month in months),
        "entered": HolidayYear.objects.filter(year=year).order_by("-pk"),
        "waiting": visible_to(by).open().filter(provisional=True).count() if not notice else 0,
        "may": not holidays.enter_holidays.why_not(None, by=by),
        "today": today,
    }
    return render(request, "ledger/calendar.html", context)


def enter_year_page(request: HttpRequest) -> HttpResponse:
    """Page: parse a holiday notice, show it for correction, save it."""
    by, posted = require_staff_actor(request), request.POST if request.method == "POST" else None
    reasons = holidays.enter_holidays.why_not(None, by=by)
    reading = posted is not None and "read" in posted
    year = parse_year(request.GET.get("year", ""))
    notice = holidays.find_holiday_notice(year) if year else None
    start = make_holiday_form_values(notice) if notice else {"year": year} if year else {}
    form, text = HolidayYearForm(initial=start), NoticeTextForm(posted if reading else None)
    if reading and text.is_valid():
        form = HolidayYearForm(initial={**start, **make_holiday_form_values(text.cleaned_data["notice"])})
    elif posted is not None and not reading:
        form = HolidayYearForm(posted)
        if not reasons and form.is_valid() and (page := _save_year(request, by, form.cleaned_data["notice"])):
            return page
    context = {"form": form, "text": text, "reasons": reasons, "read": reading and text.is_valid(), "there": notice}
    return render(request, "ledger/enter_year.html", context)


def _save_year(request: HttpRequest, by: Actor, notice: law.HolidayNotice) -> HttpResponse | None:
    """Save a new year, or a change of a known one for a second person to confirm; None if it was refused."""
    if holidays.find_holiday_notice(notice.year):
        changes: list[LegalChange] = []
        text = "已登记调整，由另一人核对后生效。"
        work = lambda: changes.append(legal_changes.enter_calendar(None, by=by, notice=notice))  # noqa: E731
        succeeded = run_with_messages(request, work, text)
        return redirect("ledger_legal_change", pk=changes[0].pk) if succeeded else None
    text = (
        f"已登记{notice.year}年放假安排。"
        "未办结事项的到期日由日常任务按新的安排重新计算，有变动的在该事项的办理过程中注明。"
    )
    if run_with_messages(request, lambda: holidays.enter_holidays(None, by=by, notice=notice), text):
        return redirect(f"{reverse('ledger_calendar')}?year={notice.year}")
    return None
