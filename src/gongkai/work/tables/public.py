"""Public view of tables: rows of published editions, never of drafts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from gongkai.content.editions.models import Address, Edition, Shelf, Website
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.interpretation.models import Interpretation
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.chinese.numerals import to_words
from gongkai.lib.writing.blocks import TextBlock, make_blocks
from gongkai.lib.writing.official import IssuedDocument
from gongkai.work.tables.fields import SchemaField, get_ended_label, make_fields, make_record_name
from gongkai.work.tables.models import Posting, PostingKind, PublicTable, Record, Revision, TableGroup, TableSchema
from gongkai.work.tables.revisions import get_public_values
from gongkai.work.tables.row_display import list_public_fields
from gongkai.work.tables.texts import list_marks, render_record

#: Settings of fields that take effect when a table is shown.
FIELD_OPTIONS = ("over", "ends", "internal", "narrows", "after", "within", "settles", "mentioned")
# Keys of two schemas: related sites on the front page, and the yearly work of institutions by domain.
LINKS_SCHEMA, YEARLY_VIEW = "links", "institution_year"


@dataclass
class PublicRows:
    """The rows of a published table or record.

    `source` is the name of its edition source, `files` has `name` and `url` of each file, `bases` the legal bases
    of each row as (title, URL); it is empty if no row has any.
    """

    shelf: Shelf
    body: Body
    year: int | None
    phone: str
    label: str
    intro: str
    fields: tuple[SchemaField, ...]
    rows: list[dict[str, object]]
    source: str
    files: list[dict[str, object]] = field(default_factory=list)
    bases: list[list[tuple[str, str]]] = field(default_factory=list)

    def list_bases_of_row(self, row_index: int) -> list[tuple[str, str]]:
        """Return the legal bases of a row as (title, URL)."""
        return self.bases[row_index] if row_index < len(self.bases) else []

    @property
    def marks(self) -> list[str]:
        """Return the badges of a record."""
        return list_marks(self.fields, self.rows[0]) if self.rows else []

    @property
    def over(self) -> str:
        """Return the label of a record that has ended; empty if it has not."""
        return get_ended_label(self.fields, self.rows[0], timezone.localdate()) if self.rows else ""

    @property
    def online(self) -> str:
        """Return the URL of the online service of a guide; empty without one (W-01)."""
        row = self.rows[0] if self.rows else {}
        links = [field for field in self.fields if field.kind == "url" and row.get(field.needed_with)]
        return next((str(row[field.key]) for field in links if row.get(field.key)), "")

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (label, shown value) of a record's filled fields for short lists."""
        row = self.rows[0] if self.rows else {}
        return [(one.label, one.show(row[one.key])) for one in self.fields if one.summary and row.get(one.key)]


def _list_public_rows_without_column(website: int) -> QuerySet[Shelf]:
    """Return the public rows of a site's documents that are in no column."""
    return shelf_visible_to(ANONYMOUS).filter(website=website, column=None)


def list_source_identities(schema: TableSchema) -> QuerySet[Model, str]:
    """Return the log streams of the sources of a schema, as a subquery."""
    rows: QuerySet[Record] | QuerySet[PublicTable] = (
        Record.objects.filter(table__schema=schema) if schema.by_record else PublicTable.objects.filter(schema=schema)
    )
    prefix = "record/" if schema.by_record else "table/"
    stream_name = Concat(Value(prefix), Cast("pk", CharField()), output_field=CharField())
    return rows.annotate(named=stream_name).order_by().values_list("named", flat=True)


@dataclass(frozen=True)
class SchemaOnSite:
    """A table schema with published content on a site: number of texts, and the label and intro of the latest."""

    schema: TableSchema
    count: int
    label: str
    intro: str


