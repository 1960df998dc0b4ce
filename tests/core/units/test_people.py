"""People, appointments, deputies, handovers and logins."""

from datetime import date, timedelta

import pytest
import time_machine

from factories.units import AppointmentFactory, PersonFactory, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement, MovementWords
from gongkai.core.units import access, actions, pending_work
from gongkai.core.units.actions import appointments as module
from gongkai.core.units.actions.people import change_password
from gongkai.core.units.actors import get_actor, make_actor_of_person
from gongkai.core.units.forms.people import HandOverAppointmentForm
from gongkai.core.units.models import Appointment, Person, Role

pytestmark = [pytest.mark.django_db, pytest.mark.today("2026-11-20 10:00+08:00")]
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


def role_groups(person: Person) -> set[str]:
    """Return the groups of roles; other apps add their own groups."""
    return set(person.user.groups.filter(name__startswith="role:").values_list("name", flat=True))


def reload_actor(person: Person):
    return get_actor(Person.objects.get(pk=person.pk).user)


def test_appointment_grants_access_until_it_ends(town) -> None:
    post = actions.appoint(town.finance, by=town.administrator, person=town.somebody, role=Role.CLERK)
    assert role_groups(town.somebody) == {"role:clerk"}
    user = Person.objects.get(pk=town.somebody.pk).user
    assert user.has_perm("wagtailadmin.access_admin")
    assert not user.is_superuser
    actions.end_appointment(post, by=town.administrator, on=TODAY - DAY)
    assert post.start == TODAY
    with time_machine.travel("2026-11-21 10:00+08:00"):
        access.run_due()
        assert role_groups(town.somebody) == set()
        assert not reload_actor(town.somebody).known


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - 10 * DAY, TODAY - DAY, False),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY + DAY, True),
    ],
)
def test_only_current_appointments_count(town, start, end, counts) -> None:
    AppointmentFactory(person=town.somebody, body=town.finance, start=start, end=end)
    assert reload_actor(town.somebody).has(Role.CLERK, body_id=town.finance.pk) == counts
    access.sync_access(town.somebody)
    assert ("role:clerk" in role_groups(town.somebody)) == counts


def test_inactive_person_has_no_rights(town) -> None:
    person = town.post.person
    actions.deactivate(person, by=town.administrator)
    person = Person.objects.get(pk=person.pk)
    assert not person.active
    assert not person.user.is_active
    assert role_groups(person) == set()
    assert not get_actor(person.user).known


def test_deputy_has_body_and_role_of_the_covered_post(town) -> None:
    cover = actions.cover(town.post, by=town.lead, person=town.somebody, start=TODAY, end=TODAY + 3 * DAY)
    assert (cover.body, cover.role, cover.covers) == (town.finance, Role.CLERK, town.post)
    assert reload_actor(town.somebody).has(Role.CLERK, body_id=town.finance.pk)
    assert not reload_actor(town.somebody).has(Role.LEAD, body_id=town.finance.pk)
    with time_machine.travel("2026-11-24 10:00+08:00"):
        assert not reload_actor(town.somebody).known


def test_deputy_term_ends_with_the_covered_post(town) -> None:
    cover = actions.cover(town.post, by=town.lead, person=town.somebody, start=TODAY, end=TODAY + 30 * DAY)
    actions.end_appointment(town.post, by=town.administrator, on=TODAY)
    cover.refresh_from_db()
    assert cover.end == TODAY
    Appointment.objects.filter(pk=cover.pk).update(end=TODAY + 30 * DAY)
    Appointment.objects.filter(pk=town.post.pk).update(end=TODAY - DAY)
    assert not reload_actor(town.somebody).known, "even where the rows disagree"


@pytest.mark.parametrize(
    ("change", "word"),
    [(lambda t: {"person": t.post.person}, "本人代理本人"), (lambda t: {"end": TODAY - DAY}, "早于起始")],
)
def test_invalid_deputy_terms_are_refused(town, change, word) -> None:
    facts = {"person": town.somebody, "start": TODAY, "end": TODAY + DAY} | change(town)
    with pytest.raises(Refused, match=word):
        actions.cover(town.post, by=town.lead, **facts)
    cover = actions.cover(town.post, by=town.lead, person=town.somebody, start=TODAY, end=TODAY + DAY)
    with pytest.raises(Refused, match="已是代理人"):
        actions.cover(town.post, by=town.lead, person=town.somebody, start=TODAY, end=TODAY)
    with pytest.raises(Refused, match="不能再由他人代理"):
        actions.cover(cover, by=town.administrator, person=PersonFactory(), start=TODAY, end=TODAY)


def test_hand_over_moves_posts_and_messages_on_the_same_day(town, monkeypatch) -> None:
    moved = []
    monkeypatch.setattr(module, "HAND_OVER_CALLBACKS", [lambda a, b: moved.append((a, b))])
    second = AppointmentFactory(person=town.post.person, body=town.audit, role=Role.SIGNER)
    actions.hand_over(town.post.person, by=town.administrator, to=town.somebody, on=TODAY)
    assert {a.end for a in Appointment.objects.filter(person=town.post.person)} == {TODAY}
    new = Appointment.objects.filter(person=town.somebody)
    assert {(a.body, a.role, a.start, a.end) for a in new} == {
        (town.finance, Role.CLERK, TODAY, None),
        (second.body, Role.SIGNER, TODAY, None),
    }
    assert moved == [(town.post.person, town.somebody)]
    assert role_groups(town.somebody) == {"role:clerk"}, "the signer's waits for a second person"
    actions.confirm_appointment(new.get(role=Role.SIGNER), by=town.security)
    assert role_groups(town.somebody) == {"role:clerk", "role:signer"}
    movement = Movement.objects.get(stream=f"person/{town.post.person.pk}")
    assert "向王小明交接" in movement.words


