"""The ledger kinds of decisions and of feedback on comments."""

from django.db.models import Q

from gongkai.core.ledger.kinds import Kind
from gongkai.work.participation.states import DECISION_MACHINE, FEEDBACK_MACHINE, DecisionState

DECISION_KIND = Kind(
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
FEEDBACK_KIND = Kind(
    name="decision_feedback",
    label="意见采纳反馈",
    prefix="反馈",
    machine=FEEDBACK_MACHINE,
    rules="decision_feedback",
    related=("consultation",),
    still_late=frozenset({"ceased"}),
)
