"""Forms of actions, by action name; the back office renders them and passes the answers on."""

from gongkai.core.files.forms import FilesField
from gongkai.core.ledger.forms import acts  # fills FORMS
from gongkai.core.ledger.forms.base import (
    ENTRY_FORMS_BY_ACTION,
    EntryActionForm,
    get_form,
    register_entry_acts,
    register_entry_form,
)

__all__ = [
    "ENTRY_FORMS_BY_ACTION",
    "EntryActionForm",
    "FilesField",
    "get_form",
    "register_entry_acts",
    "register_entry_form",
]