def test_hand_over_is_offered_to_colleagues_first(town) -> None:
    colleague = AppointmentFactory(body=town.finance, role=Role.SIGNER, person__name="龚明").person
    form = HandOverAppointmentForm(target=town.post.person, by=town.administrator)
    people = list(form.fields["to"].queryset)
    assert people.index(colleague) < people.index(town.somebody), "though 王 sorts before 龚"


def test_hand_over_does_not_duplicate_a_post(town) -> None:
    AppointmentFactory(person=town.somebody, body=town.finance, role=Role.CLERK)
    actions.hand_over(town.post.person, by=town.administrator, to=town.somebody)
    assert Appointment.objects.filter(person=town.somebody).count() == 1


def test_appointment_that_ends_before_it_begins_never_runs(town) -> None:
    post = actions.appoint(
        town.finance, by=town.administrator, person=town.somebody, role=Role.CLERK, start=TODAY + 5 * DAY
    )
    actions.end_appointment(post, by=town.administrator)
    with time_machine.travel("2026-11-25 10:00+08:00"):
        assert not make_actor_of_person(town.somebody).known


def test_leave_cover_who_takes_over_the_post_holds_it(town) -> None:
    actions.cover(town.post, by=town.lead, person=town.somebody, start=TODAY, end=TODAY + 3 * DAY)
    actions.hand_over(town.post.person, by=town.administrator, to=town.somebody)
    with time_machine.travel("2026-11-21 10:00+08:00"):
        assert make_actor_of_person(town.somebody).has(Role.CLERK, body_id=town.finance.pk)


def test_head_hands_over_only_clerks_and_signers_of_the_unit(town) -> None:
    assert actions.hand_over.rule(town.lead, town.post.person) == []
    AppointmentFactory(person=town.post.person, body=town.general, role=Role.CHIEF)
    assert actions.hand_over.rule(town.lead, town.post.person)


def test_login_gets_a_one_time_password_that_is_not_stored(town) -> None:
    person = actions.add_person(None, by=town.administrator, name="赵新")
    actions.appoint(town.finance, by=town.administrator, person=person, role=Role.CLERK)
    password = actions.create_login(person, by=town.administrator, username="zhaoxin")
    person = Person.objects.get(pk=person.pk)
    assert person.user.check_password(password)
    assert person.must_change_password
    assert role_groups(person) == {"role:clerk"}
    assert not MovementWords.objects.filter(text__contains=password).exists()
    change_password(person, by=get_actor(person.user), password="another-Password-9")
    person = Person.objects.get(pk=person.pk)
    assert not person.must_change_password
    assert person.user.check_password("another-Password-9")
    again = actions.reset_password(person, by=town.administrator)
    assert again != password
    with pytest.raises(Refused, match="已被使用"):
        actions.create_login(
            PersonFactory(user=None), by=town.administrator, username="ｚhaoXin"
        )  # stored as a plain letter


def test_duplicate_appointment_and_foreign_person_are_refused(town) -> None:
    with pytest.raises(Refused, match="已有同一任职"):
        actions.appoint(town.finance, by=town.administrator, person=town.post.person, role=Role.CLERK)
    with pytest.raises(Refused, match="不属于该单位"):
        actions.appoint(town.audit, by=town.administrator, person=town.somebody, role=Role.CLERK, office=town.budget)
    post = AppointmentFactory(body=town.other)
    assert "其他政府" in actions.edit_person.rule(town.administrator, post.person)[0]


def test_private_numbers_are_not_logged(town) -> None:
    actions.edit_person(town.post.person, by=town.administrator, mobile="13900001234", title="科长")
    words = Movement.objects.get(stream=f"person/{town.post.person.pk}").words
    assert words == "修改手机、职务"


def test_syncing_logins_needs_a_constant_number_of_queries(town, django_assert_max_num_queries) -> None:
    for _ in range(20):
        AppointmentFactory(body=town.finance)
    access.run_due()
    with django_assert_max_num_queries(3):
        assert access.run_due() == {"logins": 0}


def test_ending_a_post_shows_pending_work_and_asks_without_successor(town, monkeypatch) -> None:
    monkeypatch.setattr(pending_work, "PENDING_WORK_COUNTERS", [lambda post: ["台账未办结2件（任务2件）"]])
    post = AppointmentFactory(body=town.finance, role=Role.REVIEWER)
    client = signed_in(Role.ADMINISTRATOR, town.finance)
    address = f"/admin/units/appointments/{post.pk}/end/"
    page = client.get(address).content.decode()
    assert "台账未办结2件（任务2件）" in page
    assert "没有人接着办" in page
    assert "请勾选" in client.post(address, {"on": TODAY}).content.decode()
    AppointmentFactory(person__name="乐思源", body=town.finance, role=Role.REVIEWER)
    page = client.get(address).content.decode()
    assert "的乐思源。" in page
    assert "仍要结束" not in page
    assert client.post(address, {"on": TODAY}).status_code == 302
