"""The page of a record: facts, files, actions and history."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.core.acts.action import AnyAction, get_log_stream
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.models import Movement
from gongkai.core.acts.pages import add_form_error_messages, run_with_messages
from gongkai.core.files.forms import warn_of_refused_files
from gongkai.core.files.record_files import PapersForm, make_paper_response
from gongkai.core.registers.columns import BoundColumn, Column, bind_columns
from gongkai.core.registers.forms import Act
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.paging import get_page

if TYPE_CHECKING:
    from django.core.paginator import Page

    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.registers.register import AnyRegister
    from gongkai.core.spreadsheets.sheet import AnyRow

#: Type of a view.
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class FileActions:
    """The actions that add files to a row, `keep(row, what=kind, files=…)`, and remove one, `drop(paper)`."""

    keep: AnyAction
    drop: AnyAction


@dataclass(frozen=True)
class OfferedAction:
    """An action on a record's page, labelled `words`: a button if it has no form (`quick`), else a link to
    the form.
    """

    words: str
    url: str
    quick: bool = False
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecordTable:
    """A table on a record's page with rows that belong to the record.

    Attributes:
        name: its part of the URLs, and the name of its pager.
        title: the heading.
        model: the model of the rows.
        rows: returns the rows of a record for an actor.
        columns: see `columns.Column`; the first one names a row.
        acts: the actions that a row offers.
        note: a sentence under the heading.
        empty: text if there is no row.
    """

    name: str
    title: str
    model: type[models.Model]
    rows: "Callable[[AnyRow, Actor], AnyRows | Sequence[AnyRow]]"
    columns: Sequence[str | Column]
    acts: Sequence[Act] = ()
    note: str = ""
    empty: str = "没有登记。"

    @cached_property
    def bound(self) -> list[BoundColumn]:
        """Return the columns bound to the model of the table's rows."""
        return bind_columns(self.columns, self.model)

    def row(self, record: "AnyRow", by: Actor, number: int) -> "AnyRow":
        """Return one of the record's rows by its primary key.

        Raises:
            Http404: it has no such row.
        """
        rows = self.rows(record, by)
        matching_row = (
            rows.filter(pk=number).first()
            if isinstance(rows, models.QuerySet)
            else next((row for row in rows if row.pk == number), None)
        )
        if matching_row is None:
            raise Http404("没有这条记录")
        return matching_row


@dataclass(frozen=True)
class PartRow:
    """A row of a table on a record's page: cells and offered actions."""

    row: "AnyRow"
    cells: "Sequence[tuple[BoundColumn, object]]"
    offers: Sequence[OfferedAction]


@dataclass(frozen=True)
class PartTable:
    """A table on a record's page as rendered: its rows (`lines`) and the actions offered above it."""

    part: RecordTable
    lines: Sequence[PartRow]
    page: "Page[AnyRow]"
    offers: Sequence[OfferedAction]

    @property
    def has_acts(self) -> bool:
        """Return true if any row offers an action."""
        return any(line.offers for line in self.lines)


def record_view(register: "AnyRegister") -> View:
    """Return the view of a record."""

    def page(request: HttpRequest, number: int) -> HttpResponse:
        """Show the row, or redirect where it has a page of its own."""
        by = require_staff_actor(request)
        row = register.row(by, number)
        redirect_url = register.redirect_url(by, row)
        return HttpResponseRedirect(redirect_url) if redirect_url else render_record(register, request, by, row)

    return page


def render_record(register: "AnyRegister", request: HttpRequest, by: Actor, row: "AnyRow") -> HttpResponse:
    """Render the page of a record."""
    facts = [(column.head, column.fact(row)) for column in register.columns_for("record")]
    offers = [(act.part, make_offered_action(register, act, row)) for act in register.acts if act.is_offered(row, by)]
    context = {
        "register": register,
        "row": row,
        "title": register.get_heading(row),
        "facts": [fact for fact in (*facts, *register.extra_facts(by, row)) if fact[1] not in ("", None)],
        "offers": [offer for part, offer in offers if not part],
        "links": register.record_links(by, row),
        "not_yet": [
            (act.words, reasons)
            for act in register.acts
            if act.told and act.applies(row) and (reasons := act.why_not(row, by))
        ],
        "parts": [_build_part_table(register, part, request, by, row, offers) for part in register.parts],
        "happenings": list_record_history(register.log_of(row)),
        "list_url": register.url(),
        "sections": register.crumbs(),
        **_build_files_context(register, row, by),
        **register.record_context(request, by, row),
    }
    return render(request, register.record_template, context)


