"""The forms of what a request costs."""

from django import forms

from gongkai.ledger.forms import ActForm
from gongkai.ledger.models import Entry
from gongkai.requests.actions.money import current
from gongkai.requests.forms.base import ClockForm, OnForm, words
from gongkai.requests.gateway import gateway
from gongkai.requests.letters import calculation
from gongkai.requests.models import Fee, FeeBasis, FeeReason
from gongkai.requests.queries.listing import earlier_this_month


class CalculateFeeForm(ActForm):
    """Why, by item or by page."""

    why = forms.ChoiceField(label="收费理由", choices=FeeReason.choices, widget=forms.RadioSelect)
    grounds = words(
        "具体情况",
        rows=2,
        most=300,
        hint="写入收费通知，如“2026年9月以来就同类事项提出申请35件”“一件申请涉及文件420页”。",
    )
    basis = forms.ChoiceField(label="计费方式", choices=FeeBasis.choices, widget=forms.RadioSelect)
    count = forms.IntegerField(label="件数或者页数", min_value=1, max_value=1_000_000)
    before = forms.IntegerField(
        label="该申请人当月此前的件数",
        min_value=0,
        max_value=1_000_000,
        help_text="按量计收的不用填写。",
    )

    def prepare(self) -> None:
        """Begin with what is known and say what bears on it."""
        earlier = list(earlier_this_month(self.entry))
        self.initial = {"before": len(earlier), "count": 1, **self.initial}
        listed = "、".join(one.entry.number for one in earlier[:20])
        found = f"按证件号码或者联系方式查到{len(earlier)}件{f'：{listed}' if listed else ''}，可以更正。"
        self.fields["before"].help_text = f"{found}按量计收的不用填写。"


def fee_said(entry: Entry) -> list[str]:
    """Return how a request's fee was counted and what it comes to, in a sentence."""
    fee = current(entry)
    if fee is None:
        return []
    why = [f"收费理由：{fee.reason}。"] if fee.reason else []
    return [*why, f"{fee.get_basis_display()}计收：{calculation(fee)}"]


def last_way_to_pay(entry: Entry) -> str:
    """Return how the last one was to pay whom this unit sent a notice."""
    last = Fee.objects.filter(request__entry__body=entry.body_id).exclude(pay_how="").last()
    return last.pay_how if last else ""


class ClearFeeForm(OnForm):
    """The day; what is cleared stands above it, line by line."""

    verb = "clear_fee"

    def prepare(self) -> None:
        """Say what bears on it."""
        super().prepare()
        self.said = fee_said(self.entry)


class NotifyFeeForm(ClockForm):
    """When the applicant got it."""

    verb = "notify_fee"

    pay_how = words(
        "缴纳方式",
        rows=2,
        required=False,
        hint="写入收费通知：收款单位、账号、缴费地点、联系电话等；沿用本单位上次填写的，请核对。开通网上缴费的，通知另行写明。",
    )

    def prepare(self) -> None:
        """Begin with what is known, ask only what this case needs and say what bears on it."""
        super().prepare()
        self.said = fee_said(self.entry)
        self.fields["pay_how"].initial = last_way_to_pay(self.entry)
        self.fields["pay_how"].required = gateway() is None


class TakePaymentForm(ClockForm):
    """How, and the receipt."""

    verb = "take_payment"

    def prepare(self) -> None:
        """Say what bears on it."""
        super().prepare()
        self.said = fee_said(self.entry)

    way = forms.CharField(label="缴费方式", max_length=40, initial="转账")
    receipt = forms.CharField(label="票据号码", max_length=60)


class WaiveFeeForm(ActForm):
    """Why."""

    reason = words("免收的理由", rows=2)


class RemitFeeForm(OnForm):
    """The day."""

    verb = "remit_fee"


FORMS: dict[str, type[ActForm]] = {
    "calculate_fee": CalculateFeeForm,
    "clear_fee": ClearFeeForm,
    "notify_fee": NotifyFeeForm,
    "take_payment": TakePaymentForm,
    "waive_fee": WaiveFeeForm,
    "remit_fee": RemitFeeForm,
}
