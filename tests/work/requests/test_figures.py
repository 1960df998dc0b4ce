"""Tables three and four: they balance in each column, for each unit, at any date; each figure lists its rows; `check_annual_report` agrees."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from factories.annual import insert_random_requests
from factories.requests import do, register
from factories.units import BodyFactory
from gongkai.core.ledger.forms import ENTRY_FORMS_BY_ACTION
from gongkai.core.units.models import Body
from gongkai.lib.law.annual import check_annual_report
from gongkai.lib.law.annual_form import TABLE3_COLUMNS, TABLE3_RESULTS, TABLE3_ROWS, TABLE4_COLUMNS, TABLE4_ROWS
from gongkai.work.requests.models import Dispute, Request
from gongkai.work.requests.queries.statistics import (
    ReportPeriod,
    compute_table3,
    compute_table4,
    make_table3_column_condition,
    make_table3_row_condition,
    make_table4_cell_condition,
)
from gongkai.work.requests.results import DECIDABLE_RESULTS, REQUEST_RESULTS, REVIEW_FIRST
from gongkai.work.requests.states import CLOSED_STATES, OPEN_STATES, REQUEST_ACTS, REQUEST_MACHINE, STATE_LABELS

pytestmark = pytest.mark.django_db
TABLE2 = {
    "rules": [0, 0, 0],
    "normative_documents": [0, 0, 0],
    "licences": 0,
    "penalties": 0,
    "coercive_measures": 0,
    "fees_10k_yuan": 0,
}
COUNT = 900


def scene() -> SimpleNamespace:
    """Create requests over three years with all results, or none, in days or years, and disputes over a third of them."""
    bodies = [BodyFactory() for _ in range(3)]
    insert_random_requests(bodies, COUNT, year=2024)
    return SimpleNamespace(bodies=bodies)


REPORT_DATES = [
    date(2023, 1, 31),
    date(2024, 2, 29),
    date(2024, 12, 31),
    date(2025, 7, 7),
]


def select_rows(body: Body | None) -> tuple[Any, Any]:
    requests, disputes = Request.objects.all(), Dispute.objects.all()
    if body is None:
        return requests, disputes
    return requests.filter(entry__body=body), disputes.filter(body=body)


@pytest.mark.parametrize("until", REPORT_DATES, ids=str)
def test_report_balances_for_every_unit_at_any_date(kept: SimpleNamespace, until: date) -> None:
    span = ReportPeriod.of(until.year, until)
    for body in (*kept.bodies, None):
        requests, disputes = select_rows(body)
        report = {"year": until.year, "unit": "云岭市", "table2": TABLE2}
        report |= {"table3": compute_table3(requests, span), "table4": compute_table4(disputes, span)}
        verdict = check_annual_report(report)
        assert verdict.ok, verdict.errors
        assert any(report["table3"]["1"])


def test_carried_over_requests_equal_next_years_opening_figure(kept: SimpleNamespace) -> None:
    for body in (*kept.bodies, None):
        years = {year: compute_table3(select_rows(body)[0], ReportPeriod.of(year)) for year in (2023, 2024, 2025, 2026)}
        for year in (2024, 2025, 2026):
            assert years[year]["2"] == years[year - 1]["4"]


def test_each_figure_lists_its_rows(kept: SimpleNamespace) -> None:
    span = ReportPeriod.of(2024, date(2024, 9, 30))
    requests, disputes = select_rows(kept.bodies[0])
    three, four = compute_table3(requests, span), compute_table4(disputes, span)
    for row in TABLE3_ROWS:
        for place, column in enumerate(TABLE3_COLUMNS):
            listed = requests.filter(make_table3_row_condition(row, span), make_table3_column_condition(column))
            assert listed.count() == three[row][place]
    for row in TABLE4_ROWS:
        for place, column in enumerate(TABLE4_COLUMNS):
            assert disputes.filter(make_table4_cell_condition(row, column, span)).count() == four[row][place]


def test_every_result_has_a_row_in_table3(kept: SimpleNamespace) -> None:
    rows = compute_table3(Request.objects.all(), ReportPeriod.of(2024))
    assert all(rows[key][6] for key in REQUEST_RESULTS)


def test_results_of_actions_are_counted_in_their_rows(db: None) -> None:
    today = timezone.localdate()
    done = do(register(), "decide", result="3.1")
    split = register(done.body)
    do(split, "split", pieces=["项目清单", "资金安排"])
    do(register(done.body), "withdraw")
    rows = compute_table3(Request.objects.filter(entry__body=done.body), ReportPeriod.of(today.year))
    counts = {row: cells[6] for row, cells in rows.items() if cells[6]}
    assert counts == {"1": 4, "3.1": 1, "3.6.3": 1, "3.7": 2, "4": 2}


# The table of actions: each has words, provision, form and action.


def test_actions_have_forms_and_cover_all_states() -> None:
    assert {f"request.{verb}" for verb in REQUEST_ACTS} <= set(ENTRY_FORMS_BY_ACTION)
    reached = {to for act in REQUEST_ACTS.values() for to in act.to} | {REQUEST_MACHINE.first}
    assert reached == set(STATE_LABELS)
    for state in OPEN_STATES:
        assert any(state in act.sources and set(act.to) & CLOSED_STATES for act in REQUEST_ACTS.values())


def test_21_results_equal_rows_of_the_form() -> None:
    assert list(REQUEST_RESULTS) == list(TABLE3_RESULTS)
    assert len(REQUEST_RESULTS) == 21
    assert len(DECIDABLE_RESULTS) == 19
    review = {key for key, one in REQUEST_RESULTS.items() if one.remedies == REVIEW_FIRST}
    assert review == {"3.2", *(f"3.3.{n}" for n in range(1, 8))}
