"""Actions on complaints: register, ask for a statement, answer, withdraw."""

import hashlib
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.intake.actions import schedule_erasure
from gongkai.core.intake.models import Party
from gongkai.core.ledger.clock import find_extension_errors, make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import draw_next_numbers, make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.past_records import with_proof
from gongkai.core.ledger.rectification import FoundFault as Fault
from gongkai.core.ledger.rectification import order_rectification
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.models import Body, Role
from gongkai.core.vault.sealing import decrypt_bytes, encrypt_bytes
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy import find
from gongkai.lib.writing.blocks import TextBlock
from gongkai.lib.writing.official import IssuedDocument, render_official_docx
from gongkai.work.requests.complaints.kind import deidentify_complaint
from gongkai.work.requests.complaints.rules import (
    describe_external_handler,
    get_complaint_handler,
    get_complaint_receiver,
    is_administrative_unit,
    is_own_unit_complaint,
    list_reasons_unless_about_unit,
    list_reasons_unless_complainant_or_handler,
    list_reasons_unless_complaint_answerer,
    list_reasons_unless_complaint_registrar,
    list_reasons_unless_statement_giver,
)
from gongkai.work.requests.models import Complaint, ComplaintFinding, ComplaintSubject, ReceiptChannel, Request

COMPLAINT_KIND_NAME = "complaint"
#: Information on further remedies, added to each written answer.
COMPLAINT_REMEDY = (
    "如对政府信息公开工作中的具体行政行为不服，可以依法申请行政复议或者提起行政诉讼（《条例》第五十一条）。"
)


#: A name of a public institution as a title may show it, short or behind its place; free words of the complainant are no name.
_INSTITUTION_NAME_RE = re.compile(
    rf"(?!.*(?:[的我你他她这那是在被找]|孩子))(?:[{HAN}]{{1,6}}[市县区州旗镇乡]|市|县|区)?第?[{HAN}（）]{{2,8}}"
    r"(?:学校|中学|小学|幼儿园|学院|大学|医院|卫生院|公司|集团|中心|车站|电视台|馆|厂|社|所|站)"
)


def _make_complaint_title(complained_unit: Body, about: str, *, institution: str) -> str:
    """Return the title; with the institution's name only if it is no personal data."""
    if institution:
        is_name = _INSTITUTION_NAME_RE.fullmatch(institution) and not find(institution)
        return f"申诉{institution if is_name else f'{complained_unit.label}主管的公共企事业单位'}：没有按规定公开"
    return f"投诉{complained_unit.label}：{ComplaintSubject(about).label}"


def get_current_complaint_title(complaint: Complaint) -> str:
    """Return the title that a complaint has by today's rule; old complaints have their text as title."""
    return _make_complaint_title(complaint.against, complaint.about, institution=complaint.institution.reveal())


@action("requests.register_complaint", label="登记投诉", rule=list_reasons_unless_complaint_registrar, quiet=True)
def register_complaint(
    against: Body,
    *,
    by: Actor,
    about: str,
    text: str,
    channel: str = "page",
    number: str = "",
    institution: str = "",
    received_on: date | None = None,
    **others: object,
) -> ActionResult:
    """Register a complaint with the responsible office; return its entry.

    Args:
        against: the unit complained of; for a public institution, the unit in charge of it.
        about: a `ComplaintSubject`.
        text: the complainant's words; they are not copied to the log or the title.
        channel: a `ReceiptChannel`.
        number: the number of the request concerned, if any.
        institution: the name of the public institution, if any.
        received_on: the day on which it was sent, if not today; the period counts from it.
        others: the other declared fields.
    """
    if about not in ComplaintSubject.values or channel not in ReceiptChannel.values:
        raise Refused("没有这种投诉事项或者提交方式。")
    details = require_text(text, "请写明投诉的事实和理由。", 5)
    institution_name = _require_institution_name(about, institution, against)
    handler = get_complaint_receiver(against, institution=bool(institution_name))
    if advice := describe_external_handler(handler):
        raise Refused(advice)
    request = _find_request(number, against)
    entry = Entry(
        kind=COMPLAINT_KIND_NAME,
        title=_make_complaint_title(against, about, institution=institution_name),
        body=handler,
        year=timezone.localdate().year,
        audience=Audience.PARTIES,
    )
    make_entries([entry], by=by, words="收到投诉", events=lambda _: [make_event("received", received_on)])
    facts = others | {"about": about, "channel": channel, "text": details, "institution": institution_name}
    complaint = Complaint.objects.create(entry=entry, against=against, request=request, **facts)
    tell = Notification(
        subject=f"新的信息公开投诉：{entry.number}",
        body=f"收到对{complaint.target}的{complaint.word}（{entry.number}），请核查并书面答复。",
        link=get_entry_url(entry),
        key=f"complaint/{entry.pk}",
        posts=((Role.CHIEF, handler.pk), (Role.CLERK, handler.pk)),
    )
    copies = (
        _make_overseer_notifications(entry, complaint)
        if institution_name and is_own_unit_complaint(by, against)
        else ()
    )
    return ActionResult(
        words=f"登记{entry.number}", facts={"entry": entry.pk, "about": about}, tell=(tell, *copies), result=entry
    )


