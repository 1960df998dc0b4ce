"""Record the claims of units, accept them, and record marks: checks, evaluators, bonus, deductions, vetoes."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Conflict, Refused, action, require_text
from gongkai.core.acts.rows import insert_row, list_related_rows, update_row
from gongkai.core.ledger.actions.evidence import list_valid_evidence
from gongkai.core.ledger.clock import make_closing_event, make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.actors import Actor
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.models import Assessed, Claim, Evaluator, Indicator, Mark, ScoringWay
from gongkai.oversight.assessment.rules import MIN_REASON_CHARACTERS, is_too_short
from gongkai.oversight.assessment.states import MARKING_STATES, RoundState, SelfState

#: Scoring methods that the office applies manually.
MANUAL_WAYS = frozenset(
    {
        ScoringWay.ONLINE,
        ScoringWay.PHONE,
        ScoringWay.SELF,
        ScoringWay.BONUS,
        ScoringWay.DEDUCTION,
        ScoringWay.VETO,
        ScoringWay.THIRD,
    }
)


def _check_claimable(entry: Entry) -> list[str]:
    unit = entry.self_assessment
    return [] if unit.round.state in MARKING_STATES else ["自评已经结束。"]


@entry_action("self_assessment", "claim", label="填写自评", rule=check_may_work, ready=_check_claimable)
def record_claim(entry: Entry, *, by: Actor, indicator: Indicator, value: Decimal, words: str) -> ActionResult:
    """Record a unit's claim, with its reason (`words`), for a scored indicator.

    `value` is the claimed share in percent.
    """
    unit = entry.self_assessment
    if indicator.scheme_id != unit.round.scheme_id or indicator.way != ScoringWay.SELF:
        raise Refused("这项指标不需要自评。")
    _require_valid_value(indicator, value)
    if is_too_short(words, MIN_REASON_CHARACTERS):
        raise Refused(f"请写明做了什么、依据在哪里，至少{MIN_REASON_CHARACTERS}个字。")
    Claim.objects.update_or_create(unit=unit, indicator=indicator, defaults={"value": value, "words": words.strip()})
    return ActionResult(words=f"自评“{indicator}”：{value:f}%", facts={"indicator": indicator.code})


def _check_all_claimed(entry: Entry) -> list[str]:
    """Return the Chinese reasons why a self-assessment is incomplete: missing scores or evidence."""
    unit = entry.self_assessment
    unclaimed = unit.round.scheme.indicators.filter(way=ScoringWay.SELF).exclude(
        pk__in=unit.claims.values("indicator_id")
    )
    names = [str(indicator) for indicator in unclaimed]
    reasons = [f"还没有填写自评：{'、'.join(names)}。"] if names else []
    if unit.claims.filter(value__gt=0).exists() and not list_valid_evidence(entry):
        reasons.append("还没有佐证：自评得分要有材料证明，请先添加佐证（已公开的信息、网址或者文件）。")
    return reasons


@entry_action("self_assessment", "submit", label="提交自评", rule=check_may_work, ready=_check_all_claimed)
def submit_self_assessment(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Submit a unit's self-assessment to the assessing office."""
    return ActionResult(words=words.strip() or "提交自评", events=(make_event("submitted"),))


