"""Attach stored files to an entry; only inside an action."""

from collections.abc import Iterable

from gongkai.core.acts.actors import Actor
from gongkai.core.files.store import Named
from gongkai.core.ledger.models import Attachment, Comment, Entry


def attach(entry: Entry, files: Iterable[Named], *, by: Actor, comment: Comment | None = None) -> list[Attachment]:
    """Store attachment rows for files that `files.store.receive` has stored."""
    return [
        Attachment.objects.create(
            entry=entry,
            comment=comment,
            name=kept.name,
            stored=kept.stored,
            added_by=by.name,
        )
        for kept in files
    ]
