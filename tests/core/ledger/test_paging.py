"""Keyset paging of ledger lists."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import most
from factories.ledger import EntryFactory
from factories.units import BodyFactory
from gongkai.core.ledger.filters import (
    LIGHT_FILTER_LABELS,
    ORDER_BY_DUE_DATE,
    ORDER_BY_OPENING,
    filter_by_light,
    find_earliest_due_date,
    load_entry_page,
)
from gongkai.core.ledger.models import Entry

pytestmark = pytest.mark.django_db


def collect_pages(order: str, size: int) -> list[int]:
    found, after = [], ""
    while True:
        shown = load_entry_page(Entry.objects.all(), after, size, order)
        assert len(shown.rows) <= size
        found += [entry.pk for entry in shown.rows]
        if not shown.next:
            return found
        after = shown.next


@settings(max_examples=most(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=14),
    size=st.integers(1, 6),
    order=st.sampled_from((ORDER_BY_DUE_DATE, ORDER_BY_OPENING)),
)
def test_pages_contain_every_row_once_in_order(days, size, order) -> None:
    Entry.objects.all().delete()
    body, now = BodyFactory(), timezone.now()
    rows = [
        EntryFactory(
            body=body,
            due_at=None if day is None else now + timedelta(days=day),
            opened_at=now - timedelta(days=day or 0),
        )
        for day in days
    ]
    late = now + timedelta(days=999)
    if order == ORDER_BY_DUE_DATE:
        expected = sorted(rows, key=lambda e: (e.due_at or late, e.pk))
    else:
        expected = sorted(rows, key=lambda e: (e.opened_at, e.pk), reverse=True)
    assert collect_pages(order, size) == [entry.pk for entry in expected]


def test_invalid_page_mark_shows_the_first_page() -> None:
    entry = EntryFactory()
    for order in (ORDER_BY_DUE_DATE, ORDER_BY_OPENING):
        for mark in (
            *("", "x", "~", "~x", "2026~1", "2026-11-20T00:00~1", "99-99~9", "~" + "9" * 40, "\0~1"),
            *("0001-01-01T00:00:00+14:00~1", "9999-12-31T23:59:59-14:00~1"),
        ):
            assert load_entry_page(Entry.objects.all(), mark, 5, order).rows == [entry], (mark, order)


@pytest.mark.parametrize("light", LIGHT_FILTER_LABELS)
def test_list_started_at_its_first_row_is_unchanged(light) -> None:
    body = BodyFactory()
    for one in ("red", "yellow", "green", "blue", "grey"):
        EntryFactory(body=body, **{one: True})
    EntryFactory(body=body, due_at=None, warn_at=None)
    now = timezone.now()
    rows = filter_by_light(Entry.objects.all(), light, now)
    found = load_entry_page(rows, since=find_earliest_due_date(light, now)).rows
    assert found == load_entry_page(rows).rows
    assert len(found) == rows.count()
