"""The inbox: following, marking as read, paging."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Notification
from gongkai.core.outbox.models import Message
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    body = BodyFactory()
    one, two = actor(Role.CLERK, body), actor(Role.CLERK, body)
    for person in (one, two):
        user = get_user_model().objects.get(pk=person.user_id)
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(get_user_model().objects.get(pk=one.user_id))
    return one, two


def notify(person, key, **facts) -> Message:
    write_messages(
        [Notification(f"标题{key}", "正文", facts.get("link", "/admin/messages/"), key, persons=(person.person_id,))]
    )
    return Message.objects.get(key=key, channel="screen")


def test_following_a_message_marks_it_read(client, people) -> None:
    message = notify(people[0], "a", link="/admin/messages/?before=9")
    answer = client.get(f"/admin/messages/{message.pk}/")
    assert answer.url == "/admin/messages/?before=9"
    message.refresh_from_db()
    assert message.read_at


@pytest.mark.parametrize("link", ["/admin/ledger/1/", "/admin/nothing/here/"])
def test_inaccessible_target_is_explained_and_not_linked(client, people, link: str) -> None:
    message = notify(people[0], "a", link=link)
    page = client.get(f"/admin/messages/{message.pk}/", follow=True)
    assert (page.status_code, page.redirect_chain[-1][0]) == (200, "/admin/messages/")
    said = page.content.decode()
    assert "页面不能打开" in said
    assert f"/admin/messages/{message.pk}/" not in said
    assert message.subject in said


def test_message_never_redirects_to_another_site(client, people) -> None:
    message = notify(people[0], "a", link="https://evil.example/")
    assert client.get(f"/admin/messages/{message.pk}/").url == "/admin/messages/"


def test_messages_of_others_are_not_found(client, people) -> None:
    message = notify(people[1], "a")
    assert client.get(f"/admin/messages/{message.pk}/").status_code == 404
    client.post("/admin/messages/read/", {"message": message.pk})
    client.post("/admin/messages/read/", {"all": 1})
    message.refresh_from_db()
    assert not message.read_at


def test_ticked_or_all_messages_are_marked_read(client, people) -> None:
    one, two, three = (notify(people[0], key) for key in "abc")
    client.post("/admin/messages/read/", {"message": [one.pk, "x"]})
    assert [m.pk for m in Message.objects.filter(channel="screen", read_at=None).order_by("pk")] == [two.pk, three.pk]
    client.post("/admin/messages/read/", {"all": 1})
    assert not Message.objects.filter(channel="screen", read_at=None).exists()


def test_inbox_lists_unread_messages_first(client, people) -> None:
    assert "还没有消息" in client.get("/admin/messages/").content.decode()
    old, new = notify(people[0], "a"), notify(people[0], "b")
    client.get(f"/admin/messages/{new.pk}/")
    page = client.get("/admin/messages/").content.decode()
    assert page.index(old.subject) < page.index(new.subject)
    assert "有 1 条未读" in page
    assert "消息（1）".encode("unicode_escape").decode() in page.lower()  # the menu is handed over as JSON


def test_unread_messages_are_paged_and_grouped_by_subject(client, people, monkeypatch) -> None:
    monkeypatch.setattr("gongkai.core.outbox.views.UNREAD_PAGE_SIZE", 2)
    one = people[0].person_id
    subjects = ["待复审：甲", "3项工作即将到期", "待复审：乙", "待复审：甲", "12项工作即将到期"]
    for number, subject in enumerate(subjects):
        write_messages([Notification(subject, f"正文{number}", "", f"k{number}", persons=(one,))])
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/admin/messages/")
    assert [message.body for message in page.context["fresh"]] == ["正文4", "正文3"]
    assert page.context["sorts"] == [("待复审", 3), ("工作即将到期", 2)]
    wide = [query["sql"] for query in asked if '"outbox_message"."body"' in query["sql"]]
    assert all("LIMIT" in query for query in wide), wide
    page = client.get("/admin/messages/?about=待复审&unread=2")
    assert [message.body for message in page.context["fresh"]] == ["正文0"]
    client.post("/admin/messages/read/", {"all": 1, "about": "待复审"})
    left = Message.objects.filter(channel="screen", read_at=None)
    assert {message.body for message in left} == {"正文1", "正文4"}
