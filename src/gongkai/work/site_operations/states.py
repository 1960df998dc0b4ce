"""States and entry kind of a reported fault of a website (网站找错)."""

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger.kinds import EntryKind

#: Name of the rules that decide who sees and handles reported faults (`EntryKind.rules`).
FAULT_RULE_SET = "fault"


class FaultState:
    """States of a visitor's report of a fault of a website (网站找错).

    `DISMISSED`: the report is not accepted (不予受理), which also closes it.
    """

    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


_S = FaultState
FAULT_MACHINE = StateMachine(
    labels={_S.OPEN: "办理中", _S.ANSWERED: "已答复", _S.DISMISSED: "不予受理"},
    moves={
        "transfer": make_move(_S.OPEN),
        "answer": make_move(_S.OPEN, _S.ANSWERED),
        "dismiss": make_move(_S.OPEN, _S.DISMISSED),
        "rate": make_move({_S.ANSWERED, _S.DISMISSED}),
    },
    closed=frozenset({_S.ANSWERED, _S.DISMISSED}),
)
FAULT_KIND = EntryKind(
    name="fault",
    label="网站找错",
    secret=True,  # contains personal data of the sender
    prefix="找错",
    machine=FAULT_MACHINE,
    rules=FAULT_RULE_SET,
    actions=("fault.answer", "fault.transfer", "fault.dismiss"),
    onward=("fault.answer",),
    related=("fault",),
    words=("fault__text",),
)
