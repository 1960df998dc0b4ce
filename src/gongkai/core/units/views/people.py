"""Pages about people: list, one person, login, appointments, hand-over and leave cover."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.core.acts.action import get_log_stream
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units import actions, queries, rules
from gongkai.core.units.actions.people import change_password
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.another_person import is_self
from gongkai.core.units.forms import people as forms
from gongkai.core.units.forms.bodies import EmptyForm
from gongkai.core.units.models import Appointment, Person, Role, Standing
from gongkai.core.units.pending_work import describe_pending_work
from gongkai.core.units.rosters import PEOPLE_IMPORTER, PEOPLE_SHEET, PRIVATE_COLUMNS
from gongkai.core.units.separation import is_guarded
from gongkai.core.units.views.act import ActPage, get_target_url
from gongkai.core.units.views.bodies import find_body
from gongkai.core.widgets.paging import get_page as list_page
from gongkai.core.widgets.paging import url_with_parameters
from gongkai.core.widgets.query_parameters import asks_file, parse_selected, parse_whole_number
from gongkai.lib.chinese.normalisation import clean_query

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.core.acts.action import AnyAction

#: People listed on one page.
PAGE_SIZE = 100


#: Columns for every viewer; private contact details are for administrators only.
PUBLIC_SHEET = Sheet(
    PEOPLE_SHEET.name, tuple(column for column in PEOPLE_SHEET.columns if column.key not in PRIVATE_COLUMNS)
)


def people_page(request: HttpRequest) -> HttpResponse:
    """Page: the people visible to the user with today's posts; also as spreadsheet."""
    by = get_actor(request.user)
    text, role = clean_query(request.GET.get("q", ""), 60), request.GET.get("role", "")
    rows = queries.people_visible_to(by)
    if not request.GET.get("left"):
        rows = rows.filter(active=True)
    if text:
        at = Q(body__name__icontains=text) | Q(body__short_name__icontains=text)
        posts = queries.filter_appointments_in_force().filter(at).values("person_id")
        rows = rows.filter(Q(name__icontains=text) | Q(title__icontains=text) | Q(pk__in=posts))
    if role in Role.values:
        rows = rows.filter(pk__in=queries.filter_appointments_in_force().filter(role=role).values("person_id"))
    if asks_file(request):
        people = rows.order_by("name", "pk").select_related("user")
        posted = people.prefetch_related(Prefetch("appointments", queries.filter_appointments_in_force()))
        return spreadsheet_response(
            PUBLIC_SHEET if PEOPLE_IMPORTER.why_not(by) else PEOPLE_SHEET, posted, PEOPLE_SHEET.name, guide=False
        )
    name, _, pk_text = request.GET.get("after", "").rpartition("-")
    pk = parse_whole_number(pk_text)
    if name and pk is not None:
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    waiting = Appointment.objects.filter(standing=Standing.WAITING).select_related("body", "office").order_by("pk")
    posted = rows.prefetch_related(Prefetch("appointments", waiting, to_attr="waiting"))
    persons = list(queries.prefetch_appointments(posted.order_by("name", "pk"))[: PAGE_SIZE + 1])
    query = request.GET.copy()
    if len(persons) > PAGE_SIZE:
        query["after"] = f"{persons[PAGE_SIZE - 1].name}-{persons[PAGE_SIZE - 1].pk}"
    context = {
        "people": persons[:PAGE_SIZE],
        "next": "?" + query.urlencode() if len(persons) > PAGE_SIZE else "",
        "words": text,
        "role": role,
        "roles": Role.choices,
        "left": bool(request.GET.get("left")),
        "may": not rules.check_any_administrator(by, None),
        "export_url": url_with_parameters(request, export="1", after=""),
    }
    return render(request, "units/people.html", context)


def find_person(request: HttpRequest, pk: int) -> Person:
    """Return a person visible to the user (or the user), or raise 404."""
    by = get_actor(request.user)
    return get_visible_or_404(by, Person, pk)


def find_appointment(request: HttpRequest, pk: int) -> Appointment:
    """Return an appointment visible to the user, or raise 404."""
    return get_visible_or_404(request.user, Appointment, pk)


#: Actions on a person's page, with their URL names.
OFFERED_ACTIONS = (
    (actions.edit_person, "edit"),
    (actions.change_contact, "contact"),
    (actions.create_login, "login"),
    (actions.reset_password, "password"),
    (actions.hand_over, "hand-over"),
    (actions.deactivate, "leave"),
)


