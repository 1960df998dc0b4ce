"""States of the comparison of a text with a changed law library (法规库更新)."""

from gongkai.core.acts.machine import StateMachine, make_move


class LawUpdateState:
    """States of the comparison of a unit's text with its law in the library; `NONE`: the text may stay."""

    OPEN = "open"
    DONE = "done"
    NONE = "none"


LAW_UPDATE_MACHINE = StateMachine(
    labels={LawUpdateState.OPEN: "待核对", LawUpdateState.DONE: "已核对", LawUpdateState.NONE: "无须更新"},
    moves={
        "finish": make_move(LawUpdateState.OPEN, LawUpdateState.DONE),
        "drop": make_move(LawUpdateState.OPEN, LawUpdateState.NONE),
    },
    closed=frozenset({LawUpdateState.DONE, LawUpdateState.NONE}),
)
