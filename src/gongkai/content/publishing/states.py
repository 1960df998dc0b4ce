"""States of the duty to disclose an item (主动公开)."""

from gongkai.core.acts.machine import StateMachine, make_move


class DisclosureState:
    """The states of a disclosure entry."""

    OPEN = "open"
    PUBLIC = "public"
    TAKEN_DOWN = "taken_down"
    WITHHELD = "withheld"
    GONE = "gone"


_S = DisclosureState
DISCLOSURE_MACHINE = StateMachine(
    labels={
        _S.OPEN: "待公开",
        _S.PUBLIC: "已公开",
        _S.TAKEN_DOWN: "已撤回，待重新公开",
        _S.WITHHELD: "不主动公开",
        _S.GONE: "草稿已删除",
    },
    moves={
        "publish": make_move({_S.OPEN, _S.TAKEN_DOWN}, _S.PUBLIC),
        "take_down": make_move(_S.PUBLIC, _S.TAKEN_DOWN),
        "withhold": make_move({_S.OPEN, _S.TAKEN_DOWN}, _S.WITHHELD),
        "resume": make_move({_S.WITHHELD, _S.GONE}, _S.OPEN),
        "correct": make_move({_S.OPEN, _S.TAKEN_DOWN}, _S.OPEN),
        "retitle": make_move({_S.OPEN, _S.TAKEN_DOWN}),
        "drop": make_move({_S.OPEN, _S.TAKEN_DOWN}, _S.GONE),
    },
    closed=frozenset({_S.PUBLIC, _S.WITHHELD, _S.GONE}),
)
