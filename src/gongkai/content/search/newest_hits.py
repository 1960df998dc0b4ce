"""Find the newest hits on PostgreSQL at a cost independent of the numbers of texts and matches.

PostgreSQL's planner assumes that lexemes are independent, but the bigrams of a word always occur together:
for 财政预算 in 64,000 of a million titles it expects 250, and reads all of them to show 500, or a million texts
for words that never occur together. The plan is therefore fixed:

- The index of words stores in which blocks of 1,024, 8,192 and 65,536 editions a text is (`ROW_BLOCKS_SQL`). The
  newest blocks that should contain enough hits are queried first, then one block after the other until there are
  enough (`sql/newest.postgresql.sql`). No text is unpacked for this. A query of several blocks at once would cost
  that many times as much for each text.
- If, by the last result, the remaining texts contain no more hits than are still wanted, they are queried at once.
  So are searches that can match only few texts.
- In large blocks and in the remaining texts only the rarest lexemes are queried (by the statistics of ANALYZE):
  merging twenty long lists takes longer than reading the texts in the three shortest.
- If a year is chosen, the blocks begin where that year's texts end, and the rows above them are queried before.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from django.db import connections
from django.utils import timezone

from gongkai.content.search.models import read_sql, reading_alias

#: Fields that a search reads: title and facets ("heads"), or title, facets and text ("tokens").
IndexColumn = Literal["heads", "tokens"]
#: SQL of the row blocks of a text in each index; written differently for each column so that the planner uses one
#: index.
ROW_BLOCKS_SQL: dict[IndexColumn, str] = {
    "heads": "ARRAY[(rowid >> 10) * 4, (rowid >> 13) * 4 + 1, (rowid >> 16) * 4 + 2]",
    "tokens": "ARRAY[(rowid / 1024) * 4, (rowid / 8192) * 4 + 1, (rowid / 65536) * 4 + 2]",
}
#: The first range of texts should contain MARGIN times the wanted hits, by estimate, and has at most LARGEST texts.
FIRST_RANGE_MARGIN, MAX_FIRST_RANGE_TEXTS = 1.5, 65_536
#: Number of candidates per wanted text up to which all candidates are queried at once.
CANDIDATES_PER_WANTED_ROW = 4
#: Column → number of newest texts scanned for a prefix; fewer for texts, because each must be unpacked.
NEWEST_ROWS_SCANNED: dict[IndexColumn, int] = {"heads": 8_192, "tokens": 1_000}
#: Column → number of lexemes in the index query; the others filter its result.
MAX_LEXEMES: dict[IndexColumn, int] = {"heads": 3, "tokens": 5}
#: Number of lexemes that means all of them.
ALL_LEXEMES = 1_000
#: Share of texts from which a facet (the only site) filters the result, because reading its index takes longer.
COMMON_FACET_SHARE = 0.3
#: Number of texts up to which all lexemes go into the index query.
MAX_ROWS_FOR_ALL_LEXEMES = 16_384
#: Estimated share of texts with a lexeme that is not a common one.
DEFAULT_LEXEME_SHARE = 0.0005
#: Interval of reading the statistics of lexemes and years.
STATISTICS_REFRESH_SECONDS = 3_600.0


def find_newest(
    title_spellings: Sequence[str], text_spellings: Sequence[str], facets: Sequence[str], limit: int
) -> tuple[list[int], list[tuple[int, float]]]:
    """Return (newest editions with words in the title, [(edition, score)] of those with words elsewhere).

    The second list is filled only if the first has fewer than `limit`; its scores are 0 if it has `limit` itself.

    Args:
        title_spellings: spellings of the words for titles, each a tsquery of lexemes that must all occur.
        text_spellings: spellings for title and text.
        facets: tokens that the editions must have.
        limit: maximum number of each.
    """
    given: dict[str, str | int | None] = {
        **_make_common_parameters(facets),
        "any": join_spellings(text_spellings),
        "limit": limit,
    }
    columns: list[tuple[IndexColumn, Sequence[str]]] = [("heads", title_spellings), ("tokens", text_spellings)]
    for column, ways in columns:
        given |= {
            f"{column}_{name}": value for name, value in _make_column_parameters(column, ways, facets, limit).items()
        }
    found = _run_statement("find", given)
    return [n for n, _, titled in found if titled], [(n, score) for n, score, titled in found if not titled]


def find_newest_in_column(
    column: IndexColumn, spellings: Sequence[str], facets: Sequence[str], limit: int
) -> list[int]:
    """Return at most `limit` of the newest editions with any of the spellings in a column, and the tokens `facets`."""
    given = {
        **_make_common_parameters(facets),
        **_make_column_parameters(column, spellings, facets, limit),
        "limit": limit,
    }
    return [number for number, _, _ in _run_statement(f"newest_{column}", given)]


def iterate_table_statements() -> Iterator[str]:
    """Yield the SQL statements that create the table, its indexes and functions."""
    table = read_sql("search", "postgresql")
    for column, blocks in ROW_BLOCKS_SQL.items():
        table = table.replace(f"{{{column}}}", blocks)
    yield from table.split("--;;")
    for column, blocks in ROW_BLOCKS_SQL.items():
        yield read_sql("newest", "postgresql").replace("{column}", column).replace("{blocks}", blocks)


def _run_statement(name: str, parameters: Mapping[str, str | int | None]) -> list[tuple[int, float, bool]]:
    """Return (edition, score, whether the title matches) of a statement of `sql/`."""
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute(read_sql(name, "postgresql"), parameters)
        return cursor.fetchall()  # type: ignore[no-any-return]


def _make_common_parameters(facets: Sequence[str]) -> dict[str, str | int | None]:
    """Return the SQL parameters `narrowed` (facets) and `year_end` (of a chosen year), which do not depend on the words."""
    return {
        "narrowed": " & ".join(f"'{facet}':C" for facet in facets) or None,
        "year_end": _find_end_of_year(facets),
    }


def _make_column_parameters(
    column: IndexColumn, spellings: Sequence[str], facets: Sequence[str], limit: int
) -> dict[str, str | int | None]:
    """Return the SQL parameters of a column: `whole` and `rare` queries of lexemes (all texts, newest texts), `words`
    (the full condition, if `rare` is less), and the numbers of newest rows to scan (`walked`, `near`).
    """
    counted = _read_lexeme_statistics(column)
    begins = bool(counted.rows) and any(
        all("*" in lexeme.rpartition(":")[2] for lexeme in way.split(" & ")) for way in spellings
    )
    near = 0 if begins else _estimate_first_texts(spellings, facets, counted, limit)
    text = join_spellings(spellings)
    rare, whole = (
        join_spellings([select_rarest_lexemes(way, counted.shares, most) for way in spellings])
        for most in (
            MAX_LEXEMES[column],
            ALL_LEXEMES if column == "tokens" and near <= MAX_ROWS_FOR_ALL_LEXEMES else MAX_LEXEMES[column],
        )
    )
    beside = [f"'{facet}'" for facet in facets if counted.shares.get(facet, 0.0) < COMMON_FACET_SHARE]
    return {
        "whole": " & ".join([f"({whole})", *beside]),
        "rare": " & ".join([f"({rare})", *beside]),
        "words": text if rare != text else None,
        "walked": NEWEST_ROWS_SCANNED[column] if begins else 0,
        "near": near,
    }


def _estimate_first_texts(spellings: Sequence[str], facets: Sequence[str], counted: "LexemeCounts", limit: int) -> int:
    """Return how many of the newest texts to search first; 0 if few texts can match."""
    if sum(_estimate_max_matches(way, facets, counted) for way in spellings) <= limit * CANDIDATES_PER_WANTED_ROW:
        return 0
    year = [facet for facet in facets if facet[0] == "y"]
    rows = counted.rows * min([counted.shares.get(value, DEFAULT_LEXEME_SHARE) for value in year], default=1.0)
    hits = sum(estimate_matches(way, facets, counted) for way in spellings)
    return int(min(limit * FIRST_RANGE_MARGIN * rows / hits if hits else math.inf, MAX_FIRST_RANGE_TEXTS))


def _estimate_max_matches(spelling: str, facets: Sequence[str], lexeme_counts: "LexemeCounts") -> float:
    """Return the maximum number of texts that can match: that of the rarest lexeme."""
    lexemes = [*map(_strip_quotes, spelling.split(" & ")), *facets]
    return lexeme_counts.rows * min(lexeme_counts.shares.get(lexeme, lexeme_counts.least) for lexeme in lexemes)


#: (Database, year) → (time of the query, last edition of the year or None).
_last_editions: dict[tuple[str, str], tuple[float, int | None]] = {}


def _find_end_of_year(facets: Sequence[str]) -> int | None:
    """Return the last edition of the chosen year, or None without a past year. Only the start of the scan depends on
    it.
    """
    year = next((facet[1:] for facet in facets if facet[0] == "y"), "")
    if not year.isdecimal() or not 1900 < int(year) < timezone.localdate().year:
        return None
    using, now = reading_alias(), time.monotonic()
    asked, last = _last_editions.get((using, year), (-STATISTICS_REFRESH_SECONDS, None))
    if now - asked >= STATISTICS_REFRESH_SECONDS:
        end = datetime(int(year) + 1, 1, 1, tzinfo=timezone.get_current_timezone())
        with connections[using].cursor() as cursor:
            cursor.execute(read_sql("year", "postgresql"), [end])
            row = cursor.fetchone()
        last = row[0] if row else None
        _last_editions[using, year] = now, last
    return last


def join_spellings(spellings: Sequence[str]) -> str:
    """Return a tsquery for any of several spellings, each of which is a tsquery of lexemes."""
    return " | ".join(f"({way})" for way in spellings)


def select_rarest_lexemes(spelling: str, common: Mapping[str, float], max_lexemes: int) -> str:
    """Return the rarest lexemes of a tsquery by their shares (`common`), one for each word first; prefixes only as a last resort.

    Bigrams of one word occur together, so a second one filters little, and a prefix collects all
    its words in the index.

    >>> select_rarest_lexemes("'第' & '7001' & '号':*", {"第": 1.0}, 3)
    "'7001' & '第'"
    >>> select_rarest_lexemes("'老旧' & '旧小' & '小区' & '补贴'", {"老旧": 0.1, "旧小": 0.1, "小区": 0.2, "补贴": 0.3}, 2)
    "'老旧' & '补贴'"
    >>> select_rarest_lexemes("'税':*", {"第": 1.0}, 3)
    "'税':*"
    """
    lexemes = spelling.split(" & ")
    whole = [lexeme for lexeme in lexemes if "*" not in lexeme.rpartition(":")[2]]
    if not common or not whole or len(whole) == len(lexemes) <= max_lexemes:
        return spelling

    def share(lexeme: str) -> float:
        """Return the share of texts with a lexeme, 0 if it is not among the common ones."""
        return common.get(_strip_quotes(lexeme), 0.0)

    firsts = sorted((min(run, key=share) for run in _group_by_word(whole)), key=share)
    others = sorted((value for value in whole if value not in firsts), key=share)
    return " & ".join([*firsts, *others][:max_lexemes])


def estimate_matches(spelling: str, facets: Sequence[str], lexeme_counts: "LexemeCounts") -> float:
    """Return the expected number of matching texts from the rarest lexeme of each word.

    >>> counted = LexemeCounts(1_000_000, {"老旧": 0.1, "旧小": 0.1, "小区": 0.2, "补贴": 0.05, "w1": 0.01})
    >>> round(estimate_matches("'老旧' & '旧小' & '小区' & '补贴'", ["w1"], counted))
    50
    """
    number = lexeme_counts.rows
    for run in _group_by_word(spelling.split(" & ")):
        number *= min(lexeme_counts.shares.get(_strip_quotes(value), DEFAULT_LEXEME_SHARE) for value in run)
    for facet in facets:
        number *= lexeme_counts.shares.get(facet, DEFAULT_LEXEME_SHARE)
    return number


def _group_by_word(lexemes: Sequence[str]) -> list[list[str]]:
    """Group lexemes by word: a bigram that begins with the last character of the previous one continues it."""
    runs: list[list[str]] = []
    for lexeme in lexemes:
        if runs and _strip_quotes(runs[-1][-1])[-1:] == _strip_quotes(lexeme)[:1]:
            runs[-1].append(lexeme)
        else:
            runs.append([lexeme])
    return runs


def _strip_quotes(lexeme: str) -> str:
    return lexeme.split("'")[1]


class LexemeCounts(NamedTuple):
    """Statistics of PostgreSQL's ANALYZE: number of rows, shares of common lexemes, maximum share of others."""

    rows: float
    shares: Mapping[str, float]
    least: float = 1.0


#: (Database, column) → (time of the query, counts of its lexemes).
_lexeme_counts: dict[tuple[str, IndexColumn], tuple[float, LexemeCounts]] = {}


def _read_lexeme_statistics(column: IndexColumn) -> LexemeCounts:
    """Return the lexeme statistics of a column; empty before the first ANALYZE."""
    using, now = reading_alias(), time.monotonic()
    asked, known = _lexeme_counts.get((using, column), (0.0, LexemeCounts(0, {})))
    if not known.shares or now - asked > STATISTICS_REFRESH_SECONDS:
        with connections[using].cursor() as cursor:
            cursor.execute(read_sql("common", "postgresql"), [column])
            found = cursor.fetchall()
        shares = {lexeme: share for lexeme, share, _ in found if lexeme}
        known = LexemeCounts(found[0][2] if found else 0, shares, min(shares.values(), default=1.0))
        _lexeme_counts[using, column] = now, known
    return known