def make_offered_action(register: "AnyRegister", act: Act, row: "AnyRow") -> OfferedAction:
    """Return an action on a row for display: label, URL, and the version of its target that the user sees."""
    version = getattr(act.target_of(row), "version", None)
    return OfferedAction(act.words, register.url("act", row.pk, act.slug), act.quick, version)


def _build_part_table(
    register: "AnyRegister",
    table: RecordTable,
    request: HttpRequest,
    by: Actor,
    record: "AnyRow",
    offers: Sequence[tuple[str, OfferedAction]],
) -> PartTable:
    """Return the requested page of a table on a record, with the actions offered on each row and those of `offers`
    (part name, action) that belong above the table."""
    page = get_page(request, table.rows(record, by), name=table.name)
    lines = [
        PartRow(
            row,
            [(column, column.cell(row)) for column in table.bound],
            [
                OfferedAction(
                    act.words,
                    register.url("line", record.pk, table.name, row.pk, act.slug),
                    act.quick,
                    getattr(act.target_of(row), "version", None),
                )
                for act in table.acts
                if act.is_offered(row, by)
            ],
        )
        for row in page
    ]
    return PartTable(table, lines, page, [offer for name, offer in offers if name == table.name])


def breadcrumbs(declared: Iterable[str | tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (label, URL or "") of declared breadcrumbs, each a label or (label, URL name)."""
    return [(entry, "") if isinstance(entry, str) else (entry[0], reverse(entry[1])) for entry in declared]


def list_record_history(row: object) -> list[Movement]:
    """Return the log records of a record, newest first.

    A model whose stream another model shares names its own actions by `action_prefix`.
    """
    prefix = getattr(row, "action_prefix", "")
    return [record for record in read_stream(get_log_stream(row)) if record.action.startswith(prefix)][::-1]


def _build_files_context(register: "AnyRegister", row: "AnyRow", by: Actor) -> dict[str, object]:
    """Return the template context of the uploaded files of a record; empty if the register has none."""
    if register.papers is None:
        return {}
    may_upload = not register.papers.keep.why_not(row, by=by)
    paper_links = [
        (paper, register.url("paper", row.pk, paper.pk), register.url("paper", row.pk, paper.pk))
        for paper in row.papers.select_related("stored")
    ]
    return {
        "has_papers": True,
        "papers": paper_links,
        "papers_form": PapersForm() if may_upload else None,
        "papers_to": register.url("papers", row.pk),
    }


def _get_file_actions(register: "AnyRegister") -> FileActions:
    assert register.papers is not None, f"{register.name} keeps no papers"
    return register.papers


def papers_view(register: "AnyRegister") -> View:
    """Return the view that accepts files uploaded to a row."""

    @require_POST
    def page(request: HttpRequest, number: int) -> HttpResponse:
        """Store the uploaded papers of a row."""
        by = require_staff_actor(request)
        row = register.row(by, number)
        keep = _get_file_actions(register).keep
        form = PapersForm(request.POST, request.FILES)
        if form.is_valid():
            kind = form.cleaned_data["what"]
            if run_with_messages(request, lambda: keep(row, by=by, what=kind, files=form.received(by)), "已上传。"):
                warn_of_refused_files(request, form)
        else:
            add_form_error_messages(request, form)
        return HttpResponseRedirect(f"{register.url('row', number)}#papers")

    return page


def paper_view(register: "AnyRegister") -> View:
    """Return the view of one file attached to a row: GET downloads it, POST removes it."""

    def page(request: HttpRequest, number: int, paper: int) -> HttpResponseBase:
        """Return a paper of the row, or delete it when posted."""
        by = require_staff_actor(request)
        row = register.row(by, number)
        paper_row = row.papers.select_related("stored").filter(pk=paper).first()
        if paper_row is None:
            raise Http404("没有这个文件")
        if request.method != "POST":
            return make_paper_response(paper_row)
        drop = _get_file_actions(register).drop
        run_with_messages(request, lambda: drop(paper_row, by=by), "已删除。")
        return HttpResponseRedirect(f"{register.url('row', number)}#papers")

    return page
