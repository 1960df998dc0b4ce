"""Availability checks over a week: counted by day, judged over whole weeks, one check an hour."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from factories.inner_hosts import allow_inner_host
from factories.planted_site import Site, page, served
from factories.units import BodyFactory, signed_in
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.units.models import BodyKind, Role
from gongkai.lib.outbound.crawling import CrawlLimits
from gongkai.oversight.inspection import actions, visits
from gongkai.oversight.inspection.availability import (
    Availability,
    DailyVisits,
    list_months,
    list_quarters,
    sum_last_week,
)
from gongkai.oversight.inspection.models import InspectedKind, InspectedSite, SiteDay
from gongkai.oversight.inspection.queries import list_indicator_verdicts
from gongkai.oversight.inspection.run_processing import process_run
from gongkai.oversight.inspection.site.run import InspectionParameters, inspect_site
from gongkai.oversight.inspection.visits import sum_watched_week, visit_sites

DAY = date(2026, 11, 20)


def week(failed: int, count: int = 24) -> list[DailyVisits]:
    """Return seven days of visits before DAY, with all failures on the first."""
    days = [DAY - timedelta(days=ago) for ago in range(7, 0, -1)]
    return [DailyVisits(day, count, failed if place == 0 else 0) for place, day in enumerate(days)]


@pytest.mark.parametrize(
    ("rows", "fails"),
    [
        (week(0), False),
        (week(8), False),  # 8 of 168 are 4.8 %
        (week(9), True),  # 5.4 %
        (week(9)[1:], False),  # no whole week
        (week(9, count=19), False),  # too few visits a day
        ([*week(8), DailyVisits(DAY, 24, 24)], False),  # today is not over
    ],
)
def test_week_fails_by_share_of_failed_visits(rows: list[DailyVisits], fails: bool) -> None:
    assert sum_last_week(rows, DAY).fails(0.05) is fails


def test_months_are_summed_newest_first() -> None:
    rows = [DailyVisits(date(2026, 10, 31), 20, 1), DailyVisits(DAY, 10, 0), DailyVisits(date(2026, 10, 1), 20, 1)]
    assert list_months(rows) == [("2026-11", Availability(10, 0)), ("2026-10", Availability(40, 2))]
    assert list_months(rows)[1][1].percent == 95.0


@pytest.mark.django_db
@pytest.mark.postgres
def test_site_is_visited_hourly_for_a_week(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GONGKAI_INSPECT_HOSTS, settings.FILES_ROOT = ["all"], str(tmp_path)
    body = BodyFactory(name="云岭市人民政府", kind=BodyKind.GOVERNMENT)
    site = actions.register_site(body, by=SYSTEM, name="县政府网", address="http://xian.example/")
    failing = iter(["超过15秒没有应答"] * 10)
    monkeypatch.setattr(visits, "measure_opening", lambda address, seconds: (0.2, next(failing, "")))
    days = [date(2026, 11, 13) + timedelta(days=ago) for ago in range(6)]
    SiteDay.objects.bulk_create([SiteDay(site=site, day=day, visits=24) for day in days])
    with time_machine.travel("2026-11-19 00:10+08:00", tick=False) as clock:
        for hour in range(24):
            assert visit_sites() == {"visited": 1}
            clock.shift(timedelta(minutes=20))
            assert hour > 2 or visit_sites() == {}  # the hour is taken
            clock.shift(timedelta(minutes=40))
        assert sum_watched_week(site) == Availability(168, 10, whole=True)
        assert SiteDay.objects.get(day=date(2026, 11, 19)).faults[0] == ["00:10", "超过15秒没有应答"]
        chief = signed_in(Role.CHIEF, body)
        assert "可用率 94.05%" in chief.get(f"/admin/inspection/{site.pk}/").content.decode()
        InspectedSite.objects.update(watched=False)
        clock.shift(timedelta(hours=2))
        assert visit_sites() == {}


def test_failed_week_is_a_veto_in_the_next_run() -> None:
    site = Site()
    site.put("/", page("县政府", "<p>首页</p>"))
    with served(site) as here:
        wanted = InspectionParameters(f"{here}/", bounds=CrawlLimits(rate=0, seconds=5), week=Availability(168, 10))
        report = inspect_site(wanted)
    found = next(one for one in report.findings if one.indicator == "veto.unreachable")
    assert found.what == "近7天访问168次，10次没有按时打开，占6.0%"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("<ul><li><a href='/1'>本周政策信息</a> 3天前</li></ul>", "合格"),
        ("<ul><li><a href='/1'>旧政策信息</a> 2020-01-05</li></ul>", "否决"),
        ("<div id='app'></div>", "未评：账号主页没有可以读取的内容和日期，请人工查看"),
    ],
)
def test_account_is_judged_by_its_newest_post(said: str, verdict: str, settings: Any, tmp_path: Path) -> None:
    settings.GONGKAI_INSPECT_HOSTS, settings.FILES_ROOT = ["all"], str(tmp_path)
    site = Site()
    site.put("/u/1", f"<html><title>云岭发布</title><body>{said}</body></html>")
    with served(site) as here:
        allow_inner_host(BodyFactory(government=True), here)
        account = {"name": "云岭发布", "address": f"{here}/u/1", "what": InspectedKind.ACCOUNT}
        run = process_run(
            actions.start_inspection(actions.register_site(None, by=SYSTEM, **account), by=SYSTEM), seconds=5
        )
    assert {one.indicator.key: one.words for one in list_indicator_verdicts(run)}["account.stale"] == verdict
    assert run.passed is (verdict != "否决")


def test_quarter_lists_days_with_too_few_visits() -> None:
    seen = [DailyVisits(date(2026, 10, day), 24, int(day == 3)) for day in range(1, 11)] + [
        DailyVisits(date(2026, 9, 30), 5, 0)
    ]
    now, before = list_quarters([*seen, DailyVisits(date(2026, 10, 21), 9, 9)], date(2026, 10, 21))
    assert (now.label, now.days, now.watched, now.missing, now.visits.percent) == ("2026年第4季度", 20, 10, 10, 99.58)
    assert (before.label, before.days, before.watched) == ("2026年第3季度", 92, 0)
