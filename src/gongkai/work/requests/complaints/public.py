"""Public pages of complaints: the form, the progress page and the written answer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Unpack

from django import forms
from django.urls import reverse

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.intake.declared_fields import add_declared_fields, erase_words, load_declarations
from gongkai.core.intake.forms import PublicForm, Submission
from gongkai.core.intake.forms.people import ContactForm
from gongkai.core.intake.matters import (
    AskerDocument,
    FetchedDocument,
    FollowUp,
    MatterKind,
    MatterProgress,
    ProgressStage,
)
from gongkai.core.intake.uploads import FileRule
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import erase_past_records
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.forms.base import BodyChoice
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import lazy_figures
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, rows_field, style_inputs
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE
from gongkai.work.requests.complaints.actions import open_complaint_answer, register_complaint, withdraw_complaint
from gongkai.work.requests.complaints.rules import describe_external_handler, get_complaint_receiver
from gongkai.work.requests.complaints.states import COMPLAINT_MACHINE
from gongkai.work.requests.models import Complaint, ComplaintSubject, ReceiptChannel
from gongkai.work.requests.public import list_answering_bodies

if TYPE_CHECKING:
    from django.db.models import QuerySet


@add_declared_fields(Complaint, staff=True, before_field="name")
class ComplaintForm(forms.Form):
    """The form with which staff register a complaint that was not made on the website."""

    against = BodyChoice(label="被投诉单位")
    channel = forms.ChoiceField(
        label="提交方式", choices=[c for c in ReceiptChannel.choices if c[0] != ReceiptChannel.PAGE]
    )
    number = forms.CharField(label="有关的申请编号", required=False, max_length=40, help_text="不涉及申请的不填。")
    name = forms.CharField(label="投诉人", required=False, max_length=100)
    phone = forms.CharField(label="联系电话", required=False, max_length=30, help_text="查询时核对其后四位。")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: "QuerySet[Body]", **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        field = rows_field(self, "against")
        field.queryset = bodies
        style_inputs(self)


_OPEN_COMPLAINT_STATES = sorted(set(COMPLAINT_MACHINE.labels) - COMPLAINT_MACHINE.closed)


@add_declared_fields(Complaint)
class PublicComplaintForm(ContactForm):
    """The public complaint form, which requires name and phone."""

    prefill = ("against", "about", "institution", "number")
    groups = (("投诉什么", ("against", "number")), ("怎样答复您", ("name", "phone", "email")))

    against = forms.ModelChoiceField(label="被投诉单位", queryset=Body.objects.none(), empty_label="请选择")
    number = forms.CharField(
        label="有关的申请编号", max_length=40, required=False, help_text="投诉依申请公开的填写，如 申请2026-00012。"
    )

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        field = rows_field(self, "against")
        field.queryset = list_answering_bodies(self.sent_on)
        self.fields["name"].required = self.fields["phone"].required = True

    def clean_against(self) -> Body:
        """Return the chosen unit, or the one into which it was merged since the day of sending."""
        against: Body = self.cleaned_data["against"]
        return against.successor

    def clean(self) -> dict[str, object]:
        """Require the institution if an appeal is about one, and a unit with a handler."""
        data = super().clean()
        if data.get("about") == ComplaintSubject.INSTITUTION and not data.get("institution"):
            self.add_error("institution", "请填写公共企事业单位的名称。")
        against = data.get("against")
        if isinstance(against, Body):
            institution = data.get("about") == ComplaintSubject.INSTITUTION
            if advice := describe_external_handler(get_complaint_receiver(against, institution=institution)):
                self.add_error("against", advice)
        return data


def submit_complaint(submission: Submission) -> str:
    """Register a complaint from the public form; return its kind and number (`complaint/12`)."""
    data = submission.data
    facts = {name: data[name] for name in ("number", *load_declarations(Complaint))}
    entry = register_complaint(data["against"], by=ANONYMOUS, received_on=submission.day, **facts)
    return f"complaint/{entry.pk}"


def list_reasons_unless_complaint_reader(by: Actor, number: int) -> list[str]:
    """Return reasons against reading the complainant's data: who may work on the complaint may."""
    entry = Entry.objects.select_related("body").filter(pk=number, kind="complaint").first()
    return check_may_work(by, entry) if entry else ["没有这条记录。"]


