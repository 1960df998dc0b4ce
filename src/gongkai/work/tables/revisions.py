"""Revisions of tables: content, authors, and reasons against publication."""

from collections.abc import Mapping

from django.db.models import Max
from django.utils import timezone

from gongkai.content.editions.erasure import (
    ERASED_TEXT,
    BaseErasureHandler,
    TextEchoes,
    blanking_condition,
    find_erased_revisions,
    get_source_number,
    order_blanking,
)
from gongkai.content.editions.frozen import FrozenContent, freeze_text
from gongkai.content.editions.models import Address, Document, Edition
from gongkai.content.editions.models.editions import DisclosureAttribute
from gongkai.content.editions.sources import TextWriters
from gongkai.content.publishing.models import map_document_titles
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import store
from gongkai.core.spreadsheets import Column, Sheet, write_csv, write_xlsx
from gongkai.core.units.queries import with_names_at
from gongkai.lib.writing.titles import cite_title
from gongkai.work.tables.fields import SchemaField, find_mentions, find_missing_fields
from gongkai.work.tables.models import Hand, PublicTable, Record, Revision, TableSchema
from gongkai.work.tables.row_display import list_public_fields
from gongkai.work.tables.texts import BASES_HEADING, list_shown_fields, make_tail_lines, render_record, render_table

MAX_NAMED_GAPS = 5


def make_sheet(name: str, fields: list[SchemaField], *, bases: bool = False) -> Sheet:
    """Return the layout of the spreadsheet that readers download.

    It writes rows (values by key), numbers as numbers; with `bases`, the titles of policies are the
    last column.
    """
    bases_column = (
        (Column("_bases", BASES_HEADING, write=lambda row: row.get("_bases", ""), width=40),) if bases else ()
    )
    return Sheet(name, (*(_make_column(field) for field in fields), *bases_column), max_rows=100_000)


def make_bases_cell(bases: list[tuple[str, str]]) -> dict[str, str]:
    """Return the cell of the spreadsheet column of legal bases, {"_bases": their titles}, of a row."""
    return {"_bases": "；".join(cite_title(title) for title, _ in bases)}


def _make_column(field: SchemaField) -> Column:
    """Return the spreadsheet column of a field; numbers are written as numbers."""

    def write(row: Mapping[str, object]) -> object:
        """Return the cell's value; numbers as numbers."""
        value = row.get(field.key)
        if field.kind == "number" and value not in (None, ""):
            number = float(str(value))
            return int(number) if number.is_integer() else number
        return field.show(value)

    return Column(field.key, field.head, write=write, width=40 if field.kind == "long" else 20)


def get_public_words(schema: TableSchema, *, intro: bool = True) -> dict[str, str]:
    """Return the words of a schema that are published with a text: label and introduction.

    They change with a reviewed text only, never by changing the schema. `intro` is false for a
    single record, which shows only the label.
    """
    return {"label": schema.label, "intro": schema.intro if intro else ""}


