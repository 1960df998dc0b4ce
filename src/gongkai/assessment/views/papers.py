"""Bulletins, talks and help, look-back, rankings from outside."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.assessment import actions, queries, reports, rules
from gongkai.assessment.forms import (
    BulletinForm,
    LookBackForm,
    rounds_of,
)
from gongkai.assessment.models import Bulletin
from gongkai.assessment.queries.registers import (
    bodies_seen,
    failures,
    rectifications_of,
    years_of_rectifications,
)
from gongkai.assessment.states import BulletinState
from gongkai.assessment.views.base import governments, paper
from gongkai.chinese.days import day_in_words
from gongkai.ledger.models import Entry
from gongkai.publishing.source_desk import desk_of
from gongkai.ui.asked import whole, year_in
from gongkai.units.actors import Actor, open_only_if, staff
from gongkai.units.models import Body, Role


def _bulletin_form(request: HttpRequest, by: Actor, first: dict[str, object]) -> BulletinForm:
    form = BulletinForm(request.POST or None, initial=first)
    form.offer("body", Body.objects.filter(pk__in=[one.pk for one in governments(by)]))
    form.offer("units", bodies_seen(by))
    rounds_of(form, queries.rounds_visible_to(request.user))
    return form


def new_bulletin(request: HttpRequest) -> HttpResponse:
    """Begin a bulletin; where it is about a failure, the text begins with its proof."""
    by = staff(request)
    open_only_if(bool(governments(by)), "通报由政务公开办起草。")
    form = _bulletin_form(request, by, _about(request, by))
    made: list[Bulletin] = []

    def work(*, body: Body, **facts: object) -> None:
        made.append(actions.draft_bulletin(body, by=by, **facts))

    if request.method == "POST" and does_form(request, form, work, "已起草。"):
        return HttpResponseRedirect(reverse("assessment:bulletin", args=[made[0].pk]))
    return render(request, "assessment/form.html", {"form": form, "heading": "起草通报", "do": "保存"})


def _whole(title: str) -> str:
    """Return a title as an issued paper names it: one that was cut short ends with a whole part of its sentence."""
    return re.sub(r"[，；。、][^，；。、]*…$", "等", title)


def _about(request: HttpRequest, by: Actor) -> dict[str, object]:
    """Return what a bulletin on a failure begins with."""
    body, name = request.GET.get("body", ""), request.GET.get("failure", "")
    heads = governments(by)
    # The topmost comes first: of those that one assesses for, one's own.
    first: dict[str, object] = {"body": heads[0] if heads else None}
    one = next((f for f in failures(by) if str(f.body.pk) == body and f.name == name), None)
    if one is None:
        return first
    lines = [
        f"{place}. {_whole(entry.title)}（{entry.number}，应于{day_in_words(timezone.localdate(entry.due_at))}办结）。"
        for place, entry in enumerate(one.entries[:20], 1)
        if entry.due_at
    ]
    over = [head for head in heads if one.body.path.startswith(head.path) and head.pk != one.body.pk]
    return first | {
        "body": over[-1] if over else first["body"],
        "kind": "criticism",
        "title": f"关于{one.body.name}{name}的通报",
        "text": "\n".join(
            [f"{one.body.name}有{len(one.entries)}项工作逾期未办，属于{name}，现予通报：", *lines]
        ),
        "units": [one.body.pk],
    }


@require_GET
def bulletin(request: HttpRequest, number: int) -> HttpResponse:
    """Show a bulletin with what moves it on."""
    by = staff(request)
    one = get_visible_or_404(request.user, Bulletin, number)
    step = {
        BulletinState.DRAFT: actions.approve_bulletin,
        BulletinState.APPROVED: actions.issue_bulletin,
    }.get(one.state)
    shown = {
        "bulletin": one,
        "next": step,
        "why_not": step.why_not(one, by=by) if step else [],
        "may": not rules.runs(by, one),
        "form": _change_form(request, by, one)
        if one.state == BulletinState.DRAFT and not rules.runs(by, one)
        else None,
        "desk": desk_of(one, by, back=request.path) if one.public and one.issued_on else None,
    }
    return render(request, "assessment/bulletin.html", shown)


def _change_form(request: HttpRequest, by: Actor, one: Bulletin) -> BulletinForm:
    first = {name: getattr(one, name) for name in ("body", "title", "text", "persons", "public", "round")}
    return _bulletin_form(request, by, first | {"kind": one.what, "units": list(one.units.all())})


@require_POST
def do_bulletin(request: HttpRequest, number: int) -> HttpResponse:
    """Change, approve or issue it."""
    by = staff(request)
    one = get_visible_or_404(request.user, Bulletin, number)
    what = request.POST.get("what", "")
    if what == "approve":
        # Who approves what was changed meanwhile is told so, and reads it again.
        version = whole(request.POST.get("version", "")) or 0
        does(request, lambda: actions.approve_bulletin(one, by=by, version=version), "已批准。")
    elif what == "issue":
        does(request, lambda: actions.issue_bulletin(one, by=by), "已印发，并通知有关单位。")
    elif what == "change":
        form = _change_form(request, by, one)
        does_form(request, form, lambda **facts: actions.change_bulletin(one, by=by, **facts), "已保存。")
    return HttpResponseRedirect(reverse("assessment:bulletin", args=[number]))


@require_GET
def letter(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Give a bulletin as a paper."""
    staff(request)
    one = get_visible_or_404(request.user, Bulletin, number)
    return paper(reports.letter(one), one.title, form)


@require_GET
def look_backs(request: HttpRequest) -> HttpResponse:
    """List a year's rectifications (last year's first) with what the look-back said."""
    by = staff(request)
    year = year_in(request, timezone.localdate().year - 1)
    rows = rectifications_of(by, year)
    shown = {
        "year": year,
        "rows": rows,
        "open": sum(1 for entry, _ in rows if entry.closed_at is None),
        "waiting": sum(1 for entry, seen in rows if entry.closed_at and seen is None),
        "held": sum(1 for _, seen in rows if seen and seen.holds),
        "back": sum(1 for _, seen in rows if seen and not seen.holds),
        "others": [] if rows else years_of_rectifications(by),
        "may": by.has(Role.CHIEF),
    }
    return render(request, "assessment/look_backs.html", shown)


def look_back(request: HttpRequest, number: int) -> HttpResponse:
    """Look at one again."""
    by = staff(request)
    entry = get_visible_or_404(by, Entry, number, kind="rectification")
    form = LookBackForm(request.POST or None)
    work = lambda **facts: actions.look_back(entry, by=by, **facts)  # noqa: E731
    if request.method == "POST" and does_form(request, form, work, "已登记。"):
        return HttpResponseRedirect(f"{reverse('assessment:look_backs')}?year={entry.year}")
    shown = {"form": form, "heading": "登记回头看", "do": "登记", "entry": entry}
    return render(request, "assessment/look_back.html", shown)
