"""What law erases of a check's result: its texts, and what was found of each unit where nothing newer stands on it."""

from gongkai.content.editions.erasing import ERASED, number_in, revisions_behind
from gongkai.content.editions.models import Edition
from gongkai.content.editions.written import WrittenKeeper
from gongkai.work.directory.models import CheckedCell, YearlyCheck, YearlyCheckRevision


class CheckKeeper(WrittenKeeper):
    """Texts and findings of yearly checks."""

    def erase(self, edition: Edition) -> None:
        """Blank the texts behind an edition, and the findings that they were made of."""
        super().erase(edition)
        number = number_in(edition, YearlyCheck.source_name)
        if not YearlyCheckRevision.objects.filter(source=number, pk__gt=revisions_behind(edition).last).exists():
            CheckedCell.objects.filter(check_of=number).exclude(words="").update(words=ERASED)


KEEPER = CheckKeeper(YearlyCheck, YearlyCheckRevision)
