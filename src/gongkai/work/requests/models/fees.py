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
    """The fee of a request, with its legal reason (`why`) and facts (`grounds`).

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
        """Return the reason as a sentence without full stop, or ""."""
        grounds = self.grounds.strip().rstrip("。")
        return f"{self.get_why_display()}（{grounds}）" if self.why else ""


class PaymentOrder(models.Model):
    """A payment order for a fee. A fee has at most one unpaid order."""

    fee = models.ForeignKey(Fee, models.PROTECT, related_name="orders")
    number = models.CharField("订单号", max_length=40, unique=True)
    fen = models.PositiveIntegerField("金额（分）")
    made_at = models.DateTimeField("生成时间", auto_now_add=True)
    transaction = models.CharField("交易流水号", max_length=80, blank=True)
    paid_on = models.DateField("支付日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "缴费订单"
        ordering = ["pk"]


class PaymentOutcome(models.TextChoices):
    """Outcomes of matching a payment notice of the gateway with a fee of a request.

    A clerk must settle those of `OUTCOMES_TO_SETTLE`. `NOTED`: nothing was paid. `CLOSED`: the request no longer
    awaits a payment.
    """

    TAKEN = "taken", "已入账"
    NOTED = "noted", "未支付，仅记录"
    DOUBLE = "double", "重复支付"
    AMOUNT = "amount", "金额不符"
    LATE = "late", "逾期支付"
    UNKNOWN = "unknown", "没有对应的订单"
    CLOSED = "closed", "申请已不再等待缴费"


OUTCOMES_TO_SETTLE = (
    PaymentOutcome.DOUBLE,
    PaymentOutcome.AMOUNT,
    PaymentOutcome.LATE,
    PaymentOutcome.UNKNOWN,
    PaymentOutcome.CLOSED,
)


class PaymentNotice(models.Model):
    """A verified notice of the gateway, unique by transaction and status."""

    order = models.ForeignKey(PaymentOrder, models.PROTECT, null=True, blank=True, related_name="notices")
    number = models.CharField("订单号", max_length=40)
    transaction = models.CharField("交易流水号", max_length=80)
    status = models.CharField("状态", max_length=20)
    fen = models.PositiveIntegerField("金额（分）")
    paid_on = models.DateField("支付日期")
    receipt = models.CharField("票据号码", max_length=60, blank=True)
    outcome = models.CharField("处理", max_length=8, choices=PaymentOutcome)
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    settled = models.CharField("核对处理情况", max_length=300, blank=True)
    settled_by = models.CharField("核对人", max_length=120, blank=True)
    settled_on = models.DateField("核对日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "缴费通知"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["transaction", "status"], name="payment_notice_once")]

    def __str__(self) -> str:
        return self.transaction

    @property
    def yuan(self) -> str:
        """Return the amount in yuan."""
        return f"{self.fen // 100}.{self.fen % 100:02d}" if self.fen % 100 else str(self.fen // 100)
