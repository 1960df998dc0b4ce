"""Forms of the actions on contributions of partner units."""

from gongkai.core.ledger.forms import register_entry_form
from gongkai.core.units.forms.base import words
from gongkai.work.notices.forms import ReasonForm
from gongkai.work.notices.forms_delegating import ShareForm


class SupportForm(ShareForm):
    """A contribution and evidence."""

    statement = words("配合情况", required=False, rows=2)


register_entry_form("support.submit", SupportForm)
register_entry_form("support.return", ReasonForm)
register_entry_form("support.cancel", ReasonForm)
