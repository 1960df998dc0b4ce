"""New media accounts from filing to closing, screening, spreadsheet, and automatic findings."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from factories.publishing import website
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets.actions import apply, undo, upload_for_dry_run
from gongkai.core.units.models import Person, Role
from gongkai.work.newmedia import actions, jobs, queries
from gongkai.work.newmedia.account_checks import (
    find_account_problems,
    get_account_light,
    get_column_light,
    is_stale,
    is_unit_shown_in_name,
)
from gongkai.work.newmedia.account_sheet import ACCOUNT_IMPORTER, ACCOUNT_SHEET
from gongkai.work.newmedia.forms import CHANGE_COLUMN_ACT
from gongkai.work.newmedia.models import Account, AccountColumn, AccountProblem, AccountState, Filing, Screening

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("name", "units", "shows"),
    [
        ("云岭教育", ["云岭市教育局", "市教育局"], True),
        ("云岭发布", ["云岭市住房和城乡建设局", "云岭市人民政府"], True),
        ("青春加油站", ["云岭市教育局"], False),
        ("政务发布", ["云岭市人民政府办公室"], False),
    ],
)
def test_name_must_show_the_unit(name: str, units: list[str], shows: bool) -> None:
    assert is_unit_shown_in_name(name, units) is shows


@pytest.mark.parametrize(
    ("idle", "leader", "state", "light"),
    [
        (3, 1, "open", "green"),
        (12, 1, "open", "yellow"),
        (14, 1, "open", "yellow"),
        (15, 1, "open", "red"),
        (None, 1, "open", "red"),
        (1, None, "open", "red"),
        (40, 1, "closed", "grey"),
        (None, 1, "filing", "blue"),
    ],
)
def test_light_depends_on_state_update_and_leader(idle: int | None, leader: int | None, state: str, light: str) -> None:
    updated = None if idle is None else TODAY - timedelta(days=idle)
    account = Account(state=state, updated_on=updated, leader_id=leader)
    assert get_account_light(account, TODAY) == light
    assert is_stale(account, TODAY) == (state == "open" and (idle is None or idle > 14))


def test_account_problems_are_found() -> None:
    account = Account(state="open", updated_on=TODAY - timedelta(days=60), followers=80, keepers=0)
    named = {
        AccountProblem.STALE,
        AccountProblem.FUNDS,
        AccountProblem.KEEPER,
        AccountProblem.LEADER,
        AccountProblem.FOLLOWERS,
        AccountProblem.DOUBLE,
    }
    assert set(find_account_problems(account, TODAY, doubled=True)) == named
    good = Account(state="open", updated_on=TODAY, followers=9000, funds=3, keepers=1, keeper_id=1, leader_id=1)
    assert find_account_problems(good, TODAY, doubled=False) == []
    column = AccountColumn(opened=True, cycle_days=7, updated_on=TODAY - timedelta(days=8))
    assert get_column_light(column, TODAY) == "red"


@pytest.fixture(scope="module")
def kept(kept_rows: Callable[..., Iterator[SimpleNamespace]]) -> Iterator[SimpleNamespace]:
    def make() -> SimpleNamespace:
        above = BodyFactory(name="云州省人民政府", kind="government", level="province")
        city = BodyFactory(government=True, parent=above)
        education = BodyFactory(name="云岭市教育局", short_name="市教育局", parent=city)
        chief, clerk = actor(Role.CHIEF, city), actor(Role.CLERK, education)
        county = BodyFactory(name="青溪县人民政府", kind="government", level="county", parent=city)
        below = actor(Role.CHIEF, county)
        return SimpleNamespace(city=city, education=education, chief=chief, clerk=clerk, below=below)

    yield from kept_rows(make)


def filing_facts(town: SimpleNamespace, **more: Any) -> dict[str, Any]:
    leader = Person.objects.get(pk=town.clerk.person_id)
    given = {"platform": "wechat", "name": "云岭教育", "functions": ["publish"], "leader": leader, "reason": "便民"}
    return given | more


def open_account(town: SimpleNamespace, **more: Any) -> Account:
    filing: Filing = actions.file_account_opening(town.education, by=town.clerk, **filing_facts(town, **more))
    entry = actions.accept_filing(filing.entry, by=town.chief)
    actions.finish_filing(entry, by=town.clerk, on=timezone.localdate(), address="https://wx.example/jiaoyu")
    return Account.objects.get(pk=filing.account_id)


def test_account_from_opening_to_closing(client: Client, kept: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="责任领导"):
        actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept, leader=None))
    with pytest.raises(Refused, match="看不出主办单位"):
        actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept, name="青春加油站"))
    filing = actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept))
    assert filing.entry.due_at is not None
    assert filing.account.state == AccountState.FILING
    assert Message.objects.filter(person_id=kept.chief.person_id, subject__contains="开设备案").exists()
    assert not Message.objects.filter(person_id=kept.below.person_id).exists(), "a county decides about its own"
    with pytest.raises(Refused):
        actions.accept_filing(filing.entry, by=kept.clerk)
    entry = actions.return_filing(filing.entry, by=kept.chief, reason="请写明功能")
    entry = actions.resubmit_filing(entry, by=kept.clerk, reason="发布教育政策，互动答疑")
    entry = actions.accept_filing(entry, by=kept.chief)
    entry = actions.finish_filing(entry, by=kept.clerk, on=timezone.localdate(), address="https://wx.example/jiaoyu")
    done = Filing.objects.get(pk=filing.pk)
    assert not done.is_early
    done.done_on -= timedelta(days=1)
    assert done.is_early
    account = Account.objects.get(pk=filing.account_id)
    assert (account.state, account.opened_on) == (AccountState.OPEN, timezone.localdate())
    with pytest.raises(Refused, match="原则上只开设一个"):
        actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept, name="云岭教育二"))
    old = account.name
    change = actions.file_account_change(account, by=kept.clerk, reason="改名", name="云岭教育发布")
    assert (change.before, account.name) == ({"name": old}, old)
    assert f"{old}" in change.entry.title
    assert "改名为“云岭教育发布”" in change.entry.title
    with pytest.raises(Refused, match="还有备案"):
        actions.file_account_closing(account, by=kept.clerk, reason="整合", aftercare="公告")
    actions.accept_filing(change.entry, by=kept.chief)
    assert Account.objects.get(pk=account.pk).name == "云岭教育发布"
    with pytest.raises(Refused, match="善后"):
        actions.file_account_closing(account, by=kept.clerk, reason="整合", aftercare="")
    closing = actions.file_account_closing(account, by=kept.clerk, reason="整合", aftercare="置顶公告，存档")
    entry = actions.accept_filing(closing.entry, by=kept.chief)
    actions.finish_filing(entry, by=kept.clerk, on=timezone.localdate(), address="https://example.cn/gg")
    account.refresh_from_db()
    assert account.state == AccountState.CLOSED
    assert Entry.objects.filter(kind="account_filing", closed_at=None).count() == 0
    assert [one.state for one in queries.list_public_accounts(kept.city)] == ["closed"]
    website(body=kept.city)
    own, other = (client.get(f"/accounts/?platform={one}") for one in ("wechat", "weibo"))
    assert [account.name in page.content.decode() for page in (own, other)] == [True, False], (
        "closed ones filtered, too"
    )


def test_refused_or_withdrawn_filing_opens_nothing(kept: SimpleNamespace) -> None:
    refused = actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept))
    actions.refuse_filing(refused.entry, by=kept.chief, reason="已有统一账号")
    own = actions.file_account_opening(kept.education, by=kept.chief, **filing_facts(kept))
    with pytest.raises(Refused, match="不能自己同意"):
        actions.accept_filing(own.entry, by=kept.chief)
    actions.withdraw_filing(own.entry, by=kept.clerk, reason="另行提出")
    mended = actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept))
    returned = actions.return_filing(mended.entry, by=kept.chief, reason="请写明功能")
    once_more = actions.resubmit_filing(returned, by=kept.chief, reason="发布教育政策")
    with pytest.raises(Refused, match="不能自己同意"):
        actions.accept_filing(once_more, by=kept.chief)
    actions.withdraw_filing(once_more, by=kept.clerk, reason="另行提出")
    again = actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept))
    actions.withdraw_filing(again.entry, by=kept.clerk, reason="不再开设")
    accepted = actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept))
    entry = actions.accept_filing(accepted.entry, by=kept.chief)
    actions.withdraw_filing(entry, by=kept.clerk, reason="平台没有通过认证")
    assert set(Account.objects.values_list("state", flat=True)) == {AccountState.REFUSED}
    account = open_account(kept)
    closing = actions.file_account_closing(account, by=kept.clerk, reason="整合", aftercare="公告")
    actions.withdraw_filing(actions.accept_filing(closing.entry, by=kept.chief), by=kept.clerk, reason="继续办好")
    account.refresh_from_db()
    assert account.state == AccountState.OPEN


def test_account_columns_and_update_reminders(kept: SimpleNamespace) -> None:
    account = open_account(kept)
    column = actions.save_column(account, by=kept.clerk, name="政策速递", content="政策")
    with pytest.raises(Refused, match="责任人"):
        actions.open_column(column, by=kept.clerk)
    leader = Person.objects.get(pk=kept.clerk.person_id)
    column = actions.save_column(
        account, by=kept.clerk, name="政策速递", cycle_days=7, owner=kept.education, person=leader
    )
    actions.open_column(column, by=kept.clerk)
    column.refresh_from_db()
    with pytest.raises(Refused, match="已经开通"):
        actions.open_column(column, by=kept.clerk)
    form = CHANGE_COLUMN_ACT.form_class(AccountColumn)(by=kept.clerk, target=column)
    assert all(field.required for field in form.fields.values()), "an open column keeps them"
    today = timezone.localdate()
    assert get_column_light(column, today) == "green", "the cycle runs from the day it opened"
    assert get_column_light(column, today + timedelta(days=8)) == "red"
    long_ago = timezone.localdate() - timedelta(days=20)
    Account.objects.filter(pk=account.pk).update(opened_on=long_ago)
    actions.record_update(account, by=kept.clerk, on=long_ago, words="一期", column=column)
    assert jobs.send_update_reminders() == {"reminded": 1}
    assert jobs.send_update_reminders() == {"reminded": 0}, "the same stretch is told once"
    assert Movement.objects.filter(action="newmedia.remind_update").count() == 1
    assert Message.objects.filter(subject__contains="超期未更新").exists()


def test_screening_lists_accounts_and_orders_rectification(kept: SimpleNamespace) -> None:
    account, today = open_account(kept), timezone.localdate()
    Account.objects.filter(pk=account.pk).update(opened_on=today - timedelta(days=20))
    assert jobs.start_screenings() == {"opened": 1}
    assert jobs.start_screenings() == {"opened": 0}
    screening = Screening.objects.get()
    assert screening.body == kept.city, "the province above has nobody here who could decide"
    hit = screening.hits.get()
    assert {AccountProblem.STALE, AccountProblem.FUNDS} <= set(hit.reasons)
    with pytest.raises(Refused, match="政务公开办"):
        actions.open_screening(kept.city, by=kept.clerk)
    Account.objects.filter(pk=account.pk).update(leader=None)
    assert actions.open_screening(kept.city, by=kept.chief) == screening
    hit.refresh_from_db()
    assert AccountProblem.LEADER in hit.reasons, "a problem that is new in the same quarter is added"
    assert list(queries.filter_accounts_by_tab(Account.objects.all(), "leaderless", today)) == [account]
    with pytest.raises(Refused):
        actions.add_screening_hit(screening, by=kept.clerk, account=account, reasons=["idle"], words="只有一条内容")
    actions.add_screening_hit(screening, by=kept.chief, account=account, reasons=["idle"], words="只有一条内容")
    with pytest.raises(Refused):
        actions.decide_screening_hit(hit, by=kept.clerk, decision="close", words="关")
    AppointmentFactory(role=Role.REVIEWER, body=kept.education, person_id=kept.chief.person_id)
    with pytest.raises(Refused, match="不能决定本单位"):
        actions.decide_screening_hit(hit, by=kept.chief, decision="keep", words="运行正常")
    assert list(queries.list_addable_accounts(screening)) == [account]
    head = actor(Role.LEAD, kept.city)
    assert {*queries.visible_to(head)} == {account}, "the head of the government opens what its screening lists"
    filing = account.filings.get().entry
    pages = [
        signed_in(role, body).get(f"/admin/newmedia/accounts/{account.pk}/").content.decode()
        for role, body in ((Role.LEAD, kept.city), (Role.CLERK, kept.education))
    ]
    assert all(filing.number in page for page in pages)
    assert [filing.url in page for page in pages] == [False, True], "only a link that the reader may open"
    assert not queries.visible_to(actor(Role.CLERK, BodyFactory(parent=kept.city))).exists()
    assert actions.decide_screening_hit.why_not(hit, by=head)
    actions.decide_screening_hit(hit, by=kept.chief, decision="close", words="长期不更新")
    actions.open_screening(kept.city, by=kept.chief)
    assert screening.hits.get().decision == "close", "a decision stays"
    assert not queries.list_addable_accounts(screening).exists(), "decided for this quarter"
    hit.refresh_from_db()
    assert hit.entry.kind == "rectification"
    every_screening = signed_in(Role.CHIEF, kept.city).get("/admin/newmedia/hits/").content.decode()
    assert (hit.entry.number in every_screening, hit.entry.url in every_screening) == (True, True)
    assert hit.decided_on == timezone.localdate()
    actions.change_unfiled_facts(account, by=kept.clerk, funds=5, followers=1000)
    figures = queries.compute_statistics(list(queries.visible_to(kept.chief)), by_unit=True)
    assert [(one.label, one.open, one.fresh, one.share) for one in figures][-1] == ("合计", 1, 0, 0)


def test_hosts_of_mobile_client_are_requested_over_ipv6(kept: SimpleNamespace, db: None, settings: Any) -> None:
    account = Account.objects.create(body=kept.education, platform="app", name="掌上校园", state="open", ipv6=True)
    with pytest.raises(Refused, match="只填域名"):
        actions.change_unfiled_facts(account, by=kept.clerk, hosts="https://app.cn/x")
    actions.change_unfiled_facts(account, by=kept.clerk, hosts="app.cn、img.cn")
    faults = {"app.cn": "", "img.cn": "没有 IPv6 地址"}
    settings.GONGKAI_LINK_CHECKS = "public"
    with patch.object(jobs, "probe_ipv6", faults.get):
        assert [jobs.check_clients()["checked"] for _ in range(2)] == [1, 0]
        account.refresh_from_db()
        assert account.hosts_fault == "img.cn 没有 IPv6 地址"
        assert account in queries.filter_accounts_by_tab(Account.objects.all(), "no_ipv6", timezone.localdate())
        assert Message.objects.filter(subject__startswith="移动客户端未支持IPv6").exists()
        assert Movement.objects.filter(stream=account.stream, action="newmedia.check_client").count() == 1
        faults["img.cn"] = ""
        actions.change_unfiled_facts(account, by=kept.clerk, hosts="app.cn、img.cn、api.cn")
        assert jobs.check_clients()["checked"] == 1
    account.refresh_from_db()
    assert account not in queries.filter_accounts_by_tab(Account.objects.all(), "no_ipv6", timezone.localdate())


def make_sheet(rows: list[list[Any]]) -> bytes:
    made = Workbook()
    made.active.append([one.head for one in ACCOUNT_SHEET.columns])
    for row in rows:
        made.active.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def make_line(name: str, platform: str = "微信公众号", body: str = "市教育局") -> list[Any]:
    return [body, platform, name, "", "", "发布、办事", "", "", 2, 900, "2025-01-05", "2026-11-01", "", "", ""]


def test_register_is_imported_from_spreadsheet(kept: SimpleNamespace) -> None:
    wrong = [
        make_line("云岭教育"),
        make_line("云岭教育二"),
        make_line("加油站", "微博"),
        make_line("云岭发布", body="市财政局"),
    ]
    _, plan = upload_for_dry_run("newmedia", content=make_sheet(wrong), file_name="a.xlsx", by=kept.chief)
    assert [error.column for error in plan.errors] == ["B", "C", "A"]
    script, ahead, more = make_line("云岭教育"), make_line("云岭教育", "微博"), make_line("云岭教育", "抖音")
    script[4], ahead[11], more[12] = "javascript:alert(1)", "2099-01-01", "分工不同"
    sheet = make_sheet([script, ahead, more, more])
    _, plan = upload_for_dry_run("newmedia", content=sheet, file_name="a.xlsx", by=kept.chief)
    assert [(error.row, error.column) for error in plan.errors] == [(2, "E"), (3, "L"), (5, "C")]
    right = make_sheet([make_line("云岭教育"), make_line("云岭教育", "微博")])
    with pytest.raises(Refused):
        upload_for_dry_run("newmedia", content=right, file_name="a.xlsx", by=kept.clerk)
    run, plan = upload_for_dry_run("newmedia", content=right, file_name="a.xlsx", by=kept.chief)
    assert plan.errors == []
    apply(run, by=kept.chief)
    made = Account.objects.get(platform="wechat")
    assert Movement.objects.filter(action="newmedia.enter_account").count() == 2
    assert (made.state, made.functions) == ("open", ["publish", "serve"])
    filing = actions.file_account_opening(kept.education, by=kept.clerk, **filing_facts(kept, platform="douyin"))
    rows = [[one[column.key] for column in ACCOUNT_SHEET.columns] for one in ACCOUNT_IMPORTER.rows(kept.chief)]
    _, again = upload_for_dry_run("newmedia", content=make_sheet(rows), file_name="b.xlsx", by=kept.chief)
    assert (again.same, again.changes, again.errors) == (3, [], []), "what was exported reads back as the same"
    Filing.objects.filter(pk=filing.pk).delete()
    Account.objects.filter(platform="douyin").delete()
    run.refresh_from_db()
    undo(run, by=kept.chief)
    assert not Account.objects.exists()
