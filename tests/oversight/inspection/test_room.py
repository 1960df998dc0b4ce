"""Registered sites, runs as job and from a page, findings that become rectifications, immutable scores."""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from factories.inner_hosts import allow_inner_host
from factories.planted_site import TODAY, Site, clean, page, served
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.background_jobs.actions import cancel_job
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.worker import process_due_jobs
from gongkai.core.units.models import BodyKind, Role
from gongkai.oversight.inspection import actions, queries, run_processing
from gongkai.oversight.inspection.actions import get_indicator_table
from gongkai.oversight.inspection.false_alarms import (
    confirm_false_alarm,
    list_valid_findings,
    mark_false_alarm,
    withdraw_false_alarm,
)
from gongkai.oversight.inspection.models import InspectedSite, InspectionRun, RunState, SiteFinding
from gongkai.oversight.inspection.pending_steps import list_pending_steps
from gongkai.oversight.inspection.site.scoring import InspectionFinding, compute_score
from gongkai.work.newmedia.models import Account, AccountState

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def planted() -> Iterator[tuple[str, Site]]:
    site = clean()
    site.change("/yw/0.html", "</article>", "<p>要认真布署。</p><a href='/none.html'>详情</a></article>")
    with served(site) as address:
        yield address, site


@pytest.fixture(scope="module")
def kept(
    planted: tuple[str, Site], tmp_path_factory: Any, kept_rows: Any
) -> Iterator[tuple[InspectedSite, InspectionRun]]:
    """Register the site and its first run, once for all tests."""

    def make() -> tuple[InspectedSite, InspectionRun]:
        body = BodyFactory(name="云岭市人民政府", kind=BodyKind.GOVERNMENT)
        allow_inner_host(body, planted[0])
        site = actions.register_site(body, by=SYSTEM, name="云岭市政府网", address=planted[0], rate=0)
        return site, run_inspection(site)

    with override_settings(GONGKAI_INSPECT_HOSTS=["all"], FILES_ROOT=str(tmp_path_factory.mktemp("files"))):
        yield from kept_rows(make)


@pytest.fixture
def here(kept: tuple[InspectedSite, InspectionRun], settings: Any) -> InspectedSite:
    return deepcopy(kept[0])


@pytest.fixture
def run(kept: tuple[InspectedSite, InspectionRun]) -> InspectionRun:
    return deepcopy(kept[1])


def run_inspection(site: InspectedSite) -> InspectionRun:
    run = actions.start_inspection(site, by=SYSTEM)
    InspectionRun.objects.filter(pk=run.pk).update(today=TODAY)
    return run_processing.process_run(run, seconds=60)


def test_false_alarm_is_not_repeated_and_next_run_leads_to_order(
    here: InspectedSite, run: InspectionRun, settings: Any, tmp_path: Path
) -> None:
    before, wrong = run.score, run.findings.get(indicator="link.inner")
    with pytest.raises(Refused, match="为什么是误报"):
        mark_false_alarm(wrong, by=SYSTEM, reason="不是")
    with pytest.raises(Refused, match="只有政务公开办"):
        mark_false_alarm(wrong, by=actor(Role.CLERK, here.body), reason="这个地址要登录才能打开")
    doubt = SiteFinding.objects.create(run=run, indicator="harmful.doubt", kind="note", mark="doubt")
    mark_false_alarm(wrong, by=SYSTEM, reason="这个地址要登录才能打开")
    run.refresh_from_db()
    assert run.score > before
    assert run.verdict == "未能作出结论", "what would veto it waits for somebody who looks"
    mark_false_alarm(doubt, by=SYSTEM, reason="打开看过，是协会网站")
    run.refresh_from_db()
    assert (run.verdict, run.unjudged) == ("合格", [])
    assert [one.indicator for one in list_valid_findings(run)] == ["words.wrong"]
    entry = actions.order_finding(run.findings.get(indicator="words.wrong"), by=SYSTEM, body=here.body)
    again = run_inspection(here)
    same = again.findings.get()
    assert (again.score, same.indicator) == (run.score, "words.wrong")
    assert queries.map_finding_orders(again, [same])[same.pk].entry_id == entry.pk, "the same rectification"
    withdraw_false_alarm(wrong, by=SYSTEM)  # the newest run does not list it
    assert wrong.indicator in {one.indicator for one in run_inspection(here).findings.all()}
    with pytest.raises(Refused, match="最近一次检查"):
        mark_false_alarm(wrong, by=SYSTEM, reason="这个地址要登录才能打开")
    settings.GONGKAI_INDICATORS = tmp_path / "broken.toml"
    settings.GONGKAI_INDICATORS.write_text("[", encoding="utf-8")
    broken = run_inspection(here)
    assert broken.state == RunState.FAILED
    assert "指标表写法有误" in broken.words


