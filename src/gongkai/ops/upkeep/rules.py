"""Who may see how the installation runs."""

from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Role


def may_look(by: Actor) -> bool:
    """Whether somebody sees the state: the administrator, whose work it is, the security officer and the auditor."""
    return by.has(Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
