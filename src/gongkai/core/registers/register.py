"""A register: a list declared once, with its page, its files, its forms and its records.

    class Talks(Register[Talk]):
        name, model, title = "assessment.talks", Talk, "约谈、帮扶"
        columns = ("on", "body", "kind", Column("problems", at=…), "solved")
        filters = (YearFilter("on"), "body", "kind")
        new = New(action=record_talk, targets=bodies_overseen)


    urlpatterns = [*Talks.urls("talks/"), …]

The rows are those that the model's `@register_visible_to` function allows; `rows` narrows them. The class gives the
URLs `assessment:talks` (list and file) and, with the endings _new, _row, _act and _paper, those of forms, rows,
actions and files. Lists are paged; the file has all rows.

If the rows belong to one row of another model (the findings of one run), that model is the `parent`. Its key is in
the URL, `*Findings.urls("runs/<number:parent>/findings/")`; it is read through `visible_to`, and `rows` filters by
`self.of`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeAlias, TypeVar, cast

from django.db import models
from django.db.models.expressions import OrderBy
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django_filters import Filter

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.object_access import get_visible_or_404, visible_rows
from gongkai.core.acts.rows import split_into_batches
from gongkai.core.registers.action_page import act_view, new_view, table_row_view
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import BoundColumn, Column, bind_columns
from gongkai.core.registers.filters import ChosenFilters, ListFilters, YearFilter, make_filter_class
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.list_page import list_view, render_list
from gongkai.core.registers.record import FileActions, RecordTable, breadcrumbs, paper_view, papers_view, record_view
from gongkai.core.spreadsheets.sheet import Sheet
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.units.models import Body

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow

    AnyRegister: TypeAlias = "Register"
    AnyListing: TypeAlias = "Listing"
    View: TypeAlias = Callable[..., HttpResponseBase]

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """The requested list: the actor (`by`), its filters, and the matching rows in order."""

    by: Actor
    filters: ListFilters
    rows: "models.QuerySet[Row]"
    order: str = ""

    @property
    def chosen(self) -> ChosenFilters:
        """Return the chosen filter values."""
        return self.filters.chosen


class Register(Generic[Row]):
    """A declared list of rows. An app subclasses it and includes its `urls`.

    Attributes:
        name: `app.list`; its URL name is `app:list`.
        route: URL name, for an app whose URLs have no namespace.
        model: model of the rows.
        parent: model of the row to which the rows belong; `of` is that row.
        title: heading of the page.
        section: breadcrumbs before it: a label, or a label and a URL name.
        columns: names of fields, or `columns.Column`; the one called `main` links to the record.
        main: column that names a row; by default the first.
        filters: see `filters`.
        folded_filters: filters that are collapsed until one of them is used.
        search_fields: fields that the search box searches.
        initial_filters: filter values at first (`{"state": "held"}`).
        ordering: fields by which rows are ordered at first; by default the model's.
        intro: sentence below the heading.
        empty: why there are no rows, and what to do.
        new: action that creates a row.
        new_label: label of its button, if the app has its own page for it.
        acts: actions on a row.
        acts_listed: whether the list shows them, too.
        bulk_action: action on selected rows (`bulk_actions.BulkAction`).
        has_record: whether each row has a page.
        papers: how files of a row are added and removed (`record.FileActions`).
        parts: tables on a record's page, of rows that belong to it (`record.RecordTable`).
        record_template: template of the record; a template that extends `registers/record.html` adds blocks.
        record_route: URL name of the record, if not that of the list with `_row`.
        shown_at: page of a row outside the register: its URL name (`app:page`, with the primary key), or the row's
            attribute with the URL (`entry.url`).
        template: template of the list; a template that extends `registers/register.html` adds blocks.
        importer: name of the importer that reads the exported file.
        unit: field with the unit of a row, for `owing_units`.
        owed_under: filters that change which units owe a row; search words and states do not.
        file_name: name of the exported file, if not the title.
        file_sheet: sheet of the exported file, if not made of the columns: that of an importer (see `file_objects`).
        tabs: filter shown as tabs above the list, each with its number of rows.
    """

    name: ClassVar[str]
    route: ClassVar[str] = ""
    model: ClassVar[type[models.Model]]
    parent: ClassVar[type[models.Model] | None] = None
    of: "AnyRow" = None
    title: ClassVar[str]
    section: ClassVar[Sequence[str | tuple[str, str]]] = ()
    columns: ClassVar[Sequence[str | Column]]
    main: ClassVar[str] = ""
    filters: ClassVar[Sequence[str | YearFilter | tuple[str, Filter]]] = ()
    folded_filters: ClassVar[Sequence[str]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    initial_filters: ClassVar[Mapping[str, str]] = {}
    ordering: ClassVar[Sequence[str | OrderBy]] = ()
    intro: ClassVar[str] = ""
    empty: ClassVar[str] = "还没有记录。"
    new: ClassVar[New | None] = None
    new_label: ClassVar[str] = ""
    acts: ClassVar[Sequence[Act]] = ()
    acts_listed: ClassVar[bool] = True
    bulk_action: ClassVar[BulkAction | None] = None
    has_record: ClassVar[bool] = True
    papers: ClassVar[FileActions | None] = None
    parts: ClassVar[Sequence[RecordTable]] = ()
    record_template: ClassVar[str] = "registers/record.html"
    record_route: ClassVar[str] = ""
    shown_at: ClassVar[str] = ""
    template: ClassVar[str] = "registers/register.html"
    importer: ClassVar[str] = ""
    unit: ClassVar[str] = "body"
    owed_under: ClassVar[Sequence[str]] = ("year", "body")
    file_name: ClassVar[str] = ""
    file_sheet: ClassVar[Sheet | None] = None
    tabs: ClassVar[str] = ""

    # Overridden by apps

    def rows(self, by: Actor) -> "models.QuerySet[Row]":
        """Return the rows that the actor sees: by default those of the model's object access."""
        return cast("models.QuerySet[Row]", visible_rows(self.model, by))

    def exportable_rows(self, by: Actor) -> "models.QuerySet[Row]":
        """Return all rows that the actor could ever export; this decides who may download a generated file."""
        return self.rows(by)

    def prefetch(self, rows: Sequence[Row], by: Actor) -> Sequence[Row]:
        """Return the rows of a page or of a file's batch with related data prefetched for the actor."""
        return rows

    def file_objects(self, listing: Listing[Row]) -> Iterable[object]:
        """Yield the objects of the file's lines: the matching rows, read in batches."""
        for batch in split_into_batches(listing.rows.iterator(500)):
            yield from self.prefetch(batch, listing.by)

    def new_url_for(self, body: Body, listing: Listing[Row]) -> str:
        """Return the URL where a unit without a row creates one."""
        year = f"&year={listing.chosen.year}" if listing.chosen.year else ""
        return f"{self.url('new')}?{self.new.target if self.new else self.unit}={body.pk}{year}"

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> "models.QuerySet[Body] | None":
        """Return the units that should have a row under the chosen filters; None if the register requires none."""
        return None

    @property
    def heading(self) -> str:
        """Return the heading of the list page."""
        return self.title

    def crumbs(self) -> Sequence[tuple[str, str]]:
        """Return the breadcrumbs with URLs, "" for those without link."""
        return breadcrumbs(self.section)

    def totals(self, listing: Listing[Row]) -> Sequence[tuple[str, object]]:
        """Return (label, total) over all matching rows."""
        return ()

    def extra_context(self, request: HttpRequest, listing: Listing[Row]) -> Mapping[str, object]:
        """Return extra template context of the list."""
        return {}

    def get_heading(self, row: Row) -> str:
        """Return the heading of a row's page."""
        return str(row)

    def get_url(self, row: Row) -> str:
        """Return the URL of a row's page, or ""."""
        if ":" in self.shown_at:
            return reverse(self.shown_at, args=[row.pk])
        if self.shown_at:
            return str(attrgetter(self.shown_at)(row))
        return self.url("row", row.pk) if self.has_record else ""

    def extra_facts(self, by: Actor, row: Row) -> Sequence[tuple[str, object]]:
        """Return further facts for a row's page, as label and value."""
        return ()

    def log_of(self, row: Row) -> object:
        """Return the object whose log a row's page shows as its history; by default the row."""
        return row

    def record_links(self, by: Actor, row: Row) -> Sequence[tuple[str, str]]:
        """Return further links of a row's page: label and URL."""
        return ()

    def list_links(self, by: Actor, row: Row) -> Sequence[tuple[str, str]]:
        """Return links in the list next to a row, before its actions: label and URL."""
        return ()

    def redirect_url(self, by: Actor, row: Row) -> str:
        """Return the URL to which the actor is redirected from a row's page, or ""."""
        return ""

    def record_context(self, request: HttpRequest, by: Actor, row: Row) -> Mapping[str, object]:
        """Return extra template context of a record's page."""
        return {}

    # Derived from the declaration

    @classmethod
    def urls(cls, at: str, rows: str = "") -> list[URLPattern]:
        """Return the URL patterns of the list, rows and forms below the path `at`, which ends with a slash."""
        register = cls()
        base_name = register.route or register.name.partition(".")[2]
        patterns, at = [path(at, list_view(register), name=base_name)], rows or at

        def add(more: str, view_of: "Callable[[AnyRegister], View]", name: str) -> None:
            patterns.append(path(f"{at}{more}", register.under_parent(view_of), name=name))

        if register.papers:
            add("<number:number>/papers/", papers_view, f"{base_name}_papers")
            add("<number:number>/papers/<number:paper>/", paper_view, f"{base_name}_paper")
        if register.new:
            add("new/", new_view, f"{base_name}_new")
        if register.has_record:
            add("<number:number>/", record_view, register.record_route or f"{base_name}_row")
        if register.acts:
            add("<number:number>/<slug:act>/", act_view, f"{base_name}_act")
        if any(part.acts for part in register.parts):
            add("<number:number>/<slug:part>/<number:line>/<slug:act>/", table_row_view, f"{base_name}_line")
        return patterns

    def under(self, by: Actor, parent: int | None) -> Self:
        """Return the register limited to one parent row, or itself without a parent.

        Raises:
            Http404: no such parent, or not visible.
        """
        if self.parent is None:
            return self
        register = type(self)()
        register.of = get_visible_or_404(by, self.parent, parent or 0)
        return register

    def under_parent(self, view_of: "Callable[[Self], View]") -> "View":
        """Wrap a view of a register whose URL names the parent."""
        if self.parent is None:
            return view_of(self)

        def page(request: HttpRequest, *, parent: int, **rest: object) -> HttpResponseBase:
            return view_of(self.under(require_staff_actor(request), parent))(request, **rest)

        return page

    def url(self, kind: str = "", *args: object) -> str:
        """Return a URL of the register by kind: the list, or `new`, `row`, `act`, `line`, `papers`, `paper`."""
        route = self.route or self.name.replace(".", ":")
        args = args if self.of is None else (self.of.pk, *args)
        if kind == "row" and self.record_route:
            namespace = route.rpartition(":")[0]
            return reverse(f"{namespace}:{self.record_route}" if namespace else self.record_route, args=args)
        return reverse(f"{route}_{kind}" if kind else route, args=args)

    @cached_property
    def bound(self) -> list[BoundColumn]:
        """Return the register's columns bound to its model."""
        return bind_columns(self.columns, self.model)

    def columns_for(self, output: str) -> list[BoundColumn]:
        """Return the columns of one output: `list`, `file` or `record`."""
        return [column for column in self.bound if output in column.column.at]

    @cached_property
    def main_column(self) -> BoundColumn:
        """Return the column that names a row, by default the first of the list."""
        list_columns = self.columns_for("list")
        return next((column for column in list_columns if column.name == self.main), list_columns[0])

    @cached_property
    def filter_class(self) -> type[ListFilters]:
        """Return the filter set class of the list."""
        heads = {column.name: column.column.head for column in self.bound}
        return make_filter_class(
            self.model, self.filters, self.search_fields, self.initial_filters, heads, self.tabs, self.folded_filters
        )

    @cached_property
    def sheet(self) -> Sheet:
        """Return the sheet of the exported file: `file_sheet`, else the columns of the output `file`."""
        return self.file_sheet or Sheet(
            self.file_name or self.title, tuple(column.sheet_column() for column in self.columns_for("file"))
        )

    def row(self, by: Actor, number: int) -> Row:
        """Return one row visible to the actor.

        Raises:
            Http404: no such row, or not visible.
        """
        matching_row = self.rows(by).filter(pk=get_visible_or_404(by, self.model, number).pk).first()
        if matching_row is None:
            raise Http404("没有这条记录")
        return self.prefetch([matching_row], by)[0]

    def listing(self, request: HttpRequest, by: Actor) -> Listing[Row]:
        """Return the list that a request asks for: filters, matching rows in order, sort field."""
        filters = self.filter_class(request.GET, self.rows(by), by, self.of)
        sort = request.GET.get("sort", "")
        paths = {column.order for column in self.columns_for("list") if column.order}
        order, rows = sort if sort.removeprefix("-") in paths else "", filters.rows()
        default_ordering = self.ordering or self.model._meta.ordering or ("-pk",)
        # Sort by id last, so that equal rows appear on exactly one page.
        rows = rows.order_by(*([order] if order else default_ordering), "-pk" if order.startswith("-") else "pk")
        return Listing(by, filters, rows, order)

    def missing_units(self, listing: Listing[Row]) -> "list[Body] | None":
        """Return the units that should have a row and have none, in directory order; None if none are required."""
        owing = self.owing_units(listing.by, listing.chosen)
        if owing is None:
            return None
        filters = listing.filters
        open_to_all = {name: self.initial_filters.get(name) for name in filters.chosen if name not in self.owed_under}
        units_with_rows = filters.rows(open_to_all).order_by().values(self.unit)
        return list(owing.exclude(pk__in=units_with_rows).order_by("position", "pk"))

    def draw(self, request: HttpRequest, listing: Listing[Row]) -> HttpResponse:
        """Render the list page; a register whose list contains a form overrides it."""
        return render_list(self, request, listing)

    def new_url(self, by: Actor) -> str:
        """Return the URL to create a row, or "" if the register or the actor has no target for it."""
        return self.url("new") if self.new and self.new.targets(by).exists() else ""


def map_declared_registers() -> "dict[str, AnyRegister]":
    """Return every declared register by name."""

    def below(kind: "type[AnyRegister]") -> "Iterable[type[AnyRegister]]":
        """Yield all subclasses."""
        for derived in kind.__subclasses__():
            yield derived
            yield from below(derived)

    return {
        register_class.name: register_class() for register_class in below(Register) if hasattr(register_class, "name")
    }
