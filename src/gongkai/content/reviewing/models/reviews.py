"""Model of reviews: a submitted revision that others sign stage by stage."""

from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models.sites import Website
from gongkai.core.units.models import Body
from gongkai.core.widgets.once import ask_once

if TYPE_CHECKING:
    from gongkai.content.reviewing.models.signatures import Signature


class LoadedSignatures(NamedTuple):
    """The signatures given so far, and by person the ids under which the same human is registered."""

    signatures: "list[Signature]"
    registrations: dict[int, set[int]]


class ReviewScheme(models.Model):
    """A version of a review scheme. Append-only, so that the plan of any day is known.

    `column_number` 0 is the site, else the column whose subtree it applies to. The highest number
    is in force; `ended` removes a column's own scheme. A site without a row has
    `reviewing.plan.DEFAULT`.
    """

    website = models.ForeignKey(Website, models.PROTECT, related_name="schemes", verbose_name="网站")
    column_number = models.BigIntegerField("栏目编号", default=0)
    number = models.PositiveIntegerField("序号")
    plan = models.JSONField("审签程序", default=dict)
    ended = models.BooleanField("停用", default=False)
    reason = models.CharField("理由", max_length=300, blank=True)
    made_at = models.DateTimeField("时间", default=timezone.now)
    made_by = models.CharField("经手人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "审签程序"
        constraints = [
            models.UniqueConstraint(fields=["website", "column_number", "number"], name="review_scheme_number")
        ]

    def __str__(self) -> str:
        return f"{self.website_id}/{self.column_number}·{self.number}"

    @property
    def stream(self) -> str:
        """Return the name of the log stream of a site's schemes."""
        return f"schemes/{self.website_id}"


class ReviewState(models.TextChoices):
    """The state of a review."""

    WAITING = "waiting", "待审签"
    RETURNED = "returned", "已退回"
    RECALLED = "recalled", "已撤回送审"
    APPROVED = "approved", "已签发"
    AFTER = "after", "已紧急发布，待补审"
    OBJECTED = "objected", "补审不同意，已暂停公开"
    REDRESSED = "redressed", "已撤回或更正"


#: State → states that may follow.
ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    ReviewState.WAITING: (
        ReviewState.RETURNED,
        ReviewState.RECALLED,
        ReviewState.APPROVED,
        ReviewState.AFTER,
    ),
    ReviewState.APPROVED: (ReviewState.RECALLED,),  # only while it waits for another document (`is_held`)
    ReviewState.AFTER: (ReviewState.APPROVED, ReviewState.OBJECTED, ReviewState.REDRESSED),
    ReviewState.OBJECTED: (ReviewState.REDRESSED,),
}
#: States in which a signature is due.
OPEN_STATES = (ReviewState.WAITING, ReviewState.AFTER)
#: States of an urgent publication that is not settled.
UNSETTLED_URGENT_STATES = (ReviewState.AFTER, ReviewState.OBJECTED)


class Review(models.Model):
    """A revision of a source under review, by digest. Stores names and keys instead of foreign
    keys, so it outlives its source.

    `plan` is the complete scheme at submission, so later changes do not affect a running review. `stage` is the
    index of the pending stage (the number of stages once all signed). `holders` (|signer|lead|) and `barred`
    (|p3|u8|) serve lists of possible signers; signing itself checks signatures and log. `parts` are the parts a
    signer must have been shown (`reviewing.seeing`), fixed at submission and verified against the log.
    """

    source = models.CharField("来源标识", max_length=64, db_index=True)
    revision_id = models.BigIntegerField("修订编号")
    body_id = models.BigIntegerField("单位编号", db_index=True)
    title = models.CharField("标题", max_length=300)
    content_digest = models.CharField("内容摘要值", max_length=64)
    state = models.CharField("状态", max_length=10, choices=ReviewState, default=ReviewState.WAITING)
    visible_from = models.DateTimeField("定时公开", null=True, blank=True)
    plan = models.JSONField("审签程序", default=dict, blank=True)
    columns = models.JSONField("栏目", default=list, blank=True)
    authors = models.JSONField("起草账号", default=list, help_text="账号编号，签发人不得在内")
    author_people = models.JSONField("起草人员", default=list, blank=True)
    stage = models.PositiveSmallIntegerField("当前级次", default=0)
    holders = models.CharField("当前级可签角色", max_length=120, blank=True)
    barred = models.TextField("不能再签的人", blank=True)
    held_since = models.DateTimeField("到达当前级的时间", null=True)
    stage_due = models.DateTimeField("当前级应办结时间", null=True)
    rows = models.PositiveIntegerField("清单行数", default=0)
    parts = models.JSONField("签字前须看的", default=list, blank=True)
    submitted_by = models.CharField("送审人", max_length=120)
    submitted_person = models.BigIntegerField("送审人编号", null=True)
    submitted_at = models.DateTimeField("送审时间", default=timezone.now)
    note = models.CharField("送审说明", max_length=500, blank=True)
    urgent_by = models.CharField("紧急发布决定人", max_length=120, blank=True)
    urgent_reason = models.CharField("紧急发布理由", max_length=300, blank=True)
    urgent_due = models.DateTimeField("补审期限", null=True)
    decided_by = models.CharField("审签人", max_length=120, blank=True)
    decided_person = models.BigIntegerField("审签人编号", null=True)
    decided_at = models.DateTimeField("审签时间", null=True, blank=True)
    words = models.CharField("审签意见", max_length=500, blank=True)
    edition_id = models.BigIntegerField("用于版本", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    #: Set by the rule of an action (`find_signing_obstacles`), taken by `case_of`, so that they are read once.
    loaded_signatures: LoadedSignatures | None = None

    class Meta:
        verbose_name = verbose_name_plural = "审签"
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=models.Q(state="waiting"), name="one_review_at_a_time")
        ]
        indexes = [
            models.Index(
                fields=["body_id", "held_since"],
                condition=models.Q(state__in=["waiting", "after"]),
                name="review_queue",
            ),
            models.Index(fields=["stage_due"], condition=models.Q(state__in=["waiting", "after"]), name="review_late"),
            models.Index(
                fields=["urgent_due"],
                condition=models.Q(state__in=["after", "objected"]),
                name="review_urgent",
            ),
            models.Index(fields=["source"], condition=models.Q(urgent_due__isnull=False), name="review_ever_urgent"),
        ]

    @property
    def waits_for_document(self) -> bool:
        """Return true if it is fully signed and waits for another document."""
        return self.state == ReviewState.APPROVED and self.edition_id is None

    @property
    def unit(self) -> Body | None:
        """Return the unit of the text, or None if it was deleted."""
        return ask_once(("body", self.body_id), Body.objects.filter(pk=self.body_id).first)

    def __str__(self) -> str:
        return self.title

    @property
    def stage_name(self) -> str:
        """Return the name of the pending stage, or ""."""
        stages: list[dict[str, object]] = self.plan.get("stages", [])
        return str(stages[self.stage]["name"]) if self.state in OPEN_STATES and self.stage < len(stages) else ""
