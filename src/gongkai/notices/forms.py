"""The fields that this room's actions ask for; the office draws them."""

from typing import Any

from django import forms
from django.utils import timezone

from gongkai.ledger.forms import ActForm, register_form
from gongkai.units.models import Body

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def words(label: str, *, required: bool = True, rows: int = 3) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label, required=required, max_length=1000, widget=forms.Textarea(attrs={"rows": rows})
    )


class ReasonForm(ActForm):
    """A reason, which is needed."""

    reason = words("理由")


class MoreTimeForm(ActForm):
    """Until when, and why."""

    until = forms.DateField(label="申请延期至", widget=DAY)
    reason = words("理由")


class OtherUnitForm(ActForm):
    """Which unit, and why."""

    body = forms.ModelChoiceField(Body.objects.none(), label="应由哪个单位承担")
    reason = words("理由")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        assert isinstance(field, forms.ModelChoiceField)
        government = self.entry.assignment.notice.government
        field.queryset = Body.objects.filter(
            path__startswith=government.path, active_to=None, merged_into=None
        ).exclude(pk=self.entry.body_id)


class GrantForm(ActForm):
    """Words, and for more time another day than the one asked for."""

    until = forms.DateField(label="同意延期至", required=False, widget=DAY, help_text="不填则按申请的期限。")
    words = words("说明", required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask = self.entry.assignment.asks.filter(granted=None).first()
        if ask is None or ask.wanted_date is None:
            del self.fields["until"]
        else:
            self.fields["until"].initial = ask.wanted_date
        if ask is not None:
            self.intro = f"{ask.get_kind_display()}：{ask.reason}"


class ReopenForm(ActForm):
    """Why, and a new due date."""

    reason = words("重新打开的原因")
    until = forms.DateField(label="新的期限", required=False, widget=DAY, help_text="不填则期限不变。")

    def clean_until(self) -> Any:
        """Not a day that has passed."""
        day = self.cleaned_data["until"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("新的期限不能早于今天。")
        return day


class CarryForm(ActForm):
    """Why, and until when the look-back."""

    reason = words("转入回头看的原因")
    until = forms.DateField(label="回头看期限", required=False, widget=DAY, help_text="不填则为下年年底。")


class ReceiptForm(ActForm):
    """The receipt."""

    receipt = forms.CharField(label="回执", max_length=200, help_text="如收文编号、签收人和时间。")


for _verb, _form in {
    "return": ReasonForm,
    "refuse": ReasonForm,
    "cancel": ReasonForm,
    "not_applicable": ReasonForm,
    "send_back": ReasonForm,
    "more_time": MoreTimeForm,
    "other_unit": OtherUnitForm,
    "grant": GrantForm,
    "reopen": ReopenForm,
    "carry_over": CarryForm,
}.items():
    register_form(f"assignment.{_verb}", _form)
register_form("upward.receipt", ReceiptForm)
register_form("upward.reopen", ReasonForm)
