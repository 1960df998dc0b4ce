"""The form pages of an action on one entry, and of one action on many entries."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from gongkai.content.reviewing.scans import find_scan_errors
from gongkai.core.acts.action import ACTIONS_BY_NAME, AnyAction, Conflict, Refused
from gongkai.core.acts.pages import refuse_too_many_rows
from gongkai.core.files.forms import warn_of_refused_files
from gongkai.core.ledger import queries
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.forms.base import EntryActionForm
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.ledger_sheet import LEDGER_SHEET
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.ledger.past_records import check_past_action, needs_proof, record_past
from gongkai.core.ledger.queries import visible_to
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.widgets.query_parameters import parse_selected, parse_whole_number
from gongkai.ui.office.app_switches import get_open_list_link, list_open_entry_panels
from gongkai.ui.office.history import HistoryEvents
from gongkai.ui.office.offered_actions import find_action, list_own_kind_offers
from gongkai.ui.office.views.entry import get_entry, list_evidence

if TYPE_CHECKING:
    from gongkai.core.acts.action import AnyAction

#: Actions that can be applied to many entries.
BULK_ACTIONS = ("ledger.urge", "ledger.comment", "ledger.set_office")
MAX_BULK_ENTRIES = 200


@require_POST
def bulk_action_page(request: HttpRequest) -> HttpResponse:
    """Page: apply an action to the selected entries that permit it, or download them."""
    actor = get_actor(request.user)
    chosen = parse_selected(request.POST.getlist("entry"))
    ledger_url = f"{reverse('ledger_list')}?{request.POST.get('query', '')}"
    if refuse_too_many_rows(request, chosen, MAX_BULK_ENTRIES):
        return redirect(ledger_url)
    entries = list(queries.prepare_for_list(queries.visible_to(actor)).filter(pk__in=chosen).order_by("due_at", "pk"))
    if not entries:
        return redirect(ledger_url)
    if request.POST.get("do") == "export":
        return spreadsheet_response(LEDGER_SHEET, entries, "ledger")
    action = ACTIONS_BY_NAME.get(request.POST.get("do", ""))
    if action is None or action.name not in BULK_ACTIONS:
        return redirect(ledger_url)
    sure, one_body = "sure" in request.POST, len({entry.body_id for entry in entries}) == 1
    barred = (
        [] if sure else [(entry, "".join(reasons)) for entry in entries if (reasons := action.why_not(entry, by=actor))]
    )
    refused = {entry.pk for entry, _ in barred}
    if len(barred) < len(entries):
        entries = [entry for entry in entries if entry.pk not in refused]
    context = {
        "action": action,
        "entries": entries,
        "barred": barred,
        "back": ledger_url,
        "query": request.POST.get("query", ""),
    }
    form = get_form(action)(*((request.POST, request.FILES) if sure else ()), entry=entries[0], by=actor)
    if action.name == "ledger.set_office" and not one_body:
        context["reasons"] = ["转处室只能选同一个单位的记录，请返回重新勾选。"]
    elif len(barred) == len(entries):
        context |= {"reasons": list(dict.fromkeys(reasons for _, reasons in barred)), "barred": []}
    elif sure and form.is_valid():
        context["done"], context["undone"] = _execute_each(action, entries, actor, form)
        warn_of_refused_files(request, form)
    context["form"] = form
    return render(request, "office/bulk.html", context)


def _execute_each(
    action: "AnyAction", entries: list[Entry], actor: Actor, form: forms.Form
) -> tuple[int, list[tuple[Entry, str]]]:
    """Run an action on each entry; return (number done, (entry, reason) of the refused ones)."""
    try:
        facts = form.facts()  # type: ignore[attr-defined]
    except Refused as refusal:
        return 0, [(entry, str(refusal)) for entry in entries]
    done, refused = 0, []
    for entry in entries:
        try:
            action(entry, by=actor, **facts)
        except Refused as refusal:
            refused.append((entry, str(refusal)))
        else:
            done += 1
    return done, refused


def action_page(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Page: the form of an action with reasons against it; nothing typed is lost."""
    entry, actor = get_entry(request, pk)
    set_subjects([entry], actor)
    action = find_action(entry, name)
    if action is None:
        raise Http404
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = get_form(action)(*data, entry=entry, by=actor, initial=request.GET.dict())
    if request.method == "POST":
        response = _run_action(request, action, entry, actor, form)
        if response:
            return response
    else:
        form.reasons = action.why_not(entry, by=actor)  # type: ignore[attr-defined]
    return _render_form(request, action, entry, actor, form)


