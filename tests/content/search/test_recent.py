"""On PostgreSQL every strategy for the newest hits returns the same hits."""

from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from gongkai.content.search import fulltext_table, newest_hits
from gongkai.content.search.newest_hits import LexemeCounts
from gongkai.lib.matching.folding import make_ts_query

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL alone"),
]
COUNT, LIMIT = 60, 7
#: Distance between edition ids, so that they span seven of the largest index blocks.
EDITION_GAP = 7_000
#: Query → words that a title or text must contain.
EXPECTED_WORDS = {
    "部门预算": ("部门预算",),
    "部门预算 公开": ("部门预算", "公开"),
    "第12号": ("第12号",),
    "公": ("公",),
    "没有的": ("没有的",),
    "就业补贴 决算": ("就业补贴", "决算"),
}


def make_title(number: int) -> str:
    return f"{'部门预算' if number % 2 else '决算'}{'公开' if number % 3 == 0 else '说明'}第{number}号"


def make_text(number: int) -> str:
    return "就业补贴" if number % 5 else "w1 y2026"


def make_facets(number: int) -> list[str]:
    return [f"w{number % 4}", f"y{timezone.localdate().year - number % 4}"]


@pytest.fixture
def texts() -> None:
    rows = range(1, COUNT + 1)
    fulltext_table.index_new_editions(
        (number * EDITION_GAP, make_title(number), make_text(number), make_facets(number)) for number in rows
    )


def list_expected(column: str, words: tuple[str, ...], narrowed: list[str]) -> list[int]:
    """Return the editions that contain the words, the newest first, by plain comparison."""
    found = []
    for number in range(COUNT, 0, -1):
        said = make_title(number) + (make_text(number) if column == "tokens" else "")
        if all(word in said for word in words) and set(narrowed) <= set(make_facets(number)):
            found.append(number * EDITION_GAP)
    return found


def patch_strategy(monkeypatch: pytest.MonkeyPatch, *, near: int, lexemes: int, walked: int = 5) -> None:
    counts = LexemeCounts(
        COUNT, {"部门": 0.5, "门预": 0.5, "预算": 0.5, "公开": 0.3, "决算": 0.5, "说明": 0.6, "第": 1.0}
    )
    monkeypatch.setattr(newest_hits, "_estimate_first_texts", lambda *_: near)
    monkeypatch.setattr(
        newest_hits, "NEWEST_ROWS_SCANNED", {"heads": walked * EDITION_GAP, "tokens": walked * EDITION_GAP}
    )
    monkeypatch.setattr(newest_hits, "MAX_LEXEMES", {"heads": lexemes, "tokens": lexemes})
    monkeypatch.setattr(
        newest_hits, "_read_lexeme_statistics", lambda column: counts if lexemes < 9 else LexemeCounts(0, {})
    )


@pytest.mark.parametrize("near", [0, 1_500, 9_000, 65_536])
@pytest.mark.parametrize(("lexemes", "walked"), [(1, 5), (2, 1_000), (9, 5)])
def test_every_strategy_finds_the_same(
    texts: None, monkeypatch: pytest.MonkeyPatch, near: int, lexemes: int, walked: int
) -> None:
    patch_strategy(monkeypatch, near=near, lexemes=lexemes, walked=walked)
    this_year = timezone.localdate().year
    for ends_at in (None, 200_000, 999_000):
        monkeypatch.setattr(newest_hits, "_find_end_of_year", lambda make_facets, ends_at=ends_at: ends_at)
        for narrowed in ([], ["w1"], [f"y{this_year}"], ["w1", f"y{this_year - 1}"]):
            for column, (words, parts) in product(("heads", "tokens"), EXPECTED_WORDS.items()):
                expected = list_expected(column, parts, narrowed)
                ways = fulltext_table._limit_to_parts([make_ts_query(words)], "A" if column == "heads" else "AD")
                assert newest_hits.find_newest_in_column(column, ways, narrowed, COUNT) == expected, words
                assert newest_hits.find_newest_in_column(column, ways, narrowed, LIMIT) == expected[:LIMIT], words


def test_find_end_of_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest_hits, "_last_editions", {})
    assert newest_hits._find_end_of_year(["w1"]) is None
    assert newest_hits._find_end_of_year([f"y{timezone.localdate().year}"]) is None
    assert newest_hits._find_end_of_year(["y1901"]) is None, "nothing was published until then"


def test_facet_tokens_and_words_are_separate(texts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    patch_strategy(monkeypatch, near=1_500, lexemes=2)
    assert [hit.edition for hit in fulltext_table.find_hits("w2", COUNT)] == []
    assert {hit.edition for hit in fulltext_table.find_hits("w1", COUNT)} == set(list_expected("tokens", ("w1",), []))
    assert {hit.edition for hit in fulltext_table.find_hits("决算", COUNT, ["w1"])} == set(
        list_expected("tokens", ("决算",), ["w1"])
    )


def test_alternative_queries_are_combined(texts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    patch_strategy(monkeypatch, near=1_500, lexemes=1)
    ways = [make_ts_query("决算公开"), make_ts_query("第7号")]
    expected = {*list_expected("heads", ("决算公开",), []), 7 * EDITION_GAP}
    assert set(newest_hits.find_newest_in_column("heads", ways, [], COUNT)) == expected


def test_lexeme_shares_are_read_from_statistics(texts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest_hits, "_lexeme_counts", {})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_fulltext")
    counted = newest_hits._read_lexeme_statistics("heads")
    assert counted.rows == COUNT
    assert counted.shares["第"] == pytest.approx(1.0)
    assert counted.shares["公开"] == pytest.approx(1 / 3, abs=0.01)
