"""Queries for other platforms: their client, orders, status and suggested answers."""

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.work.consultation.actions.exchange import digest_token
from gongkai.work.consultation.models import ExchangeClient, ExchangeOrder, KnownAnswer
from gongkai.work.consultation.queries import list_public_answers
from gongkai.work.consultation.recall import find_public_offers


def find_client(header: str) -> ExchangeClient | None:
    """Return the client whose token is in an Authorization header, or None.

    Tokens are compared by keyed digest, so response times reveal nothing.
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not 20 <= len(token) <= 200:
        return None
    found = ExchangeClient.objects.select_related("receiver").filter(token_digest=digest_token(token), closed_at=None)
    return found.first()


def list_client_orders(client: ExchangeClient) -> QuerySet[ExchangeOrder]:
    """Return the orders that a client sent."""
    rows = ExchangeOrder.objects.filter(platform=client.name)
    return rows.select_related("inquiry__entry__body")


def describe_order_status(order: ExchangeOrder) -> dict[str, object]:
    """Return the status of an order, without the asker."""
    inquiry, entry = order.inquiry, order.inquiry.entry
    closed = entry.closed_at is not None
    return {
        "ref": order.ref,
        "number": entry.number,
        "state": entry.state,
        "state_label": entry.state_label,
        "unit": entry.body.name,
        "received_on": inquiry.received_on.isoformat(),
        "due_on": timezone.localdate(entry.due_at).isoformat() if entry.due_at else None,
        "overdue": entry.light in {"red", "grey_red"},
        "answer": inquiry.answer if closed else "",
        "answered_at": inquiry.answered_at.isoformat() if closed and inquiry.answered_at else None,
        "satisfaction": inquiry.satisfaction,
        "changed_at": (entry.moved_at or entry.opened_at).isoformat(),
    }


# Maximum number of answers suggested to a seat.
MAX_OFFERED_ANSWERS = 5


def find_offers(question: str) -> list[dict[str, object]]:
    """Return public answers to a question for a seat, best first (C-02)."""
    return [
        {
            "id": known.pk,
            "question": known.question,
            "answer": known.answer,
            "basis": known.basis,
            "unit": known.body.name,
            "contact": known.contact,
        }
        for known in find_public_offers(question, k=MAX_OFFERED_ANSWERS)
    ]


def get_given_answer(number: int | None) -> KnownAnswer | None:
    """Return the public answer with this primary key, or None."""
    return list_public_answers().filter(pk=number).first() if number is not None else None
