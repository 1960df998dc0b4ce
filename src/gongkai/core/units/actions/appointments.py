"""Actions that start, end, hand over and cover appointments."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.urls import reverse

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import insert_row, list_related_rows
from gongkai.core.units import rules, separation
from gongkai.core.units.access import sync_access
from gongkai.core.units.actions.passwords import (
    NewPassword,
    hash_one_time_password,
    set_one_time_password,
    settle_requests,
)
from gongkai.core.units.actions.shared import day_or_today, get_last_day
from gongkai.core.units.models import Appointment, Body, Office, Person, Standing

#: The longest leave cover, in days.
MAX_COVER_DAYS = 366
#: Callbacks called in the transaction of a hand-over with (from, to), to move a person's data such as unread
#: messages.
HAND_OVER_CALLBACKS: list[Callable[[Person, Person], None]] = []


def describe_post(appointment: Appointment) -> str:
    """Return an appointment in Chinese: unit, office and role."""
    office = f"{appointment.office.name}" if appointment.office else ""
    return f"{appointment.body.label}{office}{appointment.get_role_display()}"


@action("units.appoint", label="任职", rule=rules.check_people_manager)
def appoint(
    body: Body,
    *,
    by: Actor,
    person: Person,
    role: str,
    office: Office | None = None,
    start: date | None = None,
    end: date | None = None,
) -> ActionResult:
    """Appoint a person at a body (the target), from a day (default: today) and optionally to a day.

    If an administrator enters a guarded role, a security officer must confirm the appointment
    (`separation.needs_second_person`).
    """
    begin = day_or_today(start)
    _check_appointment(body, person, office, begin, end)
    separation.refuse_joined_duties(person, role)
    wanted_post = (body.pk, role, office.pk if office else None, None)
    posts = list_related_rows(Appointment, person, "appointments")
    if any(
        (a.body_id, a.role, a.office_id, a.covers_id) == wanted_post
        and a.standing != Standing.REFUSED
        and (a.end is None or a.end >= begin)
        for a in posts
    ):
        raise Refused(f"{person.name}已有同一任职。")
    appointment = _store_appointment(
        Appointment(person=person, body=body, role=role, office=office, start=begin, end=end), by
    )
    text = f"任{describe_post(appointment)}，自{begin}起" + (f"至{end}" if end else "")
    return _build_appointment_result(appointment, by, text)


def _store_appointment(appointment: Appointment, by: Actor, *, waits: bool | None = None) -> Appointment:
    """Store an appointment and update the person's access; it is pending if a second person must confirm it (`waits`,
    if given, decides).

    Raises:
    Refused: it is pending and nobody could confirm it.
    """
    appointment.entered_by_id = by.person_id
    if separation.needs_second_person(by, appointment.role) if waits is None else waits:
        separation.require_officers(appointment.body, person=appointment.person)
        appointment.standing = Standing.WAITING
    insert_row(appointment)
    sync_access(appointment.person)
    return appointment


def _make_confirmer_notifications(appointment: Appointment, by: Actor, words: str) -> tuple[Notification, ...]:
    """Return the request to confirm an appointment and the note to its person; empty unless it is pending."""
    if appointment.standing != Standing.WAITING:
        return ()
    text = f"{by.name}为{appointment.person.name}办理：{words}。"
    confirmers = separation.list_officers(appointment.body, person=appointment.person)
    link = reverse("units:confirmations")
    key = f"appointment/{appointment.pk}"
    return (
        separation.make_confirmation_request(
            confirmers, f"{text}请核实批准依据后确认；确认前任职不生效。", f"{key}/ask", link
        ),
        separation.make_owner_notification(appointment.person, f"{text}确认前不生效。", f"{key}/owner"),
    )


def _build_appointment_result(appointment: Appointment, by: Actor, text: str) -> ActionResult:
    """Return the result of an action on an appointment, with the messages about its confirmation if it is pending."""
    is_pending = appointment.standing == Standing.WAITING
    return ActionResult(
        words=text + ("，待安全保密管理员确认" if is_pending else ""),
        facts={"appointment": appointment.pk},
        stream=f"person/{appointment.person_id}",
        result=appointment,
        tell=_make_confirmer_notifications(appointment, by, text),
    )


def _check_appointment_pending(appointment: Appointment) -> list[str]:
    return [] if appointment.standing == Standing.WAITING else ["这项任职已经办理过。"]


def _prepare_first_password(appointment: Appointment, *, by: Actor, **facts: object) -> Mapping[str, object]:
    """Return a new one-time password as argument `made`, hashed before the lock; {} if the person has no login or a
    security officer handed over its password (`vouched`)."""
    person = appointment.person
    return {} if person.user is None or person.vouched else hash_one_time_password(appointment, by=by, **facts)


@action(
    "units.confirm_appointment",
    label="确认任职",
    rule=separation.check_confirmer,
    ready=_check_appointment_pending,
    ahead=_prepare_first_password,
)
def confirm_appointment(appointment: Appointment, *, by: Actor, made: NewPassword | None = None) -> ActionResult:
    """Confirm a pending appointment, and notify its author and the person.

    The result is a one-time password if no security officer has handed over the login yet (an
    administrator knew its first password), else an empty string. The person's password requests are then closed,
    too.
    """
    decide_appointment(appointment, Standing.CONFIRMED)
    person = appointment.person
    password = ""
    if person.user is not None and not person.vouched:
        password = set_one_time_password(person, vouched=True, made=made)
        settle_requests(person, by)
    sync_access(person)
    return ActionResult(
        words=f"确认任{describe_post(appointment)}" + ("，并重置一次性密码" if password else ""),
        stream=f"person/{person.pk}",
        result=password,
        tell=(
            separation.make_decision_notification(
                appointment,
                f"已确认：任{describe_post(appointment)}",
                f"appointment/{appointment.pk}/confirmed",
            ),
        ),
    )


@action(
    "units.refuse_appointment", label="不同意任职", rule=separation.check_confirmer, ready=_check_appointment_pending
)
def refuse_appointment(appointment: Appointment, *, by: Actor, reason: str) -> ActionResult:
    """Refuse a pending appointment, and notify its author and the person of the reason."""
    decide_appointment(appointment, Standing.REFUSED)
    text = f"不同意任{describe_post(appointment)}：{reason}"
    return ActionResult(
        words=text,
        stream=f"person/{appointment.person_id}",
        tell=(separation.make_decision_notification(appointment, text, f"appointment/{appointment.pk}/refused"),),
    )


def decide_appointment(appointment: Appointment, standing: str) -> None:
    """Store the decision (`standing`) on an appointment (Refused: it is not pending); called only inside actions."""
    if reasons := _check_appointment_pending(appointment):
        raise Refused(reasons)
    appointment.standing = standing
    appointment.save(update_fields=["standing"])


def _check_appointment(body: Body, person: Person, office: Office | None, begin: date, end: date | None) -> None:
    """Check person, unit, office and dates of an appointment.

    Raises:
        Refused: the person or unit is inactive, the office is closed or another unit's, or it ends before it begins.
    """
    if not person.active:
        raise Refused(f"{person.name}已离岗。")
    if not body.alive:
        raise Refused(f"“{body.name}”已撤销或已并入其他单位。")
    if office is not None and office.body_id != body.pk:
        raise Refused("这个处室不属于该单位，请另选处室。")
    if office is not None and office.active_to is not None:
        raise Refused("这个处室已经撤销，请另选处室。")
    if end is not None and end < begin:
        raise Refused("截止日期早于起始日期，请改正日期。")


def _check_may_end(by: object, appointment: Appointment) -> list[str]:
    """Return the Chinese reasons why the actor may not end the appointment."""
    if appointment.covers_id and appointment.covers is not None:
        return rules.check_cover_planner(by, appointment.covers)  # type: ignore[arg-type]
    return rules.check_people_manager(by, appointment.body)  # type: ignore[arg-type]


@action("units.end_appointment", label="结束任职", rule=_check_may_end)
def end_appointment(appointment: Appointment, *, by: Actor, on: date | None = None) -> ActionResult:
    """End an appointment, with its covers, after a day (default: today) and notify the person."""
    day = day_or_today(on)
    if appointment.end is not None and appointment.end <= day:
        raise Refused(f"这项任职不需要再办：已于{appointment.end}结束。")
    separation.refuse_last_of_duty(appointment, day)
    appointment.end = get_last_day(appointment.start, day)
    appointment.save(update_fields=["end"])
    people = {appointment.person}
    for covering in appointment.covered_by.select_related("person"):
        if covering.end is None or covering.end > day:
            covering.end = max(day, covering.start)
            covering.save(update_fields=["end"])
            people.add(covering.person)
    sync_access(*people)
    text = f"不再任{describe_post(appointment)}，至{day}止"
    return ActionResult(
        words=text,
        stream=f"person/{appointment.person_id}",
        tell=separation.make_ended_post_notifications(
            appointment.person, [appointment], f"{by.name}办理：{text}。", f"end/{appointment.pk}/{day}"
        ),
    )


def _list_running_appointments(person: Person, day: date, *, with_pending: bool = False) -> list[Appointment]:
    """Return a person's confirmed (`with_pending`: also pending) appointments that end on a day or later, or never."""
    rows = Appointment.objects.filter(person=person).select_related("body", "office", "covers")
    rows = rows.exclude(standing=Standing.REFUSED) if with_pending else rows.filter(standing=Standing.CONFIRMED)
    return [appointment for appointment in rows if appointment.end is None or appointment.end >= day]


