"""Record printed documents after an issue was published; erase the texts of an erased issue."""

from collections.abc import Mapping

from gongkai.content.editions.erasure import ERASED_TEXT, find_erased_revisions, get_source_number
from gongkai.content.editions.full_text_sources import FullTextErasureHandler
from gongkai.content.editions.models import Edition, Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.gazette.actions import record_printing
from gongkai.content.gazette.models import Article, Issue, IssueRevision, Printed
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import ANONYMOUS, SYSTEM


def record_published(happened: ActionEvent) -> None:
    """Record the printed documents of a published issue; called after `publishing.publish`."""
    record_printed(happened.target)


def record_printed(issue: Issue) -> int:
    """Record the printed documents of an issue if it is public; return how many. May be repeated."""
    row = _find_public_shelf_row(issue)
    if row is None:
        return 0
    printing: int = record_printing(issue, by=SYSTEM, path=f"/gazette/{issue.pk}/")
    return printing


def _find_public_shelf_row(issue: Issue) -> Shelf | None:
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, document__source=issue.stream)
    return rows.first()


def record_all_printed() -> Mapping[str, int]:
    """Job: record the printed documents of public issues that are not recorded yet; return counts. May be repeated."""
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, kind=ItemKind.GAZETTE)
    numbers = {int(source.partition("/")[2]) for source in rows.values_list("document__source", flat=True)}
    noted = Printed.objects.values_list("release__document", "issue")
    done = set(noted)
    count = 0
    owed = Article.objects.filter(issue__in=numbers, document__isnull=False)
    lacking = {issue for document, issue in owed.values_list("document", "issue") if (document, issue) not in done}
    for issue in Issue.objects.filter(pk__in=lacking):
        count += record_printed(issue)
    return {"noted": count}


class IssueErasureHandler(FullTextErasureHandler):
    """Erases the texts and articles of issues."""

    def erase(self, edition: Edition) -> None:
        """Blank the texts of an edition, and articles and foreword if no newer text was composed."""
        super().erase(edition)
        number = get_source_number(edition, Issue.source_name)
        if not IssueRevision.objects.filter(source=number, pk__gt=find_erased_revisions(edition).last).exists():
            Article.objects.filter(issue=number).update(title=ERASED_TEXT, text="", number="")
            Issue.objects.filter(pk=number).update(foreword="")


ISSUE_ERASURE_HANDLER = IssueErasureHandler(Issue, IssueRevision)
