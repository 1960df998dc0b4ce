"""Working days through the commands: results, explanations, provisional answers, refusals."""

from datetime import date

import pytest

from gongkai.lib.law import LawError, add_days, add_months, add_workdays
from gongkai.lib.law.commands import run_law_command


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        ("2024-02-01", 1, "2024-02-02"),
        ("2024-02-02", 1, "2024-02-04"),  # a make-up Sunday
        ("2024-02-09", 1, "2024-02-18"),
        ("2024-02-10", 1, "2024-02-18"),
        ("2024-01-02", 20, "2024-01-30"),
        ("2024-12-31", 1, "2025-01-02"),
        ("2025-12-31", 1, "2026-01-04"),
    ],
)
def test_add_workdays(day, count, due):
    result = run_law_command("add-workdays", {"date": day, "n": count})
    assert result["due"] == due
    assert "provisional" not in result
    assert result["steps"][0]["date"] == day
    assert result["steps"][-1]["date"] == due


def test_steps_explain_skipped_days():
    steps = run_law_command("add-workdays", {"date": "2024-02-02", "n": 8})["steps"]
    assert [step["date"] for step in steps[1:-1]] == ["2024-02-03", "2024-02-04", "2024-02-10", "2024-02-18"]
    texts = " ".join(step["text"] for step in steps)
    for word in ("周末", "调休上班", "春节放假", "第8个工作日"):
        assert word in texts


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2024-01-31", "2024-02-29", 18),
        ("2024-02-09", "2024-02-17", 0),
        ("2024-02-18", "2024-02-18", 0),
        ("2018-12-31", "2019-01-02", 1),
    ],
)
def test_workdays_between(first, last, count):
    assert run_law_command("workdays-between", {"a": first, "b": last}) == {"count": count}


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("workday", {"date": "2027-01-01"}),
        ("workday", {"date": "2007-12-31"}),
        ("add-workdays", {"date": "2026-12-31", "n": 1}),
        ("add-workdays", {"date": "2007-12-30", "n": 1}),
        ("workdays-between", {"a": "2026-12-31", "b": "2027-01-04"}),
        ("workdays-between", {"a": "2007-12-28", "b": "2008-01-04"}),
        ("add-workdays", {"date": "2026-12-01", "n": 100000}),
    ],
)
def test_year_without_notice_is_provisional(command, args):
    assert run_law_command(command, args)["provisional"] is True


def test_huge_count_has_short_explanation():
    result = add_workdays(date(2024, 1, 1), 1_000_000)
    assert len(result.steps) < 1000
    assert result.provisional


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("workday", {}),
        ("workday", {"date": "2024-02-30"}),
        ("workday", {"date": "2024-2-3"}),
        ("workday", {"date": "20240203"}),
        ("workday", {"date": "2024-W05-6"}),
        ("workday", {"date": "2024-02-03\n"}),
        ("workday", {"date": " 2024-02-03"}),
        ("workday", {"date": "２０２４-02-03"}),
        ("workday", {"date": "0000-01-01"}),
        ("workday", {"date": 20240203}),
        ("workday", {"date": None}),
        ("workday", {"date": ["2024-02-03"]}),
        ("workday", {"date": "2024-02-03", "n": 1}),
        ("add-workdays", {"date": "2024-02-03"}),
        ("add-workdays", {"date": "2024-02-03", "n": 0}),
        ("add-workdays", {"date": "2024-02-03", "n": "-1"}),
        ("add-workdays", {"date": "2024-02-03", "n": 1.0}),
        ("add-workdays", {"date": "2024-02-03", "n": True}),
        ("add-workdays", {"date": "2024-02-03", "n": "1 "}),
        ("add-workdays", {"date": "2024-02-03", "n": 10**9}),
        ("add-workdays", {"date": "2024-02-03", "n": 10**40}),
        ("add-workdays", {"date": "9999-12-31", "n": 1}),
        ("workdays-between", {"a": "2024-02-03", "b": "2024-02-02"}),
        ("lottery", {}),
    ],
)
def test_invalid_arguments_are_refused_with_one_line(command, args):
    with pytest.raises(LawError) as refusal:
        run_law_command(command, args)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
        (date(2029, 8, 31), -6, date(2029, 2, 28)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
    ],
)
def test_added_months_end_on_same_or_last_day(day, months, end):
    assert add_months(day, months) == end


def test_results_beyond_calendar_are_refused():
    for add in (add_months, add_days):
        for count in (10**9, -(10**9)):
            with pytest.raises(LawError):
                add(date(2024, 1, 1), count)
