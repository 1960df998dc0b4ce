"""Actions on records (add, change, remove, confirm), on a unit's table and on schemas."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.publishing.models import get_document_title
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.rows import draw_series_number, insert_row, is_new_value, write_inserts
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import GOVERNING_KINDS, find_government
from gongkai.lib.writing.titles import cite_title
from gongkai.work.tables import budget_duties, rules
from gongkai.work.tables.fields import (
    DISAGREEMENT_PREFIX,
    SchemaField,
    find_missing_fields,
    make_fields,
    make_record_name,
)
from gongkai.work.tables.models import BUDGET_CALL, Hand, PublicTable, Record, TableSchema
from gongkai.work.tables.record_faults import list_faults_by_record

#: Years for which a table can be opened.
ACCEPTED_YEARS = range(1949, 2101)


def record_authorship(stream: str, by: Actor) -> None:
    """Store a `Hand`: the user worked on the text of a table or record, and so may not sign it.

    `stream` is its log stream.
    """
    insert_row(Hand(stream=stream, account=by.user_id, person=by.person_id))


@action("tables.open", label="建立公开表", rule=rules.list_reasons_unless_unit_staff)
def open_table(
    body: Body, *, by: Actor, schema: TableSchema, year: int | None = None, phone: str = "", note: str = ""
) -> ActionResult:
    """Open a unit's table of a kind (`schema`) for a year; return the `PublicTable`."""
    if not schema.active:
        raise Refused("这种表式已经停用。")
    if reasons := rules.list_reasons_unless_keeping_unit(schema, body):
        raise Refused(reasons)
    year = year if schema.per_year else None
    if schema.per_year and year not in ACCEPTED_YEARS:
        raise Refused("请填写年度（四位数字）。")
    if PublicTable.objects.filter(schema=schema, body=body, year=year).exists():
        raise Refused(f"{body.label}已有这张表，请直接填写。")
    table = PublicTable.objects.create(schema=schema, body=body, year=year, phone=phone.strip(), note=note.strip())
    record_authorship(table.stream, by)
    return ActionResult(words=f"建立“{table.title}”", result=table, stream=table.stream)


@action("tables.change", label="修改公开表", rule=rules.list_reasons_unless_unit_staff)
def change_table(table: PublicTable, *, by: Actor, phone: str = "", note: str = "") -> ActionResult:
    """Change the complaint telephone and the note of a table."""
    facts = {"phone": [table.phone, phone.strip()], "note": [table.note, note.strip()]}
    table.phone, table.note = phone.strip(), note.strip()
    table.save(update_fields=["phone", "note"])
    record_authorship(table.stream, by)
    return ActionResult(words="修改电话和说明", facts={key: pair for key, pair in facts.items() if pair[0] != pair[1]})


#: Fields of a schema that the open-government office can change.
EDITABLE_FIELDS = (
    "label",
    "group",
    "source",
    "intro",
    "review_days",
    "kind",
    "basis",
    "per_year",
    "strict",
    "documents",
    "keepers",
    "owed_by",
    "active",
    "fields",
)


def _set_schema_facts(schema: TableSchema, facts: Mapping[str, object]) -> None:
    """Set editable facts of a schema and check its name, source and fields; it is not saved.

    Raises:
        Refused: an unknown fact, or one of these is missing or wrong.
    """
    unknown = set(facts) - set(EDITABLE_FIELDS)
    if unknown:
        raise Refused([f"不能修改“{name}”。" for name in sorted(unknown)])
    for name, value in facts.items():
        setattr(schema, name, value.strip() if isinstance(value, str) else value)
    if not schema.label or not schema.source:
        raise Refused("请填写名称和依据。")
    try:
        schema.fields = [field.as_json() for field in make_fields(schema.fields)]
    except (ValueError, TypeError) as wrong:
        raise Refused(str(wrong) if isinstance(wrong, ValueError) else "字段写法有误。") from wrong


@action("tables.change_schema", label="修改表式", rule=rules.list_reasons_unless_schema_manager)
def change_schema(schema: TableSchema, *, by: Actor, **facts: object) -> ActionResult:
    """Change the fields of a schema. Removed fields are no longer shown; stored values stay, and must fit the kinds."""
    old_values = {name: getattr(schema, name) for name in facts if name in EDITABLE_FIELDS}
    if "per_year" in facts and facts["per_year"] != schema.per_year and schema.tables.exists():
        raise Refused("已有单位填报，不能改变是否按年度填报。")
    _set_schema_facts(schema, facts)
    first_key = make_fields(old_values["fields"])[0].key if "fields" in old_values else ""
    if first_key and schema.all_fields[0].key != first_key and schema.tables.exists():
        raise Refused("已有单位填报，第一个字段（名称）不能改变。")
    if "fields" in old_values:
        _refuse_unfit_kinds(schema, {field.key: field.kind for field in make_fields(old_values["fields"])})
    schema.save()
    changed = [name for name, value in old_values.items() if value != getattr(schema, name)]
    return ActionResult(words="修改表式", facts={"changed": {name: old_values[name] for name in changed}})


