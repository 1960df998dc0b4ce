"""Traffic lights and the time at which they turn yellow."""

from datetime import date, datetime, timedelta

import pytest

from gongkai.lib.chinese.days import BEIJING, end_of_day
from gongkai.lib.law import RULE_SETS, TrafficLight, compute_traffic_light, compute_warning_time, default_calendar

CALENDAR = default_calendar()
DUE, WARN = date(2024, 3, 8), date(2024, 3, 5)


@pytest.mark.parametrize(
    ("now", "more", "expected"),
    [
        (date(2024, 3, 4), {}, TrafficLight.GREEN),
        (date(2024, 3, 5), {}, TrafficLight.YELLOW),
        (date(2024, 3, 8), {}, TrafficLight.YELLOW),
        (date(2024, 3, 9), {}, TrafficLight.RED),
        (date(2024, 3, 9), {"paused": True}, TrafficLight.BLUE),
        (date(2024, 3, 20), {"closed_at": date(2024, 3, 8)}, TrafficLight.GREY),
        (date(2024, 3, 20), {"closed_at": date(2024, 3, 9)}, TrafficLight.GREY_RED),
        (date(2024, 3, 20), {"closed_at": date(2024, 3, 8), "paused": True}, TrafficLight.GREY),
        (date(2024, 3, 20), {"due_at": None, "warn_at": None}, TrafficLight.GREEN),
        (date(2024, 3, 20), {"due_at": None, "closed_at": date(2024, 3, 8)}, TrafficLight.GREY),
    ],
)
def test_traffic_light_of_days_and_moments(now, more, expected):
    facts = {"due_at": DUE, "warn_at": WARN, "paused": False, "closed_at": None} | more
    assert compute_traffic_light(**facts, now=now) is expected
    moments = {name: end_of_day(v) if isinstance(v, date) else v for name, v in facts.items()}
    moments["warn_at"] = moments["warn_at"] and moments["warn_at"].replace(hour=0, minute=0, second=0)
    assert compute_traffic_light(**moments, now=datetime(now.year, now.month, now.day, 12, tzinfo=BEIJING)) is expected


def test_due_moment_is_exact_to_second():
    due_at = datetime(2024, 3, 8, 15, tzinfo=BEIJING)
    assert compute_traffic_light(due_at, None, False, None, due_at) is TrafficLight.GREEN
    assert compute_traffic_light(due_at, None, False, None, due_at + timedelta(seconds=1)) is TrafficLight.RED


def test_every_light_has_unique_shape_and_word():
    assert [one.word for one in TrafficLight] == ["正常", "临期", "逾期", "暂停", "已办结", "逾期办结"]
    for field in ("key", "shape", "word"):
        assert len({getattr(one, field) for one in TrafficLight}) == len(TrafficLight)


@pytest.mark.parametrize(
    ("key", "due_at", "expected"),
    [
        ("request", date(2024, 2, 20), date(2024, 2, 9)),  # three working days: 02-19, 02-18 (make-up), 02-09
        ("assignment", date(2024, 6, 30), date(2024, 6, 26)),  # a Sunday
        ("validity", date(2029, 8, 31), date(2029, 2, 28)),  # six months
        ("opinion", datetime(2024, 3, 8, 15, tzinfo=BEIJING), datetime(2024, 3, 8, 3, tzinfo=BEIJING)),
        ("request", end_of_day(date(2024, 2, 20)), datetime(2024, 2, 9, tzinfo=BEIJING)),
    ],
)
def test_warning_time_by_rule_set(key, due_at, expected):
    assert compute_warning_time(due_at, RULE_SETS[key], CALENDAR) == expected


@pytest.mark.parametrize(
    ("start", "due_at", "expected"),
    [
        (date(2026, 3, 2), date(2026, 3, 27), date(2026, 3, 24)),  # the figure: three working days
        (date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 4)),  # not before the last half of the term
        (date(2026, 1, 5), date(2026, 12, 31), date(2026, 11, 25)),  # not after the last tenth of the term
        (date(2026, 12, 31), date(2026, 3, 5), date(2026, 3, 2)),  # entered after it was due: the figure
    ],
)
def test_warning_time_is_bounded_by_shares_of_term(start, due_at, expected):
    assert compute_warning_time(due_at, RULE_SETS["assignment"], CALENDAR, start) == expected


@pytest.mark.parametrize("key", RULE_SETS)
def test_warning_time_is_before_due_date(key):
    due_at = datetime(2026, 5, 6, 18, tzinfo=BEIJING)
    assert compute_warning_time(due_at, RULE_SETS[key], CALENDAR) < due_at


def test_light_is_found_by_key():
    assert [TrafficLight.of(one.key) for one in TrafficLight] == list(TrafficLight)


def test_no_warning_without_due_date() -> None:
    """As `ledger.models.entry.make_light_case` counts."""
    day = date(2026, 5, 6)
    assert compute_traffic_light(None, day, False, None, day) == TrafficLight.GREEN
