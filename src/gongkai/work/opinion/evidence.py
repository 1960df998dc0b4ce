"""Store the evidence that actions require: an address or a file with its time of capture."""

from django.utils import timezone

from gongkai.core.acts.addresses import web_address
from gongkai.core.files.store import Named
from gongkai.core.ledger.actions.attaching import attach
from gongkai.core.ledger.models import Entry, Evidence, EvidenceKind, Verdict
from gongkai.core.units.actors import Actor


def keep_evidence(
    entry: Entry, *, by: Actor, title: str, url: str = "", file: Named | None = None, words: str = ""
) -> Evidence | None:
    """Store an address and a file as evidence of an entry; call inside an action.

    Returns:
        The row of the file, else of the address, or None if neither was given.
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
        made = Evidence.objects.create(kind=EvidenceKind.ADDRESS, title=title[:300], url=web_address(url), **facts)
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
