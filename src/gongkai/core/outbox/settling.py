"""Messages that went with their matter: a newer one says where it stands, the reader acted on it, or it is closed. They count as read.

A message belongs to a matter by the page it links to: one record's page, or the list that shows what is late or due soon now; not the first
page and no other list, where each message tells of something else.
"""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.outbox.models import Message
from gongkai.lib.chinese import lazy_re as re

_MATTER = re.compile(r"/\d+/\Z|[?&]light=")


def is_matter(link: str) -> bool:
    """Return whether a link leads to one record, or to what is late now.

    >>> is_matter("/admin/ledger/12/"), is_matter("/admin/ledger/?mine=body&light=red")
    (True, True)
    >>> is_matter("/admin/notices/tasks/"), is_matter("/admin/"), is_matter("")
    (False, False, False)
    """
    return bool(_MATTER.search(link))


def settle_told(rows: Sequence[Message], by: Actor | None) -> None:
    """Settle what the readers of new messages, and who acted, were told of the same matters before; two statements at most."""
    new = [row for row in rows if row.channel == "screen" and is_matter(row.link)]
    links = {row.link for row in new}
    pairs = {(row.person_id, row.link) for row in new}
    if by is not None and by.person_id is not None:
        pairs |= {(by.person_id, link) for link in links}
    if not pairs:
        return
    again = {(row.person_id, row.key) for row in new}  # told once already: it stands as it is
    unread = _unread().filter(person__in={person for person, _ in pairs}, link__in=links)
    found = [
        pk
        for pk, person, link, key in unread.values_list("pk", "person_id", "link", "key")
        if (person, link) in pairs and (person, key) not in again
    ]
    if found:
        Message.objects.filter(pk__in=found).update(read_at=timezone.now())


def settle_closed(link: str) -> None:
    """Settle what anybody was told of a matter that is closed now; what tells of the closing is written after it."""
    _unread().filter(link=link).update(read_at=timezone.now())


def _unread() -> "QuerySet[Message]":
    return Message.objects.filter(channel="screen", read_at=None).order_by()
