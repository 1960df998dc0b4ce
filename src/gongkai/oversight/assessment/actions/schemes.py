"""Create, edit and enact indicator schemes; record line inspections and highlights."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.machine import machine_action
from gongkai.core.acts.rows import insert_row, list_related_rows, update_row
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.models import Highlight, Indicator, LineInspection, Scheme, ScoringWay
from gongkai.oversight.assessment.queries.trees import digest_scheme, find_scheme_faults
from gongkai.oversight.assessment.rules import MIN_ACCOUNT_CHARACTERS, MIN_TOPIC_CHARACTERS, is_too_short
from gongkai.oversight.assessment.states import SCHEME_MACHINE

RECTIFICATION_SOURCE = "assessment"


def _require_not_future(day: date | None, label: str) -> None:
    """Raise `Refused` if the day is in the future; the message contains `label`."""
    if day and day > timezone.localdate():
        raise Refused(f"{label}不能晚于今天。")


@action("assessment.record_line_inspection", label="登记条线检查", rule=rules.check_registrar)
def record_line_inspection(
    body: Body, *, by: Actor, on: date, scope: str, summary: str, units: Sequence[Body] = (), third_party: str = ""
) -> ActionResult:
    """Record a bureau's inspection of the units of its own line (条线检查); return the row."""
    _require_not_future(on, "检查日期")
    if len(scope.strip()) < 2 or is_too_short(summary, MIN_ACCOUNT_CHARACTERS):
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


@action("assessment.circulate_line_inspection", label="登记通报", rule=rules.check_registrar)
def circulate_line_inspection(row: LineInspection, *, by: Actor, on: date, circular: str) -> ActionResult:
    """Record the circular (`circular`: number or title) that announced the results of a line inspection."""
    _require_not_future(on, "通报日期")
    if on < row.on or not circular.strip():
        raise Refused("请填写通报的文号或者标题；通报日期不能早于检查日期。")
    row.circulated_on, row.circular = on, circular.strip()[:200]
    row.save(update_fields=["circulated_on", "circular"])
    return ActionResult(words=f"{on.isoformat()}通报：{row.circular}")


def _check_circulated(row: LineInspection) -> list[str]:
    return [] if row.circulated_on else ["请先登记通报，再登记反馈。"]


@action("assessment.feed_back_line_inspection", label="登记反馈", rule=rules.check_registrar, ready=_check_circulated)
def feed_back_line_inspection(row: LineInspection, *, by: Actor, on: date, feedback: str) -> ActionResult:
    """Record to which offices, and how, the results of a line inspection were reported."""
    _require_not_future(on, "反馈日期")
    feedback = require_text(feedback, "请填写反馈的对象和方式。")
    row.fed_back_on, row.feedback = on, feedback[:200]
    row.save(update_fields=["fed_back_on", "feedback"])
    return ActionResult(words=f"{on.isoformat()}反馈：{row.feedback}")


@action("assessment.order_line_problem", label="下达整改", rule=rules.check_supervisor)
def order_line_problem(
    row: LineInspection, *, by: Actor, body: Body, what: str, until: date, demand: str = ""
) -> ActionResult:
    """Order a unit to rectify a problem (`what`, in Chinese) found by an inspection; return the entry."""
    if not row.units.filter(pk=body.pk).exists():
        raise Refused("整改单位应是这次被检查的单位。")
    if rules.check_supervisor(by, body):
        raise Refused(f"{body.label}不在您的管理范围，请由管理它的政务公开办下达。")
    if is_too_short(what, MIN_TOPIC_CHARACTERS):
        raise Refused("请写明发现的问题。")
    place = row.entries.count() + 1
    fault = FoundFault(
        source=RECTIFICATION_SOURCE,
        ref=f"line/{row.pk}/{place}",
        title=f"条线检查：{what.strip()}"[:120],
        what=what.strip(),
        demand=demand.strip(),
        basis=f"{row}（{row.on.isoformat()}）",
    )
    entry = order_rectification(body, by=by, found=fault, until=until)
    row.entries.add(entry)
    return ActionResult(words=f"下达整改要求（{entry.number}）：{what.strip()[:100]}", result=entry)


@action("assessment.collect_highlight", label="登记亮点", rule=rules.check_registrar)
def collect_highlight(body: Body, *, by: Actor, on: date, title: str, text: str, typical: bool = False) -> ActionResult:
    """Record an exemplary practice and return it."""
    _require_not_future(on, "收集日期")
    if is_too_short(title, MIN_TOPIC_CHARACTERS) or is_too_short(text, MIN_ACCOUNT_CHARACTERS):
        raise Refused("请填写题目、做法和成效。")
    made = Highlight.objects.create(body=body, on=on, title=title.strip()[:200], text=text.strip(), typical=typical)
    return ActionResult(words=f"登记亮点“{made}”", stream=f"highlight/{made.pk}", result=made)


