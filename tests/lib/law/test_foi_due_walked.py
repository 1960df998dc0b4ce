"""The reply deadline of an information request, compared with a day-by-day model of the same rules."""

from datetime import date, timedelta

import chinese_calendar
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from examples import most
from gongkai.lib.law import RULE_SETS, Event, compute_due, default_calendar

REQUEST = RULE_SETS["request"]
CALENDAR = default_calendar()


def model(received, events, today):
    """Compute (due, status) of regular events day by day: slow, and derived from the rules alone."""
    workday = chinese_calendar.is_workday

    def after(start, n):
        while n:
            start += timedelta(days=1)
            n -= workday(start)
        return start

    asked, paused, base, extra, closed = {}, {}, received, 0, None
    out = set()  # days not counted
    for on, kind, value in events:
        party = kind.rpartition("_")[0]
        if kind in {"third_party_asked", "agency_asked"}:
            last = after(on, 15)
            answers = [d for d, k, _ in events if k == f"{party}_replied" and on <= d <= last]
            last = min([last, *answers])
            out |= {on + timedelta(days=n) for n in range(1, (last - on).days + 1)}
            asked[party] = (on, last if answers else last + timedelta(days=1))
        elif kind == "correction_notice":
            paused["corrected"] = after(on, value) if value else date.max
        elif kind == "fee_notice":
            paused["fee_paid"] = after(on, 20)
        elif kind in {"corrected", "fee_paid"}:
            if on > paused[kind]:
                return None, "abandoned"
            del paused[kind]
            base = on
        elif kind == "extended":
            extra += value
        elif kind == "replied":
            closed = on
    now = closed or today
    if any(now > until for until in paused.values()):
        return None, "abandoned"
    if paused or any(now < until for _, until in asked.values()):
        return None, "closed_in_time" if closed else "paused"
    end, left = base, 20 + extra
    while left:
        end += timedelta(days=1)
        left -= workday(end) and end not in out
    if closed:
        return end, "closed_late" if closed > end else "closed_in_time"
    return end, "overdue" if today > end else "running"


@st.composite
def histories(draw):
    """Draw a possible history of a request and a current day."""
    received = draw(st.dates(date(2024, 1, 2), date(2025, 12, 31)))
    events, on = [], received
    if draw(st.booleans()):
        on += timedelta(days=draw(st.integers(0, 8)))
        events.append((on, "correction_notice", draw(st.none() | st.integers(1, 15))))
        if draw(st.booleans()):
            on += timedelta(days=draw(st.integers(0, 25)))
            events.append((on, "corrected", None))
    for party in draw(st.permutations(["third_party", "agency"])):
        if draw(st.booleans()):
            start = on + timedelta(days=draw(st.integers(0, 12)))
            events.append((start, f"{party}_asked", None))
            if draw(st.booleans()):
                events.append((start + timedelta(days=draw(st.integers(0, 30))), f"{party}_replied", None))
    if draw(st.booleans()):
        events.append((on + timedelta(days=draw(st.integers(0, 20))), "extended", draw(st.integers(1, 20))))
    last = max([on, *(day for day, _, _ in events)])
    if draw(st.booleans()):
        last += timedelta(days=draw(st.integers(0, 10)))
        events.append((last, "fee_notice", None))
        if draw(st.booleans()):
            last += timedelta(days=draw(st.integers(0, 35)))
            events.append((last, "fee_paid", None))
    if draw(st.booleans()):
        last += timedelta(days=draw(st.integers(0, 40)))
        events.append((last, "replied", None))
    today = last + timedelta(days=draw(st.integers(0, 60)))
    return received, sorted(events, key=lambda event: event[0]), today


def computed(received, events, today):
    happened = [Event("received", received), *(Event(kind, on, value) for on, kind, value in events)]
    return compute_due(happened, REQUEST, CALENDAR, today)


@settings(max_examples=most(300))
@given(histories())
def test_due_date_agrees_with_day_by_day_model(history):
    deadline = computed(*history)
    assume(not deadline.irregular)
    assert (deadline.date, deadline.status.value) == model(*history)


@given(histories())
def test_order_of_events_does_not_matter(history):
    received, events, today = history
    days = [on for on, _, _ in events]
    assume(len(set(days)) == len(days))
    assert computed(received, events[::-1], today) == computed(received, events, today)
