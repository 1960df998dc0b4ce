"""The newest hits on PostgreSQL, at a price that grows neither with the texts nor with how many of them hold the words.

PostgreSQL's planner multiplies how common lexemes are, and the bigrams of one word always stand together: of 财政预算 in 64,000 of a million titles
it expects 250, fetches all of them to show 500, or walks through a million texts for words that never meet. So it is not left to choose:

- the index of words knows in which block of 4,096 editions a text stands (`sql/search.postgresql.sql`). The newest blocks that should hold enough
  hits are asked first, then some more, then the rest, in one statement that ends as soon as there are enough; no text is unpacked for it;
- of the rest only the rarest lexemes are asked (as `ANALYZE` counted them): to bring twenty long lists together takes longer than to look into the
  texts that the shortest three name;
- where a year was chosen, the blocks begin where that year's texts end, and what stands above them is asked before.
"""

import math
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from django.db import connections
from django.utils import timezone

from gongkai.search.statements import reads, sql

#: What is looked in: title and facets, or title, facets and text.
Column = Literal["heads", "tokens"]
#: The texts asked first should hold so many times as many hits as are wanted; those asked then are so many times as many texts.
MARGIN, FURTHER = 1.5, 5
#: Where at most so many times as many texts as are wanted can have the words, all of them are asked at once.
FEW = 4
#: At most this share of all texts is asked first: what is expected may be far from what is there.
LARGEST = 0.125
#: So many of the newest texts are looked into where only the beginning of a word is known; one from the text must be unpacked.
WALKED: dict[Column, int] = {"heads": 8_192, "tokens": 1_000}
#: Of so many lexemes of a word or phrase the index is asked where all texts are; the others are looked for in the texts that it names.
MOST: dict[Column, int] = {"heads": 3, "tokens": 5}
EVERY = 1_000
#: A facet that so many texts have (the one site) is looked for in what the words name: to go through its list takes longer than that.
EVERYWHERE = 0.3
#: Of so many texts the index is asked for all lexemes, since each text that it names for some of them must be unpacked; titles need not be.
UNPACKED = 16_384
#: The share that a lexeme is expected to have that is not among the common ones.
UNCOMMON = 0.0005
#: Seconds after which it is asked anew how common lexemes are, and where years end.
AGAIN = 3_600.0


def newest(column: Column, ways: Sequence[str], facets: Sequence[str], limit: int) -> list[int]:
    """Return the newest editions that hold words, at most `limit`, the newest first; all of them where there are fewer.

    Args:
        column: where the words must stand.
        ways: ways to write the words, each the text of a tsquery of lexemes that must all be there.
        facets: tokens that they must have besides.
        limit: how many.
    """
    counted = _counts(column)
    words = either(ways)
    beside = [f"'{facet}'" for facet in facets if counted.shares.get(facet, 0.0) < EVERYWHERE]
    narrowed = " & ".join(f"'{facet}':C" for facet in facets)
    if counted.rows and any(_begins_only(way) for way in ways):
        walked: dict[str, str | int | None] = {
            "texts": WALKED[column],
            "words": words,
            "narrowed": narrowed,
            "limit": limit,
        }
        found = _asked("walk", column, walked)
        if len(found) >= limit:
            return found
        near = 0
    else:
        near = _first_texts(ways, facets, counted, limit)
    start = _end_of_year(facets) if near else None
    few = EVERY if column == "tokens" and near <= UNPACKED else MOST[column]
    whole, rare = (
        either([rarest(way, counted.shares, most) for way in ways]) for most in (few, MOST[column])
    )
    given: dict[str, str | int | None] = {
        "near": near,
        "far": near * FURTHER,
        "start": start,
        "limit": limit,
        "words": words,
        "narrowed": narrowed,
    }
    given |= {"whole": " & ".join([f"({whole})", *beside]), "rare": " & ".join([f"({rare})", *beside])}
    asked = [*(["above"] if start is not None else []), *(["near", "far"] if near else [])]
    parts = [_part("whole", _IN[name], recheck=whole != words) for name in asked]
    parts.append(_part("rare", _IN["rest" if near else "all"], recheck=rare != words))
    return _asked("newest", column, given, "\nUNION ALL\n".join(parts))


