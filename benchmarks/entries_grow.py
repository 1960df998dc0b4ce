"""Copy the entries of a seeded province within PostgreSQL: `python -m benchmarks.entries_grow ENTRIES HANDS`.

For measuring lists over millions of entries that would take an hour to seed. HANDS is the number of processes. Each
copy has its own unit, measure, period, number and title, those that `benchmarks.province` would give the next entry;
dates, state, clock and log records are those of the seeded entry at the same position of its thousand. Digests of log
records are copied as well, so `audit verify` fails afterwards. The database must have a multiple of 5,000 entries; if
the process is killed, seed again.
"""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import django
import psycopg
from psycopg import sql

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
#: Entries copied by one statement.
CHUNK = 50_000
#: Tables copied with an entry → the column that references it.
DEPENDENT_TABLES = {"ledger_clockevent": "entry_id", "notices_assignment": "entry_id"}
#: The number of the first copy of a year, above all seeded numbers; also the distance between the years' numbers.
YEAR_DISTANCE = 10_000_000

#: The seeded entries of each year's first thousand, and the values from which a copy's position is computed.
ORIGINALS_SQL = """
DROP TABLE IF EXISTS grow_entry, grow_measure, grow_place;
CREATE TABLE grow_place AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM units_body WHERE kind = 'department';
CREATE TABLE grow_measure AS
    SELECT n.year, n.id AS notice, m.id, m.section_no, rtrim(m.text, '。') AS words,
           row_number() OVER (PARTITION BY n.id ORDER BY m.position) - 1 AS n
    FROM notices_notice n JOIN notices_measure m ON m.notice_id = n.id;
CREATE TABLE grow_entry AS
    SELECT e.id, e.year, split_part(e.number, '-', 2)::int - 1 AS rest, split_part(e.number, '-', 1) AS series
    FROM ledger_entry e WHERE e.kind = 'assignment' AND split_part(e.number, '-', 2)::int <= 1000;
ANALYZE grow_place; ANALYZE grow_measure; ANALYZE grow_entry;
"""

#: The positions of one statement, from the n-th entry of a year to the m-th.
POSITIONS_SQL = """
CREATE TEMP TABLE place ON COMMIT DROP AS
SELECT g.n AS rest, t.id AS old, {first} + g.n AS id, t.series || '-' || lpad((g.n + 1)::text, greatest(5, length((g.n + 1)::text)), '0') AS number,
       b.id AS body, m.id AS measure, m.section_no, m.words, {year} || '-' || lpad(({months}::int[])[turn.n / 60 + 1]::text, 2, '0') AS period
FROM generate_series({begin}, {end}) g(n)
JOIN grow_entry t ON t.year = {year} AND t.rest = g.n % 1000
CROSS JOIN LATERAL (SELECT g.n / (SELECT count(*) FROM grow_place) AS n) turn
JOIN grow_place b ON b.n = g.n % (SELECT count(*) FROM grow_place)
JOIN grow_measure m ON m.year = {year} AND m.n = turn.n % 60
ORDER BY g.n;
ANALYZE place;
"""


def _connect() -> "psycopg.Connection[Any]":
    """Connect without Django, with triggers and foreign keys disabled: the copied rows satisfied them."""
    from django.db import connection

    own = psycopg.connect(**{k: v for k, v in connection.get_connection_params().items() if k in CONNECTION_OPTIONS})
    own.execute("SET session_replication_role = replica")
    own.execute("SET synchronous_commit = off")
    own.commit()
    return own


CONNECTION_OPTIONS = ("dbname", "user", "password", "host", "port")


def _copy_rows(cursor: "psycopg.Cursor[Any]", table: str, source: str, **changed: str) -> None:
    """Copy rows of a table. `source` calls the row `o` and the position `p`; `changed` are the columns that differ."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'",
        (table,),
    )
    names = [name for (name,) in cursor.fetchall()]
    values = [
        sql.SQL(changed[name]) if name in changed else sql.SQL("o.{}").format(sql.Identifier(name)) for name in names
    ]
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(values),
        sql.SQL(source),
    )
    cursor.execute(statement)


def _copy_range(work: tuple[int, int, list[int], int, int]) -> int:
    """Copy the entries of one year in a range of numbers, in one transaction."""
    turn, year, months, begin, end = work
    first = YEAR_DISTANCE * (turn + 1)
    with _connect() as own, own.cursor() as cursor:
        given = {"first": first, "year": year, "begin": begin, "end": end - 1}
        cursor.execute(
            sql.SQL(POSITIONS_SQL).format(months=sql.Literal(months), **{k: sql.Literal(v) for k, v in given.items()})
        )
        _copy_rows(
            cursor,
            "ledger_entry",
            "place p JOIN ledger_entry o ON o.id = p.old ORDER BY p.rest",
            id="p.id",
            number="p.number",
            title="p.words || '（' || p.period || '）'",
            body_id="p.body",
        )
        _copy_rows(
            cursor,
            "notices_assignment",
            "place p JOIN notices_assignment o ON o.entry_id = p.old ORDER BY p.rest",
            entry_id="p.id",
            measure_id="p.measure",
            section_no="p.section_no",
            body_id="p.body",
            period="p.period",
        )
        _copy_rows(
            cursor,
            "ledger_clockevent",
            "place p JOIN ledger_clockevent o ON o.entry_id = p.old ORDER BY p.rest",
            id="nextval(pg_get_serial_sequence('ledger_clockevent', 'id'))",
            entry_id="p.id",
        )
        _copy_rows(
            cursor,
            "acts_movement",
            "place p JOIN acts_movement o ON o.stream = 'entry/' || p.old ORDER BY p.rest, o.seq",
            id="10 * p.id + o.seq",
            stream="'entry/' || p.id",
        )
        _copy_rows(
            cursor,
            "acts_movementwords",
            "place p JOIN acts_movement m ON m.stream = 'entry/' || p.old JOIN acts_movementwords o ON o.movement_id = m.id ORDER BY p.rest, m.seq",
            movement_id="10 * p.id + m.seq",
        )
    return end - begin


def _read_years() -> list[tuple[int, int]]:
    """Return the year of each notice and the number of its entries."""
    with _connect() as own:
        rows = own.execute("SELECT year, max(rest) FROM grow_entry GROUP BY year ORDER BY year").fetchall()
        return [
            (
                year,
                own.execute(
                    "SELECT count(*) FROM ledger_entry WHERE kind = 'assignment' AND year = %s", (year,)
                ).fetchone()[0],
            )
            for year, _ in rows
        ]


def main(entries: int, hands: int) -> None:
    """Copy until there are `entries` entries, with `hands` processes; print the duration."""
    django.setup()
    from benchmarks.province.entries import _months

    with _connect() as own:
        own.execute(ORIGINALS_SQL)
    began, work = time.monotonic(), []
    for turn, (year, there) in enumerate(_read_years()):
        each = entries // 5
        work += [(turn, year, _months(year), n, min(n + CHUNK, each)) for n in range(there, each, CHUNK)]
    done = 0
    with ProcessPoolExecutor(hands) as pool:
        for count in pool.map(_copy_range, work):
            done += count
            print(f"{done:,} {time.monotonic() - began:.0f} s", flush=True)
    with _connect() as own:
        for table, column in (("ledger_entry", "id"), ("acts_movement", "id")):
            own.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT max({column}) FROM {table}))"
            )
        own.execute(
            "UPDATE ledger_counter SET last = greatest(last, %s) WHERE series = (SELECT min(series) FROM grow_entry)",
            (entries // 5,),
        )
        own.execute("DROP TABLE grow_entry, grow_measure, grow_place")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
