"""Fields of the actions on rectifications."""

from functools import partial

from django import forms

from gongkai.ledger.actions.evidence import proofs
from gongkai.ledger.forms.base import ActForm, register_entry_form
from gongkai.units.forms import base
from gongkai.units.forms.base import Day

_words = partial(base.words, rows=4, most=2000)


class ReportForm(ActForm):
    """What was done."""

    text = _words("整改情况", hint="说明怎样整改的、何时完成的；网址、截图等可在佐证中添加。")


class ConfirmForm(ActForm):
    """A word on the check, and where it was seen mended; that is asked for where the unit gave no evidence."""

    url = forms.URLField(
        label="复核所见的网址",
        max_length=500,
        assume_scheme="https",
        help_text="责任单位没有添加佐证的必填：整改以后的页面、公告等。",
    )
    words = _words("复核意见", required=False)

    def prepare(self) -> None:
        """Ask for the address only where nothing else proves it."""
        self.fields["url"].required = not proofs(self.entry)


class ReasonForm(ActForm):
    """Why."""

    reason = _words("理由")


class ExtendForm(ActForm):
    """Until when, and why."""

    until = Day(label="延长到")
    reason = _words("理由")


register_entry_form("rectification.report", ReportForm)
register_entry_form("rectification.confirm", ConfirmForm)
register_entry_form("rectification.send_back", ReasonForm)
register_entry_form("rectification.waive", ReasonForm)
register_entry_form("rectification.extend", ExtendForm)
