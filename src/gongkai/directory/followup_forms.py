"""Forms of what follows a ministry's act: registering it for several domains, and each of its steps."""

from typing import Unpack

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.directory.actions.followups import SIX
from gongkai.directory.models import Outcome
from gongkai.law.figures import with_figures
from gongkai.ledger.forms import ActForm, register_form
from gongkai.ui.forms import FormFacts, Posted, Sent, dress
from gongkai.units.forms.base import BodyChoice, Day
from gongkai.units.models import Body

OWN = "other"


class AwaitForm(forms.Form):
    """Who makes what for which domain; the six domains of institutions are there already."""

    outcome = forms.ChoiceField(label="成果", choices=Outcome)

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: QuerySet[Body], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        for at, domain in enumerate(SIX):
            self.fields[f"body{at}"] = BodyChoice(
                label=f"{domain}领域由谁制定", required=False, empty_label="不登记"
            )
        self.fields["domain"] = forms.CharField(label="其他领域", max_length=60, required=False)
        self.fields["body"] = BodyChoice(label="其他领域由谁制定", required=False, empty_label="不登记")
        for field in self.fields.values():
            if isinstance(field, BodyChoice):
                field.queryset = bodies
        dress(self)

    def clean(self) -> dict[str, object]:
        """Return pairs of domain and unit."""
        given = super().clean() or {}
        pairs = [(domain, given[f"body{at}"]) for at, domain in enumerate(SIX) if given.get(f"body{at}")]
        if given.get("domain") and given.get("body"):
            pairs.append((given["domain"], given["body"]))
        elif given.get("domain") or given.get("body"):
            self.add_error("domain", "其他领域请同时填写领域和制定单位。")
        return {"outcome": given.get("outcome", ""), "pairs": pairs}


class EnterForm(ActForm):
    """The ministry's act."""

    intro = with_figures("自国家规定的日期起<followup.period>内印发。")
    title = forms.CharField(label="国家规定的名称", max_length=300)
    number = forms.CharField(label="文号", max_length=80, required=False)
    on = Day(label="日期")


class StepForm(ActForm):
    """The day of a step."""

    on = Day(label="日期", initial=timezone.localdate)


class IssueForm(StepForm):
    """Number and address of what was issued."""

    number = forms.CharField(label="发文字号", max_length=80)
    address = forms.URLField(label="公开网址", max_length=500, assume_scheme="https")


class ReasonForm(ActForm):
    """A reason that is needed."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def enter() -> None:
    """Enter the forms."""
    register_form("followup.enter", EnterForm)
    for verb in ("draft", "submit", "approve"):
        register_form(f"followup.{verb}", StepForm)
    register_form("followup.issue", IssueForm)
    for verb in ("return", "drop"):
        register_form(f"followup.{verb}", ReasonForm)