@action("units.hand_over", label="交接", rule=rules.check_handover_giver)
def hand_over(person: Person, *, by: Actor, to: Person, on: date | None = None, note: str = "") -> ActionResult:
    """Hand a person's appointments over to another person, and move unread messages.

    Appointments end and begin on the same day; those that the other person already holds are not
    repeated. Entries belong to offices and do not move.
    """
    day = day_or_today(on)
    if to.pk == person.pk or not to.active:
        raise Refused("请选择另一名在岗人员。")
    running_appointments = _list_running_appointments(person, day)
    if not running_appointments:
        raise Refused(f"{person.name}没有可以交接的任职。")
    if reasons := rules.check_handover_of_appointments(by, person, running_appointments):
        raise Refused(reasons)
    for appointment in running_appointments:
        separation.refuse_last_of_duty(appointment, day)
    new_appointments = _take_over_appointments(running_appointments, to, day, by)
    texts = [describe_post(old) for old in running_appointments]
    waiting = "、".join(describe_post(one) for one in new_appointments if one.standing == Standing.WAITING)
    confirmed_later = f"其中{waiting}待安全保密管理员确认以后生效。" if waiting else ""
    for listen in HAND_OVER_CALLBACKS:
        listen(person, to)
    sync_access(person, to)
    return ActionResult(
        words=f"向{to.name}交接：{'、'.join(texts)}" + (f"。{note}" if note else ""),
        facts={"to": to.pk, "appointments": [a.pk for a in running_appointments], "on": day.isoformat()},
        tell=(
            Notification(
                subject=f"{person.name}的工作已交接给您",
                body=f"自{day}起由您担任：{'、'.join(texts)}。{confirmed_later}{note}",
                link=reverse("units:person", args=[to.pk]),
                key=f"hand_over/{person.pk}/{to.pk}/{day}",
                persons=(to.pk,),
            ),
            *separation.make_ended_post_notifications(
                person,
                running_appointments,
                f"{by.name}办理交接：{'、'.join(texts)}至{day}止，由{to.name}接手。",
                f"hand_over/{person.pk}/{to.pk}/{day}",
            ),
            *(
                tell
                for appointment in new_appointments
                for tell in _make_confirmer_notifications(
                    appointment, by, f"{person.name}交接，任{describe_post(appointment)}"
                )
            ),
        ),
    )


