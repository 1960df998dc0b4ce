"""Pages of unit groups and their members, with a test field for printed names."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units import actions, naming, queries, rules
from gongkai.core.units.actors import get_actor
from gongkai.core.units.forms.bodies import EmptyForm, GroupForm
from gongkai.core.units.models import Body, UnitGroup
from gongkai.core.units.views.act import ActPage, get_target_url
from gongkai.core.units.views.bodies import find_body, find_start_government, number_in_query
from gongkai.core.widgets.paging import get_page as list_page
from gongkai.core.widgets.paging import url_with_parameters
from gongkai.core.widgets.query_parameters import asks_file

#: Names that are resolved by custom, shown so that clerks do not store them as groups.
CUSTOMARY_EXAMPLES = ("各区县政府", "各管委会", "各乡镇（街道）", "各部门")
#: Kind of a resolved name → Chinese label.
RESOLUTION_LABELS = {
    naming.ResolutionKind.EXACT: "名称一致",
    naming.ResolutionKind.ALIAS: "别名或简称",
    naming.ResolutionKind.GROUP: "单位组",
    naming.ResolutionKind.OPEN: "范围不确定，须由人指明",
    naming.ResolutionKind.UNKNOWN: "未能对应",
}


#: Groups per page; each lists its members.
GROUPS_PER_PAGE = 20
#: Columns of the spreadsheet of groups.
GROUPS_SHEET = Sheet(
    "单位组",
    (
        Column("name", "写法", write=lambda row: row[0].name, width=28),
        Column("other_names", "也写作", write=lambda row: row[0].other_names, width=28),
        Column("open_ended", "范围不确定", write=lambda row: "是" if row[0].open_ended else "", width=12),
        Column("members", "单位", write=lambda row: "、".join(one.name for one in row[1]), width=60),
        Column("out", "除外", write=lambda row: "、".join(one.name for one in row[2]), width=40),
    ),
)


def _split_members(group: UnitGroup, catalogue: naming.NameCatalogue) -> tuple[list[Body], list[Body]]:
    """Return (members of a group today, bodies that it excludes)."""
    return queries.list_members(group, catalogue), [m.body for m in group.members.all() if m.excluded]


def groups_page(request: HttpRequest) -> HttpResponse:
    """Page: the groups of one government with today's members; `export` downloads all as a spreadsheet."""
    by = get_actor(request.user)
    bodies = queries.visible_to(by)
    government = bodies.filter(pk=number_in_query(request, "government")).first() or find_start_government(by)
    catalogue = queries.load_catalogue()
    rows = UnitGroup.objects.filter(government=government).prefetch_related("members__body")
    if asks_file(request):
        lines = ((row, *_split_members(row, catalogue)) for row in rows)
        return spreadsheet_response(GROUPS_SHEET, lines, f"{government or ''}{GROUPS_SHEET.name}", guide=False)
    page = list_page(request, rows, GROUPS_PER_PAGE)
    name = request.GET.get("name", "").strip()[:200]
    home = catalogue.bodies.get(government.pk) if government else None
    custom = [naming.resolve(value, home, catalogue) for value in CUSTOMARY_EXAMPLES] if home else []
    trial_resolution = naming.resolve(name, home, catalogue) if name and home else None
    context = {
        "government": government,
        "governments": queries.list_governments(queries.existing_bodies(bodies))
        .filter(children__isnull=False)
        .distinct()
        .order_by("path"),
        "page": page,
        "groups": [(group, *_split_members(group, catalogue)) for group in page],
        "export_url": url_with_parameters(request, export="1", page=""),
        "custom": [resolution for resolution in custom if resolution.bodies],
        "name": name,
        "tried": trial_resolution,
        "tried_kind": RESOLUTION_LABELS[trial_resolution.kind] if trial_resolution else "",
        "may": government is not None and not rules.check_units_manager(by, government),
    }
    return render(request, "units/groups.html", context)


def find_group(request: HttpRequest, pk: int) -> UnitGroup:
    """Return a group of a government visible to the user, or raise 404."""
    return get_visible_or_404(request.user, UnitGroup, pk)


CREATE_GROUP_PAGE = ActPage(
    actions.create_group, GroupForm, find_body, done=lambda target, result: get_target_url(result)
)
EDIT_GROUP_PAGE = ActPage(actions.edit_group, GroupForm, find_group)
REMOVE_GROUP_PAGE = ActPage(
    actions.remove_group,
    EmptyForm,
    find_group,
    explain="已经导入的通知不受影响；以后这个写法按惯例理解，或由人指明。",
)
