"""Forms of review schemes, with a row for each stage, and of signatures on paper."""

from collections.abc import Sequence
from typing import Unpack

from django import forms

from gongkai.content.reviewing.plan import MAX_STAGES, STAGE_ROLES, ReviewPlan, ReviewStage
from gongkai.core.units.models import Person
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, PlainForm, Posted, Sent

MAX_STAGE_ROWS = 5
#: Roles that a stage may require.
ROLE_CHOICES = [(role.value, role.label) for role in STAGE_ROLES]


class ReviewSchemeForm(forms.Form):
    """A review scheme: its stages in order with their settings. A row without a name is no stage."""

    drafter_first = forms.BooleanField(
        label="允许起草人做第一级审签",
        required=False,
        help_text="默认不允许；允许的须写明理由，且其余各级至少两人。",
    )
    bulk_rows = WholeNumberField(
        label="名单、清单达到多少行，须回答数据汇聚风险",
        min_value=5,
        max_value=1000,
        help_text="国家没有统一规定，由本网站设定。",
    )
    after_days = WholeNumberField(
        label="紧急发布后几个工作日内补审",
        min_value=1,
        max_value=10,
        help_text="国家没有统一规定，由本网站设定。",
    )
    reason = forms.CharField(
        label="理由和依据",
        required=False,
        max_length=300,
        help_text="少于三级或者允许起草人初审的必填，记入流水。",
    )

    def __init__(
        self, data: Posted = None, files: Sent = None, *, plan: ReviewPlan, **kwargs: Unpack[FormFacts]
    ) -> None:
        kwargs["initial"] = {
            "drafter_first": plan.drafter_first,
            "bulk_rows": plan.bulk_rows,
            "after_days": plan.after_days,
        }
        super().__init__(data, files, **kwargs)
        self.rows = min(MAX_STAGES, max(MAX_STAGE_ROWS, len(plan.stages) + 1))
        for name in ("drafter_first", "reason"):
            self._require_with_name(name)
        for number in range(self.rows):
            stage = plan.stages[number] if number < len(plan.stages) else ReviewStage("", ())
            self._add_stage_fields(number, stage)

    def _add_stage_fields(self, number: int, stage: ReviewStage) -> None:
        """Add the fields of one stage."""
        stage_label = f"第{number + 1}级"
        self.fields[f"name{number}"] = forms.CharField(
            label=f"{stage_label}名称", required=False, max_length=12, initial=stage.name
        )
        self.fields[f"roles{number}"] = forms.MultipleChoiceField(
            label="可以审签的角色",
            choices=ROLE_CHOICES,
            required=False,
            initial=list(stage.roles),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields[f"days{number}"] = WholeNumberField(
            label="几个工作日内办结", required=False, min_value=1, max_value=30, initial=stage.days
        )
        self.fields[f"lines{number}"] = forms.CharField(
            label="审核要点（一行一条）",
            required=False,
            initial="\n".join(stage.checklist),
            widget=forms.Textarea({"rows": 3}),
        )

        for field_name in ("name", "roles", "days", "lines"):
            self._require_with_name(f"{field_name}{number}")

    def _require_with_name(self, name: str) -> None:
        """Mark a field as needed only in rows with a name."""
        self.fields[name].either = True  # type: ignore[attr-defined]

    def stages(self) -> list[list[object]]:
        """Return the bound fields of each stage's row: name, roles, days, checklist lines."""
        return [[self[f"{part}{n}"] for part in ("name", "roles", "days", "lines")] for n in range(self.rows)]

    def settings(self) -> list[object]:
        """Return the bound fields outside the rows of the stages."""
        return [self[name] for name in ("drafter_first", "bulk_rows", "after_days", "reason")]

    def plan(self) -> ReviewPlan:
        """Return the entered plan without stages that have no name; the action validates it."""
        cleaned_data = self.cleaned_data
        stages = tuple(
            ReviewStage(
                cleaned_data[f"name{n}"].strip(),
                tuple(str(role) for role in STAGE_ROLES if role in cleaned_data[f"roles{n}"]),
                tuple(line.strip() for line in cleaned_data[f"lines{n}"].splitlines() if line.strip()),
                cleaned_data[f"days{n}"] or 1,
            )
            for n in range(self.rows)
            if cleaned_data[f"name{n}"].strip()
        )
        return ReviewPlan(stages, cleaned_data["drafter_first"], cleaned_data["bulk_rows"], cleaned_data["after_days"])


class PaperSignatureForm(PlainForm):
    """A signature on paper, recorded by another person; `effects`: the effects that the paper must name."""

    person = forms.ModelChoiceField(label="签批人", queryset=Person.objects.none(), empty_label="请选择")
    signed_on = YearCheckedDateField(label="签批日期")
    scan = forms.FileField(label="签批件扫描件", widget=forms.FileInput({"accept": ".pdf, .png, .jpg, .jpeg"}))
    words = forms.CharField(label="签批意见", max_length=500, required=False)
    effects_named = forms.BooleanField(required=False)

    def __init__(
        self, data: Posted = None, files: Sent = None, *, people: Sequence[Person], effects: Sequence[str] = ()
    ) -> None:
        super().__init__(data, files, auto_id="paper_%s")
        if effects:
            self.fields["effects_named"].label = f"签批件上写明了“{'”“'.join(effects)}”"
        else:
            del self.fields["effects_named"]
        able = Person.objects.filter(pk__in=[person.pk for person in people])
        self.offer("person", able.order_by("name", "pk"))
