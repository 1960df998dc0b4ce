"""Guarantees: protection of personal data, and atomic decisions."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factories.intake import look_up
from factories.requests import add_applicant, do, register, staff
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Website
from gongkai.core.acts import action
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.intake.actions import reveal_party
from gongkai.core.intake.jobs import erase_due
from gongkai.core.intake.models import Party, QueryCode
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Letter as Mail
from gongkai.core.units.models import Role
from gongkai.work.requests.models import Decision, Letter, Request, SecrecyReview
from gongkai.work.requests.queries.statistics import ReportPeriod, compute_statistics, compute_table3

pytestmark = pytest.mark.django_db
R = date(2024, 1, 2)
CODE, NUMBER = "2026000000000017", "110101199003077475"
SECRETS = ("李晓云", NUMBER, "13800138000", "li@example.cn", "文昌路1号")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2024-01-10 10:00+08:00", tick=False) as moved:
        yield moved


@pytest.fixture
def entry(site: Website) -> Entry:
    made = register(BodyFactory(name="云岭市档案局", parent=site.body), R, wanted="市档案局2023年度会议费支出明细")
    return add_applicant(
        made, CODE, email="li@example.cn", address="云岭市文昌路1号", id_kind="id_card", id_number=NUMBER
    )


@pytest.mark.parametrize("verb", ["", "ask_correction", "ask_third_party", "decide", "withdraw"])
def test_status_page_reveals_nothing_of_applicant(client: Client, entry: Entry, verb: str) -> None:
    facts: dict[str, dict[str, Any]] = {
        "ask_correction": {"items": "请写明支出的科目", "days": 10},
        "ask_third_party": {"who": "宏达会展公司"},
        "decide": {"result": "3.3.5", "ground": "李晓云申请的是内部事务信息"},
    }
    if verb:
        do(entry, verb, **facts.get(verb, {}))
    page = look_up(client, CODE, "7475").content.decode()
    assert entry.number in page
    for secret in (*SECRETS, "宏达"):
        assert secret not in page
    assert "会议费" in page
    QueryCode.objects.update(second_digest="")  # whoever has the code alone may be anybody
    assert "会议费" not in look_up(client, CODE, "").content.decode()


def test_log_and_supervisors_page_contain_nothing_of_applicant(entry: Entry) -> None:
    do(entry, "decide", result="3.1")
    said = " ".join(f"{one.words} {one.facts}" for one in read_stream(entry.stream))
    chief = signed_in(Role.CHIEF, entry.body.parent).get(f"/admin/ledger/{entry.pk}/").content.decode()
    for secret in SECRETS:
        assert secret not in said + chief


def test_each_view_of_identity_document_is_logged_and_denied_to_others(entry: Entry) -> None:
    party = Party.objects.get()
    assert NUMBER not in str(Party.objects.values().get())
    clear = reveal_party(party, by=staff(entry.body), part="identity")
    assert NUMBER in clear.values()
    last = list(read_stream(party.stream))[-1]
    assert (last.action, last.facts["part"]) == ("intake.reveal_party", "identity")
    assert NUMBER not in str(last.facts)
    with pytest.raises(Refused):
        reveal_party(party, by=actor(Role.CLERK, BodyFactory()), part="identity")


def test_after_retention_figures_stay_and_applicant_is_erased(entry: Entry, clock: Any) -> None:
    do(entry, "decide", result="3.1", told="告知查询地址")
    before = (
        compute_table3(Request.objects.all(), ReportPeriod.of(2024)),
        compute_statistics(Request.objects.all()).whole,
    )
    clock.move_to(timezone.now() + timedelta(days=400))
    erase_due()
    party = Party.objects.get()
    assert party.erased_at
    assert not party.id_number
    request = Request.objects.get()
    assert "会议费" not in request.wanted.reveal() + Entry.objects.get(pk=entry.pk).title
    letter = Letter.objects.get()
    assert not letter.key
    client, address = signed_in(Role.CLERK, entry.body), f"/admin/requests/letters/{letter.pk}/"
    shown = client.get(f"/admin/ledger/{entry.pk}/").content.decode()
    assert address not in shown
    assert "已按规定清除" in shown
    assert client.get(address).url == f"/admin/ledger/{entry.pk}/", "with the reason, as its number stays listed"
    assert (
        compute_table3(Request.objects.all(), ReportPeriod.of(2024)),
        compute_statistics(Request.objects.all()).whole,
    ) == before


@pytest.mark.parametrize("where", ["append_record", "inform_followers"])
def test_kill_between_decision_and_letter_leaves_both_or_neither(
    entry: Entry, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Killed after the letter was made, while the log or the messages are written."""

    def killed(*_: object, **__: object) -> None:
        assert Decision.objects.count() == Letter.objects.count() == 1
        raise SystemExit

    do(entry, "review_secrecy", verdict="publish", opinion="复印件3页，不涉及国家秘密")
    with monkeypatch.context() as patched:
        patched.setattr(action, where, killed)
        with pytest.raises(SystemExit):
            do(entry, "decide", result="3.1")
    assert not Decision.objects.exists()
    assert not Letter.objects.exists()
    assert Entry.objects.get(pk=entry.pk).closed_at is None
    do(entry, "decide", result="3.1")
    assert Decision.objects.count() == Letter.objects.count() == 1
    assert Letter.objects.get().number.endswith("1号")
    assert SecrecyReview.objects.count() == 1  # the one before


def test_applicant_is_notified_of_each_letter_without_its_content(entry: Entry) -> None:
    do(entry, "ask_correction", items="请写明支出的科目", days=10)
    do(entry, "take_correction", wanted="市档案局2023年度会议费支出明细")
    do(entry, "ask_third_party", who="宏达会展公司")
    told = Mail.objects.order_by("pk")
    assert [one.subject for one in told] == [f"政府信息公开申请补正告知书：{entry.number}"]
    text = told[0].body.reveal()
    assert "逾期不补正" in text
    assert "凭查询码查看" in text
    assert not [secret for secret in (*SECRETS, "会议费", "科目") if secret in text]
