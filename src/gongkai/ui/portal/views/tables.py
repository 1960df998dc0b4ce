"""Pages 名录清单: published tables such as institutions, guides and power lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from gongkai.content.editions import hosts
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.models import Body
from gongkai.core.widgets.paging import numbered_page
from gongkai.core.widgets.query_parameters import parse_whole_number, parse_year
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.lib.typed_json import read_record, read_text
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.views.detail_rows import DetailRows, get_schema_label, load_detail_rows
from gongkai.ui.portal.views.promises import get_government
from gongkai.work.tables import public
from gongkai.work.tables.budget_duties import map_called_days
from gongkai.work.tables.charts import make_chart
from gongkai.work.tables.fields import SchemaField
from gongkai.work.tables.models import TableGroup, TableSchema
from gongkai.work.tables.public import PublicRows
from gongkai.work.tables.queries import (
    find_governments_without_site,
    list_departments,
    list_governments_under,
    map_first_publications,
)
from gongkai.work.tables.revisions import make_bases_cell, make_sheet
from gongkai.work.tables.row_display import (
    CURRENT,
    ENDED,
    FieldChooser,
    TableRowState,
    build_grid,
    compare_editions,
    find_row_state,
    list_choosers,
    list_days_without_bulletin,
    list_government_gaps,
    matches_choice,
)
from gongkai.work.tables.texts import list_shown_fields

#: Maximum rows of an immediate export; larger tables are exported whole once a day.
MAX_EXPORTED_ROWS = 5_000
#: Rows per page.
ROWS_PER_PAGE = 100
#: URL of a whole table as one file, by the schema's key.
WHOLE_TABLE_URL = "/api/v1/bundles/table-{}.csv"
Row = TypeVar("Row")


@dataclass(frozen=True)
class TableFilters:
    """The filters of a table page as read from the URL."""

    words: str
    body: int | None
    year: int | None
    marks: tuple[str, ...]
    page: int


def tables_page(request: HttpRequest) -> HttpResponse:
    """Page: all schemas with public rows, by group."""
    sites = public.list_schemas_on_site(get_site(request).website.pk)
    groups = [
        (label, [offered for offered in sites if offered.schema.group == value]) for value, label in TableGroup.choices
    ]
    context = {"groups": [(label, rows) for label, rows in groups if rows]}
    return render(request, "portal/tables.html", context, keep="private")


def table_page(request: HttpRequest, key: str) -> HttpResponse:
    """Page: the rows of all units under one schema, or its guides."""
    tree = get_site(request)
    schema = TableSchema.objects.filter(key=key, active=True).first()
    every = public.load_schema_rows(tree.website, schema) if schema else []
    if schema is None or not every:
        raise Http404("没有这样的名录，或者已经撤回")
    filters = _read_query(request, every)
    matching = [
        public_rows
        for public_rows in every
        if (filters.body is None or public_rows.body.pk == filters.body)
        and (filters.year is None or public_rows.year == filters.year)
    ]
    newest = max(every, key=lambda one: one.shelf.from_at)
    facts = {
        "schema": schema,
        "label": newest.label,
        "intro": newest.intro,
        "asked": filters,
        "bodies": _list_publishing_units(every),
        "years": sorted({public_rows.year for public_rows in every if public_rows.year}, reverse=True),
    }
    show = _render_guides if schema.by_record else _render_rows
    return show(request, schema, matching, filters, facts)


def _read_query(request: HttpRequest, every: list[PublicRows]) -> TableFilters:
    """Read the filters from the URL; without a known year the newest year, all with `year=all`."""
    years = sorted({public_rows.year for public_rows in every if public_rows.year}, reverse=True)
    year = parse_year(request.GET.get("year", ""))
    return TableFilters(
        words=clean_query(request.GET.get("q", ""), 100),
        body=parse_whole_number(request.GET.get("unit", "")) or None,
        year=None if request.GET.get("year") == "all" or not years else year if year in years else years[0],
        marks=tuple(value for value in request.GET.getlist("mark")[:5] if value),
        page=parse_whole_number(request.GET.get("page", ""), 9999) or 1,
    )


def _list_publishing_units(every: list[PublicRows]) -> list[Body]:
    bodies = {public_rows.body.pk: public_rows.body for public_rows in every}
    return sorted(bodies.values(), key=lambda body: (body.position, body.pk))


def _build_query_string(request: HttpRequest, **changed: str) -> str:
    pairs = [(name, value) for name, values in request.GET.lists() for value in values if name not in changed]
    return "?" + urlencode([(n, v) for n, v in [*pairs, *changed.items()] if v])


def _build_page_links(request: HttpRequest, page: "Page[Row]") -> dict[str, str]:
    return {
        "next": _build_query_string(request, page=str(page.number + 1)) if page.has_next() else "",
        "previous": _build_query_string(request, page=str(page.number - 1)) if page.has_previous() else "",
    }


@dataclass(frozen=True)
class ShownRow:
    """A public table row: `cells` (field, text, is missing), `bases`, interpretations (`explained`), details (`under`)."""

    source: PublicRows
    values: Mapping[str, object]
    cells: Sequence[tuple[SchemaField, str, bool]]
    standing: TableRowState
    bases: Sequence[tuple[str, str]]
    explained: Sequence[tuple[str, str]]
    under: Sequence[Sequence[tuple[str, str]]]
    missing: Sequence[str]
    head: str


#: A row with its publication, bases and state.
_RowEntry = tuple[PublicRows, dict[str, object], list[tuple[str, str]], TableRowState]


@dataclass(frozen=True)
class TableSelection:
    """The selected table rows (`found`), the `offered` choosers with their chosen values, and the chosen row state."""

    found: list[_RowEntry]
    offered: Sequence[FieldChooser]
    chosen: Mapping[str, str]
    state: str


def _is_in_separate_group(view: Mapping[str, object], row: Mapping[str, object]) -> bool:
    return bool(view) and row.get(read_text(view, "field")) == read_text(view, "value")


def _select_rows(
    request: HttpRequest,
    schema: TableSchema,
    fields: Sequence[SchemaField],
    tables: list[PublicRows],
    filters: TableFilters,
    today: date,
) -> TableSelection:
    """Return the rows of `tables` that match the filters; special groups and ended ones last."""
    every: list[_RowEntry] = [
        (
            public_rows,
            row,
            public_rows.list_bases_of_row(index),
            find_row_state(public_rows.fields, row, public_rows.body.level, today),
        )
        for public_rows in tables
        for index, row in enumerate(public_rows.rows)
    ]
    offered = list_choosers(fields, [row for _, row, _, _ in every])
    chosen = {
        chooser.name: text for chooser in offered if (text := request.GET.get(chooser.name, "")) in chooser.values
    }
    state = request.GET.get("state", "")
    rows = [
        entry
        for entry in every
        if _row_contains_text(entry[1], filters.words)
        and all(matches_choice(one.field, entry[1], chosen[one.name]) for one in offered if one.name in chosen)
        and (state not in (CURRENT, ENDED) or bool(entry[3].over) == (state == ENDED))
    ]
    record = read_record(schema.view, "apart")
    rows.sort(key=lambda entry: (_is_in_separate_group(record, entry[1]), bool(entry[3].over)))
    return TableSelection(rows, offered, chosen, state)


def _render_rows(
    request: HttpRequest,
    schema: TableSchema,
    tables: list[PublicRows],
    filters: TableFilters,
    facts: Mapping[str, object],
) -> HttpResponse:
    """Show the rows of a table with choosers, detail rows and chart, or as a file."""
    fields, today = _list_fields(tables), timezone.localdate()
    choice = _select_rows(request, schema, fields, tables, filters, today)
    rows = choice.found
    if (form := request.GET.get("table", "")) in {"xlsx", "csv"}:
        return _export(request, schema, fields, rows, "csv" if form == "csv" else "xlsx", read_text(facts, "label"))
    details = load_detail_rows(schema, tables)
    heads = {
        "slots": schema.view.get("slots"),
        "bases": any(policies for _, _, policies, _ in rows),
        "many_years": len({public_rows.year for public_rows in tables}) > 1,
        "several": len({public_rows.body.pk for public_rows in tables}) > 1,
    }
    page = numbered_page(rows, filters.page, ROWS_PER_PAGE)
    phones = ((public_rows.body, public_rows.phone) for public_rows in tables if public_rows.phone)
    context = {
        **facts,
        **heads,
        "fields": fields,
        "choosers": [(chooser, choice.chosen.get(chooser.name, "")) for chooser in choice.offered],
        "ends": any(field.ends for field in fields),
        "state": choice.state,
        "narrowed": bool(filters.words or filters.body or choice.chosen or choice.state),
        "columns": len(fields) + sum(map(bool, [*heads.values(), schema.group == TableGroup.INSTITUTION])),
        "rows": _build_rows(schema, tables, fields, list(page), details),
        "under": details.shown,
        "under_label": get_schema_label(read_text(schema.view, "details")),
        "gaps": sum(bool(row_state.lacks) for *_, row_state in rows),
        "gap_count": sum(len(row_state.lacks) for *_, row_state in rows),
        "total": len(rows),
        "sources": [(hosts.site_prefix(request, public_rows.shelf.website), public_rows) for public_rows in tables],
        "phones": list(dict.fromkeys(phones)),
        "chart": None
        if heads["many_years"]
        else make_chart(read_text(facts, "label"), fields, [row for _, row, _, _ in rows], schema.chart),
        "whole": WHOLE_TABLE_URL.format(schema.key) if len(rows) > MAX_EXPORTED_ROWS else "",
        "xlsx": _build_query_string(request, table="xlsx", page=""),
        "csv": _build_query_string(request, table="csv", page=""),
        **_build_page_links(request, page),
        **_build_extras(request, schema, tables, today),
    }
    return render(request, "portal/table.html", context, keep="private")


def _export(
    request: HttpRequest,
    schema: TableSchema,
    fields: list[SchemaField],
    row_entries: list[_RowEntry],
    form: Literal["xlsx", "csv"],
    label: str,
) -> HttpResponse:
    """Return the rows as a file, or redirect to the file of the whole table."""
    if len(row_entries) > MAX_EXPORTED_ROWS:
        return HttpResponseRedirect(WHOLE_TABLE_URL.format(schema.key))
    base_sheet = make_sheet(label, fields, bases=any(policies for _, _, policies, _ in row_entries))
    unit = Column("_unit", "公开单位", write=lambda row: row["_unit"], width=28)
    year = [Column("_year", "年度", write=lambda row: row["_year"], width=8)] if schema.per_year else []
    sheet = Sheet(label, (*base_sheet.columns, *year, unit), max_rows=MAX_EXPORTED_ROWS)
    rows = [
        {**row, **make_bases_cell(policies), "_unit": source.body.name, "_year": source.year}
        for source, row, policies, _ in row_entries
    ]
    name = f"{label}{timezone.localdate():%Y%m%d}"
    return finish_response(request, spreadsheet_response(sheet, rows, name, guide=False, form=form), "private")


def _build_rows(
    schema: TableSchema,
    tables: list[PublicRows],
    fields: Sequence[SchemaField],
    page: list[_RowEntry],
    detail_rows: DetailRows,
) -> list[ShownRow]:
    """Return a page's rows for display, with the heading of the separate group."""
    apart, explains = read_record(schema.view, "apart"), public.find_interpretations(tables)
    flags = [_is_in_separate_group(apart, row) for _, row, _, _ in page]
    return [
        ShownRow(
            public_rows,
            row,
            [(field, field.show(row.get(field.key)), field in row_state.lacks) for field in fields],
            row_state,
            policies,
            [line for _, path in policies for line in explains.get(path, ())],
            detail_rows.of(public_rows, row),
            detail_rows.list_missing_months(public_rows, row),
            read_text(apart, "value") if is_separate and not was_separate else "",
        )
        for (public_rows, row, policies, row_state), is_separate, was_separate in zip(
            page, flags, [False, *flags], strict=False
        )
    ]