def _require_institution_name(about: str, name: str, complained_unit: Body) -> str:
    """Return the institution's name, cut to 120 characters; "" for other complaints.

    Raises:
        Refused: when it is missing or names an administrative unit.
    """
    if about != ComplaintSubject.INSTITUTION:
        return ""
    named = require_text(name, "请写明是哪个公共企事业单位。", 2)[:120]
    if is_administrative_unit(named, complained_unit):
        raise Refused(f"“{named}”是行政机关，不是公共企事业单位。投诉它的，请选择其他投诉事项，由政务公开办核查。")
    return named


def _make_overseer_notifications(entry: Entry, complaint: Complaint) -> tuple[Notification, ...]:
    """Return the notice to the office above on a complaint registered by a unit, or ()."""
    office = get_complaint_handler(complaint.against)
    if office == complaint.against:
        return ()
    return (
        Notification(
            subject=f"请留意主管部门自行登记的申诉：{entry.number}",
            body=f"{complaint.against.label}自行登记了对{complaint.target}的申诉，由该单位调查答复。请核对是否属于对公共企事业单位的申诉，并监督按期答复。",
            link=get_entry_url(entry),
            key=f"complaint/{entry.pk}/own",
            posts=((Role.CHIEF, office.pk),),
        ),
    )


def _find_request(number: str, complained_unit: Body) -> Request | None:
    """Return the request of the unit with this number, None without a number.

    Raises:
        Refused: when there is none.
    """
    if not number.strip():
        return None
    request = Request.objects.filter(entry__number=number.strip(), entry__body=complained_unit).first()
    if request is None:
        raise Refused("被投诉单位没有这个编号的申请，请核对编号，记不清的可以不填。")
    return request