def _take_over_appointments(
    appointments: Sequence[Appointment], successor: Person, day: date, by: Actor
) -> list[Appointment]:
    """End appointments on a day and enter them for another person, unless that person holds them already; return
    the new ones. A leave cover of an ending appointment ends with it, so its holder gets the appointment."""
    present_posts = {
        (appointment.body_id, appointment.role, appointment.office_id, appointment.covers_id)
        for appointment in _list_running_appointments(successor, day, with_pending=True)
    }
    entered: list[Appointment] = []
    for old_appointment in appointments:
        post = old_appointment.body_id, old_appointment.role, old_appointment.office_id
        if not {(*post, None), (*post, old_appointment.covers_id)} & present_posts:
            new_appointment = Appointment(
                person=successor,
                body=old_appointment.body,
                office=old_appointment.office,
                role=old_appointment.role,
                start=max(day, old_appointment.start),
                end=old_appointment.end,
            )
            new_appointment.covers = (
                None
                if old_appointment.covers is not None and old_appointment.covers.person_id == successor.pk
                else old_appointment.covers
            )
            separation.refuse_joined_duties(successor, new_appointment.role)
            waits = _needs_confirmation_of_receiver(by, new_appointment.role, successor)
            entered.append(_store_appointment(new_appointment, by, waits=waits))
        old_appointment.end = max(day, old_appointment.start)
        old_appointment.save(update_fields=["end"])
    return entered


