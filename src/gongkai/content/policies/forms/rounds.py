"""Forms of a clean-up round: its beginning, one verdict, its closing."""

from typing import Unpack

from django import forms

from gongkai.content.policies.forms.records import DraftForm
from gongkai.content.policies.models import Level, Verdict
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import Day
from gongkai.core.widgets.forms import FormFacts, Posted, Sent


class VerdictForm(forms.Form):
    """The verdict on one document; `was` is what the page showed of it, in which version, so that a row nobody touched changes nothing."""

    verdict = forms.ChoiceField(label="清理意见", choices=Verdict.choices, required=False)
    reason = forms.CharField(label="理由", required=False, max_length=300)
    until = Day(label="延长有效期至", required=False)
    was = forms.CharField(required=False, max_length=400)

    def seen(self) -> tuple[int | None, bool]:
        """Return the version that was shown (None where the page did not say), and whether the row was left as it was shown."""
        version, _, shown = str(self.cleaned_data["was"]).partition("|")
        if not version.isdecimal() or len(version) > 9:
            return None, False
        said = self.cleaned_data
        until = said["until"].isoformat() if said["until"] else ""
        return int(version), shown == f"{said['verdict']}|{until}|{said['reason']}"


class CloseForm(DraftForm):
    """Closing a round: from when the results count, and where the list is published."""

    result_on = Day(label="清理结果自何日起施行", required=False, help_text="自公布之日起施行的不填")
    field_order = ("result_on", "columns")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, by: Actor, unit: Body, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, by=by, unit=unit, **kwargs)
        self.fields["columns"].label = "清理结果公布在"


def say_levels(levels: list[str]) -> str:
    """Return levels in words."""
    return "、".join(str(Level(level).label) for level in levels if level in Level.values)
