"""States of the duty to disclose an item (主动公开)."""

from gongkai.core.acts.machine import StateMachine, make_move


class DisclosureState:
    """The states of a disclosure entry."""

    OPEN = "open"
    PUBLIC = "public"
    TAKEN_DOWN = "taken_down"
    WITHHELD = "withheld"
    GONE = "gone"


DISCLOSURE_MACHINE = StateMachine(
    labels={
        DisclosureState.OPEN: "待公开",
        DisclosureState.PUBLIC: "已公开",
        DisclosureState.TAKEN_DOWN: "已撤回，待重新公开",
        DisclosureState.WITHHELD: "不主动公开",
        DisclosureState.GONE: "草稿已删除",
    },
    moves={
        "publish": make_move({DisclosureState.OPEN, DisclosureState.TAKEN_DOWN}, DisclosureState.PUBLIC),
        "take_down": make_move(DisclosureState.PUBLIC, DisclosureState.TAKEN_DOWN),
        "withhold": make_move({DisclosureState.OPEN, DisclosureState.TAKEN_DOWN}, DisclosureState.WITHHELD),
        "resume": make_move({DisclosureState.WITHHELD, DisclosureState.GONE}, DisclosureState.OPEN),
        "correct": make_move({DisclosureState.OPEN, DisclosureState.TAKEN_DOWN}, DisclosureState.OPEN),
        "retitle": make_move({DisclosureState.OPEN, DisclosureState.TAKEN_DOWN}),
        "drop": make_move({DisclosureState.OPEN, DisclosureState.TAKEN_DOWN}, DisclosureState.GONE),
    },
    closed=frozenset({DisclosureState.PUBLIC, DisclosureState.WITHHELD, DisclosureState.GONE}),
)
