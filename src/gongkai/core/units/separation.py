"""Separation of duties (三员分立): administration, confirmation of rights, and audit are three people.

GB/T 22239-2019 (等级保护 2.0) 8.1.5 separates system, security and audit administration. A guarded
role that an administrator enters counts only after a 安全保密管理员 has confirmed it; that officer
hands over the password.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Notification, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import write_inserts
from gongkai.core.units.actors import get_reach, list_posts
from gongkai.core.units.another_person import is_among, is_self
from gongkai.core.units.models import Appointment, Body, PasswordRequest, Person, Role, Standing

#: Roles of which one person may hold only one.
SEPARATED_ROLES = frozenset({Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR})
#: Roles whose reach is a whole government (`actors.get_reach`).
GOVERNMENT_WIDE_ROLES = SEPARATED_ROLES | {Role.CHIEF}
#: Callbacks called with a person. They return the body for which the person does guarded work
#: without appointment (third-party evaluators), or None.
EXTERNAL_POST_FINDERS: list[Callable[[Person], Body | None]] = []
#: Guarded roles: they sign, lead or administer, and decide what the public reads. A second person
#: confirms them.
CONFIRMED_ROLES = frozenset(Role) - {Role.CLERK}


def needs_second_person(by: Actor, role: str) -> bool:
    """Return true if an appointment entered by this actor needs a second person's confirmation."""
    return not by.system and by.has(Role.ADMINISTRATOR) and role in CONFIRMED_ROLES


def is_guarded(person: Person) -> bool:
    """Return true if a person holds, will hold or awaits a guarded role (`CONFIRMED_ROLES`), or does guarded work
    without appointment."""
    rows = Appointment.objects.filter(person=person, role__in=CONFIRMED_ROLES).exclude(standing=Standing.REFUSED)
    return rows.filter(not_ended_q()).exists() or find_external_post(person) is not None


def is_contact_locked(person: Person) -> bool:
    """Return true if a person is guarded or has a pending password request, so that administrators may not change the
    e-mail address and mobile number."""
    requests = PasswordRequest.objects.filter(person=person, standing=Standing.WAITING)
    return is_guarded(person) or requests.exists()


def check_contact_editor(by: Actor, person: Person) -> list[str]:
    """Return reasons unless the actor is the person, or a security officer and another person."""
    if by.system or is_self(by, person.pk):
        return []
    body = find_home_body(person)
    if body is None or not any(is_self(by, officer) for officer in list_officers(body, person=person)):
        return ["手机和电子邮箱只能由本人或者安全保密管理员修改。"]
    return ["本人不能以另一登记办理。"] if is_among(by, [person.pk]) else []


def find_external_post(person: Person) -> Body | None:
    """Return the body for which a person does guarded work without appointment, or None."""
    return next((body for holds in EXTERNAL_POST_FINDERS if (body := holds(person)) is not None), None)


def not_ended_q() -> Q:
    """Return the filter for appointments that run or have not begun."""
    return Q(end__isnull=True) | Q(end__gte=timezone.localdate())


def refuse_joined_duties(person: Person, role: str) -> None:
    """Raise `Refused` if `role` is one of `SEPARATED_ROLES` and the person holds, will hold or awaits another."""
    if role not in SEPARATED_ROLES:
        return
    write_inserts()
    other_appointments = Appointment.objects.filter(person=person, role__in=SEPARATED_ROLES - {role}).exclude(
        standing=Standing.REFUSED
    )
    other_duty = other_appointments.filter(not_ended_q()).first()
    if other_duty is not None:
        raise Refused(
            f"{person.name}已是{other_duty.get_role_display()}：系统管理员、安全保密管理员、监督员须由不同人员担任（三员分立）。"
        )


def list_officers(body: Body, *, person: Person | None = None) -> list[int]:
    """Return the person ids of those who may confirm for a body: the security officers over it, without `person`.

    If `person` is the only officer, the 政务公开办 confirms; without any officer, nobody.
    """
    write_inserts()
    for role in (Role.SECURITY, Role.CHIEF):
        appointments = [row for row in list_posts(role) if body.path.startswith(get_reach(row.role, row.body))]
        officer_ids = [row.person_id for row in appointments if person is None or row.person_id != person.pk]
        if officer_ids or not appointments:
            return sorted(set(officer_ids))
    return []


def require_officers(body: Body, *, person: Person) -> list[int]:
    """Return the person ids of the confirmers (`list_officers`).

    Raises:
    Refused: there are none, so the request would stay pending for ever.
    """
    officers = list_officers(body, person=person)
    if not officers:
        raise Refused("没有安全保密管理员可以确认这项办理。请先在服务器上运行 gongkai unit officer 登记一名。")
    return officers


def find_home_body(person: Person) -> Body | None:
    """Return the body whose security officers confirm for a person: of the highest appointment not ended or refused,
    else of external work, else None."""
    rows = Appointment.objects.filter(not_ended_q(), person=person).exclude(standing=Standing.REFUSED)
    bodies = [row.body for row in rows.select_related("body")]
    return min(bodies, key=lambda body: len(body.path), default=None) or find_external_post(person)


