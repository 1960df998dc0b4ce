"""Forms of this app's ledger entries."""

from django import forms

from gongkai.content.policies.forms.naming import words as sentences
from gongkai.core.ledger.forms import ActForm, register_entry_form
from gongkai.core.widgets.fields import Day


class ExtendForm(ActForm):
    """Until when a document is extended, and by what."""

    until = Day(label="延长至")
    basis = forms.CharField(label="作出延长决定的文件", max_length=300)


class LapseForm(ActForm):
    """Why a document may expire."""

    words = sentences("评估意见")


class ReturnForm(ActForm):
    """Why the verdicts go back."""

    words = sentences("退回理由")


def enter_forms() -> None:
    """Enter the forms of this room's entries."""
    register_entry_form("validity.extend", ExtendForm)
    register_entry_form("validity.lapse", LapseForm)
    register_entry_form("cleanup.return", ReturnForm)
