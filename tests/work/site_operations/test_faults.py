"""我为政府网站找错: from the link in the footer to the answer, as reader and as clerk."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from factories.intake import look_up, sent
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Website
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.acts.models import Movement, MovementWords
from gongkai.core.intake.models import Party
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.jobs import send_due
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Role
from gongkai.lib.law import default_calendar
from gongkai.work.site_operations import actions
from gongkai.work.site_operations.models import Fault

pytestmark = pytest.mark.django_db
READER = {"name": "李晓云", "phone": "13800138000", "email": "li@example.cn"}


def test_every_page_links_to_form_which_names_the_page(client: Client, site: Website) -> None:
    for path in ("/", "/search/", "/about/", "/nothing-here/", "/subscribe/"):
        foot = client.get(path).content.decode()
        assert 'href="/forms/fault/"' in foot
        assert 'href="/query/"' in foot
    page = client.get("/forms/fault/", HTTP_REFERER="http://testserver/about/").content.decode()
    assert 'value="http://testserver/about/"' in page
    assert "elsewhere" not in client.get("/forms/fault/", HTTP_REFERER="http://elsewhere/").content.decode()


def test_fault_is_entry_of_sponsor_with_deadline_and_no_personal_data(client: Client, site: Website) -> None:
    clerk = actor(Role.CLERK, site.body)
    sent(client, **READER)
    entry = Entry.objects.get(kind="fault")
    assert entry.body == site.body
    assert timezone.localdate(entry.due_at) == default_calendar().add_working_days(timezone.localdate(), 15)
    assert Message.objects.filter(person_id=clerk.person_id, subject__contains="网站找错").exists()
    assert entry.fault.text.reveal().startswith("首页第三条")
    rows = (Movement, MovementWords, Message, Entry)
    said = "".join(str(list(model.objects.values())) for model in rows)
    for secret in (*READER.values(), "首页第三条"):
        assert secret not in said


def test_fault_is_answered_queried_and_rated_once(client: Client, site: Website) -> None:
    code = sent(client, **READER)
    entry = Entry.objects.get(kind="fault")
    page = look_up(client, code, "8000").content.decode()
    assert "办理中" in page
    assert "这个日期是怎样算出来的" in page
    send_due()
    assert [message.subject for message in mail.outbox] == [f"已收到：我为政府网站找错，编号{entry.number}"]
    assert code in mail.outbox[0].body
    clerk = signed_in(Role.CLERK, site.body)
    act = f"/admin/ledger/{entry.pk}/act/fault.answer/"
    said = clerk.post(act, {"text": "已改为“部署”，感谢指正。", "version": entry.version}, follow=True)
    assert said.status_code == 200
    entry.refresh_from_db()
    assert (entry.state, entry.outcome) == ("answered", "answered")
    send_due()
    assert "已改为“部署”" in mail.outbox[1].body
    answered = look_up(client, code, "8000").content.decode()
    assert "已改为“部署”，感谢指正。" in answered
    token = answered.split('name="pass" value="')[1].split('"')[0]
    rating = {"pass": token, "follow_up": "rate", "satisfaction": "3"}
    assert "感谢您的评价" in client.post("/query/act/", rating).content.decode()
    again = client.post("/query/act/", {**rating, "satisfaction": "1"}).content.decode()
    assert "这次没有再办理" in again  # nothing is done twice, and nothing is claimed
    assert Fault.objects.get().satisfaction == 3
    with pytest.raises(Refused, match="已经评价过"):
        actions.rate_fault_answer(entry, by=ANONYMOUS, satisfaction=1)
    shown = clerk.get(f"/admin/ledger/{entry.pk}/").content.decode()
    assert "满意" in shown


def test_empty_answer_and_invalid_rating_are_refused(client: Client, site: Website) -> None:
    code = sent(client)
    entry, clerk = Entry.objects.get(kind="fault"), actor(Role.CLERK, site.body)
    for text in ("", "  好 ", "已改"):
        with pytest.raises(Refused):
            actions.answer_fault(entry, by=clerk, text=text)
    actions.answer_fault(entry, by=clerk, text="已改正，谢谢。")
    token = look_up(client, code).content.decode().split('name="pass" value="')[1].split('"')[0]
    for wrong in ({}, {"satisfaction": "9"}, {"satisfaction": "x"}):
        answer = client.post("/query/act/", {"pass": token, "follow_up": "rate", **wrong})
        assert answer.status_code == 422
    assert client.post("/query/act/", {"pass": "forged", "follow_up": "rate", "satisfaction": "3"}).status_code == 422
    assert Fault.objects.get().satisfaction is None


def test_transfer_keeps_the_deadline(client: Client, site: Website) -> None:
    code = sent(client)
    entry = Entry.objects.get(kind="fault")
    water = BodyFactory(name="云岭市水务局", parent=site.body)
    clerk = actor(Role.CLERK, site.body)
    moved = actions.transfer_fault(entry, by=clerk, body=water, words="涉及供水公告")
    assert (moved.body, moved.due_at) == (water, entry.due_at)
    assert "云岭市水务局" in look_up(client, code).content.decode()
    there = actor(Role.CLERK, water)
    moved = actions.transfer_fault(moved, by=there, body=site.body, words="不涉及")
    moved = actions.transfer_fault(moved, by=clerk, body=water, words="请再核对")
    told = Message.objects.filter(subject__startswith="转办", person=there.person_id)
    assert told.exists(), "it came a second time"
    with pytest.raises(Refused):
        actions.answer_fault(moved, by=actor(Role.CLERK, BodyFactory(name="云岭市体育局")), text="不归我们管，也答")
    dismissed = actions.dismiss_fault(moved, by=actor(Role.CLERK, water), text="经核实，页面无误。")
    assert dismissed.state_label == "不予受理"


def test_answer_starts_retention_which_ends_with_erasure(client: Client, site: Website) -> None:
    from gongkai.core.intake.jobs import erase_due

    code = sent(client, **READER)
    actions.answer_fault(Entry.objects.get(kind="fault"), by=actor(Role.CLERK, site.body), text="已改正，谢谢。")
    party = Party.objects.get()
    assert party.erase_on == timezone.localdate() + timedelta(days=365)
    assert erase_due()["erased"] == 0
    assert erase_due(timezone.now() + timedelta(days=364))["erased"] == 0
    Party.objects.update(erase_on=timezone.localdate())
    assert erase_due()["erased"] == 1
    fault = Fault.objects.get()
    assert "首页" not in fault.text.reveal()
    assert fault.answer == "已改正，谢谢。"
    assert "没有查到" in look_up(client, code, "8000").content.decode()
