"""States of the comparison of a text with a changed law library (法规库更新)."""

from gongkai.core.acts.machine import StateMachine, make_move


class LawUpdateState:
    """States of the comparison of a unit's text with its law in the library; `NONE`: the text may stay."""

    OPEN = "open"
    DONE = "done"
    NONE = "none"


_S = LawUpdateState
UPDATE_MACHINE = StateMachine(
    labels={_S.OPEN: "待核对", _S.DONE: "已核对", _S.NONE: "无须更新"},
    moves={"finish": make_move(_S.OPEN, _S.DONE), "drop": make_move(_S.OPEN, _S.NONE)},
    closed=frozenset({_S.DONE, _S.NONE}),
)
