"""Sample data for 归集: a county's list by rules, a failing source, and a manual one."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import place, submit
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.outer_site import OuterSite, make_county_site, serve_site
from gongkai.ops.demo.people import SampleStaff
from gongkai.ops.demo.site import sign_review
from gongkai.oversight.gathering import actions
from gongkai.oversight.gathering.models import Collection, Listing, Source
from gongkai.oversight.gathering.reader import SourceReader
from gongkai.oversight.gathering.source_reader import FetchPlan, read_source

MANUAL_TITLES = ("市级专项规划编制目录（2026年）", "青溪县城乡供水一体化专项规划", "石桥县养老服务设施专项规划")


def create_gathering(staff: SampleStaff, today: date) -> None:
    """Create three sources: a county, one that fails, and one by hand; draft an item and publish a listing in the column."""
    body = staff.bodies["shiban"]
    by = staff.actors.get((Role.CLERK, body.pk)) or staff.chief
    columns = Column.objects.filter(website=Website.objects.get(is_default=True), opened_at__isnull=False)
    column = columns.filter(archived_at=None, kind="normal").order_by("path").first()
    if column is None:
        return
    base: dict[str, object] = {"column": column, "kind": "news"}
    with clock.travel_to(clock.office_hour(today - timedelta(days=12), 5)):
        about = "各区县政府网站公开的重要信息"
        collection = actions.add_collection(body, by=by, name="区县重要信息", about=about)
        county = "青溪县人民政府"
        facts = {**base, "unit_name": county, "way": "list", "example": "青溪县召开防汛备汛工作会议", "expected": 3}
        source: Source = actions.add_source(
            collection, by=by, name="青溪县政府网>青溪要闻", address="http://www.qingxi.example/yw/", **facts
        )
        facts = {**base, "unit_name": "石桥县人民政府", "way": "list", "expected": 5}
        bad: Source = actions.add_source(
            collection, by=by, name="石桥县政府网>要闻", address="http://www.shiqiao.example/yaowen/", **facts
        )
    county_today = today - timedelta(days=2)
    with clock.travel_to(clock.office_hour(county_today, 20)):
        site = make_county_site(county_today, mended=True)
        _gather_entries(source, site, by)
        _gather_entries(bad, site.replace_words("青溪", "石桥", "qingxi", "shiqiao"), SYSTEM)
        rows = list(source.gathered.order_by("-written_at"))
        if rows:
            actions.make_draft(rows[0], by=by)
        listing: Listing = actions.propose_listing(
            source, by=by, until=today + timedelta(days=180), reason="青溪县人民政府门户网站，内容经县政府审核公开。"
        )
        place(ensure_document(listing), by=by, columns=[column])
        sign_review(staff, submit(listing, by=by), body)
        _create_manual_source(staff, collection, by, base)


def _create_manual_source(staff: SampleStaff, collection: Collection, by: Actor, base: Mapping[str, object]) -> None:
    """Create a source with entries added by hand, the last of them dropped."""
    facts = {**base, "unit_name": "市发展改革委", "way": "manual"}
    hand: Source = actions.add_source(collection, by=by, name="专项规划摘录", **facts)
    for index, title in enumerate(MANUAL_TITLES):
        entry = actions.add_gathered_entry(
            hand,
            by=by,
            title=title,
            address=f"https://www.yunling.gov.example/gh/{index}.html",
            written_on=timezone.localdate(),
        )
    actions.drop_gathered_entry(entry, by=by, reason="已由市民政局公开。")


def _gather_entries(source: Source, site: OuterSite, by: Actor) -> None:
    """Gather from a source while its site is served on this machine."""
    plan = FetchPlan(source.way, source.address, example=source.example)
    with serve_site(site.host, site):
        reader = SourceReader([site.host], inside=[site.host], rate=0)
        actions.store_fetch(source, by=by, fetch_result=read_source(plan, reader, timezone.localdate()))