def _asked(name: str, column: Column, given: Mapping[str, str | int | None], parts: str = "") -> list[int]:
    """Ask a statement of `sql/` for numbers."""
    narrowed = "AND ts_match_vq(heads, CAST(%(narrowed)s AS tsquery))" if given["narrowed"] else ""
    statement = sql(name, "postgresql").replace("…", parts)
    with connections[reads()].cursor() as cursor:
        cursor.execute(
            statement.replace("{column}", column)
            .replace("{block}", _BLOCK[column])
            .replace("{narrowed}", narrowed),
            given,
        )
        return [int(number) for (number,) in cursor.fetchall()]


#: Which texts a part of the statement asks: those above where a year ends, the nearest, those further away, the rest. By `rowid + 0`, since the
#: planner would go through all texts by their numbers.
_IN = {
    "above": "{block} && (SELECT above FROM blocks) AND rowid + 0 > (SELECT top FROM blocks)",
    "near": (
        "{block} && (SELECT near FROM blocks) AND rowid + 0 <= (SELECT top FROM blocks)"
        " AND rowid + 0 > (SELECT top FROM blocks) - %(near)s"
    ),
    "far": (
        "{block} && (SELECT far FROM blocks) AND rowid + 0 <= (SELECT top FROM blocks) - %(near)s"
        " AND rowid + 0 > (SELECT top FROM blocks) - %(far)s"
    ),
    "rest": "{block} && (SELECT below FROM blocks) AND rowid + 0 <= (SELECT top FROM blocks) - %(far)s",
    "all": "true",
}
#: A text's block as the index of each column has it. They are written differently, so that the planner cannot ask one column's index for the blocks
#: alone and look for the words in each of their texts.
_BLOCK: dict[Column, str] = {"heads": "ARRAY[rowid >> 12]", "tokens": "ARRAY[rowid / 4096]"}


def _part(asked: str, where: str, *, recheck: bool) -> str:
    """Write one part of the statement."""
    rest = "AND ts_match_vq({column}, CAST(%(words)s AS tsquery))" if recheck else ""
    return (  # names of columns and of what is given, nothing that somebody typed
        f"(SELECT rowid FROM search_fulltext WHERE {{column}} @@ CAST(%({asked})s AS tsquery) {{narrowed}} {rest} AND {where}"  # noqa: S608
        " ORDER BY rowid + 0 DESC LIMIT %(limit)s)"
    )


def _begins_only(way: str) -> bool:
    """Whether a way asks for beginnings of words alone: the index would collect all words that have them."""
    return all("*" in lexeme.rpartition(":")[2] for lexeme in way.split(" & "))


def _first_texts(ways: Sequence[str], facets: Sequence[str], counted: "Counts", limit: int) -> int:
    """Return how many of the newest texts are asked first; none where few texts can have the words."""
    if sum(_at_most(way, facets, counted) for way in ways) < limit * FEW:
        return 0
    year = [facet for facet in facets if facet[0] == "y"]
    rows = counted.rows * min([counted.shares.get(value, UNCOMMON) for value in year], default=1.0)
    hits = sum(expected(way, facets, counted) for way in ways)
    return int(min(limit * MARGIN * rows / hits if hits else math.inf, counted.rows * LARGEST))


def _at_most(way: str, facets: Sequence[str], counted: "Counts") -> float:
    """Return how many texts can have the words and facets: as many as the rarest of all lexemes."""
    lexemes = [*map(_text, way.split(" & ")), *facets]
    return counted.rows * min(counted.shares.get(lexeme, UNCOMMON) for lexeme in lexemes)


_ended: dict[tuple[str, str], tuple[float, int | None]] = {}


def _end_of_year(facets: Sequence[str]) -> int | None:
    """Return the last edition of the year that was chosen; None where none was. Only where it is begun to look depends on it."""
    year = next((facet[1:] for facet in facets if facet[0] == "y"), "")
    if not year.isdecimal() or not 1900 < int(year) < timezone.localdate().year:
        return None
    using, now = reads(), time.monotonic()
    asked, last = _ended.get((using, year), (-AGAIN, None))
    if now - asked >= AGAIN:
        end = datetime(int(year) + 1, 1, 1, tzinfo=timezone.get_current_timezone())
        with connections[using].cursor() as cursor:
            cursor.execute(sql("year", "postgresql"), [end])
            row = cursor.fetchone()
        last = row[0] if row else None
        _ended[using, year] = now, last
    return last


