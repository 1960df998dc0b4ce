"""Record printed documents after an issue was published; erase the texts of an erased issue."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import QuerySet

from gongkai.content.editions.erasure import ERASED_TEXT, find_erased_revisions, get_source_number
from gongkai.content.editions.full_text_sources import FullTextErasureHandler
from gongkai.content.editions.models import Edition, Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.gazette.actions import record_printing
from gongkai.content.gazette.models import Article, Issue, IssueRevision, Printed
from gongkai.content.gazette.queries import list_printed_documents
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import ANONYMOUS, SYSTEM


def record_published(happened: ActionEvent) -> None:
    """Record the printed documents of a published issue; called after `publishing.publish`."""
    record_printed(happened.target)


def record_printed(issue: Issue) -> int:
    """Record the printed documents of an issue if it is public; return how many. May be repeated."""
    return _record_new(list_printed_documents(_list_public_issues().filter(document__source=issue.stream)))


def record_all_printed() -> Mapping[str, int]:
    """Job: record the printed documents of public issues that are not recorded yet; return counts. May be repeated."""
    return {"noted": _record_new(list_printed_documents(_list_public_issues()))}


def _list_public_issues() -> QuerySet[Shelf]:
    return shelf_visible_to(ANONYMOUS).filter(column=None, kind=ItemKind.GAZETTE)


def _record_new(printed_documents: Mapping[int, set[int]]) -> int:
    """Record documents by issue that are not recorded; return how many."""
    recorded: dict[int, set[int]] = defaultdict(set)
    rows = Printed.objects.filter(issue__in=printed_documents)
    for issue, document in rows.values_list("issue", "release__document"):
        recorded[issue].add(document)
    owed = {issue: documents - recorded[issue] for issue, documents in printed_documents.items()}
    return sum(
        record_printing(issue, by=SYSTEM, documents=owed[issue.pk], path=f"/gazette/{issue.pk}/")
        for issue in Issue.objects.filter(pk__in=[issue for issue, documents in owed.items() if documents])
    )


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