def test_veto_needs_two_persons_to_be_set_aside(here: InspectedSite, run: InspectionRun) -> None:
    finding = run.findings.get(indicator="link.inner")
    finding.kind = "veto"
    finding.save(update_fields=["kind"])
    office = BodyFactory(parent=here.body, kind=BodyKind.GENERAL_OFFICE)
    first, second = actor(Role.CHIEF, office), actor(Role.CHIEF, office)
    mark_false_alarm(finding, by=first, reason="这个地址要登录才能打开")
    assert finding in list_valid_findings(run), "it counts until somebody else agrees"
    assert "待确认" in {one.tag for one in list_pending_steps(second)}
    for by in (first, SYSTEM, actor(Role.CLERK, here.body)):
        with pytest.raises(Refused, match=r"另一人确认|只有政务公开办"):
            confirm_false_alarm(finding, by=by)
    with pytest.raises(Refused, match="只有政务公开办"):
        actions.order_finding(finding, by=first, body=BodyFactory())
    confirm_false_alarm(finding, by=second)
    assert finding not in list_valid_findings(run)
    with pytest.raises(Refused, match="标为误报"):
        actions.order_finding(finding, by=first, body=here.body)


def test_run_from_register_to_rectification(here: InspectedSite, run: InspectionRun) -> None:
    assert run.state == RunState.DONE
    assert {one.indicator for one in run.findings.all()} == {"words.wrong", "link.inner"}
    assert (run_processing.get_folder(run) / run.findings.get(indicator="words.wrong").evidence["page"]).is_file()
    assert not list(run_processing.get_folder(run).glob("*.sqlite3*"))
    finding = run.findings.get(indicator="words.wrong")
    entry = actions.order_finding(finding, by=SYSTEM, body=here.body)
    assert (entry.kind, entry.rectification.address) == ("rectification", finding.url)
    assert re.fullmatch(r"[\d-]{10} [\d:]{8}", entry.rectification.found["取证时间"])
    with pytest.raises(Refused, match="尚未办结"):
        actions.order_finding(finding, by=SYSTEM, body=here.body)
    chief = signed_in(Role.CHIEF, here.body)
    assert chief.get(f"/admin/inspection/findings/{finding.pk}/page/").status_code == 200
    for read in (entry.url, f"{entry.url}act/rectification.confirm/"):  # a person who decides can read the entry
        assert "布署" in chief.get(read).content.decode()
    # The score is recomputed from its rows, whatever the current table is.
    table = get_indicator_table(run)
    assert table is not None
    rows = [InspectionFinding(one.indicator, one.url, one.what) for one in run.findings.all()]
    assert compute_score(rows, table, run.report["skipped"]).score == run.score


def test_run_resumes_after_time_limit(here: InspectedSite, planted: tuple[str, Site]) -> None:
    planted[1].asked.clear()
    run = actions.start_inspection(here, by=SYSTEM)
    InspectionRun.objects.filter(pk=run.pk).update(today=TODAY)
    first = run_processing.process_run(run, seconds=0.15)
    assert first.under_way
    done = run_processing.process_run(first, seconds=60)
    assert done.state == RunState.DONE
    pages = [one for one in planted[1].asked if one.endswith(".html") and "none" not in one]
    assert len(pages) - len(set(pages)) <= 6  # under way when the time was over


@pytest.fixture
def small(here: InspectedSite) -> Iterator[None]:
    """Reduce the site to one page."""
    site = Site()
    site.put("/", page("云岭市人民政府", "<p>云岭市人民政府门户网站</p>"))
    with served(site) as address:
        allow_inner_host(here.body, address)
        here.address = address
        here.save()
        yield


