"""The digest goes out over a real connection and arrives as it should: plain text, headers, a way out with one click."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from factories.mailbox import Mailbox, mailbox
from factories.publishing import public
from gongkai.content.editions.models import Column, Website
from gongkai.core.outbox.jobs import send_due
from gongkai.core.units.models import Body
from gongkai.ui.portal import tree
from gongkai.ui.portal.models import Subscriber, Subscription
from gongkai.ui.portal.subscribing.digests import send_confirmation_mail, send_digests

pytestmark = pytest.mark.django_db
TITLE = "关于公布云岭市二〇二六年度保障性租赁住房项目清单及申请条件、办理流程、受理窗口和监督电话的通告（第十二批）"


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mailbox() as there:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", there.port
        settings.DEFAULT_FROM_EMAIL = "云岭市政务公开 <noreply@yunling.gov.cn>"
        mail.outbox = []
        yield there


@pytest.fixture
def reader(site: Website, plans: Column, housing: Body) -> Subscriber:
    ago = timezone.now() - timedelta(hours=2)
    made = Subscriber.objects.create(website=site, email="reader@example.cn", seen_at=ago)
    for scope, value in (("column", str(plans.pk)), ("words", "保障性租赁住房")):
        Subscription.objects.create(subscriber=made, scope=scope, value=value, confirmed_at=ago)
    public(housing, [plans], title=TITLE, document_number="云住建发〔2026〕12号")
    public(housing, [plans], title="城市更新三年行动计划")
    tree.reload_next_time()
    return made


def nine() -> datetime:
    return (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=0)


def test_the_digest_as_it_arrives(box: Mailbox, reader: Subscriber, plans: Column) -> None:
    assert send_digests(nine())["written"] == 1
    assert send_due(nine())["sent"] == 1
    (message,), (raw,) = box.messages, box.raw
    assert box.envelopes == [("<noreply@yunling.gov.cn>", ["<reader@example.cn>"])]
    assert message["To"] == "reader@example.cn"
    assert "云岭市政务公开" in message["From"]
    assert message["Subject"].strip() == "云岭市人民政府：新公开信息2条"
    assert message["Auto-Submitted"] == "auto-generated"
    sent_at = parsedate_to_datetime(message["Date"]).replace(tzinfo=UTC)
    assert abs(sent_at - timezone.now()) < timedelta(minutes=5)
    assert re.fullmatch(r"<[0-9a-f]{32}@yunling\.gov\.cn>", message["Message-ID"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://testserver/subscribe/leave/[^>\s]+/>", message["List-Unsubscribe"].strip())
    assert (message.get_content_type(), message.get_content_charset()) == ("text/plain", "utf-8")
    assert not message.is_multipart()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n")), "RFC 5322 2.1.1"
    text = message.get_content()
    assert text.count(TITLE) == 1, "followed twice, told once"
    assert "（云住建发〔2026〕12号）" in text
    assert f"http://testserver/columns/{plans.pk}/" in text
    assert message["List-Unsubscribe"].strip(" <>") in text
    assert "<" not in text
    assert "&" not in text


def test_one_click_in_the_mail_program_leaves(box: Mailbox, reader: Subscriber) -> None:
    """RFC 8058: the mail program posts the one line, without cookie and without having opened the page."""
    send_digests(nine())
    send_due(nine())
    path = box.messages[0]["List-Unsubscribe"].strip(" <>").removeprefix("http://testserver")
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert Subscriber.objects.exists(), "a scanner that only looks changes nothing"
    answer = program.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not Subscriber.objects.exists()


def test_a_server_that_turns_it_away_is_asked_again_with_the_same_name(box: Mailbox, reader: Subscriber) -> None:
    box.refuses = True
    send_digests(nine())
    assert send_due(nine())["retried"] == 1
    box.refuses = False
    assert send_due(nine() + timedelta(hours=1))["sent"] == 1
    assert len(box.messages) == 1


def test_the_mail_that_asks_to_confirm(box: Mailbox, reader: Subscriber) -> None:
    subscription = reader.subscriptions.first()
    assert subscription
    assert send_confirmation_mail(subscription, "栏目“规划信息”")
    text = box.messages[0].get_content()
    path = re.search(r"http://testserver(/subscribe/confirm/\S+)", text)
    assert path
    assert Client().get(path[1]).status_code == 200
    assert "List-Unsubscribe" not in box.messages[0]
