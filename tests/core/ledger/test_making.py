"""Creating ledger entries and drawing their numbers."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from factories.ledger import EntryFactory
from factories.units import BodyFactory
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.seal import verify_log
from gongkai.core.ledger.entry_creation import draw_entry_numbers, make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM

pytestmark = pytest.mark.django_db


def make_drafts(count, **facts):
    body = BodyFactory()
    due = timezone.now() + timedelta(days=90)
    return [Entry(kind="trial", title=f"第{n}项", body=body, year=2026, due_at=due, **facts) for n in range(count)]


def test_created_entry_is_complete_and_logged() -> None:
    (entry,) = make_entries(make_drafts(1), by=SYSTEM, words="由通知第3行生成", facts=lambda e: {"row": 3})
    entry.refresh_from_db()
    assert (entry.number, entry.state, entry.version) == ("试2026-00001", "open", 1)
    assert entry.warn_at
    assert entry.warn_at < entry.due_at
    (movement,) = read_stream(entry.stream)
    assert (movement.action, movement.to_state, movement.words) == ("trial.open", "open", "由通知第3行生成")
    assert movement.facts["row"] == 3
    assert verify_log().ok


@pytest.mark.parametrize("ahead", [-200, 6, 71])
def test_implausible_year_is_refused(ahead: int) -> None:
    rows = make_drafts(2)
    rows[1].year = timezone.localdate().year + ahead
    with pytest.raises(Refused, match=f"{rows[1].year}年不对：年度应在1949年至"):
        make_entries(rows, by=SYSTEM)


def test_creating_hundreds_needs_few_more_queries() -> None:
    with CaptureQueriesContext(connection) as few:
        make_entries(make_drafts(2), by=SYSTEM, words="x")
    with CaptureQueriesContext(connection) as many:
        make_entries(make_drafts(400), by=SYSTEM, words="x")
    assert Entry.objects.count() == 402
    assert len(many) <= len(few) + 40  # a statement for each portion that the database takes, none for each entry


def test_all_or_nothing() -> None:
    taken = EntryFactory(number="试2026-00003")
    with pytest.raises(Exception, match=r"UNIQUE|unique"), transaction.atomic():
        make_entries(make_drafts(5), by=SYSTEM)
    assert list(Entry.objects.all()) == [taken]
    with transaction.atomic():
        assert draw_entry_numbers("trial", 2026) == ["试2026-00001"]


def test_numbers_count_per_year_and_are_reused_after_rollback() -> None:
    assert draw_entry_numbers("trial", 2026, 2) == ["试2026-00001", "试2026-00002"]
    assert draw_entry_numbers("trial", 2025) == ["试2025-00001"]
    with transaction.atomic():
        draw_entry_numbers("trial", 2026, 7)
        transaction.set_rollback(True)
    assert draw_entry_numbers("trial", 2026) == ["试2026-00003"]
    assert draw_entry_numbers("trial", 2026, 0) == []
