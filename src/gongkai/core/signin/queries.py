"""Reading the operation log: auditors, under their reach. Reading identities: with the people whose they are."""

from django.db.models import QuerySet

from gongkai.core.signin.models import Identity, Operation, Passkey
from gongkai.core.units.actors import Actor, actor_of
from gongkai.core.units.door import visible
from gongkai.core.units.models import Role
from gongkai.core.units.queries import people_visible_to
from gongkai.core.units.rules import supervised

#: Who reads the log: the auditor, whose work it is, and the security officer, who must see what became of what he confirmed.
READING = frozenset({Role.AUDITOR, Role.SECURITY})

#: Who looks after identities: whoever registers people, and whoever confirms what gives rights.
KEEPING = frozenset({Role.ADMINISTRATOR, Role.SECURITY})


def keeps_identities(by: Actor) -> bool:
    """Whether somebody looks after the identities of others."""
    return by.system or by.has(*KEEPING)


@visible(Identity, technical=True)
def identities_visible_to(user: object) -> QuerySet[Identity]:
    """Return the identities of the people whom somebody may see and looks after; everybody sees the own."""
    by = actor_of(user)
    rows = Identity.objects.select_related("person__user", "asked_by")
    if keeps_identities(by):
        return rows.filter(person__in=people_visible_to(by).values("pk"))
    return rows.filter(person_id=by.person_id or 0)


@visible(Passkey, technical=True)
def passkeys_visible_to(user: object) -> QuerySet[Passkey]:
    """Return one's own passkeys: nobody looks after those of others, who set them up anew after a new password."""
    return Passkey.objects.filter(user__person=actor_of(user).person_id or 0)


def may_read(by: Actor) -> bool:
    """Whether somebody reads the log of others."""
    return by.system or by.has(*READING)


@visible(Operation, technical=True)
def visible_to(user: object) -> QuerySet[Operation]:
    """Return the operations that somebody may see: auditors and security officers those of people under their reach, others their own.

    What nobody known did (a wrong account) is for who reaches every body that has people.
    """
    by = actor_of(user)
    rows = Operation.objects.select_related("person")
    if may_read(by):
        return rows.filter(supervised(by, READING))
    return rows.filter(person_id=by.person_id) if by.person_id else rows.none()
