"""Due dates by the law in force at the time, compared with a manual table (law_in_time.jsonl)."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.chinese.days import BEIJING, end_of_day
from gongkai.lib.law import (
    RULE_SETS,
    ClockStatus,
    Event,
    FigureChange,
    LawChanges,
    LawError,
    compute_deadline,
    default_calendar,
)
from gongkai.lib.law.commands import run_law_command

ROWS = [json.loads(line) for line in Path(__file__).with_name("law_in_time.jsonl").open("rb")]
CALENDAR = default_calendar()
FIRST = date(2026, 3, 2)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['cmd']}-{row.get('note', '')}")
def test_commands_agree_with_manual_table(row, tmp_path):
    args = dict(row["args"])
    if "rules" in row:
        path = tmp_path / "rules.toml"
        path.write_text(row["rules"], "utf-8")
        args["rules"] = str(path)
    if "refused" in row:
        with pytest.raises(LawError, match=row["refused"]):
            run_law_command(row["cmd"], args)
        return
    answer = run_law_command(row["cmd"], args)
    assert {key: answer[key] for key in row["want"]} == row["want"]
    assert "provisional" not in answer
    assert any(row.get("rule", "") in step["rule"] for step in answer.get("steps", [{"rule": ""}]))


DAYS = st.dates(date(2025, 11, 3), date(2026, 6, 30))


@given(
    received=DAYS, waited=st.integers(0, 60), value=st.integers(1, 40), transition=st.sampled_from(["start", "open"])
)
def test_closed_case_is_not_affected_by_later_change(received, waited, value, transition):
    closed = received + timedelta(days=waited)
    change = FigureChange("request.reply", value, FIRST, None, closed + timedelta(days=1), "修订令", transition)
    events = [Event("received", received), Event("replied", closed)]
    before, after = (
        compute_deadline("request", events, CALENDAR, date(2026, 12, 1), some)
        for some in (LawChanges(), LawChanges((change,)))
    )
    assert (before.date, before.status) == (after.date, after.status)


@given(received=DAYS, value=st.integers(1, 40))
def test_open_transition_affects_only_pending_cases(received, value):
    events = [Event("received", received)]
    change = FigureChange("request.reply", value, FIRST, None, FIRST, "修订令", "open")
    old = compute_deadline("request", events, CALENDAR, received, LawChanges()).date
    new = compute_deadline("request", events, CALENDAR, received, LawChanges((change,))).date
    if received < FIRST and old < FIRST:
        assert new == old
    else:
        assert new == max(CALENDAR.add_working_days(received, value), FIRST if received < FIRST else received)


@given(
    started=st.dates(date(2008, 5, 1), date(2026, 6, 30)), key=st.sampled_from(["request", "disclosure", "petition"])
)
def test_rules_are_those_in_force_on_start_day(started, key):
    rules = RULE_SETS[key]
    found = compute_deadline(key, [Event(rules.start, started)], CALENDAR, started)
    assert found.status is ClockStatus.RUNNING
    assert found.date > started
    reformed = {"request": date(2019, 5, 15), "disclosure": date(2019, 5, 15), "petition": date(2022, 5, 1)}[key]
    assert any(rules.rule == step.rule for step in found.steps) == (started >= reformed)


def test_extension_before_entry_of_change_is_kept():
    events = [Event("received", date(2026, 10, 30)), Event("extended", date(2026, 11, 24), 15)]
    change = FigureChange("request.reply", 15, date(2026, 11, 20), None, date(2026, 11, 29), "修订令", "open")
    found = compute_deadline("request", events, CALENDAR, date(2026, 11, 29), LawChanges((change,)))
    assert (found.date, found.irregular) == (CALENDAR.add_working_days(date(2026, 10, 30), 30), ())
    late = [events[0], Event("extended", date(2026, 12, 1), 15)]
    found = compute_deadline("request", late, CALENDAR, date(2026, 12, 2), LawChanges((change,)))
    assert found.irregular, "after the entry the new term counts"


@pytest.mark.parametrize("asked", ["agency_asked", "third_party_asked"])
def test_consultation_before_entry_of_change_is_kept(asked):
    change = FigureChange("request.reply", 12, date(2026, 11, 13), None, date(2026, 11, 29), "修订令", "open")
    events = [Event("received", date(2026, 11, 2)), Event(asked, date(2026, 11, 26))]
    found = compute_deadline("request", events, CALENDAR, date(2026, 11, 29), LawChanges((change,)))
    assert (found.status, found.irregular) == (ClockStatus.PAUSED, ())


def test_shortened_period_never_ends_on_day_off_or_before_change():
    holiday = FigureChange("request.reply", 5, date(2024, 10, 1), None, date(2024, 9, 20), "修订令", "open")
    events = [Event("received", date(2024, 9, 13))]
    deadline = compute_deadline("request", events, CALENDAR, date(2024, 9, 20), LawChanges((holiday,)))
    assert deadline.date == date(2024, 10, 8), "the first working day after 国庆节"
    assert "2024年10月1日不是工作日" in deadline.steps[-1].text
    hours = FigureChange("opinion.response", 2, date(2024, 9, 11), None, date(2024, 9, 10), "修订令", "open")
    now = datetime(2024, 9, 10, 12, tzinfo=BEIJING)
    deadline = compute_deadline("opinion", [Event("found", now)], CALENDAR, now, LawChanges((hours,)))
    assert (deadline.date, deadline.status) == (end_of_day(date(2024, 9, 11)), ClockStatus.RUNNING)
