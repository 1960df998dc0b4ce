"""Writing the operation log: one row, and one line of JSON for who collects logs (`GONGKAI_SYSLOG`)."""

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

LINES = logging.getLogger("gongkai.operations")


def address_of(request: HttpRequest | None) -> str | None:
    """Return where a request came from, behind the proxies that the installation names."""
    return get_client_ip_address(request) or None if request is not None else None


def agent_of(request: HttpRequest | None) -> str:
    """Return what the browser calls itself, cut to what the log holds."""
    return request.headers.get("User-Agent", "")[:200] if request is not None else ""


def record_operation(
    kind: OperationKind,
    request: HttpRequest | None,
    *,
    account: str = "",
    user: "User | None" = None,
    words: str = "",
) -> Operation:
    """Write one operation: of the account that was typed (`kept_name`), else of the user given, else of the one signed in."""
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
    LINES.info(
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
    """Write that somebody looked at personal data that others do not see: an original behind a masked copy, a party in the clear.

    Args:
        request: what was asked; its address goes along.
        words: what it was, without the data itself.
    """
    if request.method != "HEAD":
        record_operation(OperationKind.VIEWED, request, words=f"{words} {request.path}")
