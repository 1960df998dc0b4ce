"""Forms of the assessment app."""

import re
from decimal import Decimal
from typing import Unpack

from django import forms

from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.core.ledger.forms import EntryActionForm, register_entry_acts, register_entry_form
from gongkai.core.registers import forms as registered
from gongkai.core.registers.forms import Act
from gongkai.core.widgets.fields import DecimalNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, PlainForm, Posted, Sent, choices_field, style_inputs
from gongkai.lib.chinese.characters import HAN
from gongkai.oversight.assessment.actions import appeals
from gongkai.oversight.assessment.actions.marks import list_adoptable_claims, return_self_assessment
from gongkai.oversight.assessment.models import Appeal, Assessed, Indicator, ScoringWay
from gongkai.oversight.assessment.queries.trees import list_leaves
from gongkai.oversight.assessment.rules import MIN_ACCOUNT_CHARACTERS, MIN_REASON_CHARACTERS
from gongkai.oversight.assessment.scoring import FAILED_GRADE


def make_sentences_field(
    label: str, help_text: str = "", *, required: bool = True, rows: int = 4, least: int = 0
) -> forms.CharField:
    """Return a text area; `least` is the minimum number of characters, also shown as help."""
    short = f"至少{least}个字。" if least else ""
    return forms.CharField(
        label=label,
        required=required,
        min_length=least or None,
        max_length=4000,
        help_text=f"{help_text}{short}",
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"min_length": f"请再写具体一些，{short}"},
    )


def make_amount_field(
    label: str, *, required: bool = True, maximum: int = 100, help_text: str = ""
) -> DecimalNumberField:
    """Return a field for a share or points."""
    return DecimalNumberField(
        label=label, required=required, min_value=0, max_value=maximum, decimal_places=2, help_text=help_text
    )


class GradesField(forms.CharField):
    """Field for grades with their minimum points: 优秀90、良好80、合格60."""

    def to_python(self, value: object) -> list[list[str | int]]:  # type: ignore[override]
        """Return [grade, minimum points] from 优秀90、良好80; raise ValidationError if not in falling order."""
        grades: list[tuple[str, int]] = []
        for grade_text in filter(None, re.split(r"[、，,；;\s]+", str(value or ""))):
            read = re.fullmatch(rf"([{HAN}]{{1,10}})(\d{{1,3}})分?", grade_text)
            if read is None:
                raise forms.ValidationError(f"“{grade_text[:20]}”看不懂，请按“优秀90、良好80、合格60”的样式填写。")
            grades.append((read[1], int(read[2])))
        least = [pair[1] for pair in grades]
        if not grades or least[0] > 100 or least != sorted(set(least), reverse=True):
            raise forms.ValidationError("各等次的最低分应从高到低、各不相同，都在0至100之间。")
        if len({pair[0] for pair in grades}) < len(grades) or any(pair[0] == FAILED_GRADE for pair in grades):
            raise forms.ValidationError(
                f"等次名称不能重复，也不能是“{FAILED_GRADE}”：低于最后一档的就是{FAILED_GRADE}。"
            )
        return [[name, points] for name, points in grades]


class IndicatorForm(registered.ActForm):
    """Form of an indicator in a draft scheme."""

    code = forms.CharField(label="编号", max_length=20, help_text="例如 1.2；已有的编号为修改。")
    parent = forms.CharField(label="上级编号", max_length=20, required=False)
    name = forms.CharField(label="指标", max_length=100)
    points = make_amount_field("分值", maximum=1000)
    way = forms.ChoiceField(label="评分方式", required=False, choices=[("", "（有下级指标）"), *ScoringWay.choices])
    source = forms.ChoiceField(label="数据来源", required=False)
    full_at = make_amount_field("得满分的比例（%）", required=False)
    zero_at = make_amount_field("不得分的比例（%）", required=False)
    standard = make_sentences_field("评分标准", required=False, rows=3)
    basis = forms.CharField(label="依据", max_length=200, required=False)

    def prepare(self) -> None:
        """Set the choices of score sources."""
        offered = [(source.name, f"{source.label}（{source.about}）") for source in SCORE_SOURCES_BY_NAME.values()]
        choices_field(self, "source").choices = [("", "（不取数）"), *offered]


