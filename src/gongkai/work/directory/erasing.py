"""Erasure by law of a check's texts, and of its findings unless a newer text uses them."""

from gongkai.content.editions.erasing import ERASED_TEXT, find_erased_revisions, source_number_of
from gongkai.content.editions.models import Edition
from gongkai.content.editions.written import WrittenErasureHandler
from gongkai.work.directory.models import CheckedCell, YearlyCheck, YearlyCheckRevision


class CheckErasureHandler(WrittenErasureHandler):
    """The erasure handler for texts and findings of yearly checks."""

    def erase(self, edition: Edition) -> None:
        """Blank the texts of an edition and its findings."""
        super().erase(edition)
        number = source_number_of(edition, YearlyCheck.source_name)
        if not YearlyCheckRevision.objects.filter(source=number, pk__gt=find_erased_revisions(edition).last).exists():
            CheckedCell.objects.filter(check_of=number).exclude(words="").update(words=ERASED_TEXT)


CHECK_ERASURE_HANDLER = CheckErasureHandler(YearlyCheck, YearlyCheckRevision)
