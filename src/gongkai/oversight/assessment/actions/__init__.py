"""Actions of the assessment app."""

from gongkai.oversight.assessment.actions.appeals import file_appeal, reject_appeal, uphold_appeal, withdraw_appeal
from gongkai.oversight.assessment.actions.consequences import (
    deduct_by_bulletin,
    deduct_by_talk,
    order_bulletin_rectification,
    publish_pursuit,
    record_pursuit,
    set_required_times,
)
from gongkai.oversight.assessment.actions.marks import (
    accept_self_assessment,
    end_self_assessment,
    get_last_mark_number,
    record_claim,
    record_evaluation,
    record_mark,
    return_self_assessment,
    strike_mark,
    submit_self_assessment,
)
from gongkai.oversight.assessment.actions.papers import (
    approve_bulletin,
    attach_papers,
    change_bulletin,
    change_provision,
    decide_ranking,
    draft_bulletin,
    drop_paper,
    issue_bulletin,
    record_look_back,
    record_talk,
    register_ranking,
    register_training,
    remove_training,
    set_provision,
    set_training_demand,
)
from gongkai.oversight.assessment.actions.rounds import (
    begin_scoring,
    confirm_round,
    end_evaluator,
    invite_evaluator,
    measure_round,
    open_round,
    plan_round,
    publish_scores,
    set_units,
)
from gongkai.oversight.assessment.actions.schemes import (
    change_scheme,
    circulate_line_inspection,
    collect_highlight,
    draft_scheme,
    enact_scheme,
    feed_back_line_inspection,
    follow_highlight,
    order_line_problem,
    record_line_inspection,
    remove_indicator,
    retire_scheme,
    revise_scheme,
    set_indicator,
)
