"""The fields that this room's pages and actions ask for."""

from typing import Any

from django import forms
from django.utils import timezone

from gongkai.ledger.forms import ActForm, register_form
from gongkai.policies.actions.records import FIELDS
from gongkai.policies.actions.relations import BY_HAND
from gongkai.policies.models import Kind, Level, PolicyRecord, Verdict
from gongkai.policies.queries.office import named_to
from gongkai.policies.states import What
from gongkai.publishing.models import Column

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def words(label: str, *, required: bool = True, rows: int = 2, most: int = 300) -> forms.CharField:
    """Return a field for a few sentences."""
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


def day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, required=required, widget=DAY, help_text=help_text)


class RecordForm(forms.ModelForm):
    """The facts of a record."""

    class Meta:
        model = PolicyRecord
        fields = FIELDS
        widgets = {
            **{
                name: DAY
                for name in FIELDS
                if name.endswith("_on") or name in {"consulted_from", "consulted_to"}
            },
            "headnote": forms.Textarea(attrs={"rows": 2}),
            "consultation": forms.Textarea(attrs={"rows": 2}),
            "exemption": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_issuers(self) -> str:
        """Return the names as one line."""
        from gongkai.policies.formats import join_names

        return join_names([self.cleaned_data["issuers"]])

    def changed(self) -> dict[str, Any]:
        """Return what was changed."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}


class RecordField(forms.CharField):
    """A document of the library, named by its number, its unified number or its whole title."""

    #: What may be named; a form fills it in for whoever it is shown to (`Naming`).
    rows: Any = None

    def clean(self, value: Any) -> Any:
        """Find it."""
        said = super().clean(value)
        if not said:
            return None
        found = find_record(said, PolicyRecord.objects.none() if self.rows is None else self.rows)
        if found is None:
            raise forms.ValidationError(
                "政策库中找不到这份文件，请填写完整的文号、统一登记编号或标题，也可以从提示中选择。"
            )
        return found


def find_record(said: str, among: Any) -> PolicyRecord | None:
    """Return the record among some that words mean: as the list proposes it, its number, unified number, or whole title; None where unsure."""
    from gongkai.policies.formats import number_key

    text = said.strip().removeprefix("《")
    head, _, rest = text.partition("》（")
    tries: list[dict[str, Any]] = [{"unified_number": text}, {"title": text.rstrip("》")}]
    if rest:
        tries.insert(0, {"title": head, "number_key": number_key(rest.rstrip("）"))})
    if key := number_key(text):
        tries.append({"number_key": key})
    for condition in tries:
        rows = list(among.filter(**condition)[:2])
        if len(rows) == 1:
            return rows[0]
    return None


def proposals(rows: Any, most: int = 400) -> list[str]:
    """Return the names of records for an input's list of proposals."""
    return [str(record) for record in rows.only("title", "number").order_by("-pk")[:most]]


class Naming(forms.Form):
    """A form in which somebody names documents of the library: those they see, and what is public."""

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, RecordField):
                field.rows = named_to(by)


_LIST = {"list": "policy-names", "autocomplete": "off"}


class DecisionForm(Naming):
    """What was decided about a document."""

    what = forms.ChoiceField(label="决定", choices=What.choices)
    on = day("自何日起")
    until = day("延长至", required=False, help_text="延长有效期的填写")
    actor = RecordField(
        label="作出决定的文件（库内）",
        required=False,
        widget=forms.TextInput(attrs=_LIST),
        help_text="文号、统一登记编号或完整标题",
    )
    cited = forms.CharField(label="作出决定的文件（库外）", required=False, max_length=300)
    replaces = forms.BooleanField(label="该文件替代本文件", required=False)
    reason = words("说明", required=False)

    def clean(self) -> dict[str, Any]:
        """An extension names its day, or says that there is none."""
        data = super().clean() or {}
        if data.get("what") == What.EXTEND and not data.get("until") and not data.get("reason"):
            self.add_error("until", "请填写延长至何日；改为长期有效的，不填日期，在说明中写明。")
        return data