def get_public_values(fields: list[SchemaField], values: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a row's public fields."""
    keys = {field.key for field in fields}
    return {key: value for key, value in values.items() if key in keys}


def get_revision_words(revision: Revision) -> dict[str, str]:
    """Return the label, introduction and telephone that a revision contains."""
    return {name: revision.content.get(name, "") for name in ("label", "intro", "phone")}


def make_table_revision(table: PublicTable, by: Actor) -> Revision:
    """Store a table with records and files as a revision, unless unchanged.

    Raises:
        Refused: it has no records.
    """
    records = list(table.records.all())
    fields = list_public_fields(table.schema.all_fields)
    rows = [get_public_values(fields, record.values) for record in records]
    if not rows:
        raise Refused("表中还没有内容，请先填写或者导入。")
    heads = list_shown_fields(fields, rows)
    bases_by_record = map_bases_by_record(records)
    bases = [bases_by_record[record.pk] for record in records] if any(bases_by_record.values()) else []
    sheet = make_sheet(table.schema.label, heads, bases=bool(bases))
    written = (
        [{**row, **make_bases_cell(row_bases)} for row, row_bases in zip(rows, bases, strict=True)] if bases else rows
    )
    gaps = [find_missing_fields(fields, row, table.body.level) for row in rows]
    tail = make_tail_lines(table.note, table.phone)
    csv = store(write_csv(sheet, written), f"{table.title}.csv", by)
    last_revision = _get_last_revision(table)
    html = render_table(table.title, heads, rows, tail, bases, gaps)
    public_words = {**get_public_words(table.schema), "phone": table.phone}
    if (
        last_revision
        and (last_revision.csv, last_revision.html, last_revision.title) == (csv.pk, html, table.title)
        and get_revision_words(last_revision) == public_words
    ):
        return last_revision
    xlsx = store(write_xlsx(sheet, written, guide=False), f"{table.title}.xlsx", by)
    revision = Revision(
        stream=table.stream,
        title=table.title,
        html=html,
        summary=f"{table.schema.intro}共{len(rows)}条。",
        content={"fields": [field.as_json() for field in heads], "rows": rows, "bases": bases, **public_words},
        files=[[f"{table.title}.xlsx", xlsx.pk], [f"{table.title}.csv", csv.pk]],
        csv=csv.pk,
    )
    return _complete_revision(revision, by)


def make_record_revision(record: Record, by: Actor) -> Revision:
    """Store one record's public fields as a revision; return the last one if nothing changed."""
    fields = list_public_fields(record.schema.all_fields)
    values = get_public_values(fields, record.values)
    bases = list_bases(record)
    html = render_record(fields, values, bases)
    revision = _get_last_revision(record)
    content = {
        "fields": [field.as_json() for field in fields],
        "rows": [values],
        "bases": [bases] if bases else [],
        **get_public_words(record.schema, intro=False),
        "phone": "",
    }
    if revision and (revision.html, revision.title, revision.content) == (html, record.name, content):
        return revision
    summary = "；".join(
        f"{field.label}：{field.show(values.get(field.key))}"
        for field in fields
        if field.summary and values.get(field.key)
    )
    return _complete_revision(
        Revision(
            stream=record.stream,
            title=record.name,
            html=html,
            summary=f"{record.schema.label}。{summary}"[:300],
            content=content,
        ),
        by,
    )


def _get_last_revision(source: PublicTable | Record) -> Revision | None:
    return Revision.objects.filter(pk=source.latest_revision_id or 0, stream=source.stream).first()


def _complete_revision(revision: Revision, by: Actor) -> Revision:
    """Save a new revision with its day and the last recorded author."""
    revision.formed_on = timezone.localdate()
    last_hand = Hand.objects.filter(stream=revision.stream).aggregate(last=Max("pk"))["last"]
    revision.last_hand = last_hand or 0
    revision.save(force_insert=True)
    return revision


def list_bases(record: Record) -> list[tuple[str, str]]:
    """Return the policies a record rests on as (title, public address or "")."""
    return map_bases_by_record([record])[record.pk]


def map_bases_by_record(records: list[Record]) -> dict[int, list[tuple[str, str]]]:
    """Return [(title, path or "")] of the policy bases by primary key of the record."""
    links = Record.documents.through.objects.filter(record__in=[record.pk for record in records]).order_by("pk")
    pairs = list(links.values_list("record_id", "document_id"))
    documents = Document.objects.in_bulk({document for _, document in pairs})
    paths: dict[int, str] = {}
    for address in Address.objects.filter(document__in=documents, current=True).order_by("pk"):
        paths.setdefault(address.document_id, address.path)
    titles = map_document_titles(documents.values())
    base_by_document = {pk: (titles[pk], paths.get(pk, "")) for pk in documents}
    bases_by_record: dict[int, list[tuple[str, str]]] = {record.pk: [] for record in records}
    for number, document in pairs:
        bases_by_record[number].append(base_by_document[document])
    return bases_by_record


def freeze_source(source: PublicTable | Record, revision: int) -> FrozenContent:
    """Return a revision's content for an edition (`models.TextSource.frozen`)."""
    stored_revision = Revision.objects.filter(pk=revision, stream=source.stream).first()
    if stored_revision is None or not stored_revision.content:
        raise Refused("没有这一稿，或者它已依法删除。")
    stored = StoredFile.objects.in_bulk([digest for _, digest in stored_revision.files])
    unit = with_names_at(source.unit, stored_revision.made_at)
    return freeze_text(
        title=stored_revision.title,
        html=stored_revision.html,
        unit=unit,
        kind=source.kind,
        facts={
            "issuer": unit.name,
            "source": unit.name,
            "summary": stored_revision.summary,
            "written_on": stored_revision.formed_on.isoformat(),
            "formed_on": stored_revision.formed_on.isoformat(),
            "attribute": DisclosureAttribute.PROACTIVE,
            "attribute_basis": source.schema.basis,
        },
        files=[(name, stored[digest]) for name, digest in stored_revision.files if digest in stored],
    )


def find_writers(stream: str, after: int, upto: int) -> TextWriters:
    """Return the authors of the changes after revision `after`, up to `upto` (`models.TextSource.writers`)."""
    rows = Revision.objects.filter(stream=stream, pk__in=[after, upto]).values_list("pk", "last_hand")
    last_hand_by_revision = dict(rows)
    hands = Hand.objects.filter(
        stream=stream, pk__gt=last_hand_by_revision.get(after, 0), pk__lte=last_hand_by_revision.get(upto, 0)
    )
    pairs = list(hands.values_list("account", "person"))
    return TextWriters({a for a, _ in pairs if a is not None}, {p for _, p in pairs if p is not None})


def find_disclosed_contacts(source: PublicTable | Record) -> set[str]:
    """Return telephones and addresses of institutions that the last revision publishes."""
    revision = _get_last_revision(source)
    if revision is None:
        return set()
    fields = [field for field in source.schema.all_fields if field.of_institution]
    rows = revision.content.get("rows", [])
    return {"".join(str(row[field.key]).split()) for row in rows for field in fields if row.get(field.key)}


def find_publication_blockers(source: PublicTable | Record) -> list[str]:
    """Return reasons against publishing a strict table or a separate record.

    They are missing values, and booleans that the record's own words contradict.
    """
    schema = source.schema
    if isinstance(source, PublicTable) and not schema.strict:
        return []
    fields, level = schema.all_fields, source.unit.level
    rows = [source] if isinstance(source, Record) else list(source.records.all())
    reasons = []
    for row in rows:
        missing = find_missing_fields(fields, row.values, level)
        if empty := [field.label for field in missing if not row.values.get(field.key)]:
            reasons.append(f"“{row.name}”缺少{'、'.join(empty)}。")
        denied = [field.label for field in missing if row.values.get(field.key)]
        reasons += [f"“{row.name}”的{label}是不同意，请修改后重新征求。" for label in denied]
        reasons += [f"“{row.name}”{fault}。" for fault in find_mentions(fields, row.values)]
    others_note = [f"另有{len(reasons) - MAX_NAMED_GAPS}条缺项。"] if len(reasons) > MAX_NAMED_GAPS else []
    return reasons[:MAX_NAMED_GAPS] + others_note


# Name of the guarded table in the erasure order.
REVISION_TABLE = "tables_revision"
#: SQL condition under which the database allows blanking a revision.
BLANKED_IF = blanking_condition(REVISION_TABLE)
#: Values of a revision's fields after erasure.
ERASED_REVISION_VALUES: dict[str, object] = {
    "title": ERASED_TEXT,
    "html": "",
    "summary": "",
    "content": {},
    "files": [],
    "csv": "",
}


class TableErasureHandler(BaseErasureHandler):
    """The erasure handler of table revisions, and of records published by themselves."""

    def uses_file(self, digest: str) -> bool:
        """Return True if a revision still uses the file with this digest."""
        return Revision.objects.filter(files__icontains=digest).exists()

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the streams of a table's rows, which contain the same text."""
        rows = Record.objects.filter(table=get_source_number(edition, "table"))
        return TextEchoes(streams=frozenset(record.stream for record in rows))

    def erase(self, edition: Edition) -> None:
        """Blank the revisions of an edition, and its source unless changed later."""
        stream = edition.document.source
        if stream.partition("/")[0] not in self.names:
            return
        rows = find_erased_revisions(edition).rows(Revision.objects.filter(stream=stream))
        numbers = list(rows.values_list("pk", flat=True))
        last_revision = rows.order_by("-pk").first()
        order_blanking(edition, REVISION_TABLE, dict.fromkeys(numbers, ERASED_REVISION_VALUES))
        Revision.objects.filter(pk__in=numbers).update(**ERASED_REVISION_VALUES)
        if last_revision is None or self._has_newer_work(stream, last_revision):
            return
        PublicTable.objects.filter(pk=get_source_number(edition, "table")).update(note="", phone="")
        Record.objects.filter(table=get_source_number(edition, "table")).delete()
        number = get_source_number(edition, "record")
        Record.objects.filter(pk=number).update(name=f"{ERASED_TEXT}{number}", values={})

    @staticmethod
    def _has_newer_work(stream: str, last_revision: Revision) -> bool:
        """Return true if the source was changed, or stored again, after `last_revision`."""
        newer = Revision.objects.filter(stream=stream, pk__gt=last_revision.pk).exists()
        return newer or Hand.objects.filter(stream=stream, pk__gt=last_revision.last_hand).exists()


TABLE_ERASURE_HANDLER = TableErasureHandler("table", "record")
