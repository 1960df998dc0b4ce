"""States and ledger kinds of decisions and of feedback on comments."""

from django.db.models import Q

from gongkai.core.acts.machine import StateMachine, make_move
from gongkai.core.ledger.kinds import EntryKind


class DecisionState:
    """States of a major administrative decision (重大行政决策).

    `ANSWERED`: the adoption of comments is published. `EXEMPT`: lawfully without public comments. `REMOVED`: taken
    out of the catalogue. `CEASED`: terminated.
    """

    LISTED = "listed"
    CONSULTING = "consulting"
    ANSWERED = "answered"
    EXEMPT = "exempt"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    EVALUATED = "evaluated"
    REMOVED = "removed"
    CEASED = "ceased"


_State = DecisionState
#: States before the decision is made or terminated.
RUNNING_STATES = frozenset({_State.LISTED, _State.CONSULTING, _State.ANSWERED, _State.EXEMPT, _State.SUBMITTED})
# States of a published decision.
PUBLISHED_STATES = frozenset({_State.DECIDED, _State.EVALUATED})
DECISION_MACHINE = StateMachine(
    labels={
        _State.LISTED: "待征求意见",
        _State.CONSULTING: "征求意见",
        _State.ANSWERED: "已公布采纳情况",
        _State.EXEMPT: "依法不公开征求意见",
        _State.SUBMITTED: "提请审议",
        _State.DECIDED: "已公布结果",
        _State.EVALUATED: "已后评估",
        _State.REMOVED: "已调出目录",
        _State.CEASED: "已终止",
    },
    moves={
        "alter": make_move(RUNNING_STATES),
        "examine": make_move(RUNNING_STATES),
        "remove": make_move({_State.LISTED, _State.CONSULTING, _State.ANSWERED, _State.EXEMPT}, _State.REMOVED),
        "exempt": make_move(_State.LISTED, _State.EXEMPT),
        "opened": make_move({_State.LISTED, _State.CONSULTING, _State.ANSWERED}, _State.CONSULTING),
        "answered": make_move({_State.CONSULTING, _State.ANSWERED}, _State.ANSWERED),
        "submit": make_move({_State.ANSWERED, _State.EXEMPT}, _State.SUBMITTED),
        "return": make_move(_State.SUBMITTED, _State.ANSWERED, _State.EXEMPT),
        "decide": make_move(_State.SUBMITTED),
        "published": make_move(_State.SUBMITTED, _State.DECIDED),
        "link": make_move({_State.SUBMITTED, _State.DECIDED, _State.EVALUATED}),
        "evaluate": make_move(_State.DECIDED),
        "evaluated": make_move({_State.DECIDED, _State.EVALUATED}, _State.EVALUATED),
        "cease": make_move(RUNNING_STATES, _State.CEASED),
    },
    closed=frozenset({_State.DECIDED, _State.EVALUATED, _State.REMOVED, _State.CEASED}),
)


class FeedbackState:
    """States of the duty to publish which comments were adopted; `CEASED`: no longer owed."""

    OPEN = "open"
    DONE = "done"
    CEASED = "ceased"


FEEDBACK_MACHINE = StateMachine(
    labels={FeedbackState.OPEN: "待公布采纳情况", FeedbackState.DONE: "已公布", FeedbackState.CEASED: "不再反馈"},
    moves={
        "published": make_move(FeedbackState.OPEN, FeedbackState.DONE),
        "ceased": make_move(FeedbackState.OPEN, FeedbackState.CEASED),
    },
    closed=frozenset({FeedbackState.DONE, FeedbackState.CEASED}),
)


DECISION_KIND = EntryKind(
    name="decision",
    label="重大行政决策",
    prefix="决策",
    machine=DECISION_MACHINE,
    rules="decision",
    actions=(
        "decision.submit",
        "decision.decide",
        "decision.examine",
        "decision.link",
        "decision.evaluate",
        "decision.return",
        "decision.exempt",
        "decision.alter",
        "decision.remove",
        "decision.cease",
    ),
    resting=lambda: Q(state=DecisionState.CONSULTING),
    onward=("decision.submit", "decision.decide"),
    related=("decision",),
    still_late=frozenset({"removed", "ceased"}),
)
FEEDBACK_KIND = EntryKind(
    name="decision_feedback",
    label="意见采纳反馈",
    prefix="反馈",
    machine=FEEDBACK_MACHINE,
    rules="decision_feedback",
    related=("consultation",),
    still_late=frozenset({"ceased"}),
)
