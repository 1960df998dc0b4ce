"""Registers of 公开表 and 张贴发放: tables with units without one, and postings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django import forms
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, ModelChoiceFilter

from gongkai.core.files.models import PaperKind
from gongkai.core.registers.columns import Column
from gongkai.core.registers.filters import ChosenFilters, YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import FileActions
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.unit_filters import list_actor_bodies
from gongkai.core.widgets.fields import WholeNumberField
from gongkai.core.widgets.templatetags.ui import sign
from gongkai.lib.typed_json import read_record, read_text
from gongkai.work.tables import actions, queries, rules
from gongkai.work.tables.budget_duties import map_called_days
from gongkai.work.tables.models import OwingUnits, Posting, PublicTable, Record, TableSchema
from gongkai.work.tables.public import YEARLY_VIEW, map_public_rows
from gongkai.work.tables.queries import TableState
from gongkai.work.tables.row_display import (
    GovernmentGaps,
    PublicationGrid,
    Values,
    build_due_grid,
    build_grid,
    list_days_without_bulletin,
    list_government_gaps,
    list_missing_months,
    list_names_without_details,
)

#: Default number of days to correct a table, proposed by the form.
DEFAULT_RECTIFICATION_DAYS = 14
TABLES_SECTION = (("名录和公开表", "tables:index"),)
FAULTS, CHANGED = "faults", "changed"
STATE_CHOICES = [(FAULTS, "有缺项或要核对的"), (CHANGED, "有改动未公开的"), ("ready", "完整的")]


def _get_state(row: PublicTable) -> TableState:
    """Return the state that `prefetch` attached to the row."""
    table_state: TableState = row.table_state  # type: ignore[attr-defined]
    return table_state


def _describe_state(row: PublicTable) -> str:
    """Return a table's state in Chinese: missing, changed or unchecked values."""
    state = _get_state(row)
    texts = [
        state.words,
        f"缺{state.missing}项" if state.missing else "",
        f"{state.other}处要核对" if state.other else "",
        state.changed.words if state.changed and state.light == "red" else "",
        f"已要求补正（{state.mending.entry.number}）" if state.mending else "",
    ]
    return "，".join(filter(None, texts))


def _make_state_cell(row: PublicTable) -> SafeString:
    """Return the state of a table with its sign and the next task."""
    state = _get_state(row)
    return format_html(
        "{} {}", sign(state.light, state.words), _describe_state(row).removeprefix(state.words).lstrip("，")
    )


def _render_publication(row: PublicTable) -> date | str:
    """Return the day of publication, or in words why there is none."""
    state = _get_state(row)
    if state.published:
        return timezone.localdate(state.published.from_at)
    return "逐条公开" if row.schema.by_record else "未公开"


def _make_public_cell(row: PublicTable) -> SafeString | str:
    """Return the publication in words, linked to the public page if there is one."""
    shelf, text = _get_state(row).published, str(_render_publication(row))
    return format_html('<a class="gk-nowrap" href="{}">{}</a>', shelf.path, text) if shelf else text


def _filter_state(rows: "QuerySet[PublicTable]", name: str, value: str) -> "QuerySet[PublicTable]":
    """Filter tables by state, computed for all visible tables."""
    matches = {
        FAULTS: lambda state: state.empty or state.missing or state.other,
        CHANGED: lambda state: state.changed,
        "ready": lambda state: not (state.empty or state.missing or state.other or state.changed),
    }.get(value)
    if matches is None:
        return rows
    return rows.filter(pk__in=[state.table.pk for state in queries.list_table_states(rows) if matches(state)])


def _list_kept_schemas(by: Actor, row: PublicTable | None) -> QuerySet[TableSchema]:
    """Return the kinds of table that a unit of the user maintains."""
    bodies = list(queries.list_own_bodies(by))
    ids = [schema.pk for schema in TableSchema.objects.filter(active=True) if any(map(schema.is_kept_by, bodies))]
    return TableSchema.objects.filter(pk__in=ids)


