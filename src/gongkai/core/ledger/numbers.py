"""Numbers of entries: gapless per kind and year, drawn in one statement."""

from django.db import connection

from gongkai.core.acts.batches import draw_numbers
from gongkai.core.ledger.kinds import KINDS, kind_of
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

#: Draws numbers of a series, and creates the series if absent.
_DRAW_SQL = """INSERT INTO ledger_counter (series, year, last) VALUES (%s, %s, %s)
ON CONFLICT (series, year) DO UPDATE SET last = ledger_counter.last + excluded.last RETURNING last"""
_NUMBER_PATTERN = re.compile(rf"([{HAN}]{{2,12}})(\d{{4}}-\d{{5}})(?!\d)")


def inner_numbers(text: str) -> list[str]:
    """Return the entry numbers in a text (整改2026-00009), which mean nothing to the public."""
    series = {kind.series for kind in KINDS.values()}
    found = ((before, end) for before, end in _NUMBER_PATTERN.findall(text))
    return [f"{own}{end}" for before, end in found for own in series if before.endswith(own)]


def numbers(kind: str, year: int, count: int = 1) -> list[str]:
    """Draw the next `count` numbers of a kind in a year: 任务2026-00001, …

    Call it inside the transaction that uses them: it locks the counter, and a rollback returns the
    numbers.
    """
    if count < 1:
        return []
    series = kind_of(kind).series
    last = draw(series, year, count)
    return [f"{series}{year}-{number:05d}" for number in range(last - count + 1, last + 1)]


def draw(series: str, year: int, count: int = 1) -> int:
    """Draw the next `count` numbers of any series in a year, inside a transaction; return the last."""
    assert connection.in_atomic_block, "numbers are drawn inside the transaction that uses them"

    def add(count: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_DRAW_SQL, [series, year, count])
            return int(cursor.fetchone()[0])

    return draw_numbers(("ledger", series, year), count, add)
