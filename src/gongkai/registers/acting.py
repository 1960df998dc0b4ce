"""The page of an action: one form, the same for every action of every register, for a row or for a new one.

It says what speaks against the action, keeps what was typed, and does nothing twice. A form that somebody could never send is not opened:
the page says who may instead.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from gongkai.acts.action import Conflict, Refused
from gongkai.acts.actors import Actor
from gongkai.registers.forms import Act, ActForm, New
from gongkai.ui.asked import whole
from gongkai.units.actors import staff
from gongkai.units.models import Body

if TYPE_CHECKING:
    from gongkai.registers.register import AnyRegister

View = Callable[..., HttpResponse]


def new_view(register: "AnyRegister") -> View:
    """Return the view that makes a row."""

    def page(request: HttpRequest) -> HttpResponse:
        by, new = staff(request), register.new
        assert new is not None
        units = new.targets(by)
        if not units.exists():
            return _not_yours(request, register, new, _who_may(new, by))
        form = _form(request, register, new, by, None, _first_unit(new, units, by))
        form.offer(new.target, units)
        if request.method == "POST" and form.is_valid():
            facts = form.facts()
            unit = facts.pop(new.target)
            row = _do(request, new, form, unit, by, None, facts)
            if row is not None:
                return HttpResponseRedirect(_after_new(register, row))
        return _draw(request, register, new, form, None)

    return page


def _first_unit(new: New, units: "models.QuerySet[Body]", by: Actor) -> dict[str, object]:
    """Return the unit that a form begins with: one's own, unless one oversees others, too; then it is chosen."""
    own = units.filter(pk__in=by.bodies).first()
    others = units.exclude(pk__in=by.bodies)
    if own and not others.exists():
        return {new.target: own}
    only = list(units[:2])
    return {new.target: only[0]} if len(only) == 1 else {}


def _who_may(new: New, by: Actor) -> list[str]:
    """Return the rule's own sentence, asked of the unit of whoever wants to act."""
    own = Body.objects.filter(pk__in=by.bodies).first()
    return new.action.why_not(own, by=by) if own else []


def _after_new(register: "AnyRegister", row: object) -> str:
    """Return the page of the new row; the list, where rows have no pages."""
    return (register.url_of(row) if isinstance(row, register.model) else "") or register.url()


def act_view(register: "AnyRegister") -> View:
    """Return the view of the actions on a row."""

    def page(request: HttpRequest, number: int, act: str) -> HttpResponse:
        by = staff(request)
        row = register.row(by, number)
        offered = next((entry for entry in register.acts if entry.slug == act), None)
        if offered is None or (offered.quick and request.method != "POST"):
            raise Http404("没有这种操作")
        reasons = offered.action.why_not(row, by=by)
        if reasons and request.method != "POST":
            return _not_yours(request, register, offered, reasons, row)
        form = _form(request, register, offered, by, row, {})
        if request.method == "POST" and (offered.quick or form.is_valid()):
            facts = {} if offered.quick else form.facts()
            if _do(request, offered, form, row, by, _version(request, row), facts) is not None:
                return HttpResponseRedirect(_after(request, register, number))
            if offered.quick:
                for reason in form.reasons:
                    messages.error(request, reason)
                return HttpResponseRedirect(_after(request, register, number))
        return _draw(request, register, offered, form, row)

    return page


def _version(request: HttpRequest, row: object) -> int | None:
    """Return the version that somebody saw; None for rows without one."""
    return whole(request.POST.get("version", "")) if hasattr(row, "version") else None


def _form(
    request: HttpRequest,
    register: "AnyRegister",
    act: Act,
    by: Actor,
    row: models.Model | None,
    first: dict[str, object],
) -> ActForm:
    """Return the form, with first values: the row's own, the declaration's, and what came with the address."""
    made = act.form_class(register.model)
    # What a row has is what its form begins with.
    own = {name: _held(row, name) for name in made.base_fields if row is not None and hasattr(row, name)}
    initial = {**own, **first, **(act.initial(by, row) if act.initial else {})}
    initial |= {name: value for name, value in request.GET.items() if name in made.base_fields and value}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return made(*sent, by=by, target=row, offers=act.offers, initial=initial)


def _held(row: models.Model, name: str) -> object:
    """Return what a row has in a field; of several rows a list."""
    value = getattr(row, name)
    return list(value.all()) if isinstance(value, models.Manager) else value


def _do(
    request: HttpRequest,
    act: Act,
    form: ActForm,
    target: object,
    by: Actor,
    version: int | None,
    facts: dict[str, object],
) -> object | None:
    """Do it; None where it was refused, which the form then says."""
    try:
        given = {} if version is None else {"version": version}
        result = act.action(target, by=by, **given, **facts)
    except Conflict as refusal:
        form.reasons, form.overtaken = refusal.reasons, True
        return None
    except Refused as refusal:
        form.reasons = refusal.reasons
        return None
    messages.success(request, act.done)
    return result if result is not None else target


def _after(request: HttpRequest, register: "AnyRegister", number: int) -> str:
    """Return where one goes on: the page one came from, the row while it is there and theirs, else the list."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    there = register.has_record and register.rows(staff(request)).filter(pk=number).exists()
    return register.url("row", number) if there else register.url()


def _draw(
    request: HttpRequest, register: "AnyRegister", act: Act, form: ActForm, row: models.Model | None
) -> HttpResponse:
    overtaken = form.overtaken
    fresh = type(row)._default_manager.filter(pk=row.pk).first() if overtaken and row is not None else row
    context = {
        **_frame(register, act, row),
        "form": form,
        "reasons": form.reasons,
        "version": getattr(fresh, "version", None),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "registers/act.html", context, status=409 if overtaken else 200)


def _not_yours(
    request: HttpRequest,
    register: "AnyRegister",
    act: Act,
    reasons: list[str],
    row: models.Model | None = None,
) -> HttpResponse:
    """Say why it cannot be done, and by whom it can."""
    said = reasons or ["您没有可以办理这件事的单位。"]
    context = {**_frame(register, act, row), "reasons": said, "blocked": True}
    return render(request, "registers/act.html", context, status=403)


def _frame(register: "AnyRegister", act: Act, row: models.Model | None) -> dict[str, object]:
    from gongkai.registers.register import sections

    back = register.url("row", row.pk) if row is not None and register.has_record else register.url()
    return {
        "register": register,
        "act": act,
        "row": row,
        "row_title": register.heading_of(row) if row is not None else "",
        "facts": [
            (column.head, fact)
            for column in register.at("list")
            if row is not None and (fact := column.fact(row)) != ""
        ],
        "list_url": register.url(),
        "back": back,
        "sections": sections(register.section),
    }