def list_schemas_on_site(website: int) -> list[SchemaOnSite]:
    """Return the schemas with published content on a site."""
    sourced = Q(document__source__startswith="table/") | Q(document__source__startswith="record/")
    shelves = list(
        _list_public_rows_without_column(website)
        .filter(sourced)
        .select_related("document", "edition")
        .order_by("from_at")
    )
    tables = _load_tables([row.document.source for row in shelves])
    counts: dict[int, int] = defaultdict(int)
    newest: dict[int, Shelf] = {}
    for row in shelves:
        if row.document.source in tables:
            number = tables[row.document.source].schema_id
            counts[number] += 1
            newest[number] = row
    labels_by_edition = _map_labels_by_edition(list(newest.values()))
    schemas = TableSchema.objects.filter(pk__in=counts, active=True)
    return [
        SchemaOnSite(table_schema, counts[table_schema.pk], *labels_by_edition[newest[table_schema.pk].edition_id])
        for table_schema in schemas
    ]


def _map_labels_by_edition(rows: Sequence[Shelf]) -> dict[int, tuple[str, str]]:
    """Return (label, introduction) of published tables by edition; "" for erased ones."""
    numbers = _map_revision_numbers(
        [row.edition for row in rows], {row.edition_id: row.document.source for row in rows}
    )
    revisions = Revision.objects.filter(pk__in=numbers.values())
    labels_by_revision = {
        pk: (label, intro) for pk, label, intro in revisions.values_list("pk", "content__label", "content__intro")
    }
    return {edition: labels_by_revision.get(number, ("", "")) for edition, number in numbers.items()}


@dataclass(frozen=True)
class TablePage:
    """The public page of a published table or record: its list row (`shelf`) and the table, without its rows."""

    shelf: Shelf
    table: PublicTable

    @property
    def year(self) -> int | None:
        """Return the year of the table, None for a table without years."""
        return self.table.year


def list_pages(website: int, schema: TableSchema, body: int | None = None) -> list[TablePage]:
    """Return the pages of a schema on a site, newest year first, then by unit."""
    shelves = _list_public_rows_without_column(website).filter(
        document__source__in=list(list_source_identities(schema))
    )
    if body is not None:
        shelves = shelves.filter(body=body)
    rows = list(shelves.select_related("document", "edition", "body", "website"))
    tables = _load_tables([row.document.source for row in rows])
    table_pages = [TablePage(row, tables[row.document.source]) for row in rows if row.document.source in tables]
    return sorted(table_pages, key=lambda one: (-(one.year or 0), one.shelf.body.position, one.shelf.title))


def load_rows(pages: Sequence[TablePage]) -> list[PublicRows]:
    """Return published tables with the rows of their stored revisions; those without a revision are left out."""
    rows = [table_page.shelf for table_page in pages]
    revisions = map_revisions_by_edition(
        [row.edition for row in rows], {row.edition_id: row.document.source for row in rows}
    )
    revision_pairs = ((table_page, revisions.get(table_page.shelf.edition_id)) for table_page in pages)
    return [_make_rows(table_page, revision) for table_page, revision in revision_pairs if revision is not None]


def _make_rows(table_page: TablePage, revision: Revision) -> PublicRows:
    """Return a published table for display, with the settings of the present schema."""
    row = table_page.shelf
    # Display settings follow today's schema; the content is the revision's.
    present_fields = {field.key: field for field in table_page.table.schema.all_fields}
    fields = tuple(
        replace(field, **{name: getattr(present_fields[field.key], name) for name in FIELD_OPTIONS})
        if field.key in present_fields
        else field
        for field in make_fields(revision.content["fields"])
    )
    public_fields = list_public_fields(fields)
    return PublicRows(
        row,
        row.body,
        table_page.table.year,
        revision.content["phone"],
        revision.content["label"],
        revision.content["intro"],
        tuple(public_fields),
        [get_public_values(public_fields, values) for values in revision.content["rows"]],
        row.document.source,
        [
            {"name": name, "url": f"/files/{row.document_id}/{row.edition.number}/{digest}"}
            for name, digest in revision.files
        ],
        bases=[[(title, path) for title, path in policies] for policies in revision.content.get("bases", ())],
    )