@entry_action("self_assessment", "send_back", label="退回补充", rule=rules.check_evidence_judge)
def return_self_assessment(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return the self-assessment for completion."""
    reason = require_text(reason, "请写明退回的理由。", 2)
    return ActionResult(words=reason, events=(make_event("returned"),))


def list_adoptable_claims(unit: Assessed) -> list[Claim]:
    """Return the claims that become marks when the self-assessment is accepted.

    They are those that nobody has judged otherwise.
    """
    judged = unit.marks.filter(struck_at=None, way=ScoringWay.SELF).values("indicator_id")
    return list(unit.claims.select_related("indicator").exclude(indicator_id__in=judged))


@entry_action("self_assessment", "accept", label="审核通过", rule=rules.check_evidence_judge)
def accept_self_assessment(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Accept a self-assessment; claims without another judgement become marks."""
    unit = entry.self_assessment
    for adoptable_claim in list_adoptable_claims(unit):
        Mark.objects.create(
            unit=unit,
            indicator=adoptable_claim.indicator,
            way=ScoringWay.SELF,
            value=adoptable_claim.value,
            on=timezone.localdate(),
            words=f"采纳自评：{adoptable_claim.words}",
            by=by.name,
        )
    entry.outcome = SelfState.ACCEPTED
    return ActionResult(words=words.strip() or "自评审核通过", events=(make_closing_event(entry),))


@entry_action("self_assessment", "lapse", label="自评终止", rule=rules.check_round_ender)
def end_self_assessment(entry: Entry, *, by: Actor) -> ActionResult:
    """Close a self-assessment that was not accepted in time; the round continues without it."""
    entry.outcome = SelfState.LAPSED
    return ActionResult(words="考核结果反馈前没有完成自评", events=(make_event("closed"),))


def _require_valid_value(indicator: Indicator, value: Decimal | None) -> None:
    """Refuse a missing value where points are needed, and one outside the limits of the way of scoring."""
    if value is None:
        if indicator.way in {ScoringWay.BONUS, ScoringWay.DEDUCTION, ScoringWay.VETO}:
            raise Refused("请填写分数。")
        return
    most = indicator.points if indicator.way in {ScoringWay.BONUS, ScoringWay.DEDUCTION} else Decimal(100)
    if indicator.way != ScoringWay.VETO and not 0 <= value <= most:
        unit = "分" if indicator.way in {ScoringWay.BONUS, ScoringWay.DEDUCTION} else "%"
        raise Refused(f"应在0至{most:f}{unit}之间。")


def _check_is_open(unit: Assessed) -> list[str]:
    return [] if unit.round.state in MARKING_STATES else [f"{unit.round.state_label}，不能评分。"]


@action("assessment.mark", label="评分", rule=rules.check_marker, ready=_check_is_open)
def record_mark(
    unit: Assessed,
    *,
    by: Actor,
    indicator: Indicator,
    value: Decimal | None,
    on: date | None = None,
    words: str = "",
    script: str = "",
    recording: str = "",
    evaluator: Evaluator | None = None,
    seen: int | None = None,
) -> ActionResult:
    """Record a judgement of one indicator of a unit, and return the mark.

    Several marks of an indicator count by their mean (shares) or their sum (points). Material
    submitted by the unit is judged once: a new mark replaces the earlier one, including an accepted
    claim.

    Args:
        unit: the assessed unit.
        by: the person who judges.
        indicator: an indicator that is judged manually.
        value: share in percent, or points; None if it does not apply.
        on: day of the check (default: today).
        words: the findings.
        script: questions of a telephone check.
        recording: location of the recording of a telephone check.
        evaluator: third party whose sheet the office enters; it replaces their earlier marks.
        seen: number of the last mark shown to the user; the action is refused if there is a newer
            one.
    """
    if indicator.scheme_id != unit.round.scheme_id or indicator.way not in MANUAL_WAYS:
        raise Refused("这项指标不是人工评分的，由平台从台账取数。")
    if indicator.way == ScoringWay.THIRD and evaluator is None:
        raise Refused("第三方评估的指标由第三方评分，或者导入第三方的评分表。")
    if indicator.way == ScoringWay.PHONE and not (script.strip() and recording.strip()):
        raise Refused("电话测评须记录测评内容和录音编号。")
    if indicator.way in {ScoringWay.BONUS, ScoringWay.DEDUCTION, ScoringWay.VETO} and is_too_short(
        words, MIN_REASON_CHARACTERS
    ):
        raise Refused("加分、扣分、否决须写明事实和依据。")
    _require_new_mark(unit, indicator, value, on, words, seen)
    if evaluator is not None:
        _strike_earlier_marks(unit, indicator, evaluator, by=by)
    elif indicator.way == ScoringWay.SELF:
        _strike_marks(unit.marks.filter(indicator=indicator, struck_at=None), by, "重新评分")
    mark = _insert_mark(
        unit, indicator, value, by=by, on=on, text=words, script=script, recording=recording, evaluator=evaluator
    )
    return ActionResult(words=_describe_mark(mark), facts={"mark": mark.pk, "indicator": indicator.code}, result=mark)


def get_last_mark_number(unit: Assessed, indicator: Indicator) -> int:
    """Return the number of the last mark of an indicator, even if struck; 0 if there is none."""
    return unit.marks.filter(indicator=indicator).order_by("-pk").values_list("pk", flat=True).first() or 0


def _require_new_mark(
    unit: Assessed, indicator: Indicator, value: Decimal | None, on: date | None, text: str, seen_mark: int | None
) -> None:
    """Refuse a mark if the indicator got another one since `seen_mark`, or has an equal one of the same
    day.

    Raises:
        Conflict: the indicator has got another mark since the form was opened.
        Refused: the same mark exists.
    """
    if seen_mark is not None and get_last_mark_number(unit, indicator) != seen_mark:
        raise Conflict("这项指标刚刚有了新的评分，请看过后再提交；您填写的内容没有丢失。")
    if indicator.way not in {ScoringWay.BONUS, ScoringWay.DEDUCTION, ScoringWay.VETO}:
        return
    day = on or timezone.localdate()
    if unit.marks.filter(indicator=indicator, struck_at=None, on=day, words=text.strip(), value=value).exists():
        raise Refused("同一天、同样事实和分数的一条已经记入；确是另一件事的，请在事实中写明区别。")


def _strike_earlier_marks(
    unit: Assessed, indicator: Indicator, evaluator: Evaluator, *, by: Actor, ref: str = ""
) -> None:
    """Strike an evaluator's earlier marks of an indicator or of its case `ref`.

    A mark of a case replaces marks of the whole; the whole cannot be marked in addition to cases.
    """
    marks = list_related_rows(Mark, unit, "marks", evaluator=evaluator, struck_at=None)
    earlier_marks = [mark for mark in marks if mark.indicator_id == indicator.pk and mark.struck_at is None]
    if not ref and any(mark.ref for mark in earlier_marks):
        raise Refused("这项指标已逐件评分，不能再整体评分；要改为整体评分的，请先撤销逐件评分。")
    for mark in earlier_marks:
        if mark.ref in {ref, ""}:
            mark.struck_at, mark.struck_by, mark.struck_why = timezone.now(), by.name, "重新评分"
            update_row(mark)


def _strike_marks(marks: QuerySet[Mark], by: Actor, reason: str) -> None:
    """Strike these marks in the user's name, with a reason."""
    marks.update(struck_at=timezone.now(), struck_by=by.name, struck_why=reason)


def _insert_mark(
    unit: Assessed,
    indicator: Indicator,
    value: Decimal | None,
    *,
    by: Actor,
    on: date | None = None,
    text: str = "",
    script: str = "",
    recording: str = "",
    ref: str = "",
    evaluator: Evaluator | None = None,
) -> Mark:
    """Store a mark of a unit for an indicator.

    Raises:
        Refused: the value is invalid, or the day is in the future or before the round.
    """
    _require_valid_value(indicator, value)
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if day < unit.round.first:
        raise Refused(f"日期不能早于考核期（{unit.round.first}起）。")
    return insert_row(
        Mark(
            unit=unit,
            indicator=indicator,
            way=indicator.way,
            value=Decimal(1) if indicator.way == ScoringWay.VETO else value,
            on=day,
            words=text.strip(),
            script=script.strip(),
            recording=recording.strip()[:200],
            ref=ref,
            evaluator=evaluator,
            by=by.name,
        )
    )


def _describe_mark(mark: Mark) -> str:
    what = "不适用" if mark.value is None else f"{mark.value.normalize():f}"
    return f"“{mark.indicator}”{mark.get_way_display()}：{what}"


@action("assessment.strike_mark", label="撤销评分", rule=rules.check_marker, ready=_check_is_open)
def strike_mark(unit: Assessed, *, by: Actor, mark: Mark, reason: str) -> ActionResult:
    """Strike a wrong mark, which stays on record with the reason; automatic marks cannot be struck."""
    if mark.unit_id != unit.pk or mark.struck_at:
        raise Refused("没有这条评分，或者已经撤销。")
    if mark.way == ScoringWay.AUTO:
        raise Refused("台账取数请重新取数，不能单独撤销。")
    reason = require_text(reason, "请写明撤销的理由。", 2)
    mark.struck_at, mark.struck_by, mark.struck_why = timezone.now(), by.name, reason[:300]
    mark.save(update_fields=["struck_at", "struck_by", "struck_why"])
    return ActionResult(words=f"撤销{_describe_mark(mark)}：{reason}", facts={"mark": mark.pk})


def _check_evaluation_open(evaluator: Evaluator) -> list[str]:
    """Return the Chinese reasons why an evaluator cannot score now."""
    if evaluator.ended_on or evaluator.until < timezone.localdate():
        return ["评估已经结束。"]
    return [] if evaluator.round.state in {RoundState.SELF, RoundState.SCORING} else ["现在不能评分。"]


def find_own_unit_error(by: Actor, unit: Assessed) -> str:
    """Return the reason against scoring the unit in which the evaluator works, or ""."""
    return f"您在{unit.label}工作，不能给本单位评分，请由其他人评分。" if rules.works_in(by, unit) else ""


@action("assessment.evaluate", label="第三方评分", rule=rules.check_evaluator, ready=_check_evaluation_open)
def record_evaluation(
    evaluator: Evaluator, *, by: Actor, unit: Assessed, indicator: Indicator, value: Decimal, words: str, ref: str = ""
) -> ActionResult:
    """Record an evaluator's score and reason (`words`), replacing earlier ones."""
    if unit.round_id != evaluator.round_id or not evaluator.indicators.filter(pk=indicator.pk).exists():
        raise Refused("这不是您评估的内容。")
    if barred := find_own_unit_error(by, unit):
        raise Refused(barred)
    words = require_text(words, "请写明评分的理由。", 2)
    _strike_earlier_marks(unit, indicator, evaluator, by=by, ref=ref)
    mark = _insert_mark(unit, indicator, value, by=by, text=words, ref=ref, evaluator=evaluator)
    return ActionResult(
        words=f"{evaluator.organisation}：{unit.label}{_describe_mark(mark)}",
        facts={"mark": mark.pk, "unit": unit.pk},
        result=mark,
    )
