"""The home-page block of unpublished gazette issues."""

from gongkai.content.editions.models import Document
from gongkai.content.gazette.models import Issue
from gongkai.content.gazette.queries import list_publishing_bodies
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.row_presence import RowCondition

#: Issues listed in the block.
MAX_LISTED_ROWS = 5


def list_unfinished_issue_conditions(by: Actor) -> list[RowCondition]:
    """Return the conditions for showing the block: the site has an issue other than a back issue (往期补录)."""
    return [RowCondition(Issue, {"past": False})]


def make_unfinished_block(by: Actor) -> dict[str, object] | None:
    """Return the home page block of unpublished issues of the user's bodies; None to hide it."""
    if not by.known:
        return None
    rows = list(Issue.objects.filter(body__in=list_publishing_bodies(by), past=False).select_related("body"))
    streams = [issue.stream for issue in rows]
    documents = Document.objects.filter(source__in=streams, published_at__isnull=False)
    names = set(documents.values_list("source", flat=True))
    issues = [issue for issue in rows if issue.stream not in names]
    return {"rows": issues[:MAX_LISTED_ROWS], "more": max(0, len(issues) - MAX_LISTED_ROWS)} if issues else None