def count_marks_by_unit(
    tables: Sequence[PublicRows], marks: Sequence[SchemaField]
) -> list[tuple[Body, int, list[int]]]:
    """Return (unit, number of guides, counts by badge); empty for one unit (W-01)."""
    units: dict[Body, list[dict[str, object]]] = {}
    for public_rows in tables:
        units.setdefault(public_rows.body, []).extend(public_rows.rows[:1])
    if len(units) < 2:
        return []
    counted = [
        (body, len(rows), [sum(bool(row.get(field.key)) for row in rows) for field in marks])
        for body, rows in units.items()
    ]
    return sorted(counted, key=lambda unit: (-unit[1], unit[0].position, unit[0].pk))


def list_related_sites(website: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the related sites by group in the schema's order (W-16): (group, [(name, URL)])."""
    schema = TableSchema.objects.filter(key=LINKS_SCHEMA, active=True).first()
    related_sites: dict[str, dict[str, str]] = {}
    for public_rows in load_all_rows(website, schema) if schema else ():
        order = next((field.choices for field in public_rows.fields if field.key == "group"), ())
        for group in order:
            related_sites.setdefault(group, {})
        for row in public_rows.rows:
            if row.get("group") and row.get("address"):
                related_sites.setdefault(str(row["group"]), {})[str(row["address"])] = str(row["name"])
    return [(group, [(n, a) for a, n in some.items()]) for group, some in related_sites.items() if some]


@dataclass(frozen=True)
class TopicLinks:
    """The links of the published table that has a topic's name."""

    key: str
    label: str
    links: list[tuple[str, str]]


def get_topic_links(website: int, name: str) -> TopicLinks | None:
    """Return the links that a topic shows from its table (减税降费, P-15), or None."""
    schema = TableSchema.objects.filter(label=name, active=True, view__probed=True).first()
    field = next((field for field in schema.all_fields if field.kind == "url"), None) if schema else None
    if schema is None or field is None:
        return None
    rows = [row for public_rows in load_all_rows(website, schema) for row in public_rows.rows]
    links = [(str(row[schema.all_fields[0].key]), str(row[field.key])) for row in rows if row.get(field.key)]
    return TopicLinks(schema.key, field.label, links) if rows else None


def load_schema_rows(website: Website, schema: TableSchema) -> list[PublicRows]:
    """Return the content of a schema, with institutions of lower governments (B-02).

    Legal bases on another site are named without their URL.
    """
    own_rows = load_all_rows(website.pk, schema)
    if schema.group != TableGroup.INSTITUTION:
        return own_rows
    lower_sites = Website.objects.filter(body__path__startswith=website.body.path).exclude(pk=website.pk)
    rows = [
        site_rows
        for site in lower_sites.order_by("body__position", "pk")
        for site_rows in load_all_rows(site.pk, schema)
    ]
    for row in rows:
        row.bases = [[(title, "") for title, _ in row_bases] for row_bases in row.bases]
    return own_rows + rows


def load_all_rows(website: int, schema: TableSchema, body: int | None = None) -> list[PublicRows]:
    """Return the content of a schema with all rows, newest year first, then by unit."""
    return load_rows(list_pages(website, schema, body))


def _load_tables(sources: Sequence[str]) -> dict[str, PublicTable]:
    """Return the tables of sources (table/1 or record/1) by source."""
    numbers = {
        kind: [int(source.partition("/")[2]) for source in sources if source.startswith(kind)]
        for kind in ("table/", "record/")
    }
    rows = PublicTable.objects.filter(pk__in=numbers["table/"]).select_related("schema")
    tables = {table.stream: table for table in rows}
    records = Record.objects.filter(pk__in=numbers["record/"]).select_related("table__schema")
    return tables | {record.stream: record.table for record in records}


def map_revisions_by_edition(editions: Iterable[Edition], sources: dict[int, str]) -> dict[int, Revision]:
    """Return the revision of each edition, by the digest of its review."""
    numbers = _map_revision_numbers(editions, sources)
    revisions = Revision.objects.in_bulk(set(numbers.values()))
    return {edition: revisions[number] for edition, number in numbers.items() if number in revisions}


def map_public_rows(shelves: Iterable[Shelf]) -> dict[str, list[dict[str, object]]]:
    """Return the rows that the public reads in each source, by the source's log stream."""
    sources = {shelf.edition_id: shelf.document.source for shelf in shelves}
    revisions = map_revisions_by_edition(Edition.objects.filter(pk__in=sources), sources)
    return {revision.stream: revision.content["rows"] for revision in revisions.values()}


def _map_revision_numbers(editions: Iterable[Edition], sources: dict[int, str]) -> dict[int, int]:
    """Return the revision ids of editions, found by source and content digest in their reviews."""
    digests = {edition.pk: edition.content_digest for edition in editions}
    reviews = Review.objects.filter(
        source__in=set(sources.values()), content_digest__in=set(digests.values())
    ).values_list("source", "content_digest", "revision_id")
    numbers = {(source, digest): revision for source, digest, revision in reviews}
    revision_by_edition = {edition: numbers.get((sources[edition], digest)) for edition, digest in digests.items()}
    return {edition: number for edition, number in revision_by_edition.items() if number is not None}


def list_postings(sources: Iterable[str]) -> list[Posting]:
    """Return confirmed postings of tables on boards and leaflets, not to the hotline, newest first (P-11)."""
    numbers = [int(source.partition("/")[2]) for source in sources if source.startswith("table/")]
    rows = Posting.objects.filter(table__in=numbers).exclude(kind=PostingKind.HOTLINE).exclude(confirmed_at=None)
    return list(rows.select_related("body"))


def find_interpretations(rows: Sequence[PublicRows]) -> dict[str, list[tuple[str, str]]]:
    """Return {URL of a legal basis: its interpretations as (title, URL)} for the legal bases of the rows."""
    paths = {path for public_rows in rows for some in public_rows.bases for _, path in some if path}
    if not paths:
        return {}
    website = rows[0].shelf.website_id
    path_by_document = dict(
        Address.objects.filter(path__in=paths, current=True, website=website).values_list("document", "path")
    )
    links = Interpretation.objects.filter(document__in=path_by_document).exclude(text=None)
    pairs = list(links.values_list("document_id", "text_id"))
    shelves = {
        shelf.document_id: shelf
        for shelf in _list_public_rows_without_column(website).filter(document__in=[t for _, t in pairs])
    }
    interpretations: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for document, text in pairs:
        if text in shelves:
            interpretations[path_by_document[document]].append((shelves[text].title, shelves[text].path))
    return interpretations


def render_leaflet(table: PublicTable, shelf: Shelf, today: date) -> bytes:
    """Return the published rows of a table that are not over as .pdf for printing; `shelf` is its list row.

    Raises:
        MissingFont: no Chinese font is installed.
        Refused: the table's public content was erased.
    """
    public_tables = load_rows([TablePage(shelf, table)])
    if not public_tables:
        raise Refused("公开的内容已经清除，请重新送审公开后再打印。")
    (public_rows,) = public_tables
    fields = public_rows.fields
    rows = [values for values in public_rows.rows if not get_ended_label(fields, values, today)]
    text = [
        block
        for number, values in enumerate(rows, 1)
        for block in (
            TextBlock(f"{to_words(number)}、{make_record_name(fields, values)}", 1),
            *make_blocks(render_record(fields, values)),
        )
    ]
    phone = f"　投诉监督电话：{public_rows.phone}" if public_rows.phone else ""
    document = IssuedDocument(
        title=f"{table.title}宣传读物",
        issuers=[table.body.name],
        number="",
        blocks=text,
        headnote=f"{table.body.name}编印，{day_in_words(today)}{phone}",
        notice="免费发放",
    )
    from gongkai.lib.writing.pdf_child import render_official_pdf

    return render_official_pdf(document, lambda mark: None)
