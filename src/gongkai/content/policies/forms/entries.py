"""Forms of the ledger entries of policies."""

from django import forms

from gongkai.content.policies.forms.naming import words as sentences
from gongkai.core.ledger.forms import ActForm, register_entry_form
from gongkai.core.widgets.fields import YearCheckedDateField


class ExtendForm(ActForm):
    """Form for the new last day of a document and the extending document."""

    until = YearCheckedDateField(label="延长至")
    basis = forms.CharField(label="作出延长决定的文件", max_length=300)


class AcceptExpiryForm(ActForm):
    """Form for the assessment of why a document may expire."""

    words = sentences("评估意见")


class ReturnTaskForm(ActForm):
    """Form for the reason for returning a clean-up task."""

    words = sentences("退回理由")


def register_entry_forms() -> None:
    """Register the forms of the ledger entries."""
    register_entry_form("validity.extend", ExtendForm)
    register_entry_form("validity.lapse", AcceptExpiryForm)
    register_entry_form("cleanup.return", ReturnTaskForm)
