"""Actions on plans: written with the draft, approved by the head, forms ordered by the 政务公开办."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.interpretation.models import InterpretationMedium, Plan, PolicyField, Setting
from gongkai.content.interpretation.publication import sync_interpretation_entries
from gongkai.content.interpretation.rules import check_supervisor, check_unit_head, check_writer, list_approver_posts
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import increment_version
from gongkai.core.units.another_person import AnotherPerson, list_actors
from gongkai.core.units.models import Body, Role
from gongkai.lib.typed_json import read_text

#: Fields of a plan that its author writes.
PLAN_FIELDS = ("outline", "channels", "field", "before_on", "before_how", "release_on", "during_on", "during_how")


def _check_is_policy(item: ItemPage) -> list[str]:
    return [] if item.kind in POLICY_KINDS else ["只有政策文件需要解读方案。"]


def find_phase_errors(facts: Mapping[str, object]) -> list[str]:
    """Return errors of the plan's fields (`facts`) for its phases: before, at and after the document's publication.

    The phases before publication and during execution need a day or a reason; days must be in order.
    Without `release_on`, the interpretation at publication is published together with the document.
    """
    reasons = [
        f"{label}解读请填写日期；不安排的，在方式中写明理由。"
        for label, on, how in (("出台前", "before_on", "before_how"), ("执行中", "during_on", "during_how"))
        if not facts[on] and not read_text(facts, how).strip()
    ]
    named = (facts[name] for name in ("before_on", "release_on", "during_on"))
    days = [day for day in named if isinstance(day, date)]
    if days != sorted(days):
        reasons.append("三个阶段的日期应依次为出台前、同步、执行中。")
    return reasons


def _find_plan_errors(needed: bool, exempt_reason: str, forms: Sequence[str], field: str) -> list[str]:
    """Return the Chinese errors in a plan of interpretation."""
    unknown = [form for form in forms if form not in InterpretationMedium.values]
    checks = [
        (not needed and not exempt_reason.strip(), "不需要解读的，请写明理由。"),
        (needed and not forms, "请至少选择一种解读形式。"),
        (bool(unknown), f"没有这种解读形式：{'、'.join(unknown)}。"),
        (field not in PolicyField.values, "没有这个领域。"),
    ]
    return [text for wrong, text in checks if wrong]


@action("interpretation.plan", label="填写解读方案", rule=check_writer, ready=_check_is_policy)
def save_plan(
    item: ItemPage,
    *,
    by: Actor,
    needed: bool = True,
    exempt_reason: str = "",
    forms: Sequence[str] = (),
    **facts: object,
) -> ActionResult:
    """Create or change the plan of a policy item; a changed plan needs a new approval.

    Args:
        item: the item.
        by: the author.
        needed: false if the document needs no interpretation; then `exempt_reason` is required.
        forms: `InterpretationMedium` values.
        facts: outline, channels, field, before_on, before_how, release_on, during_on, during_how.
    """
    reasons = _find_plan_errors(needed, exempt_reason, forms, read_text(facts, "field"))
    plan = Plan.objects.filter(item_id=item.pk).first() or Plan(item_id=item.pk, body=item.unit)
    if needed:
        reasons += find_phase_errors({name: facts.get(name, getattr(plan, name)) for name in PLAN_FIELDS})
    if reasons:
        raise Refused(reasons)
    plan.needed, plan.exempt_reason = needed, "" if needed else exempt_reason.strip()[:300]
    plan.forms = [form for form in InterpretationMedium.values if form in forms] if needed else []
    for name in PLAN_FIELDS:
        if name in facts:
            setattr(plan, name, facts[name])
    plan.passed_by, plan.passed_at = "", None
    if not plan._state.adding:
        increment_version(plan)
    plan.save()
    text = (
        "、".join(InterpretationMedium(form).label for form in plan.forms)
        if needed
        else f"不解读：{plan.exempt_reason}"
    )
    tell = Notification(
        subject=f"待审定解读方案：{item.draft_title}"[:200],
        body=f"{by.name}填写了解读方案（{text}），请审定。",
        link=reverse("interpretation:plan", args=(item.pk,)),
        key=f"plan/{plan.pk}/{plan.version}",
        posts=list_approver_posts(plan.body),
    )
    return ActionResult(words=f"解读方案：{text}", facts={"plan": plan.pk}, tell=(tell,), result=plan)


def _check_not_approved(plan: Plan) -> list[str]:
    return ["解读方案已经审定。"] if plan.passed_at else []


check_plan_approver = AnotherPerson[Plan](
    check_unit_head,
    ("interpretation.plan",),
    "填写和审定须由两人分别办理：解读方案由您填写，请由本单位主要负责人或者政务公开办的另一人审定。",
    people=lambda kept: list_actors(f"item/{kept.item_id}", ["interpretation.plan"]),
)


@action("interpretation.pass_plan", label="审定解读方案", rule=check_plan_approver, ready=_check_not_approved)
def approve_plan(plan: Plan, *, by: Actor) -> ActionResult:
    """Approve a plan as the unit's main leader."""
    plan.passed_by, plan.passed_at = by.name, timezone.now()
    plan.save()
    return ActionResult(words="审定解读方案", facts={"plan": plan.pk, "version": plan.version})


@action("interpretation.order_forms", label="指定解读形式", rule=check_supervisor, ready=_check_is_policy)
def order_forms(item: ItemPage, *, by: Actor, forms: Sequence[str]) -> ActionResult:
    """Set the forms in which a document must be interpreted; missing ones are shown in red.

    For a public document an entry is opened at once; it ends if no form is wanted any more.
    """

    if unknown := [form for form in forms if form not in InterpretationMedium.values]:
        raise Refused(f"没有这种解读形式：{'、'.join(unknown)}。")
    plan, _ = Plan.objects.get_or_create(item_id=item.pk, defaults={"body": item.unit})
    plan.ordered = [form for form in InterpretationMedium.values if form in forms]
    plan.ordered_by = by.name if plan.ordered else ""
    if plan.ordered:
        plan.needed, plan.exempt_reason = True, ""
    increment_version(plan)
    plan.save()
    documents = list(Document.objects.filter(item_number=item.pk).select_related("body"))
    sync_interpretation_entries(documents, ordered=bool(plan.ordered))
    text = "、".join(InterpretationMedium(form).label for form in plan.ordered) or "不再指定"
    tell = Notification(
        subject=f"指定解读形式：{item.draft_title}"[:200],
        body=f"{by.name}要求以下列形式解读：{text}。",
        link=reverse("interpretation:plan", args=(item.pk,)),
        key=f"plan/{plan.pk}/ordered/{plan.version}",
        posts=((Role.CLERK, plan.body_id),),
    )
    return ActionResult(words=f"指定解读形式：{text}", facts={"plan": plan.pk}, tell=(tell,), result=plan)


@action("interpretation.change_setting", label="修改解读设置", rule=check_supervisor)
def change_interpretation_setting(government: Body, *, by: Actor, strict: bool, copied_percent: int) -> ActionResult:
    """Set the publication gate of a government's units; `strict`: it blocks, otherwise it only warns.

    `copied_percent` is the share of copied sentences above which a person must confirm it.
    """
    if not 0 <= copied_percent <= 100:
        raise Refused("比例应在0到100之间。")
    setting, _ = Setting.objects.get_or_create(government=government)
    setting.strict, setting.copied_percent, setting.version = strict, copied_percent, setting.version + 1
    setting.save()
    text = "没有方案和解读稿不得送审" if strict else "只提醒，不限制送审"
    return ActionResult(words=f"解读设置：{text}；摘抄超过{copied_percent}%须确认", result=setting)
