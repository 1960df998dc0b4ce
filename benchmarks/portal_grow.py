"""Fill PostgreSQL with very many public texts: `DATABASE_URL=… python -m benchmarks.portal_grow TEXTS`.

Ten thousand texts of `benchmarks.portal_city` are written and copied inside the database until there are TEXTS (a
multiple of ten thousand), spread evenly over the last ten years. Each copy has its own number, day, year, address and
sequence number in the title, in its rows and in the word index; its text is that of the original. For measuring
searches over a million texts (docs/scale.md): half an hour and more, 12 GB. The database must be new.
"""

import os
import sys
import time
from typing import LiteralString

from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
#: Number of original texts, written by `portal_city`; years over which the copies are spread.
ORIGINALS, YEARS = 10_000, 10

#: Copies of the originals by document and edition (which have equal numbers), with the values of each copy.
COPIES_SQL: LiteralString = """
CREATE TEMP TABLE place ON COMMIT DROP AS
SELECT id AS old, id + %(shift)s AS id, at, date_part('year', at AT TIME ZONE 'Asia/Shanghai')::int AS year
FROM (
  SELECT id, now() - make_interval(years => %(years)s) * (1 - (id + %(shift)s - %(first)s)::float8 / %(texts)s) AS at
  FROM editions_document WHERE id <= %(first)s
) AS dated
"""
#: SQL for the copy's title, 文号 and path, made from the original's.
_TITLE = "regexp_replace(o.title, '第[0-9]+号', '第' || p.id || '号')"
_NUMBER = "regexp_replace({0}, '〔[0-9]{{4}}〕', '〔' || p.year || '〕')"
_PATH = "regexp_replace(o.path, '[0-9]+[.]html', p.id || '.html')"
_WINDOW = {
    "from_at": "p.at",
    "published_at": "p.at",
    "title": _TITLE,
    "number": _NUMBER.format("o.number"),
    "document_id": "p.id",
    "edition_id": "p.id",
}
_OWN = "o.id + {0} * %(shift)s"
#: Table → the column by which its rows belong to a text, and the columns in which a copy differs.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "editions_document": (
        "id",
        {"id": "p.id", "source": "'bench/' || p.id", "published_at": "p.at", "formed_on": "p.at::date"},
    ),
    "editions_edition": (
        "id",
        {"id": "p.id", "document_id": "p.id", "visible_from": "p.at", "made_at": "p.at"},
    ),
    "editions_editioncontent": ("edition_id", {"edition_id": "p.id", "title": _TITLE}),
    "editions_address": ("document_id", {"id": _OWN.format(1), "document_id": "p.id", "path": _PATH}),
    "editions_placement": ("document_id", {"id": _OWN.format(1), "document_id": "p.id", "at": "p.at"}),
    "editions_shelf": ("document_id", {**_WINDOW, "id": _OWN.format(3), "path": _PATH}),
    "search_searchrow": (
        "edition_id",
        {
            **_WINDOW,
            "number_key": _NUMBER.format("o.number_key"),
            "facets": "regexp_replace(o.facets, 'y[0-9]{4}', 'y' || p.year)",
        },
    ),
}
#: Word index: words of the original's title, number and year are replaced by the copy's.
WORD_INDEX_SQL: LiteralString = """
INSERT INTO search_fulltext (rowid, heads, tokens)
SELECT p.id,
  ts_delete(o.heads, ARRAY[seq, 'y' || old_year]) || CAST(format('''%%s'':1A ''y%%s'':2C', p.id, p.year) AS tsvector),
  ts_delete(o.tokens, ARRAY[seq, 'y' || old_year, old_year, whole]) || CAST(format(
    '''%%s'':1A ''y%%s'':2C ''%%s'':3 ''%%s'':4', p.id, p.year, p.year, replace(whole, old_year, p.year::text)) AS tsvector)
FROM place AS p
JOIN search_fulltext AS o ON o.rowid = p.old
JOIN (
  SELECT edition_id, substring(title, '第([0-9]+)号') AS seq, substring(number, '〔([0-9]{4})〕') AS old_year,
    translate(number, '〔〕', '') AS whole
  FROM search_searchrow
) AS said ON said.edition_id = p.old
"""


def _copy_rows(cursor: object, table: str, given: dict[str, int]) -> None:
    """Copy the original texts' rows of one table."""
    belongs, changed = TABLES[table]
    names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    values = ", ".join(changed.get(name, f"o.{name}") for name in names)
    columns = ", ".join(names)
    cursor.execute(  # type: ignore[attr-defined]
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM place AS p JOIN {table} AS o ON o.{belongs} = p.old",
        given,
    )


def _grow(texts: int) -> None:
    """Copy until there are `texts` texts, delete the originals, create the word indexes."""
    from gongkai.content.search import fulltext_table

    began = time.monotonic()
    fulltext_table.drop_word_indexes()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the copied rows satisfied triggers and foreign keys
        for shift in range(ORIGINALS, texts + ORIGINALS, ORIGINALS):
            given = {"shift": shift, "first": ORIGINALS, "texts": texts, "years": YEARS}
            with transaction.atomic():
                cursor.execute(COPIES_SQL, given)
                for name in TABLES:
                    _copy_rows(cursor, name, given)
                cursor.execute(WORD_INDEX_SQL, given)
            print(f"{shift:,} {time.monotonic() - began:.0f} s", flush=True)
        for name, (belongs, _) in {**TABLES, "search_fulltext": ("rowid", {})}.items():
            cursor.execute(f"DELETE FROM {name} WHERE {belongs} <= {ORIGINALS}")
            if "id" in TABLES.get(name, ("", {}))[1]:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
    fulltext_table.install_table()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"{texts:,} texts, {time.monotonic() - began:.0f} s", flush=True)


def main(texts: int) -> None:
    """Write the original texts and copy them."""
    from django.core.management import call_command

    import gongkai.ops.config.wsgi  # noqa: F401  set up as the server is
    from benchmarks.portal_city import fill
    from gongkai.content.editions.models import Document

    call_command("migrate", verbosity=0)
    if connection.vendor != "postgresql" or Document.objects.count() not in {0, ORIGINALS}:
        sys.exit("DATABASE_URL must name a new database of PostgreSQL")
    if not Document.objects.exists():
        with transaction.atomic():
            fill(ORIGINALS)
    _grow(texts)


if __name__ == "__main__":
    main(int(sys.argv[1]))