class HighlightFollowUp(TypedDict, total=False):
    """Facts added to a highlight later: submission (day, recipient, outcome), and media coverage (day,
    medium, link).
    """

    sent_on: date | None
    sent_to: str
    outcome: str
    covered_on: date | None
    medium: str
    link: str


@action("assessment.follow_highlight", label="登记报送和报道", rule=rules.check_registrar)
def follow_highlight(row: Highlight, *, by: Actor, **facts: Unpack[HighlightFollowUp]) -> ActionResult:
    """Record the submission, outcome or media coverage of a highlight."""
    _require_not_future(facts.get("sent_on"), "报送日期")
    _require_not_future(facts.get("covered_on"), "报道日期")
    if bool(facts.get("sent_on")) != bool(facts.get("sent_to", "").strip()):
        raise Refused("请同时填写报送日期和报送对象。")
    if facts.get("link") and not facts.get("covered_on"):
        raise Refused("请填写报道日期。")
    for name, value in facts.items():
        if name in HighlightFollowUp.__annotations__:
            setattr(row, name, value)
    row.save()
    texts = [f"{row.sent_on.isoformat()}报送{row.sent_to}"] if row.sent_on else []
    texts += [f"{row.medium}{row.covered_on.isoformat()}报道"] if row.covered_on else []
    return ActionResult(words="，".join(texts) or "更新报送和报道情况")


#: Minimum weight in percent in the performance assessment (V-03: 不低于4%).
MIN_SHARE_PERCENT = Decimal(4)
INDICATOR_FIELDS = ("name", "points", "way", "source", "full_at", "zero_at", "standard", "basis", "position")


@action("assessment.draft_scheme", label="新建指标体系", rule=rules.check_round_manager)
def draft_scheme(
    body: Body, *, by: Actor, name: str, share: Decimal, basis: str = "", grades: list[list[object]] | None = None
) -> ActionResult:
    """Create a draft scheme and return it; `share`: its weight in percent, `grades`: [name, minimum points] each."""
    _require_minimum_share(share)
    text = name.strip()
    if len(text) < 2 or Scheme.objects.filter(body=body, name=text).exists():
        raise Refused("名称没有填写，或者已有同名的指标体系。")
    scheme = Scheme(body=body, name=text, share=share, basis=basis.strip(), state=SCHEME_MACHINE.first)
    if grades:
        scheme.grades = grades
    scheme.save()
    return ActionResult(words=f"新建“{scheme}”", stream=f"scheme/{scheme.pk}", result=scheme)


def _require_minimum_share(share: Decimal) -> None:
    if share < MIN_SHARE_PERCENT:
        raise Refused(f"政务公开在绩效考核中的权重不得低于{MIN_SHARE_PERCENT}%。")
    if share > 100:
        raise Refused("权重不能超过100%。")


class SchemeFacts(TypedDict, total=False):
    """Editable fields of a draft scheme."""

    name: str
    share: Decimal
    basis: str
    grades: list[list[object]]


@machine_action(
    "assessment.change_scheme",
    machine=SCHEME_MACHINE,
    verb="change",
    label="修改指标体系",
    rule=rules.check_round_manager,
)
def change_scheme(scheme: Scheme, *, by: Actor, **facts: Unpack[SchemeFacts]) -> ActionResult:
    """Change name, weight, basis or grades of a draft scheme."""
    if "share" in facts:
        _require_minimum_share(facts["share"])
    for name, value in facts.items():
        if name in SchemeFacts.__annotations__:
            setattr(scheme, name, value)
    if Scheme.objects.filter(body=scheme.body_id, name=scheme.name, edition=scheme.edition).exclude(pk=scheme.pk):
        raise Refused("已有同名同版次的指标体系，请换一个名称。")
    scheme.save(update_fields=["name", "share", "basis", "grades"])
    return ActionResult(words="修改指标体系")


@machine_action(
    "assessment.set_indicator", machine=SCHEME_MACHINE, verb="change", label="编辑指标", rule=rules.check_round_manager
)
def set_indicator(scheme: Scheme, *, by: Actor, code: str, parent: str = "", **facts: object) -> ActionResult:
    """Set the indicator with a code, below that with the code `parent`; `facts`: by INDICATOR_FIELDS. Return it."""
    code = code.strip()
    if not code:
        raise Refused("请填写指标编号。")
    indicators = {row.code: row for row in list_related_rows(Indicator, scheme, "indicators")}
    parent_indicator = indicators.get(parent.strip()) if parent.strip() else None
    if parent.strip() and parent_indicator is None:
        raise Refused(f"没有编号为“{parent}”的上级指标。")
    existing = indicators.get(code)
    last_position = max((row.position for row in indicators.values()), default=0)
    indicator = existing or Indicator(scheme=scheme, code=code, position=last_position + 10)
    for name in INDICATOR_FIELDS:
        if name in facts and facts[name] is not None:
            setattr(indicator, name, facts[name])
    _require_consistent(indicator, parent_indicator)
    indicator.parent = parent_indicator
    update_row(indicator) if existing else insert_row(indicator)
    return ActionResult(words=f"编辑指标“{indicator}”", facts={"indicator": code}, result=indicator)