class TableRegister(Register[PublicTable]):
    """Register of tables; for one kind (`schema=KEY`) also the units without one."""

    name, model, title, section = "tables.all", PublicTable, "各单位的公开表", TABLES_SECTION
    columns = (
        Column("title", "公开表", value=lambda row: row.title, order=""),
        "body",
        Column("schema", "表式", value=lambda row: row.schema.label, order="schema__position"),
        "year",
        Column("count", "行", value=lambda row: row.count, number=True, order="count"),
        Column("state", "情况", value=_describe_state, cell=_make_state_cell, order=""),
        Column("due", "应于何时前核对", value=lambda row: _get_state(row).due, order=""),
        Column("public", "公开", value=_render_publication, cell=_make_public_cell, order=""),
    )
    filters = (
        (
            "schema",
            ModelChoiceFilter(
                label="表式",
                field_name="schema",
                to_field_name="key",
                queryset=TableSchema.objects.all(),
                empty_label="全部",
            ),
        ),
        "body",
        YearFilter("year"),
        ("only", ChoiceFilter(label="情况", choices=STATE_CHOICES, empty_label="全部", method=_filter_state)),
    )
    search_fields = ("body__name", "schema__label")
    ordering = ("schema__position", "-year", "body__position")
    intro = "按表式填报的公开表；应当填报而没有填报的单位在选定一种表式后列出。"
    empty = "还没有单位填报。建立本单位的表后逐行填写，或者直接导入表格。"
    has_record = False
    shown_at = "tables:table"
    owed_under = ("schema", "year", "body")
    template = "tables/all.html"
    new = New(
        action=actions.open_table,
        label="建立一张表",
        targets=queries.list_own_bodies,
        fields=("schema", "year", "phone", "note"),
        asks={
            "schema": forms.ModelChoiceField(
                label="表式", queryset=TableSchema.objects.filter(active=True), to_field_name="key"
            ),
            "year": WholeNumberField(
                label="年度", min_value=1949, max_value=2100, required=False, help_text="按年度填报的表填写"
            ),
        },
        offers={"schema": _list_kept_schemas},
        initial=lambda by, row: {"year": timezone.localdate().year},
        done="已建立，请填写或者导入。",
    )
    acts = (
        Act(action=actions.change_table, label="电话和说明", done="已保存。", listed=False),
        Act(
            action=actions.order_table_rectification,
            done="已下达补正要求。",
            initial=lambda by, row: {"until": timezone.localdate() + timedelta(days=DEFAULT_RECTIFICATION_DAYS)},
            listed=False,
        ),
    )

    def prefetch(self, rows: Sequence[PublicTable], by: Actor) -> Sequence[PublicTable]:
        """Attach the state of each table, in a constant number of queries."""
        for state in queries.list_table_states(rows):
            state.table.table_state = state  # type: ignore[attr-defined]
        return rows

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body] | None:
        """Return the units that must have a table of the chosen kind, or None."""
        schema = chosen.get("schema")
        if not isinstance(schema, TableSchema) or not schema.owed_by:
            return None
        units = schema.filter_owing_units(list_actor_bodies(by))
        if schema.owed_by == OwingUnits.GOVERNMENTS:  # kept by one of their units, their office say
            units = units.exclude(pk__in=queries.find_governments_with_table(schema))
        return units.filter(pk=chosen.unit.pk) if chosen.unit else units

    def new_url_for(self, body: Body, listing: Listing[PublicTable]) -> str:
        """Return the URL for opening a unit's table of the chosen kind."""
        schema = listing.chosen.get("schema")
        key = f"&schema={schema.key}" if isinstance(schema, TableSchema) else ""
        return f"{super().new_url_for(body, listing)}{key}"

    def extra_context(self, request: HttpRequest, listing: Listing[PublicTable]) -> Mapping[str, object]:
        """Return the context of a kind of tables: requirements, units by year, gaps of governments."""
        schema = listing.chosen.get("schema")
        if not isinstance(schema, TableSchema):
            return {}
        by = listing.by
        rows = Record.objects.filter(table__schema=schema, table__in=queries.visible_to(by).order_by())
        year = timezone.localdate().year - 1
        governments = [
            government for head in _list_city_governments(by) for government in queries.list_governments_under(head)
        ]
        return {
            "schema": schema,
            "importer": f"table-{schema.key}",
            "shapes": not rules.list_reasons_unless_schema_manager(by, None),
            "without": [
                body
                for head in _list_city_governments(by)
                for body in queries.list_governments_without_list(schema, head)
            ],
            "grids": [*_build_grids(schema, rows, by), *_build_due_grids(schema, by)],
            "uncovered": _find_government_gaps(schema, rows, governments),
            "days_without": list_days_without_bulletin(
                read_record(schema.view, "daily"), rows.values_list("values", flat=True), timezone.localdate()
            )
            if "daily" in schema.view
            else [],
            **_find_rows_without_details(schema, rows, by),
            "year": year,
            "untold": queries.list_domains_without_work(queries.visible_to(by).filter(schema=schema), year)
            if schema.key == YEARLY_VIEW
            else [],
        }


