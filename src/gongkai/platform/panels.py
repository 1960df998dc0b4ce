"""What the entry page of a fault shows."""

from typing import Any

from gongkai.acts.actors import Actor
from gongkai.ledger.models import Entry


def fault(entry: Entry, by: Actor) -> dict[str, Any]:
    """Return the facts of a fault."""
    return {"fault": entry.fault}
