"""Notification channels configured in the office, from an empty list to a delivered message."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.service import Service, run_service
from factories.units import AppointmentFactory, BodyFactory, signed_in
from gongkai.core.acts.action import Notification, Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.outbox.channels import OutsideContact, channels, sms_channel
from gongkai.core.outbox.gateways import actions, channel
from gongkai.core.outbox.gateways.channel import decrypt_secrets, end_of_quiet_hours
from gongkai.core.outbox.gateways.kinds import GATEWAY_KINDS
from gongkai.core.outbox.gateways.senders import base
from gongkai.core.outbox.jobs import send_due
from gongkai.core.outbox.models import Gateway, GatewayKind, Letter, Message, MessageState
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.models import Body, BodyKind, Role

pytestmark = pytest.mark.django_db
OK = {"errcode": 0, "code": "0", "id": "m-1"}


@pytest.fixture(autouse=True)
def _permit_local_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Permit the local test servers as approved services of the internal network."""
    monkeypatch.setattr(base, "get_permitted_internal_hosts", lambda: {f"127.0.0.1:{port}" for port in range(1, 65536)})


@pytest.fixture(scope="module")
def one_service() -> Iterator[Service]:
    with run_service() as service:
        yield service


@pytest.fixture
def service(one_service: Service, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Service:
    one_service.answers, one_service.asked = {"*": (200, OK)}, []
    settings.GONGKAI_CHANNELS = {"screen": "gongkai.core.outbox.channels.InboxChannel"}
    monkeypatch.setattr(channel, "_known", channel._GatewayCache())
    monkeypatch.setattr(channel, "CACHE_REFRESH_SECONDS", 0)
    return one_service


@pytest.fixture
def town() -> Body:
    return BodyFactory(kind=BodyKind.GOVERNMENT)


def make_gateway(service: Service, body: Body, kind: str = GatewayKind.SMS, **facts: Any) -> Gateway:
    """Make a gateway that was tested and switched on."""
    row = actions.add_gateway(body, by=SYSTEM, kind=kind, name="渠道")
    terms = {term.name: term.first for term in GATEWAY_KINDS[kind].terms if not term.secret}
    terms |= {"address": service.url("/sms"), "id_path": "id", "receipt_id": "id", "receipt_state": "state"}
    given = {"hook": service.url("/hook?key=K1"), "secret": "S3CRET"}
    facts = {"terms": {**terms, "receipt_good": "DELIVRD"}, "given": given, "name": "渠道", **facts}
    actions.set_up_gateway(row, by=SYSTEM, **facts)
    actions.try_gateway(row, by=SYSTEM, number="13800138000")
    actions.switch_on_gateway(row, by=SYSTEM)
    service.asked.clear()
    return Gateway.objects.get(pk=row.pk)


def notify(*persons: Any, posts: Any = (), key: str = "k", **facts: Any) -> None:
    numbers = tuple(person.pk for person in persons)
    write_messages([Notification("任务明天到期", "正文", "/admin/x/", key, persons=numbers, posts=posts, **facts)])


def make_clerk(body: Body, mobile: str = "13800138000") -> Any:
    return AppointmentFactory(body=body, role=Role.CLERK, person__mobile=mobile).person


def test_gateway_is_set_up_on_its_pages_and_sends_a_message(service: Service, town: Body) -> None:
    admin = signed_in(Role.ADMINISTRATOR, town)
    page = admin.get(reverse("upkeep:channels"))
    assert "还没有添加渠道" in page.content.decode()
    made = admin.post(reverse("upkeep:channels_new"), {"body": town.pk, "kind": "sms", "name": "市政府短信"})
    row = Gateway.objects.get()
    assert made["Location"] == reverse("upkeep:channels_row", args=[row.pk])

    def act(slug: str, **data: str) -> Any:
        row.refresh_from_db()
        return admin.post(reverse("upkeep:channels_act", args=[row.pk, slug]), {"version": row.version, **data})

    act("switch-on-gateway")
    assert not Gateway.objects.get().active, "not before its test"
    form = admin.get(reverse("upkeep:channels_act", args=[row.pk, "set-up-gateway"])).content.decode()
    assert "接口地址" in form
    assert "也发给办事群众" in form
    data = {f"term_{term.name}": term.first for term in GATEWAY_KINDS["sms"].terms}
    data |= {"name": "市政府短信", "term_address": service.url("/sms"), "term_secret": "S3CRET", "urgent_only": "on"}
    assert act("set-up-gateway", **{**data, "term_address": "sms.example"}).status_code == 200
    assert act("set-up-gateway", **data).status_code == 302
    service.answers["*"] = (200, {"code": "401", "message": "signature of 13800138000 wrong"})
    act("try-gateway", number="13800138000")
    shown = admin.get(reverse("upkeep:channels_row", args=[row.pk])).content.decode()
    assert "对方答复 401（signature of *** wrong）" in shown
    assert "S3CRET" not in shown + form
    service.answers["*"] = (200, OK)
    act("try-gateway", number="13800138000")
    assert act("switch-on-gateway").status_code == 302
    person = make_clerk(town)
    notify(person, urgent=True)
    assert send_due()["sent"] == 1
    assert service.asked[-1].json == {"mobile": "13800138000", "content": "任务明天到期"}
    shown = admin.get(reverse("upkeep:channels_row", args=[row.pk])).content.decode()
    assert "发出1条" in shown
    assert "已启用" in shown


def test_group_robot_is_tested_and_switched_on(service: Service, town: Body) -> None:
    row = actions.add_gateway(town, by=SYSTEM, kind=GatewayKind.WECOM_GROUP, name="工作群")
    admin = signed_in(Role.ADMINISTRATOR, town)
    page = reverse("upkeep:channels_row", args=[row.pk])
    assert "发测试消息" not in admin.get(page).content.decode()
    actions.set_up_gateway(row, by=SYSTEM, terms={}, given={"hook": service.url("/hook?key=K")}, name="工作群")
    assert reverse("upkeep:channels_act", args=[row.pk, "try-gateway"]) in admin.get(page).content.decode()


def test_secrets_are_encrypted_and_kept_if_left_empty(service: Service, town: Body) -> None:
    row = make_gateway(service, town)
    stored = Gateway.objects.filter(pk=row.pk).values_list("secrets", "terms").get()
    assert "S3CRET" not in f"{stored[0].token}{stored[1]}"
    actions.set_up_gateway(row, by=SYSTEM, terms=row.terms, given={}, name="新名")
    row.refresh_from_db()
    assert decrypt_secrets(row)["secret"] == "S3CRET"
    assert row.active, "nothing that it speaks by has changed"
    actions.set_up_gateway(row, by=SYSTEM, terms=row.terms, given={"secret": "other"}, name="新名")
    row.refresh_from_db()
    assert (row.active, row.works) == (False, False), "a new secret is tested anew"
    with pytest.raises(Refused, match="测试消息"):
        actions.switch_on_gateway(row, by=SYSTEM)
    with pytest.raises(Refused, match="接口地址"):
        actions.set_up_gateway(row, by=SYSTEM, terms={}, given={}, name="新名")


@pytest.mark.parametrize("role", [Role.CHIEF, Role.CLERK, Role.LEAD])
def test_other_roles_cannot_see_or_change_gateways(service: Service, town: Body, role: Role) -> None:
    row = make_gateway(service, town)
    other: Client = signed_in(role, town)
    assert other.get(reverse("upkeep:channels_row", args=[row.pk])).status_code == 404
    assert other.post(reverse("upkeep:channels_act", args=[row.pk, "switch-off-gateway"])).status_code == 404
    assert other.get(reverse("upkeep:channels_new")).status_code == 403


def test_gateway_is_used_by_unit_and_urgency(service: Service, town: Body) -> None:
    unit = BodyFactory(parent=town, kind=BodyKind.DEPARTMENT)
    row = make_gateway(service, unit)
    inside, outside, without = make_clerk(unit), make_clerk(town), make_clerk(unit, "")
    for person in (inside, outside, without):
        notify(person, key=f"u{person.pk}", urgent=True)
        notify(person, key=f"n{person.pk}")
    assert list(Message.objects.filter(channel=row.channel).values_list("person", "key")) == [
        (inside.pk, f"u{inside.pk}")
    ]
    actions.switch_off_gateway(row, by=SYSTEM)
    assert channels().keys() == {"screen"}
    assert Message.objects.get(channel=row.channel).error == "渠道已停用"


def test_group_gets_a_message_once_and_no_personal_ones(service: Service, town: Body) -> None:
    row = make_gateway(service, town, GatewayKind.WECOM_GROUP, urgent_only=False)
    one, two = make_clerk(town, "13800138001"), make_clerk(town, "13800138002")
    notify(one, key="own")
    notify(key="all", posts=((Role.CLERK, town.pk),))
    assert send_due()["sent"] == 2
    (asked,) = service.asked
    assert asked.json["text"]["content"].startswith("任务明天到期\n办理：http")
    assert sorted(asked.json["text"]["mentioned_mobile_list"]) == [one.mobile, two.mobile]
    assert Message.objects.filter(channel=row.channel, state=MessageState.SENT).count() == 2


def test_personal_data_in_a_subject_is_masked(service: Service, town: Body) -> None:
    make_gateway(service, town)
    subject = "联系人电话13912345678，请回复"
    write_messages([Notification(subject, "", "", "p", persons=(make_clerk(town).pk,), urgent=True)])
    send_due()
    assert "13912345678" not in service.asked[0].json["content"]


@pytest.mark.parametrize(
    ("clock", "begins", "ends", "until"),
    [
        ("21:59", "22:00", "07:00", None),
        ("22:00", "22:00", "07:00", "2026-11-21 07:00"),
        ("03:00", "22:00", "07:00", "2026-11-20 07:00"),
        ("07:00", "22:00", "07:00", None),
        ("12:30", "12:00", "14:00", "2026-11-20 14:00"),
        ("12:30", "12:00", "12:00", None),
        ("12:30", None, None, None),
    ],
)
def test_end_of_quiet_hours(clock: str, begins: str | None, ends: str | None, until: str | None) -> None:
    now = datetime.fromisoformat(f"2026-11-20 {clock}")
    said = end_of_quiet_hours(now, *(time.fromisoformat(at) if at else None for at in (begins, ends)))
    assert said == (datetime.fromisoformat(until) if until else None)


def test_quiet_hours_do_not_count_as_attempts(service: Service, town: Body) -> None:
    row = make_gateway(service, town, quiet_from=time(22), quiet_until=time(7))
    notify(make_clerk(town), urgent=True)
    night = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 23:00 here
    assert send_due(night)["held"] == 1
    message = Message.objects.get(channel=row.channel)
    assert (message.attempts, message.retry_at) == (0, datetime(2026, 11, 20, 23, 0, tzinfo=UTC))
    assert send_due(night + timedelta(hours=1))["sent"] == 0
    assert send_due(night + timedelta(hours=9))["sent"] == 1
    actions.set_up_gateway(
        row, by=SYSTEM, terms=row.terms, given={}, name="x", quiet_from=time(22), quiet_until=time(7), quiet_urgent=True
    )
    notify(make_clerk(town, "13800138009"), key="k2", urgent=True)
    assert send_due(night)["sent"] == 1


def test_failed_delivery_is_shown_and_retried(service: Service, town: Body) -> None:
    row = make_gateway(service, town)
    notify(make_clerk(town), urgent=True)
    service.answers["*"] = (503, b"busy")
    assert send_due()["retried"] == 1
    page = signed_in(Role.ADMINISTRATOR, town).get(reverse("upkeep:channels_row", args=[row.pk]))
    assert "对方答复 503：对方出了故障，稍后再发" in page.content.decode()
    service.answers["*"] = (200, OK)
    assert send_due(timezone.now() + timedelta(hours=1))["sent"] == 1


class TestReceipts:
    def sent(self, service: Service, town: Body) -> tuple[Gateway, str]:
        row = make_gateway(service, town)
        notify(make_clerk(town), urgent=True)
        assert send_due()["sent"] == 1
        assert Message.objects.get(channel=row.channel).reference == "m-1"
        return row, reverse("outbox_receipts", args=[row.pk, decrypt_secrets(row)[actions.RECEIPT_SETTING_KEY]])

    @pytest.mark.parametrize(
        ("body", "kind", "state"),
        [
            ('[{"id": "m-1", "state": "DELIVRD"}]', "application/json", MessageState.SENT),
            ("id=m-1&state=UNDELIV", "application/x-www-form-urlencoded", MessageState.BOUNCED),
            ('[{"id": "other", "state": "UNDELIV"}]', "application/json", None),
            ("rubbish\x00", "text/plain", None),
            ("[" * 5000, "application/json", None),
        ],
    )
    def test_receipt_updates_the_message_state(
        self, service: Service, town: Body, body: str, kind: str, state: str | None
    ) -> None:
        row, address = self.sent(service, town)
        answer = Client(enforce_csrf_checks=True).post(address, body, content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (200, 0)
        message = Message.objects.get(channel=row.channel)
        assert message.state == (state or MessageState.SENT)
        assert bool(message.arrived_at) is (state == MessageState.SENT)

    @pytest.mark.parametrize(
        ("good", "state", "arrived"),
        [
            ("", MessageState.SENT, False),
            ("0, DELIVRD", MessageState.SENT, True),
            ("0；1", MessageState.BOUNCED, False),
        ],
    )
    def test_results_of_receipts_are_read_as_a_list_and_unknown_without_one(
        self, service: Service, town: Body, good: str, state: str, arrived: bool
    ) -> None:
        row, address = self.sent(service, town)
        Gateway.objects.update(terms={**row.terms, "receipt_good": good})
        Client().post(address, {"id": "m-1", "state": "DELIVRD"}, content_type="application/json")
        message = Message.objects.get(channel=row.channel)
        assert (message.state, message.arrived_at is not None) == (state, arrived)

    def test_receipt_needs_the_secret_url(self, service: Service, town: Body) -> None:
        row, _ = self.sent(service, town)
        for pk, token in ((row.pk, "guess"), (row.pk + 1, "guess"), (row.pk, "密")):
            url = reverse("outbox_receipts", args=[pk, token])
            assert Client().post(url, {"id": "m-1", "state": "X"}).status_code == 404
        assert Message.objects.get(channel=row.channel).state == MessageState.SENT


def test_gateway_serves_people_outside_only_if_allowed(
    service: Service, town: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai.core.outbox.outbox import CONTACT_FINDERS

    monkeypatch.setitem(CONTACT_FINDERS, "who", lambda number: OutsideContact(mobile="13700137000"))
    row = make_gateway(service, town)
    assert sms_channel() is None
    write_messages([Notification("您的咨询已答复", "正文", "", "a", outside=("who/1",))])
    assert not Letter.objects.exists()
    actions.set_up_gateway(row, by=SYSTEM, terms={**row.terms, "sign": "云岭"}, given={}, name="x", outside=True)
    actions.try_gateway(row, by=SYSTEM, number="1")
    actions.switch_on_gateway(row, by=SYSTEM)
    write_messages([Notification("您的咨询已答复", "正文", "", "b", outside=("who/1",))])
    assert send_due()["sent"] == 1
    assert service.asked[-1].json == {"mobile": "13700137000", "content": "【云岭】您的咨询已答复"}
    gateway = sms_channel()
    assert gateway is not None
    gateway.submit_code("13700137000", "123456", "【云岭市政府】验证码123456，请勿告诉他人。")
    assert service.asked[-1].json["content"] == "【云岭】验证码123456，请勿告诉他人。"


def test_gateway_is_removed_with_its_secrets(service: Service, town: Body) -> None:
    row = make_gateway(service, town)
    with pytest.raises(Refused, match="停用"):
        actions.remove_gateway(row, by=SYSTEM)
    actions.switch_off_gateway(row, by=SYSTEM)
    actions.remove_gateway(row, by=SYSTEM)
    assert not Gateway.objects.exists()


def test_channels_need_no_query_while_cached(
    service: Service, town: Body, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(channel, "CACHE_REFRESH_SECONDS", 60)
    make_gateway(service, town)
    assert "gate" in "".join(channels())
    with django_assert_num_queries(0):
        channels()
