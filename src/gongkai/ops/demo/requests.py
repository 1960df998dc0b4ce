"""Sample data for 依申请公开: a request in each state that a clerk meets."""

from datetime import date, datetime, timedelta

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.matter_access import check_digit
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import PastProof
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law import default_calendar
from gongkai.lib.typed_json import read_text
from gongkai.lib.writing.blocks import TextBlock
from gongkai.lib.writing.official import IssuedDocument, render_official_docx
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.work.requests import actions
from gongkai.work.requests.complaints import actions as complaints
from gongkai.work.requests.models import Consultation, Dispute, Letter, Material

#: Query codes of the sample; the second key is the last four digits of the telephone number.
QUERY_CODES = tuple(
    f"{one:015d}{check_digit(f'{one:015d}')}" for one in (202600000000001, 202600000000002, 202600000000003)
)
APPLICANT_PHONES = ("13800138041", "13800138042", "13800138043")


def get_last_national_day(today: date) -> date:
    """Return the last 1 October at least 32 days before today."""
    this = date(today.year, 10, 1)
    return this if today >= this + timedelta(days=32) else date(today.year - 1, 10, 1)


def working_days_ago(today: date, count: int) -> date:
    """Return the working day `count` working days ago."""
    return default_calendar().subtract_working_days(today, count)


#: Payment instructions in the sample's fee notices.
PAYMENT_ADVICE = (
    "到云岭市财政局一楼收费窗口缴纳，或者转账至云岭市财政局非税收入专户（云岭银行营业部），联系电话0799-8001001"
)


class SampleRequest:
    """A sample request, with methods that run actions on given days."""

    def __init__(self, staff: SampleStaff, key: str, wanted: str, day: date, name: str = "", **facts: object) -> None:
        self.staff, self.body = staff, staff.bodies[key]
        self.minute = 20
        values = {"applicant_kind": "person", "channel": "counter", "form_wanted": "paper", "route_wanted": "pick_up"}
        with clock.travel_to(self.moment(day)):
            by = ANONYMOUS if facts.get("channel") == "page" else self.actor(Role.CLERK)
            self.pk = actions.register_request(self.body, by=by, wanted=wanted, **{**values, **facts}).pk
            if name:
                particulars = SenderParticulars(kind=read_text(facts, "applicant_kind") or "person", name=name)
                register_party(None, by=ANONYMOUS, matter=f"request/{self.pk}", particulars=particulars)

    def moment(self, day: date) -> datetime:
        """Return the next moment within working hours on a day; each call is 25 minutes later."""
        self.minute += 25
        return clock.office_hour(day, self.minute, weekends=True)

    def actor(self, role: str) -> Actor:
        """Return an actor of its unit with a role."""
        return self.staff.actor(role, self.body)

    def register_applicant(self, number: int, name: str) -> "SampleRequest":
        """Register the applicant with the fixed telephone and query code of a number; return itself."""
        particulars = SenderParticulars(kind="person", name=name, phone=APPLICANT_PHONES[number], email="")
        register_party(None, by=ANONYMOUS, matter=f"request/{self.pk}", particulars=particulars)
        issue_code(
            None, by=ANONYMOUS, matter=f"request/{self.pk}", second=particulars.last_four, given=QUERY_CODES[number]
        )
        return self

    def record_receipt(self, day: date) -> None:
        """Record, with proof, that the applicant received the posted notice."""
        proof = PastProof("凭证挂号信回执，经办人登记，负责人核对", {"number": "挂号信回执"})
        self.do("record_notice_service", day, route="mail", proof="本人签收", on=day, past_proof=proof)

    def do(self, verb: str, day: date, by: Actor | None = None, **facts: object) -> object:
        """Run an action on a day, by default as the unit's clerk."""
        with clock.travel_to(self.moment(day)):
            return ACTIONS_BY_NAME[f"request.{verb}"](
                Entry.objects.get(pk=self.pk), by=by or self.actor(Role.CLERK), **facts
            )


def create_requests(staff: SampleStaff, today: date) -> None:
    """Create requests in every state, for example answered, transferred, overdue or disputed."""
    for create in (
        _create_holiday_request,
        _create_overturned_refusal,
        _create_overdue_request,
        _create_late_answer,
        _create_transferred_request,
        _create_unclear_request,
        _create_corrected_request,
        _create_extended_request,
        _create_consulting_request,
        _create_similar_request,
    ):
        create(staff, today)


