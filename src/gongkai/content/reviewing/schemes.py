"""Choose a text's review plan from the schemes of its site and columns."""

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.rules import check_site_manager
from gongkai.content.reviewing.models import ReviewScheme
from gongkai.content.reviewing.plan import DEFAULT_PLAN, USUAL_STAGE_COUNT, ReviewPlan, find_plan_errors, merge_plans
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor


@action("publishing.set_scheme", label="设定审签程序", rule=check_site_manager)
def set_scheme(
    website: Website, *, by: Actor, plan: ReviewPlan, column: Column | None = None, reason: str = ""
) -> ActionResult:
    """Set the scheme of a site, or of a column and its descendants, for new reviews.

    Every scheme has at least two signers other than the drafter. Fewer than the three of 三审三校, or a
    drafter who signs first, needs a reason, which is logged and shown.
    """
    wrong = find_plan_errors(plan)
    if column is not None and column.website_id != website.pk:
        wrong.append("这个栏目不属于该网站。")
    lax = len(plan.stages) < USUAL_STAGE_COUNT or plan.drafter_first
    if lax and len(reason.strip()) < 4:
        wrong.append("少于三级审签，或者允许起草人初审的，请写明理由和依据；理由记入流水。")
    if wrong:
        raise Refused(wrong)
    scheme = _make_next_scheme(website, column, plan=plan.to_json(), reason=reason.strip()[:300], made_by=by.name)
    where = f"栏目“{column.title}”" if column else "全站"
    stages = "、".join(f"{stage.name}（{stage.role_labels}）" for stage in plan.stages)
    return ActionResult(
        words=f"{where}审签程序：{stages}。{reason.strip()}",
        facts={
            "scheme": scheme.pk,
            "column": scheme.column_number,
            "plan": plan.digest,
            "stages": len(plan.stages),
        },
        stream=scheme.stream,
        result=scheme,
    )


@action("publishing.drop_scheme", label="停用栏目审签程序", rule=check_site_manager)
def drop_scheme(website: Website, *, by: Actor, column: Column, reason: str = "") -> ActionResult:
    """Remove a column's own scheme; that of the nearest ancestor or the site applies."""
    last = ReviewScheme.objects.filter(website=website, column_number=column.pk).order_by("-number").first()
    if last is None or last.ended:
        raise Refused(f"栏目“{column.name}”没有单独设定审签程序。")
    made = _make_next_scheme(website, column, plan=last.plan, reason=reason.strip()[:300], made_by=by.name, ended=True)
    return ActionResult(
        words=f"栏目“{column.title}”停用单独的审签程序。{reason.strip()}",
        facts={"scheme": made.pk, "column": column.pk, "ended": True},
        stream=made.stream,
        result=made,
    )


def _make_next_scheme(website: Website, column: Column | None, **facts: object) -> ReviewScheme:
    """Insert the next numbered scheme of a website, or of one column."""
    number = column.pk if column else 0
    rows = ReviewScheme.objects.filter(website=website, column_number=number)
    last = rows.order_by("-number").values_list("number", flat=True).first() or 0
    return ReviewScheme.objects.create(
        website=website, column_number=number, number=last + 1, made_at=timezone.now(), **facts
    )


def get_merged_plan(columns: Sequence[Column]) -> ReviewPlan:
    """Return the review plan for a text in these columns, with the requirements of all of them (`plan.merge_plans`)."""
    plans = list(map_column_plans(columns).values())
    return merge_plans(plans) if plans else DEFAULT_PLAN


def map_column_plans(columns: Iterable[Column]) -> dict[int, ReviewPlan]:
    """Return the review plan by column: of the nearest scheme above, the site or the default. One query."""
    columns = list(columns)
    query = Q(pk__in=[])
    for column in columns:
        query |= Q(website=column.website_id, column_number__in=[0, *_list_ancestors(column)])
    latest: dict[tuple[int, int], ReviewScheme] = {}
    if columns:
        for row in ReviewScheme.objects.filter(query).order_by("number"):
            latest[row.website_id, row.column_number] = row
    return {column.pk: _find_nearest_plan(column, latest) for column in columns}


def map_subtree_plans(column: Column) -> dict[int, ReviewPlan]:
    """Return {column: plan} of a column and its subtree."""
    path = Column.objects.values_list("path", flat=True).get(pk=column.pk)
    latest = {
        (row.website_id, row.column_number): row
        for row in ReviewScheme.objects.filter(website=column.website_id).order_by("number")
    }
    below = Column.objects.filter(website=column.website_id, path__startswith=path)
    return {one.pk: _find_nearest_plan(one, latest) for one in below}


def _find_nearest_plan(column: Column, latest: dict[tuple[int, int], ReviewScheme]) -> ReviewPlan:
    """Return the plan in force of the column, its nearest ancestor or its website, or the default."""
    for number in [*reversed(_list_ancestors(column)), 0]:
        row = latest.get((column.website_id, number))
        if row is not None and not row.ended:
            return ReviewPlan.from_json(row.plan)
    return DEFAULT_PLAN


def _list_ancestors(column: Column) -> list[int]:
    """Return the primary keys of a column's ancestors from the top, with its own."""
    return [int(part) for part in column.path.split("/") if part]


def list_schemes_in_force(website_id: int) -> list[ReviewScheme]:
    """Return a site's schemes in force, the site's own first."""
    latest: dict[int, ReviewScheme] = {}
    for row in ReviewScheme.objects.filter(website=website_id).order_by("number"):
        latest[row.column_number] = row
    return [row for _, row in sorted(latest.items()) if not row.ended]
