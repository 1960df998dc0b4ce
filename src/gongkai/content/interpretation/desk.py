"""Home-page block of plans that wait for the head's approval (主要负责人审定)."""

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from gongkai.content.interpretation.models import Plan
from gongkai.content.publishing.models import ItemPage
from gongkai.core.ledger.desk import Todo, todos
from gongkai.core.ledger.row_presence import Rows
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role


def needed(by: Actor) -> list[Rows]:
    """Skip the block without unapproved plans in the user's units."""
    return [Rows(Plan, {"body": {post.body_id for post in by.posts if post.role == Role.LEAD}, "passed_at": None})]


def plans_to_pass(by: Actor) -> dict[str, object] | None:
    """Return the home page block of unapproved plans of units that the user heads."""
    headed = {post.body_id for post in by.posts if post.role == Role.LEAD}
    there = ItemPage.objects.filter(pk=OuterRef("item_id"))
    plans = Plan.objects.filter(Exists(there), body__in=headed, passed_at=None).select_related("body")
    rows = plans.annotate(title=Subquery(there.values("draft_title")[:1])).order_by("pk")

    def line(plan: Plan) -> Todo:
        what = "需要解读" if plan.needed else f"不需要解读：{plan.exempt_reason}"
        url = reverse("interpretation:plan", args=[plan.item_id])
        return Todo(plan.title, url, f"{plan.body.label} · {what}", "解读方案", "审定")  # type: ignore[attr-defined]

    return todos("等我审定的解读方案", rows, line, reverse("interpretation:overview"))