class RelationForm(Naming):
    """A relation to another document."""

    kind = forms.ChoiceField(label="关系", choices=[(k.value, k.label) for k in BY_HAND])
    other = RecordField(label="库内文件", required=False, widget=forms.TextInput(attrs=_LIST))
    cited = forms.CharField(
        label="库外文件",
        required=False,
        max_length=300,
        help_text="如：《中华人民共和国政府信息公开条例》（国务院令第711号）",
    )


class UseForm(RelationForm):
    """A policy that a guide or list rests on."""

    kind = None  # type: ignore[assignment]


class RespondForm(Naming):
    """The policy document that an item answers about."""

    other = RecordField(label="政策文件")
    concern = forms.CharField(label="关切的问题", required=False, max_length=200)


class DraftForm(forms.Form):
    """Where the document is to be published."""

    columns = forms.ModelMultipleChoiceField(
        Column.objects.none(), label="栏目", required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["columns"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Column.objects.filter(archived_at=None).select_related("website").order_by("path")


class RoundForm(forms.Form):
    """A new clean-up round."""

    name = forms.CharField(label="名称", max_length=120)
    due_on = day("提出意见期限")
    levels = forms.MultipleChoiceField(
        label="清理范围",
        choices=[
            (level.value, level.label) for level in (Level.GOVERNMENT_RULE, Level.NORMATIVE, Level.OTHER)
        ],
        initial=[Level.GOVERNMENT_RULE, Level.NORMATIVE],
        widget=forms.CheckboxSelectMultiple,
    )


class VerdictForm(forms.Form):
    """The verdict on one document."""

    verdict = forms.ChoiceField(label="清理意见", choices=Verdict.choices, required=False)
    reason = forms.CharField(label="理由", required=False, max_length=300)
    until = day("延长有效期至", required=False)


class CloseForm(DraftForm):
    """Closing a round: from when the results count, and where the list is published."""

    result_on = day("清理结果自何日起施行")
    field_order = ("result_on", "columns")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"result_on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["columns"].label = "清理结果公布在"


class KeptForm(Naming):
    """A text that a unit enforces, and its source."""

    record = RecordField(
        label="法规规章", widget=forms.TextInput(attrs=_LIST), help_text="政策库中的文号或完整标题"
    )
    source = forms.CharField(label="来源", required=False, max_length=120, help_text="如：国家行政法规库")
    address = forms.URLField(label="来源网址", required=False, max_length=500, assume_scheme="https")
    edition = forms.CharField(
        label="来源版本", required=False, max_length=120, help_text="如：2024年3月10日修订"
    )


class CompareForm(forms.Form):
    """A source's text: a file, or fetched from its address."""

    file = forms.FileField(
        label="来源文件", required=False, help_text=".docx、.pdf 或 .txt；不选时从来源网址读取"
    )
    edition = forms.CharField(label="来源版本", required=False, max_length=120)
    checked_on = day("核对日期", required=False, help_text="不填为今天")


class ExtendForm(ActForm):
    """Until when a document is extended, and by what."""

    until = day("延长至")
    basis = forms.CharField(label="作出延长决定的文件", max_length=300)


class LapseForm(ActForm):
    """Why a document may expire."""

    words = words("评估意见")


class ReturnForm(ActForm):
    """Why the verdicts go back."""

    words = words("退回理由")


def enter_forms() -> None:
    """Enter the forms of this room's entries."""
    register_form("validity.extend", ExtendForm)
    register_form("validity.lapse", LapseForm)
    register_form("cleanup.return", ReturnForm)


assert Kind.USES not in BY_HAND


def say_levels(levels: list[str]) -> str:
    """Return levels in words."""
    return "、".join(str(Level(level).label) for level in levels if level in Level.values)
