"""The clock for other rule sets: days, months, hours, minimum periods, ordered dates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.chinese.days import BEIJING
from gongkai.lib.law import (
    RULE_SETS,
    ClockStatus,
    Event,
    LawError,
    build_rule_sets,
    compute_due,
    default_calendar,
    find_objections,
)

CALENDAR = default_calendar()
LATE = date(2026, 12, 1)


def clock(key, *events, today=LATE, sets=RULE_SETS):
    return compute_due(events, sets[key], CALENDAR, today)


@pytest.mark.parametrize(
    ("key", "start", "begun", "end"),
    [
        ("disclosure", "formed", date(2024, 1, 2), date(2024, 1, 30)),  # 20 working days
        (
            "consultation",
            "received",
            date(2024, 2, 8),
            date(2024, 2, 21),
        ),  # 5, over 春节 and a make-up Sunday
        ("permit_penalty_disclosure", "formed", date(2024, 1, 2), date(2024, 1, 11)),  # 7
        ("penalty_withdrawal", "changed", date(2024, 1, 5), date(2024, 1, 10)),  # 3
        ("fee_payment", "received", date(2024, 1, 2), date(2024, 1, 30)),
        ("review", "accepted", date(2024, 1, 2), date(2024, 3, 4)),  # 60 days end on Saturday 03-02: rolls on
        ("petition", "accepted", date(2024, 8, 2), date(2024, 10, 8)),  # 10-01, over 国庆节
    ],
)
def test_statutory_periods(key, start, begun, end):
    deadline = clock(key, Event(start, begun), today=begun)
    assert (deadline.date, deadline.status) == (end, ClockStatus.RUNNING)
    assert clock(key, Event(start, begun), today=end).status is ClockStatus.RUNNING
    assert clock(key, Event(start, begun), today=end + timedelta(days=1)).status is ClockStatus.OVERDUE


@pytest.mark.parametrize(("key", "hours"), [("opinion_authoritative", 5), ("opinion_press", 24), ("opinion", 48)])
def test_opinion_runs_in_real_hours_including_nights_and_weekends(key, hours):
    rules = RULE_SETS[key]
    begun = datetime(2024, 2, 9, 22, 30, tzinfo=BEIJING)
    end = begun + timedelta(hours=hours)
    deadline = clock(key, Event(rules.start, begun), today=end)
    assert (deadline.date, deadline.status) == (end, ClockStatus.RUNNING)
    assert clock(key, Event(rules.start, begun), today=end + timedelta(seconds=1)).status is ClockStatus.OVERDUE
    closed = clock(key, Event(rules.start, begun), Event(rules.close, end), today=end)
    assert closed.status is ClockStatus.CLOSED_IN_TIME


def test_hours_accept_any_time_zone_and_read_naive_times_as_beijing():
    naive, utc = datetime(2024, 2, 9, 22, 30), datetime(2024, 2, 9, 14, 30, tzinfo=UTC)  # noqa: DTZ001
    now = datetime(2024, 2, 10, tzinfo=BEIJING)
    ends = {clock("opinion", Event("found", at), today=now).date.timestamp() for at in (naive, utc)}
    assert len(ends) == 1


def test_hours_need_time_of_day():
    with pytest.raises(LawError, match="时刻"):
        clock("opinion", Event("found", date(2024, 2, 9)), today=datetime(2024, 2, 10, tzinfo=BEIJING))


def test_date_of_moment_is_date_in_beijing():
    late = datetime(2024, 1, 1, 16, 0, tzinfo=UTC)  # already 01-02 in Beijing
    assert clock("disclosure", Event("formed", late)).date == date(2024, 1, 30)


class TestMinimum:
    """Decision drafts: at least 30 days (国令第713号第十五条)."""

    published = Event("published", date(2024, 1, 2))

    def test_period_ends_on_thirtieth_day(self):
        assert clock("decision_draft", self.published, today=date(2024, 1, 3)).date == date(2024, 2, 1)

    def test_longer_period_is_never_overdue(self):
        assert clock("decision_draft", self.published).status is ClockStatus.RUNNING

    def test_shorter_period_is_irregular(self):
        deadline = clock("decision_draft", self.published, Event("closed", date(2024, 1, 31)))
        assert deadline.status is ClockStatus.CLOSED_EARLY
        assert [fault.kind for fault in deadline.irregular] == ["closed"]

    @pytest.mark.parametrize("day", [date(2024, 2, 1), date(2024, 5, 1)])
    def test_closing_after_period_is_in_time(self, day):
        deadline = clock("decision_draft", self.published, Event("closed", day))
        assert (deadline.status, deadline.irregular) == (ClockStatus.CLOSED_IN_TIME, ())


class TestOrdered:
    """Dates set by an order or a promise."""

    @pytest.mark.parametrize("key", ["assignment", "promise", "rectification"])
    def test_date_on_weekend_stays_and_reminder_is_before(self, key):
        rules = RULE_SETS[key]
        sunday = date(2024, 6, 30)
        deadline = clock(key, Event(rules.start, date(2024, 4, 1), until=sunday), today=sunday)
        assert (deadline.date, deadline.status) == (sunday, ClockStatus.RUNNING)
        assert "2024年6月28日" in deadline.steps[-1].text

    def test_extension_sets_new_date(self):
        events = [Event("assigned", date(2024, 4, 1), until=date(2024, 6, 30))]
        events.append(Event("extended", date(2024, 7, 2), until=date(2024, 8, 31)))
        assert clock("assignment", *events, today=date(2024, 7, 3)).date == date(2024, 8, 31)

    def test_ordered_date_is_never_provisional(self):
        deadline = clock("assignment", Event("assigned", date(2026, 4, 1), until=date(2027, 3, 31)))
        assert not deadline.provisional

    def test_order_may_have_no_date(self):
        found = clock("assignment", Event("assigned", date(2024, 4, 1)))
        assert (found.date, found.status) == (None, ClockStatus.RUNNING)

    def test_extension_needs_date(self):
        with pytest.raises(LawError, match="完成日期"):
            clock("assignment", Event("assigned", date(2024, 4, 1)), Event("extended", date(2024, 4, 2)))

    def test_submission_pauses_and_keeps_date(self):
        first = [
            Event("assigned", date(2024, 4, 1), until=date(2024, 4, 30)),
            Event("submitted", date(2024, 4, 10)),
        ]
        still = clock("assignment", *first, today=date(2024, 5, 6))
        assert (still.date, still.status) == (date(2024, 4, 30), ClockStatus.PAUSED)
        returned = clock("assignment", *first, Event("returned", date(2024, 5, 6)), today=date(2024, 5, 6))
        assert (returned.date, returned.status) == (date(2024, 4, 30), ClockStatus.OVERDUE)
        late = [*first[:1], Event("submitted", date(2024, 5, 2)), Event("closed", date(2024, 5, 2))]
        assert clock("assignment", *late, today=date(2024, 5, 6)).status is ClockStatus.CLOSED_LATE

    @pytest.mark.parametrize("stop", ["submitted", "asked"])
    def test_lateness_before_pause_is_kept(self, stop: str) -> None:
        first = [Event("assigned", date(2024, 4, 1), until=date(2024, 4, 30))]
        late = clock("assignment", *first, Event(stop, date(2024, 5, 1)), today=date(2024, 5, 6))
        assert (late.date, late.status) == (date(2024, 4, 30), ClockStatus.OVERDUE)
        assert "此前已经逾期" in late.steps[1].text
        in_time = clock("assignment", *first, Event(stop, date(2024, 4, 30)), today=date(2024, 5, 6))
        assert in_time.status is ClockStatus.PAUSED
        both = clock(
            "assignment",
            *first,
            Event("submitted", date(2024, 4, 30)),
            Event("asked", date(2024, 5, 2)),
            today=date(2024, 5, 6),
        )
        assert both.status is ClockStatus.PAUSED, "the first stop counts"
        more = Event("extended", date(2024, 5, 3), until=date(2024, 5, 31))
        assert (
            clock("assignment", *first, Event(stop, date(2024, 5, 1)), more, today=date(2024, 5, 6)).status
            is ClockStatus.PAUSED
        )

    def test_pause_that_moves_date_keeps_lateness_and_otherwise_has_no_date(self) -> None:
        first = [Event("assigned", date(2024, 4, 1), until=date(2024, 4, 30))]
        for on, status, day in (
            (date(2024, 4, 30), ClockStatus.PAUSED, None),
            (date(2024, 5, 1), ClockStatus.OVERDUE, date(2024, 4, 30)),
        ):
            found = clock("press_result", *first, Event("sent_back", on), today=date(2024, 5, 6))
            assert (found.date, found.status) == (day, status)

    def test_correction_after_reopening_sets_date(self):
        first = [
            Event("assigned", date(2024, 4, 1), until=date(2024, 4, 30)),
            Event("closed", date(2024, 4, 10)),
        ]
        again = [
            *first,
            Event("reopened", date(2024, 5, 6)),
            Event("corrected", date(2024, 5, 6), until=date(2024, 6, 1)),
        ]
        found = clock("assignment", *again, today=date(2024, 5, 6))
        assert (found.date, found.status, found.irregular) == (date(2024, 6, 1), ClockStatus.RUNNING, ())
        assert clock("assignment", first[0], again[2], today=date(2024, 5, 6)).irregular


class TestValidity:
    """Normative documents: five years unless the document says otherwise."""

    def test_five_years_by_default(self):
        assert clock("validity", Event("in_force", date(2024, 3, 1))).date == date(2029, 3, 1)

    def test_document_may_set_period(self):
        assert clock("validity", Event("in_force", date(2024, 11, 30), value=3)).date == date(2025, 2, 28)

    def test_office_may_set_default(self):
        sets = build_rule_sets({"validity.period": {"value": 36, "source": "云岭市规范性文件管理办法"}})
        deadline = clock("validity", Event("in_force", date(2024, 3, 1)), sets=sets)
        assert deadline.date == date(2027, 3, 1)
        assert deadline.steps[0].rule == "云岭市规范性文件管理办法"


def test_office_may_resume_period_after_payment():
    events = [
        Event("received", date(2024, 1, 2)),
        Event("fee_notice", date(2024, 1, 9)),
        Event("fee_paid", date(2024, 1, 16)),
    ]
    anew = clock("request", *events).date
    resumed = clock("request", *events, sets=build_rule_sets({"request.after_payment": "resume"})).date
    assert (anew, resumed) == (date(2024, 2, 18), date(2024, 2, 5))
    again = [*events[:2], Event("fee_notice", date(2024, 1, 12)), events[2]]
    renewed = clock("request", *again, sets=build_rule_sets({"request.after_payment": "resume"})).date
    assert renewed == resumed, "the clock has been stopped since the first notice"


def test_message_may_be_extended_to_fifteen_working_days():
    events = [Event("received", date(2024, 3, 1)), Event("extended", date(2024, 3, 5))]
    assert clock("message", *events).date == CALENDAR.add_working_days(date(2024, 3, 1), 15)


@pytest.mark.parametrize(
    "events",
    [
        [],
        [Event("received", date(2024, 1, 2)), Event("received", date(2024, 1, 3))],
        [Event("received", date(2024, 1, 2)), Event("lost", date(2024, 1, 3))],
        [Event("received", date(2024, 1, 2), value=3)],
        [Event("received", date(2024, 1, 2), until=date(2024, 3, 1))],
        [Event("received", date(2024, 1, 2)), Event("replied", date(2024, 1, 3), value=1)],
        [Event("received", date(2024, 1, 2)), Event("replied", date(2024, 1, 3), until=date(2024, 3, 1))],
        [Event("received", date(2024, 1, 2)), Event("extended", date(2024, 1, 3), value=0)],
        [Event("received", date(2024, 1, 2)), Event("extended", date(2024, 1, 3), until=date(2024, 3, 1))],
    ],
)
def test_invalid_events_are_refused(events):
    with pytest.raises(LawError):
        clock("request", *events)


@pytest.mark.parametrize(
    "late",
    [
        Event("correction_notice", date(2024, 1, 12)),
        Event("corrected", date(2024, 1, 12)),
        Event("third_party_asked", date(2024, 2, 1)),
        Event("third_party_replied", date(2024, 1, 12)),
        Event("extended", date(2024, 1, 31)),
        Event("extended", date(2024, 1, 12), value=21),
        Event("fee_notice", date(2024, 1, 31)),
        Event("fee_paid", date(2024, 1, 12)),
        Event("replied", date(2024, 1, 1)),
        Event("replied", date(2025, 1, 1)),
    ],
)
def test_irregular_actions_do_not_move_clock(late):
    received, today = Event("received", date(2024, 1, 2)), date(2024, 2, 20)
    plain = clock("request", received, today=today)
    deadline = clock("request", received, late, today=today)
    assert (deadline.date, deadline.status) == (plain.date, plain.status)
    assert [fault.kind for fault in deadline.irregular] == [late.kind]
    assert len(deadline.steps) == len(plain.steps) + 1


def test_objections_give_reasons_before_action():
    received = Event("received", date(2024, 1, 2))
    later = Event("replied", date(2024, 2, 20))
    for happened in ([received], [received, later]):
        late = find_objections(happened, Event("correction_notice", date(2024, 1, 12)), RULE_SETS["request"], CALENDAR)
        assert len(late) == 1
        assert "7个工作日" in late[0]
        in_time = Event("correction_notice", date(2024, 1, 11))
        assert find_objections(happened, in_time, RULE_SETS["request"], CALENDAR) == ()


def test_objections_concern_only_given_action():
    happened = [Event("received", date(2024, 1, 2)), Event("corrected", date(2024, 1, 3))]
    assert find_objections(happened, Event("replied", date(2024, 1, 9)), RULE_SETS["request"], CALENDAR) == ()
    again = Event("corrected", date(2024, 1, 3))
    assert len(find_objections(happened, again, RULE_SETS["request"], CALENDAR)) == 1


WORKING_DAY_SETS = sorted(key for key, rules in RULE_SETS.items() if rules.unit != "hour" and not rules.ordered)


@given(st.sampled_from(WORKING_DAY_SETS), st.dates(date(2019, 1, 1), date(2026, 6, 30)), st.integers(0, 60))
def test_later_start_never_gives_earlier_due_date(key, day, later):
    rules = RULE_SETS[key]
    first = clock(key, Event(rules.start, day))
    second = clock(key, Event(rules.start, day + timedelta(days=later)))
    assert first.date <= second.date
    if rules.roll:
        assert CALENDAR.is_workday(first.date)


@pytest.mark.parametrize("key", RULE_SETS)
def test_steps_of_every_rule_set_cite_rule(key):
    rules = RULE_SETS[key]
    moment = datetime(2024, 3, 1, 9, tzinfo=BEIJING)
    start = Event(rules.start, moment, until=date(2024, 4, 1) if rules.ordered else None)
    deadline = compute_due([start], rules, CALENDAR, moment)
    assert deadline.date is not None
    assert [step.rule for step in deadline.steps if not step.rule] == []
    assert all(step.text.endswith("。") for step in deadline.steps)
