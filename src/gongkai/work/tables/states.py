"""States of the duty to publish a budget (预决算公开)."""

from gongkai.core.acts.machine import StateMachine, make_move


class BudgetDutyState:
    """States of a unit's duty to publish its budget; `REPORTED`: published elsewhere."""

    OWED = "owed"
    REPORTED = "reported"
    PUBLISHED = "published"
    DROPPED = "dropped"


BUDGET_DUTY_MACHINE = StateMachine(
    labels={
        BudgetDutyState.OWED: "待公开",
        BudgetDutyState.REPORTED: "待核对",
        BudgetDutyState.PUBLISHED: "已公开",
        BudgetDutyState.DROPPED: "不再要求",
    },
    moves={
        "report": make_move(BudgetDutyState.OWED, BudgetDutyState.REPORTED),
        "return": make_move(BudgetDutyState.REPORTED, BudgetDutyState.OWED),
        "accept": make_move(BudgetDutyState.REPORTED, BudgetDutyState.PUBLISHED),
        "find": make_move({BudgetDutyState.OWED, BudgetDutyState.REPORTED}, BudgetDutyState.PUBLISHED),
        "postpone": make_move({BudgetDutyState.OWED, BudgetDutyState.REPORTED}),
        "drop": make_move({BudgetDutyState.OWED, BudgetDutyState.REPORTED}, BudgetDutyState.DROPPED),
        "restore": make_move(BudgetDutyState.DROPPED, BudgetDutyState.OWED, BudgetDutyState.REPORTED),
    },
    closed=frozenset({BudgetDutyState.PUBLISHED, BudgetDutyState.DROPPED}),
)
