"""The list page of a register and its spreadsheet."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from gongkai.core.acts.actors import Actor
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.registers.bulk_actions import find_bulk_form, run_bulk_action
from gongkai.core.registers.columns import BoundColumn, Cell, ListLine
from gongkai.core.registers.filters import ListFilters, list_hidden_fields
from gongkai.core.registers.record import OfferedAction, make_offered_action
from gongkai.core.spreadsheets.importers import find_importer
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.paging import get_page, url_with_parameters
from gongkai.core.widgets.query_parameters import asks_file

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.registers.register import AnyRegister, Listing, Register

#: Value of the query parameter that shows the units without a row.
MISSING_UNITS_VIEW = "missing"
#: Maximum number of missing units named above the list.
MAX_NAMED_UNITS = 5


def build_headings(
    request: HttpRequest, columns: Sequence[BoundColumn], main: BoundColumn, order: str
) -> list[dict[str, object]]:
    """Return a dict for each column of the list: `head`, `css`, `main` (true for the column that names the row), `url`
    that sorts by it ("" for none), `sorted` (ascending, descending or "")."""
    heads: list[dict[str, object]] = []
    for column in columns:
        is_sorted = order.removeprefix("-") == column.order and bool(order)
        is_descending = is_sorted and order.startswith("-")
        next_order = column.order if not is_sorted or is_descending else f"-{column.order}"
        heads.append(
            {
                "head": column.head,
                "css": column.css,
                "main": column is main,
                "url": url_with_parameters(request, sort=next_order, page="") if column.order else "",
                "sorted": ("descending" if is_descending else "ascending") if is_sorted else "",
            }
        )
    return heads


def build_tabs(request: HttpRequest, filters: ListFilters) -> list[tuple[str, str, bool]]:
    """Return (label with number of rows, URL, chosen or not) for each choice of the filter that is drawn as tabs."""
    if not filters.tabs:
        return []
    chosen = str(filters.chosen.get(filters.tabs, ""))
    tabs = []
    for value, label in filters.form.fields[filters.tabs].choices:  # type: ignore[attr-defined]
        count = filters.rows({filters.tabs: value}).count()
        url = url_with_parameters(request, **{filters.tabs: value, "page": ""})
        tabs.append((f"{label} {count}", url, value == chosen))
    return tabs


def build_views(
    request: HttpRequest, count: int, missing: "list[Body] | None", *, shows_missing: bool
) -> list[tuple[str, str, bool]]:
    """Return (label, URL, true if current) of the two views of a list: present rows, and units without one.

    `shows_missing` is true in the second view; without `missing` units there are no views.
    """
    if missing is None:
        return []
    return [
        (f"已登记 {count}", url_with_parameters(request, show="", page=""), not shows_missing),
        (
            f"还没有登记的单位 {len(missing)}",
            url_with_parameters(request, show=MISSING_UNITS_VIEW, page=""),
            shows_missing,
        ),
    ]


Row = TypeVar("Row", bound=models.Model)
#: The second sheet of an exported file: units without a row.
MISSING_UNITS_SHEET = Sheet("还没有登记的单位", (Column("name", "单位", width=36),))


def list_view(register: "AnyRegister") -> Callable[..., HttpResponseBase]:
    """Return the view of a register's list, which also exports it and runs its bulk action."""

    def asked(request: HttpRequest, parent: int | None) -> "tuple[AnyRegister, Actor]":
        """Return (the register limited to its parent row, the actor) for a request."""
        by = require_staff_actor(request)
        return register.under(by, parent), by

    def rows(request: HttpRequest, parent: int | None = None) -> "AnyRows":
        limited, by = asked(request, parent)
        return limited.listing(request, by).rows

    def seen(request: HttpRequest, parent: int | None = None) -> "AnyRows":
        limited, by = asked(request, parent)
        return limited.exportable_rows(by)

    def page(request: HttpRequest, parent: int | None = None) -> HttpResponseBase:
        """Show the list, export it, or run a bulk action."""
        limited, by = asked(request, parent)
        listing = limited.listing(request, by)
        if asks_file(request):
            return _export_list(limited, listing)
        posted = limited.bulk_action and request.method == "POST"
        response = run_bulk_action(limited, request, listing) if posted else None
        return response or limited.draw(request, listing)

    return long_export(register.name, register.title, rows=rows, visible=seen, wants_file=asks_file)(page)


