"""The states of an annual report and the kind of entry it is."""

from gongkai.acts.machine import Machine, move
from gongkai.ledger.kinds import Kind

RULES = KIND = "annual_report"


class State:
    """States of a report."""

    DRAFTING = "drafting"
    CHECKED = "checked"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REVIEWING = "reviewing"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


_S = State
#: Figures and texts may be changed.
OPEN = frozenset({_S.DRAFTING, _S.CHECKED, _S.RETURNED})
#: What was handed in counts for the area's report.
GIVEN = frozenset({_S.HANDED_IN, _S.ACCEPTED, _S.REVIEWING, _S.PUBLISHED})
#: The area's 政务公开办 took it.
TAKEN = frozenset({_S.ACCEPTED, _S.REVIEWING, _S.PUBLISHED})
_FILL = move(OPEN, _S.DRAFTING)
REPORT = Machine(
    labels={
        _S.DRAFTING: "起草中",
        _S.CHECKED: "已核对，待报送",
        _S.HANDED_IN: "已报送，待审核",
        _S.RETURNED: "已退回",
        _S.ACCEPTED: "已审核，待送审发布",
        _S.REVIEWING: "审签中",
        _S.PUBLISHED: "已公布",
        _S.CANCELLED: "不再编制",
    },
    moves={
        "fill": _FILL,
        "drop": _FILL,
        "explain": _FILL,
        "draft": _FILL,
        "write": _FILL,
        "confirm": _FILL,
        "cut_off": _FILL,
        "check": move({_S.DRAFTING, _S.RETURNED}, _S.CHECKED),
        "hand_in": move(_S.CHECKED, _S.HANDED_IN, _S.ACCEPTED),
        "take_back": move({_S.HANDED_IN, _S.ACCEPTED}, _S.DRAFTING),
        "return": move({_S.HANDED_IN, _S.ACCEPTED}, _S.RETURNED),
        "accept": move(_S.HANDED_IN, _S.ACCEPTED),
        "review": move(_S.ACCEPTED, _S.REVIEWING),
        "review_ended": move(_S.REVIEWING, _S.ACCEPTED),
        "was_published": move({_S.ACCEPTED, _S.REVIEWING}, _S.PUBLISHED),
        "cancel": move(OPEN, _S.CANCELLED),
    },
    closed=frozenset({_S.PUBLISHED, _S.CANCELLED}),
)
REPORT_KIND = Kind(
    name=KIND,
    label="年度报告",
    prefix="年报",
    machine=REPORT,
    rules=RULES,
    actions=tuple(
        f"{KIND}.{verb}"
        for verb in ("check", "hand_in", "accept", "return", "review", "take_back", "cut_off", "cancel")
    ),
    onward=tuple(f"{KIND}.{verb}" for verb in ("check", "hand_in", "accept", "review")),
    related=("annual_report",),
    waiting=frozenset({_S.HANDED_IN, _S.REVIEWING}),
)
