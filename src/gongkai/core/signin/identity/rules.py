"""Permissions to assign identities; each rule returns Chinese reasons, or an empty list."""

from gongkai.core.acts.actors import Actor
from gongkai.core.signin.models import Identity
from gongkai.core.units import rules, separation
from gongkai.core.units.another_person import is_among, is_self
from gongkai.core.units.models import Person


def check_system(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a job or the program itself."""
    return [] if by.system else ["由系统在首次登录时办理。"]


def check_oneself(by: Actor, person: Person) -> list[str]:
    """Return reasons unless the person is the actor."""
    return [] if is_self(by, person.pk) else ["只能为本人绑定。"]


def check_identity_confirmer(by: Actor, identity: Identity) -> list[str]:
    """Return reasons against all actors except a security officer over the person's unit, other than the author and
    the person."""
    person = identity.person
    home = separation.find_home_body(person)
    if home is None or not any(is_self(by, officer) for officer in separation.list_officers(home, person=person)):
        return ["只有安全保密管理员可以确认统一身份。"]
    if is_among(by, [person.pk, identity.asked_by_id]):
        return ["提出人和本人不能自己确认，请另一名安全保密管理员确认。"]
    return []


def check_identity_remover(by: Actor, identity: Identity) -> list[str]:
    """Return reasons unless the actor is the owner, may confirm the identity, or manages the person."""
    if is_self(by, identity.person_id) or not check_identity_confirmer(by, identity):
        return []
    return rules.check_person_manager(by, identity.person)
