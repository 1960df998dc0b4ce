"""Queries on the user's own messages, and on gateways."""

from django.db.models import QuerySet
from django.http import HttpRequest

from gongkai.core.outbox.gateways.channel import make_configurable_filter
from gongkai.core.outbox.models import Gateway, Message
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.widgets.request_cache import ask_once_per_request


@register_visible_to(Message, technical=True)
def visible_to(user: object) -> QuerySet[Message]:
    """Return the user's own inbox messages."""
    person = get_actor(user).person_id
    if person is None:
        return Message.objects.none()
    return Message.objects.filter(person_id=person, channel="screen")


def filter_unread_messages(user: object) -> QuerySet[Message]:
    """Return the user's unread messages."""
    return visible_to(user).filter(read_at=None)


def unread_count_of_request(request: HttpRequest) -> int:
    """Return the number of unread messages, cached for the request."""
    return ask_once_per_request(request, "unread", lambda: count_unread(request.user))


def count_unread(user: object) -> int:
    """Return the number of unread messages, up to 100."""
    return filter_unread_messages(user).order_by()[:100].count()


@register_visible_to(Gateway, technical=True)
def gateways_visible_to(by: Actor) -> QuerySet[Gateway]:
    """Return the gateways the actor configures; officers and auditors see all."""
    rows = Gateway.objects.select_related("body")
    if by.system or by.has(Role.SECURITY, Role.AUDITOR):
        return rows
    return rows.filter(make_configurable_filter(by, "body__path"))
