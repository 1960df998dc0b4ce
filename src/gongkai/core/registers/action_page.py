"""The generic form page of an action, on a new or an existing row.

It shows the reasons against the action, preserves typed values, and prevents repeated submission.
Users who can never submit the form are shown who can.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.forms import warn_of_refused_files
from gongkai.core.registers.forms import Act, ActForm, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.registers.register import AnyRegister
    from gongkai.core.spreadsheets.sheet import AnyRow

#: Type of a view.
View = Callable[..., HttpResponse]


def new_view(register: "AnyRegister") -> View:
    """Return the view with the form that creates a row of a register."""

    def page(request: HttpRequest) -> HttpResponse:
        """Show the form for a new row, or run it and show the row."""
        by, new = require_staff_actor(request), register.new
        assert new is not None
        targets = new.targets(by)
        form_context = FormContext(register, new)
        if not targets.exists():
            return _render_refusal(request, form_context, _explain_refusal(new, by))
        form = _build_form(request, form_context, by, _get_initial_target(new, targets, by))
        form.offer(new.target, targets)
        if (only := _get_only_row(targets)) is not None:  # nothing to choose: it is not asked
            form.fields[new.target].widget, form.initial[new.target] = forms.HiddenInput(), only
        if request.method == "POST" and form.is_valid():
            facts = form.facts()
            target = facts.pop(new.target)
            row = _run_action(request, new, form, target, by, None, facts)
            if row is not None:
                return HttpResponseRedirect(_get_url_after_creation(register, row))
        return _render_form_page(request, form_context, form)

    return page


@dataclass(frozen=True)
class FormContext:
    """The subject of a form page: register, action (`act`), record and row; for a new row both are None.

    `row` is the record itself, or a row of its table `part`.
    """

    register: "AnyRegister"
    act: Act
    record: models.Model | None = None
    row: models.Model | None = None
    part: RecordTable | None = None

    @property
    def back(self) -> str:
        """Return the URL of the previous page: the record's page, else the list."""
        return (self.register.get_url(self.record) if self.record else "") or self.register.url()

    @property
    def title(self) -> str:
        """Return the heading of the row, "" without a row."""
        if self.row is None:
            return ""
        return str(self.row) if self.part else self.register.get_heading(self.row)

    @property
    def facts(self) -> list[tuple[str, object]]:
        """Return (label, value) of the facts about the row that the page shows."""
        row = self.row
        if row is None:
            return []
        register, further_columns = self.register, self.act.beside
        columns = (
            self.part.bound
            if self.part
            else [column for column in register.bound if "list" in column.column.at or column.name in further_columns]
        )
        return [(column.head, fact) for column in columns if (fact := column.fact(row)) != ""]


def _get_initial_target(new: New, targets: "AnyRows", by: Actor) -> dict[str, object]:
    """Return the initial value of the target field: one of the actor's units if all targets are such, else the only
    target; {} if there is a choice."""
    if targets.model is Body:
        own_unit = targets.filter(pk__in=by.bodies).first()
        if own_unit and not targets.exclude(pk__in=by.bodies).exists():
            return {new.target: own_unit}
    only = _get_only_row(targets)
    return {} if only is None else {new.target: only}


def _get_only_row(targets: "AnyRows") -> "AnyRow":
    """Return the target if there is exactly one, else None."""
    first_rows = list(targets[:2])
    return first_rows[0] if len(first_rows) == 1 else None


def _explain_refusal(new: New, by: Actor) -> list[str]:
    """Return the reasons why the actor may not create a row for the first of their units; empty without units."""
    body = Body.objects.filter(pk__in=by.bodies).first()
    return new.action.why_not(body, by=by) if body else []


def _get_url_after_creation(register: "AnyRegister", row: object) -> str:
    return (register.get_url(row) if isinstance(row, register.model) else "") or register.url()


def act_view(register: "AnyRegister") -> View:
    """Return the view of the actions on a row."""

    def page(request: HttpRequest, number: int, act: str) -> HttpResponse:
        """Show or run the form of a row's action."""
        by = require_staff_actor(request)
        row = register.row(by, number)
        return _handle_form(request, by, FormContext(register, _find_action(register.acts, act), row, row))

    return page


def table_row_view(register: "AnyRegister") -> View:
    """Return the view of the actions on a row of one of a record's tables (`RecordTable`)."""

    def page(request: HttpRequest, number: int, part: str, line: int, act: str) -> HttpResponse:
        """Show or run the form of an action on a line of a row's part."""
        by = require_staff_actor(request)
        record = register.row(by, number)
        table = next((declared for declared in register.parts if declared.name == part), None)
        if table is None:
            raise Http404("没有这一部分")
        row = table.row(record, by, line)
        return _handle_form(request, by, FormContext(register, _find_action(table.acts, act), record, row, table))

    return page


def _find_action(acts: Sequence[Act], slug: str) -> Act:
    """Return the act with this slug.

    Raises:
        Http404: there is none.
    """
    offered = next((entry for entry in acts if entry.slug == slug), None)
    if offered is None:
        raise Http404("没有这种操作")
    return offered


