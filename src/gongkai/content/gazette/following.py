"""What the gazette does when an issue goes out: its documents' releases in it are noted. A schedule that has come is caught up by a job."""

from collections.abc import Mapping

from gongkai.content.editions.models import Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.editions.vocabulary import ItemKind
from gongkai.content.gazette.actions import note_printed
from gongkai.content.gazette.models import Article, Issue, Printed
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import ANONYMOUS, SYSTEM


def published(happened: ActionEvent) -> None:
    """Note what an issue prints (follows `publishing.publish`)."""
    note(happened.target)


def note(issue: Issue) -> int:
    """Note what a public issue prints; nothing while it is not public. Done twice, it notes once."""
    row = _row(issue)
    if row is None:
        return 0
    made: int = note_printed(issue, by=SYSTEM, path=f"/gazette/{issue.pk}/")
    return made


def _row(issue: Issue) -> Shelf | None:
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, document__source=issue.stream)
    return rows.first()


def note_all() -> Mapping[str, int]:
    """Note what issues print that have become public since (a schedule). Safe to miss and to repeat."""
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, kind=ItemKind.GAZETTE)
    numbers = {int(source.partition("/")[2]) for source in rows.values_list("document__source", flat=True)}
    noted = Printed.objects.values_list("release__document", "issue")
    done = set(noted)
    count = 0
    owed = Article.objects.filter(issue__in=numbers, document__isnull=False)
    lacking = {issue for document, issue in owed.values_list("document", "issue") if (document, issue) not in done}
    for issue in Issue.objects.filter(pk__in=lacking):
        count += note(issue)
    return {"noted": count}
