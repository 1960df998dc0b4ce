"""The page of a record: its facts, its papers, what may be done with it, and what happened to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from gongkai.acts.action import REGISTRY, AnyAction, stream_of
from gongkai.acts.actors import Actor
from gongkai.acts.chain import history
from gongkai.acts.models import Movement
from gongkai.acts.pages import does, say_wrong
from gongkai.files.papers import PapersForm, answer
from gongkai.units.actors import staff

if TYPE_CHECKING:
    from gongkai.registers.register import AnyRegister
    from gongkai.spreadsheets.sheet import AnyRow

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Papers:
    """How the papers of a row are kept and dropped: two actions of its room, `keep(row, what=, files=)` and `drop(paper)`."""

    keep: AnyAction
    drop: AnyAction


@dataclass(frozen=True)
class Offer:
    """An action on a record's page: a button where it asks nothing, else a link to its form."""

    words: str
    url: str
    quick: bool


def record_view(register: "AnyRegister") -> View:
    """Return the view of a record."""

    def page(request: HttpRequest, number: int) -> HttpResponse:
        from gongkai.registers.register import sections

        by = staff(request)
        row = register.row(by, number)
        facts = [(column.head, column.fact(row)) for column in register.at("record")]
        offers = [
            Offer(act.words, register.url("act", row.pk, act.slug), act.quick)
            for act in register.acts
            if act.is_offered(row, by)
        ]
        context = {
            "register": register,
            "row": row,
            "title": register.heading_of(row),
            "facts": [fact for fact in (*facts, *register.facts_of(row)) if fact[1] not in ("", None)],
            "offers": offers,
            "version": getattr(row, "version", None),
            "happenings": happenings(row),
            "list_url": register.url(),
            "sections": sections(register.section),
            **_papers(register, row, by),
        }
        return render(request, "registers/record.html", context)

    return page


def happenings(row: object) -> Sequence[tuple[Movement, str]]:
    """Return what happened to a record, the newest first, each with the action's words."""
    labels = {name: action.label for name, action in REGISTRY.items()}
    found = [(movement, labels.get(movement.action, movement.action)) for movement in history(stream_of(row))]
    return found[::-1]


def _papers(register: "AnyRegister", row: "AnyRow", by: Actor) -> dict[str, object]:
    if register.papers is None:
        return {}
    may = not register.papers.keep.why_not(row, by=by)
    kept = [
        (paper, register.url("paper", row.pk, paper.pk), register.url("paper", row.pk, paper.pk))
        for paper in row.papers.select_related("stored")
    ]
    return {
        "has_papers": True,
        "papers": kept,
        "papers_form": PapersForm() if may else None,
        "papers_to": register.url("papers", row.pk),
    }


def _papers_of(register: "AnyRegister") -> Papers:
    assert register.papers is not None, f"{register.name} keeps no papers"
    return register.papers


def papers_view(register: "AnyRegister") -> View:
    """Return the view that takes papers in."""

    @require_POST
    def page(request: HttpRequest, number: int) -> HttpResponse:
        by = staff(request)
        row = register.row(by, number)
        keep = _papers_of(register).keep
        form = PapersForm(request.POST, request.FILES)
        if form.is_valid():
            kind = form.cleaned_data["what"]
            does(request, lambda: keep(row, by=by, what=kind, files=form.received(by)), "已上传。")
        else:
            say_wrong(request, form)
        return HttpResponseRedirect(f"{register.url('row', number)}#papers")

    return page


def paper_view(register: "AnyRegister") -> View:
    """Return the view of one paper: reading hands it out, sending drops it."""

    def page(request: HttpRequest, number: int, paper: int) -> HttpResponseBase:
        by = staff(request)
        row = register.row(by, number)
        kept = row.papers.select_related("stored").filter(pk=paper).first()
        if kept is None:
            raise Http404("没有这个文件")
        if request.method != "POST":
            return answer(kept)
        drop = _papers_of(register).drop
        does(request, lambda: drop(kept, by=by), "已删除。")
        return HttpResponseRedirect(f"{register.url('row', number)}#papers")

    return page
