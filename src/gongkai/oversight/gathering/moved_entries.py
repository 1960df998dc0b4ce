"""Recognise entries whose address changed, because their site moved or renumbered its pages.

Only `taking` calls this module.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.utils import timezone

from gongkai.oversight.gathering.likeness import bare, key_of, title_key
from gongkai.oversight.gathering.models import Gathered, GatheredState, Source
from gongkai.oversight.gathering.repeats import MIN_IDENTIFYING_TITLE_LENGTH
from gongkai.oversight.gathering.texts import Entry

#: Function that identifies a text of a source by title, address and day, or returns None.
_Mark = Callable[[str, str, datetime | None], tuple[str, object] | None]


def take_over(source: Source, entries: Mapping[str, Entry], listed: Collection[str]) -> dict[str, Gathered]:
    """Update the address of entries that moved within their source.

    A text is recognised by title and path if only the query string changed (`?from=list&t=…`), or
    by a telling title on the same day, and only if the match is unique.

    Args:
        source: the source.
        entries: entries at unknown addresses, by the key of the address.
        listed: all addresses that the source lists now.

    Returns:
        The rows that were found again, by their new key.
    """
    keys = {key_of(address) for address in listed}
    titles = {title_key(one.title) for one in entries.values()}
    rows = source.gathered.filter(title_key__in=titles).exclude(state=GatheredState.ERASED)
    gone = [row for row in rows.prefetch_related("files") if row.key not in keys]
    found: dict[str, Gathered] = {}
    paths = {urlsplit(address).path for address in listed}
    for mark in (_path, _day) if 1 < len(listed) == len(paths) else (_day,):
        found |= _pairs(mark, {key: one for key, one in entries.items() if key not in found}, gone)
        gone = [row for row in gone if row not in found.values()]
    for key, row in found.items():
        row.key, row.address = key, entries[key].address[:500]
        kept = {file.stored_id for file in row.files.all()}
        entries[key].files = [file for file in entries[key].files if file.mark not in kept]
    Gathered.objects.bulk_update(found.values(), ["key", "address"], batch_size=200)
    return found


def _path(title: str, address: str, written_at: datetime | None) -> tuple[str, object]:
    return title_key(title), urlsplit(address).path


def _day(title: str, address: str, written_at: datetime | None) -> tuple[str, object] | None:
    if written_at is None or len(bare(title)) < MIN_IDENTIFYING_TITLE_LENGTH:
        return None
    return title_key(title), timezone.localdate(written_at)


def _pairs(mark: _Mark, entries: Mapping[str, Entry], gone: Sequence[Gathered]) -> dict[str, Gathered]:
    news = [(mark(one.title, one.address, one.written_at), key) for key, one in entries.items()]
    olds = [(mark(row.title, row.address, row.written_at), row) for row in gone]
    new, old = (Counter(said for said, _ in some) for some in (news, olds))
    by_mark = {said: row for said, row in olds if said and old[said] == 1}
    return {key: by_mark[said] for said, key in news if said in by_mark and new[said] == 1}
