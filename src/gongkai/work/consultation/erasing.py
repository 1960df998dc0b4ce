"""Erasure of published messages: the texts behind an edition.

The inquiry itself is erased after its own retention (`intake`).
"""

from gongkai.content.editions.erasing import ERASED, Echoes, RoomKeeper, number_in, revisions_behind
from gongkai.content.editions.models import Edition
from gongkai.work.consultation.models import MessageText
from gongkai.work.consultation.models.publication import PUBLICATION_SOURCE_NAME


class MessageErasureHandler(RoomKeeper):
    """The erasure handler of published messages."""

    def echoes(self, edition: Edition) -> Echoes:
        """Return the titles of the publication's texts."""
        texts = MessageText.objects.filter(publication=number_in(edition, PUBLICATION_SOURCE_NAME))
        return Echoes(titles=frozenset(texts.values_list("title", flat=True)))

    def erase(self, edition: Edition) -> None:
        """Blank the texts behind an edition."""
        texts = MessageText.objects.filter(publication=number_in(edition, PUBLICATION_SOURCE_NAME))
        rows = revisions_behind(edition).rows(texts, "number")
        rows.update(title=ERASED, summary=ERASED, answer=ERASED)


MESSAGE_ERASURE_HANDLER = MessageErasureHandler(PUBLICATION_SOURCE_NAME)