def _require_consistent(indicator: Indicator, parent: Indicator | None) -> None:
    """Refuse an indicator without name, points or source, with impossible limits, or below itself."""
    if not indicator.name.strip() or indicator.points <= 0:
        raise Refused(f"指标“{indicator.code}”没有名称，或者分值不是正数。")
    if indicator.source and indicator.source not in SCORE_SOURCES_BY_NAME:
        raise Refused(f"没有数据来源“{indicator.source}”。")
    if indicator.way == ScoringWay.AUTO and not indicator.source:
        raise Refused(f"指标“{indicator}”由台账取数，请选择数据来源。")
    if not 0 <= indicator.zero_at < indicator.full_at <= 100:
        raise Refused(f"指标“{indicator}”：不得分的比例应低于得满分的比例，都在0至100之间。")
    while parent is not None:
        if parent.code == indicator.code:
            raise Refused(f"指标“{indicator}”不能放在自己的下级。")
        parent = parent.parent


@machine_action(
    "assessment.remove_indicator",
    machine=SCHEME_MACHINE,
    verb="change",
    label="删除指标",
    rule=rules.check_round_manager,
)
def remove_indicator(scheme: Scheme, *, by: Actor, code: str) -> ActionResult:
    """Remove an indicator without children from a draft scheme."""
    indicator = scheme.indicators.filter(code=code).first()
    if indicator is None or indicator.children.exists():
        raise Refused("没有这个指标，或者它还有下级指标。")
    indicator.delete()
    return ActionResult(words=f"删除指标“{code} {indicator.name}”")


@machine_action(
    "assessment.enact_scheme",
    machine=SCHEME_MACHINE,
    verb="enact",
    label="启用",
    rule=rules.check_round_manager,
    ready=find_scheme_faults,
)
def enact_scheme(scheme: Scheme, *, by: Actor) -> ActionResult:
    """Put a scheme into force, after which it cannot change."""
    scheme.enacted_on = timezone.localdate()
    scheme.digest = digest_scheme(scheme)
    scheme.save(update_fields=["enacted_on", "digest"])
    return ActionResult(words=f"启用“{scheme}”", facts={"digest": scheme.digest})


def _check_no_draft(scheme: Scheme) -> list[str]:
    """Return a reason if an edition of the scheme is being drafted."""
    newest = _list_editions(scheme)[0]
    return [f"“{newest}”正在起草，请接着修改。"] if newest.state == SCHEME_MACHINE.first else []


def _list_editions(scheme: Scheme) -> QuerySet[Scheme]:
    return Scheme.objects.filter(body=scheme.body_id, name=scheme.name).order_by("-edition")


@machine_action(
    "assessment.revise_scheme",
    machine=SCHEME_MACHINE,
    verb="revise",
    label="起草新的一版",
    rule=rules.check_round_manager,
    ready=_check_no_draft,
)
def revise_scheme(scheme: Scheme, *, by: Actor) -> ActionResult:
    """Copy a scheme as a draft of its next edition and return it; the old one stays unchanged."""
    made = Scheme.objects.create(
        body=scheme.body,
        name=scheme.name,
        edition=_list_editions(scheme)[0].edition + 1,
        share=scheme.share,
        basis=scheme.basis,
        grades=scheme.grades,
        state=SCHEME_MACHINE.first,
        based_on=scheme,
    )
    copies: dict[int | None, Indicator | None] = {None: None}
    waiting: list[Indicator] = list(scheme.indicators.all())
    while waiting:
        ready = [indicator for indicator in waiting if indicator.parent_id in copies]
        for indicator in ready:
            values: Mapping[str, object] = {name: getattr(indicator, name) for name in INDICATOR_FIELDS}
            copies[indicator.pk] = Indicator.objects.create(
                scheme=made, parent=copies[indicator.parent_id], code=indicator.code, **values
            )
        waiting = [indicator for indicator in waiting if indicator.pk not in copies]
    return ActionResult(words=f"起草“{made}”", facts={"scheme": made.pk}, result=made)


@machine_action(
    "assessment.retire_scheme", machine=SCHEME_MACHINE, verb="retire", label="停用", rule=rules.check_round_manager
)
def retire_scheme(scheme: Scheme, *, by: Actor) -> ActionResult:
    """Retire a scheme, so that new rounds cannot use it."""
    return ActionResult(words=f"停用“{scheme}”")
