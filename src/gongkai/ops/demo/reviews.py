"""Sample data: texts in review at every stage, one returned, one urgent, one needing consent."""

import io
from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.models.reviews import plain_answers
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.paper import make_document
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.ops.demo.site import record_whole_reading

#: Invented people with valid check digits, of dates and places that do not exist.
INVENTED_PEOPLE = (
    ("何秀梅", "530999198803120024", "城关镇实验小学", "13800005231"),
    ("赵文博", "530999199107250030", "东河中学", "13900006417"),
    ("龙小云", "530999199509180047", "市特殊教育学校", "13700007856"),
)
RECRUITMENT_TEXT = (
    "<p>根据《云岭市中小学教师公开招聘实施方案》，经笔试、面试、体检和考察，现将{year}年第二批拟聘用人员公示如下（见附件）。</p>"
    "<p>各学校要按照工作布署，做好新聘教师岗前培训。公示期为5个工作日，对公示内容有异议的，可向市教育局人事科反映，监督电话0799-8004321。</p>"
    '<p class="attached">附件：拟聘用人员名单</p><p class="signed">云岭市教育局</p><p class="signed">{day}</p>'
)


def create_unsubmitted_draft(staff: SampleStaff, today: date) -> None:
    """Create a draft with personal data in its text and attachment, which its clerk has not submitted."""
    body = staff.bodies["jiaoyu"]
    clerk = staff.actor(Role.CLERK, body)
    columns = list(
        Column.objects.filter(opened_at__isnull=False, website__body=staff.bodies["shi"], name__contains="招考")
    )
    columns = columns or list(Column.objects.filter(opened_at__isnull=False, website__body=staff.bodies["shi"])[:1])
    actions.create_draft(
        body,
        by=clerk,
        columns=columns[:1],
        attachments=[
            ("拟聘用人员名单.docx", store_publishable_file(_make_name_list(today), "拟聘用人员名单.docx", clerk))
        ],
        title=f"云岭市教育局关于{today.year}年第二批公开招聘教师拟聘用人员的公示",
        kind=ItemKind.PERSONNEL,
        imported_html=RECRUITMENT_TEXT.format(year=today.year, day=day_in_words(today)),
        issuer=body.name,
        formed_on=today,
        written_on=today,
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis=DisclosureBasis.A20_14,
    )


