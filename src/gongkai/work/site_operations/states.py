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


FAULT_MACHINE = StateMachine(
    labels={FaultState.OPEN: "办理中", FaultState.ANSWERED: "已答复", FaultState.DISMISSED: "不予受理"},
    moves={
        "transfer": make_move(FaultState.OPEN),
        "answer": make_move(FaultState.OPEN, FaultState.ANSWERED),
        "dismiss": make_move(FaultState.OPEN, FaultState.DISMISSED),
        "rate": make_move({FaultState.ANSWERED, FaultState.DISMISSED}),
    },
    closed=frozenset({FaultState.ANSWERED, FaultState.DISMISSED}),
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
