"""Coverage in the office: sums, matrix of a domain, gaps, orders to publish."""

from datetime import timedelta
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import respond_to_form, run_form_with_messages, run_with_messages
from gongkai.core.ledger.rectification import check_orderer
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import ANONYMOUS, Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.directory import actions, coverage, queries, rules
from gongkai.work.directory.coverage import CELL_STATES, CoverageCell
from gongkai.work.directory.forms import ItemDocumentsForm, PublicationOrderForm
from gongkai.work.directory.models import Catalogue, CatalogueItem
from gongkai.work.directory.states import CURRENT_STATES
from gongkai.work.directory.views.catalogues import get_requested_government

PAGE_SIZE = 100
#: Days that an order to publish gives by default.
DEFAULT_ORDER_DAYS = 14
#: Spreadsheet layout of the coverage list.
COVERAGE_SHEET = Sheet(
    "标准目录公开情况",
    (
        Column("domain", "公开领域", write=lambda one: one.item.catalogue.domain, width=16),
        Column("first", "一级事项", write=lambda one: one.item.first, width=20),
        Column("second", "二级事项", write=lambda one: one.item.second, width=20),
        Column("body", "单位", write=lambda one: one.body.name if one.body else one.item.responsible, width=28),
        Column("limit", "公开时限", write=lambda one: one.item.time_limit, width=24),
        Column("state", "情况", write=lambda one: one.words, width=14),
        Column("count", "已公开条数", write=lambda one: one.count, width=12),
        Column("last", "最近公开", write=lambda one: timezone.localtime(one.last).date() if one.last else None, width=12),
        Column("columns", "栏目", write=lambda one: "\n".join(c.title for c in one.columns), width=40),
    ),
)  # fmt: skip

#: Maximum number of documents in an item's columns that a page offers, newest first.
MAX_OFFERED_DOCUMENTS = 300
#: Maximum number of items in a domain's table; the list and the spreadsheet show all.
MAX_TABLE_ITEMS = 200


def show_coverage(request: HttpRequest) -> HttpResponse:
    """Show the coverage of the catalogue, or export the cells shown."""
    by = require_staff_actor(request)
    government = get_requested_government(request, by)
    catalogues = list(queries.list_catalogues_in_force(government))
    cells = coverage.list_cells(catalogues)
    _, domains, units = coverage.sum_cells(cells)
    domain, state = request.GET.get("domain", ""), request.GET.get("state", "")
    unit = parse_whole_number(request.GET.get("unit", ""))
    scope_sum, _, _ = coverage.sum_cells(cell for cell in cells if _matches_filters(cell, domain, unit, ""))
    matching_cells = [cell for cell in cells if _matches_filters(cell, domain, unit, state)]
    if request.GET.get("format") == "xlsx":
        return spreadsheet_response(
            COVERAGE_SHEET,
            matching_cells,
            f"{government.label}标准目录公开情况{timezone.localdate():%Y%m%d}",
            guide=False,
        )
    kept_query = f"domain={domain}&unit={unit if unit is not None else ''}&state={state}"
    chosen = next((catalogue for catalogue in catalogues if catalogue.domain == domain), None)
    page = get_page(request, matching_cells, PAGE_SIZE)
    context = {
        "government": government,
        "governments": queries.list_office_governments(by),
        "sum": scope_sum,
        "scope": [word for word in (domain and f"{domain}领域", _get_unit_name(unit, units)) if word],
        "states": [(key, text, light, scope_sum.counts[key]) for key, (light, text) in CELL_STATES.items()],
        "domains": sorted(domains.items()),
        "units": sorted(units.values(), key=lambda pair: (-pair[1].gaps, pair[0].position if pair[0] else 0)),
        "catalogue": chosen,
        "matrix": None if state or unit is not None else _make_coverage_matrix(cells, chosen),
        "domain": domain,
        "state": state,
        "unit": unit,
        "keeps": not rules.list_reasons_unless_catalogue_manager(by, government),
        "page": page,
        "seen_columns": coverage.find_seen_columns(by, page.object_list),
        "query": request.GET.urlencode(),
        "export": f"?{kept_query}&format=xlsx",
        **_make_order_form(chosen, unit, matching_cells, by),
    }
    return render(request, "directory/coverage.html", context)


def _get_unit_name(unit: int | None, units: dict[int, tuple[Body | None, coverage.StateCounts]]) -> str:
    """Return the name of the chosen unit, or ""."""
    body = units[unit][0] if unit in units else None
    return body.label if body else ("没有对应单位的" if unit == 0 else "")


def _matches_filters(cell: CoverageCell, domain: str, unit: int | None, state: str) -> bool:
    """Return true if a cell is of the domain, unit and state; "" and None match all."""
    if domain and cell.item.catalogue.domain != domain:
        return False
    if unit is not None and (cell.body.pk if cell.body else 0) != unit:
        return False
    return not state or cell.state == state or (state == "gap" and cell.is_gap)


