"""Online payments: orders, and every verified notice of the gateway."""

from django.db import models

from gongkai.work.requests.models.fees import Fee


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
    """Outcomes of a payment notice; a clerk must settle those of `OUTCOMES_TO_SETTLE`."""

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
        """The amount in yuan."""
        return f"{self.fen // 100}.{self.fen % 100:02d}" if self.fen % 100 else str(self.fen // 100)
