"""The kind of entry: a rule, guideline or catalogue that follows a ministry's act."""

from gongkai.core.ledger.kinds import Kind
from gongkai.work.directory.states import FOLLOWUP_MACHINE, FollowupState

KIND = "followup"
FOLLOWUP_KIND = Kind(
    name=KIND,
    label="跟进制定",
    prefix="跟进",
    machine=FOLLOWUP_MACHINE,
    actions=tuple(f"{KIND}.{verb}" for verb in ("enter", "draft", "submit", "approve", "issue", "return", "drop")),
    onward=tuple(f"{KIND}.{verb}" for verb in ("enter", "draft", "submit", "approve", "issue")),
    waiting=frozenset({FollowupState.AWAITED, FollowupState.SUBMITTED}),
    related=("followup",),
    excused=frozenset({FollowupState.DROPPED}),
)
