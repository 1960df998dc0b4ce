"""Create, edit, enact and revise indicator schemes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypedDict, Unpack

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.machine import machine_action
from gongkai.core.ledger.scoring import SOURCES
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.models import Indicator, Scheme, Way
from gongkai.oversight.assessment.queries.trees import digest_of, faults_of
from gongkai.oversight.assessment.states import SCHEME

#: Minimum weight in percent in the performance assessment (V-03: 不低于4%).
LEAST_SHARE = Decimal(4)
FIELDS = ("name", "points", "way", "source", "full_at", "zero_at", "standard", "basis", "position")


@action("assessment.draft_scheme", label="新建指标体系", rule=rules.runs)
def draft_scheme(
    body: Body,
    *,
    by: Actor,
    name: str,
    share: Decimal,
    basis: str = "",
    grades: list[list[object]] | None = None,
) -> ActionResult:
    """Create a draft scheme and return it."""
    _enough(share)
    words = name.strip()
    if len(words) < 2 or Scheme.objects.filter(body=body, name=words).exists():
        raise Refused("名称没有填写，或者已有同名的指标体系。")
    made = Scheme(body=body, name=words, share=share, basis=basis.strip(), state=SCHEME.first)
    if grades:
        made.grades = grades
    made.save()
    return ActionResult(words=f"新建“{made}”", stream=f"scheme/{made.pk}", result=made)


def _enough(share: Decimal) -> None:
    if share < LEAST_SHARE:
        raise Refused(f"政务公开在绩效考核中的权重不得低于{LEAST_SHARE}%。")
    if share > 100:
        raise Refused("权重不能超过100%。")


class SchemeFacts(TypedDict, total=False):
    """Editable fields of a draft scheme."""

    name: str
    share: Decimal
    basis: str
    grades: list[list[object]]


@machine_action("assessment.change_scheme", machine=SCHEME, verb="change", label="修改指标体系", rule=rules.runs)
def change_scheme(scheme: Scheme, *, by: Actor, **facts: Unpack[SchemeFacts]) -> ActionResult:
    """Change name, weight, basis or grades of a draft scheme."""
    if "share" in facts:
        _enough(facts["share"])
    for name, value in facts.items():
        if name in SchemeFacts.__annotations__:
            setattr(scheme, name, value)
    scheme.save(update_fields=["name", "share", "basis", "grades"])
    return ActionResult(words="修改指标体系")


@machine_action("assessment.set_indicator", machine=SCHEME, verb="change", label="编辑指标", rule=rules.runs)
def set_indicator(scheme: Scheme, *, by: Actor, code: str, parent: str = "", **facts: object) -> ActionResult:
    """Create or change the indicator with a code, and return it."""
    code = code.strip()
    if not code:
        raise Refused("请填写指标编号。")
    above = scheme.indicators.filter(code=parent.strip()).first() if parent.strip() else None
    if parent.strip() and above is None:
        raise Refused(f"没有编号为“{parent}”的上级指标。")
    one = scheme.indicators.filter(code=code).first()
    if one is None:
        last = scheme.indicators.order_by("-position").values_list("position", flat=True).first()
        one = Indicator(scheme=scheme, code=code, position=(last or 0) + 10)
    for name in FIELDS:
        if name in facts and facts[name] is not None:
            setattr(one, name, facts[name])
    _consistent(one, above)
    one.parent = above
    one.save()
    return ActionResult(words=f"编辑指标“{one}”", facts={"indicator": code}, result=one)


def _consistent(one: Indicator, above: Indicator | None) -> None:
    if not one.name.strip() or one.points <= 0:
        raise Refused(f"指标“{one.code}”没有名称，或者分值不是正数。")
    if one.source and one.source not in SOURCES:
        raise Refused(f"没有数据来源“{one.source}”。")
    if one.way == Way.AUTO and not one.source:
        raise Refused(f"指标“{one}”由台账取数，请选择数据来源。")
    if not 0 <= one.zero_at < one.full_at <= 100:
        raise Refused(f"指标“{one}”：不得分的比例应低于得满分的比例，都在0至100之间。")
    while above is not None:
        if above.code == one.code:
            raise Refused(f"指标“{one}”不能放在自己的下级。")
        above = above.parent


@machine_action("assessment.remove_indicator", machine=SCHEME, verb="change", label="删除指标", rule=rules.runs)
def remove_indicator(scheme: Scheme, *, by: Actor, code: str) -> ActionResult:
    """Remove an indicator without children from a draft scheme."""
    one = scheme.indicators.filter(code=code).first()
    if one is None or one.children.exists():
        raise Refused("没有这个指标，或者它还有下级指标。")
    one.delete()
    return ActionResult(words=f"删除指标“{code} {one.name}”")


def _complete(scheme: Scheme) -> list[str]:
    return faults_of(scheme)


@machine_action(
    "assessment.enact_scheme",
    machine=SCHEME,
    verb="enact",
    label="启用",
    rule=rules.runs,
    ready=_complete,
)
def enact_scheme(scheme: Scheme, *, by: Actor) -> ActionResult:
    """Put a scheme into force, after which it cannot change."""
    scheme.enacted_on = timezone.localdate()
    scheme.digest = digest_of(scheme)
    scheme.save(update_fields=["enacted_on", "digest"])
    return ActionResult(words=f"启用“{scheme}”", facts={"digest": scheme.digest})


@machine_action("assessment.revise_scheme", machine=SCHEME, verb="revise", label="起草新的一版", rule=rules.runs)
def revise_scheme(scheme: Scheme, *, by: Actor) -> ActionResult:
    """Copy a scheme as a draft of its next edition and return it; the old one stays unchanged."""
    same = Scheme.objects.filter(body=scheme.body_id, name=scheme.name).order_by("-edition")
    newest = same[0]
    if newest.state == SCHEME.first:
        raise Refused(f"“{newest}”正在起草，请接着修改。")
    made = Scheme.objects.create(
        body=scheme.body,
        name=scheme.name,
        edition=newest.edition + 1,
        share=scheme.share,
        basis=scheme.basis,
        grades=scheme.grades,
        state=SCHEME.first,
        based_on=scheme,
    )
    copies: dict[int | None, Indicator | None] = {None: None}
    waiting: list[Indicator] = list(scheme.indicators.all())
    while waiting:
        ready = [indicator for indicator in waiting if indicator.parent_id in copies]
        for indicator in ready:
            values: Mapping[str, object] = {name: getattr(indicator, name) for name in FIELDS}
            copies[indicator.pk] = Indicator.objects.create(
                scheme=made, parent=copies[indicator.parent_id], code=indicator.code, **values
            )
        waiting = [indicator for indicator in waiting if indicator.pk not in copies]
    return ActionResult(words=f"起草“{made}”", facts={"scheme": made.pk}, result=made)


@machine_action("assessment.retire_scheme", machine=SCHEME, verb="retire", label="停用", rule=rules.runs)
def retire_scheme(scheme: Scheme, *, by: Actor) -> ActionResult:
    """Retire a scheme, so that new rounds cannot use it."""
    return ActionResult(words=f"停用“{scheme}”")
