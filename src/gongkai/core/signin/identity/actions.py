"""Actions for identities: register, bind, match at first sign-in, confirm, remove.

For a guarded post, one person alone must not assign an identity (三员分立; GB/T 22239-2019 8.1.5):
it counts only after a security officer confirmed it (`vouched`).
"""

from django.contrib.auth import get_user_model
from django.urls import reverse

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.signin.identity.providers import get_provider_label
from gongkai.core.signin.identity.rules import (
    check_identity_confirmer,
    check_identity_remover,
    check_oneself,
    check_system,
)
from gongkai.core.signin.models import Identity, Session
from gongkai.core.units import rules, separation
from gongkai.core.units.access import sync_access
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Person, Role


def _create_identity(person: Person, provider: str, identifier: str, **facts: object) -> Identity:
    """Store an identity of a person and return it.

    Raises:
        Refused: it is empty, belongs to another, or the person has one of this provider.
    """
    identifier = identifier.strip()
    if not identifier:
        raise Refused("请填写标识。")
    if Identity.objects.filter(provider=provider, identifier=identifier).exists():
        raise Refused(f"标识“{identifier}”已经登记给别人。")
    if Identity.objects.filter(provider=provider, person=person).exists():
        raise Refused(f"{person.name}已经登记{get_provider_label(provider)}标识，请先解除。")
    return Identity.objects.create(person=person, provider=provider, identifier=identifier, **facts)


def _make_officer_notifications(person: Person, identity: Identity, event: str) -> tuple[Notification, ...]:
    """Return, as a tuple of one, the request to the security officers to confirm an identity (`event`: what was done);
    () if it is vouched for or the person is not guarded."""
    home = separation.find_home_body(person)
    if identity.vouched or home is None or not separation.is_guarded(person):
        return ()
    text = f"{person.name}：{event}。请向本人核实后确认，确认前不能用它登录。"
    confirmers = separation.list_officers(home, person=person)
    return (
        separation.make_confirmation_request(
            confirmers, text, f"identity/{identity.pk}/ask", reverse("signin_identities")
        ),
    )


@action("signin.add_identity", label="登记统一身份", rule=rules.check_person_manager)
def add_identity(person: Person, *, by: Actor, provider: str, identifier: str) -> ActionResult:
    """Register the identifier with which a person signs in."""
    if not person.active:
        raise Refused("人员已离岗，不能登记。")
    home = separation.find_home_body(person)
    if home is not None and not by.system and separation.is_guarded(person):
        separation.require_officers(home, person=person)
    identity = _create_identity(person, provider, identifier, asked_by_id=by.person_id, vouched=by.system)
    text = f"登记{get_provider_label(provider)}标识“{identity.identifier}”"
    owner = separation.make_owner_notification(person, f"{by.name}为您{text}。", f"identity/{identity.pk}/owner")
    return ActionResult(words=text, result=identity, tell=(owner, *_make_officer_notifications(person, identity, text)))


@action("signin.bind_identity", label="绑定统一身份", rule=check_oneself)
def bind_identity(person: Person, *, by: Actor, provider: str, identifier: str, said_name: str) -> ActionResult:
    """Bind a proven identity to one's own account, in a session that passed all factors."""
    facts = {"said_name": said_name, "asked_by_id": by.person_id, "vouched": True}
    identity = _create_identity(person, provider, identifier, **facts)
    text = f"绑定{get_provider_label(provider)}标识“{identity.identifier}”"
    owner = separation.make_owner_notification(person, f"您的账号{text}。", f"identity/{identity.pk}/owner")
    return ActionResult(words=text, result=identity, tell=(owner,))


@action("signin.match_identity", label="首次登录匹配", rule=check_system)
def match_identity(person: Person, *, by: Actor, provider: str, identifier: str, said_name: str) -> ActionResult:
    """Match a proven identifier to the existing account of the same name, at the first sign-in."""
    identity = _create_identity(person, provider, identifier, said_name=said_name)
    text = f"首次登录，{get_provider_label(provider)}标识“{identity.identifier}”与账号相同"
    owner = separation.make_owner_notification(person, f"{text}。", f"identity/{identity.pk}/owner")
    return ActionResult(words=text, result=identity, tell=(owner, *_make_officer_notifications(person, identity, text)))


@action("signin.register_candidate", label="首次登录登记", rule=check_system)
def register_candidate(target: None, *, by: Actor, provider: str, identifier: str, said_name: str) -> ActionResult:
    """Register an unknown person at the first sign-in; without appointment they see nothing."""
    person = Person.objects.create(name=said_name or identifier[:60])
    identity = _create_identity(person, provider, identifier, said_name=said_name)
    text = f"首次用{get_provider_label(provider)}登录，登记人员“{person.name}”，等待任职"
    keepers = Appointment.objects.filter(in_force_q(), role=Role.ADMINISTRATOR)
    notification = Notification(
        "有人等待任职",
        f"{person.name}（{identity.identifier}）首次用{get_provider_label(provider)}登录，请核实后办理任职。",
        reverse("units:person", args=[person.pk]),
        f"identity/{identity.pk}/candidate",
        persons=tuple(sorted(set(keepers.values_list("person_id", flat=True)))),
    )
    return ActionResult(words=text, stream=f"person/{person.pk}", result=identity, tell=(notification,))


@action("signin.open_login", label="开通统一身份登录", rule=check_system, quiet=True)
def open_login(identity: Identity, *, by: Actor) -> ActionResult:
    """Create a login without password for a person with an identity."""
    person, users = identity.person, get_user_model()
    username = users.normalize_username(identity.identifier[:150])[:150]  # as it is stored
    if users.objects.filter(username__iexact=username).exists():
        username = f"{identity.provider}-{identity.pk}"
    person.user = users.objects.create_user(username=username, email=person.email, first_name=person.name)
    person.save(update_fields=["user"])
    sync_access(person)
    return ActionResult(words=f"开通账号“{username}”，没有本系统的密码", stream=f"person/{person.pk}")


@action("signin.confirm_identity", label="确认统一身份", rule=check_identity_confirmer)
def confirm_identity(identity: Identity, *, by: Actor) -> ActionResult:
    """Confirm an identity for a guarded post, after a security officer checked the owner."""
    if identity.vouched:
        raise Refused("已经确认过。")
    identity.vouched = True
    identity.save(update_fields=["vouched"])
    text = f"确认{get_provider_label(identity.provider)}标识“{identity.identifier}”"
    key = f"identity/{identity.pk}/confirmed"
    owner = separation.make_owner_notification(identity.person, f"{by.name}{text}。", key)
    return ActionResult(words=text, stream=f"person/{identity.person_id}", tell=(owner,))


@action("signin.remove_identity", label="解除统一身份", rule=check_identity_remover)
def remove_identity(identity: Identity, *, by: Actor) -> ActionResult:
    """Remove an identity and end the sessions that it opened."""
    person = identity.person
    text = f"解除{get_provider_label(identity.provider)}标识“{identity.identifier}”"
    key = f"identity/{identity.pk}/removed"
    Session.objects.filter(user_id=person.user_id or 0, provider=identity.provider).delete()
    identity.delete()
    owner = separation.make_owner_notification(person, f"{by.name}{text}。", key)
    return ActionResult(words=text, stream=f"person/{person.pk}", tell=(owner,))
