"""Words of a text that others repeat: the log, messages to staff, titles on the ledger. What law erases goes there, too.

Only what is known to be about that very text is looked at: that another one has the same title costs it no word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from gongkai.core.acts.chain import erase_words
from gongkai.core.acts.models import MovementWords
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message

ERASED = "（内容已依法删除）"


@dataclass(frozen=True)
class Echoes:
    """Where a text is repeated.

    `streams` of the log are its own: all words up to its edition go. In `shared` streams, and in messages that lead to one of `links`, only what
    holds one of its `titles`. `entries` of the ledger are named after it.
    """

    streams: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    entries: frozenset[int] = frozenset()

    def __or__(self, other: "Echoes") -> "Echoes":
        """Return both together."""
        return Echoes(
            self.streams | other.streams,
            self.shared | other.shared,
            self.links | other.links,
            self.titles | other.titles,
            self.entries | other.entries,
        )

    def erase(self, until: datetime) -> None:
        """Delete them; `until` is when the edition was made: later words of the text's own streams are about something else, save for its titles."""
        titles = [title for title in self.titles if title and title != ERASED]
        words = MovementWords.objects.filter(movement__stream__in=self.streams | self.shared)
        erase_words(words.filter(Q(movement__stream__in=self.streams, movement__at__lte=until) | _said("text", titles)))
        messages = Message.objects.filter(link__in=self.links)
        messages.filter(_said("subject", titles) | _said("body", titles)).update(subject=ERASED, body="")
        Entry.objects.filter(_said("title", titles), pk__in=self.entries).update(title=ERASED)


def _said(field: str, titles: Iterable[str]) -> Q:
    """Return the condition that a field holds one of these titles."""
    found = Q(pk__in=[])
    for title in titles:
        found |= Q(**{f"{field}__contains": title})
    return found
