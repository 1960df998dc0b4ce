"""Who may say which identity is whose. Each rule returns reasons in Chinese, none where it may be done."""

from gongkai.core.acts.actors import Actor
from gongkai.core.signin.models import Identity
from gongkai.core.units import rules, separation
from gongkai.core.units.models import Person
from gongkai.core.units.same_person import is_among, is_self


def only_system(by: Actor, target: object) -> list[str]:
    """The program itself, behind what a provider proved."""
    return [] if by.system else ["由系统在首次登录时办理。"]


def is_own(by: Actor, person: Person) -> list[str]:
    """Oneself."""
    return [] if is_self(by, person.pk) else ["只能为本人绑定。"]


def confirms_identity(by: Actor, identity: Identity) -> list[str]:
    """A security officer whose reach covers the person's home, who neither entered it nor is the one it is about."""
    person = identity.person
    home = separation.home_of(person)
    if home is None or not any(is_self(by, officer) for officer in separation.officers(home, beside=person)):
        return ["只有安全保密管理员可以确认统一身份。"]
    if is_among(by, [person.pk, identity.asked_by_id]):
        return ["提出人和本人不能自己确认，请另一名安全保密管理员确认。"]
    return []


def removes_identity(by: Actor, identity: Identity) -> list[str]:
    """Oneself, an administrator, or the security officer who would confirm it: taking a way in away gives nothing to anybody."""
    if is_self(by, identity.person_id) or not confirms_identity(by, identity):
        return []
    return rules.keeps_person(by, identity.person)
