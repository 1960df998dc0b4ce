"""Permissions: administrators of the unit's government configure gateways."""

from django.db.models import Q

from gongkai.core.outbox.models import Gateway
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

_REFUSAL = "消息渠道由系统管理员设置。"


def sets_up(by: Actor, body: Body) -> list[str]:
    """Allow an administrator whose reach covers the unit."""
    return [] if by.system or by.reaches(Role.ADMINISTRATOR, path=body.path) else [_REFUSAL]


def keeps(by: Actor, gateway: Gateway) -> list[str]:
    """Allow an administrator over the gateway's unit."""
    return sets_up(by, gateway.body)


def in_reach(by: Actor, path: str) -> Q:
    """Return the filter for units whose gateways the actor configures."""
    found = Q(pk__in=[])
    for reach in {post.reach for post in by.posts if post.role == Role.ADMINISTRATOR}:
        found |= Q(**{f"{path}__startswith": reach})
    return found
