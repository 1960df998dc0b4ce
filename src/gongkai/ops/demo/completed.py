"""Sample data: completed work in registers (guidance, media, rankings, fees, yearly check)."""

from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.gazette.models import Issue
from gongkai.content.interpretation import actions as interpretation
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import columns
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import PastProof
from gongkai.core.units.models import Person, Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.ops.demo.site import get_second_person, publish_new_item, sign_review
from gongkai.oversight.assessment import actions as assessment
from gongkai.oversight.assessment.models import Bulletin
from gongkai.work.directory import actions as directory
from gongkai.work.directory.actions import followups
from gongkai.work.directory.models import Followup, YearlyCheck
from gongkai.work.directory.states import FollowupState
from gongkai.work.newmedia import actions as newmedia
from gongkai.work.newmedia.models import Hit
from gongkai.work.notices import actions as notices
from gongkai.work.notices.models import Measure
from gongkai.work.requests import actions as requests
from gongkai.work.requests.complaints import actions as complaints
from gongkai.work.requests.models import Fee
from gongkai.work.site_operations import actions as handing
from gongkai.work.site_operations.models import Handover, Upkeep

#: Guidance records: kind, guiding unit, guided unit ("" for an outside body), days ago, text.
GUIDANCE_RECORDS = (
    ("guidance", "caizheng", "qxcaizheng", 34, "核对县级预算公开栏目，指出收支总表缺说明，约定一周内补齐。"),
    ("guidance", "jiaoyu", "qxjiaoyu", 21, "到县教育局查看招生信息公开，演示学区划分图的做法。"),
    ("liaison", "shiban", "", 48, "汇报任务分工通知的落实安排，请省政府办公厅指导目录编制。"),
    ("planning", "zhujian", "zhujian", 60, "老旧小区改造方案与公开安排同步部署，改造前公示方案。"),
)
PROVINCIAL_OFFICE = "云州省人民政府办公厅"
HANDOVER_PARTS = (
    ("code", "网站模板和部署脚本，核对后可以独立部署"),
    ("interfaces", "统一身份认证、搜索两个接口的地址、密钥和文档"),
    ("training", "栏目维护、审签、数据导出培训，9人参加"),
)


def complete_work(staff: SampleStaff, today: date) -> None:
    """Complete the work begun by other sample modules, and fill registers that they leave empty."""
    _create_guidance(staff, today)
    _create_media_records(staff, today)
    _create_rankings(staff, today)
    _record_help(staff, today)
    _complete_handover(staff)
    _decide_to_merge_screened_account(staff)
    _record_releases(staff)
    _judge_open_cells(staff)
    _complete_county_catalogue(staff, today)
    _remit_fees(staff, today)
    _answer_appeal(staff, today)
    _move_item(staff, today)
    _publish_limited_item(staff, today)
    _publish_law_reports(staff, today)


def _create_guidance(staff: SampleStaff, today: date) -> None:
    """Create records of guidance and provincial contacts (N-15)."""
    city = Measure.objects.filter(notice__government=staff.bodies["shi"], notice__own=False)
    for kind, guiding, guided, ago, text in GUIDANCE_RECORDS:
        body = staff.bodies[guiding]
        notices.record_guidance(
            body,
            by=staff.actor(Role.CLERK, body),
            kind=kind,
            on=today - timedelta(days=ago),
            words=text,
            guided=staff.bodies[guided] if guided else None,
            counterpart="" if guided else PROVINCIAL_OFFICE,
            measure=city.filter(assignments__body=body).first() if kind == "guidance" else None,
        )


def _create_media_records(staff: SampleStaff, today: date) -> None:
    """Create media records: a printed report, a spokesperson's visit (I-10)."""
    body = staff.bodies["jiaoyu"]
    clerk = staff.actor(Role.CLERK, body)
    interpretation.record_event(
        body,
        by=clerk,
        kind="supply",
        on=today - timedelta(days=15),
        topic="课后服务收费标准问答和图表",
        policy="云岭市中小学课后服务收费标准",
        medium="云岭日报、云岭广播电视台",
        coverage="云岭日报次日三版刊发，云岭新闻播出一分半",
    )
    interpretation.record_event(
        body,
        by=clerk,
        kind="on_site",
        on=today - timedelta(days=9),
        topic="“发言人来了”：入园入学政策面对面",
        policy="云岭市普惠性幼儿园管理办法",
        speaker="周明远",
        rank="leader",
        place="community",
        address="https://www.yunling.gov.example/press/fayanren",
    )


