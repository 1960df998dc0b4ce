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
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Generic, TypeAlias, TypeVar, cast

from django.db import models
from django.db.models.expressions import OrderBy
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django_filters import Filter

from gongkai.acts.actors import Actor
from gongkai.acts.door import get_visible_or_404, rows_of
from gongkai.acts.portions import portions
from gongkai.errands.exports import asks_file, may_be_long
from gongkai.registers.acting import act_view, line_view, new_view
from gongkai.registers.columns import BoundColumn, Cell, Column, Line, bind_all
from gongkai.registers.filters import Chosen, Listed, Year, filters_for, hidden_fields
from gongkai.registers.forms import Act, New
from gongkai.registers.heads import MISSING, NAMED, heads_of, tabs_of, views_of
from gongkai.registers.record import (
    Offer,
    Papers,
    Part,
    offer_of,
    paper_view,
    papers_view,
    record_view,
    sections,
)
from gongkai.registers.ticking import Ticks, do_to_ticked, ticking_of
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.spreadsheets.importers import find_importer
from gongkai.spreadsheets.sheet import Column as SheetColumn
from gongkai.spreadsheets.sheet import Sheet
from gongkai.ui.paging import address_with, page_of
from gongkai.units.actors import require_staff_actor
from gongkai.units.models import Body

if TYPE_CHECKING:
    from gongkai.registers.columns import AnyRows

    AnyRegister: TypeAlias = "Register"
    AnyListing: TypeAlias = "Listing"

