"""Register a colleague with appointments and login in one action, confirmed by one second person."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.following import hold_messages
from gongkai.core.units import rules, separation
from gongkai.core.units.access import sync_access
from gongkai.core.units.actions.appointments import appoint, decide_appointment, describe_post
from gongkai.core.units.actions.passwords import (
    NewPassword,
    hash_one_time_password,
    set_one_time_password,
    settle_requests,
)
from gongkai.core.units.actions.people import add_person, create_login
from gongkai.core.units.models import Appointment, Body, Office, PasswordRequest, Person, Role, Standing


def _hash_password_for_login(_: None, *, by: Actor, **facts: object) -> Mapping[str, object]:
    """Return a new password as argument `made`, hashed before the lock, if an open login is created; else {}."""
    opens_login = facts.get("username") and not facts.get("closed")
    return hash_one_time_password(_, by=by, **facts) if opens_login else {}


@action("units.enter_person", label="登记人员", rule=rules.check_any_administrator, ahead=_hash_password_for_login)
def enter_person(
    _: None,
    *,
    by: Actor,
    name: str,
    body: Body | None = None,
    roles: Sequence[str] = (),
    office: Office | None = None,
    username: str = "",
    closed: bool = False,
    made: NewPassword | None = None,
    **fields: object,
) -> ActionResult:
    """Register a person, appoint them and open their login, with one request for confirmation.

    `closed` as in `create_login`.

    The result is the person and the one-time password; the password is empty if there is no login
    or if a second person must confirm first.
    """
    if roles and body is None:
        raise Refused("请选择任职单位。")
    if username and not roles:
        raise Refused("开通账号的，请选择至少一个岗位。")
    password = ""
    with hold_messages() as held_messages:
        person: Person = add_person(None, by=by, name=name, **fields)
        if body is not None:
            for role in roles:
                appoint(body, by=by, person=person, role=role, office=office)
        if username:
            password = create_login(person, by=by, username=username, closed=closed, made=made) or ""
    posts = "、".join(str(Role(role).label) for role in roles)
    text = f"{person.name}：{body.label}{posts}" if body is not None and roles else person.name
    is_pending = body is not None and any(message.link == reverse("units:confirmations") for message in held_messages)
    requests = _make_confirmation_requests(person, body, by, text) if body is not None and is_pending else ()
    return ActionResult(
        words=f"登记{text}" + ("，待安全保密管理员确认" if is_pending else ""),
        stream=f"person/{person.pk}",
        result=(person, password),
        tell=requests,
    )


def _make_confirmation_requests(person: Person, body: Body, by: Actor, text: str) -> tuple[Notification, ...]:
    """Return, as a tuple of one, the request to the unit's officers to confirm a person's appointments and login."""
    return (
        separation.make_confirmation_request(
            separation.list_officers(body, person=person),
            f"{by.name}登记{text}。请向本人核实后确认，一次性密码由您当面交给本人。",
            f"person/{person.pk}/ask",
            reverse("units:confirmations"),
        ),
    )


def list_pending_confirmations(person: Person) -> tuple[list[Appointment], list[PasswordRequest]]:
    """Return (appointments, password requests) of a person that await confirmation."""
    posts = Appointment.objects.filter(person=person, standing=Standing.WAITING).select_related("body", "office")
    return list(posts.order_by("pk")), list(PasswordRequest.objects.filter(person=person, standing=Standing.WAITING))


def _check_may_confirm(by: Actor, person: Person) -> list[str]:
    """Return Chinese reasons if the actor may not confirm all pending items of a person, or none is pending."""
    posts, passwords = list_pending_confirmations(person)
    targets: Iterable[Appointment | PasswordRequest] = (*posts, *passwords)
    reasons = [reason for target in targets for reason in separation.check_confirmer(by, target)]
    return list(dict.fromkeys(reasons)) if posts or passwords else ["没有等待确认的任职和密码。"]


@action("units.confirm_person", label="确认任职和密码", rule=_check_may_confirm, ahead=hash_one_time_password)
def confirm_person(person: Person, *, by: Actor, made: NewPassword | None = None) -> ActionResult:
    """Confirm all pending appointments and password requests of a person at once.

    Make one new password if one was requested or if an administrator knew the last one.
    """
    posts, passwords = list_pending_confirmations(person)
    for appointment in posts:
        decide_appointment(appointment, Standing.CONFIRMED)
    password = ""
    if person.user is not None and (passwords or not person.vouched):
        password = set_one_time_password(person, vouched=True, made=made)
    settle_requests(person, by)
    sync_access(person)
    name_list = "、".join(describe_post(appointment) for appointment in posts)
    text = (f"确认任{name_list}" if name_list else "确认密码申请") + ("，生成一次性密码" if password else "")
    target: Appointment | PasswordRequest = posts[0] if posts else passwords[0]
    return ActionResult(
        words=text,
        stream=f"person/{person.pk}",
        result=password,
        tell=(
            separation.make_decision_notification(
                target, f"已{text}", f"person/{person.pk}/{person.version}/confirmed"
            ),
            separation.make_owner_notification(
                person, f"{by.name}{text}。", f"person/{person.pk}/{person.version}/owner"
            ),
        ),
    )
