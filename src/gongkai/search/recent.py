"""The newest hits on PostgreSQL, at a price that grows neither with the texts nor with how many of them hold the words.

PostgreSQL's planner multiplies how common lexemes are, and the bigrams of one word always stand together: of 财政预算 in 64,000 of a million titles
it expects 250, fetches all of them to show 500, or walks through a million texts for words that never meet. So it is not left to choose:

- a few of the newest texts are looked at; where many of them have the words, more of them are until there are enough (no index is asked);
- else the index is asked; where many texts may have the words, for those of this year first, then of the last one, then for all; and only for the
  rarest of the lexemes (as `ANALYZE` counted them): to bring twenty long lists together takes longer than to look into the texts that the shortest
  three name.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.db import connections, transaction
from django.utils import timezone

from gongkai.search.statements import reads, sql

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

#: What is looked in: title and facets, or title, facets and text.
Column = Literal["heads", "tokens"]
#: Of each column so many of the newest are looked at, and this share must have the words for more of them to be: to take one from the index costs
#: three times what it costs to look into a title, a quarter of what it costs to look into a text (that must be unpacked).
SAMPLE: dict[Column, tuple[int, float]] = {"heads": (1_000, 0.03), "tokens": (300, 0.2)}
#: Of so many lexemes of a word or phrase the index is asked; the rest is looked for in the texts that it names.
MOST: dict[Column, int] = {"heads": 3, "tokens": 5}
#: So many texts are fetched at once; where more are expected it is done by years.
AT_ONCE = 5_000
#: The share that a lexeme is expected to have that is not among the common ones.
UNCOMMON = 0.0005
#: Seconds after which it is asked anew how common lexemes are.
AGAIN = 3_600.0
#: More are looked at than should be needed: the words may be rarer behind the first ones.
MARGIN = 1.5
#: What makes the planner take the index of words, whatever it expects.
BY_INDEX = (
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true), "
    "set_config('max_parallel_workers_per_gather', '0', true)"
)
AS_BEFORE = (
    "SELECT set_config(name, reset_val, true) FROM pg_settings "
    "WHERE name IN ('enable_seqscan', 'enable_indexscan', 'max_parallel_workers_per_gather')"
)


def newest(column: Column, ways: Sequence[str], facets: Sequence[str], limit: int) -> list[int]:
    """Return the newest editions that hold words, at most `limit`; all of them where there are fewer.

    Args:
        column: where the words must stand.
        ways: ways to write the words, each the text of a tsquery of lexemes that must all be there.
        facets: tokens that they must have besides.
        limit: how many.
    """
    words = either(ways)
    narrowed = " & ".join(f"'{facet}':C" for facet in facets)
    looked, hits = _sample(column, words, narrowed)
    few, share = SAMPLE[column]
    if looked < few or len(hits) >= limit:
        return hits[:limit]
    if len(hits) >= few * share:
        further = int(limit * few / len(hits) * MARGIN)
        hits = _asked("walk", column, [further, narrowed, narrowed, words, limit])
        if len(hits) >= limit:
            return hits
    return _from_index(column, ways, facets, narrowed, limit)


def either(ways: Sequence[str]) -> str:
    """Return a tsquery that asks for any of several ways to write the words."""
    return " | ".join(f"({way})" for way in ways)


def scores(words: str, numbers: Sequence[int]) -> list[tuple[int, float]]:
    """Return editions with what their words are worth."""
    with connections[reads()].cursor() as cursor:
        cursor.execute(sql("find", "postgresql"), [words, list(numbers)])
        return [(int(number), float(score)) for number, score in cursor.fetchall()]


def _sample(column: Column, words: str, narrowed: str) -> tuple[int, list[int]]:
    with connections[reads()].cursor() as cursor:
        statement = sql("sample", "postgresql").replace("…", column)
        cursor.execute(statement, [narrowed, narrowed, words, SAMPLE[column][0]])
        looked, hits = cursor.fetchone()
    return int(looked), [int(number) for number in hits or ()]


def _from_index(
    column: Column, ways: Sequence[str], facets: Sequence[str], narrowed: str, limit: int
) -> list[int]:
    """Ask the index. A year is a facet, too: with it in the query only the year's texts are fetched."""
    words, counted = either(ways), _counts(column)
    rare = either([rarest(way, counted.shares, MOST[column]) for way in ways])
    rest = words if rare != words else ""
    years: list[str] = []
    if sum(expected(way, facets, counted) for way in ways) > AT_ONCE and not any(
        value[0] == "y" for value in facets
    ):
        this_year = timezone.localdate().year
        years = [f"'y{this_year}'", f"'y{this_year - 1}'"]
    beside = [f"'{facet}'" for facet in facets]
    found: dict[int, None] = {}
    with _by_index() as cursor:
        for year in (*years, ""):
            asked = " & ".join([f"({rare})", *beside, *filter(None, [year])])
            statement = sql("block", "postgresql").replace("…", column)
            cursor.execute(statement, [asked, narrowed, narrowed, rest, rest, limit])
            found.update((int(number), None) for (number,) in cursor.fetchall())
            if len(found) >= limit:
                break
    return list(found)[:limit]


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


@contextmanager
def _by_index() -> Iterator["CursorWrapper"]:
    """Give a cursor of a transaction in which only the index of words is taken."""
    using = reads()
    within = connections[using].in_atomic_block
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(BY_INDEX)
        yield cursor
        if within:  # what goes on in the outer one is planned as before
            cursor.execute(AS_BEFORE)


def _asked(statement: str, column: Column, values: Sequence[str | int]) -> list[int]:
    with connections[reads()].cursor() as cursor:
        cursor.execute(sql(statement, "postgresql").replace("…", column), values)
        return [int(number) for (number,) in cursor.fetchall()]