def _create_rankings(staff: SampleStaff, today: date) -> None:
    """Decline a private award and join a provincial assessment (V-07)."""
    office = staff.bodies["shiban"]
    private = assessment.register_ranking(
        office,
        by=staff.chief,
        on=today - timedelta(days=70),
        name="全国政务服务创新品牌百强评选",
        organiser="某品牌推广中心",
        fee=True,
    )
    assessment.decide_ranking(private, by=staff.chief, decision="decline", reason="社会机构举办并收费，按规定不参加。")
    official = assessment.register_ranking(
        office,
        by=staff.chief,
        on=today - timedelta(days=52),
        name="全省政务公开第三方评估",
        organiser="云州省人民政府办公厅",
        official=True,
    )
    assessment.decide_ranking(
        official,
        by=staff.chief,
        decision="join",
        reason="省政府办公厅组织，统一要求参加。",
        findings="部分规章没有提供可以下载的格式",
        until=today + timedelta(days=25),
    )


def _record_help(staff: SampleStaff, today: date) -> None:
    """Record the help for the lowest-ranked unit, and issue an approved public bulletin (V-12, V-13)."""
    with clock.travel_to(clock.office_hour(today - timedelta(days=18), 30)):
        assessment.record_talk(
            staff.bodies["zhujian"],
            by=staff.chief,
            kind="help",
            on=today - timedelta(days=18),
            held_by="市政府办公室政务公开办",
            attended="市住房城乡建设局办公室",
            problems="专区栏目没有专人更新，依申请办理不熟悉期限",
            demands="逐栏目明确责任人，整理在办申请",
            solved="现场梳理栏目12个，补发信息9条，逾期申请排出答复日期",
        )
    city = staff.bodies["shi"]
    with clock.travel_to(clock.office_hour(today - timedelta(days=14), 30)):
        draft = assessment.draft_bulletin(
            city,
            by=staff.chief,
            kind="problems",
            title="关于第三季度政务公开巡查问题的通报",
            text="第三季度巡查发现，个别单位公开专区更新不及时、对外电话无人接听，已责令限期整改。",
            units=[staff.bodies["zhujian"]],
            public=True,
        )
        assessment.approve_bulletin(draft, by=staff.actor(Role.LEAD, city))
        assessment.issue_bulletin(Bulletin.objects.get(pk=draft.pk), by=staff.chief)


def _complete_handover(staff: SampleStaff) -> None:
    """Complete and sign the handover checklist (W-02)."""
    upkeep = Upkeep.objects.get(website__is_default=True)
    office = staff.bodies["shiban"]
    for handover_part, content in HANDOVER_PARTS:
        handing.enter_handover(
            upkeep,
            by=staff.actor(Role.CLERK, office),
            part=handover_part,
            what=content,
            giver="云州软件服务有限公司 谢伟",
            on=timezone.localdate() - timedelta(days=5),
        )
    for row in Handover.objects.filter(upkeep=upkeep, received_at=None):
        received = handing.sign_handover_receipt(row, by=staff.actor(Role.LEAD, office))
        handing.sign_handover_as_witness(received or Handover.objects.get(pk=row.pk), by=staff.chief)


def _decide_to_merge_screened_account(staff: SampleStaff) -> None:
    """Decide to merge the first account that the screening found and nobody decided on (W-09)."""
    screening_hit = Hit.objects.filter(decision="").order_by("pk").first()
    if screening_hit is not None:
        text = "关注人数少、更新慢，内容并入“云岭发布”，年底前办理关停备案。"
        newmedia.decide_screening_hit(screening_hit, by=staff.chief, decision="merge", words=text)