def _list_city_governments(by: Actor) -> list[Body]:
    """Return the city governments of the user's 政务公开办 posts."""
    paths = by.reached_paths(Role.CHIEF)
    return list(Body.objects.filter(path__in=paths, kind=BodyKind.GOVERNMENT))


def _build_grids(schema: TableSchema, rows: "QuerySet[Record]", by: Actor) -> list[PublicationGrid]:
    """Return the publication grids of the user's city governments, if the schema has any."""
    if "grid" not in schema.view:
        return []
    dated_rows = [
        (row.table.year or 0, row.values, reverse("tables:record", args=[row.pk]))
        for row in rows.select_related("table")
    ]
    today, view = timezone.localdate(), read_record(schema.view, "grid")
    grids = []
    for head in _list_city_governments(by):
        governments = queries.list_governments_under(head)
        units = [*governments, *queries.list_departments(head)]
        grids.append(
            build_grid(
                schema.all_fields,
                view,
                units,
                dated_rows,
                today,
                editions=queries.map_first_publications(governments),
                calls=map_called_days(head, published=False),
                elsewhere=queries.find_governments_without_site(units),
            )
        )
    return grids


def _build_due_grids(schema: TableSchema, by: Actor) -> list[PublicationGrid]:
    """Return one grid of all owing units and what each published of what is due on a day of the year; [] if nothing is.

    The rows are those that the public reads, not later drafts.
    """
    if "due" not in schema.view:
        return []
    tables = {table.stream: table for table in queries.visible_to(by).filter(schema=schema)}
    shelves = queries.map_shelves(tables)
    public_values_by_unit: dict[int, list[tuple[Values, date, str]]] = defaultdict(list)
    for stream, values in map_public_rows(shelves.values()).items():
        since = timezone.localtime(shelves[stream].published_at).date()
        unit_values = public_values_by_unit[tables[stream].body_id]
        unit_values += [(row, since, shelves[stream].path) for row in values]
    units = schema.filter_owing_units(list_actor_bodies(by)).order_by("position", "pk")
    return [build_due_grid(read_record(schema.view, "due"), list(units), public_values_by_unit, timezone.localdate())]


