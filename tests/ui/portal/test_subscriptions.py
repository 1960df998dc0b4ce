"""Mail subscriptions: double opt-in, public content only, one digest a day, none if empty, one-click unsubscription."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from factories.intake import filled, hidden_fields, post, solve_challenge
from factories.mailbox import Mailbox, mailbox
from factories.publishing import public
from factories.units import BodyFactory
from gongkai.content.editions.models import Column, Website
from gongkai.core.acts.models import Movement, MovementWords
from gongkai.core.intake import throttle
from gongkai.core.outbox.channels import AddressRefused, ChannelError
from gongkai.core.outbox.jobs import send_due
from gongkai.core.outbox.models import Letter
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.ui.portal import actions as portal_actions
from gongkai.ui.portal import digests, tree
from gongkai.ui.portal.digests import send_digests
from gongkai.ui.portal.models import Subscriber, Subscription

pytestmark = pytest.mark.django_db


ADDRESS = "reader@example.cn"


def subscribe(client: Client, query: str = "", *, page: str = "", **more: Any) -> Any:
    """Submit the form as a browser does, a few seconds after loading; `page`: a form loaded before, with its solution."""
    page = page or client.get(f"/subscribe/{query}").content.decode()
    scope = re.search(r'<option value="(\w+)" selected', page)
    words = re.search(r'name="words" value="([^"]*)"', page)
    data = {"scope": scope[1] if scope else "site", "words": words[1] if words else ""}
    data = {**hidden_fields(page), "email": ADDRESS, **data, "proof": solve_challenge(page), **more}
    with time_machine.travel(timezone.now() + timedelta(seconds=8)):
        return client.post("/subscribe/", data, REMOTE_ADDR=more.get("visitor", "198.51.100.7"))


def find_link(message: Any, kind: str) -> str:
    return re.search(rf"https?://[^/]+(/subscribe/{kind}/\S+)", message.body)[1]  # type: ignore[index]


def subscribe_confirmed(client: Client, query: str = "", **more: Any) -> Subscriber:
    assert subscribe(client, query, **more).status_code == 302
    client.post(find_link(mail.outbox[-1], "confirm"))
    subscription = Subscription.objects.get(confirmed_at__isnull=False)
    mail.outbox.clear()
    # As if confirmed an hour ago, so that documents published by the test are new.
    ago = timezone.now() - timedelta(hours=1)
    Subscription.objects.update(confirmed_at=ago)
    Subscriber.objects.update(seen_at=ago)
    return subscription.subscriber


def get_morning(days: int = 1) -> datetime:
    local = timezone.localtime() + timedelta(days=days)
    return local.replace(hour=9, minute=0, second=0, microsecond=0)


def send_digests_and_mails(now: datetime) -> dict[str, int]:
    """Write due digests and send pending mails, as the jobs do."""
    counts = send_digests(now)
    send_due(now)
    return counts


class TestAsking:
    def test_subscription_counts_after_confirmation_from_the_address(self, client: Client, site: Website) -> None:
        response = subscribe(client)
        assert response["Location"] == "/subscribe/sent/"
        (message,) = mail.outbox
        assert message.to == [ADDRESS]
        assert not Subscription.objects.filter(confirmed_at__isnull=False).exists()
        page = find_link(message, "confirm")
        assert "确认订阅" in client.get(page).content.decode()
        assert not Subscription.objects.filter(confirmed_at__isnull=False).exists()  # a scanner only looks
        assert "订阅已生效" in client.post(page).content.decode()
        assert Subscription.objects.filter(confirmed_at__isnull=False).count() == 1

    def test_column_unit_and_words_can_be_followed(self, client: Client, plans: Column, housing: Body) -> None:
        for query, scope, value in (
            (f"?column={plans.pk}", "column", str(plans.pk)),
            (f"?unit={housing.pk}", "unit", str(housing.pk)),
            ("?words=公积金", "words", "公积金"),
        ):
            assert subscribe(client, query).status_code == 302
            assert Subscription.objects.filter(scope=scope, value=value).exists()

    def test_refused_form_explains_why_and_sends_nothing(self, client: Client, site: Website) -> None:
        wrongs: tuple[dict[str, str], ...] = (
            {"email": "no address"},
            {"email": ""},
            {"website": "https://spam.example"},
            {"form_token": "forged"},
            {"proof": ""},
            {"scope": "words", "words": "x"},
            {"scope": "words", "words": "13800138000"},
            {"scope": "column", "value": "999999"},
            {"scope": "nothing"},
        )
        for number, wrong in enumerate(wrongs):
            response = subscribe(client, **wrong, visitor=f"203.0.113.{number}")
            assert (response.status_code, 'role="alert"' in response.content.decode()) == (422, True), wrong
        assert not mail.outbox
        assert not Subscriber.objects.exists()

    def test_confirmation_mails_to_one_address_are_limited(self, client: Client, site: Website) -> None:
        for n in range(portal_actions.MAX_CONFIRMATION_MAILS_PER_DAY + 1):
            response = subscribe(client, f"?words=关键词{n}")
            assert response["Location"] == "/subscribe/sent/"  # the same answer, whatever happens
        assert len(mail.outbox) == portal_actions.MAX_CONFIRMATION_MAILS_PER_DAY

    def test_one_loaded_form_sends_one_mail(self, client: Client, site: Website) -> None:
        """Regression: one form had been submitted with 130 addresses."""
        page = client.get("/subscribe/").content.decode()
        solution = solve_challenge(page)
        for n in range(4):
            subscribe(client, page=page, proof=solution, email=f"stranger{n}@example.cn")
        assert len(mail.outbox) == 1

    def test_mails_are_limited_by_visitor_and_network(self, client: Client, site: Website, monkeypatch: Any) -> None:
        """Each form is loaded and solved anew: a visitor and a network have limits of their own, and others are still served."""
        for name, most in (("MAILS_FROM_VISITOR_LIMIT", 2), ("MAILS_FROM_NETWORK_LIMIT", 3)):
            monkeypatch.setattr(throttle, name, replace(getattr(throttle, name), most=most))
        for n in range(3):
            answer = subscribe(client, email=f"stranger{n}@example.cn")
        assert answer.status_code == 422
        assert "一小时后再试" in answer.content.decode()
        assert len(mail.outbox) == throttle.MAILS_FROM_VISITOR_LIMIT.most
        for n in range(throttle.MAILS_FROM_NETWORK_LIMIT.most + 2):
            subscribe(client, email=f"other{n}@example.cn", visitor=f"2001:db8:7:{n:x}::1")
        assert len(mail.outbox) == throttle.MAILS_FROM_VISITOR_LIMIT.most + throttle.MAILS_FROM_NETWORK_LIMIT.most
        assert subscribe(client, visitor="203.0.113.9")["Location"] == "/subscribe/sent/"

    def test_all_mails_together_are_limited(self, client: Client, site: Website, monkeypatch: Any) -> None:
        monkeypatch.setattr(throttle, "ALL_MAILS_LIMIT", throttle.RateLimit("mails", 2, 3600))
        for n in range(2):
            subscribe(client, email=f"r{n}@example.cn", visitor=f"203.0.113.{n}")
        assert "太多" in subscribe(client, email="r9@example.cn", visitor="203.0.113.9").content.decode()
        assert len(mail.outbox) == 2

    def test_firm_subscriptions_share_the_limits(self, client: Client, site: Website) -> None:
        """This form also mails a confirmation link to an unverified address."""
        for n in range(3):
            subscribe(client, f"?words=关键词{n}")
        firm = {"name": "云岭某某商贸有限公司", "size": "small", "email": ADDRESS}
        answer = post(client, {**filled(client, "firm"), **firm}, "firm")
        assert answer.status_code == 422
        assert "申请过多次" in answer.content.decode()
        assert len(mail.outbox) == 3

    def test_repeated_subscription_reveals_nothing_and_log_has_no_address(self, client: Client, site: Website) -> None:
        subscribe_confirmed(client)
        assert subscribe(client)["Location"] == "/subscribe/sent/"
        assert not mail.outbox
        written = str(list(Movement.objects.values())) + str(list(MovementWords.objects.values()))
        assert ADDRESS not in written
        assert Movement.objects.filter(action="portal.confirm_subscription").exists()

    def test_invalid_token_changes_nothing(self, client: Client, site: Website) -> None:
        for path in ("confirm/x/", "confirm/1.1~forged/", "leave/x/"):
            assert client.get(f"/subscribe/{path}").status_code in {200, 404}
        assert not Subscriber.objects.exists()


class TestDigest:
    def test_digest_lists_new_documents_once_a_day(self, client: Client, plans: Column, housing: Body) -> None:
        subscribe_confirmed(client)
        public(housing, [plans], title="新的办法", document_number="云建发〔2026〕3号")
        assert send_digests_and_mails(get_morning())["written"] == 1
        (message,) = mail.outbox
        assert "新的办法（云建发〔2026〕3号）" in message.body
        assert f"http://testserver/columns/{plans.pk}/" in message.body
        assert not any(send_digests_and_mails(get_morning() + timedelta(hours=2)).values())
        assert send_digests_and_mails(get_morning(2))["nothing"] == 1  # nothing new, nothing sent
        assert len(mail.outbox) == 1

    def test_documents_before_confirmation_are_not_listed(self, client: Client, plans: Column, housing: Body) -> None:
        public(housing, [plans], title="原有的办法")
        subscribe(client)
        client.post(find_link(mail.outbox[-1], "confirm"))
        mail.outbox.clear()
        assert send_digests_and_mails(get_morning())["nothing"] == 1

    @pytest.mark.parametrize("query", ["?column={p}&unit={h}", "?words=公积金"])
    def test_only_followed_documents_are_listed(
        self, query: str, client: Client, site: Website, plans: Column, special: Column, housing: Body
    ) -> None:
        subscribe_confirmed(client, query.format(p=special.pk, h=housing.pk))
        other = BodyFactory(name="云岭市水务局", parent=site.body)
        public(other, [plans], title="别的单位别的栏目")
        public(housing, [special], title="公积金提取办法")
        assert send_digests_and_mails(get_morning())["written"] == 1
        assert "公积金提取办法" in mail.outbox[0].body
        assert "别的单位" not in mail.outbox[0].body

    def test_refused_digest_is_sent_again_unchanged(
        self, client: Client, plans: Column, housing: Body, monkeypatch: Any
    ) -> None:
        subscribe_confirmed(client)
        public(housing, [plans], title="新的办法")
        tried: list[str] = []

        def refuse(*_: Any, name: str, **__: Any) -> None:
            tried.append(name)
            raise ChannelError("暂不接收")

        with monkeypatch.context() as patched:
            patched.setattr("gongkai.core.outbox.channels.send_plain_mail", refuse)
            send_digests_and_mails(get_morning())
        public(housing, [plans], title="后来的办法")
        assert not any(send_digests_and_mails(get_morning() + timedelta(seconds=20)).values())
        send_due(get_morning() + timedelta(minutes=6))
        (message,) = mail.outbox
        assert message.extra_headers["Message-ID"].startswith(f"<{tried[0]}@")
        assert "后来的办法" not in message.body

    def test_two_concurrent_runs_write_one_digest(self, client: Client, plans: Column, housing: Body) -> None:
        subscribe_confirmed(client)
        public(housing, [plans])
        first, second = (digests._list_due_subscribers(get_morning()) for _ in range(2))
        (tree,) = digests.load_sites()
        upto = get_morning() - digests.SETTLING_PERIOD
        assert digests._write_digest_once(first[0], tree, upto) == "written"
        assert digests._write_digest_once(second[0], tree, upto) == ""
        assert Letter.objects.filter(key__startswith="digest/").count() == 1

    def test_address_that_bounces_is_unsubscribed(
        self, client: Client, plans: Column, housing: Body, monkeypatch: Any
    ) -> None:
        subscribe_confirmed(client)
        public(housing, [plans])

        def refuse(*_: Any, **__: Any) -> None:
            raise AddressRefused("没有这个地址")

        monkeypatch.setattr("gongkai.core.outbox.channels.send_plain_mail", refuse)
        send_digests_and_mails(get_morning())
        assert Letter.objects.get(key__startswith="digest/").state == "bounced"
        assert not Subscriber.objects.exists()

    def test_unsubscribed_reader_gets_no_pending_digest(self, client: Client, plans: Column, housing: Body) -> None:
        subscriber = subscribe_confirmed(client)
        public(housing, [plans])
        send_digests(get_morning())
        portal_actions.unsubscribe(subscriber, by=ANONYMOUS)
        assert send_due(get_morning())["dropped"] == 1
        assert not mail.outbox

    def test_unconfirmed_subscription_is_deleted(self, client: Client, site: Website) -> None:
        subscribe(client)
        assert send_digests(timezone.now() + timedelta(days=3))["forgotten"] == 1
        assert not Subscriber.objects.exists()


class TestLeaving:
    def test_one_of_several_subscriptions_is_removed(self, client: Client, site: Website) -> None:
        subscriber = subscribe_confirmed(client)
        second = Subscription.objects.create(subscriber=subscriber, scope="words", value="公积金")
        portal_actions.unsubscribe(subscriber, by=ANONYMOUS, subscription=second)
        assert Subscriber.objects.get().subscriptions.count() == 1


TITLE = "关于公布云岭市二〇二六年度保障性租赁住房项目清单及申请条件、办理流程、受理窗口和监督电话的通告（第十二批）"


@pytest.fixture
def smtp_server(settings: Any) -> Iterator[Mailbox]:
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


def get_next_nine() -> datetime:
    return (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=0)


def test_received_digest(smtp_server: Mailbox, reader: Subscriber, plans: Column) -> None:
    assert send_digests(get_next_nine())["written"] == 1
    assert send_due(get_next_nine())["sent"] == 1
    (message,), (raw,) = smtp_server.messages, smtp_server.raw
    assert smtp_server.envelopes == [("<noreply@yunling.gov.cn>", ["<reader@example.cn>"])]
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


def test_one_click_unsubscription_by_mail_program(smtp_server: Mailbox, reader: Subscriber) -> None:
    """RFC 8058: the mail program posts one line, without cookies and without loading the page."""
    send_digests(get_next_nine())
    send_due(get_next_nine())
    path = smtp_server.messages[0]["List-Unsubscribe"].strip(" <>").removeprefix("http://testserver")
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert Subscriber.objects.exists(), "a scanner that only looks changes nothing"
    answer = program.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not Subscriber.objects.exists()