@pytest.mark.usefixtures("small")
def test_job_starts_only_due_and_permitted_inspections(here: InspectedSite, settings: Any) -> None:
    SiteFinding.objects.all().delete()
    here.runs.all().delete()
    actions.change_site(here, by=SYSTEM, every=7, name=here.name)
    settings.GONGKAI_INSPECT_HOSTS = []
    assert run_processing.start_due_inspections() == {}
    settings.GONGKAI_INSPECT_HOSTS = ["all"]
    assert run_processing.start_due_inspections() == {"begun": 1, "handed": 0}
    assert run_processing.start_due_inspections() == {}, "it waits for a worker"
    Errand.objects.all().delete()
    assert run_processing.start_due_inspections() == {"begun": 0, "handed": 1}
    cancel_job(Errand.objects.get(), by=SYSTEM)
    assert run_processing.start_due_inspections() == {}, "what was cancelled is not handed over again"
    assert (here.runs.get().state, here.runs.get().words) == (RunState.FAILED, "已取消")
    assert actions.start_inspection(here, by=SYSTEM) != here.runs.last()
    process_due_jobs()
    assert here.runs.first().state == RunState.DONE
    assert Errand.objects.first().link == f"/admin/inspection/runs/{here.runs.first().pk}/"
    here.runs.update(today=timezone.localdate() - timedelta(days=7))
    assert len(run_processing._list_due_sites()) == 1


def test_hosts_not_permitted_are_not_requested(here: InspectedSite, settings: Any) -> None:
    settings.GONGKAI_INSPECT_HOSTS = ["www.elsewhere.gov.cn"]
    with pytest.raises(Refused, match="请系统管理员在允许检查的网站中添加"):
        actions.start_inspection(here, by=SYSTEM)
    with pytest.raises(Refused, match="请系统管理员在允许检查的网站中添加"):
        actions.learn_layout(here, by=SYSTEM, address=here.address)


def test_layout_is_learnt_and_forgotten(here: InspectedSite) -> None:
    entries = actions.learn_layout(here, by=SYSTEM, address=f"{here.address}yw/", title="云岭市扎实推进春季防汛备汛")
    assert len(entries) == 8
    here.refresh_from_db()
    assert len(here.layouts) == 1
    actions.forget_layouts(here, by=SYSTEM)
    here.refresh_from_db()
    assert here.layouts == []
    with pytest.raises(Refused, match="已经登记"):
        actions.register_site(here.body, by=SYSTEM, name="又一个", address=here.address)


def test_who_sees_and_who_inspects(here: InspectedSite) -> None:
    for role, own, sees, inspects in [
        (Role.CHIEF, True, True, True),
        (Role.CLERK, True, True, False),
        (Role.CLERK, False, False, False),
        (Role.AUDITOR, True, True, False),
    ]:
        by = actor(role, here.body if own else BodyFactory())
        assert queries.visible_to(by).exists() is sees
        assert (actions.start_inspection.why_not(here, by=by) == []) is inspects
    county = BodyFactory(name="青溪县人民政府", parent=here.body, kind=BodyKind.GOVERNMENT)
    form = signed_in(Role.CHIEF, county).get("/admin/inspection/new/").content.decode()
    assert f'name="body" value="{county.pk}"' in form  # its only choice: no unit that it may not inspect
    assert re.search(r'name="rate" value="2(\.0)?"', form)  # gentle to others' sites


def test_anonymous_users_see_nothing(here: InspectedSite, client: Client) -> None:
    from gongkai.core.acts.actors import ANONYMOUS

    assert not queries.visible_to(ANONYMOUS).exists()
    assert client.get("/admin/inspection/").status_code == 302


def test_account_is_inspected_and_updated_from_its_page(here: InspectedSite) -> None:
    facts = {"body": here.body, "platform": "weibo", "address": "http://weibo.example/u/1", "state": AccountState.OPEN}
    account = Account.objects.create(name="云岭发布", updated_on=TODAY - timedelta(days=20), **facts)
    chief = signed_in(Role.CHIEF, here.body)
    assert f"account={account.pk}" in chief.get("/admin/inspection/").content.decode()
    assert "http://weibo.example/u/1" in chief.get(f"/admin/inspection/new/?account={account.pk}").content.decode()
    site = actions.register_site(here.body, by=SYSTEM, what="account", name="云岭发布", address=account.address)
    assert not queries.list_accounts_to_register(actor(Role.CHIEF, here.body)).exists()
    for newest, on in (
        ("", 20),
        ((TODAY - timedelta(days=2)).isoformat(), 2),
        ((TODAY - timedelta(days=9)).isoformat(), 2),
    ):
        run_processing.record_newest_post(site, newest)
        account.refresh_from_db()
        assert account.updated_on == TODAY - timedelta(days=on)
    today = timezone.localdate()
    run_processing.record_newest_post(site, (today + timedelta(days=1)).isoformat())
    account.refresh_from_db()
    assert account.updated_on == today, "a page may show tomorrow's date"
