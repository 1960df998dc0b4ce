"""Changes of tables that are not public yet.

The public reads the old values until they are signed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from gongkai.content.editions.models import Shelf
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.models.reviews import OPEN_STATES
from gongkai.work.tables.fields import make_record_name
from gongkai.work.tables.freezing import map_bases_by_record
from gongkai.work.tables.models import Hand, PublicTable, Record, Revision
from gongkai.work.tables.showing import list_public_fields
from gongkai.work.tables.texts import make_tail_lines, render_below


@dataclass(frozen=True)
class TableChanges:
    """A table that differs from its public version: changed rows, and whether a review is pending."""

    rows: frozenset[int]
    reviewing: bool

    @property
    def words(self) -> str:
        """Return the summary shown in lists."""
        return "改动正在审签" if self.reviewing else "有改动未公开"


def get_public_revision(shelf: Shelf) -> int:
    """Return the number of the published revision of a source."""
    return max(
        (int(approval["revision"]) for approval in shelf.edition.approvals if approval.get("revision")), default=0
    )


def find_changed_tables(
    judged: Mapping[int, Sequence[Record]], tables: Iterable[PublicTable], shelves: Mapping[str, Shelf]
) -> dict[int, TableChanges]:
    """Return the tables that differ from their public version, with a constant number of queries.

    Args:
        judged: the records of each table.
        tables: with schema and body loaded.
        shelves: rows of the public list by log stream of tables and of separately published
            records.
    """
    sources = {one.stream: one for table in tables for one in _list_sources(table, judged) if one.stream in shelves}
    public = {stream: get_public_revision(shelves[stream]) for stream in sources}
    suspicious = _find_touched_sources(sources, public)
    if not suspicious:
        return {}
    texts = Revision.objects.in_bulk([public[stream] for stream in suspicious])
    open_now = set(Review.objects.filter(source__in=suspicious, state__in=OPEN_STATES).values_list("source", flat=True))
    rest_on = _map_bases(judged, [sources[stream] for stream in suspicious])
    found: dict[int, TableChanges] = {}
    for stream in suspicious:
        source, text = sources[stream], texts.get(public[stream])
        if text is None or not text.content:
            continue
        table = source if isinstance(source, PublicTable) else source.table
        rows = _find_changed_rows(source, text, judged[table.pk], rest_on)
        if rows is None:
            continue
        before = found.get(table.pk, TableChanges(frozenset(), reviewing=True))
        found[table.pk] = TableChanges(before.rows | rows, before.reviewing and stream in open_now)
    return found


def _list_sources(table: PublicTable, judged: Mapping[int, Sequence[Record]]) -> Iterable[PublicTable | Record]:
    return judged[table.pk] if table.schema.by_record else [table]


def _find_touched_sources(sources: Mapping[str, PublicTable | Record], public: Mapping[str, int]) -> list[str]:
    last = dict(Revision.objects.filter(pk__in=public.values()).values_list("stream", "last_hand"))
    rows = Hand.objects.filter(stream__in=sources).values("stream").annotate(last=Max("pk"))
    return [typed_dict["stream"] for typed_dict in rows if typed_dict["last"] > last.get(typed_dict["stream"], 0)]


def _map_bases(judged: Mapping[int, Sequence[Record]], sources: Iterable[PublicTable | Record]) -> dict[int, list[str]]:
    records = [
        record for source in sources for record in (judged[source.pk] if isinstance(source, PublicTable) else [source])
    ]
    return {pk: [title for title, _ in some] for pk, some in map_bases_by_record(records).items()}


def _find_changed_rows(
    source: PublicTable | Record, text: Revision, records: Sequence[Record], rest_on: Mapping[int, Sequence[str]]
) -> frozenset[int] | None:
    fields = list_public_fields(source.schema.all_fields)
    keys = {field.key for field in fields}
    rows = text.content.get("rows", [])
    bases = text.content.get("bases") or [[] for _ in rows]
    public = [(_select_values(row, keys), [title for title, _ in some]) for row, some in zip(rows, bases, strict=True)]
    if isinstance(source, Record):
        same = [(_select_values(source.values, keys), rest_on[source.pk])] == public
        return None if same else frozenset([source.pk])
    was = {make_record_name(fields, row): one for row, one in zip(rows, public, strict=True)}
    now = {record.name: (_select_values(record.values, keys), rest_on[record.pk]) for record in records}
    if now == was and text.html.endswith(f"</table>{render_below(make_tail_lines(source.note, source.phone))}"):
        return None
    return frozenset(record.pk for record in records if was.get(record.name) != now[record.name])


def _select_values(values: Mapping[str, object], keys: set[str]) -> dict[str, object]:
    return {key: value for key, value in values.items() if key in keys and value not in (None, "")}
