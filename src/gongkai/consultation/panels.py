"""What an inquiry's page shows beside the entry, and what waits on the first page."""

from typing import Any

from gongkai.consultation import recall, routing
from gongkai.consultation.models import KnownAnswer
from gongkai.consultation.rules import CHECKING
from gongkai.consultation.states import UNDER_REVIEW
from gongkai.ledger.models import Entry
from gongkai.units.actors import Actor

MOST = 8


def inquiry(entry: Entry, by: Actor) -> dict[str, Any]:
    """Return the facts of an inquiry; while it is open, with what the base says to it and who probably answers."""
    one = entry.inquiry
    shown: dict[str, Any] = {
        "inquiry": one,
        "contributions": list(one.contributions.select_related("body")),
        "repeats": list(one.repeats.select_related("entry")[:5]),
    }
    if not entry.closed_at:
        shown["recalled"] = recall.recall(f"{entry.title} {one.text}"[:400])
        shown["proposals"] = routing.propose(one.text) if entry.state in {"received", "declined"} else []
    return shown


def answers_to_review(by: Actor) -> dict[str, Any] | None:
    """The block of the first page: answers of the base that wait for this person's word."""
    bodies = {post.body_id for post in by.posts if post.role in CHECKING}
    rows = KnownAnswer.objects.filter(body_id__in=bodies, state__in=UNDER_REVIEW).select_related("body")
    mine = rows.exclude(written_by=by.person_id).exclude(state="checked", checked_by=by.person_id)
    found = list(mine.order_by("pk")[:MOST])
    return {"answers": found} if found else None