def create_fee_requests(staff: SampleStaff, today: date) -> None:
    """Create a request with a paid fee, and one given up because its fee was not paid."""
    _create_paid_request(staff, today)
    _create_unpaid_request(staff, today)


def _create_holiday_request(staff: SampleStaff, today: date) -> None:
    """Create a request with third-party objection over the holiday and a masked copy."""
    holiday = get_last_national_day(today)
    day = default_calendar().add_working_days
    begin = holiday - timedelta(days=7)
    title = "城东实验学校食堂2025年度食材采购合同及中标单位报价明细"
    facts = {"channel": "page", "form_wanted": "electronic", "route_wanted": "page"}
    request = SampleRequest(staff, "jiaoyu", title, begin, **facts).register_applicant(0, "宋明月")
    request.do("ask_third_party", holiday - timedelta(days=3), who="晨光餐饮管理有限公司")
    consultation = Consultation.objects.get(request=request.pk)
    reason = "报价的成本构成属于商业秘密，其余内容同意公开。"
    request.do(
        "take_opinion", day(holiday, 5), by=ANONYMOUS, consultation=consultation.pk, opinion="partly", reason=reason
    )
    contract = NamedStoredFile(
        "食材采购合同及报价明细.docx", store(_make_contract(request.body), "食材采购合同及报价明细.docx")
    )
    request.do("add_materials", day(holiday, 7), files=[contract])
    material = Material.objects.get(request=request.pk)
    request.do("mask_material", day(holiday, 8), material=material.pk)
    opinion = "不涉及国家秘密；报价成本构成和联系人信息遮盖后可以公开。"
    request.do("review_secrecy", day(holiday, 9), request.actor(Role.REVIEWER), verdict="part", opinion=opinion)
    decided = {
        "result": "3.2",
        "ground": "报价明细中的成本构成涉及第三方商业秘密，第三方不同意公开，理由合理；其余内容予以公开。",
        "told": "采购合同全文及报价总额见所附材料。",
        "form_given": "electronic",
        "withheld": "3.3.4",
        "outside": True,
    }
    request.do("decide", day(holiday, 12), request.actor(Role.SIGNER), **decided)
    letter = Letter.objects.get(request=request.pk, kind="reply")
    with clock.travel_to(request.moment(day(holiday, 13))):
        actions.hand_out_letter(letter, by=ANONYMOUS)  # collection counts as delivery


def _make_contract(body: Body) -> bytes:
    """Return a contract with personal data to be masked."""
    lines = (
        "甲方为城东实验学校，乙方为晨光餐饮管理有限公司。",
        "一、甲方向乙方采购2025年度食堂食材，合同总价三百一十二万元，按月结算。",
        "二、乙方联系人：刘志强，身份证号42010619900101001X，电话13800138049。",
        "三、食材质量应当符合食品安全国家标准，每批附检验合格证明。",
    )
    issued = IssuedDocument("食材采购合同", (body.name,), "", [TextBlock(line) for line in lines])
    return render_official_docx(issued, lambda mark: None)


def _create_paid_request(staff: SampleStaff, today: date) -> None:
    """Create a request charged by page, paid, answered and compiled as a case."""
    request = SampleRequest(
        staff,
        "minzheng",
        "2016年以来全市养老机构等级评定结果文件",
        working_days_ago(today, 34),
        applicant_kind="research",
    )
    request.register_applicant(1, "云岭大学公共政策研究所")
    grounds = "一件申请涉及评定结果文件160页"
    request.do("calculate_fee", working_days_ago(today, 30), basis="pages", count=160, why="number", grounds=grounds)
    request.do("clear_fee", working_days_ago(today, 29), staff.chief)
    request.do("notify_fee", working_days_ago(today, 28), pay_how=PAYMENT_ADVICE)
    request.record_receipt(working_days_ago(today, 27))
    request.do("take_payment", working_days_ago(today, 20), way="银行转账", receipt="云票（2026）0038812")
    opinion = "逐份核对等级评定结果文件复印件160页，不涉及国家秘密、商业秘密和个人隐私。"
    request.do(
        "review_secrecy", working_days_ago(today, 9), request.actor(Role.REVIEWER), verdict="publish", opinion=opinion
    )
    request.do(
        "decide",
        working_days_ago(today, 8),
        request.actor(Role.SIGNER),
        result="3.1",
        told="复印件160页，自行领取。",
        form_given="paper",
        wishes_met="原件没有电子文档，征得申请人同意提供复印件。",
    )
    request.do("deliver", working_days_ago(today, 6), route="pick_up", proof="签收单第12号")
    comment = "历年等级评定结果已经形成，属于应当公开的政府信息；数量大的，先告知计费方式和金额，由申请人决定是否继续。"
    request.do(
        "compile_case", working_days_ago(today, 3), title="大量历史文件的提供和收费", comment=comment, tags="收费 养老"
    )


