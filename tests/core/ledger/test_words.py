"""Searching words in titles: the index gives the same results as comparing every title."""

import pytest

from factories.ledger import EntryFactory
from gongkai.core.ledger import filters
from gongkai.core.ledger.models import Entry

pytestmark = pytest.mark.django_db

TITLES = [
    "更新目录",
    "更新目录",
    "更新指南",
    "完成率100%",
    "完成率1000",
    "a_b",
    "axb",
    "反斜\\杠",
    "APP备案",
    "app下架",
    "",
]


@pytest.fixture(autouse=True)
def title_rows(monkeypatch):
    monkeypatch.setattr(filters, "MIN_ROWS_FOR_TITLE_INDEX", 0)
    for title in TITLES:
        EntryFactory(title=title)


@pytest.mark.parametrize("steps", [1, 3, 4, 100])
def test_index_search_equals_comparison_of_titles(steps, monkeypatch) -> None:
    monkeypatch.setattr(filters, "MAX_INDEX_STEPS", steps)
    for asked in ("更新", "目录", "预蒜", "100%", "a_b", "\\", "app", "App备", "%", "备案"):
        told = Entry.objects.filter(title__icontains=asked).values_list("pk", flat=True)
        found = filters.filter_by_title(Entry.objects.all(), asked).values_list("pk", flat=True)
        assert sorted(found) == sorted(told), asked
        assert filters.find_titles_with(asked) == sorted({t for t in TITLES if asked.upper() in t.upper()})


def test_frequent_words_are_not_searched_by_index(monkeypatch) -> None:
    monkeypatch.setattr(filters, "MAX_MATCHING_TITLES", 1)
    assert filters.find_titles_with("更新") is None
    assert filters.filter_by_title(Entry.objects.all(), "更新").count() == 3
    monkeypatch.setattr(filters, "MAX_INDEX_STEPS", 1)
    assert filters.find_titles_with("更新") is None
    assert filters.find_titles_with("指南") == ["更新指南"]


def test_corrected_title_is_found_only_by_its_new_words() -> None:
    Entry.objects.filter(title="更新指南").update(title="修订指引")
    assert filters.find_titles_with("更新指南") == []
    assert filters.filter_by_title(Entry.objects.all(), "修订").count() == 1


def test_small_ledger_is_searched_without_the_index(monkeypatch, django_assert_num_queries) -> None:
    monkeypatch.setattr(filters, "MIN_ROWS_FOR_TITLE_INDEX", 50_000)
    monkeypatch.setattr(filters, "find_titles_with", None)
    with django_assert_num_queries(2):
        assert {one.title for one in filters.filter_by_title(Entry.objects.all(), "app")} == {"APP备案", "app下架"}
