"""Rectifications, deductions and accountability after bulletins and talks (V-01, V-11)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.actions.marks import record_mark
from gongkai.oversight.assessment.models import (
    Assessed,
    Bulletin,
    BulletinKind,
    Indicator,
    Pursuit,
    ScoringWay,
    Talk,
    YearlyTimes,
)
from gongkai.oversight.assessment.queries.consequences import describe_deduction_basis
from gongkai.oversight.assessment.rules import MIN_TOPIC_CHARACTERS, is_too_short
from gongkai.oversight.assessment.states import MARKING_STATES, BulletinState

#: Source stored with rectifications that this app orders.
RECTIFICATION_SOURCE = "assessment"


def _check_may_have_consequences(bulletin: Bulletin) -> list[str]:
    """Return the Chinese reasons why a bulletin has no consequences: praise, not issued, or without units."""
    if bulletin.what == BulletinKind.PRAISE:
        return ["表扬不下达整改，也不扣分。"]
    if bulletin.state != BulletinState.ISSUED:
        return ["通报印发以后再下达整改、计入扣分。"]
    return [] if bulletin.units.exists() else ["通报没有写明单位。"]


def _find_order_errors(bulletin: Bulletin) -> list[str]:
    return _check_may_have_consequences(bulletin) or (["已经下达整改。"] if bulletin.entries.exists() else [])


@action("assessment.order_bulletin_mending", label="下达整改", rule=rules.check_round_manager, ready=_find_order_errors)
def order_bulletin_rectification(bulletin: Bulletin, *, by: Actor, demand: str, until: date) -> ActionResult:
    """Order each unit named in a bulletin to rectify its problems (督促整改); return the entries."""
    if is_too_short(demand, MIN_TOPIC_CHARACTERS):
        raise Refused("请写明整改的要求。")
    made = []
    for body in bulletin.units.all():
        fault = FoundFault(
            source=RECTIFICATION_SOURCE,
            ref=f"bulletin/{bulletin.pk}/{body.pk}",
            title=f"通报整改：{bulletin.title}"[:120],
            what=bulletin.text,
            demand=demand.strip(),
            basis=f"{bulletin.title}（{bulletin.number}）",
        )
        made.append(order_rectification(body, by=by, found=fault, until=until))
    bulletin.entries.set(made)
    return ActionResult(
        words=f"下达整改要求{len(made)}项，{until.isoformat()}前完成：{demand.strip()[:100]}", result=made
    )


@action(
    "assessment.deduct_by_bulletin",
    label="计入扣分",
    rule=rules.check_round_manager,
    ready=_check_may_have_consequences,
)
def deduct_by_bulletin(bulletin: Bulletin, *, by: Actor, indicator: Indicator, value: Decimal) -> ActionResult:
    """Deduct points from each unit that a bulletin names, and return the marks."""
    return _deduct_points(list(bulletin.units.all()), by, indicator, value, describe_deduction_basis(bulletin))


@action("assessment.deduct_by_talk", label="计入扣分", rule=rules.check_round_manager)
def deduct_by_talk(talk: Talk, *, by: Actor, indicator: Indicator, value: Decimal) -> ActionResult:
    """Deduct points from a unit after a talk, and return the marks."""
    return _deduct_points([talk.body], by, indicator, value, describe_deduction_basis(talk))


def _deduct_points(bodies: Sequence[Body], by: Actor, indicator: Indicator, value: Decimal, text: str) -> ActionResult:
    """Deduct points from every named unit in a running round.

    Raises:
        Refused: wrong indicator or points, no running round, or the same deduction exists already.
    """
    if indicator.way != ScoringWay.DEDUCTION:
        raise Refused("请选择扣分的指标。")
    if value <= 0:
        raise Refused("扣分应大于0。")
    sheets = list(
        Assessed.objects.filter(
            round__scheme=indicator.scheme_id, round__state__in=MARKING_STATES, office=None, body__in=bodies
        ).select_related("round__body", "body")
    )
    if not sheets:
        raise Refused("这些单位不在正在评分的考核中。")
    already_deducted = [
        sheet.label
        for sheet in sheets
        if sheet.marks.filter(indicator=indicator, struck_at=None, words=text.strip()).exists()
    ]
    if already_deducted:
        raise Refused(f"已经扣过分：{'、'.join(already_deducted)}。要改分值，请先在评分表中撤销原来的一条。")
    deductions = [record_mark(sheet, by=by, indicator=indicator, value=value, words=text) for sheet in sheets]
    names = "、".join(sheet.label for sheet in sheets)
    missing = [body.label for body in bodies if body.pk not in {sheet.body_id for sheet in sheets}]
    missing_text = f"；不在这次考核中：{'、'.join(missing)}" if missing else ""
    return ActionResult(
        words=f"“{indicator}”扣{value.normalize():f}分：{names}{missing_text}",
        facts={"marks": [row.pk for row in deductions]},
        result=deductions,
    )


@action("assessment.set_times", label="设定通报、约谈次数", rule=rules.check_round_manager)
def set_yearly_minimum(body: Body, *, by: Actor, year: int, what: str, least: int, basis: str) -> ActionResult:
    """Set the minimum number (`least`) of circulars or talks (`what`) in a year; zero removes the requirement."""
    basis = require_text(basis, "请填写依据的文件。")
    rows = YearlyTimes.objects.filter(body=body, year=year, what=what)
    stream = f"body/{body.pk}"
    label = YearlyTimes.What(what).label
    if least == 0:
        rows.delete()
        return ActionResult(words=f"取消{year}年{label}次数", stream=stream)
    facts = {"least": least, "basis": basis}
    times, _ = YearlyTimes.objects.update_or_create(body=body, year=year, what=what, defaults=facts)
    return ActionResult(words=f"{year}年{label}至少{least}次", stream=stream, result=times)


@action("assessment.record_pursuit", label="登记追责", rule=rules.check_supervisor)
def record_pursuit(
    body: Body,
    *,
    by: Actor,
    on: date,
    matter: str,
    basis: str,
    authority: str,
    result: str,
    persons: str = "",
    words: str = "",
    bulletin: Bulletin | None = None,
) -> ActionResult:
    """Record that a unit was held accountable for a grave case; `words` is a remark."""
    if on > timezone.localdate():
        raise Refused("决定日期不能晚于今天。")
    if is_too_short(matter, MIN_TOPIC_CHARACTERS) or not basis.strip() or not authority.strip():
        raise Refused("请写明事由、依据和决定机关。")
    if bulletin is not None and not bulletin.units.filter(pk=body.pk).exists():
        raise Refused("有关通报没有写明这个单位，请选择写明它的通报。")
    pursuit = Pursuit.objects.create(
        body=body,
        bulletin=bulletin,
        on=on,
        matter=matter.strip(),
        persons=persons.strip()[:300],
        basis=basis.strip()[:300],
        authority=authority.strip()[:120],
        result=result,
        words=words.strip()[:300],
    )
    text = f"{pursuit.authority}{on.isoformat()}决定：{pursuit.get_result_display()}"
    return ActionResult(words=f"登记追责。{text}", stream=f"pursuit/{pursuit.pk}", result=pursuit)


@action("assessment.publish_pursuit", label="登记公开情况", rule=rules.check_supervisor)
def publish_pursuit(
    row: Pursuit, *, by: Actor, published_on: date | None = None, address: str = "", withheld: str = ""
) -> ActionResult:
    """Record where the result was published, or why it was withheld."""
    if bool(address) == bool(withheld.strip()):
        raise Refused("请填写公开日期和网址；不公开的，写明理由。")
    if address and (published_on is None or not row.on <= published_on <= timezone.localdate()):
        raise Refused("公开日期应在决定日期以后，不晚于今天。")
    row.published_on = published_on if address else None
    row.address, row.withheld = address, withheld.strip()[:300]
    row.save(update_fields=["published_on", "address", "withheld"])
    return ActionResult(words=f"{published_on}公开：{address}" if address else f"不公开：{row.withheld}")