def _create_unpaid_request(staff: SampleStaff, today: date) -> None:
    """Create a request that is abandoned because its fee was not paid."""
    request = SampleRequest(
        staff,
        "caizheng",
        "2015年以来全市政府采购合同目录",
        working_days_ago(today, 52),
        "云岭明达咨询有限公司",
        applicant_kind="business",
    )
    grounds = "一件申请涉及十一年的合同目录420页"
    request.do("calculate_fee", working_days_ago(today, 48), basis="pages", count=420, why="number", grounds=grounds)
    request.do("clear_fee", working_days_ago(today, 47), staff.chief)
    request.do("notify_fee", working_days_ago(today, 46), pay_how=PAYMENT_ADVICE)
    request.record_receipt(working_days_ago(today, 46))
    request.do("abandon", working_days_ago(today, 20), request.actor(Role.LEAD))


def _create_overturned_refusal(staff: SampleStaff, today: date) -> None:
    """Create a refusal overturned by review, and reopen it for a new answer."""
    request = SampleRequest(
        staff, "zhujian", "青山路片区房屋征收补偿方案论证材料", working_days_ago(today, 95), "方树青"
    )
    ground = "属于征收补偿方案制定过程中的讨论材料。"
    request.do("decide", working_days_ago(today, 80), request.actor(Role.SIGNER), result="3.3.6", ground=ground)
    request.do("deliver", working_days_ago(today, 79), route="mail", proof="挂号信XA20260712")
    number = f"云府复〔{working_days_ago(today, 55).year}〕18号"
    request.do("open_dispute", working_days_ago(today, 55), kind="review", organ="云岭市人民政府", number=number)
    case = Dispute.objects.get(request=request.pk)
    finding = "方案已经公布施行，论证材料不再属于过程性信息，应当重新作出答复。"
    request.do(
        "conclude_dispute",
        working_days_ago(today, 12),
        dispute=case.pk,
        result="corrected",
        finding=finding,
        orders_anew=True,
        past_proof=PastProof(f"凭证{number}，经办人登记，负责人核对", {"number": number}),
    )
    request.do("reopen", working_days_ago(today, 11), words=f"{case.number}行政复议决定")


def _create_overdue_request(staff: SampleStaff, today: date) -> None:
    """Create a request past its deadline without an answer."""
    SampleRequest(
        staff,
        "zhujian",
        "安居家园二期公共维修资金使用明细",
        working_days_ago(today, 26),
        "邓海燕",
        channel="page",
        route_wanted="page",
    )


def _create_late_answer(staff: SampleStaff, today: date) -> None:
    """Create a request answered after its deadline."""
    request = SampleRequest(
        staff,
        "renshe",
        "2024年度失业保险稳岗返还企业名单",
        working_days_ago(today, 60),
        "云岭正衡律师事务所",
        applicant_kind="legal",
    )
    place_note = "已在市人力社保局网站“社会保障”栏目主动公开。"
    request.do(
        "decide",
        working_days_ago(today, 36),
        request.actor(Role.LEAD),
        result="3.1",
        told=place_note,
        already_public=True,
    )


def _create_transferred_request(staff: SampleStaff, today: date) -> None:
    request = SampleRequest(
        staff, "caizheng", "城南片区小学近三年招生计划和实际招生人数", working_days_ago(today, 7), "罗晓梅"
    )
    request.do("transfer", working_days_ago(today, 5), body=staff.bodies["jiaoyu"], words="该信息由市教育局制作")


def _create_similar_request(staff: SampleStaff, today: date) -> None:
    """Create an answered request similar to another one (R-09)."""
    request = SampleRequest(
        staff,
        "jiaoyu",
        "城北片区小学近三年招生计划和实际招生人数",
        working_days_ago(today, 75),
        "褚文芳",
        channel="mail",
    )
    place_note = "历年招生计划和实际招生人数已在市教育局网站“招生信息”栏目主动公开。"
    request.do(
        "decide",
        working_days_ago(today, 68),
        request.actor(Role.LEAD),
        result="3.1",
        told=place_note,
        already_public=True,
    )


