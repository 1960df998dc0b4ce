"""Reading messages: only one's own."""

from django.db.models import QuerySet
from django.http import HttpRequest

from gongkai.outbox.models import Message
from gongkai.ui.once import once
from gongkai.units.actors import actor_of
from gongkai.units.door import visible


@visible(Message, technical=True)
def visible_to(user: object) -> QuerySet[Message]:
    """Return the messages on somebody's screen; people see their own only."""
    person = actor_of(user).person_id
    if person is None:
        return Message.objects.none()
    return Message.objects.filter(person_id=person, channel="screen")


def unread(user: object) -> QuerySet[Message]:
    """Return those not read."""
    return visible_to(user).filter(read_at=None)


def unread_shown(request: HttpRequest) -> int:
    """Return the count for the menu and the first page, asked once a request."""
    return once(request, "unread", lambda: unread_count(request.user))


def unread_count(user: object, most: int = 99) -> int:
    """Return how many are unread, counted up to `most` + 1."""
    return unread(user).order_by()[: most + 1].count()