def _make_coverage_matrix(cells: list[CoverageCell], catalogue: Catalogue | None) -> dict[str, object] | None:
    """Return items down and units across for one domain.

    None without a domain, without known units, or with more than 30 units.
    """
    own_cells = [cell for cell in cells if catalogue and cell.item.catalogue_id == catalogue.pk]
    bodies = {cell.body.pk: cell.body for cell in own_cells if cell.body}
    if not own_cells or not bodies or len(bodies) > 30:
        return None
    heads: list[Body | None] = [*sorted(bodies.values(), key=lambda body: (body.position, body.pk))]
    if any(cell.body is None for cell in own_cells):
        heads.append(None)
    by_item: dict[int, dict[int, CoverageCell]] = {}
    for cell in own_cells:
        by_item.setdefault(cell.item.pk, {})[cell.body.pk if cell.body else 0] = cell
    items = {cell.item.pk: cell.item for cell in own_cells}
    rows = [
        (items[number], [cells_by_unit.get(body.pk if body else 0) for body in heads])
        for number, cells_by_unit in by_item.items()
    ]
    return {"heads": heads, "rows": rows[:MAX_TABLE_ITEMS], "hidden": max(0, len(rows) - MAX_TABLE_ITEMS)}


def _make_order_form(
    catalogue: Catalogue | None, unit: int | None, shown_cells: list[CoverageCell], by: Actor
) -> dict[str, object]:
    """Return the form of an order if one domain and one unit with gaps are chosen."""
    if (
        catalogue is None
        or not unit
        or not any(cell.is_gap for cell in shown_cells)
        or check_orderer(by, catalogue.government)
    ):
        return {"order_form": None}
    body = next(cell.body for cell in shown_cells if cell.body)
    return {
        "order_form": PublicationOrderForm(
            initial={"until": timezone.localdate() + timedelta(days=DEFAULT_ORDER_DAYS)}
        ),
        "order_body": body,
    }


def choose_item_documents(request: HttpRequest, number: int, unit: int) -> HttpResponse:
    """Choose which documents in an item's columns belong to the item and unit."""
    by = require_staff_actor(request)
    item = get_visible_or_404(request.user, CatalogueItem, number)
    body = get_object_or_404(item.bodies.all(), pk=unit)
    if reasons := rules.list_reasons_unless_catalogue_manager(by, item):
        raise PermissionDenied(reasons[0])
    finding = item.findings.filter(unit=body).first()
    chosen = {document.pk for document in finding.documents.all()} if finding else set()
    shelves, hidden = _list_documents(item, body, chosen)
    form = ItemDocumentsForm(
        request.POST if request.method == "POST" else None, shelves=shelves, chosen_documents=chosen
    )
    if run_form_with_messages(
        request,
        form,
        lambda **facts: actions.record_item_documents(item, by=by, body=body, **facts),
        "已保存核对结果，公开情况已按核对结果计算。",
    ):
        query = urlencode({"government": item.catalogue.government_id, "domain": item.catalogue.domain})
        return redirect(f"{reverse('directory:coverage')}?{query}")
    context = {
        "item": item,
        "body": body,
        "form": form,
        "shelves": shelves,
        "hidden": hidden,
        "chosen": chosen,
        "finding": finding,
    }
    return render(request, "directory/documents.html", context)


@require_POST
def confirm_item_document(request: HttpRequest, number: int, unit: int) -> HttpResponse:
    """Confirm in one click that the text shown in a cell is its item."""
    by = require_staff_actor(request)
    item = get_visible_or_404(request.user, CatalogueItem, number)
    body = get_object_or_404(item.bodies.all(), pk=unit)
    newest = parse_whole_number(request.POST.get("newest", ""))

    def record_shown_texts() -> None:
        """Record the shown text as the item's (Refused: texts changed since, or several wait)."""
        cells = coverage.list_cells([item.catalogue], bodies=[body.pk])
        cell = next((one for one in cells if one.item.pk == item.pk and one.body == body), None)
        public_text = cell.newest_asked if cell else None
        if cell is None or public_text is None or public_text.document != newest:
            raise Refused("栏目中的信息刚刚有变化，没有保存：请再看一次后确认。")
        if len(cell.asked) > 1:
            raise Refused(f"栏目中有{len(cell.asked)}条信息要核对，请点“核对”，选出哪几条是这一事项。")
        documents = {text.document for text in (*cell.counted, *cell.asked)}
        actions.record_item_documents(item, by=by, body=body, documents=Document.objects.filter(pk__in=documents))

    run_with_messages(request, record_shown_texts, "已确认，按已公开计算。")
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return redirect(f"{reverse('directory:coverage')}?{query}")


def _list_documents(item: CatalogueItem, body: Body, chosen_documents: set[int]) -> tuple[list[Shelf], int]:
    """Return (public documents of a unit in an item's columns, number of others not returned).

    Titles most like the item's name come first.
    """
    rows = shelf_visible_to(ANONYMOUS).filter(column__in=item.columns.all(), body=body)
    newest = rows.order_by("-published_at", "-document")[:MAX_OFFERED_DOCUMENTS]
    shelves_by_document = {shelf.document_id: shelf for shelf in (*newest, *rows.filter(document__in=chosen_documents))}
    count = rows.order_by().values("document").distinct().count()
    name = item.second or item.first
    name_bigrams = {name[index : index + 2] for index in range(len(name) - 1)}
    shelves = sorted(shelves_by_document.values(), key=lambda one: -sum(pair in one.title for pair in name_bigrams))
    return shelves, count - len(shelves)


@require_POST
def order_publication_view(request: HttpRequest, number: int, unit: int) -> HttpResponse:
    """Order a unit to publish the items of a domain that are not public."""
    by = require_staff_actor(request)
    catalogue = get_visible_or_404(by, Catalogue, number, state__in=CURRENT_STATES)
    body = get_visible_or_404(by, Body, unit)
    return respond_to_form(
        request,
        PublicationOrderForm(request.POST),
        lambda **facts: actions.order_publication(catalogue, by=by, body=body, **facts),
        "已下达补充公开的要求。",
        reverse("directory:coverage"),
    )
