"""States of the duty to publish a budget (预决算公开)."""

from gongkai.core.acts.machine import StateMachine, make_move


class BudgetDutyState:
    """States of a unit's duty to publish its budget; `REPORTED`: published elsewhere."""

    OWED = "owed"
    REPORTED = "reported"
    PUBLISHED = "published"
    DROPPED = "dropped"


_S = BudgetDutyState
BUDGET_DUTY_MACHINE = StateMachine(
    labels={_S.OWED: "待公开", _S.REPORTED: "待核对", _S.PUBLISHED: "已公开", _S.DROPPED: "不再要求"},
    moves={
        "report": make_move(_S.OWED, _S.REPORTED),
        "return": make_move(_S.REPORTED, _S.OWED),
        "accept": make_move(_S.REPORTED, _S.PUBLISHED),
        "find": make_move({_S.OWED, _S.REPORTED}, _S.PUBLISHED),
        "postpone": make_move({_S.OWED, _S.REPORTED}),
        "drop": make_move({_S.OWED, _S.REPORTED}, _S.DROPPED),
    },
    closed=frozenset({_S.PUBLISHED, _S.DROPPED}),
)
