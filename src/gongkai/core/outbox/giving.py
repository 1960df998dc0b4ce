"""Pass messages on when a person's work is handed over."""

from django.db.models import Q

from gongkai.core.outbox.models import Message, MessageState
from gongkai.core.units.models import Person


def give_unread(old: Person, new: Person) -> None:
    """Pass unread and unsent messages on, except duplicates and strictly personal ones."""
    screen = Q(channel="screen", read_at=None)
    waiting = Message.objects.filter(screen | Q(state=MessageState.WAITING), address="", person=old)
    for channel in list(waiting.order_by().values_list("channel", flat=True).distinct()):
        told = Message.objects.filter(person=new, channel=channel).values_list("key", flat=True)
        waiting.filter(channel=channel).exclude(key__in=list(told)).update(person=new)
