"""What law erases of what was gathered: the entry that a public text was made from, and the entries that repeat it.

An erased entry keeps its address and the digests of its words: what comes again from its home, or from somebody who repeats it, is known by them
and is not kept (`taking`).
"""

from django.db.models import Q, QuerySet
from django.urls import reverse

from gongkai.content.editions.erasing import RoomKeeper, by_law
from gongkai.content.editions.erasure_copies import ERASED, Echoes
from gongkai.content.editions.models import Document, Edition
from gongkai.core.spreadsheets.erasing import forget_rows
from gongkai.oversight.gathering.likeness import BANDS
from gongkai.oversight.gathering.models import Gathered, GatheredFile, GatheredState

#: What an entry says once it is erased.
BLANK = {
    "title": ERASED,
    **dict.fromkeys(("text", "html", "summary", "change"), ""),
    "state": GatheredState.ERASED,
} | dict.fromkeys(BANDS)
#: The log names entries by so many characters of their titles (`note_looks`).
NAMED = 30


class GatheredKeeper(RoomKeeper):
    """Entries behind drafts of what was gathered; a draft is the desk's, its own words go with it."""

    def echoes(self, edition: Edition) -> Echoes:
        """Return the streams and pages of the sources that brought the words."""
        rows = _behind(edition.document) if by_law(edition) else Gathered.objects.none()
        titles = set(rows.values_list("title", flat=True))
        sources = set(rows.values_list("source_id", flat=True))
        return Echoes(
            shared=frozenset(f"source/{source}" for source in sources),
            links=frozenset(reverse("gathering:source", args=[source]) for source in sources),
            titles=frozenset(titles | {title[:NAMED] for title in titles}),
        )

    def files_behind(self, document: Document, marks: set[str]) -> set[str]:
        """Return the attachments that came with the entries."""
        files = GatheredFile.objects.filter(gathered__in=_behind(document)).exclude(stored=None)
        return set(files.values_list("stored_id", flat=True))

    def carries(self, mark: str) -> bool:
        """Whether another entry has a file, too."""
        return GatheredFile.objects.filter(stored=mark).exists()

    def erase(self, edition: Edition) -> None:
        """Blank the entries with their attachments, and what a spreadsheet that brought them kept."""
        numbers = list(_behind(edition.document).values_list("pk", flat=True)) if by_law(edition) else []
        if not numbers:
            return
        GatheredFile.objects.filter(gathered__in=numbers).delete()
        Gathered.objects.filter(pk__in=numbers).update(**BLANK)
        forget_rows("gathering.gathered", numbers, ERASED)


def _behind(document: Document) -> QuerySet[Gathered]:
    """Return the entry that a document was made from with all that repeat the same; not what another document was made from."""
    own = Gathered.objects.filter(document=document)
    roots = {root or number for number, root in own.values_list("pk", "double_of")}
    if not roots:
        return own.none()
    same = Q(pk__in=roots) | Q(double_of__in=roots)
    return Gathered.objects.filter(Q(document=document) | (same & Q(document=None)))


KEEPER = GatheredKeeper()
