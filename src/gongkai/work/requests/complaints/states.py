"""States of a complaint about disclosure (信息公开投诉)."""

from gongkai.core.acts.machine import StateMachine, make_move


class ComplaintState:
    """States of a complaint about disclosure; `ASKED`: the unit owes a statement."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


_State = ComplaintState
_OPEN_STATES = frozenset({_State.OPEN, _State.ASKED})
COMPLAINT_MACHINE = StateMachine(
    labels={
        _State.OPEN: "核查中",
        _State.ASKED: "待单位说明",
        _State.ANSWERED: "已书面答复",
        _State.WITHDRAWN: "投诉人已撤回",
    },
    moves={
        "ask_statement": make_move(_State.OPEN, _State.ASKED),
        "give_statement": make_move(_State.ASKED, _State.OPEN),
        "extend": make_move(_OPEN_STATES),
        "answer": make_move(_OPEN_STATES, _State.ANSWERED),
        "withdraw": make_move(_OPEN_STATES, _State.WITHDRAWN),
    },
    closed=frozenset({_State.ANSWERED, _State.WITHDRAWN}),
)
