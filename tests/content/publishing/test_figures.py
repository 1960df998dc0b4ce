"""One count of what became public in time, for the public page and the office's report."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from factories.ledger import EntryFactory
from factories.publishing import item, public, signed
from factories.units import actor
from gongkai.content.editions.models import Column, Document
from gongkai.content.publishing import actions
from gongkai.content.publishing.clock.figures import (
    TimelinessCounts,
    count_in_time,
    count_unpublished,
    list_publications,
)
from gongkai.content.publishing.views.reports import quarter_days
from gongkai.core.units.models import Body, Role
from gongkai.oversight.assessment.queries.ranking import count_deadlines_kept

pytestmark = pytest.mark.django_db
YEARS_AGO = date(2017, 5, 5)


def year_of(housing: Body) -> TimelinessCounts:
    year = timezone.localdate().year
    return count_in_time(Body.objects.filter(pk=housing.pk), date(year, 1, 1), date(year, 12, 31))


def withdraw(document: Document, housing: Body) -> None:
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="内容有误")


def test_what_was_formed_years_ago_counts_late_on_the_day_it_became_public(housing: Body, plans: Column) -> None:
    public(housing, [plans], formed_on=timezone.localdate())
    late = public(housing, [plans], formed_on=YEARS_AGO)
    assert year_of(housing) == TimelinessCounts(2, 1, 0)
    withdraw(late, housing)  # nobody gets rid of a late one by taking it down
    assert year_of(housing) == TimelinessCounts(2, 1, 0)


def test_what_was_withdrawn_is_not_public(housing: Body, plans: Column) -> None:
    withdraw(public(housing, [plans], formed_on=timezone.localdate()), housing)
    assert year_of(housing) == TimelinessCounts(0, 0, 0)


def test_what_fell_due_and_is_not_public_counts_on_its_due_date(housing: Body, plans: Column) -> None:
    item(housing, [plans], formed_on=YEARS_AGO)
    bodies = Body.objects.filter(pk=housing.pk)
    assert count_unpublished(bodies, date(2017, 6, 1), date(2017, 6, 30)) == {housing.pk: 1}
    assert year_of(housing) == TimelinessCounts(0, 0, 0)


def test_a_change_counts_by_itself_a_corrected_day_does_not(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], formed_on=timezone.localdate() - timedelta(days=3))
    signed(page)
    for formed in (timezone.localdate() - timedelta(days=4), timezone.localdate() + timedelta(days=1)):
        actions.save_revision(page, by=actor(Role.CLERK, housing), formed_on=formed)
        signed(page)
    today = timezone.localdate()
    assert [one.first for one in list_publications(Body.objects.filter(pk=housing.pk), today, today)] == [True, False]


def test_the_public_page_shows_the_sum_of_the_offices_quarters(housing: Body, plans: Column) -> None:
    for formed in (timezone.localdate(), YEARS_AGO):
        public(housing, [plans], formed_on=formed)
    EntryFactory(kind="disclosure", body=housing, red=True)
    year = timezone.localdate().year
    units, days = Body.objects.filter(pk=housing.pk), [quarter_days(year, n) for n in (1, 2, 3, 4)]
    spans = [(first, after - timedelta(days=1)) for first, after in days]
    texts = [one for span in spans for one in list_publications(units, *span)]
    owed = sum(count_unpublished(units, *span).total() for span in spans)
    shown = next(row for row in count_deadlines_kept(housing, year) if row.kind == "disclosure")
    assert (shown.settled, shown.in_time) == (len(texts) + owed, sum(not one.late for one in texts)) == (3, 1)
    assert shown.late_now == owed == 1
