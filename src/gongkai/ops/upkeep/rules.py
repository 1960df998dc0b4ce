"""Permissions of the status pages."""

from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Role


def may_look(by: Actor) -> bool:
    """Return True for administrators, security officers and auditors."""
    return by.has(Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
