"""Cache of active gateways, and permissions to configure them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from gongkai.core.outbox.gateways.channel import GatewayChannel, channel_of, sender_of
from gongkai.core.outbox.models import Gateway
from gongkai.core.units.actors import Actor, in_force
from gongkai.core.units.models import Appointment, Body, Role

#: Seconds after which a process looks for changes by other processes.
CACHE_REFRESH_SECONDS = 15.0


@dataclass
class _GatewayCache:
    """The channels of the active gateways of this process, and when they were loaded."""

    channels: dict[str, GatewayChannel] = field(default_factory=dict)
    looked: float | None = None


_known = _GatewayCache()


def gateways() -> Mapping[str, GatewayChannel]:
    """Return the active gateway channels by name."""
    now = time.monotonic()
    if _known.looked is None or now - _known.looked >= CACHE_REFRESH_SECONDS:
        _known.channels = {row.channel: _make_channel(row, _known.channels.get(row.channel)) for row in _load_rows()}
        _known.looked = now
    return _known.channels


def _make_channel(row: Gateway, before: GatewayChannel | None) -> GatewayChannel:
    """Return the channel of a gateway; an unchanged gateway keeps the sender of the channel `before`."""
    is_unchanged = before is not None and before.gateway.version == row.version
    return channel_of(row, _load_people(row), before.sender if before and is_unchanged else sender_of(row))


def _load_rows() -> list[Gateway]:
    return list(Gateway.objects.filter(active=True).select_related("body"))


def _load_people(row: Gateway) -> frozenset[int]:
    """Return the ids of the people with an appointment in or below the gateway's unit."""
    at = Appointment.objects.filter(in_force(), body__path__startswith=row.body.path)
    return frozenset(at.values_list("person_id", flat=True))


def expire_cache() -> None:
    """Reload the active gateways at the next call."""
    _known.looked = None


def disable_gateways() -> None:
    """Assume no gateways and never refresh; for tests that count queries."""
    _known.channels, _known.looked = {}, float("inf")


_REFUSAL = "消息渠道由系统管理员设置。"


def check_may_set_up(by: Actor, body: Body) -> list[str]:
    """Return reasons against all actors except an administrator whose reach covers the unit."""
    return [] if by.system or by.reaches(Role.ADMINISTRATOR, path=body.path) else [_REFUSAL]


def check_may_administer(by: Actor, gateway: Gateway) -> list[str]:
    """Return reasons against all actors except an administrator over the gateway's unit."""
    return check_may_set_up(by, gateway.body)


def units_configurable_by(by: Actor, path: str) -> Q:
    """Return the filter for units whose gateways the actor configures."""
    query = Q(pk__in=[])
    for reach in {post.reach for post in by.posts if post.role == Role.ADMINISTRATOR}:
        query |= Q(**{f"{path}__startswith": reach})
    return query
