"""Office queries on tables: who sees them, their state, and changes that are not public yet.

The public reads the old values until they are signed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from gongkai.content.checks.models import Fault
from gongkai.content.editions.models import Document, Shelf, Website
from gongkai.content.editions.queries import map_titles_over_time, shelf_visible_to
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.ledger.models import Rectification
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import GOVERNING_KINDS, find_government, list_actor_bodies, own_units_q
from gongkai.lib.matching.disclosures import find_mentioned_budgets, find_published_budgets, list_unit_words
from gongkai.work.tables.actions.submission import REVIEW_SOURCE
from gongkai.work.tables.fields import make_record_name
from gongkai.work.tables.models import (
    SCHEMAS_WITH_OPINION,
    Hand,
    Posting,
    PostingKind,
    PublicTable,
    Record,
    Revision,
    TableGroup,
    TableSchema,
)
from gongkai.work.tables.public import map_public_rows
from gongkai.work.tables.record_faults import get_next_review_day, map_faults_by_table
from gongkai.work.tables.revisions import map_bases_by_record
from gongkai.work.tables.row_display import FirstPublications, list_public_fields
from gongkai.work.tables.rules import WORKING_ROLES, list_opinion_units
from gongkai.work.tables.texts import make_tail_lines, render_below


@dataclass(frozen=True)
class TableChanges:
    """The changes of a table that are not public yet: primary keys of rows; `reviewing`: they are in review."""

    rows: frozenset[int]
    reviewing: bool  # a review of the changes is pending

    @property
    def words(self) -> str:
        """Return the summary shown in lists."""
        return "改动正在审签" if self.reviewing else "有改动未公开"


def get_public_revision(shelf: Shelf) -> int:
    """Return the primary key of the revision that a public row shows; 0 if its approvals name none."""
    return max(
        (int(approval["revision"]) for approval in shelf.edition.approvals if approval.get("revision")), default=0
    )


def find_changed_tables(
    judged: Mapping[int, Sequence[Record]], tables: Iterable[PublicTable], shelves: Mapping[str, Shelf]
) -> dict[int, TableChanges]:
    """Return the tables that differ from their public version.

    Args:
        judged: the records of each table.
        tables: with schema and body loaded.
        shelves: rows of the public list by log stream of tables and of separately published
            records.
    """
    sources = {
        table_source.stream: table_source
        for table in tables
        for table_source in (judged[table.pk] if table.schema.by_record else [table])
        if table_source.stream in shelves
    }
    public = {stream: get_public_revision(shelves[stream]) for stream in sources}
    touched_streams = _find_touched_sources(sources, public)
    if not touched_streams:
        return {}
    texts = Revision.objects.in_bulk([public[stream] for stream in touched_streams])
    open_now = set(
        Review.objects.filter(source__in=touched_streams, state__in=OPEN_STATES).values_list("source", flat=True)
    )
    bases_by_record = _map_bases(judged, [sources[stream] for stream in touched_streams])
    changed_tables: dict[int, TableChanges] = {}
    for stream in touched_streams:
        source, text = sources[stream], texts.get(public[stream])
        if text is None or not text.content:
            continue
        table = source if isinstance(source, PublicTable) else source.table
        rows = _find_changed_rows(source, text, judged[table.pk], bases_by_record)
        if rows is None:
            continue
        present_changes = changed_tables.get(table.pk, TableChanges(frozenset(), reviewing=True))
        changed_tables[table.pk] = TableChanges(
            present_changes.rows | rows, present_changes.reviewing and stream in open_now
        )
    return changed_tables


def _find_touched_sources(sources: Mapping[str, PublicTable | Record], public: Mapping[str, int]) -> list[str]:
    """Return the streams on which someone worked since their public revision."""
    last_hand_by_stream = dict(Revision.objects.filter(pk__in=public.values()).values_list("stream", "last_hand"))
    rows = Hand.objects.filter(stream__in=sources).values("stream").annotate(last=Max("pk"))
    return [row["stream"] for row in rows if row["last"] > last_hand_by_stream.get(row["stream"], 0)]


def _map_bases(judged: Mapping[int, Sequence[Record]], sources: Iterable[PublicTable | Record]) -> dict[int, list[str]]:
    """Return the titles of the bases of all records of some sources, by record."""
    records = [
        record for source in sources for record in (judged[source.pk] if isinstance(source, PublicTable) else [source])
    ]
    return {pk: [title for title, _ in bases] for pk, bases in map_bases_by_record(records).items()}


def _find_changed_rows(
    source: PublicTable | Record, text: Revision, records: Sequence[Record], current_bases: Mapping[int, Sequence[str]]
) -> frozenset[int] | None:
    """Return the ids of records changed since a revision; None: nothing changed."""
    fields = list_public_fields(source.schema.all_fields)
    keys = {field.key for field in fields}
    rows = text.content.get("rows", [])
    public_bases = text.content.get("bases") or [[] for _ in rows]
    public = [
        (_select_values(row, keys), [title for title, _ in policies])
        for row, policies in zip(rows, public_bases, strict=True)
    ]
    if isinstance(source, Record):
        is_same = [(_select_values(source.values, keys), current_bases[source.pk])] == public
        return None if is_same else frozenset([source.pk])
    published_rows = {make_record_name(fields, row): public_row for row, public_row in zip(rows, public, strict=True)}
    present_rows = {record.name: (_select_values(record.values, keys), current_bases[record.pk]) for record in records}
    if present_rows == published_rows and text.html.endswith(
        f"</table>{render_below(make_tail_lines(source.note, source.phone))}"
    ):
        return None
    return frozenset(record.pk for record in records if published_rows.get(record.name) != present_rows[record.name])


def _select_values(values: Mapping[str, object], keys: set[str]) -> dict[str, object]:
    """Return the values of these keys that are not empty."""
    return {key: value for key, value in values.items() if key in keys and value not in (None, "")}


@register_visible_to(PublicTable)
def visible_to(user: object) -> QuerySet[PublicTable]:
    """Return the tables of own and supervised units, and those awaiting own opinions."""
    actor = get_actor(user)
    rows = PublicTable.objects.select_related("schema", "body").annotate(count=Count("records"))
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    return rows.filter(own_units_q(actor) | _make_opinion_filter(actor))


def _make_opinion_filter(actor: Actor) -> Q:
    """Return the condition for tables that need an opinion of one of the user's units."""
    condition = Q(pk__in=[])
    for schema in TableSchema.objects.filter(key__in=SCHEMAS_WITH_OPINION):
        for unit in Body.objects.filter(pk__in=actor.bodies):
            government = find_government(unit)
            if list_opinion_units(schema, government).filter(pk=unit.pk).exists():
                condition |= Q(schema=schema, body__path__startswith=government.path)
    return condition


