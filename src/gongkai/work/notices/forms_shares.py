"""Forms of the actions on shares of a task and on contributions of partner units."""

from django import forms
from django.utils import timezone

from gongkai.core.ledger.forms import ActForm, FilesField, register_entry_form
from gongkai.core.units.forms.base import words
from gongkai.core.widgets.fields import Day
from gongkai.core.widgets.templatetags.ui import day
from gongkai.work.notices.actions.delegation import list_offices_to_choose, list_units_to_choose
from gongkai.work.notices.forms import ReasonForm
from gongkai.work.notices.planning.descriptions import public_text


class DelegateForm(ActForm):
    """Offices and units, work and internal deadline of a share."""

    offices = forms.MultipleChoiceField(
        label="处室",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="至少选一个处室或者所属单位。",
    )
    units = forms.MultipleChoiceField(label="所属单位", required=False, widget=forms.CheckboxSelectMultiple)
    words = words("要做什么、报回什么")
    until = Day(label="内部期限")

    def prepare(self) -> None:
        """Offer offices and lower units of the unit; start with the text of the measure."""
        self._set_choices("offices", [(str(office.pk), office.name) for office in list_offices_to_choose(self.entry)])
        self._set_choices("units", [(str(body.pk), body.label) for body in list_units_to_choose(self.entry)])
        self.initial["words"] = public_text(self.entry.assignment.measure.text)
        until = self.fields["until"]
        until.widget.attrs["min"] = timezone.localdate().isoformat()
        if self.entry.due_at:
            until.help_text = f"本单位任务的期限是{day(self.entry.due_at)}，内部期限请早一些。"

    def _set_choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        if not choices:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
        field.widget.attrs.pop("class", None)

    def facts(self) -> dict[str, object]:
        """Return the arguments of `delegate_task`."""
        data = self.cleaned_data
        return {
            "offices": [int(pk) for pk in data.get("offices") or ()],
            "units": [int(pk) for pk in data.get("units") or ()],
            "words": data["words"],
            "until": data["until"],
        }


class ShareForm(ActForm):
    """A statement and evidence."""

    urls = forms.CharField(
        label="公开网址",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "https://，一行一个"}),
    )
    files = FilesField(label="文件", required=False)  # type: ignore[assignment]
    statement = words("完成情况", required=False, rows=2)

    def facts(self) -> dict[str, object]:
        """Return the arguments of `submit_share`; uploaded files are stored here."""
        data = self.cleaned_data
        return {
            "urls": [line.strip() for line in data["urls"].splitlines() if line.strip()],
            "files": [self._fact(one) for one in data["files"]],
            "statement": data["statement"],
        }


register_entry_form("assignment.delegate", DelegateForm)
register_entry_form("delegated.submit", ShareForm)
register_entry_form("delegated.return", ReasonForm)
register_entry_form("delegated.cancel", ReasonForm)


class SupportForm(ShareForm):
    """A contribution and evidence."""

    statement = words("配合情况", required=False, rows=2)


register_entry_form("support.submit", SupportForm)
register_entry_form("support.return", ReasonForm)
register_entry_form("support.cancel", ReasonForm)
