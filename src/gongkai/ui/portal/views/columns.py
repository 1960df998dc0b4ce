"""Pages of columns, units and the disclosure platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from gongkai.content.editions import queries
from gongkai.content.editions.models import Column, ColumnKind, Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import ListPage
from gongkai.core.units.models import Body, BodyKind
from gongkai.lib.matching.folding import fold
from gongkai.ui.portal.caching import get_reader
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.service_cards import list_column_actions, list_unit_actions
from gongkai.ui.portal.tree import ColumnNode, SiteTree
from gongkai.ui.portal.views.redirects import redirect_to_site
from gongkai.work.consultation.models import ContactPhone, ServiceWindow
from gongkai.work.tables.models import TableSchema
from gongkai.work.tables.public import get_topic_links, list_schemas_on_site

#: Blocks of a topic with their kinds of information, in order.
KINDS_BY_BLOCK: dict[str, tuple[str, ...]] = {
    "policies": (ItemKind.POLICY, ItemKind.NORMATIVE, ItemKind.PLAN),
    "interpretations": (ItemKind.INTERPRETATION,),
    "questions": (ItemKind.GUIDE,),
    "notices": (ItemKind.NOTICE, ItemKind.LIVELIHOOD, ItemKind.PROJECT, ItemKind.FINANCE),
}
#: Name of a block → its Chinese heading.
BLOCK_LABELS = {
    "policies": "政策文件",
    "interpretations": "政策解读",
    "questions": "办事与问答",
    "notices": "公告与落实",
}
#: Rows of a block.
ROWS_PER_BLOCK = 6
#: Newest rows of a topic read for all blocks.
MAX_TOPIC_ROWS_READ = 120
#: Ending of columns that show each form (文字、图片、视频……) in its own block.
INTERPRETATION_SUFFIX = "解读"
#: Maximum number of blocks of an interpretation column.
MAX_FORM_BLOCKS = 8


@dataclass(frozen=True)
class ColumnBlock:
    """A block of a page: label, rows, and URL of all rows."""

    name: str
    label: str
    rows: list[Shelf]
    url: str


def build_topic_blocks(request: HttpRequest, node: ColumnNode) -> dict[str, object]:
    """Return the blocks of a topic, by kind and by sub-column."""
    newest = queries.list_page(
        get_reader(request), website=node.website_id, column=node.pk, size=MAX_TOPIC_ROWS_READ
    ).rows
    columns = build_form_blocks(request, node)
    documents_in_columns = {row.document_id for block in columns for row in block.rows}
    blocks = []
    for name, kinds in KINDS_BY_BLOCK.items():
        rows = [row for row in newest if row.kind in kinds]
        if rows:
            more_url = f"{node.url}?kind={name}" if len(rows) > ROWS_PER_BLOCK else ""
            blocks.append(ColumnBlock(name, BLOCK_LABELS[name], rows[:ROWS_PER_BLOCK], more_url))
    listed = {kind for kinds in KINDS_BY_BLOCK.values() for kind in kinds}
    shelves = [row for row in newest if row.kind not in listed and row.document_id not in documents_in_columns]
    if shelves:
        blocks.append(ColumnBlock("others", "工作动态及其他", shelves[:ROWS_PER_BLOCK], ""))
    return {"blocks": blocks, "columns": columns}


def is_grouped_by_form(node: ColumnNode) -> bool:
    """Return true if a column shows its content in a block for each form: 文字解读, 图片解读, 视频解读."""
    return node.name.endswith(INTERPRETATION_SUFFIX) and len([c for c in node.children if not c.leads_away]) > 1


def build_form_blocks(request: HttpRequest, node: ColumnNode) -> list[ColumnBlock]:
    """Return a block with the newest rows of each sub-column that is neither link nor archived, up to a limit."""
    children = [child for child in node.children if not child.leads_away and not child.archived_at][:MAX_FORM_BLOCKS]
    newest = queries.list_newest_by_column(get_reader(request), [child.pk for child in children], ROWS_PER_BLOCK)
    return [ColumnBlock(f"c{child.pk}", child.name, newest[child.pk], child.url) for child in children]


def column_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a column with its subtree, or redirect if it is a link to another page."""
    tree = get_site(request)
    node = tree.nodes.get(number)
    if node is None:
        sites = Column.objects.filter(pk=number, opened_at__isnull=False).values_list("website", flat=True)
        return redirect_to_site(request, sites, "没有这个栏目")
    if node.leads_away:
        return HttpResponseRedirect(node.link)
    kinds = _read_kinds(request)
    page = _load_list_page(request, tree, column=number, kinds=kinds, news=node.fixed == "platform")
    context = {
        "node": node,
        "actions": list_column_actions(node),
        "page": page,
        "at_start": not ("after" in request.GET or "before" in request.GET),
        **_build_page_links(request, page),
    }
    if node.fixed == "platform":
        return render(
            request, "portal/platform.html", {**context, "missing": _list_missing_columns(tree, node)}, keep="list"
        )
    if context["at_start"] and not kinds:
        if node.kind == ColumnKind.TOPIC:
            context["table"] = get_topic_links(tree.website.pk, node.name)
            return render(request, "portal/topic.html", {**context, **build_topic_blocks(request, node)}, keep="list")
        if is_grouped_by_form(node):
            context["forms"] = build_form_blocks(request, node)
    if not page.rows:
        context["tables"] = _list_tables_about(tree, node.name)
    context["kind_label"] = "、".join(str(label) for kind, label in ItemKind.choices if kind in kinds)
    return render(request, "portal/column.html", context, keep="list")