def either(ways: Sequence[str]) -> str:
    """Return a tsquery that asks for any of several ways to write the words."""
    return " | ".join(f"({way})" for way in ways)


def scores(words: str, numbers: Sequence[int]) -> list[tuple[int, float]]:
    """Return editions with what their words are worth."""
    if not numbers:
        return []
    with connections[reads()].cursor() as cursor:
        cursor.execute(sql("find", "postgresql"), [words, list(numbers)])
        return [(int(number), float(score)) for number, score in cursor.fetchall()]


def rarest(way: str, common: Mapping[str, float], most: int) -> str:
    """Return the rarest lexemes of a tsquery: that of each word first, beginnings of words only where there is nothing else.

    The bigrams of one word overlap and stand together, so that a second one leaves out little. The index collects all words with a beginning.

    >>> rarest("'第' & '7001' & '号':*", {"第": 1.0}, 3)
    "'7001' & '第'"
    >>> rarest("'老旧' & '旧小' & '小区' & '补贴'", {"老旧": 0.1, "旧小": 0.1, "小区": 0.2, "补贴": 0.3}, 2)
    "'老旧' & '补贴'"
    >>> rarest("'税':*", {"第": 1.0}, 3)
    "'税':*"
    """
    lexemes = way.split(" & ")
    whole = [lexeme for lexeme in lexemes if "*" not in lexeme.rpartition(":")[2]]
    if not common or not whole or len(whole) == len(lexemes) <= most:
        return way

    def share(one: str) -> float:
        return common.get(_text(one), 0.0)

    firsts = sorted((min(run, key=share) for run in _runs(whole)), key=share)
    others = sorted((value for value in whole if value not in firsts), key=share)
    return " & ".join([*firsts, *others][:most])


def expected(way: str, facets: Sequence[str], counted: "Counts") -> float:
    """Return how many texts are expected to have the words and facets: the rarest lexeme of each word counts, since the others stand beside it.

    >>> counted = Counts(1_000_000, {"老旧": 0.1, "旧小": 0.1, "小区": 0.2, "补贴": 0.05, "w1": 0.01})
    >>> round(expected("'老旧' & '旧小' & '小区' & '补贴'", ["w1"], counted))
    50
    """
    number = counted.rows
    for run in _runs(way.split(" & ")):
        number *= min(counted.shares.get(_text(value), UNCOMMON) for value in run)
    for facet in facets:
        number *= counted.shares.get(facet, UNCOMMON)
    return number


def _runs(lexemes: Sequence[str]) -> list[list[str]]:
    """Return lexemes by words: one that begins with the character with which the last one ended goes on."""
    runs: list[list[str]] = []
    for lexeme in lexemes:
        if runs and _text(runs[-1][-1])[-1:] == _text(lexeme)[:1]:
            runs[-1].append(lexeme)
        else:
            runs.append([lexeme])
    return runs


def _text(lexeme: str) -> str:
    return lexeme.split("'")[1]


class Counts(NamedTuple):
    """What `ANALYZE` counted: how many rows, and the share of them that has a common lexeme."""

    rows: float
    shares: Mapping[str, float]


_counted: dict[tuple[str, Column], tuple[float, Counts]] = {}


def _counts(column: Column) -> Counts:
    """Return how common the common lexemes of a column are; none where nobody counted them yet."""
    using, now = reads(), time.monotonic()
    asked, known = _counted.get((using, column), (0.0, Counts(0, {})))
    if not known.shares or now - asked > AGAIN:
        with connections[using].cursor() as cursor:
            cursor.execute(sql("common", "postgresql"), [column])
            found = cursor.fetchall()
        shares = {lexeme: share for lexeme, share, _ in found if lexeme}
        known = Counts(found[0][2] if found else 0, shares)
        _counted[using, column] = now, known
    return known
