"""External inspections next to our own, and comparison of sites: findings are counted, not only their classes."""

from contextlib import nullcontext
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.spreadsheets.importers import ChangeRecorder
from gongkai.core.units.models import BodyKind, Role
from gongkai.lib.outbound import NoAnswer, RequestLimits, reachability
from gongkai.oversight.inspection import queries
from gongkai.oversight.inspection.external_inspections import (
    OUTSIDE_FINDINGS_IMPORTER,
    describe_own_run,
    order_external_finding,
    record_external_finding,
    remove_external_finding,
)
from gongkai.oversight.inspection.models import InspectedSite, InspectionRun, OutsideFinding, RunState, SiteFinding
from gongkai.oversight.inspection.site import account
from gongkai.oversight.inspection.site.checks import safety
from gongkai.oversight.inspection.site.crawling import InspectionParameters
from gongkai.oversight.inspection.site.report import InspectionReport
from gongkai.oversight.inspection.site.scoring import InspectionScore, read_indicators

MISSING = ["没有找到“行政许可”栏目", "没有找到“行政处罚”栏目", "没有找到“行政强制”栏目"]


@pytest.fixture
def run() -> InspectionRun:
    body = BodyFactory(name="青溪县人民政府", kind=BodyKind.GOVERNMENT)
    site = InspectedSite.objects.create(name="青溪县政府网", address="http://www.qingxi.example/", body=body)
    report = {"deductions": [{"indicator": "disclosure.items", "group": "发布解读", "findings": 3, "points": 2.0}]}
    row = InspectionRun.objects.create(
        site=site, state=RunState.DONE, today=date(2026, 11, 20), score=80, passed=True, report=report
    )
    for what in MISSING:
        SiteFinding.objects.create(
            run=row,
            indicator="disclosure.items",
            name="没有法定主动公开内容",
            kind="deduction",
            url=f"{site.address}zfxxgk/",
            what=what,
        )
    return row


@pytest.mark.django_db
def test_three_missing_columns_count_as_three(run: InspectionRun) -> None:
    groups, rows = queries.compare_sites(InspectedSite.objects.all())
    assert (groups, rows[0].taken, rows[0].outside) == (["发布解读"], [(2.0, 3)], None)
    assert queries.count_findings_by_run([run]) == [("没有法定主动公开内容", "扣分", [3])]
    parts = queries.list_disclosure_sections(InspectedSite.objects.all())[0].parts
    assert [len(found) for found in parts] == [0, 0, 3, 0, 0]


@pytest.mark.django_db
def test_external_findings_are_shown_with_own_run_of_the_quarter(run: InspectionRun) -> None:
    body = run.site.body
    assert body
    chief = actor(Role.CHIEF, body)
    facts: dict[str, Any] = {"on": date(2026, 10, 12), "inspector": "评估中心", "weight": "deduction"}
    with pytest.raises(Refused, match="没有发现问题"):
        record_external_finding(body, by=chief, site=run.site, **facts)
    with pytest.raises(Refused, match="政务公开办"):
        record_external_finding(body, by=actor(Role.CLERK, body), site=run.site, what="栏目空白", **facts)
    record_external_finding(body, by=chief, site=run.site, what="栏目空白", url=f"{run.site.address}zfxxgk/", **facts)
    record_external_finding(
        body,
        by=chief,
        site=run.site,
        what="附件打不开",
        url=f"{run.site.address}a/",
        **facts | {"on": date(2026, 9, 30)},
    )
    same, earlier = OutsideFinding.objects.all()
    assert describe_own_run(same) == "2026-11-20：合格，80分；这个网址发现3处问题"
    assert describe_own_run(earlier) == "本季度没有检查"
    assert queries.compare_sites(InspectedSite.objects.all())[1][0].outside == (date(2026, 10, 12), "评估中心", 1)
    entry = order_external_finding(earlier, by=chief, demand="补齐栏目内容", until=timezone.localdate())
    assert (entry.body, entry.kind) == (run.site.body, "rectification")
    with pytest.raises(Refused, match="尚未办结"):
        order_external_finding(earlier, by=chief, demand="补齐栏目内容", until=timezone.localdate())
    with pytest.raises(Refused):
        remove_external_finding(earlier, by=actor(Role.CLERK, body))
    with pytest.raises(Refused, match=r"在.*工作"):
        remove_external_finding(earlier, by=chief)
    remove_external_finding(earlier, by=actor(Role.CHIEF, BodyFactory(parent=body, kind=BodyKind.GENERAL_OFFICE)))
    assert list(OutsideFinding.objects.all()) == [same]


def test_site_with_unread_lists_gets_no_verdict() -> None:
    def report(scripted: int, read: int, vetoed: bool) -> InspectionReport:
        columns = [
            {"scripted": n < scripted, "empty": False, "entries": int(n >= scripted)} for n in range(scripted + read)
        ]
        veto = [{"name": "首页不更新"}] if vetoed else []
        return InspectionReport(
            "", "", "", "", 9, 9, InspectionScore(105, 105, not vetoed, veto), [], read_indicators(), columns=columns
        )

    few, most = report(1, 5, False), report(8, 2, False)
    assert (few.verdict, few.unread, few.passed) == ("合格", "", True)
    assert (most.verdict, most.passed) == ("未能作出结论", False)
    assert most.unread.startswith("10个栏目中，8个的列表由脚本生成")
    assert report(8, 2, True).verdict == "不合格"


