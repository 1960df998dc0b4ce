"""Actions on review schemes: a site's own, and those of column families."""

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.rules import manages
from gongkai.content.reviewing.models import ReviewScheme
from gongkai.content.reviewing.plan import USUAL, Plan, faults
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor


@action("publishing.set_scheme", label="设定审签程序", rule=manages)
def set_scheme(
    website: Website, *, by: Actor, plan: Plan, column: Column | None = None, reason: str = ""
) -> ActionResult:
    """Set who signs in which order: for a site, or for a column and everything below it. Running reviews keep the plan they began with.

    At least two persons besides the drafter sign under any scheme: what one overlooks another must be able to see. Fewer than the three of
    三审三校, or a drafter who signs first, needs a reason; it stays in the log and on the page.
    """
    wrong = faults(plan)
    if column is not None and column.website_id != website.pk:
        wrong.append("这个栏目不属于该网站。")
    lax = len(plan.stages) < USUAL or plan.drafter_first
    if lax and len(reason.strip()) < 4:
        wrong.append("少于三级审签，或者允许起草人初审的，请写明理由和依据；理由记入流水。")
    if wrong:
        raise Refused(wrong)
    made = _next(website, column, plan=plan.to_json(), reason=reason.strip()[:300], made_by=by.name)
    where = f"栏目“{column.title}”" if column else "全站"
    stages = "、".join(f"{stage.name}（{stage.role_words}）" for stage in plan.stages)
    return ActionResult(
        words=f"{where}审签程序：{stages}。{reason.strip()}",
        facts={
            "scheme": made.pk,
            "column": made.column_number,
            "plan": plan.digest,
            "stages": len(plan.stages),
        },
        stream=made.stream,
        result=made,
    )


@action("publishing.drop_scheme", label="停用栏目审签程序", rule=manages)
def drop_scheme(website: Website, *, by: Actor, column: Column, reason: str = "") -> ActionResult:
    """Take a column's own scheme back: from now on it is governed by the one above, at last by the site's."""
    last = ReviewScheme.objects.filter(website=website, column_number=column.pk).order_by("-number").first()
    if last is None or last.ended:
        raise Refused(f"栏目“{column.name}”没有单独设定审签程序。")
    made = _next(website, column, plan=last.plan, reason=reason.strip()[:300], made_by=by.name, ended=True)
    return ActionResult(
        words=f"栏目“{column.title}”停用单独的审签程序。{reason.strip()}",
        facts={"scheme": made.pk, "column": column.pk, "ended": True},
        stream=made.stream,
        result=made,
    )


def _next(website: Website, column: Column | None, **facts: object) -> ReviewScheme:
    number = column.pk if column else 0
    rows = ReviewScheme.objects.filter(website=website, column_number=number)
    last = rows.order_by("-number").values_list("number", flat=True).first() or 0
    return ReviewScheme.objects.create(
        website=website, column_number=number, number=last + 1, made_at=timezone.now(), **facts
    )