def _handle_form(request: HttpRequest, by: Actor, form_context: FormContext) -> HttpResponse:
    """Show the form of an act, or run the act if posted; answer with a redirect, the form or the reasons.

    Raises:
        Http404: an act without form was not posted.
    """
    act, row = form_context.act, form_context.row
    if act.quick and request.method != "POST":
        raise Http404("没有这种操作")
    reasons = act.why_not(row, by)
    if reasons and request.method != "POST":
        return _render_refusal(request, form_context, reasons)
    form = _build_form(request, form_context, by, {})
    if request.method == "POST" and (act.quick or form.is_valid()):
        facts = {} if act.quick else form.facts()
        facts |= {name: value(row) for name, value in act.given.items()}
        target = act.target_of(row)
        result = _run_action(request, act, form, target, by, _get_seen_version(request, target), facts)
        if result is not None:
            return HttpResponseRedirect(_get_next_url(request, form_context, result))
        if act.quick:
            for reason in form.reasons:
                messages.error(request, reason)
            return HttpResponseRedirect(_get_next_url(request, form_context, None))
    return _render_form_page(request, form_context, form)


def _get_seen_version(request: HttpRequest, row: object) -> int | None:
    """Return the version that the user saw in the form; None if the row has none."""
    return parse_whole_number(request.POST.get("version", "")) if hasattr(row, "version") else None


def _build_form(request: HttpRequest, form_context: FormContext, by: Actor, first_values: dict[str, object]) -> ActForm:
    """Return the form of an act. Initial values come from the target, `first_values`, the act and the URL; later ones
    override earlier ones."""
    act, row = form_context.act, form_context.row
    form_class = act.form_class((form_context.part or form_context.register).model)
    # The form starts with the row's values; a form that creates another row starts empty.
    target_row = act.target_of(row) if row is not None else None
    changed = target_row is not None and (act.model is None or isinstance(target_row, act.model))
    row_values = {
        name: _get_field_value(target_row, name)
        for name in form_class.base_fields
        if changed and hasattr(target_row, name)
    }
    initial = {**row_values, **first_values, **(act.initial(by, row) if act.initial else {})}
    initial |= act.begin(by, request.GET) if act.begin else {}
    for name, field in form_class.base_fields.items():
        if request.GET.get(name):
            several = isinstance(field, forms.ModelMultipleChoiceField)
            initial[name] = request.GET.getlist(name) if several else request.GET[name]
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return form_class(*sent, by=by, target=row, initial=initial)


def _get_field_value(row: object, name: str) -> object:
    value = getattr(row, name)
    return list(value.all()) if isinstance(value, models.Manager) else value


def _run_action(
    request: HttpRequest,
    act: Act,
    form: ActForm,
    target: object,
    by: Actor,
    version: int | None,
    facts: dict[str, object],
) -> object | None:
    """Run the action and add its messages; return its result, or the target if None. If refused, return None and set
    `form.reasons`."""
    try:
        version_facts = {} if version is None else {"version": version}
        result = act.action(target, by=by, **version_facts, **facts)
    except Conflict as refusal:
        form.reasons, form.overtaken = refusal.reasons, True
        return None
    except Refused as refusal:
        form.reasons = refusal.reasons
        return None
    messages.success(request, act.done)
    warn_of_refused_files(request, form)
    for hint in act.hints(facts) if act.hints else ():
        messages.warning(request, hint)
    return result if result is not None else target


def _get_next_url(request: HttpRequest, form_context: FormContext, result: object) -> str:
    """Return the URL after an act, the first possible of: `next` of the form, `Act.then`, the new row, the record, the
    list."""
    requested_url, register = request.POST.get("next", ""), form_context.register
    if requested_url and url_has_allowed_host_and_scheme(requested_url, allowed_hosts={request.get_host()}):
        return requested_url
    if form_context.act.then and result is not None:
        return form_context.act.then(result)
    record = form_context.record
    rows = register.rows(require_staff_actor(request))
    is_new_row = isinstance(result, register.model) and result != record
    if is_new_row and isinstance(result, register.model) and rows.filter(pk=result.pk).exists():
        return register.get_url(result) or register.url()
    is_visible = record is not None and rows.filter(pk=record.pk).exists()
    return form_context.back if is_visible else register.url()


def _render_form_page(request: HttpRequest, form_context: FormContext, form: ActForm) -> HttpResponse:
    """Render the form of an act; after a conflict with the row's stored version and status 409."""
    overtaken = form.overtaken
    target = form_context.act.target_of(form_context.row) if form_context.row is not None else None
    if overtaken and target is not None:
        target = type(target)._default_manager.filter(pk=target.pk).first()
    context = {
        **_build_context(form_context),
        "form": form,
        "reasons": form.reasons,
        "version": getattr(target, "version", None),
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "registers/act.html", context, status=409 if overtaken else 200)


def _render_refusal(request: HttpRequest, form_context: FormContext, reasons: list[str]) -> HttpResponse:
    """Render the page of an act that is not possible, with the reasons and status 403."""
    texts = reasons or [form_context.act.lacking if isinstance(form_context.act, New) else "现在不能办理。"]
    context = {**_build_context(form_context), "reasons": texts, "blocked": True}
    return render(request, "registers/act.html", context, status=403)


def _build_context(form_context: FormContext) -> dict[str, object]:
    """Return the template context that the pages of an act share."""
    register = form_context.register
    return {
        "register": register,
        "act": form_context.act,
        "row": form_context.row,
        "row_title": form_context.title,
        "record_title": register.get_heading(form_context.record) if form_context.record is not None else "",
        "facts": form_context.facts,
        "list_url": register.url(),
        "back": form_context.back,
        "sections": register.crumbs(),
    }
