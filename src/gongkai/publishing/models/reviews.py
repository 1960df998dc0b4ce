"""Reviews: somebody submits a revision, somebody else signs that very revision."""

from django.db import models
from django.utils import timezone


class ReviewState(models.TextChoices):
    """Where a review stands."""

    WAITING = "waiting", "待审签"
    RETURNED = "returned", "已退回"
    RECALLED = "recalled", "已撤回送审"
    APPROVED = "approved", "已签发"


#: The table of allowed moves; nothing else compares or sets a state.
MOVES: dict[str, tuple[str, ...]] = {
    ReviewState.WAITING: (ReviewState.RETURNED, ReviewState.RECALLED, ReviewState.APPROVED),
}
OPEN = (ReviewState.WAITING,)


class Review(models.Model):
    """One revision of an item under review, by digest. Numbers, not foreign keys: a deleted revision deletes no record."""

    item_id = models.BigIntegerField("信息编号", db_index=True)
    revision_id = models.BigIntegerField("修订编号")
    body_id = models.BigIntegerField("单位编号", db_index=True)
    title = models.CharField("标题", max_length=300)
    content_digest = models.CharField("内容摘要值", max_length=64)
    state = models.CharField("状态", max_length=10, choices=ReviewState, default=ReviewState.WAITING)
    visible_from = models.DateTimeField("定时公开", null=True, blank=True)
    authors = models.JSONField("起草人", default=list, help_text="人员编号与账号，签发人不得在内")
    submitted_by = models.CharField("送审人", max_length=120)
    submitted_person = models.BigIntegerField("送审人编号", null=True)
    submitted_at = models.DateTimeField("送审时间", default=timezone.now)
    note = models.CharField("送审说明", max_length=500, blank=True)
    decided_by = models.CharField("审签人", max_length=120, blank=True)
    decided_person = models.BigIntegerField("审签人编号", null=True)
    decided_at = models.DateTimeField("审签时间", null=True, blank=True)
    words = models.CharField("审签意见", max_length=500, blank=True)
    edition_id = models.BigIntegerField("用于版本", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "审签"
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item_id"], condition=models.Q(state="waiting"), name="one_review_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.title
