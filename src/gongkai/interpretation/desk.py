"""What this room puts on the first page: plans that wait for the head's word (主要负责人审定)."""

from gongkai.interpretation.models import Plan
from gongkai.ledger.row_presence import Rows
from gongkai.publishing.models import ItemPage
from gongkai.units.actors import Actor
from gongkai.units.models import Role

#: At most so many plans stand on the first page.
MOST = 6


def needed(by: Actor) -> list[Rows]:
    """Without a plan of one's own units that was not passed none is to be passed."""
    return [
        Rows(Plan, {"body": {post.body_id for post in by.posts if post.role == Role.LEAD}, "passed_at": None})
    ]


def plans_to_pass(by: Actor) -> dict[str, object] | None:
    """The block of the first page: plans of units that somebody heads, not passed yet."""
    headed = {post.body_id for post in by.posts if post.role == Role.LEAD}
    plans = list(
        Plan.objects.filter(body__in=headed, passed_at=None).select_related("body").order_by("pk")[:MOST]
    )
    if not plans:
        return None
    items = [plan.item_id for plan in plans]
    titles = dict(ItemPage.objects.filter(pk__in=items).values_list("pk", "draft_title"))
    return {"rows": [(plan, titles[plan.item_id]) for plan in plans if plan.item_id in titles]}
