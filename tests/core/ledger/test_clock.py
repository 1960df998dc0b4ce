"""Clock events: carried by an action, checked against the law, stored; and the due dates computed from them."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from factories.ledger import EntryFactory
from factories.units import BodyFactory
from gongkai.core.acts.action import ACTIONS_BY_NAME, ActionResult, Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.seal import seal_now
from gongkai.core.ledger import audit, clock
from gongkai.core.ledger.clock import compute_deadline, make_event, make_pause_end_events, void_events
from gongkai.core.ledger.entry_action import shared_action
from gongkai.core.ledger.entry_creation import make_entries, remove_entries
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.lib import law

pytestmark = pytest.mark.django_db

if "ledger.happen" not in ACTIONS_BY_NAME:

    @shared_action("happen", label="登记计时事项", rule=lambda by, entry: [])
    def happen(entry, *, by, events, past=False):
        """Take whatever events a test gives."""
        return ActionResult(events=tuple(events), past=past)


happen = ACTIONS_BY_NAME["ledger.happen"]


def make_request(received: date = date(2024, 1, 2)) -> Entry:
    entry = Entry(kind="trial", rules="request", title="申请公开规划", body=BodyFactory(), year=2024)
    return make_entries([entry], by=SYSTEM, events=lambda _: [law.Event("received", received)])[0]


def due_day(entry: Entry) -> date | None:
    return timezone.localdate(entry.due_at) if entry.due_at else None


def test_due_date_comes_from_the_first_event_or_an_ordered_day() -> None:
    entry = make_request()
    wanted = law.compute_due(
        [law.Event("received", date(2024, 1, 2))], law.RULE_SETS["request"], law.default_calendar(), date(2024, 1, 2)
    )
    assert due_day(entry) == wanted.date
    assert [row.kind for row in entry.clock_events.all()] == ["received"]
    assert "期限届满之日" in compute_deadline(entry).steps[-1].text
    due = clock.get_end_of_due_day(timezone.localdate() + timedelta(days=30))
    (entry,) = make_entries([Entry(kind="trial", title="办件", body=BodyFactory(), year=2026, due_at=due)], by=SYSTEM)
    assert entry.clock_events.get().until == timezone.localdate(due)
    assert due_day(entry) == compute_deadline(entry).date


def test_forbidden_event_is_refused_unless_it_records_the_past() -> None:
    entry = make_request()
    late = law.Event("correction_notice", date(2024, 1, 20))
    with pytest.raises(Refused, match="补正"):
        happen(entry, by=SYSTEM, events=[late])
    assert entry.clock_events.count() == 1
    assert [movement.action for movement in read_stream(entry.stream)] == ["trial.open"]
    before = entry.due_at
    entry = happen(entry, by=SYSTEM, events=[late], past=True)
    row = entry.clock_events.get(kind="correction_notice")
    assert "不合规定" in row.irregular
    assert entry.due_at == before
    assert compute_deadline(entry).irregular


def test_pause_and_resumption_are_logged() -> None:
    entry = make_request()
    first = entry.due_at
    entry = happen(entry, by=SYSTEM, events=[law.Event("third_party_asked", date(2024, 1, 8))], past=True)
    closed = happen(entry, by=SYSTEM, events=[law.Event("third_party_replied", date(2024, 1, 12))])
    assert not closed.paused
    assert closed.due_at > first
    *_, last = read_stream(entry.stream)
    assert last.facts["clock"] == [{"kind": "third_party_replied", "on": "2024-01-12"}]


def test_voided_event_is_kept_but_not_counted() -> None:
    entry = make_request(date(2024, 1, 2))
    before = entry.due_at
    void_events(entry, ["received"], by=SYSTEM)
    entry = happen(entry, by=SYSTEM, events=[law.Event("received", date(2024, 1, 9))])
    assert entry.due_at > before
    assert entry.clock_events.count() == 3


def test_closing_the_matter_ends_the_pause() -> None:
    entry = happen(EntryFactory(rules="assignment"), by=SYSTEM, events=[make_event("submitted")])
    assert entry.paused
    assert [one.kind for one in make_pause_end_events(entry)] == ["returned"]
    entry = happen(entry, by=SYSTEM, events=make_pause_end_events(entry))
    assert not entry.paused
    assert make_pause_end_events(entry) == ()
    again = [make_event(kind) for kind in ("submitted", "closed", "reopened")]
    entry = happen(entry, by=SYSTEM, events=again)
    assert make_pause_end_events(entry) == (), "the acceptance ended the pause"


def test_events_are_immutable_and_removed_only_with_their_entry() -> None:
    entry = make_request()
    rows = ClockEvent.objects.filter(entry=entry)
    for change in (lambda: rows.update(on=date(2020, 1, 1)), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert remove_entries(Entry.objects.filter(pk=entry.pk), by=SYSTEM) == 1
    assert not rows.exists()


def test_audit_finds_a_due_date_set_by_sql() -> None:
    entry = make_request(timezone.localdate())
    assert not audit.check_clocks().broken
    Entry.objects.filter(pk=entry.pk).update(due_at=entry.due_at + timedelta(days=30))
    assert entry.number in audit.check_clocks().broken


def test_audit_accepts_a_pause_that_ended_since_the_last_seal() -> None:
    with time_machine.travel("2026-03-02 10:00+08:00"):
        entry = happen(make_request(date(2026, 3, 2)), by=SYSTEM, events=[make_event("third_party_asked")])
        seal_now()
    with time_machine.travel("2026-05-08 10:00+08:00"):  # no job has run
        assert clock.recompute_dates([Entry.objects.get(pk=entry.pk)])[0].has_due_date_moved
        assert not audit.check_clocks().broken
        Entry.objects.filter(pk=entry.pk).update(paused=False)
        assert entry.number in audit.check_clocks().broken
