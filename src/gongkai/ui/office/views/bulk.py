"""Page: one action on many entries, with a list of failures."""

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.pages import refuse_too_many_rows
from gongkai.core.ledger import queries
from gongkai.core.ledger.forms import form_for
from gongkai.core.ledger.importing import LEDGER_SHEET
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets.answers import spreadsheet_response
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.widgets.asked import parse_selected

if TYPE_CHECKING:
    from gongkai.core.acts.action import AnyAction

#: Actions that can be applied to many entries.
BULK_ACTIONS = ("ledger.urge", "ledger.comment", "ledger.set_office")
MAX_BULK_ENTRIES = 200


@require_POST
def bulk_action_page(request: HttpRequest) -> HttpResponse:
    """Page: ask for the arguments, then apply the action to each selected entry."""
    actor = actor_of(request.user)
    chosen = parse_selected(request.POST.getlist("entry"))
    back = f"{reverse('ledger_list')}?{request.POST.get('query', '')}"
    if refuse_too_many_rows(request, chosen, MAX_BULK_ENTRIES):
        return redirect(back)
    entries = list(queries.as_listed(queries.visible_to(actor)).filter(pk__in=chosen).order_by("due_at", "pk"))
    if not entries:
        return redirect(back)
    if request.POST.get("do") == "export":
        return spreadsheet_response(LEDGER_SHEET, entries, "ledger")
    action = ACTIONS_BY_NAME.get(request.POST.get("do", ""))
    if action is None or action.name not in BULK_ACTIONS:
        return redirect(back)
    context = {
        "action": action,
        "entries": entries,
        "back": back,
        "query": request.POST.get("query", ""),
    }
    sure = "sure" in request.POST
    form = form_for(action)(*((request.POST, request.FILES) if sure else ()), entry=entries[0], by=actor)
    context["one_body"] = len({entry.body_id for entry in entries}) == 1
    if action.name == "ledger.set_office" and not context["one_body"]:
        context["reasons"] = ["转处室只能选同一个单位的记录，请返回重新勾选。"]
    elif sure and form.is_valid():
        context["done"], context["undone"] = _execute_each(action, entries, actor, form)
    context["form"] = form
    return render(request, "office/bulk.html", context)


def _execute_each(
    action: "AnyAction", entries: list[Entry], actor: Actor, form: forms.Form
) -> tuple[int, list[tuple[Entry, str]]]:
    try:
        facts = form.facts()  # type: ignore[attr-defined]
    except Refused as refusal:
        return 0, [(entry, str(refusal)) for entry in entries]
    done, undone = 0, []
    for entry in entries:
        try:
            action(entry, by=actor, **facts)
        except Refused as refusal:
            undone.append((entry, str(refusal)))
        else:
            done += 1
    return done, undone
