"""Evidence that an action of this room demands: an address or a file, kept on the entry with the time it was captured."""

from django.utils import timezone

from gongkai.core.acts.addresses import web_address
from gongkai.core.files.store import Named
from gongkai.core.ledger.actions.attaching import attach
from gongkai.core.ledger.models import Entry, Evidence, EvidenceKind, Verdict
from gongkai.core.units.actors import Actor


def keep_evidence(
    entry: Entry, *, by: Actor, title: str, url: str = "", file: Named | None = None, words: str = ""
) -> Evidence | None:
    """Keep an address and a file on an entry, inside an action on it; None where neither was given.

    Returns:
        The file's row where there is one, else the address's.
    """
    made = None
    facts = {
        "entry": entry,
        "captured_at": timezone.now(),
        "machine": Verdict.UNCHECKED,
        "words": words[:300],
        "added_by": by.name,
    }
    if url:
        made = Evidence.objects.create(
            kind=EvidenceKind.ADDRESS, title=title[:300], url=web_address(url), **facts
        )
    if file is not None:
        attachment = attach(entry, [file], by=by)[0]
        made = Evidence.objects.create(
            kind=EvidenceKind.FILE,
            title=file.name[:300],
            attachment=attachment,
            digest=file.stored.pk,
            **facts,
        )
    return made
