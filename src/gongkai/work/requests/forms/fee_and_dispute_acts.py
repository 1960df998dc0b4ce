"""Field declarations of the forms for fees, disputes and complaints."""

from django import forms

from gongkai.core.intake.deidentification import DeidentifiedText
from gongkai.core.intake.forms.previews import PreviewForm
from gongkai.core.ledger.models import Entry
from gongkai.core.registers.forms import Act
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.work.requests import actions
from gongkai.work.requests.actions.fees import get_current_fee
from gongkai.work.requests.complaints import actions as complaints
from gongkai.work.requests.complaints.kind import deidentify_complaint
from gongkai.work.requests.forms.base import (
    AddresseeForm,
    list_pending_disputes,
    make_checkbox_field,
    make_day_field,
    make_radio_field,
    make_row_choice_field,
    make_text_area_field,
    make_text_field,
)
from gongkai.work.requests.forms.decision_forms import CalculateFeeForm, NotifyFeeForm, RevokeAnswerForm
from gongkai.work.requests.letters import describe_calculation
from gongkai.work.requests.models import ComplaintFinding, Dispute, Fee, FeeBasis, FeeReason


class DisputeConclusionForm(AddresseeForm):
    """The form for the result of a dispute; a finding becomes a rectification."""

    leaving, leaves_as = ("finding",), "整改要求"


def _describe_fee(entry: Entry) -> list[str]:
    """Return sentences on the reason and calculation of the fee; none without a fee."""
    fee = get_current_fee(entry)
    if fee is None:
        return []
    why = [f"收费理由：{fee.reason}。"] if fee.reason else []
    return [*why, f"{fee.get_basis_display()}计收：{describe_calculation(fee)}"]


def _list_pending_dispute_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return (primary key, label with the last day to answer) of the pending disputes."""
    return [
        (row.pk, f"{row.called}（{row.answer_by:%Y-%m-%d}以前提交{row.answer_called}）")
        if row.answer_by
        else (row.pk, row.called)
        for row in list_pending_disputes(entry)
    ]


FEE_ACTS = (
    Act(
        action=actions.calculate_fee,
        base=CalculateFeeForm,
        asks={
            "why": make_radio_field("收费理由", FeeReason.choices),
            "grounds": make_text_area_field(
                "具体情况",
                rows=2,
                limit=300,
                hint="写入收费通知，如“2026年9月以来就同类事项提出申请35件”“一件申请涉及文件420页”。",
            ),
            "basis": make_radio_field("计费方式", FeeBasis.choices),
            "count": WholeNumberField(label="件数或者页数", min_value=1, max_value=1_000_000),
            "before": WholeNumberField(label="该申请人当月此前的件数", min_value=0, max_value=1_000_000),
        },
    ),
    Act(action=actions.clear_fee, said=_describe_fee),
    Act(
        action=actions.send_fee_notice,
        base=NotifyFeeForm,
        said=_describe_fee,
        asks={
            "pay_how": make_text_area_field(
                "缴纳方式",
                rows=2,
                required=False,
                hint="写入收费通知：收款单位、账号、缴费地点、联系电话等；沿用本单位上次填写的，请核对。开通网上缴费的，通知另行写明。",
            )
        },
    ),
    Act(action=actions.record_payment, model=Fee, said=_describe_fee, initial=lambda by, entry: {"way": "转账"}),
    Act(action=actions.waive_fee, asks={"reason": make_text_area_field("免收的理由", rows=2)}),
    Act(action=actions.remit_fee),
)
DISPUTE_ACTS = (
    Act(
        action=actions.open_dispute,
        model=Dispute,
        asks={
            "copy_on": YearCheckedDateField(
                label="收到副本的日期",
                required=False,
                help_text="收到行政复议申请书副本、起诉状副本之日，答复的期限自此计算；可以以后补填。",
            ),
            "simple": make_checkbox_field("行政复议适用简易程序"),
            "on": make_day_field("受理日期"),
        },
    ),
    Act(
        action=actions.record_dispute_step,
        model=Dispute,
        note="填写这次新发生的，已经登记过的不用再填。",
        asks={
            "dispute": make_row_choice_field("案件"),
            "number": make_text_field("案号", 80, "登记时没有填写的补填。"),
            "copy_on": YearCheckedDateField(label="收到副本的日期", required=False),
            "simple": make_checkbox_field("行政复议适用简易程序"),
            "heard_on": YearCheckedDateField(
                label="听证、开庭日期", required=False, help_text="已经确定、尚未举行的也可以填写。"
            ),
        },
        choices={"dispute": _list_pending_dispute_choices},
    ),
    Act(
        action=actions.conclude_dispute,
        base=DisputeConclusionForm,
        model=Dispute,
        asks={
            "dispute": make_row_choice_field("案件"),
            "finding": make_text_area_field(
                "认定的问题",
                required=False,
                hint="结果纠正的必须填写；维持或者其他结果中指出共性问题、不作为的也填写。填写了的，向答复机关下达整改要求，并报政务公开办。",
            ),
            "mend_by": YearCheckedDateField(
                label="整改期限", required=False, help_text="认定了问题的填写；不填为30日。"
            ),
        },
        choices={"dispute": lambda entry: [(row.pk, row.called) for row in list_pending_disputes(entry)]},
        at_times=("finding", "mend_by"),
    ),
    Act(
        action=actions.withdraw_dispute,
        asks={"dispute": make_row_choice_field("案件"), "reason": make_text_area_field("登记有误的原因", rows=2)},
        choices={"dispute": _list_pending_dispute_choices},
    ),
    Act(action=actions.reopen_request, asks={"words": make_text_area_field("复议决定或者判决的文号", rows=2)}),
    Act(
        action=actions.revoke_answer,
        base=RevokeAnswerForm,
        model=Fee,
        fields=("reason", "withhold", "wanted", "corrected_on", "paid_on", "way", "receipt"),
        at_times=("wanted", "corrected_on", "paid_on", "way", "receipt"),
        asks={
            "reason": make_text_area_field("理由", hint="写入《答复撤销告知书》，如：原答复适用的条款有误。"),
            "withhold": make_checkbox_field(
                "答复书本身也不再提供",
                "答复书写有不应公开的内容的勾选；不勾选的，申请人仍可以看到标有“已撤销”的答复书。",
            ),
            "wanted": make_text_area_field(
                "申请人补正后的申请内容", rows=4, required=False, hint="按期寄到，或者有正当理由逾期的补正。"
            ),
            "corrected_on": YearCheckedDateField(label="收到补正的日期", required=False),
            "way": forms.CharField(label="缴费方式", max_length=40, initial="转账", required=False),
        },
    ),
)


class ComplaintActForm(PreviewForm):
    """The base form of acts on complaints, with a preview of the de-identified texts."""

    leaving: tuple[str, ...] = ("words", "reason", "text")
    leaves_as = "被投诉单位看到的内容"

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text as the unit reads it."""
        return deidentify_complaint(self.entry.complaint, text)


