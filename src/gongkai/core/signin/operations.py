"""Write the operation log: one row, and one JSON line for log collectors (`GONGKAI_SYSLOG`)."""

import json
import logging
from typing import TYPE_CHECKING

from axes.helpers import get_client_ip_address
from django.http import HttpRequest

from gongkai.core.signin.models import Operation, OperationKind
from gongkai.core.signin.names import kept_name
from gongkai.core.units.models import Person

if TYPE_CHECKING:
    from django.contrib.auth.models import User

OPERATION_LOGGER = logging.getLogger("gongkai.operations")


def address_of(request: HttpRequest | None) -> str | None:
    """Return the client address of a request, or None."""
    return get_client_ip_address(request) or None if request is not None else None


def agent_of(request: HttpRequest | None) -> str:
    """Return the browser's User-Agent, truncated."""
    return request.headers.get("User-Agent", "")[:200] if request is not None else ""


def record_operation(
    kind: OperationKind,
    request: HttpRequest | None,
    *,
    account: str = "",
    user: "User | None" = None,
    words: str = "",
) -> Operation:
    """Log one operation of the typed account, the given user or the signed-in user."""
    typed = kept_name(account)[:150]
    who = user if user is not None or typed else getattr(request, "user", None)
    known = who if getattr(who, "pk", None) else None
    owner = {"user_id": known.pk} if known is not None else {"user__username": typed}
    row = Operation.objects.create(
        kind=kind,
        account=known.get_username() if known is not None else typed,
        person=Person.objects.filter(**owner).first() if known is not None or typed else None,
        address=address_of(request),
        agent=agent_of(request),
        words=words.replace("\0", "")[:300],
    )
    OPERATION_LOGGER.info(
        json.dumps(
            {
                "at": row.at.isoformat(),
                "kind": row.kind,
                "account": row.account,
                "person": row.person_id,
                "address": row.address,
                "agent": row.agent,
                "words": row.words,
                "id": row.pk,
            },
            ensure_ascii=False,
        )
    )
    return row


def record_view(request: HttpRequest, words: str) -> None:
    """Log that the user viewed unmasked personal data.

    Args:
        request: the request; its path is logged.
        words: description without the data itself.
    """
    if request.method != "HEAD":
        record_operation(OperationKind.VIEWED, request, words=f"{words} {request.path}")
