"""Who may see what is limited to a circle (限定范围公开): the one condition that every channel uses."""

from django.db.models import Q

from gongkai.content.editions.models import Audience
from gongkai.core.units.actors import actor_of
from gongkai.core.units.reach import SUPERVISING, working_bodies


def audience_q(user: object, *, body: str = "body") -> Q:
    """Return the condition on rows with `audience` and `circle` (and a `body`) that somebody may see.

    The public sees what is for all; staff of a body in the circle also what is for the circle; those who supervise the owning
    body also that.
    """
    actor = actor_of(user)
    if actor.system:
        return Q()
    condition = Q(audience=Audience.ALL)
    for number in working_bodies(actor):
        condition |= Q(audience=Audience.LIMITED, circle__contains=f"/{number}/")
    for reach in {post.reach for post in actor.posts if post.role in SUPERVISING}:
        condition |= Q(**{"audience": Audience.LIMITED, f"{body}__path__startswith": reach})
    return condition
