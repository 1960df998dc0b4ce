"""What was asked to be erased by law and waits for another person: the list, and its block on the first page. Reads only."""

from django.db.models import QuerySet

from gongkai.content.editions.models import ErasureRequest
from gongkai.content.editions.reach import bodies_seen
from gongkai.content.publishing import actions
from gongkai.core.ledger.row_presence import Rows
from gongkai.core.units.actors import Actor

#: At most so many stand in the block.
MOST = 8


def asked_of(by: Actor) -> QuerySet[ErasureRequest]:
    """Return what waits and this person may look at, oldest first."""
    rows = ErasureRequest.objects.filter(closed_at=None, edition__document__body__in=bodies_seen(by))
    return rows.select_related("edition__document__body", "edition__content").order_by("pk")


def needed(by: Actor) -> list[Rows]:
    """Without anything asked nothing waits."""
    return [Rows(ErasureRequest, {"closed_at": None})]


def waiting_erasures(by: Actor) -> dict[str, object] | None:
    """Return what this person may order or refuse; None for nothing."""
    mine = [
        erasure_request
        for erasure_request in asked_of(by)[:MOST]
        if not actions.erase.why_not(erasure_request.edition, by=by)
    ]
    return {"rows": mine} if mine else None