def _run_action(
    request: HttpRequest, action: AnyAction, entry: Entry, actor: Actor, form: EntryActionForm
) -> HttpResponse | None:
    """Run the action, perhaps as past record; return None to show the form with reasons."""
    if not form.is_valid():
        return None
    version = _get_seen_version(request, entry)
    reasons = action.why_not(entry, by=actor)
    if reasons and version == entry.version:  # before any file is stored; whoever was overtaken is told that instead
        form.reasons = reasons  # type: ignore[attr-defined]
        return None
    text = f"已{action.label.removeprefix('已')}：{entry.heading[:60]}"
    try:
        facts = form.facts()
        if needs_proof(action.name, entry, facts, actor):
            paper, name = form.past_paper(), action.name
            check_past_action(name, entry, facts, by=actor)
            if paper and (faults := find_scan_errors(paper.stored, paper.name, "凭证")):
                raise Refused(faults)
            record_past(
                entry, by=actor, name=name, facts=facts, lines=form.answers(), paper=paper, number=form.past_number
            )
            text = "已登记补录，由另一人对照凭证核对后生效。"
        else:
            action(entry, by=actor, version=version, **facts)
    except Conflict as refusal:
        form.reasons, form.overtaken = refusal.reasons, True  # type: ignore[attr-defined]
        return None
    except Refused as refusal:
        form.reasons = refusal.reasons  # type: ignore[attr-defined]
        return None
    messages.success(request, text)
    warn_of_refused_files(request, form)
    if not visible_to(request.user).filter(pk=entry.pk).exists():  # it went to another unit (退回改派)
        return HttpResponseRedirect(reverse("wagtailadmin_home"))
    return HttpResponseRedirect(_get_next_url(request, entry))


def _get_seen_version(request: HttpRequest, entry: Entry) -> int:
    """Return the entry's version that the user had seen, as submitted, else the present one."""
    submitted_version = parse_whole_number(request.POST.get("version", ""))
    return entry.version if submitted_version is None else submitted_version


def _get_next_url(request: HttpRequest, entry: Entry) -> str:
    """Return the submitted URL to return to if it is on this host, else that of the entry."""
    next_url = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(next_url, allowed_hosts={request.get_host()})
    return next_url if next_url and is_safe else entry.url


def _render_form(
    request: HttpRequest, action: AnyAction, entry: Entry, actor: Actor, form: EntryActionForm
) -> HttpResponse:
    """Show the form of an action with the entry's files, history and panels."""
    fresh = Entry.objects.filter(pk=entry.pk).values_list("version", flat=True).get()
    overtaken = getattr(form, "overtaken", False)
    blocked = request.method != "POST" and bool(getattr(form, "reasons", []))
    context: dict[str, object] = {
        "entry": entry,
        "list_link": get_open_list_link(entry),
        "kind": get_kind(entry.kind),
        "deadline": compute_deadline(entry) if entry.paused and not entry.closed_at else None,
        "action": action,
        "form": form,
        "reasons": getattr(form, "reasons", []),
        "files_lost": "、".join(file.name or "" for files in request.FILES.lists() for file in files[1]),
        # The user has now seen the newer state; a second submission refers to it.
        "version": fresh if overtaken or request.method != "POST" else _get_seen_version(request, entry),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "evidence": [row for row in list_evidence(actor, entry) if not row.withdrawn],
        "happenings": HistoryEvents(entry)[:4],
        "beside": list_open_entry_panels(entry, actor, acting=action.name),
        "blocked": blocked,
        "instead": list_own_kind_offers(entry, actor) if blocked else [],
    }
    return render(request, "office/act.html", context, status=409 if overtaken else 200)
