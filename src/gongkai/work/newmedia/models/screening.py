"""Quarterly screening (排查整治): accounts with problems and the decisions on them."""

from django.db import models
from django.utils import timezone

from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.work.newmedia.models.accounts import Account


class Reason(models.TextChoices):
    """Problem of an account (Municipal-2021 三(二)b2(3)); the first six are computed."""

    STALE = "stale", "信息更新不及时"
    FUNDS = "funds", "无资金保障"
    KEEPER = "keeper", "无专人维护"
    LEADER = "leader", "未明确责任领导"
    FOLLOWERS = "followers", "关注度低"
    DOUBLE = "double", "一个单位在同一平台有多个账号"
    EFFECT = "effect", "运行效果差"
    IDLE = "idle", "“空壳化”"
    AMUSING = "amusing", "“娱乐化”"
    OTHER = "other", "其他问题"


class Decision(models.TextChoices):
    """Decision about an account."""

    KEEP = "keep", "继续运行"
    MEND = "mend", "限期整改"
    MERGE = "merge", "整合"
    CLOSE = "close", "关停"


class Screening(models.Model):
    """Screening of the accounts of a government and its units in a quarter."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="screenings", verbose_name="组织单位")
    quarter = models.CharField("季度", max_length=6, help_text="2026Q4")
    opened_at = models.DateTimeField("开始时间", default=timezone.now)
    looked_at = models.PositiveIntegerField("排查账号数", default=0)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "新媒体排查"
        ordering = ["-quarter", "pk"]
        constraints = [models.UniqueConstraint(fields=["body", "quarter"], name="screening_once")]

    def __str__(self) -> str:
        return f"{self.quarter[:4]}年第{self.quarter[-1]}季度排查"

    @property
    def stream(self) -> str:
        """Return the name of its stream in the log."""
        return f"screening/{self.pk}"


class Hit(models.Model):
    """An account with problems in a screening, and the decision."""

    screening = models.ForeignKey(Screening, models.CASCADE, related_name="hits", verbose_name="排查")
    account = models.ForeignKey(Account, models.PROTECT, related_name="hits", verbose_name="账号")
    reasons = models.JSONField("问题", default=list)
    words = models.CharField("情况", max_length=300, blank=True)
    decision = models.CharField("处理", max_length=6, choices=Decision, blank=True)
    decision_words = models.CharField("处理说明", max_length=300, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    decided_by = models.CharField("决定人", max_length=120, blank=True)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="整改要求")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "排查问题"
        ordering = ["screening", "pk"]
        constraints = [models.UniqueConstraint(fields=["screening", "account"], name="screening_hit_once")]

    def __str__(self) -> str:
        return f"{self.account}"

    @property
    def stream(self) -> str:
        """Return the screening's stream in the log."""
        return f"screening/{self.screening_id}"

    @property
    def reasons_label(self) -> str:
        """Return the labels of the problems."""
        return "、".join(Reason(reason).label for reason in self.reasons if reason in Reason.values)
