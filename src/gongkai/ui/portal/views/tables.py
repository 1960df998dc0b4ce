"""Pages 名录清单: published tables such as institutions, guides, power lists; filter and download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from gongkai.content.editions import hosts
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.answers import spreadsheet_response
from gongkai.core.units.models import Body
from gongkai.core.widgets.asked import parse_whole_number, parse_year
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.lib.typed_json import read_record, read_text
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import render, site_of
from gongkai.ui.portal.views.promises import government_of
from gongkai.ui.portal.views.table_under import DetailRows, label_of, load_detail_rows
from gongkai.work.tables import public
from gongkai.work.tables.charts import make_chart
from gongkai.work.tables.fields import Field
from gongkai.work.tables.freezing import make_bases_cell, make_sheet
from gongkai.work.tables.models import TableGroup, TableSchema
from gongkai.work.tables.public import PublicRows
from gongkai.work.tables.queries import (
    find_governments_without_site,
    list_departments,
    list_governments_under,
    map_called_days,
    map_first_editions,
)
from gongkai.work.tables.showing import (
    CURRENT,
    ENDED,
    FieldChooser,
    RowState,
    build_grid,
    compare_editions,
    find_row_state,
    list_choosers,
    list_days_without_bulletin,
    list_uncovered,
    matches_choice,
)
from gongkai.work.tables.texts import list_shown_fields

#: Maximum rows of an immediate export; larger tables are exported whole once a day.
MAX_EXPORTED_ROWS = 5_000


def export_table_rows(
    request: HttpRequest,
    schema: TableSchema,
    label: str,
    fields: list[Field],
    pairs: list[tuple[PublicRows, dict[str, object], list[tuple[str, str]]]],
    form: Literal["xlsx", "csv"],
) -> HttpResponse:
    """Return a file of these rows with unit and year."""
    own = make_sheet(label, fields, bases=any(some for _, _, some in pairs))
    unit = Column("_unit", "公开单位", write=lambda row: row["_unit"], width=28)
    year = [Column("_year", "年度", write=lambda row: row["_year"], width=8)] if schema.per_year else []
    sheet = Sheet(label, (*own.columns, *year, unit), max_rows=MAX_EXPORTED_ROWS)
    rows = [{**row, **make_bases_cell(some), "_unit": one.body.name, "_year": one.year} for one, row, some in pairs]
    name = f"{label}{timezone.localdate():%Y%m%d}"
    return finish_response(request, spreadsheet_response(sheet, rows, name, guide=False, form=form), "private")


#: Rows per page.
ROWS_PER_PAGE = 100
#: URL of a whole table as one file, by the schema's key.
WHOLE_TABLE_URL = "/api/v1/bundles/table-{}.csv"


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
    tree = site_of(request)
    sites = public.list_schemas_on_site(tree.website.pk)
    groups = [
        (label, [offered for offered in sites if offered.schema.group == value]) for value, label in TableGroup.choices
    ]
    shown = {"groups": [(label, rows) for label, rows in groups if rows]}
    return render(request, "portal/tables.html", shown, keep="private")


def table_page(request: HttpRequest, key: str) -> HttpResponse:
    """Page: the rows of all units under one schema, or its guides."""
    tree = site_of(request)
    schema = TableSchema.objects.filter(key=key, active=True).first()
    every = public.load_schema_rows(tree.website, schema) if schema else []
    if schema is None or not every:
        raise Http404("没有这样的名录，或者已经撤回")
    filters = _read_query(request, every)
    kept = [
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
        "bodies": _list_bodies(every),
        "years": sorted({public_rows.year for public_rows in every if public_rows.year}, reverse=True),
    }
    if schema.by_record:
        return _render_guides(request, schema, kept, filters, facts)
    return _render_rows(request, schema, kept, filters, facts)


def _read_query(request: HttpRequest, every: list[PublicRows]) -> TableFilters:
    years = sorted({public_rows.year for public_rows in every if public_rows.year}, reverse=True)
    year = parse_year(request.GET.get("year", ""))
    everything = request.GET.get("year") == "all"
    return TableFilters(
        words=clean_query(request.GET.get("q", ""), 100),
        body=parse_whole_number(request.GET.get("unit", "")) or None,
        year=None if everything or not years else year if year in years else years[0],
        marks=tuple(value for value in request.GET.getlist("mark")[:5] if value),
        page=parse_whole_number(request.GET.get("page", ""), 9999) or 1,
    )


def _list_bodies(every: list[PublicRows]) -> list[Body]:
    found = {public_rows.body.pk: public_rows.body for public_rows in every}
    return sorted(found.values(), key=lambda body: (body.position, body.pk))


def _change_query(request: HttpRequest, **changed: str) -> str:
    kept = [(name, value) for name, values in request.GET.lists() for value in values if name not in changed]
    return "?" + urlencode([(n, v) for n, v in [*kept, *changed.items()] if v])


def _build_page_links(request: HttpRequest, asked: TableFilters, total: int) -> dict[str, str]:
    last = max(1, -(-total // ROWS_PER_PAGE))
    return {
        "next": _change_query(request, page=str(asked.page + 1)) if asked.page < last else "",
        "previous": _change_query(request, page=str(asked.page - 1)) if 1 < asked.page <= last else "",
    }


@dataclass(frozen=True)
class ShownRow:
    """A table row on a public page: cells (field, text, is missing), validity, legal bases, and detail rows."""

    source: PublicRows
    values: Mapping[str, object]
    cells: Sequence[tuple[Field, str, bool]]
    standing: RowState
    bases: Sequence[tuple[str, str]]
    explained: Sequence[tuple[str, str]]
    under: Sequence[Sequence[tuple[str, str]]]
    missing: Sequence[str]
    head: str


#: A row with its publication, bases and state.
_RowEntry = tuple[PublicRows, dict[str, object], list[tuple[str, str]], RowState]


@dataclass(frozen=True)
class TableSelection:
    """The selected table rows, with the available filters and their chosen values."""

    found: list[_RowEntry]
    offered: Sequence[FieldChooser]
    chosen: Mapping[str, str]
    state: str


def _is_in_separate_group(view: Mapping[str, object], row: Mapping[str, object]) -> bool:
    return bool(view) and row.get(read_text(view, "field")) == read_text(view, "value")


def _select_rows(
    request: HttpRequest,
    schema: TableSchema,
    fields: Sequence[Field],
    kept: list[PublicRows],
    asked: TableFilters,
    today: date,
) -> TableSelection:
    every: list[_RowEntry] = [
        (
            public_rows,
            row,
            public_rows.bases_at(at),
            find_row_state(public_rows.fields, row, public_rows.body.level, today),
        )
        for public_rows in kept
        for at, row in enumerate(public_rows.rows)
    ]
    offered = list_choosers(fields, [row for _, row, _, _ in every])
    chosen = {made.name: given for made in offered if (given := request.GET.get(made.name, "")) in made.values}
    state = request.GET.get("state", "")
    found = [
        entry
        for entry in every
        if _contains(entry[1], asked.words)
        and all(matches_choice(made.field, entry[1], chosen[made.name]) for made in offered if made.name in chosen)
        and (state not in (CURRENT, ENDED) or bool(entry[3].over) == (state == ENDED))
    ]
    record = read_record(schema.view, "apart")
    found.sort(key=lambda entry: (_is_in_separate_group(record, entry[1]), bool(entry[3].over)))
    return TableSelection(found, offered, chosen, state)


def _render_rows(
    request: HttpRequest, schema: TableSchema, kept: list[PublicRows], asked: TableFilters, facts: Mapping[str, object]
) -> HttpResponse:
    fields, today = _list_fields(kept), timezone.localdate()
    choice = _select_rows(request, schema, fields, kept, asked, today)
    found = choice.found
    if (form := request.GET.get("table", "")) in {"xlsx", "csv"}:
        return _export(request, schema, fields, found, "csv" if form == "csv" else "xlsx", read_text(facts, "label"))
    under = load_detail_rows(schema, kept)
    heads = {
        "slots": schema.view.get("slots"),
        "bases": any(some for _, _, some, _ in found),
        "many_years": len({public_rows.year for public_rows in kept}) > 1,
        "several": len({public_rows.body.pk for public_rows in kept}) > 1,
    }
    phones = ((public_rows.body, public_rows.phone) for public_rows in kept if public_rows.phone)
    context = {
        **facts,
        **heads,
        "fields": fields,
        "choosers": [(chooser, choice.chosen.get(chooser.name, "")) for chooser in choice.offered],
        "ends": any(field.ends for field in fields),
        "state": choice.state,
        "narrowed": bool(asked.words or asked.body or choice.chosen or choice.state),
        "columns": len(fields) + sum(map(bool, [*heads.values(), schema.group == TableGroup.INSTITUTION])),
        "rows": _build_rows(
            schema, kept, fields, found[(asked.page - 1) * ROWS_PER_PAGE : asked.page * ROWS_PER_PAGE], under
        ),
        "under": under.shown,
        "under_label": label_of(read_text(schema.view, "details")),
        "gaps": sum(bool(row_state.lacks) for *_, row_state in found),
        "gap_count": sum(len(row_state.lacks) for *_, row_state in found),
        "total": len(found),
        "sources": [(hosts.site_prefix(request, public_rows.shelf.website), public_rows) for public_rows in kept],
        "phones": list(dict.fromkeys(phones)),
        "chart": None
        if heads["many_years"]
        else make_chart(read_text(facts, "label"), fields, [row for _, row, _, _ in found], schema.chart),
        "whole": WHOLE_TABLE_URL.format(schema.key) if len(found) > MAX_EXPORTED_ROWS else "",
        "xlsx": _change_query(request, table="xlsx", page=""),
        "csv": _change_query(request, table="csv", page=""),
        **_build_page_links(request, asked, len(found)),
        **_build_extras(request, schema, kept, today),
    }
    return render(request, "portal/table.html", context, keep="private")


def _export(
    request: HttpRequest,
    schema: TableSchema,
    fields: list[Field],
    found: list[_RowEntry],
    form: Literal["xlsx", "csv"],
    label: str,
) -> HttpResponse:
    if len(found) > MAX_EXPORTED_ROWS:
        return HttpResponseRedirect(WHOLE_TABLE_URL.format(schema.key))
    return export_table_rows(request, schema, label, fields, [(one, row, some) for one, row, some, _ in found], form)


def _build_rows(
    schema: TableSchema, kept: list[PublicRows], fields: Sequence[Field], page: list[_RowEntry], under: DetailRows
) -> list[ShownRow]:
    apart, explains = read_record(schema.view, "apart"), public.find_interpretations(kept)
    behind = [_is_in_separate_group(apart, row) for _, row, _, _ in page]
    return [
        ShownRow(
            public_rows,
            row,
            [(field, field.show(row.get(field.key)), field in row_state.lacks) for field in fields],
            row_state,
            some,
            [line for _, path in some for line in explains.get(path, ())],
            under.of(public_rows, row),
            under.missing_of(public_rows, row),
            read_text(apart, "value") if own and not last else "",
        )
        for (public_rows, row, some, row_state), own, last in zip(page, behind, [False, *behind], strict=False)
    ]


def _build_extras(request: HttpRequest, schema: TableSchema, kept: list[PublicRows], today: date) -> dict[str, object]:
    view, government = schema.view, government_of(site_of(request))
    besides: dict[str, object] = {}
    pairs = [(public_rows, row) for public_rows in kept for row in public_rows.rows]
    if "grid" in view:
        governments = list_governments_under(government)
        units = [*governments, *list_departments(government)]
        every = public.load_all_rows(kept[0].shelf.website_id, schema) if kept else []
        rows = [
            (public_rows.year or 0, row, public_rows.shelf.path) for public_rows in every for row in public_rows.rows
        ]
        shape = read_record(view, "grid")
        besides["grid"] = build_grid(
            schema.all_fields,
            shape,
            units,
            rows,
            today,
            editions=map_first_editions(governments),
            calls=map_called_days(government, published=True),
            elsewhere=find_governments_without_site(units),
        )
    if "cover" in view:
        besides["uncovered"] = list_uncovered(
            read_record(view, "cover"), list_governments_under(government), [(one.body, row) for one, row in pairs]
        )
    if "daily" in view:
        besides["days_without"] = list_days_without_bulletin(
            read_record(view, "daily"), [row for _, row in pairs], today
        )
    if view.get("editions"):
        besides |= _compare_editions(schema, kept)
    if view.get("slots"):
        besides["postings"] = public.list_postings(public_rows.source for public_rows in kept)
    return besides


def _compare_editions(schema: TableSchema, kept: list[PublicRows]) -> dict[str, object]:
    if len(kept) != 1 or kept[0].year is None:
        return {}
    now = kept[0]
    every = public.load_all_rows(now.shelf.website_id, schema, now.body.pk)
    before = next(
        (public_rows for public_rows in every if public_rows.year and now.year and public_rows.year < now.year), None
    )
    if before is None:
        return {}
    return {"before": before, "difference": compare_editions(now.fields[0].key, now.rows, before.rows)}


def _contains(row: Mapping[str, object], text: str) -> bool:
    return not text or any(text in str(value) for value in row.values())


def _list_fields(kept: list[PublicRows]) -> list[Field]:
    fields: dict[str, Field] = {}
    for public_rows in kept:
        for field in list_shown_fields(public_rows.fields, public_rows.rows):
            fields.setdefault(field.key, field)
    return list(fields.values())


def _render_guides(
    request: HttpRequest, schema: TableSchema, kept: list[PublicRows], asked: TableFilters, facts: Mapping[str, object]
) -> HttpResponse:
    marks = [field for field in schema.all_fields if field.mark]
    found = [
        public_rows
        for public_rows in kept
        if any(_contains(row, asked.words) for row in public_rows.rows)
        and all(public_rows.rows and public_rows.rows[0].get(mark) for mark in asked.marks)
    ]
    counts = [(field, sum(bool(row.rows and row.rows[0].get(field.key)) for row in kept)) for field in marks]
    context = {
        **facts,
        "marks": counts,
        "by_unit": public.count_marks_by_unit(kept, marks),
        "found": found[(asked.page - 1) * ROWS_PER_PAGE : asked.page * ROWS_PER_PAGE],
        "total": len(found),
        **_build_page_links(request, asked, len(found)),
    }
    return render(request, "portal/guides.html", context, keep="private")
