"""Forms of the actions on faults."""

from functools import partial

from gongkai.core.ledger.forms import register_entry_acts
from gongkai.core.registers.forms import Act
from gongkai.core.units.forms.base import words_field
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body
from gongkai.core.units.queries import filter_staffed_units
from gongkai.work.site_operations import actions
from gongkai.work.site_operations.models import Fault

_answer_field = partial(words_field, limit=3000)
FAULT_ACTS = (
    Act(
        action=actions.answer_fault,
        asks={
            "text": _answer_field(
                "答复内容", rows=8, hint="说明核实的情况、怎样改正的。反映人用查询码能看到，留了邮箱的同时发到邮箱。"
            )
        },
    ),
    Act(
        action=actions.dismiss_fault,
        asks={
            "text": _answer_field(
                "不予受理的理由", rows=5, hint="例如：不属于本网站、没有发现所说的问题。反映人能看到。"
            )
        },
    ),
    Act(
        action=actions.transfer_fault,
        asks={
            "body": UnitField(Body.objects.none(), label="转给", empty_label="请选择单位"),
            "words": words_field("说明", required=False, rows=2, limit=500),
        },
        offers={"body": lambda by, entry: filter_staffed_units().exclude(pk=entry.body_id)},
    ),
)


def register_forms() -> None:
    """Register the forms."""
    register_entry_acts(*FAULT_ACTS, model=Fault)
