"""The fields that an action asks for, by the action's name; the office draws them and hands the answers to the action."""

from gongkai.core.files.forms import FilesField
from gongkai.core.ledger.forms import acts  # noqa: F401  (fills FORMS)
from gongkai.core.ledger.forms.base import FORMS, ActForm, form_for, register_entry_acts, register_entry_form

__all__ = ["FORMS", "ActForm", "FilesField", "form_for", "register_entry_acts", "register_entry_form"]
