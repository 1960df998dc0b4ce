"""Permission rules of tables; each returns Chinese reasons against an action.

| act | who |
|---|---|
| give an opinion on a row | the unit that the schema names (宣传部门), never who filled it in |
| open, change, fill in, confirm, hand in a table, note where it was posted | who works for its unit, the 政务公开办 over it |
| change a schema, make one | the 政务公开办 |
| order a rectification | the 政务公开办 over the unit (`ledger.rectification`) |
"""

from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.another_person import is_among, with_covered_people
from gongkai.core.units.models import Body, Role
from gongkai.core.units.rules import runs_installation
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.typed_json import read_record, read_text
from gongkai.work.tables.fields import SchemaField
from gongkai.work.tables.models import Hand, Posting, PostingPaper, PublicTable, Record, TableSchema

WORKING_ROLES = ENTRY_STAFF_ROLES


def get_unit(target: object) -> Body:
    """Return the unit to which a table, record or posting belongs."""
    if isinstance(target, PublicTable):
        return target.body
    if isinstance(target, Record):
        return target.table.body
    if isinstance(target, PostingPaper):
        return target.posting.body
    if isinstance(target, Posting):
        return target.body
    assert isinstance(target, Body)
    return target


def list_reasons_unless_unit_staff(
    by: Actor, target: PublicTable | Record | Posting | PostingPaper | Body
) -> list[str]:
    """Return reasons unless the user is staff of the unit or of the 政务公开办 above it."""
    body = get_unit(target)
    if by.system or by.has(*WORKING_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有填报单位（{body.label}）的工作人员可以办理。"]


def list_reasons_unless_posting_confirmer(by: Actor, posting: Posting) -> list[str]:
    """Return reasons unless the user works for the unit and did not record the posting."""
    recorded = with_covered_people([posting.recorded_by], posting.stream, ["tables.record_posting"])
    own_reasons = ["这条记录由您登记，请另一人核对。"] if is_among(by, recorded) else []
    return list_reasons_unless_unit_staff(by, posting) or own_reasons


def list_reasons_unless_keeping_unit(schema: TableSchema, body: Body) -> list[str]:
    """Return reasons against a table of this kind if the schema assigns it to other units."""
    if schema.is_kept_by(body):
        return []
    return [f"“{schema.label}”由{schema.keepers}部门填报，{body.label}不填报这张表。"]


def list_reasons_unless_unit_named(schema: TableSchema, body: Body, unit_name: str) -> list[str]:
    """Return reasons against a row that names no unit, as it would not be shown."""
    if "grid" not in schema.view or _find_unit_id(unit_name, _map_unit_names(find_government(body))) is not None:
        return []
    return [f"单位名录中没有“{unit_name[:60]}”：请填写本级政府或者所属单位的全称、简称，政府填写“××市”。"]


def list_reasons_if_second_row(
    schema: TableSchema, body: Body, year: int | None, values: Mapping[str, object], changed_id: int = 0
) -> list[str]:
    """Return reasons against a second row of a unit for the same year and kind.

    `changed_id`: the primary key of the row that is changed, 0 for a new one.
    """
    view = read_record(schema.view, "grid") if "grid" in schema.view else {}
    if not view:
        return []
    key, kind, government = schema.all_fields[0].key, read_text(view, "what"), find_government(body)
    names = _map_unit_names(government)
    unit_id = _find_unit_id(str(values.get(key) or ""), names)
    rows = Record.objects.filter(table__schema=schema, table__year=year).exclude(pk=changed_id)
    rows = rows.filter(Q(table__body=government) | Q(table__body__parent=government)).select_related("table")
    for row in rows:
        if row.values.get(kind) == values.get(kind) and unit_id == _find_unit_id(str(row.values.get(key) or ""), names):
            return [f"同一单位只填一行：“{row.table.title}”中已有“{row.name}”，请修改原有的一行。"]
    return []


def make_unique_row_key(
    schema: TableSchema, body: Body, year: int | None, values: Mapping[str, object]
) -> tuple[object, ...] | None:
    """Return the key of a row that may exist only once, or None if several may."""
    if "grid" not in schema.view:
        return None
    government = find_government(body)
    unit = _find_unit_id(str(values.get(schema.all_fields[0].key) or ""), _map_unit_names(government))
    return (government.pk, year, unit, values.get(read_text(read_record(schema.view, "grid"), "what")))


def _map_unit_names(government: Body) -> dict[str, int]:
    rows = Body.objects.filter(path__startswith=government.path)
    names = dict(rows.filter(aliases__office=None, aliases__isnull=False).values_list("aliases__name", "pk"))
    for pk, name, short_name in rows.order_by("-path").values_list("pk", "name", "short_name"):
        names |= {name: pk, short_name: pk}
    return names


def _find_unit_id(unit_name: str, names: Mapping[str, int]) -> int | None:
    """Return the id of the unit of this name, also without 人民政府 or with 本级; None if unknown."""
    bare = unit_name.removesuffix("本级").strip()
    every = (bare, f"{bare}人民政府", f"{bare}政府") if bare else ()
    return next((names[name] for name in every if name in names), None)


def get_opinion_field(schema: TableSchema) -> SchemaField | None:
    """Return the field in which another unit gives its opinion, if the schema has one."""
    return next((field for field in schema.all_fields if field.opinion_of), None)


def list_opinion_units(schema: TableSchema, body: Body) -> QuerySet[Body]:
    """Return the units of the government that give the opinion which a schema asks for."""
    field = get_opinion_field(schema)
    words = [word for word in re.split(r"[、，,]", field.opinion_of) if word] if field else []
    query = reduce(or_, [Q(name__contains=word) for word in words], Q(pk__in=[]))
    rows = Body.objects.filter(path__startswith=find_government(body).path, active_to=None, merged_into=None)
    return rows.filter(query).exclude(pk=body.pk)


def list_reasons_unless_opinion_giver(by: Actor, target: Record) -> list[str]:
    """Return reasons unless the user is in the asked unit or is its stand-in.

    The author of the table may not give the opinion.
    """
    units = list_opinion_units(target.schema, target.table.body)
    is_asked = by.system or units.filter(pk__in=by.bodies).exists()
    if not is_asked and (units.exists() or not by.reaches(Role.CHIEF, path=target.table.body.path)):
        unit_labels = "、".join(unit.label for unit in units) or "宣传部门（由政务公开办登记其来函）"
        return [f"意见由{unit_labels}提出。"]
    hands = list(Hand.objects.filter(stream__in=(target.table.stream, target.stream)).values_list("person", "account"))
    if is_among(by, [person for person, _ in hands], [account for _, account in hands]):
        return ["填写这张表的人不能代为提出意见，请由另一人办理。"]
    return []


def list_reasons_unless_schema_manager(by: Actor, _: object) -> list[str]:
    """Return reasons unless the user is in the first government's 政务公开办."""
    return [] if by.system or runs_installation(by) else ["只有本系统最上一级政府的政务公开办可以修改表式。"]


def list_reasons_unless_any_staff(by: Actor, _: object) -> list[str]:
    """Return reasons unless the user works at a unit."""
    return [] if by.system or by.has(*WORKING_ROLES, Role.CHIEF) else ["只有各单位的工作人员可以填报。"]
