"""The processing fee as an item of the catalogue of charges (收费清单; R-06)."""

from django.db.models import QuerySet

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.reach import government_over
from gongkai.lib.law.fees import SOURCE, standard
from gongkai.work.tables.actions import add_record, open_table
from gongkai.work.tables.models import PublicTable, Record, TableSchema
from gongkai.work.tables.public import published
from gongkai.work.tables.queries import own_bodies
from gongkai.work.tables.rules import works

# The schema of the catalogue (tables/data/schemas.toml) and the name of the item.
CATALOGUE_SCHEMA, CATALOGUE_ITEM_NAME = "fee", "政府信息公开信息处理费"
FEE_LEGAL_BASIS = f"《中华人民共和国政府信息公开条例》第四十二条；《政府信息公开信息处理费管理办法》（{SOURCE}）"


def describe_fee_standard() -> str:
    """Return the fee standard as the text of one cell."""
    by = standard()
    items, pages = ("，".join(f"{count}{price}" for count, price in by[way]) for way in ("by_item", "by_page"))
    return f"按件：同一申请人一个自然月内{items}。按量：{pages}。同一申请只按一种计收。"


def list_catalogue_items(body: Body) -> QuerySet[Record]:
    """Return the fee's items in the catalogues of the unit's government."""
    return Record.objects.filter(
        table__schema__key=CATALOGUE_SCHEMA,
        table__body__path__startswith=government_over(body).path,
        name__contains="信息处理费",
    ).select_related("table")


def is_fee_public(website: int) -> bool:
    """Return whether a site shows a catalogue of charges with the fee."""
    schema = TableSchema.objects.filter(key=CATALOGUE_SCHEMA).first()
    if schema is None:
        return False
    shown = (row for public_rows in published(website, schema) for row in public_rows.rows)
    return any("信息处理费" in str(row.get("name", "")) for row in shown)


def get_listing_unit(by: Actor) -> Body | None:
    """Return the user's unit if it may list the fee and the item is missing, else None."""
    body = own_bodies(by).first()
    return None if body is None or list_catalogue_items(body).exists() else body


@action("requests.list_fee", label="把信息处理费列入收费清单", rule=works)
def list_fee(body: Body, *, by: Actor, phone: str = "") -> ActionResult:
    """Add the fee to the unit's catalogue of charges; the action's result is the `Record`."""
    if list_catalogue_items(body).exists():
        raise Refused("本级收费清单中已有信息处理费。")
    schema = TableSchema.objects.filter(key=CATALOGUE_SCHEMA, active=True).first()
    if schema is None:
        raise Refused("本系统没有使用“收费清单”这种表式，请政务公开办先启用。")
    table = PublicTable.objects.filter(schema=schema, body=body).first()
    table = table or open_table(body, by=by, schema=schema, phone=phone)
    values = {
        "name": CATALOGUE_ITEM_NAME,
        "category": "行政事业性收费",
        "payer": "申请数量、频次明显超过合理范围的申请人",
        "standard": describe_fee_standard(),
        "basis": FEE_LEGAL_BASIS,
        "collector": "收到申请的行政机关",
        "phone": phone,
    }
    made = add_record(table, by=by, values=values)
    return ActionResult(words=f"{CATALOGUE_ITEM_NAME}列入{table.title}", facts={"record": made.pk}, result=made)
