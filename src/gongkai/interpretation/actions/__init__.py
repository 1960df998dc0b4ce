"""Everything that changes state in this room."""

from gongkai.interpretation.actions.linking import (
    answer,
    confirm_copied,
    draft_interpretation,
    link,
    place_by_form,
)
from gongkai.interpretation.actions.owing import excuse, owe, was_interpreted
from gongkai.interpretation.actions.planning import change_setting, order_forms, pass_plan, plan
from gongkai.interpretation.actions.registers import (
    appoint_specialist,
    drop_event,
    record_event,
    release_specialist,
    set_target,
)

__all__ = [
    "answer",
    "appoint_specialist",
    "change_setting",
    "confirm_copied",
    "draft_interpretation",
    "drop_event",
    "excuse",
    "link",
    "order_forms",
    "owe",
    "pass_plan",
    "place_by_form",
    "plan",
    "record_event",
    "release_specialist",
    "set_target",
    "was_interpreted",
]
