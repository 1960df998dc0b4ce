"""Who stands behind a request, and whom somebody supervises. This room lies below `units`, which says so when it starts."""

from collections.abc import Callable

from django.db.models import Q
from django.http import HttpRequest

from gongkai.core.acts.actors import Actor

#: Filled by the units room: user → actor.
_READ: list[Callable[[object], Actor]] = []


#: Filled by the units room: actor → condition on `person_id`, whose work they supervise.
_SUPERVISED: list[Callable[[Actor], Q]] = []


def read_actors_with(read: Callable[[object], Actor]) -> None:
    """Say how a signed-in user becomes an actor; called once, by the room that knows people."""
    _READ[:] = [read]


def supervise_with(supervised: Callable[[Actor], Q]) -> None:
    """Say whose work somebody supervises; called once, by the room that knows people."""
    _SUPERVISED[:] = [supervised]


def answered_by(by: Actor) -> Q:
    """Return the condition on `person_id` for what somebody answers for: their own work, and that of those whom they supervise.

    Where no room says who supervises whom, everybody has their own only; what jobs and the installation did is theirs.
    """
    own = Q(person_id__isnull=True) if by.person_id is None else Q(person_id=by.person_id)
    if by.person_id is None and not getattr(by, "system", False):
        own = Q(pk__in=[])
    for supervised in _SUPERVISED:
        own |= supervised(by)
    return own


def actor_behind(request: HttpRequest) -> Actor:
    """Return the actor behind a request."""
    return _READ[0](request.user)
