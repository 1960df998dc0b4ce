"""Public forms: report a fault, follow it, rate the answer."""

from collections.abc import Mapping

from django import forms
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.hosts import find_site_of_host
from gongkai.content.editions.models import Website
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.declared_fields import add_declared_fields, erase_words, load_declarations
from gongkai.core.intake.forms import PublicForm, Submission
from gongkai.core.intake.forms.people import ContactForm
from gongkai.core.intake.matters import FollowUp, MatterKind, MatterProgress, ProgressStage
from gongkai.core.intake.uploads import FileRule
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry
from gongkai.core.widgets.fields import lazy_figures
from gongkai.work.site_operations.actions import rate_fault_answer, report_fault
from gongkai.work.site_operations.models import Fault, FaultAnswerSatisfaction
from gongkai.work.site_operations.permissions import list_reasons_against_handling_fault
from gongkai.work.site_operations.states import FaultState


@add_declared_fields(Fault, before_field="name")
class FaultReportForm(ContactForm):
    """The form for the fault, and optionally the reader's contact."""

    prefill = ("page",)
    groups = (("哪里有问题", ()), ("怎样答复您（可不填）", ("name", "phone", "email")))


def submit_fault_report(submission: Submission) -> str:
    """Report a fault of the requested site; return its matter (Refused: no such site)."""
    website = find_site_of_host(submission.host, Website.objects.all())
    if website is None:
        raise Refused("还没有建立网站，请政务公开办先“新建网站”。")
    facts = {name: submission.data[name] for name in load_declarations(Fault)}
    entry = report_fault(website, by=ANONYMOUS, at=submission.sent_at, **facts)
    return f"fault/{entry.pk}"


class SatisfactionForm(forms.Form):
    """The form for satisfaction and a remark."""

    satisfaction = forms.TypedChoiceField(
        label="您对办理结果满意吗？", choices=FaultAnswerSatisfaction, coerce=int, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label="还想说的话", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def _save_fault_rating(number: int, data: Mapping[str, object]) -> None:
    rate_fault_answer(Entry.objects.get(pk=number, kind="fault"), by=ANONYMOUS, **data)


def _can_rate(number: int) -> bool:
    """Return true if the fault is answered and not rated yet."""
    return Fault.objects.filter(pk=number, answered_at__isnull=False, satisfaction=None).exists()


def get_fault_progress(number: int) -> MatterProgress | None:
    """Return the state of a fault for the reader, without personal data; None if there is no such fault."""
    fault = Fault.objects.select_related("entry__body", "website").filter(pk=number).first()
    if fault is None:
        return None
    entry = fault.entry
    deadline = compute_deadline(entry)
    closed = entry.closed_at is not None
    return MatterProgress(
        title=f"您反映的网站问题：{fault.get_kind_display()}",
        number=entry.number,
        state=entry.state_label,
        received_at=entry.opened_at,
        closed=closed,
        due=None if closed or entry.due_at is None else timezone.localdate(entry.due_at),
        why=tuple(step.text for step in deadline.steps) if deadline and not closed else (),
        stages=(
            ProgressStage("收到", entry.opened_at),
            ProgressStage("核实、改正", None if not closed else entry.closed_at, current=not closed),
            ProgressStage("不予受理" if entry.state == FaultState.DISMISSED else "答复", fault.answered_at),
        ),
        unit=entry.body.successor.name,
        contact=fault.website.contact if fault.website else "",
        answer=fault.answer,
        answered_at=fault.answered_at,
    )


def erase_fault_text(number: int) -> None:
    """Erase what the reader typed; kind, answer and dates stay."""
    erase_words(Fault.objects.get(pk=number))


FAULT_FORM = PublicForm(
    name="fault",
    title="我为政府网站找错",
    form=FaultReportForm,
    submit=submit_fault_report,
    intro=(
        "发现本网站有错别字、打不开的链接、过时或者不准确的内容，请在这里告诉我们。",
        lazy_figures("我们在<fault.reply>内核实、改正并答复，提交后可以随时用查询码查看办理情况。"),
        "咨询政策、投诉举报、申请公开政府信息，请走下面的渠道，在这里提交会耽误办理：",
    ),
    elsewhere=(
        ("咨询政策、反映问题、投诉举报：提问", "/forms/ask/"),
        ("申请公开政府信息：申请公开", "/forms/request/"),
        ("对政府信息公开工作不满意：政府信息公开投诉", "/forms/complaint/"),
    ),
    files=FileRule(label="截图（可不传）"),
    thanks=("感谢您帮助我们改进网站。",),
)
FAULT_MATTER = MatterKind(
    name="fault",
    label="网站找错",
    may_read=list_reasons_against_handling_fault,
    progress=get_fault_progress,
    erase=erase_fault_text,
    office=lambda number: reverse("ledger_entry", kwargs={"pk": number}),
    follow_ups=(
        FollowUp(
            "rate", "评价办理结果", SatisfactionForm, _save_fault_rating, _can_rate, "感谢您的评价。", decides=True
        ),
    ),
)
