"""Submissions and requests pending with a lead unit, decided one by one or together."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import refuse_too_many_rows
from gongkai.core.ledger.models import Entry, Evidence
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.models import Role
from gongkai.core.widgets.asked import parse_selected
from gongkai.core.widgets.paging import page_of
from gongkai.work.notices.actions import accept_submission, return_submission
from gongkai.work.notices.actions.permissions import is_turn_to_decide
from gongkai.work.notices.models import Ask, Assignment
from gongkai.work.notices.states import REQUEST_STATES, TASK_KINDS, AssignmentState

# Entries on a page, which can be decided together.
PAGE_SIZE = 100


def list_pending(actor: Actor) -> Sequence[Entry]:
    """Return the entries the user should decide now, the earliest first."""
    led = Assignment.leads.through.objects.filter(body_id__in=actor.bodies).values("assignment_id")
    mine = Q(pk__in=led) | Q(body_id__in=actor.bodies)
    if not actor.has(Role.CLERK, Role.LEAD) or actor.has(Role.CHIEF):
        mine = Q()
    rows = (
        entries_visible_to(actor)
        .filter(mine, kind__in=TASK_KINDS, closed_at=None, state__in={AssignmentState.SUBMITTED, *REQUEST_STATES})
        .select_related("body", "office", "assignment__measure", "assignment__notice__government")
        .order_by("moved_at", "pk")
    )
    return [entry for entry in rows if is_turn_to_decide(actor, entry)]


def queue_page(request: HttpRequest) -> HttpResponse:
    """Show pending entries; on POST accept or return the selected ones."""
    actor = actor_of(request.user)
    undone: list[tuple[Entry, str]] = []
    if request.method == "POST":
        done, undone = _decide_selected(request, actor)
        if done:
            messages.success(request, f"已{'退回' if request.POST.get('do') == 'return' else '通过'}{done}项。")
        if not undone:
            return redirect("notices_queue")
    listed = page_of(request, list_pending(actor), PAGE_SIZE)
    rows = list(listed.object_list)
    prefetch_related_objects(
        rows,
        Prefetch(
            "evidence",
            Evidence.objects.filter(withdrawn=False).select_related("attachment__stored"),
            to_attr="standing",
        ),
        Prefetch("assignment__asks", Ask.objects.filter(granted=None).select_related("wanted_body")),
    )
    context = {
        "page": listed,
        "submitted": [entry for entry in rows if entry.state == AssignmentState.SUBMITTED],
        "asked": [entry for entry in rows if entry.state != AssignmentState.SUBMITTED],
        "undone": undone,
        "words": request.POST.get("words", ""),
    }
    return render(request, "notices/queue.html", context)


def _decide_selected(request: HttpRequest, actor: Actor) -> tuple[int, list[tuple[Entry, str]]]:
    given = request.POST.getlist("entry")
    if refuse_too_many_rows(request, given, PAGE_SIZE):
        return 0, []
    pairs = (parse_selected(value.split("-")) for value in given)
    seen = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    words = request.POST.get("words", "").strip()
    holds = parse_selected(request.POST.getlist("holds"))
    undone, done = [], 0
    for entry in entries_visible_to(actor).filter(pk__in=seen, kind__in=TASK_KINDS).select_related("body"):
        try:
            if request.POST.get("do") == "return":
                return_submission(entry, by=actor, version=seen[entry.pk], reason=words)
            else:
                accept_submission(entry, by=actor, version=seen[entry.pk], words=words, holds=holds)
        except Refused as refusal:
            undone.append((entry, str(refusal)))
        else:
            done += 1
    return done, undone
