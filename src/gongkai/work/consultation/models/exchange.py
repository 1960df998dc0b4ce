"""Clients of other platforms (12345) and the orders that they sent."""

from django.db import models

from gongkai.core.units.models import Body
from gongkai.work.consultation.models.inquiry import Inquiry

# The platform of orders from spreadsheets.
HOTLINE = "12345"


class ExchangeClient(models.Model):
    """A platform that sends orders and reads their status. Only the digest of its token is stored."""

    name = models.CharField("对接平台", max_length=40, unique=True)
    receiver = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="受理单位")
    token_digest = models.CharField("令牌摘要值", max_length=64, unique=True)
    made_at = models.DateTimeField("开通时间", auto_now_add=True)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    asked_at = models.DateTimeField("最近访问", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "平台对接"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The name of its log stream."""
        return f"exchange/{self.pk}"


class ExchangeOrder(models.Model):
    """An order of another platform; `digest` (keyed) identifies repetitions."""

    platform = models.CharField("平台", max_length=40)
    ref = models.CharField("工单编号", max_length=80)
    inquiry = models.OneToOneField(Inquiry, models.CASCADE, related_name="order", verbose_name="咨询留言")
    digest = models.CharField("内容摘要值", max_length=64)
    at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "12345工单"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["platform", "ref"], name="order_once")]

    def __str__(self) -> str:
        return self.ref