def _build_extras(
    request: HttpRequest, schema: TableSchema, tables: list[PublicRows], today: date
) -> dict[str, object]:
    """Return the parts that a table's settings ask for: grid, gaps, comparison, postings."""
    view, government = schema.view, get_government(get_site(request))
    extras: dict[str, object] = {}
    rows_with_unit = [(public_rows.body, row) for public_rows in tables for row in public_rows.rows]
    if "grid" in view:
        governments = list_governments_under(government)
        units = [*governments, *list_departments(government)]
        every = public.load_all_rows(tables[0].shelf.website_id, schema) if tables else []
        rows = [
            (public_rows.year or 0, row, public_rows.shelf.path) for public_rows in every for row in public_rows.rows
        ]
        shape = read_record(view, "grid")
        extras["grid"] = build_grid(
            schema.all_fields,
            shape,
            units,
            rows,
            today,
            editions=map_first_publications(governments),
            calls=map_called_days(government, published=True),
            elsewhere=find_governments_without_site(units),
        )
    if "cover" in view:
        extras["uncovered"] = list_government_gaps(
            read_record(view, "cover"), list_governments_under(government), rows_with_unit
        )
    if "daily" in view:
        extras["days_without"] = list_days_without_bulletin(
            read_record(view, "daily"), [row for _, row in rows_with_unit], today
        )
    if view.get("editions"):
        extras |= _compare_editions(schema, tables)
    if view.get("slots"):
        extras["postings"] = public.list_postings(public_rows.source for public_rows in tables)
    return extras