def get_complaint_progress(number: int) -> MatterProgress | None:
    """Return the progress of a complaint for its complainant, or None."""
    complaint = Complaint.objects.select_related("entry__body", "against").filter(pk=number).first()
    if complaint is None:
        return None
    entry, closed = complaint.entry, complaint.entry.closed_at is not None
    deadline = compute_deadline(entry)
    steps = [ProgressStage("收到投诉", entry.opened_at)]
    if closed:
        steps.append(ProgressStage(entry.state_label, entry.closed_at))
    else:
        steps += [ProgressStage("核查", current=True), ProgressStage("书面答复")]
    return MatterProgress(
        title=f"{complaint.word}：{complaint.get_about_display()}",
        number=entry.number,
        state=entry.state_label,
        received_at=entry.opened_at,
        closed=closed,
        due=None if closed else deadline.date,
        why=() if closed else tuple(step.text for step in deadline.steps),
        stages=tuple(steps),
        unit=entry.body.successor.label,
        contact=entry.body.successor.phone,
        answer=f"核查结论：{complaint.get_found_display()}。详见答复书。" if complaint.found else "",
        answered_at=entry.closed_at if complaint.found else None,
    )


def list_complaint_papers(number: int) -> list[AskerDocument]:
    """Return the written answer, unless there is none or it was erased."""
    complaint = Complaint.objects.defer("letter").get(pk=number)
    day = f"{complaint.answered_on:%Y-%m-%d}" if complaint.answered_on else ""
    return [AskerDocument("answer", f"{complaint.word}答复书", f"{complaint.number}，{day}")] if complaint.key else []


def fetch_complaint_paper(number: int, ref: str) -> FetchedDocument:
    """Return the written answer and log the access.

    Raises:
        Refused: another paper than `answer`, or it cannot be opened.
    """
    if ref != "answer":
        raise Refused("没有这份文书。")
    content = open_complaint_answer(Complaint.objects.get(pk=number), by=ANONYMOUS)
    return FetchedDocument(content, "政府信息公开投诉答复书.docx", DOCX_CONTENT_TYPE)


class ComplaintWithdrawalForm(forms.Form):
    """The confirmation of a withdrawal."""

    sure = forms.BooleanField(label="我确认撤回这件投诉", error_messages={"required": "请勾选确认后再撤回。"})


def _withdraw_complaint_online(number: int, data: Mapping[str, object]) -> None:
    withdraw_complaint(Entry.objects.get(pk=number, kind="complaint"), by=ANONYMOUS)


def _is_complaint_open(number: int) -> bool:
    return Entry.objects.filter(pk=number, kind="complaint", state__in=_OPEN_COMPLAINT_STATES).exists()


def erase_complaint(number: int) -> None:
    """Erase the complainant's words, proofs and the answer's key; kind, result and dates stay."""
    complaint = Complaint.objects.get(pk=number)
    erase_words(complaint)
    erase_past_records(complaint.entry)
    Complaint.objects.filter(pk=number).update(key="", letter=b"")


COMPLAINT_FORM = PublicForm(
    name="complaint",
    title="政府信息公开投诉",
    form=PublicComplaintForm,
    submit=submit_complaint,
    intro=(
        "认为行政机关没有依法公开政府信息、没有按期答复申请、违规收费的，可以向政府信息公开工作主管部门投诉（《条例》第五十一条）。",
        "学校、医院、供水供电供气、公交等公共企事业单位没有按规定公开信息的，向其主管部门申诉，由主管部门调查处理并告知结果（《条例》第五十五条）。",
        lazy_figures("收到后<complaint.reply>内核查并书面答复；您的姓名和联系方式不告诉被投诉单位。"),
        "对答复不服的，也可以依法申请行政复议或者提起行政诉讼，投诉不影响复议和诉讼的期限。",
    ),
    files=FileRule(label="证据材料（可不传）"),
    phone_code="offered",
    thanks=("在“查办理情况”页可以查看核查情况、领取书面答复。",),
    button="提交投诉",
)
COMPLAINT_MATTER = MatterKind(
    name="complaint",
    label="政府信息公开投诉",
    asker="投诉人",
    may_read=list_reasons_unless_complaint_reader,
    progress=get_complaint_progress,
    erase=erase_complaint,
    office=lambda number: reverse("ledger_entry", kwargs={"pk": number}),
    papers=list_complaint_papers,
    fetch=fetch_complaint_paper,
    follow_ups=(
        FollowUp(
            "withdraw",
            "撤回投诉",
            ComplaintWithdrawalForm,
            _withdraw_complaint_online,
            _is_complaint_open,
            "投诉已撤回。",
            "撤回投诉",
            decides=True,
        ),
    ),
)