class MarkForm(PlainForm):
    """Form for the mark of one indicator."""

    value = DecimalNumberField(label="得分率（%）", min_value=0, max_value=1000, decimal_places=2, required=False)
    not_applicable = forms.BooleanField(label="不适用于这个单位", required=False)
    on = YearCheckedDateField(label="日期")
    words = make_sentences_field("情况", required=False, rows=3)
    script = make_sentences_field("测评内容（问了什么）", required=False, rows=2)
    recording = forms.CharField(label="录音、截图编号", max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Posted = None, files: Sent = None, *, indicator: Indicator, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        way = indicator.way
        if way in {ScoringWay.BONUS, ScoringWay.DEDUCTION}:
            self.fields["value"].required = True
            self.fields["value"].label = f"{indicator.get_way_display()}（最多{indicator.points.normalize():f}分）"
        if way in {ScoringWay.BONUS, ScoringWay.DEDUCTION, ScoringWay.VETO}:
            del self.fields["not_applicable"]
        if way == ScoringWay.VETO:
            del self.fields["value"]
        elif way == ScoringWay.SELF:
            self.fields["value"].help_text = "已有评分或者采纳自评的，以这次为准。"
        elif way in {ScoringWay.ONLINE, ScoringWay.PHONE}:
            self.fields["value"].help_text = "有几次评分的，取平均。"
        # Require what the action requires.
        if way in {ScoringWay.BONUS, ScoringWay.DEDUCTION, ScoringWay.VETO}:
            self.fields["words"] = make_sentences_field("事实和依据", rows=3, least=MIN_REASON_CHARACTERS)
            style_inputs(self)
        self.fields["script"].required = self.fields["recording"].required = way == ScoringWay.PHONE
        if way != ScoringWay.PHONE:
            del self.fields["script"]
        if way not in {ScoringWay.PHONE, ScoringWay.ONLINE}:
            del self.fields["recording"]

    def clean(self) -> dict[str, object]:
        """Require either a value or “not applicable”; a veto gets the value 1."""
        values = super().clean() or {}
        left_out = values.pop("not_applicable", False)
        if "value" in self.fields and (values.get("value") is None) != left_out:
            self.add_error("value", "请填写得分率，或者勾选不适用。")
        values.setdefault("value", None if "value" in self.fields else Decimal(1))
        return values


class ClaimForm(PlainForm):
    """Form for the score that a unit claims for one indicator."""

    value = make_amount_field("自评得分率（%）")
    words = make_sentences_field(
        "自评说明", "写明做了什么、依据在哪里；材料在自评记录的“佐证”中添加，提交前要有。", least=MIN_REASON_CHARACTERS
    )


class AppealForm(registered.ActForm):
    """Form for an appeal against a score."""

    indicator = forms.ModelChoiceField(
        label="申诉的指标", queryset=Indicator.objects.none(), required=False, empty_label="对总的结果"
    )
    grounds = make_sentences_field("事实和理由", least=MIN_ACCOUNT_CHARACTERS)

    def prepare(self) -> None:
        """Offer the leaves of the round's scheme as indicators."""
        assert isinstance(self.target, Assessed)
        numbers = [leaf.pk for leaf in list_leaves(self.target.round.scheme)]
        self.offer("indicator", Indicator.objects.filter(pk__in=numbers))


class StrikeMarkForm(PlainForm):
    """Form for the reason of striking a mark."""

    reason = forms.CharField(label="理由", max_length=300)


class EvaluateForm(PlainForm):
    """Form for the score of an external evaluator."""

    value = make_amount_field("得分率（%）")
    words = make_sentences_field("评语", rows=2)


class AcceptSelfAssessmentForm(EntryActionForm):
    """Form for accepting a self-assessment."""

    words = make_sentences_field("说明", required=False, rows=2)

    def prepare(self) -> None:
        """Show which claims become marks."""
        claims = list_adoptable_claims(self.entry.self_assessment)
        self.said = [f"{claim.indicator}：按自评计{claim.value.normalize():f}%" for claim in claims]
        self.intro = (
            "审核通过以后，自评即为得分；不同意的，先到评分表中评分，再审核通过。"
            if claims
            else "各项已经评分，审核通过不改变得分。"
        )


_APPEAL_ACTS = (
    Act(
        action=appeals.uphold_appeal,
        asks={
            "words": make_sentences_field("复核意见", least=MIN_REASON_CHARACTERS),
            "value": make_amount_field(
                "更正后的得分率（%）或者分数",
                required=False,
                maximum=1000,
                help_text="对某项指标的申诉必填；对单项否决的不填。",
            ),
        },
    ),
    Act(action=appeals.reject_appeal, asks={"words": make_sentences_field("复核意见", least=MIN_REASON_CHARACTERS)}),
)


def register_forms() -> None:
    """Register the forms of entry pages."""
    register_entry_acts(*_APPEAL_ACTS, model=Appeal)
    register_entry_acts(
        Act(action=return_self_assessment, asks={"reason": make_sentences_field("退回的理由")}), model=Assessed
    )
    register_entry_form("self_assessment.accept", AcceptSelfAssessmentForm)