@register_visible_to(Posting)
def postings_visible_to(user: object) -> QuerySet[Posting]:
    """Return the postings of visible tables, and those that own units recorded."""
    tables = visible_to(user).order_by().values("pk")
    return Posting.objects.filter(Q(table__in=tables) | own_units_q(get_actor(user))).select_related(
        "table__schema", "table__body", "body"
    )


@register_visible_to(Record)
def records_visible_to(user: object) -> QuerySet[Record]:
    """Return the records of the visible tables."""
    return Record.objects.filter(table__in=visible_to(user).order_by().values("pk")).select_related(
        "table__schema", "table__body"
    )


def list_own_bodies(by: Actor) -> QuerySet[Body]:
    """Return the units whose tables the user may fill in."""
    return list_actor_bodies(by, roles=WORKING_ROLES, supervising=(Role.CHIEF,))


@dataclass(frozen=True)
class TableState:
    """A table's missing values, `other` faults, next check (`due`) and publication."""

    table: PublicTable
    missing: int
    other: int
    due: date | None
    published: Shelf | None
    mending: Rectification | None
    changed: TableChanges | None = None
    empty: bool = False  # the table has no records

    @property
    def pending(self) -> bool:
        """Return True if changes must still be sent for review."""
        return self.changed is not None and not self.changed.reviewing

    @property
    def needs_work(self) -> bool:
        """Return True if the unit must fill in, check or send something."""
        return bool(self.empty or self.missing or self.other or self.pending)

    @property
    def light(self) -> str:
        """Return the traffic light: red with gaps or overdue; yellow if unpublished or changed."""
        if self.empty or self.missing or self.other:
            return "red"
        if self.changed:
            return "yellow"
        return "green" if self.published or self.table.schema.by_record else "yellow"

    @property
    def words(self) -> str:
        """Return the status text."""
        if self.empty:
            return "没有内容"
        if self.light == "red":
            return "不完整" if self.missing else "要核对"
        if self.changed:
            return self.changed.words
        return {"green": "完整", "yellow": "没有公开"}[self.light]


