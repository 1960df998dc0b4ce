"""Mark messages as read when their matter has moved on, was handled or closed.

Messages belong to a matter by their link: a record's page, or the list of late entries. Links
to other lists or the home page do not count.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.outbox.models import Message, MessageState
from gongkai.core.units.models import Person
from gongkai.lib.chinese import lazy_re as re

_MATTER_LINK_PATTERN = re.compile(r"/\d+/\Z|[?&]light=")


def is_matter_link(link: str) -> bool:
    """Return true if a link leads to one record or to the list of late entries.

    >>> is_matter_link("/admin/ledger/12/"), is_matter_link("/admin/ledger/?mine=body&light=red")
    (True, True)
    >>> is_matter_link("/admin/notices/tasks/"), is_matter_link("/admin/"), is_matter_link("")
    (False, False, False)
    """
    return bool(_MATTER_LINK_PATTERN.search(link))


def mark_superseded_messages_read(rows: Sequence[Message], by: Actor | None) -> None:
    """Mark earlier messages on the same matters as read, in at most two statements."""
    new = [row for row in rows if row.channel == "screen" and is_matter_link(row.link)]
    links = {row.link for row in new}
    pairs = {(row.person_id, row.link) for row in new}
    if by is not None and by.person_id is not None:
        pairs |= {(by.person_id, link) for link in links}
    if not pairs:
        return
    again = {(row.person_id, row.key) for row in new}  # told once already: it stands as it is
    unread = _list_unread().filter(person__in={person for person, _ in pairs}, link__in=links)
    found = [
        pk
        for pk, person, link, key in unread.values_list("pk", "person_id", "link", "key")
        if (person, link) in pairs and (person, key) not in again
    ]
    if found:
        Message.objects.filter(pk__in=found).update(read_at=timezone.now())


def mark_messages_read_on_close(link: str) -> None:
    """Mark all messages on a closed matter as read."""
    _list_unread().filter(link=link).update(read_at=timezone.now())


def _list_unread() -> "QuerySet[Message]":
    return Message.objects.filter(channel="screen", read_at=None).order_by()


def pass_unread_on(old: Person, new: Person) -> None:
    """Pass unread and unsent messages on, except duplicates and strictly personal ones."""
    screen = Q(channel="screen", read_at=None)
    waiting = Message.objects.filter(screen | Q(state=MessageState.WAITING), address="", person=old)
    for channel in list(waiting.order_by().values_list("channel", flat=True).distinct()):
        told = Message.objects.filter(person=new, channel=channel).values_list("key", flat=True)
        waiting.filter(channel=channel).exclude(key__in=list(told)).update(person=new)
