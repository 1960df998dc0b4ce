"""Erase collected entries by law, with the public text that was made from them.

An erased entry keeps its address and digests, so that the same content is not stored again (`entry_store`).
"""

from django.db.models import Q, QuerySet
from django.urls import reverse

from gongkai.content.editions.erasure import ERASED_TEXT, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Document, Edition
from gongkai.core.files.models import TextLosses
from gongkai.core.spreadsheets.undo import erase_import_copies
from gongkai.oversight.gathering.models import Gathered, GatheredFile, GatheredState
from gongkai.oversight.gathering.near_duplicates import MINHASH_COLUMNS

#: Values of an erased entry's fields.
ERASED_ENTRY_VALUES = {
    "title": ERASED_TEXT,
    **dict.fromkeys(("text", "html", "summary", "change"), ""),
    "state": GatheredState.ERASED,
} | dict.fromkeys(MINHASH_COLUMNS)
#: Characters of a title in the log (`record_source_states`).
LOGGED_TITLE_CHARACTERS = 30


class GatheredErasureHandler(BaseErasureHandler):
    """The erasure handler of collected entries from which drafts were made."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the log streams and pages of the sources of the text."""
        rows = _list_origins(edition.document) if is_erased_by_law(edition) else Gathered.objects.none()
        titles = set(rows.values_list("title", flat=True))
        sources = set(rows.values_list("source_id", flat=True))
        return TextEchoes(
            shared=frozenset(f"source/{source}" for source in sources),
            links=frozenset(reverse("gathering:source", args=[source]) for source in sources),
            titles=frozenset(titles | {title[:LOGGED_TITLE_CHARACTERS] for title in titles}),
        )

    def list_private_originals(self, document: Document, digests: set[str]) -> set[str]:
        """Return the digests of the attachments of collected entries."""
        files = GatheredFile.objects.filter(gathered__in=_list_origins(document)).exclude(stored=None)
        return set(files.values_list("stored_id", flat=True))

    def uses_file(self, digest: str) -> bool:
        """Return True if a collected entry has the file."""
        return GatheredFile.objects.filter(stored=digest).exists()

    def erase(self, edition: Edition) -> None:
        """Blank the entries, their attachments and imported spreadsheet rows."""
        numbers = (
            list(_list_origins(edition.document).values_list("pk", flat=True)) if is_erased_by_law(edition) else []
        )
        if not numbers:
            return
        GatheredFile.objects.filter(gathered__in=numbers).delete()
        TextLosses.objects.filter(about__in=[f"gathered/{number}" for number in numbers]).delete()
        Gathered.objects.filter(pk__in=numbers).update(**ERASED_ENTRY_VALUES)
        erase_import_copies("gathering.gathered", numbers, ERASED_TEXT)


def _list_origins(document: Document) -> QuerySet[Gathered]:
    """Return the collected rows from which a document was made."""
    origins = Gathered.objects.filter(document=document)
    roots = {root or number for number, root in origins.values_list("pk", "double_of")}
    if not roots:
        return origins.none()
    query = Q(pk__in=roots) | Q(double_of__in=roots)
    return Gathered.objects.filter(Q(document=document) | (query & Q(document=None)))


GATHERING_ERASURE_HANDLER = GatheredErasureHandler()