def list_table_states(tables: Iterable[PublicTable]) -> list[TableState]:
    """Return the status of tables: faults, next confirmation, publication, open rectification."""
    all_tables = list(tables)
    judged = map_faults_by_table(all_tables)
    records = {number: [record for record, _ in some] for number, some in judged.items()}
    single = [record.stream for table in all_tables if table.schema.by_record for record in records[table.pk]]
    shelves = map_shelves([*(table.stream for table in all_tables), *single])
    changed = find_changed_tables(records, all_tables, shelves)
    mending = map_open_rectifications(all_tables)
    states = []
    for table in all_tables:
        faults = [fault for _, some in judged[table.pk] for fault in some]
        missing = sum(fault.missing for fault in faults)
        states.append(
            TableState(
                table,
                missing,
                len(faults) - missing,
                get_next_review_day(table, records[table.pk]),
                shelves.get(table.stream),
                mending.get(table.pk),
                changed.get(table.pk),
                empty=not records[table.pk],
            )
        )
    return states


def map_shelves(streams: Iterable[str]) -> dict[str, Shelf]:
    """Return the shelf row of each published source by the source's identity."""
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, document__source__in=list(streams))
    return {row.document.source: row for row in rows.select_related("document", "edition")}


def map_open_rectifications(tables: Iterable[PublicTable]) -> dict[int, Rectification]:
    """Return the open rectification by primary key of the table."""
    refs = {f"table/{table.pk}": table.pk for table in tables}
    rows = Rectification.objects.filter(source=REVIEW_SOURCE, source_ref__in=refs, entry__closed_at=None)
    return {refs[row.source_ref]: row for row in rows.select_related("entry")}


def map_first_publications(governments: Iterable[Body]) -> FirstPublications:
    """Return {(unit, year, kind): (first day, URL)} of the public budgets and accounts of units.

    A title must name the unit; the day is None if only a person can decide. The units are the governments and those
    directly below them. The budget of a whole government, published by one of these units, counts for the
    government.
    """
    seats = {government.pk: government for government in governments}
    units = Body.objects.filter(parent__in=seats, active_to=None, merged_into=None)
    bodies = {unit.pk: unit for unit in units.exclude(kind__in=GOVERNING_KINDS)} | seats
    rows = shelf_visible_to(ANONYMOUS).filter(
        Q(title__contains="预算") | Q(title__contains="决算"), body__in=bodies, column=None
    )
    documents_of_units = rows.exclude(document__source__startswith="table/").order_by("published_at", "pk")
    seat_of = {pk: seats.get(pk) or seats[body.parent_id or 0] for pk, body in bodies.items()}
    seat_words = {pk: list_unit_words(government=body.name) for pk, body in seats.items()}
    unit_words = {
        pk: list_unit_words(body.name, body.label, government=seat_of[pk].name) for pk, body in bodies.items()
    }
    first_editions: dict[tuple[int, int, str], tuple[date | None, str]] = {}
    unsure: dict[tuple[int, int, str], tuple[date | None, str]] = {}
    shelves = list(documents_of_units.values_list("body", "title", "path", "published_at", "document"))
    titles = map_titles_over_time(document for *_, document in shelves)
    for body, title, path, moment, document in shelves:
        seat = seat_of[body].pk
        budgets, is_whole_government = find_published_budgets(title, unit_words[body], seat_words[seat])
        owner = seat if is_whole_government else body
        for budget in budgets:
            since = (
                at
                for at, value in titles.get(document, ())
                if budget in find_published_budgets(value, unit_words[body], seat_words[seat])[0]
            )
            day = timezone.localdate(next(since, moment))
            known_day = first_editions.get((owner, *budget), (None, ""))[0]
            if known_day is None or day < known_day:
                first_editions[(owner, *budget)] = (day, path)
        for year, kind in find_mentioned_budgets(title):
            unsure.setdefault((body, year, kind), (None, path))
    return {**unsure, **first_editions}


