"""Whose sites and whose bodies' texts are within whose reach."""

from django.db.models import Q, QuerySet

from gongkai.editions.models import Website
from gongkai.editions.rules import MANAGING, WRITING
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role
from gongkai.units.reach import belongs


def websites_of(by: Actor) -> list[Website]:
    """Return the sites within somebody's reach: all that a supervising role covers, else those of the own government."""
    rows = Website.objects.select_related("body")
    reached = [w for w in rows if by.reaches(*MANAGING, Role.AUDITOR, path=w.body.path)]
    return reached or [w for w in rows if any(post.reach.startswith(w.body.path) for post in by.posts)]


def bodies_of(by: Actor, *roles: str) -> Q:
    """Return the condition on bodies where one of the roles is held, or that the 政务公开办 office above reaches."""
    return belongs(by, "", roles=roles, supervising=(Role.CHIEF,))


def bodies_seen(by: Actor) -> QuerySet[Body]:
    """Return the bodies whose items somebody may look at in the office: own ones, and those supervised."""
    condition = bodies_of(by, *WRITING)
    for post in by.posts:
        if post.role in {Role.AUDITOR, Role.ADMINISTRATOR}:
            condition |= bodies_of(by) | Q(path__startswith=post.reach)
    return Body.objects.filter(condition)
