"""What there is: groups with their schemas, the tables of one schema, a schema and its fields."""

from collections import defaultdict

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gongkai.acts.pages import does, does_form
from gongkai.errands.exports import asks_file, may_be_long
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.tables import actions, queries, rules
from gongkai.tables.forms import FieldForms, SchemaForm, TableForm, fields_given, initial_fields
from gongkai.tables.importing import TableImporter
from gongkai.tables.models import Group, PublicTable, Record, TableSchema
from gongkai.tables.public import YEARLY
from gongkai.tables.queries import TableState
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, staff
from gongkai.units.models import Body, BodyKind, Role

PAGE = 100


def index(request: HttpRequest) -> HttpResponse:
    """All schemas by group, with how many tables somebody sees and how many of them lack something."""
    by = staff(request)
    states = queries.states_of(queries.visible_to(request.user))
    tables: dict[int, int] = defaultdict(int)
    bad: dict[int, int] = defaultdict(int)
    rows: dict[int, int] = defaultdict(int)
    for one in states:
        tables[one.table.schema_id] += 1
        bad[one.table.schema_id] += bool(one.missing or one.other or one.pending)
        rows[one.table.schema_id] += getattr(one.table, "count", 0)
    schemas = list(TableSchema.objects.all())
    groups = [
        (
            label,
            [
                (one, tables[one.pk], rows[one.pk], bad[one.pk])
                for one in schemas
                if one.group == value and (one.active or tables[one.pk])
            ],
        )
        for value, label in Group.choices
    ]
    mine = [
        one for one in states if (one.missing or one.other or one.pending) and not rules.works(by, one.table)
    ]
    shown = {
        "groups": groups,
        "mine": mine[:8],
        "more": max(0, len(mine) - 8),
        "shapes": not rules.shapes(by, None),
    }
    return render(request, "tables/index.html", shown)


def _records(request: HttpRequest, key: str) -> QuerySet[Record]:
    return queries.records_visible_to(staff(request)).filter(table__schema__key=key)


@may_be_long("tables.schema", "结构化数据表", rows=_records, asked=asks_file)
def schema(request: HttpRequest, key: str) -> HttpResponse:
    """The tables of one schema, how they stand, and who has none."""
    by = staff(request)
    found = get_object_or_404(TableSchema, key=key)
    if request.GET.get("format") == "xlsx":
        importer = TableImporter(found)
        name = f"{importer.label}{timezone.localdate():%Y%m%d}"
        return spreadsheet(importer.sheet, importer.rows(by), name)
    rows = queries.visible_to(request.user).filter(schema=found)
    bodies = queries.own_bodies(by)
    only = request.GET.get("only", "")
    states, page = _page(request, rows, only)
    shown = {
        "schema": found,
        "states": states,
        "only": only,
        "page": page,
        "importer": TableImporter(found),
        "without": [body for head in _heads(by) for body in queries.units_without(found, head)],
        "form": TableForm(schema=found, bodies=bodies, initial=_began(by)),
        "may_open": found.active and bodies.exists(),
        "shapes": not rules.shapes(by, None),
        **_yearly(found, rows),
    }
    return render(request, "tables/schema.html", shown)


def _page(
    request: HttpRequest, rows: QuerySet[PublicTable], only: str
) -> tuple[list[TableState], Page[TableState] | Page[PublicTable]]:
    """Return how the tables of one page stand, and the page; what is asked for is looked for among all tables, not on the page."""
    if only in ("faults", "changed"):
        fit = [
            one
            for one in queries.states_of(rows)
            if (one.changed if only == "changed" else one.missing or one.other)
        ]
        shown = page_of(request, fit, PAGE)
        return list(shown.object_list), shown
    page = page_of(request, rows.order_by("-year", "body__position", "pk"), PAGE)
    return queries.states_of(page.object_list), page


def _yearly(found: TableSchema, rows: QuerySet[PublicTable]) -> dict[str, object]:
    """Of the yearly work of institutions: which domains have not told last year's."""
    if found.key != YEARLY:
        return {}
    year = timezone.localdate().year - 1
    return {"year": year, "untold": queries.domains_without(rows.filter(schema=found), year)}


def _began(by: Actor) -> dict[str, object]:
    own = next((post.body_id for post in by.posts if post.role in rules.WORKING), None)
    return {"body": own, "year": timezone.localdate().year}


def _heads(by: Actor) -> list[Body]:
    """Return the city governments whose 政务公开办 somebody is."""
    paths = {post.reach for post in by.posts if post.role == Role.CHIEF}
    return list(Body.objects.filter(path__in=paths, kind=BodyKind.GOVERNMENT))


def open_table(request: HttpRequest, key: str) -> HttpResponse:
    """Open a unit's table."""
    by = staff(request)
    found = get_object_or_404(TableSchema, key=key)
    form = TableForm(request.POST or None, schema=found, bodies=queries.own_bodies(by))
    made = []

    def work(body: Body, **facts: object) -> None:
        made.append(actions.open_table(body, by=by, schema=found, **facts))

    if does_form(request, form, work, "已建立，请填写或者导入。"):
        return redirect("tables:table", made[0].pk)
    return redirect("tables:schema", key)


def edit_schema(request: HttpRequest, key: str = "") -> HttpResponse:
    """Change a schema, or make one."""
    by = staff(request)
    found = get_object_or_404(TableSchema, key=key) if key else None
    if rules.shapes(by, found):
        raise Http404("没有这个页面")
    form = SchemaForm(request.POST or None, instance=found)
    if request.method == "POST":
        rows = FieldForms(request.POST, prefix="f")
    else:
        rows = FieldForms(initial=initial_fields(found) if found else [], prefix="f")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        facts = {**form.cleaned_data, "fields": fields_given(rows, found)}
        fresh = TableSchema.objects.filter(key=key).first()

        def save() -> None:
            if fresh:
                actions.change_schema(fresh, by=by, **facts)
            else:
                actions.make_schema(None, by=by, key=_free_key(), **facts)

        if does(request, save, "已保存表式。"):
            return redirect("tables:index")
    return render(request, "tables/schema_edit.html", {"schema": found, "form": form, "rows": rows})


def _free_key() -> str:
    taken = set(TableSchema.objects.values_list("key", flat=True))
    return next(key for number in range(1, 10_000) if (key := f"own{number}") not in taken)
