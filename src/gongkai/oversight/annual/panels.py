"""Panel of a report's entry page: progress, problems and files."""

from gongkai.content.editions.models import Document
from gongkai.content.publishing.source_desk import desk_of
from gongkai.content.reviewing.models import Review
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.oversight.annual.actions.filling import find_open_problems
from gongkai.oversight.annual.kind import OPEN
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.area import changed_since

MAX_SHOWN = 10


def report(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel with problems, submissions, review and public address; None if the report is hidden."""
    own = reports_visible_to(by).filter(pk=entry.pk).first()
    if own is None:  # all staff may see the entry, not the report's pages
        return None
    still = find_open_problems(own) if entry.state in OPEN else []
    document = Document.objects.filter(source=own.stream).first()
    address = document.addresses.filter(current=True).first() if document and document.published_at else None
    return {
        "report": own,
        "open": entry.state in OPEN,
        "problems": still[:MAX_SHOWN],
        "more": max(len(still) - MAX_SHOWN, 0),
        "submissions": list(own.submissions.all()),
        "corrections": list(own.corrections.all()),
        "changed_since": [] if entry.state in OPEN else changed_since(own),
        "review": Review.objects.filter(source=own.stream).order_by("-pk").first(),
        "address": address,
        "desk": desk_of(own, by, back=url_of(entry), own_ways=True) if own.submissions.exists() else None,
    }
