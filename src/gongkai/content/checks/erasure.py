"""Erase what the checks of public texts repeat of a title."""

from gongkai.content.checks import actions, faults
from gongkai.content.checks.models import Fault
from gongkai.content.editions.erasure import ERASED_TEXT, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Edition, EditionContent
from gongkai.core.ledger.models import Entry


class FaultErasureHandler(BaseErasureHandler):
    """Erases the title in broken links and files of a document, and in the orders to repair them."""

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the rectifications of the document's broken links and files, with their messages."""
        if not is_erased_by_law(edition):
            return TextEchoes()
        rows = Entry.objects.filter(
            rectification__source__in=(actions.RECTIFICATION_SOURCE, faults.RECTIFICATION_SOURCE),
            rectification__source_ref__startswith=f"{edition.document_id}/",
        )
        entries = list(rows)
        return TextEchoes(
            shared=frozenset(entry.stream for entry in entries),
            links=frozenset(entry.url for entry in entries),
            entries=frozenset(entry.pk for entry in entries),
        )

    def erase(self, edition: Edition) -> None:
        """Replace titles that no remaining edition of the document has."""
        if is_erased_by_law(edition):
            left = EditionContent.objects.filter(edition__document=edition.document_id).values("title")
            Fault.objects.filter(document_id=edition.document_id).exclude(title__in=left).update(title=ERASED_TEXT)


FAULT_ERASURE_HANDLER = FaultErasureHandler()
