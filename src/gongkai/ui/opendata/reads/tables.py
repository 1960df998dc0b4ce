"""Operations: public tables and their rows."""

from collections.abc import Mapping

from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.ui.opendata.operations import (
    LINK_SHAPE,
    JsonAnswer,
    ObjectShape,
    RequestedSite,
    ValueShape,
    format_time,
    operation,
)
from gongkai.ui.opendata.parameters import ItemNotPublic, OperationParameter, ParameterValues
from gongkai.work.tables import public
from gongkai.work.tables.models import TableSchema
from gongkai.work.tables.public import TablePage

#: Largest position of a table or row in a cursor.
MAX_CURSOR_POSITION = 10_000_000
TABLE_SHAPE = ObjectShape(
    "Table",
    "一种公开表：名录、专题数据、办事指南、权责清单、查阅点",
    key=ValueShape("text", "代号", "school"),
    label=ValueShape("text", "名称", "学校"),
    group=ValueShape("text", "类别", "公共企事业单位"),
    tables=ValueShape("number", "公开了几张表（办事指南为几条）", 6),
    rows=ValueShape("text", "各行在本接口中的地址", "https://www.yunling.example/api/v1/tables/school/"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/tables/school/"),
)
TABLE_ROW_SHAPE = ObjectShape(
    "TableRow",
    "公开表的一行",
    unit_id=ValueShape("number", "填报单位编号", 5),
    unit=ValueShape("text", "填报单位", "云岭市教育局"),
    year=ValueShape("number", "年度，不分年度则为 null", 2026, nullable=True),
    values=ValueShape({}, "各字段的值，按字段名称", {"名称": "云岭市第一中学", "联系电话": "0871-0000000"}),
    policies=ValueShape([LINK_SHAPE], "这一行的政策依据；不在公开网站上的文件没有地址"),
    published_at=ValueShape("text", "公开时间", "2026-05-28T15:00:00+08:00"),
    url=ValueShape("text", "所在公开信息的网页地址", "https://www.yunling.example/columns/50/700.html"),
)


@operation(
    "listTables",
    "tables/",
    "公开表",
    "本站公开了哪些表，各在哪里。",
    TABLE_SHAPE,
    tool="list_public_tables",
    listed=True,
)
def list_tables(site: RequestedSite, values: Mapping[str, object]) -> JsonAnswer:
    """List the schemas with public rows."""
    items = [
        {
            "key": offered.schema.key,
            "label": offered.label,
            "group": offered.schema.get_group_display(),
            "tables": offered.count,
            "rows": site.at(f"/api/v1/tables/{offered.schema.key}/"),
            "url": site.at(f"/tables/{offered.schema.key}/"),
        }
        for offered in public.list_schemas_on_site(site.number)
    ]
    return {"items": items, "next": ""}


@operation(
    "listTableRows",
    "tables/{key}/",
    "公开表的各行",
    "一种公开表的各行，年度新的在前，各单位的在一起。q 只要有这些字的行。",
    TABLE_ROW_SHAPE,
    OperationParameter("key", "公开表的代号", example="school", in_path=True, required=True),
    OperationParameter("unit", "填报单位编号", "number", example=3),
    OperationParameter("year", "年度", "year", example=2026),
    OperationParameter("q", "行中的字", example="中学"),
    tool="get_public_table",
    listed=True,
)
def list_table_rows(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List the rows of all units under a schema (ItemNotPublic: no such table)."""
    schema = TableSchema.objects.filter(key=values["key"], active=True).first()
    placed = public.list_pages(site.number, schema, values["unit"]) if schema else []
    if schema is None or (not placed and values["unit"] is None):
        raise ItemNotPublic("没有这样的公开表，或者已经撤回。")
    yearly_pages = [table_page for table_page in placed if values["year"] in (None, table_page.year)]
    start, _, skip = values["cursor"].partition(".")
    table, row = parse_whole_number(start, MAX_CURSOR_POSITION) or 0, parse_whole_number(skip, MAX_CURSOR_POSITION) or 0
    items: list[JsonAnswer] = []
    while table < len(yearly_pages) and len(items) < values["size"]:
        rows = _describe_rows(yearly_pages[table], values["q"], site)
        some = rows[row : row + values["size"] - len(items)]
        items += some
        table, row = (table, row + len(some)) if row + len(some) < len(rows) else (table + 1, 0)
    return {"items": items, "next": f"{table}.{row}" if table < len(yearly_pages) else ""}


def _describe_rows(table_page: TablePage, text: str, site: RequestedSite) -> list[JsonAnswer]:
    """Return the rows of tables that contain a text ("": all), with unit, year and policy bases."""
    filled = public.load_rows([table_page])
    return [
        {
            "unit_id": public_rows.body.pk,
            "unit": public_rows.body.name,
            "year": public_rows.year,
            "values": {field.head: field.show(row.get(field.key)) for field in public_rows.fields},
            "policies": [
                {"title": title, "url": site.at(path) if path else ""}
                for title, path in public_rows.list_bases_of_row(index)
            ],
            "published_at": format_time(public_rows.shelf.published_at),
            "url": site.at(public_rows.shelf.path),
        }
        for public_rows in filled
        for index, row in enumerate(public_rows.rows)
        if not text or any(text in str(value) for value in row.values())
    ]
