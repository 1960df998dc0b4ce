"""Operations: columns and units."""

from gongkai.core.units.models import Body
from gongkai.ui.opendata.operations import JsonAnswer, ObjectShape, RequestedSite, ValueShape, operation, take_page
from gongkai.ui.opendata.parameters import ParameterValues
from gongkai.ui.portal.tree import ColumnNode

COLUMN_SHAPE = ObjectShape(
    "Column",
    "一个栏目",
    id=ValueShape("number", "栏目编号", 12),
    name=ValueShape("text", "名称", "政策文件"),
    path=ValueShape(["text"], "从一级栏目起的路径", ["政府信息公开", "政策文件"]),
    parent_id=ValueShape("number", "上级栏目编号，一级栏目为 null", 2, nullable=True),
    content=ValueShape("text", "公开什么", "市政府和各部门的政策文件"),
    owner=ValueShape("text", "责任单位", "云岭市人民政府办公室"),
    cycle=ValueShape("text", "更新周期", "每月"),
    archived=ValueShape("yes", "是否已经归档，不再更新", False),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/columns/12/"),
)
UNIT_SHAPE = ObjectShape(
    "Unit",
    "一个单位",
    id=ValueShape("number", "单位编号", 3),
    name=ValueShape("text", "名称", "云岭市住房和城乡建设局"),
    code=ValueShape("text", "统一社会信用代码或单位代码", ""),
    address=ValueShape("text", "办公地址", "云岭市人民路1号"),
    hours=ValueShape("text", "办公时间", "工作日9:00—17:00"),
    phone=ValueShape("text", "电话", "0871-0000000"),
    disclosure_office=ValueShape("text", "政府信息公开工作机构", "办公室（政务公开科）"),
    postcode=ValueShape("text", "邮政编码", "650000"),
    fax=ValueShape("text", "传真号码", "0871-0000001"),
    email=ValueShape("text", "电子邮箱", "zwgk@yunling.example"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/units/3/"),
)


def describe_column(node: ColumnNode, site: RequestedSite) -> JsonAnswer:
    """Return one open column."""
    return COLUMN_SHAPE.describe(
        node,
        id=node.pk,
        path=[step.name for step in node.line],
        parent_id=node.parent.pk if node.parent else None,
        archived=node.archived is not None,
        url=node.link if node.leads_away else site.at(node.url),
    )


@operation("listColumns", "columns/", "栏目", "本站已开通的全部栏目，上级在前。", COLUMN_SHAPE, listed=True)
def list_columns(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List all open columns of the site, parents first."""
    some, following = take_page(list(site.tree.nodes.values()), values)
    return {"items": [describe_column(node, site) for node in some], "next": following}


@operation("listUnits", "units/", "单位", "在本站公开信息的单位。", UNIT_SHAPE, listed=True)
def list_units(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List the existing units at and below the site's own."""
    top = site.tree.website.body.path
    bodies = Body.objects.filter(path__startswith=top, active_to=None, merged_into=None)
    some, following = take_page(list(bodies.order_by("position", "pk")), values)
    items = [UNIT_SHAPE.describe(body, id=body.pk, url=site.at(f"/units/{body.pk}/")) for body in some]
    return {"items": items, "next": following}
