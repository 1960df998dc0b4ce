"""The forms of the actions that all kinds share."""

from functools import partial

from django import forms

from gongkai.files.forms import FilesField, OneFileField
from gongkai.ledger.forms.base import ActForm, register_entry_form
from gongkai.ledger.kinds import kind_of
from gongkai.ledger.models import Audience
from gongkai.units.forms import base
from gongkai.units.models import Office

_words = partial(base.words, required=False)


class CommentForm(ActForm):
    """A remark with files."""

    text = _words("备注")
    files = FilesField(label="附件", required=False)  # type: ignore[assignment]  # Django keeps fields apart

    def clean(self) -> dict[str, object]:
        """Words or a file."""
        data = super().clean() or {}
        if not data.get("text", "").strip() and not data.get("files") and not self.errors:
            self.add_error("text", "请填写备注内容，或者选择附件。")
        return data


class UrgeForm(ActForm):
    """Words for those who are urged."""

    words = _words("催办的话")


class EvidenceForm(ActForm):
    """An address or a file."""

    url = forms.CharField(
        label="网址", required=False, max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://"})
    )
    file = OneFileField(label="文件", required=False, help_text="网址和文件填一项。")
    title = forms.CharField(label="名称", required=False, max_length=300, help_text="不填时用网址或文件名。")
    words = _words("说明", rows=2)

    def clean(self) -> dict[str, object]:
        """One of the two."""
        data = super().clean() or {}
        given = [bool(data.get("url")), bool(data.get("file"))]
        if not self.errors and sum(given) != 1:
            self.add_error("url", "请填写网址或者选择文件，只填一项。")
        return data


class OfficeForm(ActForm):
    """One of the body's own offices."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label="承办处室", required=False, empty_label="（不指定处室）"
    )
    words = _words("说明", rows=2)

    def prepare(self) -> None:
        """Offer what can be chosen, begin with what is known and say what bears on it."""
        field = self.fields["office"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Office.objects.filter(body_id=self.entry.body_id, active_to=None)
        field.label_from_instance = lambda office: office.name  # type: ignore[method-assign,assignment]
        field.initial = self.entry.office_id


class AudienceForm(ActForm):
    """Who may see it, and why."""

    audience = forms.ChoiceField(choices=Audience.choices, label="可见范围")
    reason = _words("理由", required=True)

    def prepare(self) -> None:
        """Offer what can be chosen and begin with what is known."""
        self.fields["audience"].initial = self.entry.audience
        if kind_of(self.entry.kind).secret:
            kept = [choice for choice in Audience.choices if choice[0] != Audience.STAFF]
            self.fields["audience"].choices = kept  # type: ignore[attr-defined]


class ExternalRefForm(ActForm):
    """The other platform's number."""

    external_ref = forms.CharField(
        label="外部编号", max_length=120, required=False, help_text="如12345热线、信访或省级平台的编号。"
    )

    def prepare(self) -> None:
        """Begin with what is known."""
        self.fields["external_ref"].initial = self.entry.external_ref


class WithdrawEvidenceForm(ActForm):
    """Which, and why."""

    evidence = forms.IntegerField(widget=forms.HiddenInput)
    reason = _words("原因", rows=2)


class JudgeEvidenceForm(ActForm):
    """Which, what was found, and why."""

    evidence = forms.IntegerField(widget=forms.HiddenInput)
    holds = forms.TypedChoiceField(
        label="核验结果",
        choices=[("1", "属实"), ("0", "不符")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    words = _words("说明", rows=2)


for _name, _form in {
    "comment": CommentForm,
    "urge": UrgeForm,
    "add_evidence": EvidenceForm,
    "set_office": OfficeForm,
    "set_audience": AudienceForm,
    "set_external_ref": ExternalRefForm,
    "withdraw_evidence": WithdrawEvidenceForm,
    "judge_evidence": JudgeEvidenceForm,
}.items():
    register_entry_form(f"ledger.{_name}", _form)
