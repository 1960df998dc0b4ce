"""Who may: the administrator of the government that a unit belongs to, as of everything that the machine is set up with."""

from django.db.models import Q

from gongkai.core.outbox.models import Gateway
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

_SORRY = "消息渠道由系统管理员设置。"


def sets_up(by: Actor, body: Body) -> list[str]:
    """An administrator whose reach covers the unit."""
    return [] if by.system or by.reaches(Role.ADMINISTRATOR, path=body.path) else [_SORRY]


def keeps(by: Actor, gateway: Gateway) -> list[str]:
    """The same, of a gateway's unit."""
    return sets_up(by, gateway.body)


def in_reach(by: Actor, path: str) -> Q:
    """Return the condition for units whose channels somebody sets up; `path` is the way to the unit's path."""
    found = Q(pk__in=[])
    for reach in {post.reach for post in by.posts if post.role == Role.ADMINISTRATOR}:
        found |= Q(**{f"{path}__startswith": reach})
    return found
