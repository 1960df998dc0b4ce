"""Models of feeds and leads (线索), before they become cases."""

from django.db import models

from gongkai.core.units.models import Body
from gongkai.work.opinion.models.cases import OpinionCase


class Feed(models.Model):
    """A feed (RSS, Atom) that is polled, such as a monitoring service's export.

    An entry becomes a lead if it contains one of `words`, separated by 、; without words, every
    entry does.
    """

    name = models.CharField("名称", max_length=80)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="收集单位")
    address = models.CharField("地址", max_length=500)
    words = models.CharField("关键词", max_length=500, blank=True)
    active = models.BooleanField("启用", default=True)
    polled_at = models.DateTimeField("最近收取", null=True, blank=True)
    failed = models.CharField("最近失败的原因", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "舆情来源"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["body", "address"], name="feed_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """Return the key of its movements in the log."""
        return f"feed/{self.pk}"


class LeadState(models.TextChoices):
    """State of a lead."""

    NEW = "new", "待甄别"
    TAKEN = "taken", "已立案"
    DROPPED = "dropped", "不立案"


class Lead(models.Model):
    """A feed entry with its time of discovery, from which the deadline of its case counts."""

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="leads", verbose_name="来源")
    ref = models.CharField("标识", max_length=64)
    title = models.CharField("标题", max_length=300)
    text = models.TextField("摘要", blank=True)
    address = models.CharField("网址", max_length=500, blank=True)
    written_at = models.DateTimeField("发布时间", null=True, blank=True)
    found_at = models.DateTimeField("发现时间")
    state = models.CharField("状态", max_length=8, choices=LeadState, default=LeadState.NEW, db_index=True)
    case = models.ForeignKey(
        OpinionCase, models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name="舆情"
    )
    reason = models.CharField("不立案的理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "舆情线索"
        ordering = ["-found_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["feed", "ref"], name="lead_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """Return the key of its movements in the log."""
        return f"lead/{self.pk}"
