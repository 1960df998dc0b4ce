"""Session engine: database sessions with owner (`SESSION_ENGINE`)."""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.signin.models import Session
from gongkai.core.units.middleware import IDENTITY_SESSION_KEY

#: Session keys that are copied to columns.
ADDRESS_SESSION_KEY, AGENT_SESSION_KEY = "gongkai_address", "gongkai_agent"
#: Session key of the sign-in time (ISO 8601), because rows are rewritten with every change.
STARTED_SESSION_KEY = "gongkai_started"


class SessionStore(DatabaseStore):
    """Database session store that also writes owner and client address."""

    @classmethod
    def get_model_class(cls) -> type[Session]:  # type: ignore[override]
        """Return the model."""
        return Session

    def save(self, must_create: bool = False) -> None:
        """Save the row; report an unavailable database as 503, not as an ended session."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def create_model_instance(self, data: dict[str, Any]) -> Session:  # type: ignore[override]
        """Return the row of this session with its owner."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        owner = data.get(SESSION_KEY)
        row.user_id = int(owner) if owner else None
        row.address, row.agent = data.get(ADDRESS_SESSION_KEY), str(data.get(AGENT_SESSION_KEY, ""))[:200]
        row.started_at = (
            datetime.fromisoformat(data[STARTED_SESSION_KEY]) if STARTED_SESSION_KEY in data else timezone.now()
        )
        identity = data.get(IDENTITY_SESSION_KEY) or {}
        row.provider = str(identity.get("provider", ""))
        row.subject, row.sid = str(identity.get("subject", ""))[:255], str(identity.get("sid", ""))[:255]
        return row


def list_sessions(user_id: int) -> QuerySet[Session]:
    """Return the open sessions of a login, last used first."""
    return Session.objects.filter(user_id=user_id, expire_date__gt=timezone.now()).order_by("-seen_at")


def end_other_sessions(user_id: int, session_key: str | None) -> int:
    """End all sessions of a login but one; return their number."""
    count, _ = Session.objects.filter(user_id=user_id).exclude(session_key=session_key or "").delete()
    return count


def end_provider_sessions(provider: str, *, sid: str, subject: str, until: datetime) -> list[int]:
    """End the sessions begun with a provider's session (`sid`), or without it those of `subject`; return the ids of
    their logins.

    Sessions that began after `until` stay, so that an old message ends no new session.
    """
    rows = Session.objects.filter(provider=provider, started_at__lte=until)
    rows = rows.filter(sid=sid[:255]) if sid else rows.filter(subject=subject[:255])
    owners = list(rows.values_list("user_id", flat=True).distinct()) if sid or subject else []
    if owners:
        rows.delete()
    return owners
