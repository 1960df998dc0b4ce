"""Mail of what is new: double opt-in, only what is for all, one digest a day, nothing for nothing, left with one click."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from factories.publishing import item, public, signed
from factories.units import BodyFactory, actor
from gongkai.acts.models import Movement, MovementWords
from gongkai.portal import actions as portal_actions
from gongkai.portal.models import Subscriber, Subscription
from gongkai.portal.subscribing import digests, tokens
from gongkai.portal.subscribing.digests import send_digests
from gongkai.publishing import actions
from gongkai.publishing.models import Column, Website
from gongkai.units.actors import ANONYMOUS
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db
ADDRESS = "reader@example.cn"


def ask(client: Client, query: str = "", **more: Any) -> Any:
    """Fill in the form as a person does, a few seconds after it was shown."""
    page = client.get(f"/subscribe/{query}").content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page))
    scope = re.search(r'<option value="(\w+)" selected', page)
    data = {**fields, "email": ADDRESS, "scope": scope[1] if scope else "site", "words": "", **more}
    if 'name="words" value="' in page:
        data["words"] = more.get("words") or re.search(r'name="words" value="([^"]*)"', page)[1]  # type: ignore[index]
    with time_machine.travel(timezone.now() + timedelta(seconds=8)):
        return client.post("/subscribe/", data)


def link(message: Any, kind: str) -> str:
    return re.search(rf"https?://[^/]+(/subscribe/{kind}/\S+)", message.body)[1]  # type: ignore[index]


def confirmed(client: Client, query: str = "", **more: Any) -> Subscriber:
    assert ask(client, query, **more).status_code == 302
    client.post(link(mail.outbox[-1], "confirm"))
    subscription = Subscription.objects.get(confirmed_at__isnull=False)
    mail.outbox.clear()
    # As if confirmed an hour ago, so that what a test publishes is news.
    ago = timezone.now() - timedelta(hours=1)
    Subscription.objects.update(confirmed_at=ago)
    Subscriber.objects.update(seen_at=ago)
    return subscription.subscriber


def morning(days: int = 1) -> datetime:
    local = timezone.localtime() + timedelta(days=days)
    return local.replace(hour=9, minute=0, second=0, microsecond=0)


class TestAsking:
    def test_only_what_was_confirmed_from_the_address_counts(self, client: Client, site: Website) -> None:
        response = ask(client)
        assert response["Location"] == "/subscribe/sent/"
        (message,) = mail.outbox
        assert message.to == [ADDRESS]
        assert not Subscription.objects.filter(confirmed_at__isnull=False).exists()
        page = link(message, "confirm")
        assert "确认订阅" in client.get(page).content.decode()
        assert not Subscription.objects.filter(confirmed_at__isnull=False).exists()  # a scanner only looks
        assert "订阅已生效" in client.post(page).content.decode()
        assert Subscription.objects.filter(confirmed_at__isnull=False).count() == 1

    def test_a_column_a_unit_words(self, client: Client, plans: Column, housing: Body) -> None:
        for query, scope, value in (
            (f"?column={plans.pk}", "column", str(plans.pk)),
            (f"?unit={housing.pk}", "unit", str(housing.pk)),
            ("?words=公积金", "words", "公积金"),
        ):
            assert ask(client, query).status_code == 302
            assert Subscription.objects.filter(scope=scope, value=value).exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"email": "no address"},
            {"email": ""},
            {"website": "https://spam.example"},
            {"shown": "forged"},
            {"shown": ""},
            {"scope": "words", "words": "x"},
            {"scope": "column", "value": "999999"},
            {"scope": "nothing"},
        ],
    )
    def test_what_is_refused_says_why_and_sends_nothing(
        self, wrong: dict[str, str], client: Client, site: Website
    ) -> None:
        response = ask(client, **wrong)
        assert response.status_code == 422
        assert 'role="alert"' in response.content.decode()
        assert not mail.outbox
        assert not Subscriber.objects.exists()

    def test_a_form_that_comes_back_at_once_was_a_machine(self, client: Client, site: Website) -> None:
        data = {"email": ADDRESS, "scope": "site", "shown": tokens.form_token()}
        assert client.post("/subscribe/", data).status_code == 422
        assert not mail.outbox

    def test_nobody_fills_a_strangers_box(self, client: Client, site: Website) -> None:
        for n in range(6):
            response = ask(client, f"?words=关键词{n}")
            assert response["Location"] == "/subscribe/sent/"  # the same answer, whatever happens
        assert len(mail.outbox) == portal_actions.MOST_A_DAY

    def test_a_flood_is_stopped_for_all(self, client: Client, site: Website, monkeypatch: Any) -> None:
        monkeypatch.setattr(portal_actions, "MOST_AN_HOUR", 2)
        for n in range(2):
            ask(client, email=f"r{n}@example.cn")
        response = ask(client, email="r9@example.cn")
        assert response.status_code == 422
        assert "一小时后再试" in response.content.decode()

    def test_asking_again_tells_nothing_of_what_is_known(self, client: Client, site: Website) -> None:
        confirmed(client)
        assert ask(client)["Location"] == "/subscribe/sent/"
        assert not mail.outbox

    def test_the_log_knows_no_address(self, client: Client, site: Website) -> None:
        confirmed(client)
        written = str(list(Movement.objects.values())) + str(list(MovementWords.objects.values()))
        assert ADDRESS not in written
        assert Movement.objects.filter(action="portal.confirm_subscription").exists()

    @pytest.mark.parametrize("path", ["confirm/x/", "confirm/1.1~forged/", "leave/x/"])
    def test_a_token_that_is_none(self, path: str, client: Client, site: Website) -> None:
        assert client.get(f"/subscribe/{path}").status_code in {200, 404}
        assert not Subscriber.objects.exists()


class TestDigest:
    def test_what_is_new_once_a_day(self, client: Client, plans: Column, housing: Body) -> None:
        confirmed(client)
        public(housing, [plans], title="新的办法", document_number="云建发〔2026〕3号")
        assert send_digests(morning())["sent"] == 1
        (message,) = mail.outbox
        assert "新的办法（云建发〔2026〕3号）" in message.body
        assert f"http://testserver/columns/{plans.pk}/" in message.body
        assert send_digests(morning() + timedelta(hours=2)) == {
            "sent": 0,
            "nothing": 0,
            "retried": 0,
            "forgotten": 0,
        }
        assert send_digests(morning(2))["nothing"] == 1  # nothing new, nothing sent
        assert len(mail.outbox) == 1

    def test_what_was_there_before_is_no_news(self, client: Client, plans: Column, housing: Body) -> None:
        public(housing, [plans], title="原有的办法")
        ask(client)
        client.post(link(mail.outbox[-1], "confirm"))
        mail.outbox.clear()
        assert send_digests(morning())["nothing"] == 1

    @pytest.mark.parametrize(
        ("query", "told"), [("?column={p}", True), ("?unit={h}", True), ("?words=公积金", True)]
    )
    def test_only_what_is_followed(
        self,
        query: str,
        told: bool,
        client: Client,
        site: Website,
        plans: Column,
        special: Column,
        housing: Body,
    ) -> None:
        confirmed(client, query.format(p=special.pk, h=housing.pk))
        other = BodyFactory(name="云岭市水务局", parent=site.body)
        public(other, [plans], title="别的单位别的栏目")
        public(housing, [special], title="公积金提取办法")
        assert send_digests(morning())["sent"] == 1
        assert "公积金提取办法" in mail.outbox[0].body
        assert "别的单位" not in mail.outbox[0].body

    def test_never_what_is_limited_scheduled_withdrawn_or_a_draft(
        self, client: Client, site: Website, plans: Column, housing: Body
    ) -> None:
        confirmed(client)
        water = BodyFactory(name="云岭市水务局", parent=site.body)
        signed(
            item(housing, [plans], title="限定", manner="limited", circle=[water.pk], manner_reason="少数")
        )
        signed(item(housing, [plans], title="定时"), visible_from=timezone.now() + timedelta(days=9))
        item(housing, [plans], title="草稿")
        gone = public(housing, [plans], title="撤回")
        actions.withdraw(gone, by=actor(Role.SIGNER, housing), reason="有误")
        assert send_digests(morning())["nothing"] == 1
        assert not mail.outbox

    def test_a_server_that_does_not_take_it_gets_the_same_mail_again(
        self, client: Client, plans: Column, housing: Body, monkeypatch: Any
    ) -> None:
        confirmed(client)
        public(housing, [plans], title="新的办法")
        tried: list[str] = []

        def refuse(*args: Any) -> bool:
            tried.append(args[2])
            return False

        with monkeypatch.context() as patched:
            patched.setattr(digests, "send_digest", refuse)
            assert send_digests(morning())["retried"] == 1
        public(housing, [plans], title="后来的办法")
        assert send_digests(morning() + timedelta(minutes=1)) == dict.fromkeys(
            ("sent", "nothing", "retried", "forgotten"), 0
        )
        seen: list[str] = []
        real = digests.send_digest
        monkeypatch.setattr(digests, "send_digest", lambda *a: seen.append(a[2]) or real(*a))
        assert send_digests(morning() + timedelta(minutes=6))["sent"] == 1
        assert seen == tried  # the same Message-ID: a server that took it after all drops the second

    def test_two_runs_at_once_send_one(self, client: Client, plans: Column, housing: Body) -> None:
        subscriber = confirmed(client)
        public(housing, [plans])
        subscriber.refresh_from_db()
        assert digests._claim(subscriber, morning())
        subscriber.refresh_from_db()
        stale = Subscriber.objects.get(pk=subscriber.pk)
        stale.attempts, stale.upto = 0, None
        assert not digests._claim(stale, morning())

    def test_what_was_never_confirmed_is_forgotten(self, client: Client, site: Website) -> None:
        ask(client)
        assert send_digests(timezone.now() + timedelta(days=3))["forgotten"] == 1
        assert not Subscriber.objects.exists()


class TestLeaving:
    def test_with_one_click_of_the_mail_program(self, client: Client, plans: Column, housing: Body) -> None:
        confirmed(client)
        public(housing, [plans])
        send_digests(morning())
        headers = mail.outbox[0].extra_headers
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        path = re.search(r"<https?://[^/]+(/.*)>", headers["List-Unsubscribe"])[1]  # type: ignore[index]
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert not Subscriber.objects.exists()
        assert "已退订" in client.get(path).content.decode()

    def test_looking_at_the_page_takes_nobody_out(self, client: Client, site: Website) -> None:
        subscriber = confirmed(client)
        assert (
            "退订后不再发邮件"
            in client.get(f"/subscribe/leave/{tokens.leave_token(subscriber)}/").content.decode()
        )
        assert Subscriber.objects.exists()

    def test_one_of_several(self, client: Client, site: Website) -> None:
        subscriber = confirmed(client)
        second = Subscription.objects.create(subscriber=subscriber, scope="words", value="公积金")
        portal_actions.unsubscribe(subscriber, by=ANONYMOUS, subscription=second)
        assert Subscriber.objects.get().subscriptions.count() == 1