def _export_list(register: "Register[Row]", listing: "Listing[Row]") -> HttpResponse:
    """Return the rows of a list as a spreadsheet, with a sheet of units without a row."""
    more_sheets = [(MISSING_UNITS_SHEET, missing)] if (missing := register.missing_units(listing)) else []
    name = f"{register.file_name or register.heading}{listing.chosen.year or ''}"
    has_guide = register.file_sheet is not None and bool(register.importer)
    return spreadsheet_response(
        register.sheet, register.file_objects(listing), name, guide=has_guide, more_sheets=more_sheets
    )


def render_list(register: "Register[Row]", request: HttpRequest, listing: "Listing[Row]") -> HttpResponse:
    """Render the page of a list."""
    missing_units = register.missing_units(listing)
    shows_missing = request.GET.get("show") == MISSING_UNITS_VIEW and missing_units is not None
    page = get_page(request, listing.rows)
    rows = [] if shows_missing else register.prefetch(list(page), listing.by)
    bulk_form = find_bulk_form(register, request, listing)
    lines = [_build_line(register, row, listing.by, bulk_form.box(row) if bulk_form else None) for row in rows]
    context: dict[str, object] = {
        "register": register,
        "listing": listing,
        "heads": build_headings(request, register.columns_for("list"), register.main_column, listing.order),
        "lines": lines,
        "has_acts": any(line.acts for line in lines),
        "page": page,
        "ticking": bulk_form if any(line.box is not None for line in lines) else None,
        "missing": missing_units,
        "lacking": shows_missing,
        "lacking_rows": _list_missing_units(register, missing_units or [], listing) if shows_missing else [],
        "named": (missing_units or [])[:MAX_NAMED_UNITS],
        "views": build_views(request, page.paginator.count, missing_units, shows_missing=shows_missing),
        "tabs": build_tabs(request, listing.filters),
        "hidden": list_hidden_fields(listing.filters.form, request.GET, ("sort", "show")),
        "totals": register.totals(listing),
        "new_url": register.new_url(listing.by),
        "export_url": url_with_parameters(request, export="1", page="", show=""),
        "import_url": _get_import_url(register, listing.by),
        "sections": register.crumbs(),
    }
    return render(request, register.template, {**context, **register.extra_context(request, listing)})


def _build_line(register: "Register[Row]", row: Row, by: Actor, box: bool | None = None) -> ListLine:
    """Return a row of the list with its cells, links and offered actions; `box` is the state of its checkbox (None: no
    checkbox)."""
    cells = [Cell(column.head, column.cell(row), column.css) for column in register.columns_for("list")]
    links = [OfferedAction(text, url) for text, url in register.list_links(by, row)]
    # A button without form is on the record's page, or in the list if there are no record
    # pages.
    acts = [
        make_offered_action(register, act, row)
        for act in register.acts
        if register.acts_listed
        and act.listed
        and not act.part
        and not (act.quick and register.has_record)
        and act.is_offered(row, by)
    ]
    return ListLine(row, cells, register.get_url(row), [*links, *acts], box)


def _list_missing_units(
    register: "Register[Row]", missing_units: list[Body], listing: "Listing[Row]"
) -> list[tuple[Body, str]]:
    """Return the units without a row, each with the URL to create one (empty if not allowed)."""
    creatable_ids = set(register.new.targets(listing.by).values_list("pk", flat=True)) if register.new else set()
    return [(body, register.new_url_for(body, listing) if body.pk in creatable_ids else "") for body in missing_units]


def _get_import_url(register: "AnyRegister", by: Actor) -> str:
    """Return the URL to import rows; empty if the actor may not."""
    importer = find_importer(register.importer) if register.importer else None
    may_import = importer is not None and not importer.why_not(by)
    return reverse("spreadsheets:start", args=[register.importer]) if may_import else ""
