"""The page of one entry, whole and beside the list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from gongkai.ledger.clock import deadline_of
from gongkai.ledger.desk import panels_for
from gongkai.ledger.kinds import kind_of, related
from gongkai.ledger.models import Audience, Entry
from gongkai.ledger.queries import visible_to
from gongkai.ledger.rules import judge, work
from gongkai.office.history import happenings
from gongkai.office.offers import next_elsewhere, next_offer, offers
from gongkai.units.actors import Actor, actor_of


def found(request: HttpRequest, pk: int) -> tuple[Entry, Actor]:
    """Return an entry that this person may see, and who they are; 404 otherwise."""
    entries = visible_to(request.user).select_related(*sorted(related()))
    return get_object_or_404(entries, pk=pk), actor_of(request.user)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entry: facts, clock, panels, evidence, movements, remarks, and what may be done next."""
    actor = actor_of(request.user)
    if other := _others(actor, pk):
        return render(
            request, "office/not_yours.html", {"body": other.body, "kind": kind_of(other.kind)}, status=403
        )
    entry, actor = found(request, pk)
    return render(request, "office/entry.html", context_of(entry, actor))


def _others(actor: Actor, pk: int) -> Entry | None:
    """Return an entry that this person may not see, but may know whose it is; None for what they may see, and for what they may know nothing of."""
    if visible_to(actor).filter(pk=pk).exists():
        return None
    entry = Entry.objects.select_related("body").filter(pk=pk).first()
    return entry if entry and kind_of(entry.kind).owner_known(actor, entry) else None


def beside(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the short form of an entry beside the list (htmx); without it, the page itself."""
    entry, actor = found(request, pk)
    if not request.headers.get("HX-Request"):
        return page(request, pk)
    offer = next_offer(entry, actor)
    recent = happenings(entry)[:4]
    context = {"entry": entry, "kind": kind_of(entry.kind), "offer": offer, "happenings": recent}
    context["deadline"] = deadline_of(entry) if entry.paused else None
    return render(request, "office/beside.html", context)


def context_of(entry: Entry, actor: Actor) -> dict[str, object]:
    """Return all that an entry's page shows to somebody."""
    allowed, refused = offers(entry, actor)
    panels = panels_for(entry, actor)
    own = entry.closed_at is None
    return {
        "entry": entry,
        "kind": kind_of(entry.kind),
        "actor": actor,
        "audience": Audience(entry.audience).label,
        "allowed": [one for one in allowed if one.action.name != "ledger.comment"],
        "refused": refused,
        "main": next_offer(entry, actor),
        "elsewhere": next_elsewhere(entry, actor) if own else None,
        "may_comment": any(one.action.name == "ledger.comment" for one in allowed),
        "deadline": deadline_of(entry),
        "above": [(panel, shown) for panel, shown in panels if panel.position < 300],
        "below": [(panel, shown) for panel, shown in panels if panel.position >= 300],
        "evidence": list(entry.evidence.select_related("attachment__stored")),
        "may_withdraw": own and not work(actor, entry),
        "may_judge": not judge(actor, entry),
        "happenings": happenings(entry),
        "comments": list(entry.comments.prefetch_related("attachments__stored")),
    }
