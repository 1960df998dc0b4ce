"""The modules of sample data in the order in which they run.

The small city must open quickly, so each module has a budget of `max_actions` actions, which a test
counts; an action takes five to fifteen milliseconds of processor time. Larger modules run in the
whole city only (`stage.small` is false), or create fewer rows of the same states.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import (
    annual,
    annual_area,
    assessment,
    bureau,
    catalogue,
    channels,
    clock,
    column_texts,
    completed,
    decisions,
    gathering,
    gazette,
    inspections,
    interpretation,
    messages,
    newmedia,
    notices,
    open_events,
    opinion,
    outer_site,
    policies,
    portal,
    registers,
    requests,
    responses,
    reviews,
    site,
    site_operations,
    uploads,
)
from gongkai.ops.demo.people import SampleContext, SampleStaff
from gongkai.work.notices import actions as notice_actions
from gongkai.work.notices.entries.columns import find_website
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.models import Assignment, Notice
from gongkai.work.site_operations import actions


def create_year_notices(context: SampleContext) -> None:
    """Import last year's notice and the county's in the small city; do nothing in the whole one, which has them."""
    if not context.small:
        return
    staff, today = context.staff, context.today
    year = notices.get_notice_year(today)
    _complete_last_year_notice(staff, today, year - 1)
    county = staff.actor(Role.CHIEF, staff.bodies["qxban"])
    with clock.travel_to(clock.office_hour(today - timedelta(days=5), 60)):
        draft = _import_notice("draft", county, staff.bodies["qingxi"], staff.bodies["qxban"], today, year)
        notice_actions.confirm_notice(draft, by=county)


def _import_notice(name: str, by: Actor, government: Body, issuer: Body, today: date, year: int) -> Notice:
    """Import a sample notice of the year from a Word file, settle its doubts, and return it unconfirmed."""
    sample = notices.load_sample(name, today, year)
    source = read_source(notices.make_word_file(sample), f"{sample.facts['标题']}.docx")
    notice = notice_actions.import_notice(None, by=by, source=source, government=government, issuer=issuer)
    notice_actions.settle_flags(Notice.objects.get(pk=notice.pk), by=by)
    return Notice.objects.get(pk=notice.pk)


def _complete_last_year_notice(staff: SampleStaff, today: date, year: int) -> None:
    """Confirm last year's notice; finish all its tasks but the last, which is carried over into this year."""
    city, chief = staff.bodies["shi"], staff.chief
    with clock.travel_to(clock.office_hour(date(year, 4, 29), 40)):
        notice = _import_notice("last_year_small", chief, city, city, today, year)
        notice_actions.confirm_notice(notice, by=chief)
    *assignments, undone = Assignment.objects.filter(notice=notice).select_related("entry__body").order_by("pk")
    for assignment in assignments:
        body = assignment.entry.body
        with clock.travel_to(clock.office_hour(date(year, 9, 15), 30)):
            url = site.find_page_url(find_website(city), body, [])
            duties = {duty.pk: 1 for duty in assignment.measure.duties.all()}
            clerk = staff.actor(Role.CLERK, body)
            task = notice_actions.submit_task(
                assignment.entry, by=clerk, done=duties, urls=[url], statement="已按要求公开。"
            )
            notice_actions.accept_submission(task, by=chief, holds=list(task.evidence.values_list("pk", flat=True)))
    with clock.travel_to(clock.office_hour(date(year + 1, 1, 20), 30)):
        notice_actions.carry_over_assignment(
            Entry.objects.get(pk=undone.pk), by=chief, reason="栏目整理没有完成，转入本年继续办理。"
        )


#: Reported faults: days ago, kind, text, name and telephone (None if not left).
REPORTED_FAULTS = (
    (40, "wording", "“政府信息公开指南”第二段“受理机购”应为“受理机构”。", ("高女士", "13800138021")),
    (34, "link", "“惠企政策”栏目里一份通知的附件点开是空白页。", ()),
    (6, "stale", "“城市更新”栏目两个多月没有更新了。", ("邓先生", "13800138022")),
    (1, "function", "手机上搜索结果翻到第二页以后，返回不了第一页。", ()),
)


def create_fault_reports(staff: SampleStaff) -> None:
    """Create the reports of faults with their query codes; answer the first, transfer the third to another unit."""
    website = Website.objects.get(is_default=True)
    today = timezone.localdate()
    fault_reports = []
    for days, kind, text, who in REPORTED_FAULTS:
        with clock.travel_to(clock.office_hour(today - timedelta(days=days), 47)):
            entry = actions.report_fault(website, by=ANONYMOUS, kind=kind, text=text, page=f"https://{website.host}/")
            matter = f"fault/{entry.pk}"
            particulars = SenderParticulars(name=who[0], phone=who[1]) if who else None
            if particulars:
                register_party(None, by=ANONYMOUS, matter=matter, particulars=particulars)
            issue_code(None, by=ANONYMOUS, matter=matter, second=particulars.last_four if particulars else "")
            fault_reports.append(entry)
    _answer_fault(staff, fault_reports[0], today - timedelta(days=38))
    with clock.travel_to(clock.office_hour(today - timedelta(days=5), 20)):
        actions.transfer_fault(
            Entry.objects.get(pk=fault_reports[2].pk),
            by=staff.chief,
            body=staff.bodies["jiaoyu"],
            words="请按栏目责任核实",
        )


