"""Separation of duties: an administrator alone cannot gain another person's rights."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core import mail as mail_box
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.outbox.jobs import send_due
from gongkai.core.outbox.models import Message
from gongkai.core.units import access, actions, rules
from gongkai.core.units.actors import get_actor, make_actor_of_person
from gongkai.core.units.forms.people import SafePasswordResetForm
from gongkai.core.units.models import Appointment, Body, PasswordRequest, Person, Role, Standing

pytestmark = pytest.mark.django_db
GUARDED_ROLES = [role for role in Role.values if role != Role.CLERK]


def load_person(who) -> Person:
    return Person.objects.get(pk=who.person_id)


def test_administrator_cannot_take_over_a_login_of_a_signer(town) -> None:
    signer = load_person(town.signer)
    signer.user.set_password("own-Password-77")
    signer.user.save()
    assert actions.reset_password(signer, by=town.administrator) == ""
    assert get_user_model().objects.get(pk=signer.user_id).check_password("own-Password-77")
    asked = PasswordRequest.objects.get(person=signer)
    told = Message.objects.filter(person=signer, channel="mail")
    assert told.exists(), "the owner hears of it"
    for other in (town.administrator, town.signer, town.chief, town.auditor):
        with pytest.raises(Refused):
            actions.confirm_password(asked, by=other)
    with pytest.raises(Refused, match="已提请确认"):
        actions.reset_password(signer, by=town.administrator)
    password = actions.confirm_password(asked, by=town.security)
    fresh = get_user_model().objects.get(pk=signer.user_id)
    assert fresh.check_password(password)
    with pytest.raises(Refused, match="已经办理过"):
        actions.refuse_password(asked, by=town.security, reason="重复")


@pytest.mark.parametrize("role", GUARDED_ROLES)
def test_guarded_appointment_counts_after_confirmation(town, role: str) -> None:
    puppet = actions.add_person(None, by=town.administrator, name="赵新")
    known = actions.create_login(puppet, by=town.administrator, username="zhaoxin")
    post = actions.appoint(town.general, by=town.administrator, person=puppet, role=role)
    assert not make_actor_of_person(puppet).known
    with pytest.raises(Refused):
        actions.confirm_appointment(post, by=town.administrator)
    handed = actions.confirm_appointment(post, by=town.security)
    user = get_user_model().objects.get(username="zhaoxin")
    assert get_actor(user).has(role)
    assert not user.check_password(known), "the administrator knew it"
    assert user.check_password(handed)


def test_new_colleague_needs_one_form_confirmation_and_password(town) -> None:
    facts = {"name": "赵新", "body": town.general, "username": "zhaoxin"}
    with pytest.raises(Refused, match="任职单位"):
        actions.enter_person(None, by=town.administrator, name="赵新", roles=["clerk"])
    person, known = actions.enter_person(
        None, by=town.administrator, roles=[Role.SIGNER, Role.CHIEF, Role.CLERK], **facts
    )
    assert known == "", "a guarded login's password is the officer's to hand over"
    asked = Message.objects.filter(subject="请确认", channel="screen", person_id=town.security.person_id)
    assert asked.count() == 1
    handed = actions.confirm_person(person, by=town.security)
    user = get_user_model().objects.get(username="zhaoxin")
    assert user.check_password(handed)
    assert get_actor(user).has(Role.SIGNER)
    assert get_actor(user).has(Role.CHIEF)
    assert not PasswordRequest.objects.filter(standing=Standing.WAITING).exists()
    with pytest.raises(Refused, match="没有等待确认"):
        actions.confirm_person(person, by=town.security)
    clerk, password = actions.enter_person(
        None, by=town.administrator, name="钱进", body=town.finance, roles=["clerk"], username="qianjin"
    )
    assert get_user_model().objects.get(username="qianjin").check_password(password)
    assert make_actor_of_person(clerk).has(Role.CLERK)


def test_refused_appointment_never_counts_and_can_be_repeated(town) -> None:
    post = actions.appoint(town.finance, by=town.administrator, person=town.somebody, role=Role.SIGNER)
    today = timezone.localdate()
    leave = {"person": load_person(town.clerk), "start": today, "end": today}
    for refuse in (lambda: None, lambda: actions.refuse_appointment(post, by=town.security, reason="没有任职文件")):
        refuse()
        with pytest.raises(Refused, match="没有确认"):
            actions.cover(post, by=town.lead, **leave)
    assert not make_actor_of_person(town.somebody).known
    again = actions.appoint(town.finance, by=town.administrator, person=town.somebody, role=Role.SIGNER)
    assert again.standing == Standing.WAITING


def test_hand_over_and_deputy_do_not_bypass_confirmation(town) -> None:
    post = Appointment.objects.get(person_id=town.signer.person_id)
    today = timezone.localdate()
    cover = actions.cover(post, by=town.administrator, person=town.somebody, start=today, end=today + timedelta(3))
    assert not make_actor_of_person(town.somebody).known
    actions.refuse_appointment(cover, by=town.security, reason="未请假")
    actions.hand_over(post.person, by=town.administrator, to=town.somebody)
    assert not make_actor_of_person(town.somebody).has(Role.SIGNER)
    told = Message.objects.filter(person=town.somebody, subject__endswith="的工作已交接给您").first()
    assert told is not None
    assert "待安全保密管理员确认以后生效" in told.body
    waiting = Appointment.objects.get(person=town.somebody, standing=Standing.WAITING)
    actions.confirm_appointment(waiting, by=town.security)
    assert make_actor_of_person(town.somebody).has(Role.SIGNER)


def test_head_or_absent_person_arranges_a_deputy(town) -> None:
    post = Appointment.objects.get(person_id=town.signer.person_id)
    Person.objects.filter(pk=town.somebody.pk).update(vouched=True)
    town.somebody.vouched = True
    today = timezone.localdate()
    facts = {"person": town.somebody, "start": today, "end": today}
    assert actions.cover(post, by=town.lead, **facts).standing == Standing.CONFIRMED


@pytest.mark.parametrize(("vouched", "standing"), [(True, Standing.CONFIRMED), (False, Standing.WAITING)])
def test_head_hands_a_post_over_to_a_confirmed_login_only(town, vouched: bool, standing: str) -> None:
    post = Appointment.objects.get(person_id=town.signer.person_id)
    receiver = load_person(town.clerk)
    receiver.vouched = vouched
    receiver.save()
    actions.hand_over(post.person, by=town.lead, to=receiver)
    assert Appointment.objects.get(person=receiver, role=post.role).standing == standing


@pytest.mark.parametrize(
    ("has", "wanted"), [("administrator", Role.SECURITY), ("security", Role.AUDITOR), ("auditor", Role.ADMINISTRATOR)]
)
def test_one_person_cannot_hold_two_of_the_three_duties(town, has: str, wanted: str) -> None:
    person = load_person(getattr(town, has))
    with pytest.raises(Refused, match="三员分立"):
        actions.appoint(town.general, by=town.administrator, person=person, role=wanted)
    signer = Appointment.objects.get(person_id=town.auditor.person_id)
    if wanted == Role.ADMINISTRATOR:
        AppointmentFactory(body=town.general, role=Role.ADMINISTRATOR)
        with pytest.raises(Refused, match="三员分立"):
            actions.hand_over(load_person(town.administrator), by=town.administrator, to=signer.person)


@pytest.mark.parametrize("duty", ["administrator", "security", "auditor"])
def test_last_officer_of_a_duty_cannot_be_removed(town, duty: str) -> None:
    """An officer of a district does not suffice for the city; another one of the city does."""
    post = Appointment.objects.select_related("person").get(person_id=getattr(town, duty).person_id)
    AppointmentFactory(body=town.district, role=duty)
    administrator = actor(Role.ADMINISTRATOR, town.general) if duty != "administrator" else town.administrator
    with pytest.raises(Refused, match="最后一名"):
        actions.end_appointment(post, by=administrator)
    with pytest.raises(Refused, match=r"最后一名|本人"):
        actions.deactivate(post.person, by=administrator)
    AppointmentFactory(body=town.general, role=duty)
    actions.end_appointment(post, by=administrator)
    assert "不再任" in Message.objects.get(person=post.person, channel="mail").body


@pytest.mark.parametrize("way", ["end", "leave", "hand_over"])
def test_signer_is_notified_of_losing_the_post(town, way: str) -> None:
    """At the addresses stored before leaving; the head and security officer are also notified."""
    post = Appointment.objects.select_related("person").get(person_id=town.signer.person_id)
    at = post.person.email
    if way == "end":
        actions.end_appointment(post, by=town.administrator)
    elif way == "leave":
        actions.deactivate(post.person, by=town.administrator)
    else:
        actions.hand_over(post.person, by=town.administrator, to=town.somebody)
    mails = Message.objects.filter(channel="mail")
    assert mails.filter(person=post.person, subject="您的账号或者任职有变动").exists()
    for who in (town.security, town.lead):
        assert mails.filter(person_id=who.person_id, subject="重要任职有变动").exists()
    Person.objects.filter(pk=post.person_id).update(email="attacker@example.org")
    send_due()
    sent = [mail.to for mail in mail_box.outbox]
    assert [at] in sent
    assert ["attacker@example.org"] not in sent
    assert not mails.exclude(address="").exists(), "kept no longer than needed"


def test_administrator_cannot_change_the_mail_address_of_a_signer(town, client) -> None:
    """Also not after a reset request; permitted changes are notified to the old address."""
    signer, officer = load_person(town.signer), load_person(town.security)
    for person in (signer, officer):
        actions.reset_password(person, by=town.administrator)
        for fields in ({"email": "attacker@example.org"}, {"email": ""}, {"mobile": "13900009999"}):
            with pytest.raises(Refused, match="安全保密管理员"):
                actions.edit_person(Person.objects.get(pk=person.pk), by=town.administrator, **fields)
        with pytest.raises(Refused):
            actions.change_contact(person, by=town.administrator, mobile="", email="attacker@example.org")
    actions.edit_person(signer, by=town.administrator, title="局长", email=signer.email)
    old = signer.email
    actions.change_contact(Person.objects.get(pk=signer.pk), by=town.security, mobile="", email="attacker@example.org")
    send_due()
    assert {to for mail in mail_box.outbox for to in mail.to if "attacker" in to} == set()
    assert sum(mail.to == [old] for mail in mail_box.outbox) == 2, "the reset that waits and the change"
    access.sync_access(signer)
    client.force_login(Person.objects.get(pk=signer.pk).user)
    address = reverse("units:person_contact", args=[signer.pk])
    assert "contact/" in client.get(reverse("units:person", args=[signer.pk])).content.decode()
    client.post(address, {"mobile": "", "email": "own@example.org", "version": ""})
    assert Person.objects.get(pk=signer.pk).email == "own@example.org"


def test_office_confirms_for_the_last_security_officer(town) -> None:
    officer = load_person(town.security)
    actions.reset_password(officer, by=town.administrator)
    asked = PasswordRequest.objects.get(person=officer)
    with pytest.raises(Refused):
        actions.confirm_password(asked, by=town.security)
    assert actions.confirm_password(asked, by=town.chief)


def test_officer_of_another_government_cannot_confirm(town) -> None:
    post = actions.appoint(town.finance, by=town.administrator, person=town.somebody, role=Role.LEAD)
    with pytest.raises(Refused):
        actions.confirm_appointment(post, by=actor(Role.SECURITY, town.other))


def test_appointment_without_any_officer_is_refused_with_advice(town) -> None:
    Appointment.objects.filter(role__in=(Role.SECURITY, Role.CHIEF)).update(end=date(2020, 1, 2))
    with pytest.raises(Refused, match="gongkai unit officer"):
        actions.appoint(town.finance, by=town.administrator, person=town.somebody, role=Role.LEAD)


def test_password_reset_mail_excludes_guarded_logins(town) -> None:
    clerk = AppointmentFactory(body=town.finance, person=PersonFactory(email="same@example.gov.cn")).person
    signer = load_person(town.signer)
    for person in (clerk, signer):
        person.user.email = "same@example.gov.cn"
        person.user.set_password("own-Password-77")
        person.user.save()
    assert [user.pk for user in SafePasswordResetForm().get_users("same@example.gov.cn")] == [clerk.user_id]


def test_confirmation_page_lists_requests_and_shows_password_once(town, client) -> None:
    post = actions.appoint(town.finance, by=town.administrator, person=town.somebody, role=Role.SIGNER)
    access.sync_access(load_person(town.security), load_person(town.clerk))
    client.force_login(load_person(town.security).user)
    page = client.get(reverse("units:confirmations")).content.decode()
    assert "王小明" in page
    assert f"{town.finance.label} {post.get_role_display()}，自" in page
    assert reverse("units:confirm_appointment", args=[post.pk]) in page
    file = client.get(reverse("units:confirmations"), {"export": "1"}).content
    assert [row[0] for row in load_workbook(BytesIO(file)).active.values] == ["姓名", "王小明"]
    done = client.post(reverse("units:confirm_appointment", args=[post.pk]))
    assert "no-store" in done.headers["Cache-Control"]
    client.force_login(load_person(town.security).user)
    given = {"by": town.administrator, "body": town.finance, "roles": [Role.SIGNER]}
    others = [actions.enter_person(None, name=name, username=name, **given)[0] for name in ("zhaoxin", "qianjin")]
    page = client.get(reverse("units:confirmations"))
    shown = [one.mark for one in page.context["waiting"]]
    actions.appoint(town.finance, by=town.administrator, person=others[1], role=Role.LEAD)
    done = client.post(reverse("units:confirmations"), {"pick": shown})
    assert "no-store" in done.headers["Cache-Control"]
    assert [(person.pk, bool(word)) for person, word in done.context["made"]] == [(others[0].pk, True)]
    left = others[1].appointments.values_list("standing", flat=True)
    assert set(left) == {Standing.WAITING}, "another post came after the list was shown"
    client.force_login(load_person(town.clerk).user)
    assert "王小明" not in client.get(reverse("units:confirmations")).content.decode()


@pytest.mark.parametrize("role", [Role.CHIEF, Role.SIGNER])
def test_far_reaching_or_unsafe_deputies_need_confirmation(town, role: str) -> None:
    """A head as own deputy in the 政务公开办; a clerk whose first password the administrator knows."""
    body = town.general if role == Role.CHIEF else town.finance
    post = AppointmentFactory(body=body, role=role)
    head = actor(Role.LEAD, body)
    to = load_person(head) if role == Role.CHIEF else town.somebody
    day = timezone.localdate()
    made = actions.cover(post, by=head, person=to, start=day, end=day)
    assert made.standing == Standing.WAITING
    assert not make_actor_of_person(to).has(role)
    with pytest.raises(Refused, match="最长一年"):
        actions.cover(post, by=head, person=PersonFactory(), start=day, end=day + timedelta(400))


def test_change_of_a_body_cannot_widen_the_reach_of_its_posts(town) -> None:
    chief = actor(Role.CHIEF, town.district)
    with pytest.raises(Refused, match="管辖范围"):
        actions.edit(town.district, by=chief, kind="department")
    office = BodyFactory(name="青山区人民政府办公室", parent=town.district, kind="general_office")
    at_office = actor(Role.CHIEF, office)
    with pytest.raises(Refused, match="管辖范围"):
        actions.merge(office, by=town.chief, into=town.audit)
    assert not at_office.reaches(Role.CHIEF, path=town.finance.path)
    Appointment.objects.filter(body=town.district).delete()
    with pytest.raises(Refused, match="“青山区人民政府办公室”"):
        actions.edit(town.district, by=town.chief, kind="department")
    actions.edit(town.audit, by=town.chief, kind="agency")


def test_merger_notifies_signers_heads_and_officers(town) -> None:
    """After a merger the signers of one unit also sign for the other."""
    other = actor(Role.SIGNER, town.audit)
    actions.merge(town.finance, by=town.chief, into=town.audit)
    told = Message.objects.filter(channel="mail", subject__contains="单位合并").values_list("person_id", flat=True)
    assert set(told) == {who.person_id for who in (town.signer, town.lead, other, town.security)}


def test_restored_body_gets_guarded_posts_back_unconfirmed(town) -> None:
    with pytest.raises(Refused, match="最后一名"):
        actions.close(town.general, by=town.chief)
    signer = Appointment.objects.get(person_id=town.signer.person_id)
    actions.close(town.finance, by=town.chief)
    town.finance.refresh_from_db()
    actions.restore(town.finance, by=town.chief)
    signer.refresh_from_db()
    assert (signer.end, signer.standing) == (None, Standing.WAITING)
    town.post.refresh_from_db()
    assert town.post.standing == Standing.CONFIRMED


def test_head_cannot_hand_over_future_posts_of_other_units(town) -> None:
    later = timezone.localdate() + timedelta(30)
    AppointmentFactory(
        person=town.post.person, body=town.general, role=Role.SECURITY, start=later, end=later + timedelta(90)
    )
    with pytest.raises(Refused):
        actions.hand_over(town.post.person, by=town.lead, to=load_person(town.lead))


def test_highest_staffed_office_runs_the_installation(town) -> None:
    """A province without people here does not count; a district's office is not the highest."""
    assert rules.runs_installation(town.chief)
    assert not rules.runs_installation(actor(Role.CHIEF, town.district))
    assert not rules.runs_installation(town.administrator)
    above = BodyFactory(name="云州省人民政府", kind="government")
    Body.objects.filter(pk=town.city.pk).update(parent=above)
    assert rules.runs_installation(town.chief)