@action("units.cover", label="请假代理", rule=rules.check_cover_planner)
def cover(appointment: Appointment, *, by: Actor, person: Person, start: date, end: date) -> ActionResult:
    """Appoint a person to cover another's appointment during leave, in the same body, office and role."""
    if appointment.covers_id:
        raise Refused("代理不能再由他人代理，请直接为本人安排。")
    if appointment.standing != Standing.CONFIRMED:
        raise Refused("这项任职还没有确认，请确认以后再安排代理。")
    if person.pk == appointment.person_id:
        raise Refused("不能由本人代理本人。")
    _check_appointment(appointment.body, person, appointment.office, start, end)
    if (end - start).days > MAX_COVER_DAYS:
        raise Refused("代理最长一年，更长的请办理任职。")
    if appointment.end is not None and (start > appointment.end or end > appointment.end):
        raise Refused(f"被代理的任职于{appointment.end}结束，代理不能更晚。")
    if appointment.covered_by.filter(person=person, start__lte=end, end__gte=start).exists():
        raise Refused(f"{person.name}在这段时间已是代理人。")
    separation.refuse_joined_duties(person, appointment.role)
    leave_cover = _store_appointment(
        Appointment(
            person=person,
            body=appointment.body,
            office=appointment.office,
            role=appointment.role,
            start=start,
            end=end,
            covers=appointment,
        ),
        by,
        waits=_needs_confirmation_of_receiver(by, appointment.role, person),
    )
    text = f"{appointment.person.name}的{describe_post(appointment)}自{start}至{end}由{person.name}代理"
    return ActionResult(
        words=text,
        facts={"appointment": leave_cover.pk},
        stream=f"person/{appointment.person_id}",
        result=leave_cover,
        tell=(
            Notification(
                subject=f"请代理{appointment.person.name}的工作",
                body=f"{text}。您自己拟办、起草、提交的，代理期间仍由他人决定、审核。",
                link=reverse("units:person", args=[person.pk]),
                key=f"cover/{leave_cover.pk}",
                persons=(person.pk,),
            ),
            separation.make_owner_notification(
                appointment.person, f"{by.name}安排：{text}。", f"cover/{leave_cover.pk}/owner"
            ),
            *_make_confirmer_notifications(leave_cover, by, text),
        ),
    )


def _needs_confirmation_of_receiver(by: Actor, role: str, person: Person) -> bool:
    """Return true if a second person must confirm that this person covers or takes over an appointment."""
    if by.system or role not in separation.CONFIRMED_ROLES:
        return False
    has_unvouched_login = person.user_id is not None and not person.vouched
    return role in separation.GOVERNMENT_WIDE_ROLES or separation.needs_second_person(by, role) or has_unvouched_login