def _record_releases(staff: SampleStaff) -> None:
    """Record a gazette post (W-10) and an account that published before the site (P-14)."""
    issue = Issue.objects.filter(past=False).order_by("pk").first()
    sent = [(ensure_document(issue), timedelta(hours=5))] if issue else []
    early = Document.objects.filter(body=staff.bodies["jiaoyu"]).exclude(published_at=None).order_by("pk").first()
    if early is not None:
        sent.append((early, timedelta(hours=-26)))
    for document, after in sent:
        document.refresh_from_db()
        if document.published_at is None:
            continue
        publishing.record_channel(
            document,
            by=staff.chief,
            channel="media",
            name="云岭发布",
            at=document.published_at + after,
            address=f"https://wechat.example/shiban/{document.pk}",
        )


def _judge_open_cells(staff: SampleStaff) -> None:
    """Judge the open cells of the yearly check as bad, and publish its result (B-08)."""
    check = YearlyCheck.objects.get(government=staff.bodies["shi"])
    unchecked_cells = check.cells.filter(verdict="").values_list("pk", flat=True)
    directory.judge_cells(
        check, by=staff.chief, verdicts=dict.fromkeys(unchecked_cells, ("bad", "栏目中没有本事项的信息，限期补充"))
    )
    directory.compose_check_result(YearlyCheck.objects.get(pk=check.pk), by=staff.chief)
    check = YearlyCheck.objects.get(pk=check.pk)
    publishing.place(ensure_document(check), by=staff.chief, columns=[_find_inspection_column()])
    sign_review(staff, publishing.submit(check, by=staff.chief), staff.bodies["shi"])


def _get_provisional_column() -> Column:
    return Column.objects.get(website__is_default=True, provisional=True)


def _find_inspection_column() -> Column:
    """Return the column of inspections, in the small city the one for everything else."""
    columns = Column.objects.filter(website__is_default=True, archived_at=None, name="监督检查")
    return columns.first() or _get_provisional_column()


def _complete_county_catalogue(staff: SampleStaff, today: date) -> None:
    """Complete the county's catalogue from draft to issue (B-04, B-06)."""
    waiting = Followup.objects.filter(entry__body=staff.bodies["qingxi"], domain="社会救助").first()
    if waiting is None:
        return
    county = staff.actor(Role.CHIEF, staff.bodies["qxban"])
    proof = PastProof("凭证县政府常务会议纪要，经办人登记，负责人核对", {"number": "县政府常务会议纪要"})
    for step, facts in (
        (followups.record_drafting, {}),
        (followups.record_submission, {}),
        (followups.record_approval, {"past_proof": proof}),
    ):
        step(Entry.objects.get(pk=waiting.pk), by=county, on=today, **facts)
    followups.record_issue(
        Entry.objects.get(pk=waiting.pk),
        by=county,
        on=today,
        number=f"青溪府办发〔{today.year}〕46号",
        address="https://www.qingxi.gov.example/ml/shehuijiuzhu.html",
    )
    assert Followup.objects.get(pk=waiting.pk).entry.state == FollowupState.ISSUED


def _remit_fees(staff: SampleStaff, today: date) -> None:
    """Remit the paid fees to the treasury (R-06), and record a call to an applicant (R-02)."""
    for fee in Fee.objects.exclude(paid_on=None).filter(treasury_on=None):
        clerk = staff.actor(Role.CLERK, fee.request.entry.body)
        requests.remit_fee(Entry.objects.get(pk=fee.request_id), by=clerk, on=today)
    body = staff.bodies["jiaoyu"]
    waiting = Entry.objects.filter(kind="request", body=body, closed_at=None)
    passed_on = waiting.order_by("-request__received_on").first()
    if passed_on is not None:
        gist = "申请人希望用电子表格，按学校列出；已说明可以提供，约定邮件发送。"
        requests.record_contact(passed_on, by=staff.actor(Role.CLERK, body), way="电话", gist=gist, on=today)


