"""Cached counts over many rows: reuse by users with the same visible rows, and expiry."""

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


class YearCount(figures.CachedCount):
    """Number of entries of a year that a user sees."""

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
def registered_count(monkeypatch):
    monkeypatch.setattr(figures, "CACHED_COUNTS_BY_NAME", {})
    monkeypatch.setattr(figures, "MIN_ROWS_FOR_CACHE", 2)
    figures.register_cached_count(YearCount())
    return figures.CACHED_COUNTS_BY_NAME["test.year"]


@pytest.fixture
def two_units():
    """Two units with two entries each, a clerk of each who can sign in, and the 政务公开办 above both."""
    office = BodyFactory()
    one, other = BodyFactory(parent=office), BodyFactory(parent=office)
    for body in (one, one, other, other):
        EntryFactory(body=body, year=YEAR)
    return one, other, office


def get_number(answer) -> int:
    return answer.found["n"]


def age_figures(**ages) -> None:
    Figure.objects.update(**{name: timezone.now() - age for name, age in ages.items()})


def test_small_counts_are_not_cached(registered_count, two_units, monkeypatch) -> None:
    monkeypatch.setattr(figures, "MIN_ROWS_FOR_CACHE", 3)
    clerk = actor(Role.CLERK, two_units[0])
    assert (get_number(figures.load_counts(registered_count, YEAR, by=clerk)), Figure.objects.count()) == (2, 0)
    EntryFactory(body=two_units[0], year=YEAR)
    assert get_number(figures.load_counts(registered_count, YEAR, by=clerk)) == 3


def test_large_counts_are_cached_with_their_time(registered_count, two_units) -> None:
    clerk = actor(Role.CLERK, two_units[0])
    first = figures.load_counts(registered_count, YEAR, by=clerk)
    assert (get_number(first), first.as_of) == (2, None)
    EntryFactory(body=two_units[0], year=YEAR)
    later = figures.load_counts(registered_count, YEAR, by=clerk)
    assert (get_number(later), later.as_of) == (2, first.at)
    assert get_number(figures.count_now(registered_count, YEAR, by=clerk)) == 3


def test_count_is_shared_only_over_the_same_rows(registered_count, two_units) -> None:
    one, other, _ = two_units
    EntryFactory(body=one, year=YEAR)
    assert get_number(figures.load_counts(registered_count, YEAR, by=actor(Role.CLERK, one))) == 3
    assert get_number(figures.load_counts(registered_count, YEAR, by=actor(Role.CLERK, other))) == 2
    assert get_number(figures.load_counts(registered_count, YEAR + 1, by=actor(Role.CLERK, one))) == 0
    # A colleague who sees the same rows gets the cached count.
    assert figures.load_counts(registered_count, YEAR, by=actor(Role.CLERK, one)).kept
    assert Figure.objects.count() == 2


def test_system_and_public_counts_are_not_cached(registered_count, two_units) -> None:
    assert get_number(figures.load_counts(registered_count, YEAR, by=SYSTEM)) == 4
    assert get_number(figures.load_counts(registered_count, YEAR, by=None)) == 0
    assert not Figure.objects.exists()


def test_outdated_count_is_renewed_by_one_request_at_a_time(registered_count, two_units) -> None:
    clerk = actor(Role.CLERK, two_units[0])
    figures.load_counts(registered_count, YEAR, by=clerk)
    EntryFactory(body=two_units[0], year=YEAR)
    age_figures(at=figures.MAX_SHOWN_AGE)
    Figure.objects.update(counting=timezone.now())
    assert get_number(figures.load_counts(registered_count, YEAR, by=clerk)) == 2
    age_figures(counting=figures.RUNNING_RECOUNT_TIMEOUT)
    again = figures.load_counts(registered_count, YEAR, by=clerk)
    assert (get_number(again), again.kept) == (3, False)
    assert Figure.objects.get().counting is None


def test_job_recounts_viewed_figures(registered_count, two_units) -> None:
    by = actor(Role.CLERK, two_units[0])
    figures.load_counts(registered_count, YEAR, by=by)
    EntryFactory(body=two_units[0], year=YEAR)
    assert figures.recount_stale_figures() == {"recounted": 0}
    age_figures(at=figures.MIN_RECOUNT_AGE, wanted=figures.MIN_RECOUNT_AGE * 2)
    assert figures.recount_stale_figures() == {"recounted": 0}
    figures.load_counts(registered_count, YEAR, by=by)
    assert figures.recount_stale_figures(seconds=0) == {"recounted": 0}
    assert figures.recount_stale_figures() == {"recounted": 1}
    shown = figures.load_counts(registered_count, YEAR, by=by)
    assert (get_number(shown), shown.kept) == (3, True)


def test_job_recounts_figures_about_to_expire(registered_count, two_units) -> None:
    figures.load_counts(registered_count, YEAR, by=actor(Role.CLERK, two_units[0]))
    age_figures(at=figures.MAX_SHOWN_AGE, wanted=figures.MAX_SHOWN_AGE)
    assert figures.recount_stale_figures() == {"recounted": 1}


def test_unviewed_or_inaccessible_figures_are_deleted(registered_count, two_units) -> None:
    by = actor(Role.CLERK, two_units[0])
    figures.load_counts(registered_count, YEAR, by=by)
    age_figures(wanted=figures.UNVIEWED_RETENTION)
    figures.recount_stale_figures()
    assert not Figure.objects.exists()
    figures.load_counts(registered_count, YEAR, by=by)
    age_figures(at=figures.MAX_SHOWN_AGE)
    Appointment.objects.filter(person=by.person_id).delete()
    assert figures.recount_stale_figures() == {"recounted": 0}
    assert not Figure.objects.exists()


def test_figure_that_became_small_is_deleted(registered_count, two_units) -> None:
    by = actor(Role.CLERK, two_units[0])
    figures.load_counts(registered_count, YEAR, by=by)
    Entry.objects.filter(body=two_units[0]).first().delete()
    age_figures(at=figures.MAX_SHOWN_AGE)
    assert get_number(figures.load_counts(registered_count, YEAR, by=by)) == 1
    assert not Figure.objects.exists()


def test_page_on_a_replica_writes_no_figures(registered_count, two_units, monkeypatch) -> None:
    by = actor(Role.CLERK, two_units[0])
    figures.load_counts(registered_count, YEAR, by=by)
    age_figures(at=figures.MAX_SHOWN_AGE, wanted=figures.MAX_SHOWN_AGE)
    monkeypatch.setattr(figures, "_reads_primary", lambda: False)
    assert figures.load_counts(registered_count, YEAR, by=by).kept
    assert Figure.objects.get().counting is None