def _find_rows_without_details(schema: TableSchema, rows: "QuerySet[Record]", by: Actor) -> dict[str, object]:
    """Return the rows without records in the schema of details (每个项目每年至少一条进度)."""
    details = TableSchema.objects.filter(key=read_text(schema.view, "details"), active=True).first()
    if details is None:
        return {}
    day = next((field.key for field in details.all_fields if field.kind == "day"), "")
    name = details.all_fields[0].key
    detail_records = Record.objects.filter(table__schema=details, table__in=queries.visible_to(by).order_by())
    pairs = [
        (str(values.get(name)), str(values.get(day))) for values in detail_records.values_list("values", flat=True)
    ]
    key, every = schema.all_fields[0].key, [day for _, day in pairs]
    dated_names = [(row.table.year, str(row.values.get(key))) for row in rows.select_related("table")]
    months = [
        (row_name, list_missing_months([day for value, day in pairs if value == row_name], timezone.localdate(), every))
        for row_name in dict.fromkeys(row_name for _, row_name in dated_names if schema.view.get("monthly") is True)
    ]
    return {
        "undetailed": list_names_without_details(dated_names, pairs),
        "undetailed_label": details.label,
        "undetailed_months": [(row_name, missing) for row_name, missing in months if missing],
    }


def _find_government_gaps(
    schema: TableSchema, rows: "QuerySet[Record]", governments: Sequence[Body]
) -> list[GovernmentGaps]:
    """Return the governments without required values; none if the schema requires none."""
    if "cover" not in schema.view:
        return []
    lines = [(row.table.body, row.values) for row in rows.select_related("table__body")]
    return list_government_gaps(read_record(schema.view, "cover"), governments, lines)


def _list_tables(by: Actor, row: Posting | None) -> QuerySet[PublicTable]:
    """Return the tables that the user sees and that are published as a whole."""
    return queries.visible_to(by).filter(schema__layout="table").order_by("schema__position", "-year", "pk")


class PostingRegister(Register[Posting]):
    """Boards and leaflets, with photos."""

    name, model, title, section = "tables.postings", Posting, "张贴和发放", TABLES_SECTION
    columns = (
        "on",
        "place",
        "kind",
        Column("table", "公开表", value=lambda row: row.table.title, order="table"),
        "copies",
        "body",
        Column("note", at=frozenset({"file", "record"})),
        Column("papers", "照片", value=lambda row: row.paper_count, number=True, order=""),
        Column("confirmed_by", "核对", value=lambda row: row.confirmed_by or "待核对", order="confirmed_at"),
    )
    main = "place"
    filters = (
        YearFilter("on"),
        "kind",
        "body",
        (
            "schema",
            ModelChoiceFilter(
                label="表式",
                field_name="table__schema",
                to_field_name="key",
                queryset=TableSchema.objects.filter(active=True),
                empty_label="全部",
            ),
        ),
    )
    search_fields = ("place", "note")
    intro = (
        "惠民惠农补贴等公开表在公示栏的张贴、宣传读物的免费发放，名录提供给12345热线：地点、日期、份数。"
        "照片和交接材料在记录中上传，另一人核对后在网站公开。"
    )
    empty = "还没有登记。宣传读物在公开表的页面打印。"
    new = New(
        action=actions.record_posting,
        label="登记",
        targets=queries.list_own_bodies,
        offers={"table": _list_tables},
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    acts = (
        Act(
            action=actions.confirm_posting,
            quick=True,
            when=lambda row: row.confirmed_at is None,
            told=True,
            done="已核对，网站上可以看到。",
        ),
        Act(action=actions.remove_posting, label="删除", done="已删除。"),
    )
    papers = FileActions(actions.attach_papers, actions.drop_paper)

    def rows(self, by: Actor) -> QuerySet[Posting]:
        """Return the postings of tables that the user sees, with their number of photos."""
        return (
            super()
            .rows(by)
            .annotate(paper_count=Count("papers__stored", filter=Q(papers__what=PaperKind.PHOTO), distinct=True))
        )

    def totals(self, listing: Listing[Posting]) -> Sequence[tuple[str, object]]:
        """Return the numbers of postings and of copies."""
        copies = listing.rows.order_by().aggregate(sum=Sum("copies"))["sum"] or 0
        return (("记录", f"{listing.rows.count():,} 条"), ("发放", f"{copies:,} 份"))
