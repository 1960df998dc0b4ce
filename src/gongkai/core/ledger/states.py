"""States of lapses (逾期记录) and rectifications (督促整改)."""

from gongkai.core.acts.machine import StateMachine, make_move


class LapseState:
    """States of a record of a missed deadline (逾期记录).

    `RETURNED`: the entry is back at its unit and shows the missed date itself.
    """

    KEPT = "kept"
    RETURNED = "returned"


LAPSE_MACHINE = StateMachine(
    labels={LapseState.KEPT: "逾期", LapseState.RETURNED: "已转回，逾期计入原件"},
    moves={
        "settle": make_move(LapseState.KEPT, LapseState.RETURNED),
        "revive": make_move(LapseState.RETURNED, LapseState.KEPT),
    },
    closed=frozenset({LapseState.KEPT, LapseState.RETURNED}),
)


class RectificationState:
    """States of an ordered correction of a detected fault.

    `DONE`: reported by the unit, not confirmed yet. `WAIVED`: no correction is required.
    """

    ORDERED = "ordered"
    DONE = "done"
    CONFIRMED = "confirmed"
    WAIVED = "waived"


RECTIFICATION_MACHINE = StateMachine(
    labels={
        RectificationState.ORDERED: "整改中",
        RectificationState.DONE: "待复核",
        RectificationState.CONFIRMED: "已整改",
        RectificationState.WAIVED: "免予整改",
    },
    moves={
        "report": make_move(RectificationState.ORDERED, RectificationState.DONE),
        "confirm": make_move(RectificationState.DONE, RectificationState.CONFIRMED),
        "send_back": make_move(RectificationState.DONE, RectificationState.ORDERED),
        "extend": make_move(RectificationState.ORDERED),
        "waive": make_move({RectificationState.ORDERED, RectificationState.DONE}, RectificationState.WAIVED),
    },
    closed=frozenset({RectificationState.CONFIRMED, RectificationState.WAIVED}),
)
