"""Pages for pending confirmations: appointments to guarded roles and their passwords."""

from dataclasses import dataclass, field
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units import actions, separation
from gongkai.core.units.actions.colleague_registration import list_pending_confirmations
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.forms import people as forms
from gongkai.core.units.forms.bodies import EmptyForm
from gongkai.core.units.models import Appointment, PasswordRequest, Person, Standing
from gongkai.core.units.views.act import ActPage
from gongkai.core.units.views.people import describe_appointment, describe_post, show_password, show_passwords
from gongkai.core.widgets.paging import get_page as list_page
from gongkai.core.widgets.query_parameters import asks_file


@dataclass
class PendingConfirmation:
    """The appointments and password of one person that await confirmation together."""

    person: Person
    posts: list[Appointment] = field(default_factory=list)
    password: PasswordRequest | None = None

    @property
    def several(self) -> bool:
        """Return true if more than one item is pending."""
        return len(self.posts) + (self.password is not None) > 1

    @property
    def mark(self) -> str:
        """Return a key of person and pending items, so that items that the list did not show are not confirmed."""
        posts = ".".join(str(post.pk) for post in self.posts)
        return f"{self.person.pk}:{posts}:{self.password.pk if self.password else ''}"

    @property
    def url(self) -> str:
        """Return the URL of the confirmation page."""
        if self.several:
            return reverse("units:confirm_person", args=[self.person.pk])
        if self.posts:
            return reverse("units:confirm_appointment", args=[self.posts[0].pk])
        assert self.password is not None
        return reverse("units:confirm_password", args=[self.password.pk])

    @property
    def what(self) -> str:
        """Return the pending appointments and password in Chinese."""
        texts = [describe_post(post) for post in self.posts]
        if self.password and self.person.user:
            texts.append(f"账号 {self.person.user.get_username()} 的密码")
        return "；".join(texts)

    @property
    def asked_by(self) -> str:
        """Return the names of the people who asked for confirmation."""
        persons = [post.entered_by for post in self.posts]
        persons += [self.password.asked_by] if self.password else []
        return "、".join(dict.fromkeys(person.name if person else "系统" for person in persons))


def list_waiting_confirmations(by: Actor) -> list[PendingConfirmation]:
    """Return the appointments and password requests that await the actor's confirmation, grouped by person: first those
    with appointments, each oldest first."""
    confirmations_waiting: dict[int, PendingConfirmation] = {}
    for post in separation.list_waiting_appointments(by):
        confirmations_waiting.setdefault(post.person_id, PendingConfirmation(post.person)).posts.append(post)
    for request in separation.list_waiting_passwords(by):
        confirmations_waiting.setdefault(request.person_id, PendingConfirmation(request.person)).password = request
    return list(confirmations_waiting.values())


#: Columns of the spreadsheet of pending confirmations.
PENDING_SHEET = Sheet(
    "待确认的任职和密码",
    (
        Column("person", "姓名", write=lambda row: row.person.name, width=12),
        Column("what", "任职和密码", width=60),
        Column("asked_by", "提出人", width=12),
    ),
)


def confirmations_page(request: HttpRequest) -> HttpResponse:
    """Page: confirmations that the user may give, and the user's own pending requests; also as spreadsheet.

    A POST confirms the people ticked in the list, as `CONFIRM_PERSON_PAGE` does one, and shows their passwords once.
    """
    by = get_actor(request.user)
    waiting = list_waiting_confirmations(by)
    if request.method == "POST":
        return _confirm_ticked(request, waiting, by)
    if asks_file(request):
        return spreadsheet_response(PENDING_SHEET, waiting, PENDING_SHEET.name, guide=False)
    appointments = Appointment.objects.filter(standing=Standing.WAITING, entered_by_id=by.person_id or 0)
    password_requests = PasswordRequest.objects.filter(standing=Standing.WAITING, asked_by_id=by.person_id or 0)
    texts = [
        *(
            describe_appointment(appointment)
            for appointment in appointments.select_related("person", "body", "office", "covers__person")
        ),
        *(f"{password_request.person.name}：密码" for password_request in password_requests.select_related("person")),
    ]
    context = {"waiting": list_page(request, waiting), "own": list_page(request, texts, name="own")}
    return render(request, "units/confirmations.html", context)


def _confirm_ticked(request: HttpRequest, waiting: list[PendingConfirmation], by: Actor) -> HttpResponse:
    """Confirm the ticked people; show their one-time passwords, or return to the list if there are none."""
    ticked_ids = set(request.POST.getlist("pick"))
    confirmations = [pending for pending in waiting if pending.mark in ticked_ids]
    done: list[tuple[Person, str]] = []

    def confirm(person: Person) -> None:
        done.append((person, actions.confirm_person(person, by=by)))

    for confirmation in confirmations:
        run_with_messages(request, partial(confirm, confirmation.person))
    if len(confirmations) < len(ticked_ids):
        messages.warning(request, "有的任职或者密码已经变动，请重新核对。")
    elif not confirmations:
        messages.warning(request, "没有勾选人员，请核对以后勾选再确认。")
    elif done:
        messages.success(request, f"已确认{len(done)}人的任职和密码。")
    new_passwords = [(person, password) for person, password in done if password]
    if not new_passwords:
        return HttpResponseRedirect(reverse("units:confirmations"))
    return show_passwords(request, {"made": new_passwords, "back": reverse("units:confirmations")})


