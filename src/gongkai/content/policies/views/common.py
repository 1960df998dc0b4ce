"""Helpers of the library's views: find a visible record, redirect."""

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse

from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.rules import ENTRY_STAFF_ROLES, check_may_maintain
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

__all__ = ["Actor", "get_record", "list_writer_bodies", "redirect_to"]


def get_record(by: Actor, number: int) -> PolicyRecord:
    """Return a record that the user sees in the office.

    Raises:
        Http404: there is none, or it belongs to another unit.
    """
    return get_visible_or_404(by, PolicyRecord, number)


def list_writer_bodies(by: Actor) -> list[Body]:
    """Return the user's own bodies, for which they enter documents."""

    numbers = by.body_ids(*ENTRY_STAFF_ROLES)
    return list(Body.objects.filter(pk__in=numbers).order_by("position", "pk"))


def get_body_of_writer(by: Actor, number: int) -> Body:
    """Return a body for which the user may enter documents.

    Raises:
        Http404: it is none of theirs, and they do not supervise it either.
    """

    body = get_visible_or_404(by, Body, number)
    if check_may_maintain(by, body):
        raise Http404("没有这个单位，或者不归您办理")
    return body


def redirect_to(name: str, *args: object) -> HttpResponseRedirect:
    """Redirect to a page of this app."""
    return HttpResponseRedirect(reverse(f"policies:{name}", args=args))
