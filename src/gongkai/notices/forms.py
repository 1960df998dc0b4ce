"""The fields that this room's actions ask for; the office draws them."""

from typing import Any

from django import forms
from django.utils import timezone

from gongkai.ledger.forms import ActForm, FilesField, register_form
from gongkai.notices.checklist import Line, checklist
from gongkai.notices.models import EvidenceOffer
from gongkai.units.models import Body

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def words(label: str, *, required: bool = True, rows: int = 3) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label, required=required, max_length=1000, widget=forms.Textarea(attrs={"rows": rows})
    )


class SubmitForm(ActForm):
    """The checklist, evidence and how it was done; one screen, one button."""

    done = forms.MultipleChoiceField(
        label="完成了哪些要求", required=False, widget=forms.CheckboxSelectMultiple
    )
    offers = forms.MultipleChoiceField(
        label="本单位已公开的信息，用作佐证", required=False, widget=forms.CheckboxSelectMultiple
    )
    urls = forms.CharField(
        label="公开网址",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "https://，一行一个"}),
    )
    files = FilesField(label="文件", required=False)  # type: ignore[assignment]
    statement = words("完成情况", required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intro = self.entry.assignment.measure.text
        self.lines = checklist(self.entry.assignment)
        self.fields["done"].choices = [  # type: ignore[attr-defined]
            (str(line.duty.pk), _said(line)) for line in self.lines
        ]
        self.initial.setdefault("done", [str(line.duty.pk) for line in self.lines if line.ticked])
        offers = EvidenceOffer.objects.filter(assignment=self.entry.assignment, taken=None)
        self.fields["offers"].choices = [  # type: ignore[attr-defined]
            (str(offer.pk), f"{offer.title}（{timezone.localtime(offer.at):%Y-%m-%d}，{offer.path}）")
            for offer in offers
        ]
        if not self.fields["offers"].choices:  # type: ignore[attr-defined]
            del self.fields["offers"]
        self.fields["statement"].help_text = "有没勾选的要求时，请写明原因。"
        for name in ("done", "offers"):
            if name in self.fields:
                self.fields[name].widget.attrs.pop("class", None)

    def facts(self) -> dict[str, Any]:
        """Return what `submit` is called with; files are put away here."""
        data = self.cleaned_data
        ticked = set(data["done"])
        counts = {line.duty.pk: line.wanted if str(line.duty.pk) in ticked else 0 for line in self.lines}
        return {
            "done": {pk: count for pk, count in counts.items() if count or self._was(pk)},
            "offers": [int(pk) for pk in data.get("offers", ())],
            "urls": [line.strip() for line in data["urls"].splitlines() if line.strip()],
            "files": [self._fact(one) for one in data["files"]],
            "statement": data["statement"],
        }

    def _was(self, duty: int) -> bool:
        return any(line.count for line in self.lines if line.duty.pk == duty)


def _said(line: Line) -> str:
    text = line.duty.text if len(line.duty.text) <= 120 else f"{line.duty.text[:119]}…"
    cycle = f"，{line.cycle_words}" if line.cycle else ""
    return f"{text}（{line.rule}{cycle}）"


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


_FORMS: dict[str, type[ActForm]] = {
    "submit": SubmitForm,
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
}
for _verb, _form in _FORMS.items():
    register_form(f"assignment.{_verb}", _form)
register_form("upward.receipt", ReceiptForm)
register_form("upward.reopen", ReasonForm)