def _make_name_list(today: date) -> bytes:
    """Return a .docx list of invented people with identity numbers and telephones, which the check finds."""
    document = make_document()
    document.add_heading(f"{today.year}年第二批公开招聘教师拟聘用人员名单", 1)
    table = document.add_table(rows=1, cols=4)
    for cell, text in zip(table.rows[0].cells, ("姓名", "身份证号", "拟聘用单位", "联系电话"), strict=True):
        cell.text = text
    for person in INVENTED_PEOPLE:
        for cell, text in zip(table.add_row().cells, person, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


#: Texts in review: title, sentence, number of signed stages, days ago.
PENDING_TEXTS: tuple[tuple[str, str, int, int], ...] = (
    ("云岭市教育局关于寒假安全工作的通知", "各学校放假前开展一次安全教育，公布值班电话。", 0, 3),
    ("2026年秋季学期课后服务学校名单", "全市128所学校开展课后服务，家长自愿参加。", 0, 1),
    ("云岭市中小学食堂食品安全检查情况", "第三季度检查学校食堂96家，整改问题41个。", 0, 1),
    ("2026年教师资格认定公告", "认定对象、条件和网上报名时间见正文，现场确认另行通知。", 0, 0),
    ("云岭市学前教育普惠园名单（2026年）", "全市46所民办幼儿园达到普惠标准。", 1, 2),
    ("2026年普通高中招生计划执行情况", "全市计划招生11200人，实际录取11186人。", 1, 1),
    ("云岭市教育局2026年第三季度政府采购情况", "共完成采购项目17项，节约资金86万元。", 2, 1),
)
SCHOOLS_TABLE_HTML = (
    "<table>" + "".join(f"<tr><td>{n}</td><td>云岭第{n}小学</td></tr>" for n in range(1, 65)) + "</table>"
)


def create_reviews(staff: SampleStaff, *, small: bool = False) -> None:
    """Create texts under review, in the small city three of them, and a returned, an urgent and a coordinated one."""
    body = staff.bodies["jiaoyu"]
    columns = Column.objects.filter(opened_at__isnull=False, website__body=staff.bodies["shi"], fixed="")
    own = columns.filter(owner=body).order_by("key")
    column = columns.filter(name="义务教育").first() or own.first() or columns.first()
    if column is None:
        return
    clerk = staff.actor(Role.CLERK, body)
    for title, text, signed, days in PENDING_TEXTS[1:6:2] if small else PENDING_TEXTS:
        with clock.travel_to(timezone.now() - timedelta(days=days, hours=2)):
            html = f"<p>{text}</p>" + (SCHOOLS_TABLE_HTML if "名单" in title and not signed else "")
            _sign_stages(staff, _submit_draft(body, clerk, column, title, html), body, signed)
    _create_returned_text(staff, body, clerk, column)
    _create_urgent_text(staff, body, clerk, column)
    _create_coordinated_draft(staff, body, clerk, column)


def _write_draft(body: Body, clerk: Actor, column: Column, title: str, html: str) -> ItemPage:
    """Create a notice as a draft and return its page."""
    page: ItemPage = actions.create_draft(
        body,
        by=clerk,
        columns=[column],
        title=title,
        kind="notice",
        imported_html=html,
        formed_on=timezone.localdate(),
        attribute="proactive",
        attribute_basis="20.11",
        source=body.label,
    )
    return page


def _submit_draft(body: Body, clerk: Actor, column: Column, title: str, html: str) -> Review:
    """Create a notice, submit it and return the review."""
    review: Review = actions.submit(_write_draft(body, clerk, column, title, html), by=clerk)
    return review


def _sign_stages(staff: SampleStaff, review: Review, body: Body, stages: int) -> None:
    """Let the reviewer (1) or reviewer and signer (2) sign a review; with none nothing happens."""
    if not stages:
        return
    sheet = actions.fill_sheet(review, by=staff.actor(Role.REVIEWER, body), answers=plain_answers())
    signers = [staff.actor(role, body) for role in (Role.REVIEWER, Role.SIGNER)[:stages]]
    record_whole_reading(review, signers, sheet.digest)
    for signer in signers:
        actions.approve(review, by=signer, sheet=sheet.digest)


def _create_returned_text(staff: SampleStaff, body: Body, clerk: Actor, column: Column) -> None:
    """Create a text that was signed by the reviewer, returned by the signer, corrected and resubmitted."""
    html = "<p>全市设12个考点，考生2140人。</p><p>请考生携带身份证和准考证，提前30分钟入场。</p><p>考务咨询电话在工作时间开通。</p>"
    with clock.travel_to(timezone.now() - timedelta(days=2)):
        page = _write_draft(body, clerk, column, "2026年下半年学业水平考试安排", html)
        review = actions.submit(page, by=clerk)
        _sign_stages(staff, review, body, 1)
        actions.return_review(
            review, by=staff.actor(Role.SIGNER, body), words="考点数与考务方案不一致，请核对。", gate="wording"
        )
    mended = html.replace("12个考点", "13个考点").replace("2140人", "2186人")
    actions.save_revision(page, by=clerk, imported_html=mended)
    actions.submit(page, by=clerk, note="已按考务方案更正考点和人数")


def _create_urgent_text(staff: SampleStaff, body: Body, clerk: Actor, column: Column) -> None:
    """Publish a text by the head's urgent order before its review."""
    with clock.travel_to(timezone.now() - timedelta(hours=3)):
        html = "<p>受冷空气影响，部分县区道路结冰，相关学校11月20日下午停课半天，校车暂停运行。</p>"
        review = _submit_draft(body, clerk, column, "关于部分学校因道路结冰临时停课的紧急通知", html)
        sheet = actions.fill_sheet(review, by=staff.actor(Role.REVIEWER, body), answers=plain_answers())
        lead = staff.actor(Role.LEAD, body)
        record_whole_reading(review, [lead], sheet.digest)
        actions.order_urgent(review, by=lead, reason="道路结冰，须在放学前告知家长", sheet=sheet.digest)


def _create_coordinated_draft(staff: SampleStaff, body: Body, clerk: Actor, column: Column) -> None:
    """Create a draft on a major matter, on which one of two units has given its opinion."""
    html = "<p>拟对市区6所小学的招生范围作适当调整，现征求意见。</p>"
    page = _write_draft(body, clerk, column, "2027年市区小学招生范围调整方案", html)
    bodies = [staff.bodies[key] for key in ("caizheng", "shiban") if key in staff.bodies]
    flag = actions.start_coordination(page, by=clerk, kind="major", bodies=bodies, reason="涉及面广，社会关注度高")
    lead = staff.actor(Role.LEAD, bodies[0])
    actions.give_opinion(flag, by=lead, body=bodies[0], agrees=True, words="经费已列入预算，同意。")
