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
from gongkai.core.acts.door import get_visible_or_404, rows_of
from gongkai.core.acts.rows import portions
from gongkai.core.registers.acting import act_view, line_view, new_view
from gongkai.core.registers.columns import BoundColumn, Column, bind_all
from gongkai.core.registers.filters import Chosen, Listed, Year, filters_for
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.list_page import draw_list, list_view
from gongkai.core.registers.record import Papers, Part, paper_view, papers_view, record_view, sections
from gongkai.core.registers.ticking import Ticks
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
    """What somebody asked for: the filters, and the rows that fit, in order."""

    by: Actor
    filters: Listed
    rows: "models.QuerySet[Row]"
    order: str = ""

    @property
    def chosen(self) -> Chosen:
        """What was chosen in the filters."""
        return self.filters.chosen


class Register(Generic[Row]):
    """A list of rows, declared. A room derives its own and names its addresses with `urls`.

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
        ticks: what is done at once to rows that are ticked (`ticking.Ticks`).
        has_record: whether each row has a page of its own.
        papers: how papers are kept and dropped, where rows have papers (`record.Papers`).
        parts: the tables on a record's page, of rows that belong to it (`record.Part`).
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
    filters: ClassVar[Sequence[str | Year | tuple[str, Filter]]] = ()
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
    ticks: ClassVar[Ticks | None] = None
    has_record: ClassVar[bool] = True
    papers: ClassVar[Papers | None] = None
    parts: ClassVar[Sequence[Part]] = ()
    record_template: ClassVar[str] = "registers/record.html"
    record_route: ClassVar[str] = ""
    template: ClassVar[str] = "registers/register.html"
    importer: ClassVar[str] = ""
    unit: ClassVar[str] = "body"
    owed_under: ClassVar[Sequence[str]] = ("year", "body")
    file_name: ClassVar[str] = ""
    file_sheet: ClassVar[Sheet | None] = None
    tabs: ClassVar[str] = ""

    # What a room says

    def rows(self, by: Actor) -> "models.QuerySet[Row]":
        """Return the rows that somebody sees: those of the door (`acts.door`), narrowed or with figures of their own."""
        return cast("models.QuerySet[Row]", rows_of(self.model, by))

    def seen(self, by: Actor) -> "models.QuerySet[Row]":
        """Return all rows that may ever stand in somebody's file: who may see them may take a file that was made earlier."""
        return self.rows(by)

    def loaded(self, rows: Sequence[Row], by: Actor) -> Sequence[Row]:
        """Return the rows of a page, or of a portion of the file, with what is read for all of them at once and for whoever looks."""
        return rows

    def filed(self, listing: Listing[Row]) -> Iterable[object]:
        """Return what the lines of the file are read from: the rows that fit, loaded by portions."""
        for part in portions(listing.rows.iterator(500)):
            yield from self.loaded(part, listing.by)

    def lacking_url(self, body: Body, listing: Listing[Row]) -> str:
        """Return where a unit that owes a row makes one."""
        year = f"&year={listing.chosen.year}" if listing.chosen.year else ""
        return f"{self.url('new')}?{self.new.target if self.new else self.unit}={body.pk}{year}"

    def owing(self, by: Actor, chosen: Chosen) -> "models.QuerySet[Body] | None":
        """Return the units that owe a row under what was chosen (a year); None where nobody owes one."""
        return None

    @property
    def heading(self) -> str:
        """The heading of the list's page: the title; a register with a parent may name that, too."""
        return self.title

    def crumbs(self) -> Sequence[tuple[str, str]]:
        """Return the breadcrumbs before the list, each with its address; those that lead nowhere have none."""
        return sections(self.section)

    def totals(self, listing: Listing[Row]) -> Sequence[tuple[str, object]]:
        """Return figures above the list, each with its label; computed over all rows that fit."""
        return ()

    def beside(self, request: HttpRequest, listing: Listing[Row]) -> Mapping[str, object]:
        """Return what a template of the room's own shows besides."""
        return {}

    def heading_of(self, row: Row) -> str:
        """Return what a row's page is called."""
        return str(row)

    def url_of(self, row: Row) -> str:
        """Return where a row's page is: its record; empty where it has none."""
        return self.url("row", row.pk) if self.has_record else ""

    def facts_of(self, row: Row) -> Sequence[tuple[str, object]]:
        """Return facts on a row's page besides its columns."""
        return ()

    def log_of(self, row: Row) -> object:
        """Return what the history on a row's page is of: the row, or what its actions are done to."""
        return row

    def links(self, by: Actor, row: Row) -> Sequence[tuple[str, str]]:
        """Return further ways from a row's page (its files, what it belongs to): words and address."""
        return ()

    def ways(self, by: Actor, row: Row) -> Sequence[tuple[str, str]]:
        """Return ways that the list offers beside a row, before its actions, to pages that the room draws itself: words and address."""
        return ()

    def instead(self, by: Actor, row: Row) -> str:
        """Return the page that somebody is led to instead of a row's own; empty for nowhere."""
        return ""

    def beside_record(self, request: HttpRequest, by: Actor, row: Row) -> Mapping[str, object]:
        """Return what a record's template of the room's own shows besides."""
        return {}

    # What follows

    @classmethod
    def urls(cls, at: str, rows: str = "") -> list[URLPattern]:
        """Return the addresses of the list under a path that ends with a slash, and of rows and forms: under `rows`, where it is given."""
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
        """Return the register of one parent's rows; the register itself where it has none.

        Raises:
            Http404: there is no such parent, or it is not theirs to see.
        """
        if self.parent is None:
            return self
        narrowed = type(self)()
        narrowed.of = get_visible_or_404(by, self.parent, parent or 0)
        return narrowed

    def under_parent(self, view_of: "Callable[[Self], View]") -> "View":
        """Return a view of the register that the address names the parent of."""
        if self.parent is None:
            return view_of(self)

        def page(request: HttpRequest, *, parent: int, **rest: object) -> HttpResponseBase:
            return view_of(self.under(require_staff_actor(request), parent))(request, **rest)

        return page

    def url(self, kind: str = "", *args: object) -> str:
        """Return an address of the register: the list, or `new`, `row`, `act`, `line`, `papers`, `paper`."""
        route = self.route or self.name.replace(".", ":")
        args = args if self.of is None else (self.of.pk, *args)
        if kind == "row" and self.record_route:
            room = route.rpartition(":")[0]
            return reverse(f"{room}:{self.record_route}" if room else self.record_route, args=args)
        return reverse(f"{route}_{kind}" if kind else route, args=args)

    @cached_property
    def bound(self) -> list[BoundColumn]:
        """The columns, bound to the model."""
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
    def filter_class(self) -> type[Listed]:
        """The filters of the list."""
        heads = {column.name: column.column.head for column in self.bound}
        return filters_for(self.model, self.filters, self.words, self.usual, heads, self.tabs, self.rare)

    @cached_property
    def sheet(self) -> Sheet:
        """The exported file: the columns of the list and those that stand in the file alone."""
        return self.file_sheet or Sheet(
            self.file_name or self.title, tuple(column.sheet_column() for column in self.at("file"))
        )

    def row(self, by: Actor, number: int) -> Row:
        """Return one row that somebody sees.

        Raises:
            Http404: there is none, or it is not theirs to see.
        """
        found = self.rows(by).filter(pk=get_visible_or_404(by, self.model, number).pk).first()
        if found is None:
            raise Http404("没有这条记录")
        return self.loaded([found], by)[0]

    def listing(self, request: HttpRequest, by: Actor) -> Listing[Row]:
        """Return what an address asks for."""
        filters = self.filter_class(request.GET, self.rows(by), by, self.of)
        wanted = request.GET.get("sort", "")
        paths = {column.order for column in self.at("list") if column.order}
        order, rows = wanted if wanted.removeprefix("-") in paths else "", filters.rows()
        named = self.order or self.model._meta.ordering or ("-pk",)
        # The number last: rows that are otherwise alike stand on one page or the next, never on both or none.
        rows = rows.order_by(*([order] if order else named), "-pk" if order.startswith("-") else "pk")
        return Listing(by, filters, rows, order)

    def missing(self, listing: Listing[Row]) -> "list[Body] | None":
        """Return the units that owe a row and have none; None where nobody owes one."""
        owing = self.owing(listing.by, listing.chosen)
        if owing is None:
            return None
        filters = listing.filters
        open_to_all = {name: self.usual.get(name) for name in filters.chosen if name not in self.owed_under}
        having = filters.rows(open_to_all).order_by().values(self.unit)
        return list(owing.exclude(pk__in=having).order_by("position", "pk"))

    def draw(self, request: HttpRequest, listing: Listing[Row]) -> HttpResponse:
        """Return the page of the list; a list that takes something in (a form above it) does so first."""
        return draw_list(self, request, listing)

    def new_url(self, by: Actor) -> str:
        """Return where a new row is made; empty where somebody may make none."""
        return self.url("new") if self.new and self.new.targets(by).exists() else ""


def declared_registers() -> "dict[str, AnyRegister]":
    """Return every register by its name; rooms declare them where they name their addresses."""

    def below(kind: "type[AnyRegister]") -> "Iterable[type[AnyRegister]]":
        for derived in kind.__subclasses__():
            yield derived
            yield from below(derived)

    return {made.name: made() for made in below(Register) if hasattr(made, "name")}
