"""The form of each act."""

from typing import Any

from django import forms

from gongkai.ledger.forms import ActForm, register_form
from gongkai.ledger.models import Entry
from gongkai.requests.actions.money import current
from gongkai.requests.forms.base import ClockForm, OnForm, words
from gongkai.requests.forms.consulting import FORMS as ASKING_FORMS
from gongkai.requests.forms.materials import FORMS as MATERIAL_FORMS
from gongkai.requests.letters import calculation
from gongkai.requests.models import (
    Dispute,
    DisputeKind,
    DisputeResult,
    FeeBasis,
    Form,
    Route,
)
from gongkai.requests.queries.listing import earlier_this_month
from gongkai.requests.results import DECIDED, DISCLOSED, GROUPS, PARTLY, RESULTS
from gongkai.units.forms.base import Day
from gongkai.units.models import Body

_EMPTY = ("", "请选择")


def _results() -> list[Any]:
    """Return the results under the headings of table three."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in DECIDED:
        row = RESULTS[key]
        groups.setdefault(row.group if key.count(".") == 2 else "予以公开、部分公开", []).append(
            (key, row.label)
        )
    assert set(groups) >= set(GROUPS.values())
    return [_EMPTY, *groups.items()]


class ProposeForm(ActForm):
    """What the answer should be."""

    result = forms.ChoiceField(label="拟办结果", choices=_results)
    ground = words("理由", required=False, help_text="除予以公开外都须说明理由。")
    told = words(
        "告知内容",
        required=False,
        help_text="公开的内容或者获取的方式、途径和时间；不属于本机关负责的，告知负责的机关和联系方式。",
    )


class DecideForm(ClockForm):
    """The result, filled in with what was proposed."""

    verb = "decide"

    result = forms.ChoiceField(label="办理结果", choices=_results)
    ground = words("理由", required=False, help_text="除予以公开外都须说明理由。")
    told = words("告知内容", required=False, rows=5, help_text="公开的内容或者获取的方式、途径和时间。")
    form_given = forms.ChoiceField(
        label="实际提供方式", required=False, choices=[("", "不提供材料"), *Form.choices]
    )
    wishes_met = forms.CharField(
        label="申请人要求的满足情况", required=False, max_length=500, help_text="没有满足的，写明原因。"
    )
    override = forms.CharField(
        label="不公开会对公共利益造成重大影响的理由",
        required=False,
        max_length=500,
        help_text="第三方不同意公开而决定公开的填写，并书面告知第三方。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.entry.request.proposal
        asked = self.entry.request
        given = asked.form_wanted if asked.materials.filter(dropped=False).exists() else ""
        proposed = {name: kept[name] for name in ("result", "ground", "told") if name in kept}
        self.initial = {"form_given": given, **proposed, **self.initial}

    def clean(self) -> dict[str, Any]:
        """Files go out in some form: that of the answer is said."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        gives = data.get("result") in {DISCLOSED, PARTLY} and not data.get("past")
        if (
            gives
            and not data.get("form_given")
            and self.entry.request.materials.filter(dropped=False).exists()
        ):
            self.add_error("form_given", "有拟提供的材料，请选择实际提供方式；不提供的，请先“不再使用材料”。")
        return data


class AskCorrectionForm(ClockForm):
    """What to correct, and how long the applicant has."""

    verb = "ask_correction"

    items = words("需要补正的事项", help_text="逐项说明怎样补正，只能告知一次。")
    days = forms.IntegerField(label="补正期限（工作日）", min_value=1, max_value=60, initial=15)


class TakeCorrectionForm(ClockForm):
    """What is asked for now."""

    verb = "take_correction"

    wanted = words("补正后的申请内容", rows=5)


class ExtendForm(ClockForm):
    """How long, and why."""

    verb = "extend"

    days = forms.IntegerField(
        label="延长的工作日",
        min_value=1,
        max_value=20,
        initial=20,
        error_messages={
            "max_value": "最长延长20个工作日（《条例》第三十三条第二款），请填20以内；届时仍不能答复的，按已查明的情况答复。"
        },
    )
    reason = words("理由", rows=2)


