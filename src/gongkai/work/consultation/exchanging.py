"""Queries for other platforms: their client, orders, status and suggested answers."""

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.work.consultation.actions.exchange import token_digest
from gongkai.work.consultation.models import ExchangeClient, ExchangeOrder, KnownAnswer
from gongkai.work.consultation.queries import public_answers
from gongkai.work.consultation.recall import public_offers


def client_of(header: str) -> ExchangeClient | None:
    """Return the client whose token is in an Authorization header, or None.

    Tokens are compared by keyed digest, so response times reveal nothing.
    """
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not 20 <= len(token) <= 200:
        return None
    found = ExchangeClient.objects.select_related("receiver").filter(
        token_digest=token_digest(token), closed_at=None
    )
    return found.first()


def orders_of(client: ExchangeClient) -> QuerySet[ExchangeOrder]:
    """Return the orders that a client sent."""
    rows = ExchangeOrder.objects.filter(platform=client.name)
    return rows.select_related("inquiry__entry__body")


def status_of(order: ExchangeOrder) -> dict[str, object]:
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
MOST_OFFERED = 5


def offers_for(question: str) -> list[dict[str, object]]:
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
        for known in public_offers(question, k=MOST_OFFERED)
    ]


def answer_given(number: int | None) -> KnownAnswer | None:
    """Return the public answer with this primary key, or None."""
    return public_answers().filter(pk=number).first() if number is not None else None
