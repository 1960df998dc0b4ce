"""Who may do what with tables; each rule returns the reasons against it, in Chinese.

| act | who |
|---|---|
| open, change, fill in, confirm, hand in a table, note where it was posted | who works for its unit, the 政务公开办 over it |
| change a schema, make one | the 政务公开办 |
| order a rectification | the 政务公开办 over the unit (`ledger.rectification`) |
"""

from django.db.models import Q

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.rules import STAFF
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import government_over
from gongkai.core.units.rules import runs_installation
from gongkai.work.tables.models import Posting, PostingPaper, PublicTable, Record, TableSchema

WORKING = STAFF


def body_of(target: object) -> Body:
    """Return whose table it is."""
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


def works(by: Actor, target: PublicTable | Record | Posting | PostingPaper | Body) -> list[str]:
    """Who works for the unit, and the 政务公开办 over it."""
    body = body_of(target)
    if by.system or by.has(*WORKING, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path):
        return []
    return [f"只有填报单位（{body.label}）的工作人员可以办理。"]


def kept_elsewhere(schema: TableSchema, body: Body) -> list[str]:
    """Say that tables of a kind are kept by other units, where a schema names them."""
    if schema.kept_by(body):
        return []
    return [f"“{schema.label}”由{schema.keepers}部门填报，{body.label}不填报这张表。"]


def unknown_unit(schema: TableSchema, body: Body, named: str) -> list[str]:
    """Say that a row of a table of units and years (预决算) names no unit of the government: its place in the table would stay empty."""
    if "grid" not in schema.view:
        return []
    bare = named.removesuffix("本级").strip()
    rows = Body.objects.filter(path__startswith=government_over(body).path)
    names = [bare, *(f"{bare}{ending}" for ending in ("人民政府", "政府"))]
    named_so = Q(name__in=names) | Q(short_name__in=names) | Q(aliases__name__in=names, aliases__office=None)
    if rows.filter(named_so).exists():
        return []
    return [f"单位名录中没有“{named[:60]}”：请填写本级政府或者所属单位的全称、简称，政府填写“××市”。"]


def shapes(by: Actor, _: object) -> list[str]:
    """The 政务公开办 of the first government: a schema is shown to all."""
    return [] if by.system or runs_installation(by) else ["只有本系统最上一级政府的政务公开办可以修改表式。"]


def staff(by: Actor, _: object) -> list[str]:
    """Whoever works at a unit."""
    return [] if by.system or by.has(*WORKING, Role.CHIEF) else ["只有各单位的工作人员可以填报。"]
