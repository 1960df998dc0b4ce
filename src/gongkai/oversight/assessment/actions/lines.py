"""Record inspections of a bureau's own system (条线检查), and highlights (亮点)."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.ledger.rectification import Found, order_rectification
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.least import ACCOUNT, TOPIC, short
from gongkai.oversight.assessment.models import Highlight, LineInspection

SOURCE = "assessment"


def _not_ahead(day: date | None, what: str) -> None:
    if day and day > timezone.localdate():
        raise Refused(f"{what}不能晚于今天。")


@action("assessment.record_line_inspection", label="登记条线检查", rule=rules.registers)
def record_line_inspection(
    body: Body,
    *,
    by: Actor,
    on: date,
    scope: str,
    summary: str,
    units: Sequence[Body] = (),
    third_party: str = "",
) -> ActionResult:
    """Record a bureau's inspection of its own system; return the row."""
    _not_ahead(on, "检查日期")
    if len(scope.strip()) < 2 or short(summary, ACCOUNT):
        raise Refused("请填写检查范围和检查情况。")
    made = LineInspection.objects.create(
        body=body,
        year=on.year,
        on=on,
        scope=scope.strip()[:300],
        summary=summary.strip(),
        third_party=third_party.strip()[:120],
    )
    made.units.set(units)
    return ActionResult(words=f"登记条线检查：{made.scope}", stream=f"lineinspection/{made.pk}", result=made)


@action("assessment.circulate_line_inspection", label="登记通报", rule=rules.registers)
def circulate_line_inspection(row: LineInspection, *, by: Actor, on: date, circular: str) -> ActionResult:
    """Record the circular with the results of an inspection."""
    _not_ahead(on, "通报日期")
    if on < row.on or not circular.strip():
        raise Refused("请填写通报的文号或者标题；通报日期不能早于检查日期。")
    row.circulated_on, row.circular = on, circular.strip()[:200]
    row.save(update_fields=["circulated_on", "circular"])
    return ActionResult(words=f"{on.isoformat()}通报：{row.circular}")


def _circulated(row: LineInspection) -> list[str]:
    return [] if row.circulated_on else ["请先登记通报，再登记反馈。"]


@action("assessment.feed_back_line_inspection", label="登记反馈", rule=rules.registers, ready=_circulated)
def feed_back_line_inspection(row: LineInspection, *, by: Actor, on: date, feedback: str) -> ActionResult:
    """Record to which offices the results were reported."""
    _not_ahead(on, "反馈日期")
    if not feedback.strip():
        raise Refused("请填写反馈的对象和方式。")
    row.fed_back_on, row.feedback = on, feedback.strip()[:200]
    row.save(update_fields=["fed_back_on", "feedback"])
    return ActionResult(words=f"{on.isoformat()}反馈：{row.feedback}")


@action("assessment.order_line_problem", label="下达整改", rule=rules.oversees)
def order_line_problem(
    row: LineInspection, *, by: Actor, body: Body, what: str, until: date, demand: str = ""
) -> ActionResult:
    """Order a unit to rectify a problem found by an inspection; return the entry."""
    if not row.units.filter(pk=body.pk).exists():
        raise Refused("整改单位应是这次被检查的单位。")
    if short(what, TOPIC):
        raise Refused("请写明发现的问题。")
    place = row.entries.count() + 1
    found = Found(
        source=SOURCE,
        ref=f"line/{row.pk}/{place}",
        title=f"条线检查：{what.strip()}"[:120],
        what=what.strip(),
        demand=demand.strip(),
        basis=f"{row}（{row.on.isoformat()}）",
    )
    entry = order_rectification(body, by=by, found=found, until=until)
    row.entries.add(entry)
    return ActionResult(words=f"下达整改要求（{entry.number}）：{what.strip()[:100]}", result=entry)


@action("assessment.collect_highlight", label="登记亮点", rule=rules.registers)
def collect_highlight(body: Body, *, by: Actor, on: date, title: str, text: str, typical: bool = False) -> ActionResult:
    """Record an exemplary practice and return it."""
    _not_ahead(on, "收集日期")
    if short(title, TOPIC) or short(text, ACCOUNT):
        raise Refused("请填写题目、做法和成效。")
    made = Highlight.objects.create(body=body, on=on, title=title.strip()[:200], text=text.strip(), typical=typical)
    return ActionResult(words=f"登记亮点“{made}”", stream=f"highlight/{made.pk}", result=made)


class Followed(TypedDict, total=False):
    """Submission, outcome and media coverage of a highlight."""

    sent_on: date | None
    sent_to: str
    outcome: str
    covered_on: date | None
    medium: str
    link: str


@action("assessment.follow_highlight", label="登记报送和报道", rule=rules.registers)
def follow_highlight(row: Highlight, *, by: Actor, **facts: Unpack[Followed]) -> ActionResult:
    """Record the submission, outcome or media coverage of a highlight."""
    _not_ahead(facts.get("sent_on"), "报送日期")
    _not_ahead(facts.get("covered_on"), "报道日期")
    if bool(facts.get("sent_on")) != bool(facts.get("sent_to", "").strip()):
        raise Refused("请同时填写报送日期和报送对象。")
    if facts.get("link") and not facts.get("covered_on"):
        raise Refused("请填写报道日期。")
    for name, value in facts.items():
        if name in Followed.__annotations__:
            setattr(row, name, value)
    row.save()
    told = [f"{row.sent_on.isoformat()}报送{row.sent_to}"] if row.sent_on else []
    told += [f"{row.medium}{row.covered_on.isoformat()}报道"] if row.covered_on else []
    return ActionResult(words="，".join(told) or "更新报送和报道情况")
