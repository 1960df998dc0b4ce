"""Processing fees of requests (国办函〔2020〕109号), by item or by page."""

from django.db import models

from gongkai.work.requests.models.request import Request


class FeeBasis(models.TextChoices):
    """The two ways of charging; a request is charged by one of them (第三条)."""

    ITEMS = "items", "按件"
    PAGES = "pages", "按量"


class FeeReason(models.TextChoices):
    """Lawful reasons for a fee (条例第四十二条)."""

    NUMBER = "number", "申请的数量明显超过合理范围"
    FREQUENCY = "frequency", "申请的频次明显超过合理范围"
    BOTH = "both", "申请的数量、频次都明显超过合理范围"


class Fee(models.Model):
    """The fee of a request with its reason (`why`) and facts (`grounds`).

    `lines` is the calculation, step by step; amounts are whole yuan.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="fees")
    basis = models.CharField("计费方式", max_length=6, choices=FeeBasis)
    why = models.CharField("收费理由", max_length=9, choices=FeeReason, blank=True, default="", db_default="")
    grounds = models.CharField("具体情况", max_length=300, blank=True, default="", db_default="")
    before = models.PositiveIntegerField("当月此前件数", default=0)
    count = models.PositiveIntegerField("件数或者页数")
    yuan = models.PositiveIntegerField("金额（元）")
    lines = models.JSONField("计算过程", default=list)
    cleared_by = models.CharField("核准人", max_length=120, blank=True)
    cleared_on = models.DateField("核准日期", null=True, blank=True)
    pay_how = models.TextField("缴纳方式", blank=True)
    notified_on = models.DateField("收费通知送达日期", null=True, blank=True)
    waived = models.CharField("免收理由", max_length=300, blank=True)
    paid_on = models.DateField("缴费日期", null=True, blank=True)
    way = models.CharField("缴费方式", max_length=40, blank=True)
    receipt = models.CharField("票据号码", max_length=60, blank=True)
    treasury_on = models.DateField("缴入国库日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "信息处理费"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["receipt"], condition=~models.Q(receipt=""), name="fee_receipt_once")
        ]

    @property
    def reason(self) -> str:
        """The reason as a sentence without full stop; empty for fees without a recorded reason."""
        grounds = self.grounds.strip().rstrip("。")
        return f"{self.get_why_display()}（{grounds}）" if self.why else ""