def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: one person with contact details, posts, login and history."""
    person, by = find_person(request, pk), get_actor(request.user)
    may_manage = not rules.check_person_manager(by, person)
    rows = person.appointments.select_related("body", "office", "covers__person").order_by("-start", "-pk")
    in_force_ids = set(queries.filter_appointments_in_force().filter(person=person).values_list("pk", flat=True))
    context = {
        "person": person,
        "may": may_manage,
        "own": is_self(by, person.pk),
        "contact": may_manage or is_self(by, person.pk) or by.has(Role.CHIEF),
        "offered": [(act.label, name) for act, name in OFFERED_ACTIONS if _is_offered(act, person, by)],
        "now": [appointment for appointment in rows if appointment.pk in in_force_ids],
        "waiting": [appointment for appointment in rows if appointment.standing == Standing.WAITING],
        "past": [
            appointment
            for appointment in rows
            if appointment.pk not in in_force_ids and appointment.standing != Standing.WAITING
        ],
        "covers": [
            appointment.pk
            for appointment in rows
            if appointment.pk in in_force_ids
            and not rules.check_cover_planner(by, appointment)
            and not appointment.covers_id
        ],
        "movements": list(read_stream(get_log_stream(person)))[::-1],
    }
    return render(request, "units/person.html", context)


def _is_offered(act: "AnyAction", person: Person, by: Actor) -> bool:
    """Return true if the page of a person offers this action."""
    if (act is actions.create_login and person.user_id) or (act is actions.reset_password and not person.user_id):
        return False
    return person.active and not act.why_not(person, by=by)


def choose_body_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: choose the body of a new appointment, then continue to its form."""
    person, by = find_person(request, pk), get_actor(request.user)
    reasons = rules.check_any_administrator(by, None)
    bodies = queries.existing_bodies(queries.visible_to(by)).order_by("parent_id", "position", "pk")
    form = forms.BodyOfAppointmentForm(request.GET if "body" in request.GET else None, bodies=bodies)
    if form.is_bound and form.is_valid() and not reasons:
        address = reverse("units:appoint", args=[form.cleaned_data["body"].pk])
        return HttpResponseRedirect(f"{address}?person={person.pk}")
    return render(request, "units/where.html", {"person": person, "form": form, "reasons": reasons})


def show_password(
    request: HttpRequest, target: Person, result: object, *, next_url: str = "", next_name: str = ""
) -> HttpResponse:
    """Show a new one-time password (`result`) once, uncached; if empty, redirect with a note that confirmation is
    pending.

    `next_url` is the page of the next confirmation, of the person `next_name`.
    """
    if not result:
        messages.success(request, "已提请安全保密管理员确认；确认后一次性密码由其当面交给本人。")
        return HttpResponseRedirect(get_target_url(target))
    person = Person.objects.select_related("user").get(pk=target.pk)
    context = {"person": person, "password": result, "next_url": next_url, "next_name": next_name}
    response = render(request, "units/password_once.html", context)
    response["Cache-Control"] = "no-store"
    return response


#: Columns of the spreadsheet of people who never signed in.
NEVER_SIGNED_IN_SHEET = Sheet(
    "没有登录过的人员",
    (
        Column("name", "姓名", width=12),
        Column("body", "单位", write=lambda row: "、".join(p.body.name for p in row.appointments.all()), width=40),
        Column("login", "账号", write=lambda row: row.user.get_username(), width=20),
    ),
)


def first_passwords_page(request: HttpRequest) -> HttpResponse:
    """Page: create one-time passwords for people who never signed in, for printing.

    They are shown once. People in guarded work are left out, with a warning. `export` downloads the list of people.
    """
    by = get_actor(request.user)
    if rules.check_any_administrator(by, None):
        raise Http404
    people = [person for person in queries.list_never_signed_in(by) if not rules.check_person_manager(by, person)]
    if asks_file(request):
        return spreadsheet_response(NEVER_SIGNED_IN_SHEET, people, NEVER_SIGNED_IN_SHEET.name, guide=False)
    new_passwords: list[tuple[Person, str]] = []
    if request.method == "POST":
        chosen_ids = set(parse_selected(request.POST.getlist("person")))
        chosen_people = [person for person in people if person.pk in chosen_ids]
        guarded_people = [person for person in chosen_people if is_guarded(person)]  # by work without an appointment
        for person in chosen_people:
            if person not in guarded_people:
                new_passwords.append((person, actions.reset_password(person, by=by)))
        if guarded_people:
            names = "、".join(person.name for person in guarded_people)
            messages.warning(request, f"{names}的密码须由安全保密管理员确认，请在人员页面提请重置。")
        elif not new_passwords:
            messages.warning(request, "没有勾选人员，请先勾选再生成。")
    return show_passwords(
        request, {"people": list_page(request, people), "made": new_passwords, "back": reverse("units:people")}
    )


def show_passwords(request: HttpRequest, facts: dict[str, object]) -> HttpResponse:
    """Show new one-time passwords of several people once, uncached."""
    response = render(request, "units/first_passwords.html", facts)
    response["Cache-Control"] = "no-store"
    return response


