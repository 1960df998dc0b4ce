"""Pages of the dashboards, with charts and spreadsheets."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from gongkai.content.reviewing.signature_queue import list_first_in_line, make_review_rows
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.ledger.queries import visible_to
from gongkai.core.spreadsheets import Column
from gongkai.core.spreadsheets import Sheet as Table
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.core.widgets.charts import (
    GREY_COLOUR,
    RED,
    SOFT,
    Bar,
    BarRow,
    Series,
    draw_bar_rows,
    draw_columns,
    inline_colours,
)
from gongkai.core.widgets.query_parameters import asks_file, get_requested_year, parse_day
from gongkai.core.widgets.responses import download_response
from gongkai.oversight.assessment.queries import rounds_visible_to, units_visible_to
from gongkai.oversight.assessment.queries.consequences import list_open_duties
from gongkai.oversight.assessment.queries.scores import list_standings
from gongkai.oversight.assessment.queries.visible import can_oversee_round
from gongkai.oversight.assessment.states import STATES_WITH_SHOWN_SCORES, RoundState
from gongkai.ui.office import boards
from gongkai.ui.office.app_switches import is_package_off
from gongkai.ui.office.registers import list_years_with_entries

#: Maximum number of texts to sign on the leader's board.
MAX_TEXTS_TO_SIGN = 4
SVG_CONTENT_TYPE = "image/svg+xml"
KINDS_TABLE = Table(
    "按台账",
    (
        Column("label", "台账", width=18),
        Column("account__total", "应办"),
        Column("account__open", "未办结"),
        Column("account__yellow", "其中临期"),
        Column("account__red", "其中逾期"),
        Column("account__in_time", "按期办结"),
        Column("account__late", "逾期办结"),
        Column("account__in_time_rate", "按期办结率（%）"),
    ),
)


def _draw_trend(months: list[boards.MonthFigures], title: str) -> SafeString:
    """Draw months as columns: closed in time, closed late, and due but open."""
    layers = (
        Series("按期办结", SOFT, [month.in_time for month in months]),
        Series("逾期办结", GREY_COLOUR, [month.late for month in months], hatched=True),
        Series("到期未办结", RED, [month.owed for month in months]),
    )
    return draw_columns(title, [month.label for month in months], layers)


def _get_bar_widths(rows: list[tuple[Body, int]]) -> list[tuple[Body, int, int]]:
    """Return (unit, count, width in percent of the largest count)."""
    most = max((count for _, count in rows), default=1)
    return [(body, count, round(100 * count / most)) for body, count in rows]


def _draw_late_units(sheet: boards.LeaderSheet) -> SafeString:
    rows = [BarRow(body.label, [Bar(count, f"{count}项", RED)]) for body, count in sheet.late_units]
    return draw_bar_rows("逾期未办结最多的单位", rows)


@require_GET
def redirect_to_board(request: HttpRequest) -> HttpResponse:
    """Redirect to the leader's board of those who have one, else to the unit's."""
    by = require_staff_actor(request)
    return HttpResponseRedirect(reverse("office_leader" if boards.has_board(by) else "office_standing"))


@require_GET
def leader_page(request: HttpRequest) -> HttpResponse:
    """Page: the figures of a year for leaders, on one screen or one sheet of paper."""
    by, year = require_staff_actor(request), get_requested_year(request)
    if not boards.has_board(by):
        return HttpResponseRedirect(reverse("office_standing"))
    if asks_file(request):
        return spreadsheet_response(KINDS_TABLE, boards.build_sheet(by, year).kinds, f"领导看板{year}", guide=False)
    sheet = boards.load_sheet(by, year)
    context: dict[str, object] = {
        "sheet": sheet,
        "year": year,
        "years": list_years_with_entries(),
        "trend": _draw_trend(sheet.months, "近十二个月办结和逾期"),
        "late_rows": _get_bar_widths(sheet.late_units),
        "opens": set(boards.list_viewable_units(by).values_list("pk", flat=True)),
        **_build_assessment_context(request),
        "to_sign": make_review_rows(
            list(list_first_in_line(by).order_by("held_since", "pk")[: MAX_TEXTS_TO_SIGN + 1]), by
        ),
        "signed_shown": MAX_TEXTS_TO_SIGN,
        "drills": by.has(*SUPERVISING_ROLES),
        "government": next(iter(boards.list_led_governments(by)), None),
        "now": sheet.as_of or timezone.now(),
        "tabs": _build_tabs(by, "leader"),
    }
    return render(request, "office/leader.html", context)


def _build_assessment_context(request: HttpRequest) -> dict[str, object]:
    """Return the last rounds of the assessment and the last ranking; {} if that app is switched off."""
    if is_package_off("gongkai.oversight.assessment"):
        return {}
    rows = rounds_visible_to(request.user)
    return {"rounds": [row for row in rows[:3] if can_oversee_round(request.user, row)], "best": _get_ranking(request)}


def _get_ranking(request: HttpRequest) -> dict[str, object] | None:
    """Return the highest and lowest units of the last scored round; None if not permitted."""
    last_round = rounds_visible_to(request.user).filter(state__in=STATES_WITH_SHOWN_SCORES).first()
    if last_round is None or not can_oversee_round(request.user, last_round):
        return None
    standings = [standing for standing in list_standings(last_round) if standing.place]
    groups = [
        [one for one in standings if one.unit.group == name]
        for name in dict.fromkeys(one.unit.group for one in standings)
    ]
    group = max(groups, key=len, default=[])
    return {"round": last_round, "first": group[:3], "last": group[-3:] if len(group) > 5 else []}


@require_GET
def download_chart(request: HttpRequest, name: str) -> HttpResponse:
    """Download a chart of the leader's sheet."""
    by, year = require_staff_actor(request), get_requested_year(request)
    if not boards.has_board(by) or name not in {"trend", "late"}:
        raise Http404("没有这张图")
    sheet = boards.load_sheet(by, year)
    picture = _draw_trend(sheet.months, "近十二个月办结和逾期") if name == "trend" else _draw_late_units(sheet)
    return download_response(inline_colours(picture).encode(), f"{name}-{year}.svg", SVG_CONTENT_TYPE)


