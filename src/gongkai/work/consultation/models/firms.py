"""Models of policy subscriptions (政策直通车)."""

from django.db import models

from gongkai.content.editions.models import Document
from gongkai.core.units.models import Body


class FirmSize(models.TextChoices):
    """Company sizes (统计上大中小微型企业划分办法（2017）)."""

    LARGE = "large", "大型企业"
    MIDDLE = "middle", "中型企业"
    SMALL = "small", "小型企业"
    MICRO = "micro", "微型企业"
    TRADER = "trader", "个体工商户"


class Firm(models.Model):
    """A firm's subscription. Its name and address are a party of `intake` (`firm/<number>`).

    Nothing is sent before the confirmation or after unsubscribing.
    """

    industries = models.JSONField("行业", default=list, help_text="门类代码（GB/T 4754），空为不限")
    size = models.CharField("规模", max_length=8, choices=FirmSize)
    place = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在区县")
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    left_at = models.DateTimeField("退订时间", null=True, blank=True)
    told_upto = models.DateTimeField("已推送到", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "政策直通车订阅"
        indexes = [
            models.Index(
                fields=["told_upto"],
                condition=models.Q(left_at=None, confirmed_at__isnull=False),
                name="firm_to_tell",
            )
        ]

    def __str__(self) -> str:
        return f"订阅{self.pk}"

    @property
    def matter(self) -> str:
        """Return the matter under which intake stores the firm."""
        return f"firm/{self.pk}"

    @property
    def stream(self) -> str:
        """Return the name of the log stream."""
        return f"firm/{self.pk}"


class PolicyPush(models.Model):
    """A policy sent to a firm, and when it was opened."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="pushes", verbose_name="订阅")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="政策")
    letter_key = models.CharField("信件标识", max_length=160, db_index=True)
    at = models.DateTimeField("推送时间", auto_now_add=True)
    opened_at = models.DateTimeField("打开时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政策推送"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["firm", "document"], name="pushed_once")]
