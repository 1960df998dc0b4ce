"""Ledger entry kinds: a unit's self-assessment, and an appeal, which the office must answer."""

from django.db.models import Q

from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.unit_filters import list_responsible_units
from gongkai.oversight.assessment.rules import check_appeal_judge, check_evidence_judge
from gongkai.oversight.assessment.states import APPEAL_MACHINE, SELF_ASSESSMENT_MACHINE, SelfState


def _make_appeal_condition(actor: Actor) -> Q | None:
    """Return the condition for appeals of units that the user acts for; None if there are none."""
    own = list_responsible_units(actor)
    return Q(appeal__unit__body_id__in=own) if own else None


def _may_judge_evidence(by: Actor, entry: Entry) -> bool:
    return not check_evidence_judge(by, entry)


def _may_judge_appeal(by: Actor, entry: Entry) -> bool:
    return not check_appeal_judge(by, entry)


SELF_ASSESSMENT_KIND = EntryKind(
    name="self_assessment",
    label="考核自评",
    prefix="自评",
    machine=SELF_ASSESSMENT_MACHINE,
    rules="self_assessment",
    actions=("self_assessment.submit", "self_assessment.accept", "self_assessment.send_back"),
    onward=("self_assessment.submit", "self_assessment.accept"),
    awaited={"self_assessment.accept": "审核自评材料"},
    waiting=frozenset({SelfState.SUBMITTED}),
    judges=_may_judge_evidence,
    related=("self_assessment__round__body", "self_assessment__body"),
)
APPEAL_KIND = EntryKind(
    name="score_appeal",
    label="考核申诉",
    prefix="申诉",
    machine=APPEAL_MACHINE,
    rules="score_appeal",
    actions=("score_appeal.uphold", "score_appeal.reject", "score_appeal.withdraw"),
    onward=("score_appeal.uphold",),
    awaited={"score_appeal.uphold": "复核申诉，决定是否采纳"},
    judges=_may_judge_appeal,
    visible=_make_appeal_condition,
    related=("appeal__unit__round__body", "appeal__unit__body"),
    still_late=frozenset({"withdrawn"}),
)
