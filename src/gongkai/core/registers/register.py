"""A register: a list declared once, with its page, its files, its forms and its records.

    class Talks(Register[Talk]):
        name, model, title = "assessment.talks", Talk, "约谈、帮扶"
        columns = ("on", "body", "kind", Column("problems", at=…), "solved")
        filters = (Year("on"), "body", "kind")
        new = New(action=record_talk, targets=bodies_overseen)


    urlpatterns = [*Talks.urls("talks/"), …]

The rows are those that the door shows (`units.door.visible`, said beside the room's queries); `rows` narrows them. This gives
`assessment:talks` (the list and its file), `assessment:talks_new`, `assessment:talks_row`, `assessment:talks_act` and, where the rows have
papers, `assessment:talks_paper`. No list is cut: what does not stand on this page stands on the next, and all of it in the file.

Rows that belong to one row of another model (the findings of one run) have that model as the `parent`. Its number is in the address,
`*Findings.urls("runs/<number:parent>/findings/")`, it comes through its own door, and `rows` narrows to `self.of`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeAlias, TypeVar, cast

from django.db import models
from django.db.models.expressions import OrderBy
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django_filters import Filter

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.door import get_visible_or_404, visible_rows
from gongkai.core.acts.rows import split_into_portions
from gongkai.core.registers.acting import act_view, line_view, new_view
from gongkai.core.registers.columns import BoundColumn, Column, bind_all
from gongkai.core.registers.filters import ChosenFilters, ListFilters, YearFilter, filters_for
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.list_page import draw_list, list_view
from gongkai.core.registers.record import FileActions, RecordTable, breadcrumbs, paper_view, papers_view, record_view
from gongkai.core.registers.ticking import BulkAction
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
    """The requested list: filters and matching rows in order."""

    by: Actor
    filters: ListFilters
    rows: "models.QuerySet[Row]"
    order: str = ""

    @property
    def chosen(self) -> ChosenFilters:
        """The chosen filter values."""
        return self.filters.chosen


class Register(Generic[Row]):
    """A declared list of rows. An app subclasses it and includes its `urls`.

    Attributes:
        name: `room.list`; the address is `room:list`.
        route: the address's name, in a room whose addresses have no namespace.
        model: of the rows.
        parent: whose rows a list holds, where the address names one row of another model; `of` is that row.
        title: the page's heading.
        section: breadcrumbs before it: a label, or a label and the name of an address.
        columns: see `columns.Column`; the one called `main` leads to the record.
        main: the column that names a row; by default the first.
        filters: see `filters`.
        rare: the filters that stand folded behind the others, until one of them is used.
        words: fields in which words are looked for.
        usual: what is chosen in the filters at first (`{"state": "held"}`).
        order: fields that the rows are ordered by at first; by default the model's.
        intro: a sentence under the heading.
        empty: why there is nothing, and what to do.
        new: the action that makes a row.
        new_label: the button's words, where `new_url` leads to a page of the room's own.
        acts: the actions that a row offers.
        acts_listed: whether the list offers them, too.
        ticks: what is done at once to rows that are ticked (`ticking.BulkAction`).
        has_record: whether each row has a page of its own.
        papers: how papers are kept and dropped, where rows have papers (`record.FileActions`).
        parts: the tables on a record's page, of rows that belong to it (`record.RecordTable`).
        record_template: the record's template; one that extends `registers/record.html` adds blocks of its own.
        record_route: the name of the record's address, where it is not that of the list with `_row`.
        template: the list's template; one that extends `registers/register.html` adds blocks of its own.
        importer: the name of the importer that reads the exported file back.
        unit: the field that names the unit whose row it is, for `owing`.
        owed_under: the filters that narrow what units owe; words, a state and the like never make a unit one without rows.
        file_name: what the exported file is called, where that is not the title.
        file_sheet: the file's own sheet, where it is not made of the columns: that of an importer, which reads it back (see `filed`).
        tabs: the filter that is shown as tabs above the list, each with how many rows it has.
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
    rare: ClassVar[Sequence[str]] = ()
    words: ClassVar[Sequence[str]] = ()
    usual: ClassVar[Mapping[str, str]] = {}
    order: ClassVar[Sequence[str | OrderBy]] = ()
    intro: ClassVar[str] = ""
    empty: ClassVar[str] = "还没有记录。"
    new: ClassVar[New | None] = None
    new_label: ClassVar[str] = ""
    acts: ClassVar[Sequence[Act]] = ()
    acts_listed: ClassVar[bool] = True
    ticks: ClassVar[BulkAction | None] = None
    has_record: ClassVar[bool] = True
    papers: ClassVar[FileActions | None] = None
    parts: ClassVar[Sequence[RecordTable]] = ()
    record_template: ClassVar[str] = "registers/record.html"
    record_route: ClassVar[str] = ""
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

    def seen(self, by: Actor) -> "models.QuerySet[Row]":
        """Return all rows that the actor could ever export; decides who may download an existing file."""
        return self.rows(by)

    def loaded(self, rows: Sequence[Row], by: Actor) -> Sequence[Row]:
        """Return the rows of a page or file portion with related data prefetched for the actor."""
        return rows

    def filed(self, listing: Listing[Row]) -> Iterable[object]:
        """Return the objects behind the lines of the file: the matching rows in portions."""
        for part in split_into_portions(listing.rows.iterator(500)):
            yield from self.loaded(part, listing.by)

    def lacking_url(self, body: Body, listing: Listing[Row]) -> str:
        """URL where a unit without row creates one."""
        year = f"&year={listing.chosen.year}" if listing.chosen.year else ""
        return f"{self.url('new')}?{self.new.target if self.new else self.unit}={body.pk}{year}"

    def owing(self, by: Actor, chosen: ChosenFilters) -> "models.QuerySet[Body] | None":
        """Return the units expected to have a row under the chosen filters, or None."""
        return None

    @property
    def heading(self) -> str:
        """Heading of the list page."""
        return self.title

    def crumbs(self) -> Sequence[tuple[str, str]]:
        """Breadcrumbs with URLs; "" without link."""
        return breadcrumbs(self.section)

    def totals(self, listing: Listing[Row]) -> Sequence[tuple[str, object]]:
        """Return labelled totals over all matching rows."""
        return ()

    def beside(self, request: HttpRequest, listing: Listing[Row]) -> Mapping[str, object]:
        """Return extra template context of the list."""
        return {}

    def heading_of(self, row: Row) -> str:
        """Return the heading of a row's page."""
        return str(row)

    def url_of(self, row: Row) -> str:
        """URL of a row's page, or ""."""
        return self.url("row", row.pk) if self.has_record else ""

    def facts_of(self, row: Row) -> Sequence[tuple[str, object]]:
        """Return further facts of a row's page."""
        return ()

    def log_of(self, row: Row) -> object:
        """Return the object whose history a row's page shows."""
        return row

    def links(self, by: Actor, row: Row) -> Sequence[tuple[str, str]]:
        """Return further links of a row's page: label and URL."""
        return ()

    def ways(self, by: Actor, row: Row) -> Sequence[tuple[str, str]]:
        """Return links in the list next to a row, before its actions: label and URL."""
        return ()

    def instead(self, by: Actor, row: Row) -> str:
        """URL to which the actor is redirected from a row's page, or ""."""
        return ""

    def beside_record(self, request: HttpRequest, by: Actor, row: Row) -> Mapping[str, object]:
        """Return extra template context of a record's page."""
        return {}

    # Derived from the declaration

    @classmethod
    def urls(cls, at: str, rows: str = "") -> list[URLPattern]:
        """Return the URL patterns of the list, rows and forms below a path that ends with a slash."""
        register = cls()
        own = register.route or register.name.partition(".")[2]
        made, at = [path(at, list_view(register), name=own)], rows or at

        def add(more: str, view_of: "Callable[[AnyRegister], View]", name: str) -> None:
            made.append(path(f"{at}{more}", register.under_parent(view_of), name=name))

        if register.papers:
            add("<number:number>/papers/", papers_view, f"{own}_papers")
            add("<number:number>/papers/<number:paper>/", paper_view, f"{own}_paper")
        if register.new:
            add("new/", new_view, f"{own}_new")
        if register.has_record:
            add("<number:number>/", record_view, register.record_route or f"{own}_row")
        if register.acts:
            add("<number:number>/<slug:act>/", act_view, f"{own}_act")
        if any(part.acts for part in register.parts):
            add("<number:number>/<slug:part>/<number:line>/<slug:act>/", line_view, f"{own}_line")
        return made

    def under(self, by: Actor, parent: int | None) -> Self:
        """Return the register limited to one parent row, or itself without parent.

        Raises:
            Http404: no such parent, or not visible.
        """
        if self.parent is None:
            return self
        narrowed = type(self)()
        narrowed.of = get_visible_or_404(by, self.parent, parent or 0)
        return narrowed

    def under_parent(self, view_of: "Callable[[Self], View]") -> "View":
        """Wrap a view of a register whose URL names the parent."""
        if self.parent is None:
            return view_of(self)

        def page(request: HttpRequest, *, parent: int, **rest: object) -> HttpResponseBase:
            return view_of(self.under(require_staff_actor(request), parent))(request, **rest)

        return page

    def url(self, kind: str = "", *args: object) -> str:
        """Return a URL of the register: the list, or `new`, `row`, `act`, `line`, `papers`, `paper`."""
        route = self.route or self.name.replace(".", ":")
        args = args if self.of is None else (self.of.pk, *args)
        if kind == "row" and self.record_route:
            room = route.rpartition(":")[0]
            return reverse(f"{room}:{self.record_route}" if room else self.record_route, args=args)
        return reverse(f"{route}_{kind}" if kind else route, args=args)

    @cached_property
    def bound(self) -> list[BoundColumn]:
        """The columns bound to the model."""
        return bind_all(self.columns, self.model)

    def at(self, place: str) -> list[BoundColumn]:
        """Return the columns of a place: list, file or record."""
        return [column for column in self.bound if place in column.column.at]

    @cached_property
    def main_column(self) -> BoundColumn:
        """The column that names a row."""
        listed = self.at("list")
        return next((column for column in listed if column.name == self.main), listed[0])

    @cached_property
    def filter_class(self) -> type[ListFilters]:
        """The filter set class of the list."""
        heads = {column.name: column.column.head for column in self.bound}
        return filters_for(self.model, self.filters, self.words, self.usual, heads, self.tabs, self.rare)

    @cached_property
    def sheet(self) -> Sheet:
        """The exported file: columns of the list and file-only columns."""
        return self.file_sheet or Sheet(
            self.file_name or self.title, tuple(column.sheet_column() for column in self.at("file"))
        )

    def row(self, by: Actor, number: int) -> Row:
        """Return one row visible to the actor.

        Raises:
            Http404: no such row, or not visible.
        """
        found = self.rows(by).filter(pk=get_visible_or_404(by, self.model, number).pk).first()
        if found is None:
            raise Http404("没有这条记录")
        return self.loaded([found], by)[0]

    def listing(self, request: HttpRequest, by: Actor) -> Listing[Row]:
        """Return the list that a request asks for."""
        filters = self.filter_class(request.GET, self.rows(by), by, self.of)
        wanted = request.GET.get("sort", "")
        paths = {column.order for column in self.at("list") if column.order}
        order, rows = wanted if wanted.removeprefix("-") in paths else "", filters.rows()
        named = self.order or self.model._meta.ordering or ("-pk",)
        # Sort by id last, so that equal rows appear on exactly one page.
        rows = rows.order_by(*([order] if order else named), "-pk" if order.startswith("-") else "pk")
        return Listing(by, filters, rows, order)

    def missing(self, listing: Listing[Row]) -> "list[Body] | None":
        """Return the units without expected row, or None."""
        owing = self.owing(listing.by, listing.chosen)
        if owing is None:
            return None
        filters = listing.filters
        open_to_all = {name: self.usual.get(name) for name in filters.chosen if name not in self.owed_under}
        having = filters.rows(open_to_all).order_by().values(self.unit)
        return list(owing.exclude(pk__in=having).order_by("position", "pk"))

    def draw(self, request: HttpRequest, listing: Listing[Row]) -> HttpResponse:
        """Render the list page; a list with a form handles it first."""
        return draw_list(self, request, listing)

    def new_url(self, by: Actor) -> str:
        """URL to create a row, or "" if not allowed."""
        return self.url("new") if self.new and self.new.targets(by).exists() else ""


def declared_registers() -> "dict[str, AnyRegister]":
    """Return every declared register by name."""

    def below(kind: "type[AnyRegister]") -> "Iterable[type[AnyRegister]]":
        for derived in kind.__subclasses__():
            yield derived
            yield from below(derived)

    return {made.name: made() for made in below(Register) if hasattr(made, "name")}
