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