def refuse_changed_reach(by: Actor, body: Body, after: Body) -> None:
    """Refuse a new kind or parent of a body by which its present officers would act for more bodies than was confirmed.

    Posts at the bodies below it are checked, too, except those under a government of their own.

    Raises:
        Refused: a post would gain bodies.
    """
    if by.system or get_reach(Role.CHIEF, body) == get_reach(Role.CHIEF, after):
        return
    rows = Appointment.objects.filter(not_ended_q(), body__path__startswith=body.path, role__in=GOVERNMENT_WIDE_ROLES)
    rows = rows.exclude(standing=Standing.REFUSED).select_related("person", "body__parent").order_by("body__path", "pk")
    for appointment in rows:
        reach = get_reach(appointment.role, appointment.body)
        if reach != body.path and reach.startswith(body.path):
            continue
        place = "这里" if appointment.body_id == body.pk else f"“{appointment.body.label}”"
        raise Refused(
            f"{appointment.person.name}在{place}任{appointment.get_role_display()}，这样改变会改变其管辖范围。"
            f"请先结束{place}的政务公开办和三员任职，改变后重新任命。"
        )


def refuse_last_of_duty(appointment: Appointment, day: date) -> None:
    """Raise `Refused` if after a day no other person with the same reach would hold a separated duty; leave covers do
    not count."""
    if appointment.role not in SEPARATED_ROLES:
        return
    if appointment.standing != Standing.CONFIRMED:
        return
    other_appointments = Appointment.objects.filter(role=appointment.role, person__active=True, covers=None)
    other_appointments = other_appointments.filter(standing=Standing.CONFIRMED, start__lte=day).exclude(
        person_id=appointment.person_id
    )
    reach = get_reach(appointment.role, appointment.body)
    running_appointments = [
        candidate
        for candidate in other_appointments.select_related("body__parent")
        if candidate.end is None or candidate.end > day
    ]
    if not any(reach.startswith(get_reach(holder.role, holder.body)) for holder in running_appointments):
        raise Refused(f"这是最后一名{appointment.get_role_display()}，请先任命另一名。")


def check_confirmer(by: Actor, target: Appointment | PasswordRequest) -> list[str]:
    """Return reasons unless the actor is a security officer over the body, other than the requester and the person
    concerned."""
    person = target.person
    body = target.body if isinstance(target, Appointment) else find_home_body(person)
    requester_id = target.entered_by_id if isinstance(target, Appointment) else target.asked_by_id
    if body is None or not any(is_self(by, officer) for officer in list_officers(body, person=person)):
        return ["只有安全保密管理员可以确认任职和密码。"]
    if is_among(by, [person.pk, requester_id]):
        return ["提出人和本人不能自己确认，请另一名安全保密管理员确认。"]
    return []


def list_waiting_appointments(by: Actor) -> list[Appointment]:
    """Return the appointments that await this actor's confirmation, oldest first."""
    rows = Appointment.objects.filter(standing=Standing.WAITING).order_by("pk")
    rows = rows.select_related("person__user", "body__parent", "office", "covers__person", "entered_by")
    return [row for row in rows if not check_confirmer(by, row)] if _may_confirm(by) else []


def list_waiting_passwords(by: Actor) -> list[PasswordRequest]:
    """Return the password requests that await this actor's confirmation, oldest first."""
    rows: QuerySet[PasswordRequest] = PasswordRequest.objects.filter(standing=Standing.WAITING)
    rows = rows.select_related("person__user", "asked_by").order_by("pk")
    return [row for row in rows if not check_confirmer(by, row)] if _may_confirm(by) else []


def _may_confirm(by: Actor) -> bool:
    return by.has(Role.SECURITY, Role.CHIEF)


def make_owner_notification(person: Person, text: str, key: str) -> Notification:
    """Return the notification to a person that their login or posts changed (`text`: how, in Chinese).

    It goes through every channel, to the addresses of `person` at this moment, so that unwanted
    changes are noticed.
    """
    return Notification(
        subject="您的账号或者任职有变动",
        body=f"{text}如非本人知情，请立即联系安全保密管理员。",
        link=reverse("units:own_password"),
        key=key,
        persons=(person.pk,),
        urgent=True,
        reached=(person.email, person.mobile),
    )


def make_ended_post_notifications(
    person: Person, appointments: Iterable[Appointment], text: str, key: str
) -> tuple[Notification, ...]:
    """Return notifications of ended posts of guarded roles to the person, security officers and heads.

    `text` is the sentence on the change; () if no post in `appointments` is of a guarded role.
    """
    lost = [
        appointment
        for appointment in appointments
        if appointment.role in CONFIRMED_ROLES and appointment.standing == Standing.CONFIRMED
    ]
    if not lost:
        return ()
    officers = {officer for post in lost for officer in list_officers(post.body, person=person)}
    heads = {(str(Role.LEAD), post.body_id) for post in lost}
    return (
        make_owner_notification(person, text, f"{key}/owner"),
        Notification(
            subject="重要任职有变动",
            body=f"{person.name}：{text}如无批准依据，请立即核实。",
            link=reverse("units:person", args=[person.pk]),
            key=f"{key}/officers",
            persons=tuple(sorted(officers)),
            posts=tuple(sorted(heads)),
            urgent=True,
        ),
    )


def make_confirmation_request(persons: list[int], text: str, key: str, link: str) -> Notification:
    """Return the notification asking security officers (`persons`: ids) to confirm what `text` describes."""
    return Notification(subject="请确认", body=text, link=link, key=key, persons=tuple(persons), urgent=True)


def make_decision_notification(target: Appointment | PasswordRequest, text: str, key: str) -> Notification:
    """Return the notification of a decision (`text`, in Chinese) to the person and the requester."""
    requester_id = target.entered_by_id if isinstance(target, Appointment) else target.asked_by_id
    persons = tuple(number for number in (target.person_id, requester_id) if number is not None)
    return Notification(
        "任职和密码的确认结果",
        f"{target.person.name}：{text}。",
        reverse("units:person", args=[target.person_id]),
        key,
        persons=persons,
        urgent=True,
    )
