"""Views of schemas by group, the tables of one schema, and a schema with its fields."""

from collections import defaultdict

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gongkai.core.acts.pages import run_with_messages
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.units.unit_filters import list_actor_bodies
from gongkai.core.widgets.query_parameters import asks_file
from gongkai.work.tables import actions, queries, rules
from gongkai.work.tables.forms import FieldForms, SchemaForm, get_initial_fields, read_submitted_fields
from gongkai.work.tables.importers import TableImporter
from gongkai.work.tables.models import Record, TableGroup, TableSchema
from gongkai.work.tables.registers import TableRegister


def index(request: HttpRequest) -> HttpResponse:
    """Show all schemas by group, with the numbers of visible tables and of those with faults."""
    by = require_staff_actor(request)
    states = queries.list_table_states(queries.visible_to(request.user))
    tables: dict[int, int] = defaultdict(int)
    faulty: dict[int, int] = defaultdict(int)
    rows: dict[int, int] = defaultdict(int)
    unpublished: dict[int, int] = defaultdict(int)
    for table_state in states:
        tables[table_state.table.schema_id] += 1
        faulty[table_state.table.schema_id] += table_state.needs_work
        unpublished[table_state.table.schema_id] += table_state.light == "yellow"
        rows[table_state.table.schema_id] += getattr(table_state.table, "count", 0)
    schemas, units = list(TableSchema.objects.all()), list_actor_bodies(by)
    owed = {
        schema.pk for schema in schemas if schema.owed_by and not tables[schema.pk] and schema.filter_owing_units(units)
    }
    groups = [
        (
            label,
            [
                (
                    table_schema,
                    tables[table_schema.pk],
                    rows[table_schema.pk],
                    faulty[table_schema.pk],
                    unpublished[table_schema.pk],
                    table_schema.pk in owed,
                )
                for table_schema in schemas
                if table_schema.group == value and (table_schema.active or tables[table_schema.pk])
            ],
        )
        for value, label in TableGroup.choices
    ]
    table_states = [
        table_state
        for table_state in states
        if table_state.needs_work and not rules.list_reasons_unless_unit_staff(by, table_state.table)
    ]
    context = {
        "groups": groups,
        "mine": table_states[:8],
        "more": max(0, len(table_states) - 8),
        "shapes": not rules.list_reasons_unless_schema_manager(by, None),
    }
    return render(request, "tables/index.html", context)


def _list_records(request: HttpRequest, key: str) -> QuerySet[Record]:
    return queries.records_visible_to(require_staff_actor(request)).filter(table__schema__key=key)


@long_export("tables.schema", "结构化数据表", rows=_list_records, wants_file=lambda request: "format" in request.GET)
def schema_page(request: HttpRequest, key: str) -> HttpResponseBase:
    """Show the tables of a schema and units without one; `format=xlsx` exports them."""
    by = require_staff_actor(request)
    schema = get_object_or_404(TableSchema, key=key)
    if request.GET.get("format") == "xlsx":
        importer = TableImporter(schema)
        name = f"{importer.label}{timezone.localdate():%Y%m%d}"
        return spreadsheet_response(importer.sheet, importer.rows(by), name)
    parameters = request.GET.copy()
    parameters["schema"] = key
    register = TableRegister()
    if asks_file(request):
        return redirect(f"{register.url()}?{parameters.urlencode()}")
    request.GET = parameters  # type: ignore[assignment]
    return register.draw(request, register.listing(request, by))


def edit_schema(request: HttpRequest, key: str = "") -> HttpResponse:
    """Change or create a schema."""
    by = require_staff_actor(request)
    schema = get_object_or_404(TableSchema, key=key) if key else None
    if rules.list_reasons_unless_schema_manager(by, schema):
        raise Http404("没有这个页面")
    form = SchemaForm(request.POST or None, instance=schema)
    if request.method == "POST":
        rows = FieldForms(request.POST, prefix="f")
    else:
        rows = FieldForms(initial=get_initial_fields(schema) if schema else [], prefix="f")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        facts = {**form.cleaned_data, "fields": read_submitted_fields(rows, schema)}
        fresh = TableSchema.objects.filter(key=key).first()

        def save() -> None:
            """Change the schema or make a new one."""
            if fresh:
                actions.change_schema(fresh, by=by, **facts)
            else:
                actions.make_schema(None, by=by, key=_find_free_key(), **facts)

        if run_with_messages(request, save, "已保存表式。"):
            return redirect("tables:index")
    return render(request, "tables/schema_edit.html", {"schema": schema, "form": form, "rows": rows})


def _find_free_key() -> str:
    """Return the first of the keys own1, own2, … that is not used."""
    used_keys = set(TableSchema.objects.values_list("key", flat=True))
    return next(key for number in range(1, 10_000) if (key := f"own{number}") not in used_keys)
