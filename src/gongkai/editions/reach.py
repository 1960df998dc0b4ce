"""Whose sites are within whose reach."""

from gongkai.editions.models import Website
from gongkai.editions.rules import MANAGING
from gongkai.units.actors import Actor
from gongkai.units.models import Role


def websites_of(by: Actor) -> list[Website]:
    """Return the sites within somebody's reach: all that a supervising role covers, else those of the own government."""
    rows = Website.objects.select_related("body")
    reached = [w for w in rows if by.reaches(*MANAGING, Role.AUDITOR, path=w.body.path)]
    return reached or [w for w in rows if any(post.reach.startswith(w.body.path) for post in by.posts)]
