"""Erase the data behind a public bulletin if the law requires it (`editions.erasing`)."""

from gongkai.content.editions.erasing import ERASED_TEXT
from gongkai.content.editions.models import Edition
from gongkai.content.editions.written import WrittenErasureHandler
from gongkai.oversight.assessment.models import Bulletin, BulletinRevision


class BulletinKeeper(WrittenErasureHandler):
    """Erases a bulletin together with its published text."""

    def __init__(self) -> None:
        super().__init__(Bulletin, BulletinRevision)

    def erase(self, edition: Edition) -> None:
        """Blank the bulletin and its revisions."""
        super().erase(edition)
        name, _, number = edition.document.source.partition("/")
        if name == Bulletin.source_name:
            Bulletin.objects.filter(pk=int(number)).update(title=ERASED_TEXT, text="", persons="")
