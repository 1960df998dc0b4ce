"""States of lapses (逾期记录) and rectifications (督促整改)."""

from gongkai.core.acts.machine import StateMachine, make_move


class LapseState:
    """States of a record of a missed deadline (逾期记录).

    `RETURNED`: the entry is back at its unit and shows the missed date itself.
    """

    KEPT = "kept"
    RETURNED = "returned"


_L = LapseState
LAPSE_MACHINE = StateMachine(
    labels={_L.KEPT: "逾期", _L.RETURNED: "已转回，逾期计入原件"},
    moves={"settle": make_move(_L.KEPT, _L.RETURNED), "revive": make_move(_L.RETURNED, _L.KEPT)},
    closed=frozenset({_L.KEPT, _L.RETURNED}),
)


class RectificationState:
    """States of an ordered correction of a detected fault.

    `DONE`: reported by the unit, not confirmed yet. `WAIVED`: no correction is required.
    """

    ORDERED = "ordered"
    DONE = "done"
    CONFIRMED = "confirmed"
    WAIVED = "waived"


_R = RectificationState
RECTIFICATION_MACHINE = StateMachine(
    labels={_R.ORDERED: "整改中", _R.DONE: "待复核", _R.CONFIRMED: "已整改", _R.WAIVED: "免予整改"},
    moves={
        "report": make_move(_R.ORDERED, _R.DONE),
        "confirm": make_move(_R.DONE, _R.CONFIRMED),
        "send_back": make_move(_R.DONE, _R.ORDERED),
        "extend": make_move(_R.ORDERED),
        "waive": make_move({_R.ORDERED, _R.DONE}, _R.WAIVED),
    },
    closed=frozenset({_R.CONFIRMED, _R.WAIVED}),
)
