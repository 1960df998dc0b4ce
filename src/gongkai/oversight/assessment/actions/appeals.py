"""Appeals of units against their results, decided by the office that runs the round."""

from decimal import Decimal

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.models import Appeal, Assessed, Indicator, Mark, ScoringWay
from gongkai.oversight.assessment.rules import MIN_ACCOUNT_CHARACTERS, MIN_REASON_CHARACTERS, is_too_short
from gongkai.oversight.assessment.states import AppealState, RoundState


def _check_appealable(unit: Assessed) -> list[str]:
    """Return the Chinese reasons why no appeal is possible: results not announced, or the period is over."""
    round_ = unit.round
    if round_.state != RoundState.PUBLISHED:
        return ["考核结果反馈后、确定前可以申诉。"]
    if round_.objections_until and timezone.localdate() > round_.objections_until:
        return [f"申诉期已于{round_.objections_until.isoformat()}届满。"]
    return []


@action("assessment.file_appeal", label="申诉", rule=rules.check_appellant, ready=_check_appealable)
def file_appeal(unit: Assessed, *, by: Actor, grounds: str, indicator: Indicator | None = None) -> ActionResult:
    """File an appeal against a result or an indicator; return its ledger entry."""
    text = grounds.strip()
    if is_too_short(text, MIN_ACCOUNT_CHARACTERS):
        raise Refused(f"请写明申诉的事实和理由，至少{MIN_ACCOUNT_CHARACTERS}个字。")
    open_appeals = Appeal.objects.filter(unit=unit, indicator=indicator, entry__closed_at=None)
    if open_appeals.exists():
        raise Refused("已经就此申诉，正在复核。")
    round_ = unit.round
    entry = Entry(
        kind="score_appeal",
        title=f"{unit.label}对{round_.name}{f'“{indicator.name}”' if indicator else ''}的申诉"[:300],
        body=round_.office,
        year=round_.year,
    )
    make_entries([entry], by=by, words=text, events=lambda _: [make_event("received")])
    Appeal.objects.create(entry=entry, unit=unit, indicator=indicator, grounds=text)
    tell = Notification(
        f"考核申诉：{unit.label}",
        text,
        get_entry_url(entry),
        f"appeal:{entry.pk}",
        posts=((Role.CHIEF, round_.office_id), (Role.LEAD, round_.office_id)),
    )
    return ActionResult(words=f"申诉：{text}", facts={"entry": entry.pk}, tell=(tell,), result=entry)


def _decide_appeal(entry: Entry, text: str, outcome: str) -> ActionResult:
    """Store the decision on an appeal and notify the unit.

    Raises:
        Refused: the reasons are too short.
    """
    if is_too_short(text, MIN_REASON_CHARACTERS):
        raise Refused(f"请写明复核意见，至少{MIN_REASON_CHARACTERS}个字，让申诉单位看得懂。")
    appeal = entry.appeal
    appeal.decision = text.strip()
    appeal.save(update_fields=["decision"])
    entry.outcome = outcome
    tell = Notification(
        f"申诉复核：{entry.title}"[:100],
        text.strip(),
        get_entry_url(entry),
        f"appeal:{entry.pk}:{outcome}",
        posts=((Role.CLERK, appeal.unit.body_id), (Role.LEAD, appeal.unit.body_id)),
    )
    return ActionResult(words=text.strip(), tell=(tell,), events=(make_event("decided"),))


def make_appeal_reference(entry: Entry) -> str:
    """Return the reference to an appeal that is stored with marks which it struck or created."""
    return f"申诉采纳（{entry.number}）"


@entry_action("score_appeal", "uphold", label="采纳申诉", rule=rules.check_appeal_judge)
def uphold_appeal(entry: Entry, *, by: Actor, words: str, value: Decimal | None = None) -> ActionResult:
    """Uphold an appeal; for one on an indicator, strike its marks and record the corrected score.

    `value` replaces the result of the indicator: a share in percent, or points. A veto is lifted without a value.
    """
    from gongkai.oversight.assessment.actions.marks import _insert_mark

    appeal = Appeal.objects.select_related("unit__round", "indicator").get(pk=entry.pk)
    entry.appeal = appeal
    lifted = appeal.indicator is not None and appeal.indicator.way == ScoringWay.VETO
    if appeal.indicator and value is None and not lifted:
        raise Refused("采纳对指标的申诉，请填写更正后的得分率或者分数。")
    if appeal.indicator:
        moment = timezone.now()
        contested = Mark.objects.filter(unit=appeal.unit, indicator=appeal.indicator, struck_at=None)
        contested.update(struck_at=moment, struck_by=by.name, struck_why=make_appeal_reference(entry))
    if appeal.indicator and not lifted:
        text = f"{make_appeal_reference(entry)}：{words.strip()}"
        _insert_mark(appeal.unit, appeal.indicator, value, by=by, text=text)
    return _decide_appeal(entry, words, AppealState.UPHELD)


@entry_action("score_appeal", "reject", label="不采纳申诉", rule=rules.check_appeal_judge)
def reject_appeal(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Reject an appeal; the score remains unchanged."""
    return _decide_appeal(entry, words, AppealState.REJECTED)


@entry_action("score_appeal", "withdraw", label="撤回申诉", rule=rules.check_appeal_withdrawer)
def withdraw_appeal(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Withdraw an appeal on behalf of the unit."""
    entry.outcome = AppealState.WITHDRAWN
    return ActionResult(words=words.strip() or "撤回申诉", events=(make_event("withdrawn"),))