@entry_action(
    COMPLAINT_KIND_NAME,
    "ask_statement",
    label="要求单位说明",
    rule=check_may_work,
    ready=list_reasons_unless_about_unit,
)
def request_statement(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Ask the unit for a statement (`words`: on what); from now on the unit sees the complaint."""
    against = entry.complaint.against
    text = deidentify_complaint(entry.complaint, words.strip()).text
    tell = Notification(
        subject=f"请说明情况：{entry.number}",
        body=f"{entry.body.label}收到对你单位政府信息公开工作的投诉，请说明情况并提供材料。{text[:300]}",
        link=get_entry_url(entry),
        key=f"complaint/{entry.pk}/asked/{entry.version}",
        posts=((Role.CLERK, against.pk), (Role.LEAD, against.pk)),
    )
    return ActionResult(words=f"要求{against.label}说明情况。{text}", tell=(tell,))


@entry_action(COMPLAINT_KIND_NAME, "give_statement", label="说明情况", rule=list_reasons_unless_statement_giver)
def give_statement(entry: Entry, *, by: Actor, text: str) -> ActionResult:
    """Give the statement of the unit complained of; a further one is added to the earlier ones."""
    statements = (entry.complaint.statement, require_text(text, "请写明情况。", 5))
    Complaint.objects.filter(pk=entry.pk).update(statement="\n".join(filter(None, statements)))
    return ActionResult(words="被投诉单位说明情况")


@entry_action(COMPLAINT_KIND_NAME, "extend", label="延长答复期限", rule=check_may_work, ready=find_extension_errors)
def extend_complaint_period(entry: Entry, *, by: Actor, days: int, reason: str) -> ActionResult:
    """Extend the answer period by `days` working days, with a reason."""
    why = require_text(reason, "请写明延长的理由。", 4)
    return ActionResult(words=f"延长{days}个工作日：{why}", events=(make_event("extended", value=days),))


@entry_action(COMPLAINT_KIND_NAME, "answer", label="书面答复", rule=list_reasons_unless_complaint_answerer)
def answer_complaint(entry: Entry, *, by: Actor, found: str, text: str, mend_by: date | None = None) -> ActionResult:
    """Answer a complaint by letter; a justified one must be mended by `mend_by`."""
    if found not in ComplaintFinding.values:
        raise Refused("请选择核查结论。")
    answer = require_text(text, "请写明核查的情况和处理意见。", 10)
    is_justified = found in {ComplaintFinding.TRUE, ComplaintFinding.PARTLY}
    if is_justified and mend_by is None:
        raise Refused("投诉属实的，请填写整改期限：责令改正（《条例》第四十七条、第五十三条）。")
    complaint = entry.complaint
    complaint.found, complaint.answer, complaint.answered_on = found, answer, timezone.localdate()
    _write_answer_letter(entry, complaint)
    complaint.save()
    schedule_erasure(complaint.matter, complaint.answered_on)
    if is_justified and mend_by:
        about = complaint.get_about_display()
        fault = Fault(
            source="requests",
            ref=complaint.matter,
            title=f"投诉{ComplaintFinding(found).label}：{about}",
            what=about,
            demand=deidentify_complaint(complaint, answer).text[:1000],
            basis="《条例》第五十五条" if complaint.institution else "《条例》第四十七条",
            facts={"投诉": entry.number},
        )
        order_rectification(complaint.against, by=SYSTEM, found=fault, until=mend_by)
    entry.outcome = found
    facts = {"found": found, "letter": complaint.digest}
    return ActionResult(
        words=f"书面答复：{ComplaintFinding(found).label}", facts=facts, events=(make_event("replied"),)
    )


def _write_answer_letter(entry: Entry, complaint: Complaint) -> None:
    """Write and encrypt the letter that answers a complaint; the caller saves."""
    day = timezone.localdate()
    party = Party.objects.filter(matter=complaint.matter, erased_at=None).first()
    name = party.name.reveal() if party else ""
    issuer = entry.body.successor
    complaint.number = f"{issuer.label}公开投诉〔{day.year}〕{draw_next_numbers(f'公开投诉{issuer.pk}', day.year)}号"
    blocks = [
        TextBlock(f"{name or '投诉人'}：", indent=False),
        TextBlock(
            f"你对{complaint.institution.reveal() or complaint.against.name}的{complaint.word}（编号：{entry.number}）收悉。经核查，现答复如下："
        ),
        TextBlock(f"核查结论：{ComplaintFinding(complaint.found).label}。"),
        *(TextBlock(line) for line in complaint.answer.splitlines() if line.strip()),
    ]
    if not complaint.institution:
        blocks.append(TextBlock(COMPLAINT_REMEDY))
    issued = IssuedDocument(f"{complaint.word}答复书", (issuer.name,), complaint.number, blocks, made_on=day)
    content = render_official_docx(issued, lambda mark: None)
    complaint.letter, complaint.key = encrypt_bytes(content)
    complaint.digest = hashlib.sha256(content).hexdigest()


@entry_action(COMPLAINT_KIND_NAME, "withdraw", label="撤回投诉", rule=list_reasons_unless_complainant_or_handler)
@with_proof(f"{COMPLAINT_KIND_NAME}.withdraw")
def withdraw_complaint(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Close a complaint that was withdrawn; staff need a proof (`ledger.past_records`)."""
    entry.outcome = "withdrawn"
    schedule_erasure(entry.complaint.matter, timezone.localdate())
    return ActionResult(words=f"投诉人撤回。{words.strip()}", events=(make_event("replied"),))


def _list_reasons_unless_answer_reader(by: Actor, complaint: Complaint) -> list[str]:
    return [] if by == ANONYMOUS else check_may_work(by, Entry.objects.select_related("body").get(pk=complaint.pk))


def _list_reasons_unless_answered(complaint: Complaint) -> list[str]:
    return [] if complaint.key else ["还没有书面答复，或者保存期满已经清除。"]


@action(
    "requests.open_answer",
    label="打开投诉答复书",
    rule=_list_reasons_unless_answer_reader,
    ready=_list_reasons_unless_answered,
    quiet=True,
)
def open_complaint_answer(complaint: Complaint, *, by: Actor) -> ActionResult:
    """Open the written answer and log the access; the action's result is its bytes."""

    content = decrypt_bytes(bytes(complaint.letter), complaint.key.reveal())
    text = f"打开{complaint.number}"
    return ActionResult(words=text, facts={"letter": complaint.digest}, stream=f"entry/{complaint.pk}", result=content)
