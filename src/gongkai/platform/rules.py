"""Who may do what with faults."""

from typing import Any

from gongkai.acts.actors import Actor
from gongkai.ledger.models import Entry
from gongkai.ledger.rules import work


def anybody(_by: Actor, _target: Any) -> list[str]:
    """Every reader reports; whoever has the query code says how satisfied they are."""
    return []


def handles(by: Actor, number: int) -> list[str]:
    """Who may read the reader's name, contact and files: whoever works on the entry, nobody else."""
    entry = Entry.objects.select_related("body").filter(pk=number, kind="fault").first()
    return work(by, entry) if entry else ["没有这条记录。"]
