"""Figures over many rows: who may be shown what was counted for somebody else, and until when."""

import pytest
from django.utils import timezone

from factories.ledger import EntryFactory
from factories.units import BodyFactory, actor
from gongkai.core.ledger import figures
from gongkai.core.ledger.models import Entry, Figure
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Appointment, Role

pytestmark = pytest.mark.django_db


class ByYear(figures.CachedCount):
    """How many entries of a year somebody sees."""

    name = "test.year"

    def asked(self, subject):
        return {"year": subject}

    def subject(self, asked):
        return asked["year"] or None

    def rows(self, subject, by):
        return visible_to(by).filter(year=subject)

    def count(self, subject, rows, now):
        number = rows.count()
        return figures.CountResult({"n": number}, number)


YEAR = 2026


@pytest.fixture
def question(monkeypatch):
    monkeypatch.setattr(figures, "CACHED_COUNTS_BY_NAME", {})
    monkeypatch.setattr(figures, "MIN_ROWS_FOR_CACHE", 2)
    figures.register_cached_count(ByYear())
    return figures.CACHED_COUNTS_BY_NAME["test.year"]


@pytest.fixture
def town():
    """Two units with two entries each, a clerk of each who can sign in, and the 政务公开办 of both."""
    office = BodyFactory()
    one, other = BodyFactory(parent=office), BodyFactory(parent=office)
    for body in (one, one, other, other):
        EntryFactory(body=body, year=YEAR)
    return one, other, office


def n(answer) -> int:
    return answer.found["n"]


def aged(**ages) -> None:
    Figure.objects.update(**{name: timezone.now() - age for name, age in ages.items()})


def test_few_rows_are_counted_each_time(question, town, monkeypatch) -> None:
    monkeypatch.setattr(figures, "MIN_ROWS_FOR_CACHE", 3)
    clerk = actor(Role.CLERK, town[0])
    assert (n(figures.load_counts(question, YEAR, by=clerk)), Figure.objects.count()) == (2, 0)
    EntryFactory(body=town[0], year=YEAR)
    assert n(figures.load_counts(question, YEAR, by=clerk)) == 3


def test_many_are_shown_as_they_were_counted_and_say_so(question, town) -> None:
    clerk = actor(Role.CLERK, town[0])
    first = figures.load_counts(question, YEAR, by=clerk)
    assert (n(first), first.as_of) == (2, None)
    EntryFactory(body=town[0], year=YEAR)
    later = figures.load_counts(question, YEAR, by=clerk)
    assert (n(later), later.as_of) == (2, first.at)
    assert n(figures.count_now(question, YEAR, by=clerk)) == 3


def test_nobody_is_shown_what_was_counted_over_other_rows(question, town) -> None:
    one, other, _ = town
    EntryFactory(body=one, year=YEAR)
    assert n(figures.load_counts(question, YEAR, by=actor(Role.CLERK, one))) == 3
    assert n(figures.load_counts(question, YEAR, by=actor(Role.CLERK, other))) == 2
    assert n(figures.load_counts(question, YEAR + 1, by=actor(Role.CLERK, one))) == 0
    # A colleague who sees the very same rows takes what is there.
    assert figures.load_counts(question, YEAR, by=actor(Role.CLERK, one)).kept
    assert Figure.objects.count() == 2


def test_the_system_and_the_public_share_nothing(question, town) -> None:
    assert n(figures.load_counts(question, YEAR, by=SYSTEM)) == 4
    assert n(figures.load_counts(question, YEAR, by=None)) == 0
    assert not Figure.objects.exists()


def test_old_figures_are_counted_by_whoever_comes_but_by_one_at_a_time(question, town) -> None:
    clerk = actor(Role.CLERK, town[0])
    figures.load_counts(question, YEAR, by=clerk)
    EntryFactory(body=town[0], year=YEAR)
    aged(at=figures.MAX_SHOWN_AGE)
    Figure.objects.update(counting=timezone.now())
    assert n(figures.load_counts(question, YEAR, by=clerk)) == 2
    aged(counting=figures.RUNNING_RECOUNT_TIMEOUT)
    again = figures.load_counts(question, YEAR, by=clerk)
    assert (n(again), again.kept) == (3, False)
    assert Figure.objects.get().counting is None


def test_due_work_counts_anew_what_was_looked_at(question, town) -> None:
    by = actor(Role.CLERK, town[0])
    figures.load_counts(question, YEAR, by=by)
    EntryFactory(body=town[0], year=YEAR)
    assert figures.recount_stale_figures() == {"recounted": 0}
    aged(at=figures.MIN_RECOUNT_AGE, wanted=figures.MIN_RECOUNT_AGE * 2)
    assert figures.recount_stale_figures() == {"recounted": 0}
    figures.load_counts(question, YEAR, by=by)
    assert figures.recount_stale_figures(seconds=0) == {"recounted": 0}
    assert figures.recount_stale_figures() == {"recounted": 1}
    shown = figures.load_counts(question, YEAR, by=by)
    assert (n(shown), shown.kept) == (3, True)


def test_what_would_soon_be_too_old_is_counted_without_being_looked_at(question, town) -> None:
    figures.load_counts(question, YEAR, by=actor(Role.CLERK, town[0]))
    aged(at=figures.MAX_SHOWN_AGE, wanted=figures.MAX_SHOWN_AGE)
    assert figures.recount_stale_figures() == {"recounted": 1}


def test_what_nobody_wants_or_may_see_is_forgotten(question, town) -> None:
    by = actor(Role.CLERK, town[0])
    figures.load_counts(question, YEAR, by=by)
    aged(wanted=figures.UNVIEWED_RETENTION)
    figures.recount_stale_figures()
    assert not Figure.objects.exists()
    figures.load_counts(question, YEAR, by=by)
    aged(at=figures.MAX_SHOWN_AGE)
    Appointment.objects.filter(person=by.person_id).delete()
    assert figures.recount_stale_figures() == {"recounted": 0}
    assert not Figure.objects.exists()


def test_what_has_become_little_is_kept_no_more(question, town) -> None:
    by = actor(Role.CLERK, town[0])
    figures.load_counts(question, YEAR, by=by)
    Entry.objects.filter(body=town[0]).first().delete()
    aged(at=figures.MAX_SHOWN_AGE)
    assert n(figures.load_counts(question, YEAR, by=by)) == 1
    assert not Figure.objects.exists()


def test_a_page_from_a_replica_writes_nothing_while_it_has_figures(question, town, monkeypatch) -> None:
    by = actor(Role.CLERK, town[0])
    figures.load_counts(question, YEAR, by=by)
    aged(at=figures.MAX_SHOWN_AGE, wanted=figures.MAX_SHOWN_AGE)
    monkeypatch.setattr(figures, "_reads_primary", lambda: False)
    assert figures.load_counts(question, YEAR, by=by).kept
    assert Figure.objects.get().counting is None
