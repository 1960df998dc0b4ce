"""What waits for a second person: appointments to guarded roles, passwords of those who hold them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.acts.door import get_visible_or_404
from gongkai.units import actions, rules, separation
from gongkai.units.actors import actor_of
from gongkai.units.forms import people as forms
from gongkai.units.forms.bodies import NothingForm
from gongkai.units.models import Appointment, PasswordRequest, Person, Standing
from gongkai.units.views.act import ActPage
from gongkai.units.views.people import said_of, show_password


def confirmations(request: HttpRequest) -> HttpResponse:
    """What this person may confirm, oldest first; for others, what of their own asking still waits."""
    by = actor_of(request.user)
    own = Appointment.objects.filter(standing=Standing.WAITING, entered_by_id=by.person_id or 0)
    asked = PasswordRequest.objects.filter(standing=Standing.WAITING, asked_by_id=by.person_id or 0)
    context = {
        "appointments": separation.waiting_appointments(by),
        "passwords": separation.waiting_passwords(by),
        "own": [
            *(
                said_of(appointment)
                for appointment in own.select_related("person", "body", "office", "covers__person")
            ),
            *(f"{one.person.name}：密码" for one in asked.select_related("person")),
        ],
        "administers": not rules.keeps_people_somewhere(by, None),
    }
    return render(request, "units/confirmations.html", context)


def _find_appointment(request: HttpRequest, pk: int) -> Appointment:
    return get_visible_or_404(request.user, Appointment, pk)


def _find_password(request: HttpRequest, pk: int) -> PasswordRequest:
    return get_visible_or_404(request.user, PasswordRequest, pk)


def _about_appointment(one: Appointment) -> list[str]:
    login = one.person.user
    handed = "一次性密码由您当面交给本人" if login and not one.person.vouched else "密码不变"
    return [
        said_of(one),
        f"提出人：{one.entered_by.name if one.entered_by else '系统'}",
        f"账号：{login.get_username() if login else '未开通'}" + (f"（确认后{handed}）" if login else ""),
    ]


def _about_password(one: PasswordRequest) -> list[str]:
    asked = one.asked_by.name if one.asked_by else "系统"
    body = separation.home_of(one.person)
    outside = not one.person.appointments.exists()
    return [
        f"{'没有任职，委托单位' if outside else '单位'}：{body.name if body else '无'}",
        f"账号：{one.person.user.get_username() if one.person.user else ''}",
        f"提出人：{asked}，{timezone.localtime(one.asked_at):%Y-%m-%d}",
    ]


def _finish_appointment(request: HttpRequest, target: Appointment, result: object) -> HttpResponse | None:
    return show_password(request, target.person, result) if result else None


def _finish_password(request: HttpRequest, target: PasswordRequest, result: object) -> HttpResponse:
    return show_password(request, target.person, result)


def _person_of(target: Appointment | PasswordRequest) -> Person:
    return target.person


def _back(target: object, result: object) -> str:
    return reverse("units:confirmations")


CONFIRM_APPOINTMENT = ActPage(
    actions.confirm_appointment,
    NothingForm,
    _find_appointment,
    details=_about_appointment,
    about=_person_of,
    done=_back,
    finish=_finish_appointment,
    explain="确认前请核对任职文件，并向本人核实。确认后任职生效，写入日志。",
)
REFUSE_APPOINTMENT = ActPage(
    actions.refuse_appointment,
    forms.ReasonForm,
    _find_appointment,
    details=_about_appointment,
    about=_person_of,
    done=_back,
)
CONFIRM_PASSWORD = ActPage(
    actions.confirm_password,
    NothingForm,
    _find_password,
    details=_about_password,
    about=_person_of,
    done=_back,
    finish=_finish_password,
    explain="确认前请向本人核实。原密码失效，一次性密码只显示一次，由您当面交给本人。",
)
REFUSE_PASSWORD = ActPage(
    actions.refuse_password,
    forms.ReasonForm,
    _find_password,
    details=_about_password,
    about=_person_of,
    done=_back,
)
