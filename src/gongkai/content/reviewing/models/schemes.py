"""Review schemes: who signs in which order, for each site and column family."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models.sites import Website


class ReviewScheme(models.Model):
    """One edition of a scheme. Insert-only: a change is a new row, so that what was demanded on a day can always be told.

    `column_number` 0 is the site itself, else the column whose subtree it governs. The highest number is in force; `ended` takes a column's
    own scheme back. Without any row a site has the default (`reviewing.plan.DEFAULT`).
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
        """A site's schemes are logged in one stream."""
        return f"schemes/{self.website_id}"
