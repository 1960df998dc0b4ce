"""Close or keep the columns that an undone migration opened.

A column that was open had an address that people and caches know; it is not deleted but archived with a note. The next migration into it, once
ordered, takes it out again.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from gongkai.content.editions.models import Column
from gongkai.content.migration.models import MoveRun
from gongkai.content.publishing import actions as publishing
from gongkai.core.acts.actors import Actor

#: The note of a column that a migration opened and whose undoing left empty.
SHELVED = "迁移已撤销，栏目停用。"


def shelved(run: MoveRun) -> QuerySet[Column]:
    """Return the site's columns that the undoing of a migration archived."""
    return Column.objects.filter(
        website=run.website_id, archive_note=SHELVED, archived_at__isnull=False
    ).select_related("website")


def shelve_empty(left: Iterable[Column], by: Actor) -> tuple[list[Column], list[Column]]:
    """Archive those of a run's columns in which nothing stands any more, lower ones first; return (archived, kept)."""
    archived, kept = [], []
    for column in sorted(left, key=lambda c: -c.path.count("/")):
        fresh = Column.objects.select_related("website").get(pk=column.pk)
        if fresh.archived_at:
            continue
        if _in_use(fresh) or publishing.archive_column.why_not(fresh, by=by):
            kept.append(fresh)
        else:
            publishing.archive_column(fresh, by=by, note=SHELVED)
            archived.append(fresh)
    return archived, kept


def _in_use(column: Column) -> bool:
    """Return true if somebody else put something there since: a draft, a public text, a column that is kept up."""
    below = column.children.filter(archived_at=None)
    return below.exists() or column.placements.exists() or column.waiting.exists()


def bring_back(run: MoveRun, by: Actor) -> list[Column]:
    """Take the columns that a run needs out of the archive, upper ones first, with those above them."""
    needed = [row.get("key", "") for row in run.columns.values() if row.get("what") == "shelved"]
    lines = {key[:n] for key in needed for n in (*_ends(key), len(key))}
    back = [column for column in shelved(run) if column.key in lines]
    for column in sorted(back, key=lambda c: c.path.count("/")):
        publishing.restore_column(column, by=by)
    return back


def _ends(key: str) -> list[int]:
    return [place for place, sign in enumerate(key) if sign == ">"]
