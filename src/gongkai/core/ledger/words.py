"""Search in titles by scanning the distinct titles of the index, which are far fewer than entries.

The result is titles; entries and permissions are queried as usual. Nothing is stored, so
corrected or erased titles are found by their new text at once.
"""

from django.db import connections

from gongkai.core.ledger.models import Entry, EntryQuerySet

#: A smaller ledger is searched row by row, which is as fast.
MANY = 50_000
#: Maximum number of index steps; the rest of the index is read at once.
STEPS = 20_000
#: With more matching titles than this, the words are frequent and a list finds enough directly.
FEW = 500

#: Recursive query that steps to the next greater title in the index.
_STEP_SQL = """
WITH RECURSIVE step(title, n) AS (
    SELECT min(title), 1 FROM {table}
    UNION ALL
    SELECT (SELECT min(e.title) FROM {table} e WHERE e.title > step.title), step.n + 1
    FROM step WHERE step.title IS NOT NULL AND step.n < %s
)
SELECT title, n, {match} FROM step WHERE title IS NOT NULL AND ({match} OR n = %s) LIMIT %s
"""
_REST_SQL = "SELECT DISTINCT title FROM {table} WHERE title > %s AND {match} LIMIT %s"


def with_words(entries: EntryQuerySet, words: str) -> EntryQuerySet:
    """Return entries whose title contains the words, ignoring case."""
    found = titles_with(words, entries.db) if _has_many_entries(entries.db) else None
    if found is not None:
        return entries.filter(title__in=found) if found else entries.none()
    # Without letters in the words, a case-insensitive comparison is needless work.
    cased = words.upper() != words or words.lower() != words
    return entries.filter(**{"title__icontains" if cased else "title__contains": words})


def _has_many_entries(alias: str) -> bool:
    last = Entry.objects.using(alias).order_by("-pk").values_list("pk", flat=True).first()
    return last is not None and last > MANY


def titles_with(words: str, alias: str = "default") -> list[str] | None:
    """Return all titles that contain the words, or None if more than `FEW`; at most two queries."""
    connection = connections[alias]
    table = connection.ops.quote_name(Entry._meta.db_table)
    match = r"UPPER(title) LIKE UPPER(%s) ESCAPE '\'"
    like = f"%{connection.ops.prep_for_like_query(words)}%"
    with connection.cursor() as cursor:
        cursor.execute(_STEP_SQL.format(table=table, match=match), [STEPS, like, like, STEPS, FEW + 1])
        rows: list[tuple[str, int, bool]] = cursor.fetchall()
        found = [title for title, _, hit in rows if hit]
        last = next((title for title, n, _ in rows if n == STEPS), None)
        if last is not None:
            cursor.execute(_REST_SQL.format(table=table, match=match), [last, like, FEW + 1])
            found += [title for (title,) in cursor.fetchall()]
    return found if len(found) <= FEW else None
