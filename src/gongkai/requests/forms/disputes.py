"""The forms of reviews and lawsuits, and of taking up again what was answered."""

from datetime import date

from django import forms

from gongkai.ledger.forms import ActForm
from gongkai.requests.actions.revoking import Payment
from gongkai.requests.forms.answering import EMPTY
from gongkai.requests.forms.base import ClockForm, OnForm, words
from gongkai.requests.machine import ACTS
from gongkai.requests.models import Dispute, DisputeKind, DisputeResult
from gongkai.requests.results import NOT_CORRECTED, NOT_PAID
from gongkai.ui.forms import choices_field
from gongkai.units.forms.base import Day


class OpenDisputeForm(OnForm):
    """Which, before whom."""

    verb = "open_dispute"

    kind = forms.ChoiceField(label="类别", choices=DisputeKind.choices)
    organ = forms.CharField(label="复议机关或者法院", max_length=120)
    number = forms.CharField(label="案号", max_length=80, required=False)
    copy_on = Day(
        label="收到副本的日期",
        required=False,
        help_text="收到行政复议申请书副本、起诉状副本之日，答复的期限自此计算；可以以后补填。",
    )
    simple = forms.BooleanField(label="行政复议适用简易程序", required=False)

    def prepare(self) -> None:
        """Say what bears on it."""
        super().prepare()
        self.fields["on"].label = "受理日期"


class CaseForm(ActForm):
    """Which of the pending cases."""

    dispute = forms.TypedChoiceField(label="案件", coerce=int)

    def prepare(self) -> None:
        """Offer what can be chosen."""
        rows = Dispute.objects.filter(request=self.entry.pk, result="")
        field = choices_field(self, "dispute")
        field.choices = [(dispute.pk, _with_day(dispute)) for dispute in rows]


def _with_day(one: Dispute) -> str:
    return (
        f"{one.called}（{one.answer_by:%Y-%m-%d}以前提交{one.answer_called}）"
        if one.answer_by
        else one.called
    )


class RecordDisputeStepForm(CaseForm):
    """How far it is."""

    number = forms.CharField(label="案号", max_length=80, required=False, help_text="登记时没有填写的补填。")
    copy_on = Day(label="收到副本的日期", required=False)
    simple = forms.BooleanField(label="行政复议适用简易程序", required=False)
    answered_on = Day(label="提交答复书、答辩状的日期", required=False)
    heard_on = Day(label="听证、开庭日期", required=False, help_text="已经确定、尚未举行的也可以填写。")

    def prepare(self) -> None:
        """Say what bears on it."""
        super().prepare()
        row = ACTS["record_dispute_step"]
        self.intro = f"{row.text}（{row.law}）填写这次新发生的，已经登记过的不用再填。"


class WithdrawDisputeForm(CaseForm):
    """Why."""

    reason = words("登记有误的原因", rows=2)


class ConcludeDisputeForm(OnForm):
    """How it ended."""

    verb = "conclude_dispute"
    at_times = ("finding", "mend_by")

    dispute = forms.TypedChoiceField(label="案件", coerce=int)
    result = forms.ChoiceField(label="结果", choices=[EMPTY, *DisputeResult.choices])
    finding = words(
        "认定的问题",
        required=False,
        hint="结果纠正的必须填写；维持或者其他结果中指出共性问题、不作为的也填写。填写了的，向答复机关下达整改要求，并报政务公开办。",
    )
    orders_anew = forms.BooleanField(label="责令重新处理", required=False)
    mend_by = Day(
        label="整改期限",
        required=False,
        help_text="认定了问题的填写；不填为30日。",
    )

    def prepare(self) -> None:
        """Offer what can be chosen."""
        super().prepare()
        rows = Dispute.objects.filter(request=self.entry.pk, result="")
        field = choices_field(self, "dispute")
        field.choices = [
            (dispute.pk, f"{dispute.get_kind_display()} {dispute.organ}{dispute.number}") for dispute in rows
        ]


class ReopenForm(ClockForm):
    """By which decision."""

    verb = "reopen"

    words = words("复议决定或者判决的文号", rows=2)


class RevokeAnswerForm(ActForm):
    """Why, what may be read no more, and what the applicant had sent after all."""

    at_times = ("wanted", "corrected_on", "paid_on", "way", "receipt")

    reason = words("理由", hint="写入《答复撤销告知书》，如：原答复适用的条款有误。")
    withhold = forms.BooleanField(
        label="答复书本身也不再提供",
        required=False,
        help_text="答复书写有不应公开的内容的勾选；不勾选的，申请人仍可以看到标有“已撤销”的答复书。",
    )
    wanted = words(
        "申请人补正后的申请内容", rows=4, required=False, hint="按期寄到，或者有正当理由逾期的补正。"
    )
    corrected_on = Day(label="收到补正的日期", required=False)
    paid_on = Day(label="缴费日期", required=False)
    way = forms.CharField(label="缴费方式", max_length=40, initial="转账", required=False)
    receipt = forms.CharField(label="票据号码", max_length=60, required=False)

    def prepare(self) -> None:
        """Ask only what this case needs and say what bears on it."""
        self.intro = ACTS["revoke_answer"].text
        outcome = self.entry.outcome
        asked = {NOT_CORRECTED: {"wanted", "corrected_on"}, NOT_PAID: {"paid_on", "way", "receipt"}}
        kept = {"reason"} | asked.get(outcome, {"withhold"})
        for name in set(self.fields) - kept:
            del self.fields[name]
        open_ones = Dispute.objects.filter(request=self.entry.pk, result="")
        self.said = [
            f"{dispute.get_kind_display()}（{dispute.organ}{dispute.number}）尚未审结，撤销后请告知{dispute.organ}。"
            for dispute in open_ones
        ]

    def facts(self) -> dict[str, object]:
        """Return the facts, a payment as one."""
        given = super().facts()
        day = given.pop("paid_on", None)
        way, receipt = (str(given.pop(name, None) or "") for name in ("way", "receipt"))
        return given | ({"paid": Payment(day, way, receipt)} if isinstance(day, date) else {})


FORMS: dict[str, type[ActForm]] = {
    "open_dispute": OpenDisputeForm,
    "record_dispute_step": RecordDisputeStepForm,
    "withdraw_dispute": WithdrawDisputeForm,
    "conclude_dispute": ConcludeDisputeForm,
    "reopen": ReopenForm,
    "revoke_answer": RevokeAnswerForm,
}
