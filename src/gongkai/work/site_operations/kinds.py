"""The entry kind of faults, with its state machine."""

from gongkai.core.acts.machine import Machine, make_move
from gongkai.core.ledger.kinds import Kind

RULE_SET = "fault"


class FaultState:
    """States of a fault."""

    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


_S = FaultState
FAULT_MACHINE = Machine(
    labels={_S.OPEN: "办理中", _S.ANSWERED: "已答复", _S.DISMISSED: "不予受理"},
    moves={
        "transfer": make_move(_S.OPEN),
        "answer": make_move(_S.OPEN, _S.ANSWERED),
        "dismiss": make_move(_S.OPEN, _S.DISMISSED),
        "rate": make_move({_S.ANSWERED, _S.DISMISSED}),
    },
    closed=frozenset({_S.ANSWERED, _S.DISMISSED}),
)


FAULT_KIND = Kind(
    name="fault",
    label="网站找错",
    secret=True,  # contains personal data of the sender
    prefix="找错",
    machine=FAULT_MACHINE,
    rules=RULE_SET,
    actions=("fault.answer", "fault.transfer", "fault.dismiss"),
    onward=("fault.answer",),
    related=("fault",),
    words=("fault__text",),
)
