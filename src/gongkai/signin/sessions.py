"""The session engine: Django's database sessions, each row with its owner (`SESSION_ENGINE`)."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.signin.models import Session

#: Keys of the session that are copied into columns of its row.
ADDRESS, AGENT = "gongkai_address", "gongkai_agent"


class SessionStore(DatabaseStore):
    """Django's store, which also writes whose a session is and where it came from."""

    @classmethod
    def get_model_class(cls) -> type[Session]:  # type: ignore[override]
        """Return the table."""
        return Session

    def save(self, must_create: bool = False) -> None:
        """Write the row. A database that is away is said as that (503), not as a session that somebody ended (400)."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def create_model_instance(self, data: dict[str, Any]) -> Session:  # type: ignore[override]
        """Return the row of this session, with its owner."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        owner = data.get(SESSION_KEY)
        row.user_id = int(owner) if owner else None
        row.address, row.agent = data.get(ADDRESS), str(data.get(AGENT, ""))[:200]
        row.started_at = timezone.now()
        return row


def sessions_of(user_id: int) -> QuerySet[Session]:
    """Return the sessions of a login that have not ended, last used first."""
    return Session.objects.filter(user_id=user_id, expire_date__gt=timezone.now()).order_by("-seen_at")


def end_others(user_id: int, kept: str | None) -> int:
    """End all sessions of a login but one; return how many there were."""
    count, _ = Session.objects.filter(user_id=user_id).exclude(session_key=kept or "").delete()
    return count