@require_GET
def week_page(request: HttpRequest) -> HttpResponse:
    """Page: the entries of an open-government office by day of the week."""
    by = require_staff_actor(request)
    figures = boards.count_week(by, parse_day(request.GET.get("day", "")))
    return render(
        request, "office/week.html", {"week": figures, "today": timezone.localdate(), "tabs": _build_tabs(by, "week")}
    )


@require_GET
def unit_results_page(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Page: the results of a unit that the user may see, by default their own."""
    by, year = require_staff_actor(request), get_requested_year(request)
    bodies = boards.list_viewable_units(by)
    default_body = bodies.filter(pk__in=by.bodies).first() or bodies.first()
    body = get_visible_or_404(by, Body, number, pk__in=bodies) if number is not None else default_body
    if body is None:
        raise PermissionDenied("没有可以查看的单位。")
    comparison = boards.compare_unit(by, body, year)
    if asks_file(request):
        return spreadsheet_response(KINDS_TABLE, comparison.kinds, f"{body.label}{year}", guide=False)
    unit = units_visible_to(request.user).filter(body=body).order_by("-round__year", "-pk")
    assesses = not is_package_off("gongkai.oversight.assessment")
    current = unit.exclude(round__state=RoundState.PLANNED).first() if assesses else None
    duties = list_open_duties(current, 8) if current else []
    listed = [entry.pk for entry in comparison.late] + [duty.entry.pk for duty in duties]
    context = {
        "standing": comparison,
        "year": year,
        "years": list_years_with_entries(),
        "trend": _draw_trend(comparison.months, f"{body.name}近十二个月办结和逾期"),
        "assesses": assesses,
        "assessed": current,
        "duties": duties,
        "others": bodies if boards.has_board(by) else [],
        "drills": by.has(*SUPERVISING_ROLES) or body.pk in by.bodies,
        "opens": set(visible_to(by).filter(pk__in=listed).values_list("pk", flat=True)),
        "tabs": _build_tabs(by, "standing"),
    }
    return render(request, "office/standing.html", context)


def _build_tabs(by: Actor, current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs (label, URL, current) of the boards that the user may see."""
    rows = [("standing", "单位情况", True), ("week", "本周", by.has(*SUPERVISING_ROLES, Role.LEAD, Role.CLERK))]
    rows.insert(0, ("leader", "领导看板", boards.has_board(by)))
    return [(label, reverse(f"office_{name}"), name == current) for name, label, has in rows if has]
