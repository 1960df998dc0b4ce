"""Actions that open and change a unit's table, and actions of the office on schemas."""

from collections.abc import Mapping

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.batches import insert_row
from gongkai.core.units.models import Body
from gongkai.work.tables import rules
from gongkai.work.tables.fields import make_fields
from gongkai.work.tables.models import Hand, PublicTable, TableSchema

#: Years for which a table can be opened.
ACCEPTED_YEARS = range(1949, 2101)


def record_work(stream: str, by: Actor) -> None:
    """Record that the user worked on a text, so that they do not sign it.

    `stream` is the log stream of the table or record.
    """
    insert_row(Hand(stream=stream, account=by.user_id, person=by.person_id))


@action("tables.open", label="建立公开表", rule=rules.check_unit_staff)
def open_table(
    body: Body, *, by: Actor, schema: TableSchema, year: int | None = None, phone: str = "", note: str = ""
) -> ActionResult:
    """Open a unit's table of a kind (`schema`) for a year; return the `PublicTable`."""
    if not schema.active:
        raise Refused("这种表式已经停用。")
    if reasons := rules.check_keeping_unit(schema, body):
        raise Refused(reasons)
    year = year if schema.per_year else None
    if schema.per_year and year not in ACCEPTED_YEARS:
        raise Refused("请填写年度（四位数字）。")
    if PublicTable.objects.filter(schema=schema, body=body, year=year).exists():
        raise Refused(f"{body.label}已有这张表，请直接填写。")
    made = PublicTable.objects.create(schema=schema, body=body, year=year, phone=phone.strip(), note=note.strip())
    record_work(made.stream, by)
    return ActionResult(words=f"建立“{made.title}”", result=made, stream=made.stream)


@action("tables.change", label="修改公开表", rule=rules.check_unit_staff)
def change_table(table: PublicTable, *, by: Actor, phone: str = "", note: str = "") -> ActionResult:
    """Change the complaint telephone and the note of a table."""
    facts = {"phone": [table.phone, phone.strip()], "note": [table.note, note.strip()]}
    table.phone, table.note = phone.strip(), note.strip()
    table.save(update_fields=["phone", "note"])
    record_work(table.stream, by)
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


@action("tables.change_schema", label="修改表式", rule=rules.check_schema_manager)
def change_schema(schema: TableSchema, *, by: Actor, **facts: object) -> ActionResult:
    """Change the fields of a schema. Removed fields are no longer shown; stored values stay."""
    before = {name: getattr(schema, name) for name in facts if name in EDITABLE_FIELDS}
    if "per_year" in facts and facts["per_year"] != schema.per_year and schema.tables.exists():
        raise Refused("已有单位填报，不能改变是否按年度填报。")
    _set_schema_facts(schema, facts)
    first = make_fields(before["fields"])[0].key if "fields" in before else ""
    if first and schema.all_fields[0].key != first and schema.tables.exists():
        raise Refused("已有单位填报，第一个字段（名称）不能改变。")
    schema.save()
    changed = [name for name, value in before.items() if value != getattr(schema, name)]
    return ActionResult(words="修改表式", facts={"changed": {name: before[name] for name in changed}})


@action("tables.make_schema", label="新增表式", rule=rules.check_schema_manager)
def make_schema(_: None, *, by: Actor, key: str, **facts: object) -> ActionResult:
    """Create a schema; return the `TableSchema`."""
    if TableSchema.objects.filter(key=key).exists():
        raise Refused("这个代号已有表式，请换一个。")
    made = TableSchema(key=key)
    _set_schema_facts(made, facts)
    made.save()
    return ActionResult(words=f"新增表式“{made.label}”", result=made, stream=made.stream)