def _fits(field: SchemaField, values: Mapping[str, object]) -> bool:
    """Return true if the stored value of a field, if any, is as the field would store it."""
    value = values.get(field.key, "")
    try:
        return bool(field.read(value) == value)
    except BadCell:
        return False


def _refuse_unfit_kinds(schema: TableSchema, old_kinds: Mapping[str, str]) -> None:
    """Refuse another kind of a field if a stored value of it does not fit that kind."""
    fields = [field for field in schema.all_fields if field.kind != old_kinds.get(field.key, field.kind)]
    rows = Record.objects.filter(table__schema=schema).values_list("values", flat=True) if fields else ()
    if unfit := [field for field in fields if not all(_fits(field, values) for values in rows)]:
        labels = "、".join(field.label for field in unfit)
        raise Refused(f"已填的内容不符合新的类型：{labels}。请保留原来的类型，另设一个字段。")


@action("tables.make_schema", label="新增表式", rule=rules.list_reasons_unless_schema_manager)
def make_schema(_: None, *, by: Actor, key: str, **facts: object) -> ActionResult:
    """Create the schema of a kind of table; return the `TableSchema`."""
    if TableSchema.objects.filter(key=key).exists():
        raise Refused("这个代号已有表式，请换一个。")
    schema = TableSchema(key=key)
    _set_schema_facts(schema, facts)
    schema.save()
    return ActionResult(words=f"新增表式“{schema.label}”", result=schema, stream=schema.stream)


MAX_TABLE_RECORDS = 20_000


def read_values(schema: TableSchema, sent: Mapping[str, object]) -> dict[str, object]:
    """Return the values to store, without empty fields.

    Raises:
        Refused: a value of the wrong kind, or no name; each field by its label.
    """
    values: dict[str, object] = {}
    faults = []
    fields = schema.all_fields
    for field in fields:
        if field.opinion_of:
            continue
        try:
            value = field.read(sent.get(field.key))
        except BadCell as bad:
            faults.append(f"{field.label}：{bad.what}，{bad.todo}。")
            continue
        if value != "":
            values[field.key] = value
    if not faults and not values.get(fields[0].key):
        faults.append(f"请填写{fields[0].label}。")
    if faults:
        raise Refused(faults)
    return values


def describe_row(schema: TableSchema, values: Mapping[str, object]) -> str:
    """Return a row as text for the log.

    Text in the log can be erased by law, stored facts cannot.
    """
    return "；".join(
        f"{field.label}：{field.show(values[field.key])}" for field in schema.all_fields if field.key in values
    )


def _digest_values(values: Mapping[str, object]) -> dict[str, object]:
    """Return the digest of values as facts for the log, which cannot be erased."""
    return {"digest": digest(canonical_json(dict(values)))}


def _record_authorship(record: Record, by: Actor) -> None:
    """Record that the user worked on the table, and on the record if it is published by itself."""
    record_authorship(record.table.stream, by)
    if record.schema.by_record:
        record_authorship(record.stream, by)


def _require_distinct_name(table: PublicTable, name: str, excluded_id: int = 0) -> None:
    """Refuse a name that a record of the table has, other than the one with primary key `excluded_id`."""
    same_records = Record.objects.filter(table=table, name=name).exclude(pk=excluded_id)
    if not is_new_value(Record, "name", name) and same_records.exists():
        raise Refused(f"表中已有“{name}”，请修改原有的一行。")


def _refuse_wrong_unit_name(table: PublicTable, values: Mapping[str, object]) -> None:
    """Refuse a row that names no unit of the government if its table needs one."""
    if reasons := rules.list_reasons_unless_unit_named(
        table.schema, table.body, str(values[table.schema.all_fields[0].key])
    ):
        raise Refused(reasons)


def _refuse_second_row(table: PublicTable, values: Mapping[str, object], changed_id: int = 0) -> None:
    """Refuse a second row of a unit, year and kind, other than the record with primary key `changed_id`."""
    if reasons := rules.list_reasons_if_second_row(table.schema, table.body, table.year, values, changed_id):
        raise Refused(reasons)


