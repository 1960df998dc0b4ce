"""Traffic lights: a row, the lists, the counts and the jobs agree at every boundary."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from examples import most
from factories.ledger import EntryFactory, set_due
from factories.units import BodyFactory
from gongkai.core.ledger.clock import copy_deadline, get_end_of_due_day, get_light, recompute_dates
from gongkai.core.ledger.filters import LIGHT_FILTER_LABELS, filter_by_light
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.lib import law

pytestmark = pytest.mark.django_db
DUE = law.end_of_day(date(2026, 11, 20))
SECOND = timedelta(seconds=1)


def make_due_entry(**facts) -> Entry:
    entry = EntryFactory.build(body=BodyFactory(), due_at=None, warn_at=None, **facts)
    set_due(entry, date(2026, 11, 20))
    return entry


def test_due_date_includes_the_whole_day() -> None:
    assert get_end_of_due_day(date(2026, 11, 20)).isoformat() == "2026-11-20T23:59:59+08:00"
    assert get_end_of_due_day(DUE) == DUE


@pytest.mark.parametrize(
    ("now", "light"),
    [
        (law.end_of_day(date(2026, 11, 16)), "green"),
        (law.end_of_day(date(2026, 11, 16)) + SECOND, "yellow"),  # three working days before a Friday
        (DUE, "yellow"),
        (DUE + SECOND, "red"),
    ],
)
def test_light_at_its_boundaries(now, light) -> None:
    entry = make_due_entry()
    entry.save()
    assert get_light(entry, now) == light
    for name in ("green", "yellow", "red"):
        assert filter_by_light(Entry.objects.all(), name, now).exists() is (name == light)


@pytest.mark.parametrize(("closed", "light"), [(DUE, "grey"), (DUE + SECOND, "grey_red")])
def test_closed_in_time_and_late(closed, light) -> None:
    entry = make_due_entry(closed_at=closed, state="done")
    entry.save()
    assert get_light(entry) == light
    assert filter_by_light(Entry.objects.all(), "late").exists() is (light == "grey_red")
    assert filter_by_light(Entry.objects.all(), "closed").exists()
    assert not filter_by_light(Entry.objects.all(), "open").exists()


def test_entry_closed_without_duty_is_never_late() -> None:
    assert ENTRY_KINDS_BY_NAME["upward"].outcomes_without_duty
    for kind in ENTRY_KINDS_BY_NAME.values():
        for outcome in kind.outcomes_without_duty:
            entry = make_due_entry(kind=kind.name, outcome=outcome, state=outcome, closed_at=DUE + SECOND)
            entry.save()
            assert get_light(entry) == "grey", (kind.name, outcome)
    assert not filter_by_light(Entry.objects.all(), "late").exists()
    entry = make_due_entry(paused=True)
    entry.save()
    assert get_light(entry, DUE + 99 * SECOND) == "blue"
    assert filter_by_light(Entry.objects.all(), "blue").exists()
    assert not filter_by_light(Entry.objects.all(), "red", DUE + 99 * SECOND).exists()


HOURS = st.one_of(st.none(), st.integers(-200, 200))


@settings(max_examples=most(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(due=HOURS, warn=st.integers(0, 100), paused=st.booleans(), closed=HOURS)
@example(due=0, warn=0, paused=False, closed=None)
def test_entry_is_in_exactly_the_list_of_its_light(due, warn, paused, closed) -> None:
    now = timezone.now().replace(microsecond=0)
    hour = timedelta(hours=1)
    due_at = None if due is None else now + due * hour
    entry = EntryFactory(
        due_at=due_at,
        warn_at=None if due_at is None else due_at - warn * hour,
        paused=paused,
        closed_at=None if closed is None else now + closed * hour,
    )
    rows = Entry.objects.filter(pk=entry.pk)
    inside = {name for name in LIGHT_FILTER_LABELS if filter_by_light(rows, name, now).exists()} - {
        "all",
        "open",
        "closed",
        "waiting",
    }
    shown = get_light(entry, now)
    assert inside == ({"late"} if shown == "grey_red" else set() if shown == "grey" else {shown})


def test_computed_date_in_a_year_without_calendar_is_provisional() -> None:
    entry = EntryFactory.build(body=BodyFactory())
    set_due(entry, date(2031, 5, 8))
    assert (bool(entry.warn_at), entry.provisional) == (True, False)
    received = [law.Event("received", date(2031, 4, 8))]
    counted = law.compute_due(received, law.RULE_SETS["request"], law.default_calendar(), date(2031, 4, 9))
    copy_deadline(entry, counted)
    assert entry.provisional
    set_due(entry, None)
    assert (entry.due_at, entry.warn_at) == (None, None)


def test_computed_deadline_is_stored_and_a_pause_is_blue() -> None:
    calendar = law.default_calendar()
    rules = law.RULE_SETS["request"]
    received = law.Event("received", date(2024, 1, 2))
    entry = EntryFactory.build(body=BodyFactory())
    running = law.compute_due([received], rules, calendar, date(2024, 1, 5))
    copy_deadline(entry, running)
    assert entry.due_at == law.end_of_day(running.date)
    assert not entry.paused
    asked = law.Event("third_party_asked", date(2024, 1, 8))
    copy_deadline(entry, law.compute_due([received, asked], rules, calendar, date(2024, 1, 10)))
    assert entry.paused
    assert entry.due_at == law.end_of_day(running.date)  # the last known date stays while the clock stands
    events = [law.Event("received", date(2024, 1, 2)), law.Event("correction_notice", date(2024, 1, 4), value=7)]
    left = law.compute_due(events, law.RULE_SETS["request"], law.default_calendar(), date(2024, 5, 20))
    assert left.status is law.ClockStatus.ABANDONED
    copy_deadline(entry, left)
    assert (entry.paused, get_light(entry, law.end_of_day(date(2024, 5, 20)))) == (True, "blue")


def test_recomputing_lists_only_moved_entries() -> None:
    ordered = EntryFactory(due_at=get_end_of_due_day(date(2026, 11, 20)))
    one = EntryFactory(rules="request", due_at=None, warn_at=None)
    ClockEvent.objects.create(entry=one, kind="received", on=date(2027, 1, 4), by="试", recorded_at=timezone.now())
    recompute_dates([ordered])
    ordered.save()
    assert [m.entry for m in recompute_dates([ordered, one], today=date(2027, 1, 5))] == [one]
    assert one.provisional
    one.save()
    assert recompute_dates([ordered, one], today=date(2027, 1, 5)) == []
    off = (law.calendar.Holiday("春节", date(2027, 1, 11), date(2027, 1, 15)),)
    published = law.default_calendar().with_notices([law.HolidayNotice(2027, "放假安排", "", None, "", off, ())])
    (moved,) = recompute_dates([ordered, one], published, today=date(2027, 1, 5))
    assert moved.has_due_date_moved
    assert moved.due_before < one.due_at
    assert not one.provisional
