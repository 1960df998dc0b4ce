"""Erase collected content by law: the entry behind a public text, and its duplicates.

An erased entry keeps its address and digests, so that the same content is not stored again
(`taking`).
"""

from django.db.models import Q, QuerySet
from django.urls import reverse

from gongkai.content.editions.erasing import ERASED_TEXT, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Document, Edition
from gongkai.core.files.models import TextLosses
from gongkai.core.spreadsheets.undo import erase_import_copies
from gongkai.oversight.gathering.likeness import MINHASH_COLUMNS
from gongkai.oversight.gathering.models import Gathered, GatheredFile, GatheredState

#: Values of an erased entry's fields.
ERASED_ENTRY_VALUES = {
    "title": ERASED_TEXT,
    **dict.fromkeys(("text", "html", "summary", "change"), ""),
    "state": GatheredState.ERASED,
} | dict.fromkeys(MINHASH_COLUMNS)
#: Characters of a title in the log (`record_source_states`).
LOGGED_TITLE_CHARACTERS = 30


class GatheredErasureHandler(BaseErasureHandler):
    """The erasure handler of entries behind drafts; the draft's own text is erased with the draft."""

    def echoes(self, edition: Edition) -> TextEchoes:
        """Return the log streams and pages of the sources of the text."""
        rows = _behind(edition.document) if is_erased_by_law(edition) else Gathered.objects.none()
        titles = set(rows.values_list("title", flat=True))
        sources = set(rows.values_list("source_id", flat=True))
        return TextEchoes(
            shared=frozenset(f"source/{source}" for source in sources),
            links=frozenset(reverse("gathering:source", args=[source]) for source in sources),
            titles=frozenset(titles | {title[:LOGGED_TITLE_CHARACTERS] for title in titles}),
        )

    def files_behind(self, document: Document, marks: set[str]) -> set[str]:
        """Return the attachments of the entries."""
        files = GatheredFile.objects.filter(gathered__in=_behind(document)).exclude(stored=None)
        return set(files.values_list("stored_id", flat=True))

    def carries(self, mark: str) -> bool:
        """Return True if another entry has the same file."""
        return GatheredFile.objects.filter(stored=mark).exists()

    def erase(self, edition: Edition) -> None:
        """Blank the entries, their attachments and imported spreadsheet rows."""
        numbers = list(_behind(edition.document).values_list("pk", flat=True)) if is_erased_by_law(edition) else []
        if not numbers:
            return
        GatheredFile.objects.filter(gathered__in=numbers).delete()
        TextLosses.objects.filter(about__in=[f"gathered/{number}" for number in numbers]).delete()
        Gathered.objects.filter(pk__in=numbers).update(**ERASED_ENTRY_VALUES)
        erase_import_copies("gathering.gathered", numbers, ERASED_TEXT)


def _behind(document: Document) -> QuerySet[Gathered]:
    own = Gathered.objects.filter(document=document)
    roots = {root or number for number, root in own.values_list("pk", "double_of")}
    if not roots:
        return own.none()
    same = Q(pk__in=roots) | Q(double_of__in=roots)
    return Gathered.objects.filter(Q(document=document) | (same & Q(document=None)))


GATHERING_ERASURE_HANDLER = GatheredErasureHandler()
