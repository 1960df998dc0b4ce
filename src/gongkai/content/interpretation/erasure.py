"""Erase what the interpretation of a document repeats of its title."""

from django.urls import reverse

from gongkai.content.editions.erasure import BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Edition
from gongkai.core.ledger.models import Entry


class InterpretationErasureHandler(BaseErasureHandler):
    """Names the entries and messages about the interpretation of an erased document; they have no text of their own."""

    def echoes(self, edition: Edition) -> TextEchoes:
        """Return the plan's messages and the entries of the document with its title."""
        document = edition.document
        if not is_erased_by_law(edition):
            return TextEchoes()
        entries = list(Entry.objects.filter(interpretation__document=document))
        return TextEchoes(
            shared=frozenset(entry.stream for entry in entries),
            links=frozenset(
                {reverse("interpretation:plan", args=(document.item_number or 0,)), *(entry.url for entry in entries)}
            ),
            entries=frozenset(entry.pk for entry in entries),
        )

    def erase(self, edition: Edition) -> None:
        """Do nothing: the words are erased with the echoes."""


INTERPRETATION_ERASURE_HANDLER = InterpretationErasureHandler("item")
