"""States and entry kind of an annual report.

A correction (更正) of a published report repeats the steps in separate states, in which the entry
stays closed. The public edition stays until the corrected one replaces it.
"""

from gongkai.core.acts.machine import StateMachine, StateTransition, make_move
from gongkai.core.ledger.kinds import EntryKind

REPORT_RULE_SET = KIND = "annual_report"


class ReportState:
    """States of a unit's annual report on disclosure (年度报告).

    `CHECKED`: without open problems, ready for submission. `REVIEWING`: under review by the signers. `CORRECT…`: the same steps for a
    correction, while the earlier edition stays public.
    """

    DRAFTING = "drafting"
    CHECKED = "checked"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REVIEWING = "reviewing"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    CORRECTING = "correcting"
    CORRECTION_CHECKED = "correction_checked"
    CORRECTION_HANDED_IN = "correction_handed_in"
    CORRECTION_ACCEPTED = "correction_accepted"
    CORRECTION_REVIEWING = "correction_reviewing"


#: State → state of the same step during a correction.
_CORRECTION_STATES = {
    ReportState.DRAFTING: ReportState.CORRECTING,
    ReportState.RETURNED: ReportState.CORRECTING,
    ReportState.CHECKED: ReportState.CORRECTION_CHECKED,
    ReportState.HANDED_IN: ReportState.CORRECTION_HANDED_IN,
    ReportState.ACCEPTED: ReportState.CORRECTION_ACCEPTED,
    ReportState.REVIEWING: ReportState.CORRECTION_REVIEWING,
}
#: States of a correction; the earlier edition is still public.
CORRECTION_STATES = frozenset(_CORRECTION_STATES.values())
#: States in which figures and texts may be changed.
EDITABLE_STATES = frozenset(
    {
        ReportState.DRAFTING,
        ReportState.CHECKED,
        ReportState.RETURNED,
        ReportState.CORRECTING,
        ReportState.CORRECTION_CHECKED,
    }
)
#: States after acceptance by the open-government office: before and during review.
ACCEPTED_STATES = frozenset({ReportState.ACCEPTED, ReportState.CORRECTION_ACCEPTED})
#: States of a report under review by the signers of its column.
REVIEWING_STATES = frozenset({ReportState.REVIEWING, ReportState.CORRECTION_REVIEWING})
#: States in which the submission counts in the government's report.
SUBMITTED_STATES = (
    frozenset({ReportState.HANDED_IN, ReportState.ACCEPTED, ReportState.REVIEWING, ReportState.PUBLISHED})
    | CORRECTION_STATES
)


def map_to_correction_state(state: str, target: str) -> str:
    """Return `target`, or the state of corrections that corresponds to it if `state` is one of a correction."""
    return _CORRECTION_STATES[target] if state in CORRECTION_STATES else target


def _make_move_with_correction(verb_sources: frozenset[str], *to: str) -> StateTransition:
    """Return a transition that also holds between the states of a correction that match these."""
    return make_move(
        verb_sources | {_CORRECTION_STATES[source] for source in verb_sources if source in _CORRECTION_STATES},
        *to,
        *(_CORRECTION_STATES[value] for value in to),
    )


_UNDER_REVIEW_STATES = frozenset({ReportState.HANDED_IN, ReportState.ACCEPTED})
_FILLING_MOVE = make_move(EDITABLE_STATES, ReportState.DRAFTING, ReportState.CORRECTING)
REPORT_MACHINE = StateMachine(
    labels={
        ReportState.DRAFTING: "起草中",
        ReportState.CHECKED: "已核对，待报送",
        ReportState.HANDED_IN: "已报送，待审核",
        ReportState.RETURNED: "已退回",
        ReportState.ACCEPTED: "已审核，待送审发布",
        ReportState.REVIEWING: "审签中",
        ReportState.PUBLISHED: "已公布",
        ReportState.CANCELLED: "不再编制",
        ReportState.CORRECTING: "已公布，更正中",
        ReportState.CORRECTION_CHECKED: "更正稿已核对，待报送",
        ReportState.CORRECTION_HANDED_IN: "更正稿已报送，待审核",
        ReportState.CORRECTION_ACCEPTED: "更正稿已审核，待送审发布",
        ReportState.CORRECTION_REVIEWING: "更正稿审签中",
    },
    moves={
        "fill": _FILLING_MOVE,
        "drop": _FILLING_MOVE,
        "explain": _FILLING_MOVE,
        "draft": _FILLING_MOVE,
        "write": _FILLING_MOVE,
        "confirm": _FILLING_MOVE,
        "cut_off": _FILLING_MOVE,
        "check": _make_move_with_correction(
            frozenset({ReportState.DRAFTING, ReportState.RETURNED}), ReportState.CHECKED
        ),
        "hand_in": _make_move_with_correction(
            frozenset({ReportState.CHECKED}), ReportState.HANDED_IN, ReportState.ACCEPTED
        ),
        "take_back": _make_move_with_correction(_UNDER_REVIEW_STATES, ReportState.DRAFTING),
        "return": _make_move_with_correction(_UNDER_REVIEW_STATES, ReportState.RETURNED),
        "accept": _make_move_with_correction(frozenset({ReportState.HANDED_IN}), ReportState.ACCEPTED),
        "review": _make_move_with_correction(frozenset({ReportState.ACCEPTED}), ReportState.REVIEWING),
        "review_ended": _make_move_with_correction(frozenset({ReportState.REVIEWING}), ReportState.ACCEPTED),
        "was_published": make_move(ACCEPTED_STATES | REVIEWING_STATES, ReportState.PUBLISHED),
        "cancel": make_move({ReportState.DRAFTING, ReportState.CHECKED, ReportState.RETURNED}, ReportState.CANCELLED),
        "restore": make_move(ReportState.CANCELLED, ReportState.DRAFTING, ReportState.CHECKED, ReportState.RETURNED),
        "correct": make_move(ReportState.PUBLISHED, ReportState.CORRECTING),
        "drop_correction": make_move(CORRECTION_STATES - REVIEWING_STATES, ReportState.PUBLISHED),
    },
    closed=frozenset({ReportState.PUBLISHED, ReportState.CANCELLED}) | CORRECTION_STATES,
)
REPORT_KIND = EntryKind(
    name=KIND,
    label="年度报告",
    prefix="年报",
    machine=REPORT_MACHINE,
    rules=REPORT_RULE_SET,
    actions=tuple(
        f"{KIND}.{verb}"
        for verb in (
            "check",
            "hand_in",
            "accept",
            "return",
            "review",
            "correct",
            "drop_correction",
            "take_back",
            "cut_off",
            "cancel",
            "restore",
        )
    ),
    onward=tuple(f"{KIND}.{verb}" for verb in ("hand_in", "accept", "review")),
    work="编制",
    related=("annual_report",),
    waiting=frozenset({ReportState.HANDED_IN, ReportState.REVIEWING}),
    asked=frozenset({ReportState.HANDED_IN}),
    register="annual:list",
    excused=frozenset({ReportState.CANCELLED}),
)
