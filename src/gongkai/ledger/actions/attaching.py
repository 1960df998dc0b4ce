"""Attaching kept files to an entry; only inside an action."""

from collections.abc import Iterable

from gongkai.acts.actors import Actor
from gongkai.ledger.files import Kept
from gongkai.ledger.models import Attachment, Comment, Entry


def attach(
    entry: Entry, files: Iterable[Kept], *, by: Actor, comment: Comment | None = None
) -> list[Attachment]:
    """Store the rows of files that `files.keep` put away."""
    return [
        Attachment.objects.create(
            entry=entry,
            comment=comment,
            name=kept.name,
            file=kept.path,
            size=kept.size,
            digest=kept.digest,
            added_by=by.name,
        )
        for kept in files
    ]