def _answer_fault(staff: SampleStaff, entry: Entry, day: date) -> None:
    """Answer a report of an error, and have the answer rated the next day."""
    with clock.travel_to(clock.office_hour(day, 15)):
        text = "经核实，“受理机购”系录入错误，已更正为“受理机构”，并对指南全文重新校对。感谢指正。"
        actions.answer_fault(Entry.objects.get(pk=entry.pk), by=staff.chief, text=text)
    with clock.travel_to(clock.office_hour(day + timedelta(days=1), 90)):
        actions.rate_fault_answer(Entry.objects.get(pk=entry.pk), by=ANONYMOUS, satisfaction=3)


#: Number of actions (log records) of a sample module in the small city, unless it declares more.
DEFAULT_MAX_ACTIONS = 50


@dataclass(frozen=True)
class SampleModule:
    """A sample module: name, label, function (`create`), and maximum number of actions in the small city (`max_actions`)."""

    name: str
    label: str
    create: Callable[[SampleContext], None]
    max_actions: int = DEFAULT_MAX_ACTIONS


SAMPLE_MODULES = (
    SampleModule("interpretation", "政策解读", lambda context: interpretation.create_press_registers(context.staff)),
    SampleModule(
        "policies",
        "政策库和文件清理",
        lambda context: policies.create_policy_library(context.staff, small=context.small),
        max_actions=160,
    ),
    SampleModule("responses", "回应关切、政策库使用情况", lambda context: responses.create_responses(context.staff)),
    SampleModule(
        "portal", "专题和订阅", lambda context: portal.create_portal_topic(context.staff, small=context.small)
    ),
    SampleModule(
        "front",
        "概况、机构、要闻等栏目",
        lambda context: column_texts.create_column_texts(context.staff, small=context.small),
        max_actions=140,
    ),
    SampleModule(
        "livelihood",
        "公交、公积金、公租房、医保、学区、养老",
        lambda context: column_texts.publish_livelihood_texts(context.staff),
        max_actions=75,
    ),
    SampleModule("faults", "网站找错", lambda context: create_fault_reports(context.staff)),
    SampleModule(
        "answering", "问答库和咨询留言", lambda context: messages.create_answers(context.staff), max_actions=105
    ),
    SampleModule(
        "channels",
        "信箱、12345、政策直通车、对外联系电话、窗口",
        lambda context: channels.create_channel_cases(context.staff),
        max_actions=60,
    ),
    SampleModule(
        "requests", "依申请公开", lambda context: requests.create_requests(context.staff, context.today), max_actions=70
    ),
    SampleModule(
        "decisions", "重大行政决策预公开", lambda context: decisions.create_decisions(context.staff), max_actions=110
    ),
    SampleModule("surveys", "网上调研", lambda context: open_events.create_surveys(context.staff), max_actions=60),
    SampleModule(
        "registers", "名录和公开表", lambda context: registers.create_registers(context.staff), max_actions=446
    ),
    SampleModule("catalogue", "基层标准目录", lambda context: catalogue.create_catalogues(context.staff)),
    SampleModule("fees", "依申请公开收费", lambda context: requests.create_fee_requests(context.staff, context.today)),
    SampleModule("complaint", "信息公开投诉", lambda context: requests.create_complaint(context.staff, context.today)),
    SampleModule(
        "appeal", "对公共企事业单位的申诉", lambda context: requests.create_appeal(context.staff, context.today)
    ),
    SampleModule("gazette", "政府公报", lambda context: gazette.create_gazettes(context.staff)),
    SampleModule(
        "newmedia", "政务新媒体", lambda context: newmedia.create_accounts(context.staff, context.today), max_actions=55
    ),
    SampleModule(
        "operation", "网站运行", lambda context: site_operations.create_operation_records(context.staff, context.today)
    ),
    SampleModule(
        "inspection", "网站检查", lambda context: inspections.create_inspections(context.staff, context.today)
    ),
    SampleModule("gathering", "归集", lambda context: gathering.create_gathering(context.staff, context.today)),
    SampleModule("opinion", "舆情回应和公开承诺", opinion.create_opinion_cases, max_actions=120),
    SampleModule(
        "migration", "旧网站信息迁移", lambda context: outer_site.create_migration(context.staff, small=context.small)
    ),
    SampleModule("openings", "政府开放日、会议开放", lambda context: open_events.create_open_events(context.staff)),
    SampleModule(
        "reviews", "各级审签中的信息", lambda context: reviews.create_reviews(context.staff, small=context.small)
    ),
    SampleModule("uploads", "向上级文件库上传", lambda context: uploads.create_uploads(context.staff, context.today)),
    SampleModule(
        "assessment",
        "考核评估",
        lambda context: assessment.create_assessments(context.staff, context.today),
        max_actions=130,
    ),
    SampleModule(
        "desk", "待处理的草稿", lambda context: reviews.create_unsubmitted_draft(context.staff, context.today)
    ),
    SampleModule(
        "annual", "年度报告", lambda context: annual.create_annual_reports(context.staff, context.today), max_actions=80
    ),
    SampleModule(
        "annual_area",
        "年度报告的更正和本级政府汇总",
        lambda context: annual_area.create_area_report(context.staff, context.today),
    ),
    SampleModule(
        "bureau", "市财政局自己的工作要点", lambda context: bureau.create_bureau_notice(context.staff, context.today)
    ),
    SampleModule(
        "completed",
        "办到最后一步的事项",
        lambda context: completed.complete_work(context.staff, context.today),
        max_actions=110,
    ),
    SampleModule(
        "years",
        "上年通知的回头看、下年通知的征求意见稿",
        create_year_notices,
    ),
)
