"""Forms of the actions on faults."""

from django import forms

from gongkai.core.ledger.forms import ActForm, register_entry_form
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body
from gongkai.core.units.queries import units_with_people


class FaultAnswerForm(ActForm):
    """The form for the answer, shown to the reader as it is."""

    text = forms.CharField(
        label="答复内容",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="说明核实的情况、怎样改正的。反映人用查询码能看到，留了邮箱的同时发到邮箱。",
    )


class FaultDismissForm(FaultAnswerForm):
    """The form for the reason for dismissing."""

    text = forms.CharField(
        label="不予受理的理由",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="例如：不属于本网站、没有发现所说的问题。反映人能看到。",
    )


class FaultTransferForm(ActForm):
    """The form for the other unit and a remark."""

    body = UnitField(label="转给", queryset=Body.objects.none(), empty_label="请选择单位")
    words = forms.CharField(label="说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self) -> None:
        """Offer the other units with people here."""
        self.fields["body"].queryset = units_with_people().exclude(pk=self.entry.body_id)  # type: ignore[attr-defined]


def register_forms() -> None:
    """Register the forms."""
    register_entry_form("fault.answer", FaultAnswerForm)
    register_entry_form("fault.dismiss", FaultDismissForm)
    register_entry_form("fault.transfer", FaultTransferForm)
