"""Forms about one document, and forms of the ledger entries of policies."""

from typing import Unpack

from django import forms

from gongkai.content.checks.grounds import GROUNDS_BY_CODE
from gongkai.content.editions.models import Column
from gongkai.content.policies.actions import tasks
from gongkai.content.policies.actions.records import RECORD_FIELDS
from gongkai.content.policies.actions.relations import MANUAL_RELATION_KINDS
from gongkai.content.policies.formats import join_names
from gongkai.content.policies.forms.text_fields import (
    SUGGESTION_INPUT_ATTRIBUTES,
    DocumentNamingForm,
    RecordField,
    make_words_field,
)
from gongkai.content.policies.forms.text_fields import make_words_field as sentences
from gongkai.content.policies.models import CleanupVerdict, PolicyLevel, PolicyRecord, ValidityTask
from gongkai.content.policies.signed_records import KeepingGround
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing.forms.items import ColumnBoxes, ColumnChoice, set_column_choices
from gongkai.core.ledger.forms import register_entry_acts
from gongkai.core.registers.forms import Act
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, Posted, Sent


class SourceComparisonForm(forms.Form):
    """Form for the text of a regulation's source: a file, or read from its URL."""

    file = forms.FileField(label="来源文件", required=False, help_text=".docx、.pdf 或 .txt；不选时从来源网址读取")
    address = forms.URLField(label="来源网址", required=False, max_length=500, assume_scheme="https")
    edition = forms.CharField(label="来源版本", required=False, max_length=120, help_text="如：2024年3月10日修订")
    checked_on = YearCheckedDateField(label="核对日期", required=False, help_text="不填为今天")


class RecordForm(forms.ModelForm):
    """Form for the facts of a record."""

    class Meta:
        model = PolicyRecord
        fields = RECORD_FIELDS
        field_classes = {
            name: YearCheckedDateField
            for name in RECORD_FIELDS
            if name.endswith("_on") or name in {"consulted_from", "consulted_to"}
        }
        widgets = {
            "headnote": forms.Textarea(attrs={"rows": 2}),
            "consultation": forms.Textarea(attrs={"rows": 2}),
            "exemption": forms.Textarea(attrs={"rows": 2}),
        }

    keep = forms.ChoiceField(
        label="其中疑似个人信息的保留依据",
        required=False,
        choices=[("", "没有，或者已改写"), *((one.code, one.label) for one in GROUNDS_BY_CODE.values())],
        help_text="题注、适用对象等直接显示给公众。查到疑似个人信息又确应公开的，由签发人、负责人或者政务公开办选择依据。",
    )
    keep_words = forms.CharField(label="保留的说明", required=False, max_length=200)

    def get_keeping_ground(self) -> KeepingGround | None:
        """Return the ground for keeping personal data found in the text, or None."""
        ground = self.cleaned_data["keep"]
        return KeepingGround(ground, self.cleaned_data["keep_words"]) if ground else None

    def facts(self) -> dict[str, object]:
        """Return all fields of the record, without the ground for keeping personal data."""
        return {name: value for name, value in self.cleaned_data.items() if name in RECORD_FIELDS}

    def clean_issuers(self) -> str:
        """Return the issuers joined as one line."""
        return join_names([self.cleaned_data["issuers"]])

    def changed(self) -> dict[str, object]:
        """Return the changed fields and their values."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.facts()}


class DecisionForm(DocumentNamingForm):
    """Form for a decision on a document's validity."""

    what = forms.ChoiceField(label="决定", choices=DecisionKind.choices)
    on = YearCheckedDateField(label="自何日起")
    until = YearCheckedDateField(label="延长至", required=False, help_text="延长有效期的填写")
    actor = RecordField(
        label="作出决定的文件（库内）",
        required=False,
        widget=forms.TextInput(attrs=SUGGESTION_INPUT_ATTRIBUTES),
        help_text="文号、统一登记编号或完整标题",
    )
    cited = forms.CharField(label="作出决定的文件（库外）", required=False, max_length=300)
    replaces = forms.BooleanField(label="该文件替代本文件", required=False)
    reason = make_words_field("说明", required=False)

    def clean(self) -> dict[str, object]:
        """Require a day for an extension, or a reason for none."""
        data = super().clean() or {}
        if data.get("what") == DecisionKind.EXTEND and not data.get("until") and not data.get("reason"):
            self.add_error("until", "请填写延长至何日；改为长期有效的，不填日期，在说明中写明。")
        return data


