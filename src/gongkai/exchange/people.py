"""Who stands behind a request. This room lies below `units`, which says so when it starts."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from gongkai.acts.chain import By

#: Filled by the units room: user → actor.
_READ: list[Callable[[Any], By]] = []


def read_actors_with(read: Callable[[Any], By]) -> None:
    """Say how a signed-in user becomes an actor; called once, by the room that knows people."""
    _READ[:] = [read]


def actor_behind(request: HttpRequest) -> By:
    """Return the actor behind a request."""
    return _READ[0](request.user)
