"""Actions of this app."""

from gongkai.content.interpretation.actions.linking import (
    answer,
    confirm_copied,
    draft_interpretation,
    link,
    place_by_form,
)
from gongkai.content.interpretation.actions.owing import drop_event, excuse, owe, was_interpreted
from gongkai.content.interpretation.actions.planning import change_setting, order_forms, pass_plan, plan
from gongkai.content.interpretation.actions.registers import (
    appoint_specialist,
    end_rule,
    keep_rule,
    record_event,
    release_specialist,
    set_target,
)
from gongkai.content.interpretation.actions.releases import (
    cancel_release,
    correct_release,
    hold_release,
    plan_release,
    plan_releases,
    postpone_release,
    reopen_release,
)
from gongkai.content.interpretation.actions.results import (
    correct_result,
    extend_results,
    hand_over,
    link_result,
    receive_results,
    send_back_results,
    send_results_again,
    show_results,
    withdraw_results,
)

__all__ = [
    "answer",
    "appoint_specialist",
    "cancel_release",
    "change_setting",
    "confirm_copied",
    "correct_release",
    "correct_result",
    "draft_interpretation",
    "drop_event",
    "end_rule",
    "excuse",
    "extend_results",
    "hand_over",
    "hold_release",
    "keep_rule",
    "link",
    "link_result",
    "order_forms",
    "owe",
    "pass_plan",
    "place_by_form",
    "plan",
    "plan_release",
    "plan_releases",
    "postpone_release",
    "receive_results",
    "record_event",
    "release_specialist",
    "reopen_release",
    "send_back_results",
    "send_results_again",
    "set_target",
    "show_results",
    "was_interpreted",
    "withdraw_results",
]
