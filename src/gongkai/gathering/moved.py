"""Entries that stand at another address than before: their site moved, or numbers its pages anew. They stay what they are.

Called by `taking` only.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.utils import timezone

from gongkai.gathering.fetching import Entry
from gongkai.gathering.likeness import TELLING, bare, key_of
from gongkai.gathering.models import Gathered, GatheredState, Source


def take_over(source: Source, entries: Mapping[str, Entry], all_keys: Collection[str]) -> dict[str, Gathered]:
    """Give rows of a source the address at which their text stands now: the same telling title on the same day, each only once, and the old address
    is not listed any more.

    Args:
        entries: what is at no known address, by the key of its address.
        all_keys: keys of everything that the source lists now.

    Returns:
        The rows that were found again, by their new key.
    """
    named = {key: key_of(bare(" ".join(one.title.split())[:300])) for key, one in entries.items()}
    once = Counter(named.values())
    rows = source.gathered.filter(title_key__in=list(once)).exclude(state=GatheredState.ERASED)
    gone = [row for row in rows.prefetch_related("files") if row.key not in all_keys]
    there = Counter(row.title_key for row in gone)
    by_title = {row.title_key: row for row in gone if there[row.title_key] == 1}
    found = {}
    for key, title in named.items():
        row, one = by_title.get(title), entries[key]
        if row is None or once[title] > 1 or len(bare(one.title)) < TELLING:
            continue
        if not _same_day(row.written_at, one.written_at):
            continue
        row.key, row.address = key, one.address[:500]
        kept = {file.stored_id for file in row.files.all()}
        one.files = [file for file in one.files if file.mark not in kept]
        found[key] = row
    Gathered.objects.bulk_update(found.values(), ["key", "address"], batch_size=200)
    return found


def _same_day(one: datetime | None, other: datetime | None) -> bool:
    days: list[date] = [timezone.localdate(moment) for moment in (one, other) if moment]
    return len(days) == 2 and days[0] == days[1]
