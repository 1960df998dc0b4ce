"""Queries on the operation log and on identities."""

from django.db.models import QuerySet

from gongkai.core.signin.models import Identity, Operation, Passkey
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.queries import people_visible_to
from gongkai.core.units.rules import filter_supervised

#: Roles that read the log: auditors, and security officers to follow up confirmations.
LOG_READING_ROLES = frozenset({Role.AUDITOR, Role.SECURITY})

#: Roles that manage identities: administrators and confirming officers.
IDENTITY_MANAGING_ROLES = frozenset({Role.ADMINISTRATOR, Role.SECURITY})


def manages_identities(by: Actor) -> bool:
    """Return true if the actor manages other people's identities."""
    return by.system or by.has(*IDENTITY_MANAGING_ROLES)


@register_visible_to(Identity, technical=True)
def identities_visible_to(user: object) -> QuerySet[Identity]:
    """Return the identities of people the user manages, and the user's own."""
    by = get_actor(user)
    rows = Identity.objects.select_related("person__user", "asked_by")
    if manages_identities(by):
        return rows.filter(person__in=people_visible_to(by).values("pk"))
    return rows.filter(person_id=by.person_id or 0)


@register_visible_to(Passkey, technical=True)
def passkeys_visible_to(user: object) -> QuerySet[Passkey]:
    """Return the user's own passkeys."""
    return Passkey.objects.filter(user__person=get_actor(user).person_id or 0)


def may_read_operations(by: Actor) -> bool:
    """Return true if the actor reads other people's log lines."""
    return by.system or by.has(*LOG_READING_ROLES)


@register_visible_to(Operation, technical=True)
def visible_to(user: object) -> QuerySet[Operation]:
    """Return the operations a user sees: of people within reach for auditors and officers, else own.

    Operations of unknown accounts are visible to those whose reach covers every body with people.
    """
    by = get_actor(user)
    rows = Operation.objects.select_related("person")
    if may_read_operations(by):
        return rows.filter(filter_supervised(by, LOG_READING_ROLES))
    return rows.filter(person_id=by.person_id) if by.person_id else rows.none()
