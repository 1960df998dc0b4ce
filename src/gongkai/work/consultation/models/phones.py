"""Models of public telephones (对外联系电话) and test calls (M-03)."""

from django.db import models

from gongkai.core.acts.models import RowName
from gongkai.core.units.models import Body


class ServiceWindow(models.Model):
    """A service window of a unit."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="service_windows", verbose_name="单位")
    name = models.CharField("窗口名称", max_length=80)
    place = models.CharField("地点", max_length=160)
    hours = models.CharField("服务时间", max_length=120)
    opened_on = models.DateField("启用日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "综合咨询窗口"
        ordering = ["body__position", "body", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["body", "name"], condition=models.Q(closed_on=None), name="window_once")
        ]

    def __str__(self) -> str:
        return self.name

    stream = RowName("service-window")


class WindowShift(models.Model):
    """The people at a window on a day."""

    window = models.ForeignKey(ServiceWindow, models.PROTECT, related_name="shifts", verbose_name="窗口")
    day = models.DateField("日期")
    people = models.CharField("值守人员", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "窗口排班"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["window", "day"], name="shift_once")]

    def __str__(self) -> str:
        return f"{self.window} {self.day.isoformat()}"


class ContactPhone(models.Model):
    """A public telephone number of a unit with its hours."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="contact_phones", verbose_name="单位")
    number = models.CharField("电话号码", max_length=40)
    purpose = models.CharField("用途", max_length=80, blank=True, help_text="如政策咨询、投诉举报")
    hours = models.CharField("接听时间", max_length=120)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "对外联系电话"
        ordering = ["body__position", "body", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], condition=models.Q(closed_at=None), name="phone_once")
        ]

    def __str__(self) -> str:
        return f"{self.body.label} {self.number}"

    stream = RowName("contact-phone")


class PhoneTestResult(models.TextChoices):
    """Results of a test call to a published telephone number; `POOR`: answered badly."""

    ANSWERED = "answered", "接通，答复规范"
    POOR = "poor", "接通，答复不规范"
    BUSY = "busy", "占线"
    SILENT = "silent", "无人接听"
    WRONG = "wrong", "空号或者号码有误"


# Results that need a rectification.
FAILING_RESULTS = frozenset({PhoneTestResult.POOR, PhoneTestResult.BUSY, PhoneTestResult.SILENT, PhoneTestResult.WRONG})


class PhoneCheck(models.Model):
    """A test call; rows are only added."""

    phone = models.ForeignKey(ContactPhone, models.PROTECT, related_name="checks", verbose_name="电话")
    called_at = models.DateTimeField("拨打时间")
    heard = models.CharField("结果", max_length=10, choices=PhoneTestResult)
    words = models.CharField("情况", max_length=300, blank=True)
    by = models.CharField("测试人", max_length=120)
    person_id = models.BigIntegerField("测试人编号", null=True, blank=True)
    entry = models.ForeignKey(
        "ledger.Entry", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="整改"
    )

    class Meta:
        verbose_name = verbose_name_plural = "电话测试"
        ordering = ["-called_at", "-pk"]
        indexes = [models.Index(fields=["phone", "-called_at"], name="phone_check_last")]

    @property
    def failing(self) -> bool:
        """Return true if the result needs a rectification."""
        return self.heard in FAILING_RESULTS


class PhoneOperator(models.Model):
    """The operator of a telephone number, and the day they received the Q&A base (C-06)."""

    phone = models.ForeignKey(ContactPhone, models.PROTECT, related_name="operators", verbose_name="电话")
    name = models.CharField("接听人员", max_length=60)
    handed_on = models.DateField("问答库交接日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "电话接听人员"
        ordering = ["-handed_on", "pk"]

    def __str__(self) -> str:
        return self.name
