"""What the pages of this room share: who acts, which units they see."""

from django.db.models import QuerySet

from gongkai.content.editions.reach import bodies_seen
from gongkai.content.editions.rules import WRITING
from gongkai.content.publishing.views.common import item_seen
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

__all__ = ["bodies_seen", "item_seen", "writable"]


def writable(by: Actor) -> QuerySet[Body]:
    """Return the units for which somebody may record something: the own ones, and those below the own 政务公开 office."""
    seen = bodies_seen(by).filter(active_to=None, merged_into=None)
    if by.has(Role.CHIEF):
        return seen.order_by("position", "pk")
    own = [post.body_id for post in by.posts if post.role in WRITING]
    return seen.filter(pk__in=own).order_by("position", "pk")