def _compare_editions(schema: TableSchema, tables: list[PublicRows]) -> dict[str, object]:
    """Return the difference between a single unit's table and its previous year, or nothing."""
    if len(tables) != 1 or tables[0].year is None:
        return {}
    current = tables[0]
    every = public.load_all_rows(current.shelf.website_id, schema, current.body.pk)
    previous = next((rows for rows in every if rows.year and current.year and rows.year < current.year), None)
    difference = previous and compare_editions(current.fields[0].key, current.rows, previous.rows)
    return {"before": previous, "difference": difference} if previous else {}


def _row_contains_text(row: Mapping[str, object], text: str) -> bool:
    return not text or any(text in str(value) for value in row.values())


def _list_fields(tables: list[PublicRows]) -> list[SchemaField]:
    """Return the shown fields of all units' rows, each once."""
    fields: dict[str, SchemaField] = {}
    for public_rows in tables:
        for field in list_shown_fields(public_rows.fields, public_rows.rows):
            fields.setdefault(field.key, field)
    return list(fields.values())


def _render_guides(
    request: HttpRequest,
    schema: TableSchema,
    tables: list[PublicRows],
    filters: TableFilters,
    facts: Mapping[str, object],
) -> HttpResponse:
    """Show the service guides that match words and badges, with counts."""
    mark_fields = [field for field in schema.all_fields if field.mark]
    guides = [
        public_rows
        for public_rows in tables
        if any(_row_contains_text(row, filters.words) for row in public_rows.rows)
        and all(public_rows.rows and public_rows.rows[0].get(key) for key in filters.marks)
    ]
    counts = [(field, sum(bool(row.rows and row.rows[0].get(field.key)) for row in tables)) for field in mark_fields]
    page = numbered_page(guides, filters.page, ROWS_PER_PAGE)
    context = {
        **facts,
        "marks": counts,
        "by_unit": public.count_marks_by_unit(tables, mark_fields),
        "found": list(page),
        "total": len(guides),
        **_build_page_links(request, page),
    }
    return render(request, "portal/guides.html", context, keep="private")
