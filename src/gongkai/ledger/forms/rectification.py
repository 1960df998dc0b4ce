"""Fields of the actions on rectifications."""

from functools import partial

from gongkai.ledger.forms.base import ActForm, register_form
from gongkai.units.forms import base
from gongkai.units.forms.base import Day

_words = partial(base.words, rows=4, most=2000)


class ReportForm(ActForm):
    """What was done."""

    text = _words("整改情况", hint="说明怎样整改的、何时完成的；网址、截图等可在佐证中添加。")


class ConfirmForm(ActForm):
    """A word on the check."""

    words = _words("复核意见", required=False)


class ReasonForm(ActForm):
    """Why."""

    reason = _words("理由")


class ExtendForm(ActForm):
    """Until when, and why."""

    until = Day(label="延长到")
    reason = _words("理由")


register_form("rectification.report", ReportForm)
register_form("rectification.confirm", ConfirmForm)
register_form("rectification.send_back", ReasonForm)
register_form("rectification.waive", ReasonForm)
register_form("rectification.extend", ExtendForm)
