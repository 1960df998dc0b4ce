"""Sample data for 我为政府网站找错: reports answered, reassigned, new and late."""

from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held import Particulars
from gongkai.core.ledger.models import Entry
from gongkai.ops.demo import clock
from gongkai.ops.demo.cast import SampleCast
from gongkai.work.site_operations import actions

#: Reported faults: days ago, kind, text, name and telephone (None if not left).
REPORTED_FAULTS = (
    (40, "wording", "“政府信息公开指南”第二段“受理机购”应为“受理机构”。", ("高女士", "13800138021")),
    (34, "link", "“惠企政策”栏目里一份通知的附件点开是空白页。", ()),
    (6, "stale", "“城市更新”栏目两个多月没有更新了。", ("邓先生", "13800138022")),
    (1, "function", "手机上搜索结果翻到第二页以后，返回不了第一页。", ()),
)


def create_fault_reports(cast: SampleCast) -> None:
    """Create the reports and the actions on them."""
    website = Website.objects.get(is_default=True)
    today = timezone.localdate()
    made = []
    for days, kind, text, who in REPORTED_FAULTS:
        with clock.travel_to(clock.office_hour(today - timedelta(days=days), 47)):
            entry = actions.report_fault(website, by=ANONYMOUS, kind=kind, text=text, page=f"https://{website.host}/")
            matter = f"fault/{entry.pk}"
            said = Particulars(name=who[0], phone=who[1]) if who else None
            if said:
                register_party(None, by=ANONYMOUS, matter=matter, said=said)
            issue_code(None, by=ANONYMOUS, matter=matter, second=said.last_four if said else "")
            made.append(entry)
    _answered(cast, made[0], today - timedelta(days=38))
    with clock.travel_to(clock.office_hour(today - timedelta(days=5), 20)):
        actions.transfer_fault(
            Entry.objects.get(pk=made[2].pk),
            by=cast.chief,
            body=cast.bodies["jiaoyu"],
            words="请按栏目责任核实",
        )


def _answered(cast: SampleCast, entry: Entry, day: date) -> None:
    with clock.travel_to(clock.office_hour(day, 15)):
        text = "经核实，“受理机购”系录入错误，已更正为“受理机构”，并对指南全文重新校对。感谢指正。"
        actions.answer_fault(Entry.objects.get(pk=entry.pk), by=cast.chief, text=text)
    with clock.travel_to(clock.office_hour(day + timedelta(days=1), 90)):
        actions.rate_answer(Entry.objects.get(pk=entry.pk), by=ANONYMOUS, satisfaction=3)