class ComplaintStatementForm(ComplaintActForm):
    """The form for asking the unit for a statement."""

    leaves_as = "说明要求"

    def attached(self) -> dict[str, DeidentifiedText]:
        """Return the complaint as the unit reads it."""
        return {"被投诉单位看到的投诉内容": self.deidentified(self.entry.complaint.text.reveal())}


COMPLAINT_ACTS = (
    Act(
        action=complaints.request_statement,
        base=ComplaintStatementForm,
        asks={"words": make_text_area_field("要求说明的事项", rows=3, required=False)},
    ),
    Act(
        action=complaints.give_statement,
        note="请如实说明办理经过和依据。说明只供核查使用。",
        asks={"text": make_text_area_field("情况说明", rows=6)},
    ),
    Act(
        action=complaints.extend_complaint_period,
        base=ComplaintActForm,
        asks={
            "days": WholeNumberField(label="延长的工作日", min_value=1, max_value=20, initial=10),
            "reason": make_text_area_field("理由", rows=2),
        },
    ),
    Act(
        action=complaints.withdraw_complaint,
        base=ComplaintActForm,
        asks={"words": make_text_area_field("投诉人撤回的情况", rows=2)},
    ),
    Act(
        action=complaints.answer_complaint,
        base=ComplaintActForm,
        note="答复写入书面答复书（编号、公文格式），投诉人凭查询码领取。",
        asks={
            "found": make_radio_field("核查结论", ComplaintFinding.choices),
            "text": make_text_area_field("核查情况和处理意见", rows=6),
            "mend_by": YearCheckedDateField(
                label="整改期限", required=False, help_text="属实、部分属实的必须填写，自动向被投诉单位下达整改要求。"
            ),
        },
        at_times=("mend_by",),
    ),
)
