"""Actions of this app."""

from gongkai.content.interpretation.actions.linking import (
    answer_aspects,
    confirm_copied,
    draft_interpretation,
    link_document,
    place_by_form,
)
from gongkai.content.interpretation.actions.owing import (
    close_interpreted,
    drop_event,
    end_interpretation,
    excuse_interpretation,
    owe_interpretation,
)
from gongkai.content.interpretation.actions.planning import (
    approve_plan,
    change_interpretation_setting,
    order_forms,
    save_plan,
)
from gongkai.content.interpretation.actions.registers import (
    add_specialist_rule,
    appoint_specialist,
    end_rule,
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
