"""Views of public words pending a second person's confirmation (待确认的文字)."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing import actions
from gongkai.content.publishing.actions.wording import is_proposer
from gongkai.content.publishing.models import ProposedWords, WordsState
from gongkai.content.publishing.proposed_words import find_supervising_bodies, find_target, list_changed_words
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.row_presence import RowCondition
from gongkai.core.units.actors import Actor, get_actor, require_staff_actor
from gongkai.core.units.models import Role
from gongkai.core.units.object_access import register_visible_to


def _find_seen_bodies(by: Actor) -> set[int]:
    """Return the primary keys of bodies whose proposed words the user sees, in the office or as head."""
    named = set(ProposedWords.objects.filter(state=WordsState.WAITING).values_list("body_id", flat=True))
    leads = by.has(Role.LEAD)
    heads = {
        number
        for number in named
        if leads and any(by.has(Role.LEAD, body_id=body) for body in find_supervising_bodies(number))
    }
    return heads | set(bodies_seen(by).filter(pk__in=named).values_list("pk", flat=True))


@register_visible_to(ProposedWords)
def words_visible_to(user: object) -> QuerySet[ProposedWords]:
    """Return the proposed words that the user sees."""
    return ProposedWords.objects.filter(body_id__in=_find_seen_bodies(get_actor(user)))


def list_pending_proposals(by: Actor) -> Iterator[dict[str, object]]:
    """Yield pending words that the user sees: `proposal`, `lines`, `own` (the user's), `may` (the user may confirm)."""
    rows = words_visible_to(by).filter(state=WordsState.WAITING)
    for proposed_words in rows.order_by("pk"):
        target = find_target(proposed_words)
        if target is not None:
            own = is_proposer(by, proposed_words)
            may = not own and not actions.confirm_words.why_not(target, by=by)
            yield {"proposal": proposed_words, "lines": list_changed_words(proposed_words), "own": own, "may": may}


def words_page(request: HttpRequest) -> HttpResponse:
    """List former and proposed words with the buttons to decide."""
    by = require_staff_actor(request)
    return render(request, "publishing/words.html", {"rows": [*list_pending_proposals(by)]})


@require_POST
def decide_words(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm proposed words, refuse them with a reason, or withdraw the user's own."""
    by = require_staff_actor(request)
    proposed_words = get_visible_or_404(by, ProposedWords, number)
    target = find_target(proposed_words)
    if target is None:
        raise Http404("没有这项提议")
    if request.POST.get("do") == "withdraw":
        run_with_messages(
            request,
            lambda: actions.withdraw_words(target, by=by, proposal=proposed_words),
            "已撤回，公众看到的文字没有变化。",
        )
    elif request.POST.get("do") == "refuse":
        reason = request.POST.get("reason", "")
        run_with_messages(
            request,
            lambda: actions.refuse_words(target, by=by, proposal=proposed_words, reason=reason),
            "已记录：不同意。",
        )
    elif request.POST.get("do") != "confirm":
        raise Http404("没有这个操作")
    else:
        run_with_messages(
            request, lambda: actions.confirm_words(target, by=by, proposal=proposed_words), "已确认，公众现在就能看到。"
        )
    return HttpResponseRedirect(reverse("publishing:words"))


def list_pending_words_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions under which the block of pending words has rows."""
    return [RowCondition(ProposedWords, {"state": WordsState.WAITING})]


def proposed_words_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block of words that the user may confirm, or None."""
    rows = [*islice((row for row in list_pending_proposals(by) if row["may"]), 6)]
    return {"title": "待确认的文字", "rows": rows[:5], "cut": len(rows) > 5} if rows else None