def create_complaint(staff: SampleStaff, today: date) -> None:
    """Create a complaint about an overdue request, on which the unit gave its statement."""
    against = staff.bodies["zhujian"]
    number = Entry.objects.filter(kind="request", body=against, closed_at=None).order_by("due_at")[0].number
    text = "10月提交的申请早已过了答复期限，没有收到任何答复。"
    with clock.travel_to(moment_working_days_ago(today, 4)):
        facts = {"about": "not_answered", "text": text, "number": number}
        complaint = complaints.register_complaint(against, by=ANONYMOUS, **facts)
        particulars = SenderParticulars(kind="person", name="宋明月", phone=APPLICANT_PHONES[0])
        register_party(None, by=ANONYMOUS, matter=f"complaint/{complaint.pk}", particulars=particulars)
    with clock.travel_to(moment_working_days_ago(today, 3)):
        complaint = complaints.request_statement(Entry.objects.get(pk=complaint.pk), by=staff.chief)
    with clock.travel_to(moment_working_days_ago(today, 1)):
        clerk = staff.actor(Role.CLERK, against)
        complaints.give_statement(
            Entry.objects.get(pk=complaint.pk),
            by=clerk,
            text="承办科室对维修资金明细是否涉及业主隐私有分歧，未及时答复，正在办理。",
        )


def create_appeal(staff: SampleStaff, today: date) -> None:
    """Create an appeal about a school that publishes no contact data."""
    text = "学校的办公时间和联系电话一直没有公布，开学前找不到人问。"
    facts = {"about": "institution", "institution": "云岭市晨光学校", "text": text}
    with clock.travel_to(moment_working_days_ago(today, 2)):
        complaint = complaints.register_complaint(staff.bodies["jiaoyu"], by=ANONYMOUS, **facts)
        particulars = SenderParticulars(kind="person", name="何春燕", phone=APPLICANT_PHONES[1])
        register_party(None, by=ANONYMOUS, matter=f"complaint/{complaint.pk}", particulars=particulars)


def moment_working_days_ago(today: date, count: int) -> datetime:
    """Return 15:10 on the working day `count` working days ago."""
    return end_of_day(working_days_ago(today, count)).replace(hour=15, minute=10, second=0, microsecond=0)


def _create_unclear_request(staff: SampleStaff, today: date) -> None:
    """Create a request for which a correction is awaited."""
    request = SampleRequest(
        staff,
        "jiaoyu",
        "学校的有关文件",
        working_days_ago(today, 9),
        channel="page",
        form_wanted="electronic",
        route_wanted="page",
    )
    request.register_applicant(2, "何先生")
    request.do(
        "ask_correction", working_days_ago(today, 5), items="请写明学校名称、文件的年度和文件标题或者主题。", days=15
    )


def _create_corrected_request(staff: SampleStaff, today: date) -> None:
    """Create a request that was corrected, with an answer proposed."""
    request = SampleRequest(staff, "jiaoyu", "教师招聘材料", working_days_ago(today, 24), "彭立言", channel="mail")
    request.do("ask_correction", working_days_ago(today, 20), items="请写明招聘的年份、批次和需要的材料名称。", days=15)
    request.record_receipt(working_days_ago(today, 18))
    request.do("take_correction", working_days_ago(today, 17), ANONYMOUS, wanted="2025年第二批公开招聘教师总成绩公告")
    place_note = "已于2025年8月在市教育局网站公布，告知查询地址。"
    request.do("propose", working_days_ago(today, 3), result="3.1", told=place_note)


def _create_extended_request(staff: SampleStaff, today: date) -> None:
    """Create a request with an extended deadline."""
    request = SampleRequest(
        staff,
        "minzheng",
        "各县区城市低保标准调整的测算文件",
        working_days_ago(today, 21),
        "云岭市社会工作协会",
        applicant_kind="charity",
    )
    request.do(
        "extend",
        working_days_ago(today, 4),
        request.actor(Role.LEAD),
        days=15,
        reason="文件形成于多个年度，需要逐卷查找核对",
    )


def _create_consulting_request(staff: SampleStaff, today: date) -> None:
    """Create a request on which a third party's opinion is awaited."""
    request = SampleRequest(
        staff, "zhujian", "云岭花园三期商品房预售资金监管协议", working_days_ago(today, 12), "沈建国"
    )
    request.do("ask_third_party", working_days_ago(today, 6), who="云岭安居房地产开发有限公司")
