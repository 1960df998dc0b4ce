"""Erase the texts and articles of an issue by law. Printed documents are erased separately."""

from gongkai.content.editions.erasing import ERASED_TEXT, find_erased_revisions, source_number_of
from gongkai.content.editions.models import Edition
from gongkai.content.editions.written import WrittenErasureHandler
from gongkai.content.gazette.models import Article, Issue, IssueRevision


class IssueErasureHandler(WrittenErasureHandler):
    """Erases the texts and articles of issues."""

    def erase(self, edition: Edition) -> None:
        """Blank the texts of an edition, and its articles if no newer text was composed."""
        super().erase(edition)
        number = source_number_of(edition, Issue.source_name)
        if not IssueRevision.objects.filter(source=number, pk__gt=find_erased_revisions(edition).last).exists():
            Article.objects.filter(issue=number).update(title=ERASED_TEXT, text="", number="")
            Issue.objects.filter(pk=number).update(foreword="")


ISSUE_ERASURE_HANDLER = IssueErasureHandler(Issue, IssueRevision)
