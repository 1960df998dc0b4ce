from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from factories.ledger import EntryFactory
from factories.units import BodyFactory, OfficeFactory, actor
from gongkai.core.ledger.filters import LedgerFilter, count_lights, count_lights_of_unit, count_up_to, filter_own_units
from gongkai.core.ledger.models import Counter, Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db


def filter_titles(**given) -> list[str]:
    found = LedgerFilter.read(given).apply(Entry.objects.all(), SYSTEM)
    return sorted(found.values_list("title", flat=True))


def test_each_condition_restricts_the_list() -> None:
    body, office = BodyFactory(), OfficeFactory()
    EntryFactory(title="甲", body=body, year=2025)
    EntryFactory(title="乙", body=office.body, office=office)
    EntryFactory(title="丙", state="submitted", number="试2026-99999")
    due = timezone.localtime(Entry.objects.get(title="甲").due_at).date()
    assert filter_titles() == ["丙", "乙", "甲"]
    assert filter_titles(body=str(body.pk)) == ["甲"]
    assert filter_titles(office=str(office.pk)) == ["乙"]
    assert filter_titles(year="2025") == ["甲"]
    assert filter_titles(state="submitted") == ["丙"]
    assert filter_titles(q="试2026-9") == ["丙"]
    Counter.objects.create(series="试", year=2026, last=99999)
    assert filter_titles(q="99999") == filter_titles(q="2026-99999") == ["丙"]
    assert filter_titles(q="99998") == filter_titles(q="2025-99999") == []
    assert filter_titles(q="乙") == ["乙"]
    assert filter_titles(kind="trial") == ["丙", "乙", "甲"]
    assert filter_titles(due_from=due.isoformat(), due_to=due.isoformat()) == ["丙", "乙", "甲"]
    assert filter_titles(due_from="2099-01-01") == []
    assert filter_titles(due_to="2001-01-01") == []


@pytest.mark.parametrize(
    "given",
    [
        {"light": "x"},
        {"kind": "x"},
        {"body": "1 OR 1"},
        {"body": "９"},
        {"year": "99999999999999999999"},
        {"q": "\0"},
        {"mine": "all"},
        {"order": "pk"},
    ],
)
def test_invalid_conditions_are_ignored(given) -> None:
    assert LedgerFilter.read(given) == LedgerFilter()


@pytest.mark.parametrize("words", ["2026-02-31", "0001-01-01", "9999-12-31"])
def test_nonexistent_date_is_kept_with_a_reason(words: str) -> None:
    day = LedgerFilter.read({"due_from": words}).due_from
    assert (day.text, day.value) == (words, None)
    assert "请核对" in day.reason


def test_filter_survives_the_query_string() -> None:
    wanted = LedgerFilter.read(
        {"light": "red", "q": "三公 & 预算", "year": "2026", "due_to": "2026-12-31", "mine": "body"}
    )
    assert LedgerFilter.read(QueryDict(wanted.query()).dict()) == wanted
    assert LedgerFilter().query() == ""
    assert LedgerFilter().query(after="x~1") == "after=x%7E1" or LedgerFilter().query(after="x~1") == "after=x~1"


def test_percent_and_underscore_are_searched_literally() -> None:
    EntryFactory(title="完成率100%")
    EntryFactory(title="完成率1000")
    assert filter_titles(q="100%") == ["完成率100%"]


def test_mine_are_entries_of_my_office_or_of_no_office() -> None:
    body = BodyFactory()
    own, other = OfficeFactory(body=body), OfficeFactory(body=body)
    for title, office in (("我科", own), ("别科", other), ("未定", None)):
        EntryFactory(title=title, body=body, office=office)
    EntryFactory(title="外单位")
    clerk, head = actor(Role.CLERK, body, office=own), actor(Role.LEAD, body)

    def titles(by, **facts):
        return set(filter_own_units(Entry.objects.all(), by, **facts).values_list("title", flat=True))

    assert titles(clerk) == {"我科", "未定"}
    assert titles(clerk, whole_body=True) == {"我科", "未定", "别科"}
    assert titles(head) == {"我科", "未定", "别科"}


def test_counts_are_capped_and_need_one_query_each(django_assert_num_queries) -> None:
    EntryFactory(red=True)
    EntryFactory(red=True)
    EntryFactory(yellow=True)
    EntryFactory(blue=True)
    EntryFactory(grey=True)
    with django_assert_num_queries(4):
        assert count_lights(Entry.objects.all()) == {"open": 4, "red": 2, "yellow": 1, "blue": 1}
    assert count_up_to(Entry.objects.all(), limit=3) == 4


def test_few_entries_of_a_unit_are_counted_in_one_query(django_assert_num_queries) -> None:
    for days, paused in ((-1, False), (-1, True), (1, False), (100, False), (None, False)):
        due = None if days is None else timezone.now() + timedelta(days=days)
        EntryFactory(due_at=due, warn_at=due and due - timedelta(days=3), paused=paused)
    rows, now = Entry.objects.all(), timezone.now()
    told = count_lights(rows, now)
    assert sorted(told.values()) == [1, 1, 1, 5]
    with django_assert_num_queries(1):
        assert count_lights_of_unit(rows, now) == told
    assert count_lights_of_unit(rows, now, limit=3) == count_lights(rows, now, limit=3)