def own_password_page(request: HttpRequest) -> HttpResponse:
    """Page: change one's own password; one-time passwords redirect here."""
    by = get_actor(request.user)
    person = Person.objects.select_related("user").filter(user_id=request.user.pk or 0).first()
    if person is None:
        raise Http404
    by = by if by.person_id else Actor(person.name, person_id=person.pk, user_id=request.user.pk)
    form = forms.OwnPasswordForm(request.POST or None, target=person, by=by)
    if request.method == "POST" and form.is_valid():
        change_password(person, by=by, **form.facts())
        person = Person.objects.select_related("user").get(pk=person.pk)
        assert person.user is not None
        update_session_auth_hash(request, person.user)
        return HttpResponseRedirect(reverse("wagtailadmin_home"))
    return render(request, "units/own_password.html", {"form": form, "person": person})


def describe_appointment(appointment: Appointment) -> str:
    """Describe an appointment in one Chinese line: person, then as `describe_post`."""
    return f"{appointment.person.name}：{describe_post(appointment)}"


def describe_post(appointment: Appointment) -> str:
    """Describe an appointment without its person in Chinese: unit, office, role, covered person, start and end."""
    office = appointment.office.name if appointment.office else ""
    until = f"，至{appointment.end}" if appointment.end else ""
    cover_note = f"（代理{appointment.covers.person.name}）" if appointment.covers else ""
    return (
        f"{appointment.body.label}{office} {appointment.get_role_display()}{cover_note}，自{appointment.start}起{until}"
    )


def _list_running_posts(person: Person) -> "QuerySet[Appointment]":
    """Return the appointments of a person that are in force today."""
    return queries.filter_appointments_in_force().filter(person=person)


def _describe_posts(person: Person) -> list[str]:
    return [describe_appointment(appointment) for appointment in _list_running_posts(person)]


def _get_no_target(request: HttpRequest, pk: int) -> None:
    return None


def _show_entered_person(request: HttpRequest, target: Person | None, result: object) -> HttpResponse:
    """Show the one-time password of a person just entered, or go to their page if there is none."""
    assert isinstance(result, tuple)
    person, password = result
    if password:
        return show_password(request, person, password)
    is_pending = person.appointments.filter(standing=Standing.WAITING).exists()
    messages.success(
        request, "已登记，待安全保密管理员确认；一次性密码由其当面交给本人。" if is_pending else "已登记。"
    )
    return HttpResponseRedirect(get_target_url(person))


ADD_PERSON_PAGE = ActPage(
    actions.enter_person,
    forms.EnterPersonForm,
    _get_no_target,
    finish=_show_entered_person,
    explain="一次填好姓名、单位、岗位和账号。重要岗位由安全保密管理员确认一次，密码也只有一个。",
)
EDIT_PERSON_PAGE = ActPage(actions.edit_person, forms.PersonForm, find_person)
CHANGE_CONTACT_PAGE = ActPage(
    actions.change_contact,
    forms.StaffContactForm,
    find_person,
    explain="变动会告知原来的手机和电子邮箱。替他人修改的，请先向本人核实。",
)
CREATE_LOGIN_PAGE = ActPage(
    actions.create_login,
    forms.LoginForm,
    find_person,
    finish=show_password,
    explain="系统生成一次性密码，只显示一次；本人首次登录后须修改。审核、签发、负责人等任职的密码由安全保密管理员确认后交给本人。",
)
RESET_PASSWORD_PAGE = ActPage(
    actions.reset_password,
    EmptyForm,
    find_person,
    finish=show_password,
    explain="系统生成一次性密码，只显示一次，原密码失效；审核、签发、负责人等任职的，由安全保密管理员确认后交给本人。",
)
DEACTIVATE_PERSON_PAGE = ActPage(
    actions.deactivate,
    forms.LeaveForm,
    find_person,
    details=lambda person: [
        line
        for appointment in _list_running_posts(person)
        for line in (describe_appointment(appointment), *describe_pending_work(appointment))
    ],
    explain="任职到这一天结束，账号立即停用。工作请先办理交接。",
)
HAND_OVER_PAGE = ActPage(
    actions.hand_over,
    forms.HandOverAppointmentForm,
    find_person,
    details=_describe_posts,
    explain="全部任职转给接手人，未读消息一并移交；台账属于单位和处室，无须移动。",
)
APPOINT_PAGE = ActPage(actions.appoint, forms.AppointForm, find_body)
END_APPOINTMENT_PAGE = ActPage(
    actions.end_appointment,
    forms.EndAppointmentForm,
    find_appointment,
    details=lambda appointment: [describe_appointment(appointment), *describe_pending_work(appointment)],
    about=lambda appointment: appointment.person,
    done=lambda target, result: get_target_url(target.person),
)
COVER_PAGE = ActPage(
    actions.cover,
    forms.LeaveCoverForm,
    find_appointment,
    details=lambda appointment: [describe_appointment(appointment)],
    about=lambda appointment: appointment.body,
    done=lambda target, result: get_target_url(target.body),
    explain="代理期间，代理人与被代理人有同样的权限；到期自动结束。",
)