def find_governments_without_site(units: Iterable[Body]) -> set[int]:
    """Return primary keys of the districts among `units` without a site here, whose texts cannot be searched."""
    paths = list(Website.objects.values_list("body__path", flat=True))
    return {
        unit.pk
        for unit in units
        if unit.kind == BodyKind.DISTRICT and not any(path.startswith(unit.path) for path in paths)
    }


def list_governments_under(government: Body) -> list[Body]:
    """Return a government and its lower governments that are active today."""
    rows = Body.objects.filter(parent=government, kind=BodyKind.DISTRICT, active_to=None, merged_into=None)
    return [government, *rows.order_by("position", "pk")]


def list_departments(government: Body) -> list[Body]:
    """Return the active units directly below a government, without districts."""
    rows = Body.objects.filter(parent=government, active_to=None, merged_into=None)
    return list(rows.exclude(kind=BodyKind.DISTRICT).order_by("position", "pk"))


def list_governments_without_list(schema: TableSchema, government: Body) -> list[Body]:
    """Return the lower governments without a list of institutions (各区县的名录, B-02)."""
    if schema.group != TableGroup.INSTITUTION:
        return []
    existing = list(PublicTable.objects.filter(schema=schema).values_list("body__path", flat=True))
    districts = list_governments_under(government)[1:]
    return [body for body in districts if not any(path.startswith(body.path) for path in existing)]


def find_governments_with_table(schema: TableSchema) -> set[int]:
    """Return primary keys of the governments that have a table of a schema, through one of their units."""
    bodies = Body.objects.filter(pk__in=PublicTable.objects.filter(schema=schema).values("body"))
    return {find_government(body).pk for body in bodies.select_related("parent")}


def list_domains_without_work(tables: Iterable[PublicTable], year: int) -> list[str]:
    """Return the domains of institutions without published yearly work in these tables (B-03)."""
    schemas = TableSchema.objects.filter(group=TableGroup.INSTITUTION, active=True)
    rows = list(Record.objects.filter(table__in=list(tables), table__year=year).select_related("table__schema"))
    first_fields = {}
    for row in rows:
        stream = row.stream if row.table.schema.by_record else row.table.stream
        first_fields[stream] = row.table.schema.all_fields[0].key
    public_rows = map_public_rows(map_shelves(first_fields).values())
    published_names = {
        "".join(str(values.get(first_fields[stream])).split())
        for stream, some in public_rows.items()
        for values in some
    }
    return [label for label in schemas.values_list("label", flat=True) if label not in published_names]


def list_dead_links(table: PublicTable) -> list[Fault]:
    """Return the URLs of a published table that the last check could not open (W-16)."""
    number = Document.objects.filter(source=table.stream).values("pk")
    return list(Fault.objects.filter(document_id__in=number, kind="link").order_by("target"))


def list_daily_probed_sources() -> list[str]:
    """Return the sources whose links are checked daily, such as the tax bureau's pages (P-15)."""
    return [table.stream for table in PublicTable.objects.filter(schema__view__probed=True)]


def get_last_hotline_posting(table: PublicTable) -> Posting | None:
    """Return the last time a list of institutions was sent to the 12345 hotline (B-02), or None."""
    return table.postings.filter(kind=PostingKind.HOTLINE).first()