def _answer_appeal(staff: SampleStaff, today: date) -> None:
    """Answer the open appeal about a school, with a rectification (B-03)."""
    entry = Entry.objects.filter(kind="complaint", body=staff.bodies["jiaoyu"], closed_at=None).first()
    if entry is not None:
        text = "经核查，该校没有公布办公时间和电话，已要求三日内补充并在市教育局名录中更新。"
        complaints.answer_complaint(
            entry,
            by=staff.actor(Role.CLERK, staff.bodies["jiaoyu"]),
            found="true",
            text=text,
            mend_by=today + timedelta(days=10),
        )


CANTEENS_HTML = """<p>全市开放的社区老年食堂和60周岁以上老年人的助餐补贴标准见下表，名单每季度更新。咨询电话：0799-8009005。</p>
<table><caption>社区老年食堂</caption>
<thead><tr><th scope="col">名称</th><th scope="col">所在街道</th><th scope="col">开放时间</th></tr></thead>
<tbody><tr><td>城东社区老年食堂</td><td>城东街道</td><td>每日11:00至13:00、17:00至18:30</td></tr>
<tr><td>城西社区老年食堂</td><td>城西街道</td><td>每日11:00至13:00</td></tr>
<tr><td>东湖社区老年食堂</td><td>东湖街道</td><td>每日11:00至13:00、17:00至18:30</td></tr></tbody></table>
<table><caption>助餐补贴标准</caption>
<thead><tr><th scope="col">老年人</th><th scope="col">每餐补贴</th></tr></thead>
<tbody><tr><td>60至79周岁</td><td>2元</td></tr><tr><td>80周岁以上</td><td>4元</td></tr>
<tr><td>特困、低保老年人</td><td>6元</td></tr></tbody></table>"""


def _move_item(staff: SampleStaff, today: date) -> None:
    """Publish an item for a planned column, then open the column, which moves the item there (P-03)."""
    website = Website.objects.get(is_default=True)
    path = ["政务公开", "政府信息公开目录", "养老服务", "老年食堂"]
    made_columns = columns.make_planned_columns(columns.plan_columns(website, [path]), by=staff.chief)
    column = Column.objects.get(pk=made_columns.columns[tuple(path)].pk)
    body = staff.bodies["minzheng"]
    with clock.travel_to(clock.office_hour(today - timedelta(days=11), 40)):
        html = CANTEENS_HTML
        publish_new_item(staff, body, [column], "云岭市社区老年食堂名单和助餐补贴标准", html, kind="notice")
    with clock.travel_to(clock.office_hour(today - timedelta(days=3), 40)):
        facts = {
            "owner": body,
            "person": Person.objects.get(pk=staff.actor(Role.CLERK, body).person_id or 0),
            "cycle_days": 92,
            "content": "社区老年食堂的名单、标准和变动情况。",
        }
        publishing.change_column(column, by=staff.chief, **facts)
        publishing.open_column(Column.objects.get(pk=column.pk), by=get_second_person(staff))
        publishing.move_waiting(Column.objects.get(pk=column.pk), by=staff.chief)


def _publish_law_reports(staff: SampleStaff, today: date) -> None:
    """Publish the rule-of-law reports of two units (P-18, A-03)."""
    html = "<p>全年完成行政规范性文件合法性审核，办理行政复议答复，组织领导干部集体学法，执法公示按期更新。</p>"
    for key, ago in (("jiaoyu", 205), ("minzheng", 190)):
        with clock.travel_to(clock.office_hour(today - timedelta(days=ago), 40)):
            body = staff.bodies[key]
            title = f"{body.name}{today.year - 1}年法治政府建设年度报告"
            publish_new_item(staff, body, [_get_provisional_column()], title, html, kind="notice")


def _publish_limited_item(staff: SampleStaff, today: date) -> None:
    """Publish an item limited to some units, with the reason (P-21)."""
    body = staff.bodies["jiaoyu"]
    publish_new_item(
        staff,
        body,
        [_get_provisional_column()],
        "学校安全隐患排查清单（限相关单位）",
        "<p>各校隐患点位、整改责任和时限，供教育、财政部门整改和安排经费使用。</p>",
        kind="notice",
        manner="limited",
        circle=[staff.bodies["caizheng"].pk],
        manner_reason="只涉及少数单位的整改安排，公开具体点位可能影响校园安全。",
    )