Row = TypeVar("Row", bound=models.Model)
#: The second page of an exported file.
MISSING_UNITS = Sheet("还没有登记的单位", (SheetColumn("name", "单位", width=36),))


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
        title: the page's heading.
        section: breadcrumbs before it: a label, or a label and the name of an address.
        columns: see `columns.Column`; the one called `main` leads to the record.
        main: the column that names a row; by default the first.
        filters: see `filters`.
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
        file_name: what the exported file is called, where that is not the title.
        file_sheet: the file's own sheet, where it is not made of the columns: that of an importer, which reads it back (see `filed`).
        tabs: the filter that is shown as tabs above the list, each with how many rows it has.
    """

    name: ClassVar[str]
    route: ClassVar[str] = ""
    model: ClassVar[type[models.Model]]
    title: ClassVar[str]
    section: ClassVar[Sequence[str | tuple[str, str]]] = ()
    columns: ClassVar[Sequence[str | Column]]
    main: ClassVar[str] = ""
    filters: ClassVar[Sequence[str | Year | tuple[str, Filter]]] = ()
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
        made, at = [path(at, register.view(), name=own)], rows or at
        if register.new:
            made.append(path(f"{at}new/", new_view(register), name=f"{own}_new"))
        if register.has_record:
            name = register.record_route or f"{own}_row"
            made.append(path(f"{at}<number:number>/", record_view(register), name=name))
        if register.acts:
            made.append(path(f"{at}<number:number>/<slug:act>/", act_view(register), name=f"{own}_act"))
        if register.papers:
            made.insert(1, path(f"{at}<number:number>/papers/", papers_view(register), name=f"{own}_papers"))
            one = f"{at}<number:number>/papers/<number:paper>/"
            made.insert(2, path(one, paper_view(register), name=f"{own}_paper"))
        if any(part.acts for part in register.parts):
            line = f"{at}<number:number>/<slug:part>/<number:line>/<slug:act>/"
            made.append(path(line, line_view(register), name=f"{own}_line"))
        return made

    def url(self, kind: str = "", *args: object) -> str:
        """Return an address of the register: the list, or `new`, `row`, `act`, `line`, `papers`, `paper`."""
        route = self.route or self.name.replace(".", ":")
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
        return filters_for(self.model, self.filters, self.words, self.usual, heads, self.tabs)

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
        filters = self.filter_class(request.GET, self.rows(by))
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
        having = listing.rows.order_by().values(self.unit)
        return list(owing.exclude(pk__in=having).order_by("position", "pk"))

    def view(self) -> Callable[..., HttpResponseBase]:
        """Return the view of the list and its file."""

        def rows(request: HttpRequest) -> "AnyRows":
            return self.listing(request, require_staff_actor(request)).rows

        def page(request: HttpRequest) -> HttpResponseBase:
            listing = self.listing(request, require_staff_actor(request))
            if asks_file(request):
                return self.export(listing)
            done = do_to_ticked(self, request, listing) if self.ticks and request.method == "POST" else None
            return done or self.draw(request, listing)

        seen: Callable[[HttpRequest], AnyRows] = lambda request: self.seen(require_staff_actor(request))  # noqa: E731
        return may_be_long(self.name, self.title, rows=rows, seen=seen, asked=asks_file)(page)

    def export(self, listing: Listing[Row]) -> HttpResponse:
        """Return the rows as a spreadsheet, on a second page the units that have none."""
        also = [(MISSING_UNITS, missing)] if (missing := self.missing(listing)) else []
        name = f"{self.file_name or self.title}{listing.chosen.year or ''}"
        guide = self.file_sheet is not None and bool(self.importer)
        return spreadsheet(self.sheet, self.filed(listing), name, guide=guide, also=also)

    def draw(self, request: HttpRequest, listing: Listing[Row]) -> HttpResponse:
        """Return the page of the list."""
        missing = self.missing(listing)
        lacking = request.GET.get("show") == MISSING and missing is not None
        page = page_of(request, listing.rows)
        rows = [] if lacking else self.loaded(list(page), listing.by)
        ticking = ticking_of(self, request, listing)
        lines = [self.line(row, listing.by, ticking.box(row) if ticking else None) for row in rows]
        context: dict[str, object] = {
            "register": self,
            "listing": listing,
            "heads": heads_of(request, self.at("list"), self.main_column, listing.order),
            "lines": lines,
            "has_acts": any(line.acts for line in lines),
            "page": page,
            "ticking": ticking if any(line.box is not None for line in lines) else None,
            "missing": missing,
            "lacking": lacking,
            "lacking_rows": self._lacking_rows(missing or [], listing) if lacking else [],
            "named": (missing or [])[:NAMED],
            "views": views_of(request, page.paginator.count, missing, lacking=lacking),
            "tabs": tabs_of(request, listing.filters),
            "hidden": hidden_fields(listing.filters.form, request.GET, ("sort", "show")),
            "totals": self.totals(listing),
            "new_url": self.new_url(listing.by),
            "export_url": address_with(request, export="1", page="", show=""),
            "import_url": self._import_url(listing.by),
            "sections": sections(self.section),
        }
        return render(request, self.template, {**context, **self.beside(request, listing)})

    def line(self, row: Row, by: Actor, box: bool | None = None) -> Line:
        """Return a row as the list shows it; the column that names it comes first on a phone."""
        cells = [Cell(column.head, column.cell(row), column.css) for column in self.at("list")]
        ways = [Offer(words, url) for words, url in self.ways(by, row)]
        # A button that asks nothing stands on the record's page; where there is none, in the list.
        acts = [
            offer_of(self, act, row)
            for act in self.acts
            if self.acts_listed
            and act.listed
            and not act.part
            and not (act.quick and self.has_record)
            and act.is_offered(row, by)
        ]
        return Line(row, cells, self.url_of(row), [*ways, *acts], box)

    def new_url(self, by: Actor) -> str:
        """Return where a new row is made; empty where somebody may make none."""
        return self.url("new") if self.new and self.new.targets(by).exists() else ""

    def _lacking_rows(self, missing: "list[Body]", listing: Listing[Row]) -> list[tuple[Body, str]]:
        """Return the units that have none, each with where one is made for it, if whoever looks may."""
        may = set(self.new.targets(listing.by).values_list("pk", flat=True)) if self.new else set()
        return [(body, self.lacking_url(body, listing) if body.pk in may else "") for body in missing]

    def _import_url(self, by: Actor) -> str:
        found = find_importer(self.importer) if self.importer else None
        may = found is not None and not found.why_not(by)
        return reverse("spreadsheets:start", args=[self.importer]) if may else ""


def declared_registers() -> "dict[str, AnyRegister]":
    """Return every register by its name; rooms declare them where they name their addresses."""

    def below(kind: "type[AnyRegister]") -> "Iterable[type[AnyRegister]]":
        for derived in kind.__subclasses__():
            yield derived
            yield from below(derived)

    return {made.name: made() for made in below(Register) if hasattr(made, "name")}