def _list_tables_about(tree: SiteTree, name: str) -> list[TableSchema]:
    """Return the public tables whose label or description names a column: 便民服务点 for 发热门诊."""
    column_name = fold(name).removesuffix("单位")
    schemas = [offered.schema for offered in list_schemas_on_site(tree.website.pk)]
    return [schema for schema in schemas if column_name in fold(f"{schema.label}{schema.intro}")]


def _read_kinds(request: HttpRequest) -> tuple[str, ...]:
    """Return the kinds of the requested block, or the requested kind; empty for all."""
    kind = request.GET.get("kind", "")
    return KINDS_BY_BLOCK.get(kind) or ((kind,) if kind in ItemKind.values else ())


def _list_missing_columns(tree: SiteTree, node: ColumnNode) -> list[str]:
    """Return the required columns that the disclosure platform lacks; none for other columns."""
    if node.fixed != "platform":
        return []
    required = {"guide": "政府信息公开指南", "rules": "政府信息公开制度", "annual": "政府信息公开年报"}
    return [name for key, name in required.items() if tree.find_fixed_column(key) is None]


#: Groups of the unit list in order; units of lower governments are below these.
UNIT_GROUPS = (
    ("政府及办公室", (BodyKind.GOVERNMENT, BodyKind.GENERAL_OFFICE)),
    ("政府部门", (BodyKind.DEPARTMENT, BodyKind.COMMITTEE)),
    ("区县政府", (BodyKind.DISTRICT,)),
    ("乡镇政府、街道办事处", (BodyKind.TOWNSHIP, BodyKind.SUBDISTRICT)),
    ("事业单位和国有企业", (BodyKind.INSTITUTION, BodyKind.ENTERPRISE, BodyKind.OTHER)),
)


#: Number of units above which those of districts are only on their district's page.
MAX_UNITS_ON_ONE_PAGE = 300


def units_page(request: HttpRequest) -> HttpResponse:
    """Page: the publishing units by kind, with telephone numbers."""
    bodies, districts_by_unit = _list_units_below(get_site(request).website.body, MAX_UNITS_ON_ONE_PAGE)
    names = {body.pk: body.name for body in bodies}
    groups: dict[str, list[Body]] = {label: [] for label, _ in UNIT_GROUPS}
    for body in bodies:
        kind_label = next(label for label, kinds in UNIT_GROUPS if body.kind in kinds)
        groups.setdefault(names.get(districts_by_unit.get(body.pk, 0), kind_label), []).append(body)
    filled_groups = [(label, members) for label, members in groups.items() if members]
    return render(request, "portal/units.html", {"groups": filled_groups}, keep="list")


def _list_units_below(top: Body, max_units: int) -> tuple[list[Body], dict[int, int]]:
    """Return (active units at and below a unit, {unit id: district id}).

    If there are more than `max_units`, the units below districts are left out.
    """
    rows = Body.objects.filter(path__startswith=top.path, active_to=None, merged_into=None)
    places = list(rows.values_list("pk", "path", "kind"))
    districts = {pk for pk, _, kind in places if kind == BodyKind.DISTRICT and pk != top.pk}
    districts_by_unit: dict[int, int] = {}
    for pk, path, _ in places:
        ancestor_ids = (int(number_text) for number_text in path.strip("/").split("/")[:-1])
        if (district := next((number for number in ancestor_ids if number in districts), None)) is not None:
            districts_by_unit[pk] = district
    if len(places) > max_units:
        rows = rows.filter(pk__in=[pk for pk, _, _ in places if pk not in districts_by_unit])
    numbers = Prefetch("contact_phones", ContactPhone.objects.filter(closed_at=None), to_attr="phones")
    return list(rows.order_by("position", "pk").prefetch_related(numbers)), districts_by_unit


def unit_page(request: HttpRequest, number: int) -> HttpResponse:
    """Page: a unit's contact details and publications."""
    tree = get_site(request)
    body = Body.objects.filter(pk=number).first()
    if body is None:
        raise Http404("没有这个单位")
    page = _load_list_page(request, tree, body=number)
    phones = ContactPhone.objects.filter(body=body, closed_at=None)
    windows = ServiceWindow.objects.filter(body=body, closed_on=None)
    district = body.kind == BodyKind.DISTRICT and body.alive
    lower_units = (
        [unit for unit in _list_units_below(body, MAX_UNITS_ON_ONE_PAGE)[0] if unit.pk != body.pk] if district else []
    )
    context = {"body": body, "phones": phones, "windows": windows, "below": lower_units, "page": page}
    context["actions"] = list_unit_actions(body)
    return render(request, "portal/unit.html", {**context, **_build_page_links(request, page)}, keep="list")


def redirect_to_platform(request: HttpRequest) -> HttpResponse:
    """Redirect the short URL of the disclosure platform."""
    node = get_site(request).find_fixed_column("platform")
    if node is None:
        raise Http404("没有政府信息公开平台")
    return HttpResponseRedirect(node.url)


class ListingFilter(TypedDict, total=False):
    """The filters of a list of documents; as in `queries.list_page`."""

    column: int
    body: int
    kinds: Sequence[str]
    news: bool


def _load_list_page(request: HttpRequest, tree: SiteTree, **which: Unpack[ListingFilter]) -> ListPage:
    """Return the requested page of a list."""
    return queries.list_page(
        get_reader(request),
        website=tree.website,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        **which,
    )


def _build_page_links(request: HttpRequest, page: ListPage) -> dict[str, str]:
    """Return the URLs of the next and previous page with the chosen kind, "" if there is none."""
    kind_parameter = {"kind": request.GET["kind"]} if request.GET.get("kind") and _read_kinds(request) else {}
    return {
        "next": f"{request.path}?{urlencode({**kind_parameter, 'after': page.next})}" if page.next else "",
        "previous": f"{request.path}?{urlencode({**kind_parameter, 'before': page.previous})}" if page.previous else "",
    }
