"""A synthetic year: reports balance in every column, for each unit and the area, at any date; figures list their rows."""

from datetime import date
from types import SimpleNamespace

import pytest

from factories.annual import YEAR, city, insert_random_requests, make_reports, reload_report
from gongkai.lib.law import annual_form as form
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.checks import find_table_problems
from gongkai.oversight.annual.form import sum_reports, to_tables
from gongkai.oversight.annual.queries.area import count_live_figures, list_all_contributions
from gongkai.oversight.annual.queries.figures import (
    get_period,
    get_values,
    list_counted_disputes,
    list_counted_requests,
)
from gongkai.work.requests.queries.statistics import (
    make_table3_column_condition,
    make_table3_row_condition,
    make_table4_cell_condition,
)

pytestmark = pytest.mark.django_db
COUNT = 900


def scene() -> SimpleNamespace:
    town = city()
    town.reports = make_reports(town)
    town.next = {
        one.body_id: reload_report(one) for one in actions.open_reports(town.government, by=town.chief, year=YEAR + 1)
    }
    insert_random_requests([town.government, town.office, town.housing, town.schools], COUNT)
    return town


REPORT_DATES = [date(YEAR, 6, 30), date(YEAR, 12, 31)]


@pytest.mark.parametrize("until", REPORT_DATES, ids=str)
def test_every_column_balances_for_each_unit_and_the_area(town: SimpleNamespace, until: date) -> None:
    for report in town.reports.values():
        report.until = until
        type(report).objects.filter(pk=report.pk).update(until=until)
    for report in town.reports.values():
        values = get_values(count_live_figures(reload_report(report)))
        wrong = [one for one in find_table_problems(values, None) if not one.mark.startswith("missing/")]
        assert wrong == []
        assert values["table3/1/total"]
    area = reload_report(town.reports[town.government.pk])
    parts = [one.values for one in list_all_contributions(area)]
    total, summed = get_values(count_live_figures(area)), sum_reports(parts)
    assert {key: value for key, value in total.items() if value != summed[key]} == {}


def test_carried_over_figures_equal_next_years_opening_ones(town: SimpleNamespace) -> None:
    for body, report in town.reports.items():
        now, then = (
            get_values(count_live_figures(reload_report(report))),
            get_values(count_live_figures(town.next[body])),
        )
        marks = {one.mark.split("/")[0] for one in find_table_problems(then, to_tables(now)) if not one.must}
        assert "carried_over" not in marks


def test_each_figure_counts_the_rows_it_lists(town: SimpleNamespace) -> None:
    report = reload_report(town.reports[town.housing.pk])
    values, span = get_values(count_live_figures(report)), get_period(report)
    requests, disputes = list_counted_requests(report.body), list_counted_disputes(report.body)
    for row in form.TABLE3_ROWS:
        for column in form.TABLE3_COLUMNS:
            listed = requests.filter(make_table3_row_condition(row, span), make_table3_column_condition(column))
            assert listed.count() == values[f"table3/{row}/{column}"]
    for row in form.TABLE4_ROWS:
        for column in form.TABLE4_COLUMNS:
            assert (
                disputes.filter(make_table4_cell_condition(row, column, span)).count()
                == values[f"table4/{row}/{column}"]
            )
