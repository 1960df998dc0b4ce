"""The newest hits on PostgreSQL are the same whichever way they are found: by looking at the newest texts, by the index, by years."""

from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from gongkai.matching.tokens import ts_query
from gongkai.search import recent, table
from gongkai.search.recent import Counts

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL alone"),
]
COUNT, LIMIT = 60, 7
#: What is asked → what a title, or a text, must have for it.
ASKED = {
    "部门预算": ("部门预算",),
    "部门预算 公开": ("部门预算", "公开"),
    "第12号": ("第12号",),
    "公": ("公",),
    "没有的": ("没有的",),
    "就业补贴 决算": ("就业补贴", "决算"),
}


def title(number: int) -> str:
    return f"{'部门预算' if number % 2 else '决算'}{'公开' if number % 3 == 0 else '说明'}第{number}号"


def text(number: int) -> str:
    return "就业补贴" if number % 5 else "w1 y2026"


def facets(number: int) -> list[str]:
    return [f"w{number % 4}", f"y{timezone.localdate().year - number % 4}"]


@pytest.fixture
def texts() -> None:
    table.put_new((number, title(number), text(number), facets(number)) for number in range(1, COUNT + 1))


def held(column: str, words: tuple[str, ...], narrowed: list[str]) -> list[int]:
    """Which have the words, the newest first, as anybody would read it."""
    found = []
    for number in range(COUNT, 0, -1):
        said = title(number) + (text(number) if column == "tokens" else "")
        if all(word in said for word in words) and set(narrowed) <= set(facets(number)):
            found.append(number)
    return found


def patched(
    monkeypatch: pytest.MonkeyPatch, *, sample: int, share: float, at_once: float, lexemes: int
) -> None:
    counts = Counts(
        COUNT, {"部门": 0.5, "门预": 0.5, "预算": 0.5, "公开": 0.3, "决算": 0.5, "说明": 0.6, "第": 1.0}
    )
    monkeypatch.setattr(recent, "SAMPLE", {"heads": (sample, share), "tokens": (sample, share)})
    monkeypatch.setattr(recent, "AT_ONCE", at_once)
    monkeypatch.setattr(recent, "MOST", {"heads": lexemes, "tokens": lexemes})
    monkeypatch.setattr(recent, "_counts", lambda column: counts if lexemes < 9 else Counts(0, {}))


@pytest.mark.parametrize(("sample", "share"), [(1_000, 0.1), (4, 0.2), (4, 2.0)])
@pytest.mark.parametrize(("at_once", "lexemes"), [(-1.0, 1), (1e9, 2), (-1.0, 9)])
def test_every_way_finds_the_same(
    texts: None, monkeypatch: pytest.MonkeyPatch, sample: int, share: float, at_once: float, lexemes: int
) -> None:
    patched(monkeypatch, sample=sample, share=share, at_once=at_once, lexemes=lexemes)
    this_year = timezone.localdate().year
    for narrowed in ([], ["w1"], [f"y{this_year}"], ["w1", f"y{this_year - 1}"]):
        for column, (words, parts) in product(("heads", "tokens"), ASKED.items()):
            expected = held(column, parts, narrowed)
            ways = table._weighed([ts_query(words)], "A" if column == "heads" else "AD")
            assert sorted(recent.newest(column, ways, narrowed, COUNT), reverse=True) == expected, words
            some = recent.newest(column, ways, narrowed, LIMIT)
            assert len(set(some)) == len(some) == min(LIMIT, len(expected))
            assert set(some) <= set(expected)


def test_of_more_than_enough_the_newest_are_given(texts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = held("heads", ("部门预算",), [])[:LIMIT]
    ways = [ts_query("部门预算")]
    for share, at_once in ((0.2, 1e9), (2.0, 1e9)):
        patched(monkeypatch, sample=4, share=share, at_once=at_once, lexemes=1)
        assert recent.newest("heads", ways, [], LIMIT) == expected
    patched(monkeypatch, sample=4, share=2.0, at_once=-1.0, lexemes=1)
    years = [number % 4 for number in recent.newest("heads", ways, [], LIMIT)]
    assert years == sorted(years), "those of this year, then of the last one"


def test_what_narrows_is_no_word_and_no_word_narrows(texts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    patched(monkeypatch, sample=4, share=2.0, at_once=1e9, lexemes=2)
    assert [hit.edition for hit in table.find("w2", COUNT)] == []
    assert {hit.edition for hit in table.find("w1", COUNT)} == set(held("tokens", ("w1",), []))
    assert {hit.edition for hit in table.find("决算", COUNT, ["w1"])} == set(
        held("tokens", ("决算",), ["w1"])
    )


def test_other_ways_to_write_the_words_and_plans_of_what_comes_after(
    texts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, sample=4, share=2.0, at_once=1e9, lexemes=1)
    ways = [ts_query("决算公开"), ts_query("第7号")]
    expected = {*held("heads", ("决算公开",), []), 7}
    assert set(recent.newest("heads", ways, [], COUNT)) == expected
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)


def test_how_common_lexemes_are_is_what_was_counted(texts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "_counted", {})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_fulltext")
    counted = recent._counts("heads")
    assert counted.rows == COUNT
    assert counted.shares["第"] == pytest.approx(1.0)
    assert counted.shares["公开"] == pytest.approx(1 / 3, abs=0.01)
