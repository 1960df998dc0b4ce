"""The statistics page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai.core.ledger import figures
from gongkai.core.ledger.filters import LedgerFilter
from gongkai.core.ledger.kinds import list_uncounted_kinds
from gongkai.core.ledger.queries import list_kind_choices
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.core.units.unit_choice import find_opened_government
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.core.widgets.charts import draw_comparison
from gongkai.ui.office.registers import list_years_with_entries
from gongkai.ui.office.statistics import (
    UNITS_QUESTION,
    StatisticsQuery,
    UnitEntryCounts,
    collapse_districts,
    read_unit_counts,
    sum_unit_counts,
)

STATISTICS_SHEET = Sheet(
    "各单位统计",
    (
        Column("body", "单位", write=lambda a: a.body.name, width=30),
        Column("total", "应办"),
        Column("open", "未办结"),
        Column("yellow", "其中临期"),
        Column("red", "其中逾期"),
        Column("in_time", "按期办结"),
        Column("late", "逾期办结"),
        Column("closed_rate", "办结率（%）"),
        Column("in_time_rate", "按期办结率（%）"),
    ),
)


@dataclass(frozen=True)
class _RequestedFigures:
    """The statistics that a page shows: `found` counts of units below `home`, or below one of its
    governments (`under`).

    `wanted` is the query; `as_of` is the time of counting if they are cached.
    """

    wanted: StatisticsQuery
    found: list[UnitEntryCounts]
    home: Body | None
    under: Body | None
    as_of: datetime | None


def _read_request(request: HttpRequest, load_counts: Callable[..., figures.DatedCounts]) -> _RequestedFigures:
    """Return the figures of the requested year, kind and opened government."""
    ledger_filter, actor = LedgerFilter.read(request.GET.dict()), get_actor(request.user)
    query = StatisticsQuery(ledger_filter.year or timezone.localdate().year, ledger_filter.kind)
    answer = load_counts(UNITS_QUESTION, query, by=actor)
    accounts, home = read_unit_counts(answer), _find_top_government(actor)
    opened = find_opened_government(request.GET.get("under"), home)
    if opened is not None:
        accounts = [account for account in accounts if account.body and account.body.path.startswith(opened.path)]
    return _RequestedFigures(query, accounts, home, opened, answer.as_of)


def _find_top_government(actor: Actor) -> Body | None:
    """Return the highest body that the user supervises, or None."""
    reaches = actor.reached_paths(*SUPERVISING_ROLES)
    return Body.objects.filter(path=min(reaches, key=len)).first() if reaches else None


def statistics_page(request: HttpRequest) -> HttpResponse:
    """Page: a year's figures by unit; districts are collapsed if there are very many units."""
    requested = _read_request(request, figures.load_counts)
    rows, collapsed = collapse_districts(requested.found, requested.under or requested.home)
    kinds = list_kind_choices(request.user)
    total_account = sum_unit_counts(requested.found)
    target = (
        (total_account.in_time_rate, f"合计 {total_account.in_time_rate}%")
        if total_account.in_time_rate is not None
        else None
    )
    context = {
        "year": requested.wanted.year,
        "kind": requested.wanted.kind,
        "accounts": rows,
        "closed": collapsed,
        "under": requested.under,
        "as_of": requested.as_of,
        "total": total_account,
        "compared": draw_comparison(
            "按期办结率最低的是{label}，{value}",
            ((row.body.label if row.body else "", row.in_time_rate) for row in rows),
            unit="%",
            maximum=100,
            lowest_first=True,
            target=target,
        ),
        "years": list_years_with_entries(),
        "kinds": kinds,
        "left_out": [label for name, label in kinds if name in list_uncounted_kinds()],
    }
    return render(request, "office/statistics.html", context)


def export_statistics(request: HttpRequest) -> HttpResponse:
    """Download the live figures of all units as a spreadsheet."""
    requested = _read_request(request, figures.count_now)
    name = f"statistics-{requested.wanted.year}" + (f"-{requested.under.label}" if requested.under else "")
    return spreadsheet_response(STATISTICS_SHEET, requested.found, name, guide=False)
