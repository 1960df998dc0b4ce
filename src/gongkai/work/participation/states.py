"""States of decisions and of feedback on comments."""

from gongkai.core.acts.machine import Machine, move


class State:
    """States of a decision."""

    LISTED = "listed"
    CONSULTING = "consulting"
    ANSWERED = "answered"
    EXEMPT = "exempt"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    EVALUATED = "evaluated"
    REMOVED = "removed"
    CEASED = "ceased"


_S = State
RUNNING = frozenset({_S.LISTED, _S.CONSULTING, _S.ANSWERED, _S.EXEMPT, _S.SUBMITTED})
# States of a published decision.
DONE = frozenset({_S.DECIDED, _S.EVALUATED})
DECISION = Machine(
    labels={
        _S.LISTED: "待征求意见",
        _S.CONSULTING: "征求意见",
        _S.ANSWERED: "已公布采纳情况",
        _S.EXEMPT: "依法不公开征求意见",
        _S.SUBMITTED: "提请审议",
        _S.DECIDED: "已公布结果",
        _S.EVALUATED: "已后评估",
        _S.REMOVED: "已调出目录",
        _S.CEASED: "已终止",
    },
    moves={
        "alter": move(RUNNING),
        "examine": move(RUNNING),
        "remove": move({_S.LISTED, _S.CONSULTING, _S.ANSWERED, _S.EXEMPT}, _S.REMOVED),
        "exempt": move(_S.LISTED, _S.EXEMPT),
        "opened": move({_S.LISTED, _S.CONSULTING, _S.ANSWERED}, _S.CONSULTING),
        "answered": move({_S.CONSULTING, _S.ANSWERED}, _S.ANSWERED),
        "submit": move({_S.ANSWERED, _S.EXEMPT}, _S.SUBMITTED),
        "return": move(_S.SUBMITTED, _S.ANSWERED, _S.EXEMPT),
        "decide": move(_S.SUBMITTED),
        "published": move(_S.SUBMITTED, _S.DECIDED),
        "link": move({_S.SUBMITTED, _S.DECIDED, _S.EVALUATED}),
        "evaluate": move(_S.DECIDED),
        "evaluated": move({_S.DECIDED, _S.EVALUATED}, _S.EVALUATED),
        "cease": move(RUNNING, _S.CEASED),
    },
    closed=frozenset({_S.DECIDED, _S.EVALUATED, _S.REMOVED, _S.CEASED}),
)


class Owed:
    """States of feedback on a comment period."""

    OPEN = "open"
    DONE = "done"
    CEASED = "ceased"


FEEDBACK = Machine(
    labels={Owed.OPEN: "待公布采纳情况", Owed.DONE: "已公布", Owed.CEASED: "不再反馈"},
    moves={"published": move(Owed.OPEN, Owed.DONE), "ceased": move(Owed.OPEN, Owed.CEASED)},
    closed=frozenset({Owed.DONE, Owed.CEASED}),
)
