"""Forms of the steps of a follow-up."""

from django import forms
from django.utils import timezone

from gongkai.core.ledger.forms import EntryActionForm, register_entry_form
from gongkai.core.widgets.fields import YearCheckedDateField, lazy_figures


class MinistryActForm(EntryActionForm):
    """The form for the ministry's act."""

    intro = lazy_figures("自国家规定的日期起<followup.period>内印发。")
    title = forms.CharField(label="国家规定的名称", max_length=300)
    number = forms.CharField(label="文号", max_length=80, required=False)
    on = YearCheckedDateField(label="日期")


class FollowupStepForm(EntryActionForm):
    """The form for the day of a step."""

    on = YearCheckedDateField(label="日期", initial=timezone.localdate)


class FollowupIssueForm(FollowupStepForm):
    """The form for the number and URL of the issued document."""

    number = forms.CharField(label="发文字号", max_length=80)
    address = forms.URLField(label="公开网址", max_length=500, assume_scheme="https")


def register_forms() -> None:
    """Register the forms of follow-up steps."""
    register_entry_form("followup.enter", MinistryActForm)
    for verb in ("draft", "submit", "approve"):
        register_entry_form(f"followup.{verb}", FollowupStepForm)
    register_entry_form("followup.issue", FollowupIssueForm)