def _find_typed_gaps(table: PublicTable, values: Mapping[str, object]) -> list[SchemaField]:
    """Return the empty required fields that users type; fields for another unit's opinion are left out."""
    fields = find_missing_fields(table.schema.all_fields, values, table.body.level)
    return [field for field in fields if not field.opinion_of]


def _refuse_gaps(table: PublicTable, values: Mapping[str, object]) -> None:
    """Refuse a row of a strict schema with empty required fields."""
    if table.schema.strict and (gaps := _find_typed_gaps(table, values)):
        raise Refused(f"“{table.schema.label}”缺项的不得公开，请填写：{'、'.join(gap.label for gap in gaps)}。")


@action("tables.add_record", label="增加一行", rule=rules.list_reasons_unless_unit_staff)
def add_record(
    table: PublicTable, *, by: Actor, values: Mapping[str, object], documents: Iterable[Document] = ()
) -> ActionResult:
    """Add a record, confirmed today; return the `Record`."""
    cleaned = read_values(table.schema, values)
    name = make_record_name(table.schema.all_fields, cleaned)
    _refuse_wrong_unit_name(table, cleaned)
    _refuse_second_row(table, cleaned)
    _refuse_gaps(table, cleaned)
    _require_distinct_name(table, name)
    position = draw_series_number(("tables.record", table.pk), Record.objects.filter(table=table).count)
    if position > MAX_TABLE_RECORDS:
        raise Refused(f"一张表最多{MAX_TABLE_RECORDS}行。")
    record = insert_row(
        Record(table=table, name=name, values=cleaned, position=position * 10, confirmed_on=timezone.localdate())
    )
    if related := list(documents):
        write_inserts()
        record.documents.set(related)
    _record_authorship(record, by)
    text = describe_row(table.schema, cleaned)
    return ActionResult(
        words=f"增加“{name}”：{text}",
        facts=_digest_values(cleaned),
        result=record,
        stream=record.stream,
        tell=_make_opinion_messages(record),
    )


@action("tables.change_record", label="修改", rule=rules.list_reasons_unless_unit_staff)
def change_record(
    record: Record, *, by: Actor, values: Mapping[str, object], documents: Iterable[Document] | None = None
) -> ActionResult:
    """Change and confirm a record; the public version stays until it is published."""
    cleaned = read_values(record.schema, values)
    name = make_record_name(record.schema.all_fields, cleaned)
    _refuse_wrong_unit_name(record.table, cleaned)
    _refuse_second_row(record.table, cleaned, record.pk)
    _refuse_gaps(record.table, cleaned)
    _require_distinct_name(record.table, name, record.pk)
    labels = {field.key: field.label for field in record.schema.all_fields}
    old_values = record.values
    opinion = rules.get_opinion_field(record.schema)
    if opinion and opinion.key in old_values and {**cleaned, opinion.key: old_values[opinion.key]} == old_values:
        cleaned[opinion.key] = old_values[opinion.key]  # an opinion is about the words as they were
    changed = [
        f"{labels[key]}由“{old_values.get(key, '')}”改为“{cleaned.get(key, '')}”"
        for key in labels
        if old_values.get(key, "") != cleaned.get(key, "")
    ]
    record.name, record.values, record.confirmed_on = name, cleaned, timezone.localdate()
    record.save(update_fields=["name", "values", "confirmed_on"])
    if documents is not None:
        changed += _set_policy_bases(record, list(documents))
    _record_authorship(record, by)
    text = "修改：" + "；".join(changed) if changed else "核对，没有变化"
    return ActionResult(words=text, facts=_digest_values(cleaned), tell=_make_opinion_messages(record))


@action("tables.give_opinion", label="提出意见", rule=rules.list_reasons_unless_opinion_giver)
def give_opinion(record: Record, *, by: Actor, agrees: bool, words: str) -> ActionResult:
    """Record the opinion that a row needs before it is published (宣传部门, P-12).

    A row whose opinion does not agree cannot be published; its unit is notified.
    """
    field = rules.get_opinion_field(record.schema)
    if field is None or field not in find_missing_fields(
        record.schema.all_fields, {**record.values, field.key: ""}, record.table.body.level
    ):
        raise Refused("这一条不需要征求意见。")
    words = require_text(words, "请写明意见。", 2)
    unit = Body.objects.filter(pk__in=by.bodies).order_by("path").first()
    verdict = "同意：" if agrees else DISAGREEMENT_PREFIX
    text = f"{verdict}{words[:200]}（{unit.label if unit else ''}{by.name}，{timezone.localdate().isoformat()}）"
    record.values = {**record.values, field.key: text}
    record.save(update_fields=["values"])
    notification = Notification(
        subject=f"{field.label}：{verdict[:-1]}，{record.name}"[:120],
        body=f"“{record.name}”的{field.label}：{text}。{'' if agrees else '请修改后再送审，改动后重新征求意见。'}",
        link=reverse("tables:record", args=[record.pk]),
        key=f"{record.stream}/opinion-given/{_digest_values(record.values)['digest']}",
        posts=((Role.CLERK, record.table.body_id),),
    )
    return ActionResult(
        words=f"{field.label}：{text}", facts=_digest_values(record.values), stream=record.stream, tell=(notification,)
    )


