"""Pages 标准目录: items that local governments must publish, by domain, with links."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.views.promises import get_government
from gongkai.work.directory import coverage, queries
from gongkai.work.directory.catalogue_sheet import CATALOGUE_SHEET, make_sheet_rows
from gongkai.work.directory.models import Catalogue


def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Page: the domains of the site's government with check results, also as spreadsheet."""
    tree = get_site(request)
    government = get_government(tree)
    catalogues = queries.visible_to(None).filter(government=government).order_by("domain")
    if request.GET.get("table") == "xlsx":
        return _export(request, catalogues, f"{government.label}基层政务公开标准目录")
    context = {
        "catalogues": catalogues,
        "government": government,
        "checks": queries.list_published_check_results(tree.website.pk),
    }
    return render(request, "portal/catalogue.html", context, keep="figures")


def domain_page(request: HttpRequest, number: int) -> HttpResponse:
    """Page: one domain with items, columns and published counts."""
    tree = get_site(request)
    catalogue = queries.visible_to(None).filter(pk=number, government=get_government(tree)).first()
    if catalogue is None:
        raise Http404("没有这个领域的目录，或者已有新版")
    if request.GET.get("table") == "xlsx":
        return _export(request, [catalogue], f"{catalogue.domain}领域标准目录")
    query = clean_query(request.GET.get("q", ""), 100)
    counts: dict[int, int] = {}
    unsure: set[int] = set()
    mapped: set[int] = set()
    columns: dict[int, dict[str, str]] = {}
    for cell in coverage.list_cells([catalogue]):
        counts[cell.item.pk] = counts.get(cell.item.pk, 0) + cell.count
        if cell.state == "unsure":
            unsure.add(cell.item.pk)
        if cell.columns:
            mapped.add(cell.item.pk)
        for text in cell.counted:
            if (node := tree.nodes.get(text.column)) is not None:
                columns.setdefault(cell.item.pk, {})[node.url] = node.name
    rows = [
        (item, list(columns.get(item.pk, {}).items()), counts.get(item.pk, 0), item.pk in unsure, item.pk in mapped)
        for item in catalogue.items.order_by("position", "pk")
        if query in item.title or query in item.content
    ]
    context = {"catalogue": catalogue, "rows": rows, "asked": query}
    return render(request, "portal/catalogue_domain.html", context, keep="figures")


def _export(request: HttpRequest, visible_catalogues: object, name: str) -> HttpResponse:
    """Return the catalogues as a spreadsheet."""
    catalogues: list[Catalogue] = list(visible_catalogues)  # type: ignore[call-overload]
    answer = spreadsheet_response(
        CATALOGUE_SHEET, make_sheet_rows(catalogues), f"{name}{timezone.localdate():%Y%m%d}", guide=False
    )
    return finish_response(request, answer, "private")
