"""Writing notifications: recipients, posts, deputies, deduplication, superseded messages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor
from gongkai.core.acts.action import Action, ActionResult, Notification
from gongkai.core.outbox.models import Message, MessageState
from gongkai.core.outbox.outbox import mark_messages_read_on_close, write_messages
from gongkai.core.outbox.queries import count_unread, visible_to
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Person, Role

pytestmark = pytest.mark.django_db


def make_notification(**facts) -> Notification:
    return Notification(**{"subject": "待审核", "body": "请审核", "link": "/admin/", "key": "k1", **facts})


def list_recipients(channel="screen") -> set[int]:
    return set(Message.objects.filter(channel=channel).values_list("person_id", flat=True))


def test_person_gets_one_message_on_each_reachable_channel() -> None:
    with_mail, without = PersonFactory(), PersonFactory(email="")
    write_messages([make_notification(persons=(with_mail.pk, without.pk))])
    assert list_recipients("screen") == {with_mail.pk, without.pk}
    assert list_recipients("mail") == {with_mail.pk}
    assert Message.objects.get(channel="mail").state == MessageState.WAITING
    assert {m.state for m in Message.objects.filter(channel="screen")} == {MessageState.SENT}


def test_notification_of_the_same_key_is_sent_once() -> None:
    person = PersonFactory()
    for _ in range(3):
        write_messages([make_notification(persons=(person.pk,))])
    assert Message.objects.filter(channel="screen").count() == 1
    write_messages([make_notification(key="k2", persons=(person.pk,))])
    assert Message.objects.filter(channel="screen").count() == 2


def test_post_means_its_current_holders() -> None:
    today = timezone.localdate()
    body = BodyFactory()
    now = AppointmentFactory(body=body, role=Role.CLERK)
    AppointmentFactory(body=body, role=Role.CLERK, end=today - timedelta(days=1))
    AppointmentFactory(body=body, role=Role.CLERK, start=today + timedelta(days=1))
    AppointmentFactory(body=body, role=Role.CLERK, person__active=False)
    AppointmentFactory(body=BodyFactory(), role=Role.CLERK)
    write_messages([make_notification(posts=((Role.CLERK, body.pk),))])
    assert list_recipients() == {now.person_id}


def test_deputy_is_notified_with_the_absent_person() -> None:
    absent = AppointmentFactory(role=Role.SIGNER)
    cover = AppointmentFactory(role=Role.SIGNER, body=absent.body, covers=absent)
    write_messages([make_notification(posts=((Role.SIGNER, absent.body_id),))])
    assert list_recipients() == {absent.person_id, cover.person_id}
    Message.objects.all().delete()
    write_messages([make_notification(persons=(absent.person_id,))])
    assert list_recipients() == {absent.person_id, cover.person_id}


def test_chief_post_means_the_nearest_superior_office() -> None:
    city = BodyFactory(government=True)
    district = BodyFactory(name="青溪区人民政府", kind="district", parent=city)
    citys = AppointmentFactory(role=Role.CHIEF, body=BodyFactory(name="市政府办公室", parent=city))
    districts = AppointmentFactory(role=Role.CHIEF, body=BodyFactory(name="区政府办公室", parent=district))
    write_messages([make_notification(posts=((Role.CHIEF, BodyFactory(name="区教育局", parent=district).pk),))])
    assert list_recipients() == {districts.person_id}
    write_messages([make_notification(key="k2", posts=((Role.CHIEF, BodyFactory(name="市教育局", parent=city).pk),))])
    assert list_recipients() == {districts.person_id, citys.person_id}


def test_vacant_post_falls_back_to_the_responsible_post() -> None:
    city = BodyFactory(government=True)
    body = BodyFactory(parent=city)
    chief = AppointmentFactory(role=Role.CHIEF, body=city)
    write_messages([make_notification(posts=((Role.CLERK, body.pk),))])
    assert list_recipients() == {chief.person_id}
    lead = AppointmentFactory(role=Role.LEAD, body=body)
    write_messages([make_notification(key="k2", posts=((Role.CLERK, body.pk),))])
    assert list_recipients() == {chief.person_id, lead.person_id}
    clerk = AppointmentFactory(role=Role.CLERK, body=BodyFactory(parent=city))
    write_messages([make_notification(key="k3", posts=((Role.CLERK, clerk.body_id), (Role.LEAD, clerk.body_id)))])
    assert set(Message.objects.filter(key="k3").values_list("person", flat=True)) == {clerk.person_id}


def test_actor_is_not_notified_of_own_action() -> None:
    body = BodyFactory()
    doer, other = actor(Role.CLERK, body), actor(Role.CLERK, body)
    act = Action(
        name="test.tell",
        label="试",
        function=lambda t, *, by: ActionResult(tell=(make_notification(posts=((Role.CLERK, body.pk),)),)),
        rule=lambda by, t: [],
    )
    act(body, by=doer)
    assert list_recipients() == {other.person_id}


def test_failed_action_notifies_nobody(monkeypatch) -> None:
    person = PersonFactory()

    class Late(Action):
        def finish(self, target, step, *, by):
            return step

    def fail(*_):
        raise RuntimeError

    from gongkai.core.acts import following

    monkeypatch.setitem(following.REACTIONS_BY_ACTION, "test.late", {fail: object})
    act = Late(
        name="test.late",
        label="试",
        function=lambda t, *, by: ActionResult(tell=(make_notification(persons=(person.pk,)),)),
        rule=lambda by, t: [],
    )
    with pytest.raises(RuntimeError):
        act(BodyFactory(), by=SYSTEM)
    assert not Message.objects.exists()


def test_many_notifications_need_a_constant_number_of_queries(django_assert_max_num_queries) -> None:
    posts = [AppointmentFactory(role=Role.CLERK) for _ in range(30)]
    tells = [make_notification(key=f"k{a.pk}", posts=((Role.CLERK, a.body_id),)) for a in posts]
    with django_assert_max_num_queries(8):
        write_messages(tells)
    assert len(list_recipients()) == 30


def test_people_see_only_their_own_messages() -> None:
    body = BodyFactory()
    one, two = actor(Role.CLERK, body), actor(Role.CLERK, body)
    write_messages([make_notification(persons=(one.person_id,))])
    assert count_unread(one) == 1
    assert visible_to(two).count() == 0
    assert visible_to(ANONYMOUS).count() == 0


def unread_subjects(person: Person) -> set[str]:
    return set(Message.objects.filter(person=person, channel="screen", read_at=None).values_list("subject", flat=True))


def test_newer_message_supersedes_older_ones_of_the_same_matter() -> None:
    person, other = PersonFactory(), PersonFactory()
    write_messages(
        [make_notification(subject="待初审", link="/admin/ledger/12/", key="a", persons=(person.pk, other.pk))]
    )
    write_messages([make_notification(subject="别的事", link="/admin/ledger/13/", key="b", persons=(person.pk,))])
    write_messages([make_notification(subject="新任务1", link="/admin/notices/tasks/", key="c", persons=(person.pk,))])
    write_messages([make_notification(subject="新任务2", link="/admin/notices/tasks/", key="d", persons=(person.pk,))])
    write_messages([make_notification(subject="待复审", link="/admin/ledger/12/", key="e", persons=(person.pk,))])
    assert unread_subjects(person) == {"待复审", "别的事", "新任务1", "新任务2"}
    assert unread_subjects(other) == {"待初审"}
    write_messages(
        [make_notification(subject="待复审", link="/admin/ledger/12/", key="e", persons=(person.pk,))]
    )  # told once already
    assert "待复审" in unread_subjects(person)


def test_messages_are_read_when_their_matter_is_handled_or_closed() -> None:
    by, next_one = actor(Role.CLERK, BodyFactory()), PersonFactory()
    mine = Person.objects.get(pk=by.person_id)
    write_messages([make_notification(subject="待初审", link="/admin/ledger/12/", key="a", persons=(mine.pk,))])
    write_messages(
        [make_notification(subject="待复审", link="/admin/ledger/12/", key="b", persons=(next_one.pk,))], by=by
    )
    assert unread_subjects(mine) == set()
    mark_messages_read_on_close("/admin/ledger/12/")
    assert unread_subjects(next_one) == set()
