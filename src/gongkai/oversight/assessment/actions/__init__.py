"""Actions of the assessment app."""

from gongkai.oversight.assessment.actions.appeals import file_appeal, reject, uphold, withdraw
from gongkai.oversight.assessment.actions.consequences import (
    deduct_by_bulletin,
    deduct_by_talk,
    order_bulletin_mending,
    publish_pursuit,
    record_pursuit,
    set_times,
)
from gongkai.oversight.assessment.actions.marks import (
    accept,
    claim,
    evaluate,
    lapse,
    last_mark,
    mark,
    send_back,
    strike_mark,
    submit,
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
    look_back,
    record_talk,
    register_ranking,
    register_training,
    remove_training,
    set_demand,
    set_provision,
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
