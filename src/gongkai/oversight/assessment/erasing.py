"""What stands behind a public bulletin, where law orders its content to be erased (`editions.erasing`)."""

from gongkai.content.editions.erasure_copies import ERASED
from gongkai.content.editions.models import Edition
from gongkai.content.editions.written import WrittenKeeper
from gongkai.oversight.assessment.models import Bulletin, BulletinRevision


class BulletinKeeper(WrittenKeeper):
    """Erases the bulletin with its text: it was issued as it was published."""

    def __init__(self) -> None:
        super().__init__(Bulletin, BulletinRevision)

    def erase(self, edition: Edition) -> None:
        """Blank the revisions and the bulletin itself."""
        super().erase(edition)
        name, _, number = edition.document.source.partition("/")
        if name == Bulletin.source_name:
            Bulletin.objects.filter(pk=int(number)).update(title=ERASED, text="", persons="")
