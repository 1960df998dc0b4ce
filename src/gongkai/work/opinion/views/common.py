"""Shared helpers of the views."""

from django.db.models import QuerySet

from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.work.opinion.forms.fields import units_beside
from gongkai.work.opinion.rules import WORKING


def own_bodies(by: Actor) -> QuerySet[Body]:
    """Return the user's units and those under the user's open-government office."""
    rows = Body.objects.filter(active_to=None, merged_into=None)
    own = rows.filter(pk__in={post.body_id for post in by.posts if post.role in {*WORKING, Role.CHIEF}})
    for post in by.posts:
        if post.role == Role.CHIEF:
            own = own | rows.filter(path__startswith=post.reach)
    return own.distinct().order_by("position", "pk")


def home_body(by: Actor) -> Body | None:
    """Return the user's main unit."""
    numbers = [post.body_id for post in by.posts if post.role in {*WORKING, Role.CHIEF}]
    return Body.objects.filter(pk__in=numbers).order_by("position", "pk").first()


def units_over(by: Actor) -> QuerySet[Body]:
    """Return the units that the user may name as responsible."""
    home = home_body(by)
    return units_beside(home) if home else Body.objects.none()
