"""Looking for words in titles: the different titles are looked at first, one after another in their index; a million entries may have a few thousand.

What is found so are titles; which entries have them, and who may see these, is asked as ever. Nothing is kept beside the entries: a title that
is corrected or erased is found by its new words at once, and no more by the old ones.
"""

from django.db import connections

from gongkai.core.ledger.models import Entry, EntryQuerySet

#: A ledger of fewer entries is looked through title by title: that takes as long as its different titles would.
MANY = 50_000
#: Different titles that are stepped to; where there are more, the rest of the index is read in one go.
STEPS = 20_000
#: With more titles than this the words are frequent: a list finds enough of them by the way.
FEW = 500

#: From one title to the next in the index, each time the least that is greater: as many steps as there are different titles.
_STEPPED = """
WITH RECURSIVE step(title, n) AS (
    SELECT min(title), 1 FROM {table}
    UNION ALL
    SELECT (SELECT min(e.title) FROM {table} e WHERE e.title > step.title), step.n + 1
    FROM step WHERE step.title IS NOT NULL AND step.n < %s
)
SELECT title, n, {match} FROM step WHERE title IS NOT NULL AND ({match} OR n = %s) LIMIT %s
"""
_REST = "SELECT DISTINCT title FROM {table} WHERE title > %s AND {match} LIMIT %s"


def with_words(entries: EntryQuerySet, words: str) -> EntryQuerySet:
    """Return those whose title has the words, in whatever case."""
    found = titles_with(words, entries.db) if _many(entries.db) else None
    if found is not None:
        return entries.filter(title__in=found) if found else entries.none()
    # Where no letter has a case, to change all titles to one costs most of it.
    cased = words.upper() != words or words.lower() != words
    return entries.filter(**{"title__icontains" if cased else "title__contains": words})


def _many(alias: str) -> bool:
    """Whether there may be many entries: numbers are given one after another."""
    last = Entry.objects.using(alias).order_by("-pk").values_list("pk", flat=True).first()
    return last is not None and last > MANY


def titles_with(words: str, alias: str = "default") -> list[str] | None:
    """Return all titles of the ledger that have the words; nothing where these are more than `FEW`. At most two queries."""
    connection = connections[alias]
    table = connection.ops.quote_name(Entry._meta.db_table)
    match = r"UPPER(title) LIKE UPPER(%s) ESCAPE '\'"
    like = f"%{connection.ops.prep_for_like_query(words)}%"
    with connection.cursor() as cursor:
        cursor.execute(_STEPPED.format(table=table, match=match), [STEPS, like, like, STEPS, FEW + 1])
        rows: list[tuple[str, int, bool]] = cursor.fetchall()
        found = [title for title, _, hit in rows if hit]
        last = next((title for title, n, _ in rows if n == STEPS), None)
        if last is not None:
            cursor.execute(_REST.format(table=table, match=match), [last, like, FEW + 1])
            found += [title for (title,) in cursor.fetchall()]
    return found if len(found) <= FEW else None
