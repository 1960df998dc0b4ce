"""Administrative reviews and lawsuits over requests, as table four counts them."""

from datetime import date

from django.db import models

from gongkai.core.units.models import Body
from gongkai.lib.law import Event, deadline, default_calendar
from gongkai.work.requests.models.request import Request


class DisputeKind(models.TextChoices):
    """The groups of table four (国办公开办函〔2021〕30号)."""

    REVIEW = "review", "行政复议"
    DIRECT = "litigation_direct", "未经复议直接起诉"
    AFTER_REVIEW = "litigation_after_review", "复议后起诉"


class DisputeResult(models.TextChoices):
    """The columns of table four; empty while the case is pending."""

    UPHELD = "upheld", "结果维持"
    CORRECTED = "corrected", "结果纠正"
    OTHER = "other", "其他结果"


class _DisputeManager(models.Manager["Dispute"]):
    """The manager that leaves out cases registered by mistake."""

    def get_queryset(self) -> "models.QuerySet[Dispute]":
        return super().get_queryset().filter(mistaken="")


class Dispute(models.Model):
    """A review or lawsuit over a request; `body` is the unit for which it counts.

    Cases registered by mistake (`mistaken` gives the reason) are found by the manager `every` only.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="disputes")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("类别", max_length=24, choices=DisputeKind)
    organ = models.CharField("复议机关或者法院", max_length=120)
    number = models.CharField("案号", max_length=80, blank=True)
    accepted_on = models.DateField("受理日期")
    copy_on = models.DateField("收到申请书或者起诉状副本的日期", null=True, blank=True)
    simple = models.BooleanField("适用简易程序", default=False)
    answered_on = models.DateField("提交答复书或者答辩状的日期", null=True, blank=True)
    heard_on = models.DateField("听证、开庭日期", null=True, blank=True)
    mistaken = models.CharField("登记有误的说明", max_length=300, blank=True)
    result = models.CharField("结果", max_length=12, choices=DisputeResult, blank=True)
    decided_on = models.DateField("结案日期", null=True, blank=True)
    finding = models.TextField("认定的问题", blank=True)
    orders_anew = models.BooleanField("责令重新处理", default=False)

    objects = _DisputeManager()
    every: models.Manager["Dispute"] = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政复议和行政诉讼"
        ordering = ["pk"]
        base_manager_name = "every"

    @property
    def answer_called(self) -> str:
        """The document that the unit submits to the review body or court."""
        return "行政复议答复书" if self.kind == DisputeKind.REVIEW else "行政诉讼答辩状"

    @property
    def answer_by(self) -> date | None:
        """The last day for the unit's answer, or None before the copy was received.

        For reviews 10 working days from the copy (行政复议法第四十八条), before 2024 10 days, 5 in the simplified
        procedure (第五十四条); for lawsuits 15 days (行政诉讼法第六十七条), moved to the next working day.
        """
        if self.copy_on is None:
            return None
        key = "court_answer"
        if self.kind == DisputeKind.REVIEW:
            key = "review_answer_simple" if self.simple else "review_answer"
        events = [Event("received", self.copy_on)]
        return deadline(key, events, default_calendar(), self.copy_on, nearest=True).date

    @property
    def called(self) -> str:
        """The name of the case in lists."""
        return f"{self.get_kind_display()} {self.organ}{self.number}"
