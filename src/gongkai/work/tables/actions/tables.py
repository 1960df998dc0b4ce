"""Actions that open and change a unit's table."""

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.batches import insert
from gongkai.core.units.models import Body
from gongkai.work.tables import rules
from gongkai.work.tables.models import Hand, PublicTable, TableSchema

ACCEPTED_YEARS = range(1949, 2101)


def touch(stream: str, by: Actor) -> None:
    """Record that the user worked on a source."""
    insert(Hand(stream=stream, account=by.user_id, person=by.person_id))


@action("tables.open", label="建立公开表", rule=rules.works)
def open_table(
    body: Body,
    *,
    by: Actor,
    schema: TableSchema,
    year: int | None = None,
    phone: str = "",
    note: str = "",
) -> ActionResult:
    """Open a unit's table of a schema; return the `PublicTable`."""
    if not schema.active:
        raise Refused("这种表式已经停用。")
    if reasons := rules.kept_elsewhere(schema, body):
        raise Refused(reasons)
    year = year if schema.per_year else None
    if schema.per_year and year not in ACCEPTED_YEARS:
        raise Refused("请填写年度（四位数字）。")
    if PublicTable.objects.filter(schema=schema, body=body, year=year).exists():
        raise Refused(f"{body.label}已有这张表，请直接填写。")
    made = PublicTable.objects.create(schema=schema, body=body, year=year, phone=phone.strip(), note=note.strip())
    touch(made.stream, by)
    return ActionResult(words=f"建立“{made.title}”", result=made, stream=made.stream)


@action("tables.change", label="修改公开表", rule=rules.works)
def change_table(table: PublicTable, *, by: Actor, phone: str = "", note: str = "") -> ActionResult:
    """Change the complaint telephone and the note of a table."""
    facts = {"phone": [table.phone, phone.strip()], "note": [table.note, note.strip()]}
    table.phone, table.note = phone.strip(), note.strip()
    table.save(update_fields=["phone", "note"])
    touch(table.stream, by)
    return ActionResult(words="修改电话和说明", facts={key: pair for key, pair in facts.items() if pair[0] != pair[1]})
