"""Sample data: inspections of a county's site before and after correction, and of another site.

The small sites of `outer_site.py` are really inspected while they are served on this machine. The city's own
site is registered at its local URL (`register_own_site`), so that 立即检查 inspects it.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from unittest.mock import patch

from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.background_jobs.job_runner import run_attempt
from gongkai.core.background_jobs.states import JobState
from gongkai.core.ledger import rectification
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.outer_site import OuterSite, make_county_site, serve_site
from gongkai.ops.demo.people import SampleStaff, read_staff
from gongkai.oversight.inspection import actions, external_inspections, internal_hosts, run_processing
from gongkai.oversight.inspection.models import InnerHost, InspectedSite, InspectionRun, RunState, SiteDay

#: Days ago of the two inspections.
FIRST_INSPECTION_DAYS_AGO, SECOND_INSPECTION_DAYS_AGO = 40, 4
#: Findings of a third party in the same quarter.
THIRD_PARTY_FINDINGS = (
    ("deduction", "附件打不开", "http://www.qingxi.example/"),
    ("note", "搜索结果没有按时间排序", "http://www.qingxi.example/"),
)
#: Indicator of the first inspection → days that the county has for the correction; the third one is late.
ORDERED_RECTIFICATIONS = (("veto.home_stale", 10), ("privacy.exposed", 15), ("link.attachment", 30))


def create_inspections(staff: SampleStaff, today: date) -> None:
    """Inspect the county's site, order corrections, inspect it again; enter a third party's findings and inspect another site."""
    county = staff.bodies["qingxi"]
    chief = staff.chief
    first_day = today - timedelta(days=FIRST_INSPECTION_DAYS_AGO)
    with clock.travel_to(clock.office_hour(first_day, 5)):
        site = _register_site("青溪县政府网", "http://www.qingxi.example/", county, chief)
    run = _inspect_site(site, make_county_site(first_day, mended=False), first_day, chief)
    _order_rectifications(run, staff, first_day)
    last_day = today - timedelta(days=SECOND_INSPECTION_DAYS_AGO)
    _inspect_site(site, make_county_site(last_day, mended=True), last_day, chief)
    with clock.travel_to(clock.office_hour(last_day, 30)):
        other_site = _register_site("石桥县政府网", "http://www.shiqiao.example/", staff.bodies.get("shiqiao"), chief)
    with clock.travel_to(clock.office_hour(last_day, 35)):
        for weight, finding_text, url in THIRD_PARTY_FINDINGS:
            external_inspections.record_external_finding(
                staff.bodies["shi"],
                by=chief,
                site=site,
                on=last_day - timedelta(days=2),
                inspector="云州公共治理评估中心",
                weight=weight,
                what=finding_text,
                url=url,
            )
    _inspect_site(
        other_site,
        make_county_site(last_day, mended=False).replace_words("青溪", "石桥", "qingxi", "shiqiao"),
        last_day,
        chief,
    )


def _create_visit_days(site: InspectedSite, today: date) -> None:
    """Create daily counts of hourly availability checks, with a fault every 17th day and one half day."""
    days = []
    for ago in range(FIRST_INSPECTION_DAYS_AGO - 1, 0, -1):
        faults = [["03:10", "网站应答 502"]] if ago % 17 == 5 else []
        count = 12 if ago == 9 else 24
        days.append(
            SiteDay(
                site=site, day=today - timedelta(days=ago), visits=count, failed=len(faults), slowest=1.8, faults=faults
            )
        )
    SiteDay.objects.bulk_create(days)


def register_own_site(port: int) -> None:
    """Register the city's own site at its local port as permitted internal address; if it is registered, change its port."""
    address = f"http://127.0.0.1:{port}/"
    _permit_inner_host(f"127.0.0.1:{port}")
    website = Website.objects.filter(is_default=True).select_related("body").first()
    body = website.body if website else None
    if InspectedSite.objects.filter(address=address).exists():
        return
    site = InspectedSite.objects.filter(name=OWN_SITE_NAME).first()
    if site:
        actions.change_site(site, by=SYSTEM, address=address)
    else:
        site = actions.register_site(body, by=SYSTEM, name=OWN_SITE_NAME, address=address, rate=0, pages=3000)
        _create_visit_days(site, timezone.localdate())