def _find_appointment(request: HttpRequest, pk: int) -> Appointment:
    return get_visible_or_404(request.user, Appointment, pk)


def _find_password_request(request: HttpRequest, pk: int) -> PasswordRequest:
    return get_visible_or_404(request.user, PasswordRequest, pk)


def _describe_appointment(appointment: Appointment) -> list[str]:
    """Return Chinese lines on an appointment for those who confirm it."""
    login = appointment.person.user
    password_note = "一次性密码由您当面交给本人" if login and not appointment.person.vouched else "密码不变"
    return [
        describe_appointment(appointment),
        f"提出人：{appointment.entered_by.name if appointment.entered_by else '系统'}",
        f"账号：{login.get_username() if login else '未开通'}" + (f"（确认后{password_note}）" if login else ""),
    ]


def _describe_password_request(request: PasswordRequest) -> list[str]:
    """Return Chinese lines on a password request for those who confirm it."""
    requester = request.asked_by.name if request.asked_by else "系统"
    body = separation.find_home_body(request.person)
    outside = not request.person.appointments.exists()
    return [
        f"{'没有任职，委托单位' if outside else '单位'}：{body.name if body else '无'}",
        f"账号：{request.person.user.get_username() if request.person.user else ''}",
        f"提出人：{requester}，{timezone.localtime(request.asked_at):%Y-%m-%d}",
    ]


def _show_password(
    request: HttpRequest, target: Appointment | PasswordRequest | Person, result: object
) -> HttpResponse | None:
    """Show the new password, if the confirmation made one, with a link to the next confirmation."""
    if not result:
        return None
    person = target if isinstance(target, Person) else target.person
    pending = next(iter(list_waiting_confirmations(get_actor(request.user))), None)
    if pending is None:
        return show_password(request, person, result)
    return show_password(request, person, result, next_url=pending.url, next_name=pending.person.name)


def _get_person(target: Appointment | PasswordRequest) -> Person:
    return target.person


def _get_confirmations_url(target: object, result: object) -> str:
    return reverse("units:confirmations")


def _find_person(request: HttpRequest, pk: int) -> Person:
    return get_visible_or_404(request.user, Person, pk)


def _describe_pending(person: Person) -> list[str]:
    """Return in Chinese what of a person awaits confirmation: appointments, requesters, login."""
    posts, passwords = list_pending_confirmations(person)
    persons = [target.entered_by for target in posts] + [target.asked_by for target in passwords]
    login = person.user
    gets_password = login is not None and (bool(passwords) or not person.vouched)
    return [
        *(describe_appointment(appointment) for appointment in posts),
        f"提出人：{'、'.join(dict.fromkeys(requester.name if requester else '系统' for requester in persons))}",
        f"账号：{login.get_username() if login else '未开通'}"
        + ("（确认后一次性密码由您当面交给本人）" if gets_password else "（密码不变）" if login else ""),
    ]


#: Warning if an administrator knew the password until now, so that the confirmation replaces it.
LOGIN_REPLACED_WARNING = (
    "本人的密码还没有由安全保密管理员交付过的，确认时换成一次性密码，正在使用的会退出登录：请先告诉本人，再当面交给他。"
)
CONFIRM_PERSON_PAGE = ActPage(
    actions.confirm_person,
    EmptyForm,
    _find_person,
    details=_describe_pending,
    done=lambda target, result: reverse("units:confirmations"),
    finish=_show_password,
    explain="确认前请核对任职文件，并向本人核实。确认后全部任职生效，写入日志。",
)
CONFIRM_APPOINTMENT_PAGE = ActPage(
    actions.confirm_appointment,
    EmptyForm,
    _find_appointment,
    details=_describe_appointment,
    about=_get_person,
    done=_get_confirmations_url,
    finish=_show_password,
    explain=f"确认前请核对任职文件，并向本人核实。确认后任职生效，写入日志。{LOGIN_REPLACED_WARNING}",
)
REFUSE_APPOINTMENT_PAGE = ActPage(
    actions.refuse_appointment,
    forms.ReasonForm,
    _find_appointment,
    details=_describe_appointment,
    about=_get_person,
    done=_get_confirmations_url,
)
CONFIRM_PASSWORD_PAGE = ActPage(
    actions.confirm_password,
    EmptyForm,
    _find_password_request,
    details=_describe_password_request,
    about=_get_person,
    done=_get_confirmations_url,
    finish=_show_password,
    explain="确认前请向本人核实。原密码失效，一次性密码只显示一次，由您当面交给本人。",
)
REFUSE_PASSWORD_PAGE = ActPage(
    actions.refuse_password,
    forms.ReasonForm,
    _find_password_request,
    details=_describe_password_request,
    about=_get_person,
    done=_get_confirmations_url,
)
