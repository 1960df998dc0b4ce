"""Reading the operation log: auditors, under their reach."""

from django.db.models import QuerySet

from gongkai.signin.models import Operation
from gongkai.units.actors import Actor, actor_of
from gongkai.units.door import visible
from gongkai.units.models import Role
from gongkai.units.rules import supervised

#: Who reads the log: the auditor, whose work it is, and the security officer, who must see what became of what he confirmed.
READING = frozenset({Role.AUDITOR, Role.SECURITY})


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
