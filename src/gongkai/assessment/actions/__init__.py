"""Everything that changes state in this room."""

from gongkai.assessment.actions.appeals import file_appeal, reject, uphold, withdraw
from gongkai.assessment.actions.evaluators import end_evaluator, invite_evaluator
from gongkai.assessment.actions.marks import accept, claim, evaluate, mark, send_back, strike_mark, submit
from gongkai.assessment.actions.papers import (
    approve_bulletin,
    change_bulletin,
    decide_ranking,
    draft_bulletin,
    issue_bulletin,
    look_back,
    record_talk,
    register_ranking,
)
from gongkai.assessment.actions.registers import (
    register_training,
    remove_training,
    set_demand,
    set_provision,
)
from gongkai.assessment.actions.rounds import (
    begin_scoring,
    confirm_round,
    measure_round,
    open_round,
    plan_round,
    publish_scores,
    set_units,
)
from gongkai.assessment.actions.schemes import (
    change_scheme,
    draft_scheme,
    enact_scheme,
    remove_indicator,
    retire_scheme,
    revise_scheme,
    set_indicator,
)

__all__ = [
    "accept",
    "approve_bulletin",
    "begin_scoring",
    "change_bulletin",
    "change_scheme",
    "claim",
    "confirm_round",
    "decide_ranking",
    "draft_bulletin",
    "draft_scheme",
    "enact_scheme",
    "end_evaluator",
    "evaluate",
    "file_appeal",
    "invite_evaluator",
    "issue_bulletin",
    "look_back",
    "mark",
    "measure_round",
    "open_round",
    "plan_round",
    "publish_scores",
    "record_talk",
    "register_ranking",
    "register_training",
    "reject",
    "remove_indicator",
    "remove_training",
    "retire_scheme",
    "revise_scheme",
    "send_back",
    "set_demand",
    "set_indicator",
    "set_provision",
    "set_units",
    "strike_mark",
    "submit",
    "uphold",
    "withdraw",
]