class CalculateFeeForm(ActForm):
    """By item or by page."""

    basis = forms.ChoiceField(label="计费方式", choices=FeeBasis.choices, widget=forms.RadioSelect)
    count = forms.IntegerField(label="件数或者页数", min_value=1, max_value=1_000_000)
    before = forms.IntegerField(
        label="该申请人当月此前的件数",
        min_value=0,
        max_value=1_000_000,
        help_text="按量计收的不用填写。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        earlier = list(earlier_this_month(self.entry))
        self.initial = {"before": len(earlier), "count": 1, **self.initial}
        listed = "、".join(one.entry.number for one in earlier[:20])
        found = f"按证件号码或者联系方式查到{len(earlier)}件{f'：{listed}' if listed else ''}，可以更正。"
        self.fields["before"].help_text = f"{found}按量计收的不用填写。"


def fee_said(entry: Entry) -> list[str]:
    """Return how a request's fee was counted and what it comes to, in a sentence."""
    fee = current(entry)
    return [f"{fee.get_basis_display()}计收：{calculation(fee)}"] if fee else []


class ClearFeeForm(OnForm):
    """The day; what is cleared stands above it, line by line."""

    verb = "clear_fee"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = fee_said(self.entry)


class NotifyFeeForm(ClockForm):
    """When the applicant got it."""

    verb = "notify_fee"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = fee_said(self.entry)


class TakePaymentForm(ClockForm):
    """How, and the receipt."""

    verb = "take_payment"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said = fee_said(self.entry)

    way = forms.CharField(label="缴费方式", max_length=40, initial="转账")
    receipt = forms.CharField(label="票据号码", max_length=60)


class WaiveFeeForm(ActForm):
    """Why."""

    reason = words("免收的理由", rows=2)


class RemitFeeForm(OnForm):
    """The day."""

    verb = "remit_fee"


class EndForm(OnForm):
    """A word and the day."""

    words = words("说明", required=False, rows=2)


class AbandonForm(EndForm):
    """Given up."""

    verb = "abandon"


class RecordEndedForm(EndForm):
    """How it ended elsewhere."""

    verb = "record_ended"

    result = forms.ChoiceField(
        label="办理结果",
        choices=[(key, RESULTS[key].label) for key in RESULTS if key.startswith("3.6.")],
    )


class WithdrawForm(EndForm):
    """Taken back."""

    verb = "withdraw"


class TransferForm(ActForm):
    """To whom."""

    body = forms.ModelChoiceField(label="转给", queryset=Body.objects.none(), empty_label="请选择单位")
    words = words("说明", required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["body"]
        field.queryset = Body.objects.filter(active_to=None).exclude(pk=self.entry.body_id).order_by("path")


class MergeForm(ActForm):
    """Into which."""

    into = forms.CharField(
        label="并入的申请编号", max_length=40, help_text="本单位的另一件，如 申请2026-00012。"
    )
    words = words("说明", required=False, rows=2)


class SplitForm(ActForm):
    """What they are."""

    pieces = words("拆分后的各项内容", rows=6, help_text="每行一项，每项成为一件申请，收到日期不变。")

    def clean_pieces(self) -> list[str]:
        """Return the lines."""
        return [line for line in self.cleaned_data["pieces"].splitlines() if line.strip()]


class DeliverForm(OnForm):
    """By which way, with what proof."""

    verb = "deliver"

    route = forms.ChoiceField(label="送达方式", choices=Route.choices)
    proof = forms.CharField(label="送达凭证", max_length=200, help_text="如挂号信编号、签收人、发送记录。")


class GiveReceiptForm(OnForm):
    """The day."""

    verb = "give_receipt"


class RecordContactForm(OnForm):
    """How, and what about."""

    verb = "record_contact"

    way = forms.ChoiceField(
        label="方式", choices=[(one, one) for one in ("电话", "当面", "邮件", "短信", "信函")]
    )
    gist = words("要点", rows=2)


class OpenDisputeForm(OnForm):
    """Which, before whom."""

    verb = "open_dispute"

    kind = forms.ChoiceField(label="类别", choices=DisputeKind.choices)
    organ = forms.CharField(label="复议机关或者法院", max_length=120)
    number = forms.CharField(label="案号", max_length=80, required=False)


class ConcludeDisputeForm(OnForm):
    """How it ended."""

    verb = "conclude_dispute"

    dispute = forms.TypedChoiceField(label="案件", coerce=int)
    result = forms.ChoiceField(label="结果", choices=[_EMPTY, *DisputeResult.choices])
    finding = words(
        "认定的问题",
        required=False,
        help_text="结果纠正的必须填写；维持或者其他结果中指出共性问题、不作为的也填写。填写了的，向答复机关下达整改要求，并报政务公开办。",
    )
    orders_anew = forms.BooleanField(label="责令重新处理", required=False)
    mend_by = Day(
        label="整改期限",
        required=False,
        help_text="认定了问题的填写；不填为30日。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Dispute.objects.filter(request=self.entry.pk, result="")
        field: Any = self.fields["dispute"]
        field.choices = [(one.pk, f"{one.get_kind_display()} {one.organ}{one.number}") for one in rows]


class ReopenForm(ClockForm):
    """By which decision."""

    verb = "reopen"

    words = words("复议决定或者判决的文号", rows=2)


class RevokeAnswerForm(OnForm):
    """Why, and what may be read no more."""

    verb = "revoke_answer"

    reason = words("理由", help_text="写入《答复撤销告知书》，如：原答复适用的条款有误。")
    withhold = forms.BooleanField(
        label="答复书本身也不再提供",
        required=False,
        help_text="答复书写有不应公开的内容的勾选；不勾选的，申请人仍可以看到标有“已撤销”的答复书。",
    )


class ArchiveForm(ActForm):
    """Under which number."""

    archived_as = forms.CharField(label="档号", max_length=80)


FORMS: dict[str, type[ActForm]] = {
    "propose": ProposeForm,
    "decide": DecideForm,
    "ask_correction": AskCorrectionForm,
    "take_correction": TakeCorrectionForm,
    "extend": ExtendForm,
    "calculate_fee": CalculateFeeForm,
    "clear_fee": ClearFeeForm,
    "notify_fee": NotifyFeeForm,
    "take_payment": TakePaymentForm,
    "waive_fee": WaiveFeeForm,
    "remit_fee": RemitFeeForm,
    "abandon": AbandonForm,
    "record_ended": RecordEndedForm,
    "withdraw": WithdrawForm,
    "transfer": TransferForm,
    "merge": MergeForm,
    "split": SplitForm,
    "deliver": DeliverForm,
    "give_receipt": GiveReceiptForm,
    "record_contact": RecordContactForm,
    "open_dispute": OpenDisputeForm,
    "conclude_dispute": ConcludeDisputeForm,
    "reopen": ReopenForm,
    "archive": ArchiveForm,
    "revoke_answer": RevokeAnswerForm,
    **ASKING_FORMS,
    **MATERIAL_FORMS,
}


def enter() -> None:
    """Enter the forms."""
    for verb, form in FORMS.items():
        register_form(f"request.{verb}", form)