def _make_opinion_messages(record: Record) -> tuple[Notification, ...]:
    """Return the request to the asked units for their opinion on a row that still needs one."""
    field = rules.get_opinion_field(record.schema)
    body = record.table.body
    if field is None or field not in find_missing_fields(record.schema.all_fields, record.values, body.level):
        return ()
    units = list(rules.list_opinion_units(record.schema, body)) or [find_government(body)]
    role = Role.CHIEF if units[0].kind in GOVERNING_KINDS else Role.CLERK
    return (
        Notification(
            subject=f"请提出意见：{record.name}"[:100],
            body=f"{body.label}拟公开“{record.name}”，公开前需要{field.label}。",
            link=reverse("tables:record", args=[record.pk]),
            key=f"{record.stream}/opinion/{_digest_values(record.values)['digest']}",
            posts=tuple((str(role), unit.pk) for unit in units),
        ),
    )


def _set_policy_bases(record: Record, documents: Sequence[Document]) -> list[str]:
    """Set the policy bases of a record; return the Chinese description of the change, if any."""
    old_documents = set(record.documents.all())
    record.documents.set(documents)
    if old_documents == set(documents):
        return []
    return [f"政策依据改为{'、'.join(cite_title(get_document_title(document)) for document in documents) or '没有'}"]


@action("tables.remove_record", label="删除一行", rule=rules.list_reasons_unless_unit_staff)
def remove_record(record: Record, *, by: Actor, reason: str) -> ActionResult:
    """Remove a record, unless it is public or under review by itself; the log keeps its text. A removed call ends its budget duties."""
    reason = require_text(reason, "请写明删除的理由。")
    if record.schema.by_record and Shelf.objects.filter(document__source=record.stream).exists():
        raise Refused("这一条正在公开，请先撤回公开，再删除。")
    if Review.objects.filter(source=record.stream, state=ReviewState.WAITING).exists():
        raise Refused("这一条正在审签，请先撤回送审，再删除。")
    stream, facts = record.stream, _digest_values(record.values)
    text = f"删除“{record.name}”：{reason}。原内容：{describe_row(record.schema, record.values)}"
    record_authorship(record.table.stream, by)
    if record.schema.key == BUDGET_CALL:
        budget_duties.end_budget_duties(record)
    record.delete()
    return ActionResult(words=text, facts=facts, stream=stream, result=facts)


@action("tables.confirm", label="核对无误", rule=rules.list_reasons_unless_unit_staff)
def confirm_records(table: PublicTable, *, by: Actor) -> ActionResult:
    """Confirm the records without faults other than an overdue confirmation."""
    records_with_faults = list_faults_by_record(table)
    if not records_with_faults:
        raise Refused("表中还没有内容，请先填写或者导入。")
    wrong_records = [record for record, faults in records_with_faults if any(not fault.due for fault in faults)]
    right_ids = [record.pk for record, _ in records_with_faults if record not in wrong_records]
    names = "、".join(f"“{record.name}”" for record in wrong_records[:3]) + ("等" if len(wrong_records) > 3 else "")
    if not right_ids:
        raise Refused(f"{len(wrong_records)}行都不完整或者要核对（{names}），不能记为核对无误，请先改正。")
    # In batches: a table may have more rows than a query takes parameters.
    for start in range(0, len(right_ids), 500):
        Record.objects.filter(pk__in=right_ids[start : start + 500]).update(confirmed_on=timezone.localdate())
    wrong_note = f"；{names}{len(wrong_records)}行不完整或者要核对，没有记为核对" if wrong_records else ""
    text = f"核对{len(right_ids)}行，内容无误{wrong_note}"
    return ActionResult(words=text, facts={"rows": len(right_ids), "wrong": len(wrong_records)}, result=text)
