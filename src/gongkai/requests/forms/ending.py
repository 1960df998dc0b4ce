"""The forms of how a request ends without an answer, or goes elsewhere."""

from django import forms

from gongkai.ledger.forms import ActForm
from gongkai.requests.forms.base import OnForm, words
from gongkai.requests.results import RESULTS
from gongkai.ui.forms import rows_field
from gongkai.units.forms.units import UnitField
from gongkai.units.models import Body


class EndForm(OnForm):
    """A word and the day."""

    words = words("说明", required=False, rows=2)


class AbandonForm(EndForm):
    """Given up."""

    verb = "abandon"

    def prepare(self) -> None:
        """Ask only what this case needs."""
        super().prepare()
        del self.fields["on"]  # its letter is made today


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

    body = UnitField(label="转给", queryset=Body.objects.none(), empty_label="请选择单位")
    words = words(
        "不属于本机关负责公开的理由", rows=2, hint="写入转办告知书（《条例》第三十六条第（五）项）。"
    )

    def prepare(self) -> None:
        """Offer what can be chosen."""
        field = rows_field(self, "body")
        field.queryset = Body.objects.filter(active_to=None).exclude(pk=self.entry.body_id).order_by("path")


class MergeForm(ActForm):
    """Into which."""

    into = forms.CharField(
        label="并入的申请编号", max_length=40, help_text="本单位的另一件，如 申请2026-00012。"
    )
    words = words("说明", required=False, rows=2)


class SplitForm(ActForm):
    """What they are."""

    pieces = words("拆分后的各项内容", rows=6, hint="每行一项，每项成为一件申请，收到日期不变。")

    def clean_pieces(self) -> list[str]:
        """Return the lines."""
        return [line for line in self.cleaned_data["pieces"].splitlines() if line.strip()]


FORMS: dict[str, type[ActForm]] = {
    "abandon": AbandonForm,
    "record_ended": RecordEndedForm,
    "withdraw": WithdrawForm,
    "transfer": TransferForm,
    "merge": MergeForm,
    "split": SplitForm,
}
