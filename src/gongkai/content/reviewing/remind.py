"""Job: remind whoever holds a review that is late. By «already told»: missed or repeated, nobody is told twice and nobody is forgotten."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.content.reviewing.models import Review, ReviewState, ReviewTold
from gongkai.content.reviewing.models.reviews import OPEN, URGENT
from gongkai.content.reviewing.signers import persons_to_tell, plan_of, stage_of
from gongkai.core.acts.action import Notification
from gongkai.core.outbox.outbox import tell
from gongkai.core.units.models import Role

#: Reviews told of in one transaction.
PORTION = 200


def remind(now: datetime | None = None) -> dict[str, int]:
    """Tell of every stage past its time, and of every urgent publication not settled in time; return how many."""
    moment = now or timezone.now()
    return {"late": _all(late(moment), "late"), "urgent": _all(overdue(moment), "urgent")}


def late(now: datetime) -> QuerySet[Review]:
    """Return reviews whose stage is past its time and of which nobody was told."""
    given = ReviewTold.objects.filter(review_id=OuterRef("pk"), step="late", due_at=OuterRef("stage_due"))
    rows = Review.objects.filter(state__in=OPEN, stage_due__lt=now).filter(~Exists(given))
    return rows.annotate(due=F("stage_due")).order_by("stage_due", "pk")


def overdue(now: datetime) -> QuerySet[Review]:
    """Return urgent publications not reviewed in time, or objected to, of which the 政务公开办 was not told."""
    given = ReviewTold.objects.filter(review_id=OuterRef("pk"), step="urgent", due_at=OuterRef("urgent_due"))
    rows = Review.objects.filter(state__in=URGENT, urgent_due__lt=now).filter(~Exists(given))
    return rows.annotate(due=F("urgent_due")).order_by("urgent_due", "pk")


def _all(rows: QuerySet[Review], step: str) -> int:
    total = 0
    while portion := list(rows[:PORTION]):
        try:
            with transaction.atomic():
                ReviewTold.objects.bulk_create(
                    [ReviewTold(review_id=r.pk, step=step, due_at=r.due) for r in portion]  # type: ignore[attr-defined]
                )
                tell([_urgent(r) if step == "urgent" else _late(r) for r in portion])
        except IntegrityError:  # another run was quicker with one of these; the next run finds what is left
            return total
        total += len(portion)
    return total


def _late(review: Review) -> Notification:
    plan = plan_of(review)
    stage = stage_of(review, plan)
    persons = persons_to_tell(review, stage) if stage else ()
    name = stage.name if stage else "审签"
    since = timezone.localtime(review.held_since).strftime("%Y-%m-%d") if review.held_since else ""
    return Notification(
        subject=f"超期未{name}：{review.title}"[:200],
        body=f"自{since}起等待{name}，应在{timezone.localtime(review.stage_due):%Y-%m-%d}前办结。",
        link=reverse("reviewing:review", args=(review.pk,)),
        key=f"review/{review.pk}/late/{review.stage}/{review.stage_due:%Y%m%d}",
        persons=persons,
        posts=() if persons else ((Role.CHIEF, review.body_id),),
    )


def _urgent(review: Review) -> Notification:
    what = "补审不同意，已暂停公开，等待处理" if review.state == ReviewState.OBJECTED else "超期未补审"
    return Notification(
        subject=f"紧急发布{what}：{review.title}"[:200],
        body=f"{review.urgent_by}决定紧急发布，理由：{review.urgent_reason}。请督促撤回、更正或者补审。",
        link=reverse("reviewing:review", args=(review.pk,)),
        key=f"review/{review.pk}/overdue/{review.state}",
        posts=((Role.CHIEF, review.body_id), (Role.LEAD, review.body_id)),
        urgent=True,
    )