def _permit_inner_host(host: str) -> None:
    """Have the sample's internal address proposed and confirmed by two persons, unless it is permitted."""
    if InnerHost.objects.filter(host=host, ended_at=None).exists():
        return
    staff = read_staff()
    office = staff.bodies["shiban"]
    inner_host = internal_hosts.propose_inner_host(
        staff.bodies["shi"], by=staff.actor(Role.ADMINISTRATOR, office), host=host, why="检查示例网站自身。"
    )
    internal_hosts.confirm_inner_host(inner_host, by=staff.actor(Role.SECURITY, office))


OWN_SITE_NAME = "云岭市政府网（本站）"


def _register_site(name: str, address: str, body: Body | None, chief: Actor) -> InspectedSite:
    """Register a site for inspection every 30 days, of at most 500 pages."""
    site: InspectedSite = actions.register_site(body, by=chief, name=name, address=address, every=30, rate=0, pages=500)
    return site


def _inspect_site(site: InspectedSite, pages: OuterSite, day: date, chief: Actor) -> InspectionRun:
    """Serve the pages on this machine, inspect the site as of a day, and return the finished run."""
    moment = clock.office_hour(day, 35)
    hosts = [pages.host, *settings.GONGKAI_INSPECT_HOSTS]
    with (
        clock.travel_to(moment),
        override_settings(GONGKAI_INSPECT_HOSTS=hosts),
        patch("gongkai.oversight.inspection.run_processing.get_inner_hosts", return_value=frozenset({pages.host})),
        patch("gongkai.lib.outbound.crawling.fetching.datetime", _make_clock(moment)),
        patch("gongkai.oversight.inspection.site.run.datetime", _make_clock(moment)),
        patch("gongkai.oversight.inspection.site.evidence.take_screenshot", return_value=""),
        serve_site(pages.host, pages),
    ):
        run: InspectionRun = actions.start_inspection(site, by=chief)
        _run_job_to_end(run)
    run = InspectionRun.objects.select_related("site__body", "table").get(pk=run.pk)
    assert run.state == RunState.DONE, f"{run.get_state_display()} {run.words}"
    return run


def _run_job_to_end(run: InspectionRun) -> None:
    """Do the job of an inspection: on a slow machine one attempt is over before it has read the whole site."""
    errand = run_processing.get_background_job(run)
    while errand is not None and errand.state == JobState.WAITING and errand.due_at <= timezone.now():
        run_attempt(errand.pk)
        errand.refresh_from_db()


def _make_clock(moment: datetime) -> type[datetime]:
    """Return a `datetime` class whose `now` is a sample moment, for code without Django."""

    class Then(datetime):
        """A datetime whose `now` is frozen."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz or UTC)

    return Then


def _order_rectifications(run: InspectionRun, staff: SampleStaff, first: date) -> None:
    """Order the correction of three findings: one is confirmed, one reported, one left until it is late."""
    office = staff.bodies["qxban"]
    entries: list[Entry] = []
    for indicator, days in ORDERED_RECTIFICATIONS:
        finding = run.findings.filter(indicator=indicator).first()
        assert finding is not None, indicator
        with clock.travel_to(clock.office_hour(first + timedelta(days=1), 20)):
            until = first + timedelta(days=days)
            entries.append(actions.order_finding(finding, by=staff.chief, body=office, until=until))
    clerk = staff.actor(Role.CLERK, office)
    with clock.travel_to(clock.office_hour(first + timedelta(days=6), 40)):
        rectification.report(
            entries[0], by=clerk, text="已明确首页每个工作日更新，当日发布要闻1条，并把更新情况列入值班检查。"
        )
    with clock.travel_to(clock.office_hour(first + timedelta(days=8), 60)):
        entry = Entry.objects.get(pk=entries[0].pk)
        rectification.confirm(
            entry, by=staff.chief, words="复核首页已恢复更新，同意办结", url="https://www.yunling.gov.example/"
        )
    with clock.travel_to(clock.office_hour(first + timedelta(days=9), 50)):
        rectification.report(entries[1], by=clerk, text="已撤下含有身份证件号码的名单，改为到各镇便民服务中心查询。")