class RelationForm(DocumentNamingForm):
    """Form for a relation to another document."""

    kind = forms.ChoiceField(label="关系", choices=[(k.value, k.label) for k in MANUAL_RELATION_KINDS])
    other = RecordField(label="库内文件", required=False, widget=forms.TextInput(attrs=SUGGESTION_INPUT_ATTRIBUTES))
    cited = forms.CharField(
        label="库外文件",
        required=False,
        max_length=300,
        help_text="如：《中华人民共和国政府信息公开条例》（国务院令第711号）",
    )


class PolicyBasisForm(RelationForm):
    """Form for the policy on which a guide or list is based."""

    kind = None  # type: ignore[assignment]


class RespondForm(DocumentNamingForm):
    """Form for the policy document that an item responds to."""

    other = RecordField(label="政策文件")
    concern = forms.CharField(label="关切的问题", required=False, max_length=200)


class PublicationPlacesForm(forms.Form):
    """Form for the columns in which a document is published."""

    columns = ColumnChoice(label="栏目", queryset=Column.objects.none(), required=False, widget=ColumnBoxes)

    def __init__(
        self, data: Posted = None, files: Sent = None, *, by: Actor, unit: Body, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        set_column_choices(self.fields["columns"], by, unit=unit)


class CleanupVerdictForm(forms.Form):
    """Form for the clean-up verdict on one document.

    `was` is the row as shown, so that untouched rows change nothing.
    """

    verdict = forms.ChoiceField(label="清理意见", choices=CleanupVerdict.choices, required=False)
    reason = forms.CharField(label="理由", required=False, max_length=300)
    until = YearCheckedDateField(label="延长有效期至", required=False)
    was = forms.CharField(required=False, max_length=400)

    def get_shown_version(self) -> tuple[int | None, bool]:
        """Return the version that was shown (None if unknown), and whether the row is unchanged."""
        version, _, shown_verdict = str(self.cleaned_data["was"]).partition("|")
        if not version.isdecimal() or len(version) > 9:
            return None, False
        cleaned_data = self.cleaned_data
        until = cleaned_data["until"].isoformat() if cleaned_data["until"] else ""
        return int(version), shown_verdict == f"{cleaned_data['verdict']}|{until}|{cleaned_data['reason']}"


class CloseRoundForm(PublicationPlacesForm):
    """Form to close a round: the effective date of the results, and where the list is published."""

    result_on = YearCheckedDateField(label="清理结果自何日起施行", required=False, help_text="自公布之日起施行的不填")
    field_order = ("result_on", "columns")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, by: Actor, unit: Body, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, by=by, unit=unit, **kwargs)
        self.fields["columns"].label = "清理结果公布在"


def join_level_labels(levels: list[str]) -> str:
    """Return the labels of levels, joined."""
    return "、".join(str(PolicyLevel(level).label) for level in levels if level in PolicyLevel.values)


_VALIDITY_TASK_ACTS = (
    Act(
        action=tasks.extend_validity,
        asks={
            "until": YearCheckedDateField(label="延长至"),
            "basis": forms.CharField(label="作出延长决定的文件", max_length=300),
        },
    ),
    Act(action=tasks.accept_expiry, asks={"words": sentences("评估意见")}),
    Act(action=tasks.return_cleanup_task, asks={"words": sentences("退回理由")}),
)


def register_entry_forms() -> None:
    """Register the forms of the ledger entries."""
    register_entry_acts(*_VALIDITY_TASK_ACTS, model=ValidityTask)
