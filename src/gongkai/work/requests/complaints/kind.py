"""The ledger kind of complaints: states, clock and visibility."""

from django.db.models import Q

from gongkai.core.acts.machine import Machine, move
from gongkai.core.ledger.kinds import Kind
from gongkai.core.units.actors import Actor
from gongkai.work.requests.complaints.deidentification import deidentifiers


class State:
    """States of a complaint."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


_S = State
_RUNNING = frozenset({_S.OPEN, _S.ASKED})
COMPLAINT = Machine(
    labels={
        _S.OPEN: "核查中",
        _S.ASKED: "待单位说明",
        _S.ANSWERED: "已书面答复",
        _S.WITHDRAWN: "投诉人已撤回",
    },
    moves={
        "ask_statement": move(_S.OPEN, _S.ASKED),
        "give_statement": move(_S.ASKED, _S.OPEN),
        "extend": move(_RUNNING),
        "answer": move(_RUNNING, _S.ANSWERED),
        "withdraw": move(_RUNNING, _S.WITHDRAWN),
    },
    closed=frozenset({_S.ANSWERED, _S.WITHDRAWN}),
)


def complained_of(actor: Actor) -> Q | None:
    """Return the condition for complaints visible to the unit complained of: once it was asked."""
    if not actor.bodies:
        return None
    asked = Q(state=_S.ASKED) | ~Q(complaint__statement="")
    return Q(complaint__against_id__in=actor.bodies) & asked


COMPLAINT_KIND = Kind(
    name="complaint",
    label="信息公开投诉",
    prefix="投诉",
    machine=COMPLAINT,
    rules="complaint",
    actions=(
        "complaint.answer",
        "complaint.ask_statement",
        "complaint.give_statement",
        "complaint.extend",
        "complaint.withdraw",
    ),
    onward=("complaint.give_statement", "complaint.answer"),
    visible=complained_of,
    words=("complaint__text", "complaint__institution"),
    deidentifiers=deidentifiers,
    related=("complaint",),
    still_late=frozenset({"withdrawn"}),
)