def test_false_alarm_of_an_account_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_fetch_account_page", lambda parameters: (b"", "应答 404"))
    address = "http://weibo.example/u/1"
    found = account.inspect_account(InspectionParameters(address)).findings
    assert [one.indicator for one in found] == ["account.unreachable"]
    again = account.inspect_account(InspectionParameters(address, aside=frozenset(one.mark for one in found)))
    assert (again.findings, again.passed) == ([], True)


class Line(dict[str, Any]):
    """A parsed row of a sheet."""

    number = 2

    def error(self, sheet: object, key: str, why: str, how: str) -> str:
        return key


@pytest.mark.django_db
def test_sheet_of_external_findings_is_imported_once(run: InspectionRun) -> None:
    line = Line(
        site="http://www.qingxi.example", on=date(2026, 10, 12), inspector="评估中心", weight="note", what="搜索慢"
    )
    line |= {"url": None, "score": None}
    wrong = ({"site": "不明网站"}, {"on": timezone.localdate().replace(year=2099)}, {"weight": "none"})
    rows: Any = SimpleNamespace(rows=[line, line, *(Line(line | cells) for cells in wrong)])
    by = actor(Role.CHIEF, run.site.body)
    plan = OUTSIDE_FINDINGS_IMPORTER.plan(rows, by=by)
    assert (len(plan.changes), plan.same, plan.errors) == (1, 1, ["site", "on", "what"])
    OUTSIDE_FINDINGS_IMPORTER.carry_out(plan.changes[0], by=by, recorder=ChangeRecorder())
    assert OutsideFinding.objects.get().what == "搜索慢"
    site = run.site
    InspectedSite.objects.create(name=site.name, address="http://a.example/", body=site.body, what="account")
    rows.rows = [Line(line | {"site": site.name}), Line(line | {"site": "http://a.example"})]
    plan = OUTSIDE_FINDINGS_IMPORTER.plan(rows, by=by)
    assert (len(plan.changes), plan.errors) == (1, ["site"]), "a name of two sites names none"
    site.ended_on = timezone.localdate() + timedelta(days=9)
    site.save()
    assert queries.list_latest_runs(InspectedSite.objects.all()) == [run], "inspected until its last day"
    site.ended_on = timezone.localdate()
    site.save()
    assert queries.list_latest_runs(InspectedSite.objects.all()) == []


@pytest.mark.parametrize(
    ("names", "connected", "answers", "said"),
    [
        ({"a.cn", "b.cn", "d.cn"}, True, {"a.cn", "b.cn", "d.cn"}, []),
        ({"a.cn", "b.cn"}, True, {"a.cn", "b.cn"}, ["内页的资源、附件所在的域名 d.cn 没有 IPv6 地址"]),
        ({"a.cn", "d.cn"}, True, {"a.cn", "d.cn"}, ["首页引用的资源所在的域名 b.cn 没有 IPv6 地址"]),
        ({"a.cn", "b.cn", "d.cn"}, True, {"b.cn", "d.cn"}, ["域名 a.cn 有 IPv6 地址，但通过 IPv6 打不开：连接超时"]),
        ({"a.cn", "b.cn", "d.cn"}, False, set(), []),
    ],
)
def test_ipv6_needs_an_answer_over_ipv6_from_each_host(
    names: set[str], connected: bool, answers: set[str], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(address: str, reach: Any) -> Any:
        assert reach.family
        if address.split("/")[2] not in answers:
            raise NoAnswer("连接超时")
        return nullcontext()

    monkeypatch.setattr(reachability, "send_request", ask)
    monkeypatch.setattr(reachability, "has_ipv6", names.__contains__)
    monkeypatch.setattr(safety, "reaches_ipv6", lambda: connected)
    links = [
        SimpleNamespace(tag="img", address="https://b.cn/a.png"),
        SimpleNamespace(tag="a", address="https://c.cn/"),
    ]
    found: list[str] = []
    site: Any = SimpleNamespace(
        home=SimpleNamespace(address="https://a.cn/", links=links),
        store=SimpleNamespace(iterate_resources=lambda tags: ["https://a.cn/b.pdf", "https://d.cn/c.pdf"]),
        reach=RequestLimits(5),
        skipped={},
        add=lambda indicator, url, what, **facts: found.append(what),
    )
    safety._check_ipv6(site)
    assert (found, bool(site.skipped)) == (said, not connected)


@pytest.mark.django_db
def test_external_finding_is_removed_by_inspectors_only(run: InspectionRun) -> None:
    body = run.site.body
    assert body
    chief = actor(Role.CHIEF, body)
    facts: dict[str, Any] = {"on": date(2026, 10, 12), "inspector": "评估中心", "weight": "deduction"}
    row = record_external_finding(body, by=chief, site=run.site, what="栏目空白", **facts)
    with pytest.raises(Refused):
        remove_external_finding(row, by=actor(Role.CLERK, body))
    remove_external_finding(row, by=actor(Role.CHIEF, BodyFactory(parent=body, kind=BodyKind.GENERAL_OFFICE)))
    assert not OutsideFinding.objects.exists()
