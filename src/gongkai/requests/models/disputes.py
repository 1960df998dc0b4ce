"""Reviews and lawsuits over a request, as table four counts them."""

from django.db import models

from gongkai.requests.models.request import Request
from gongkai.units.models import Body


class DisputeKind(models.TextChoices):
    """The groups of table four (国办公开办函〔2021〕30号)."""

    REVIEW = "review", "行政复议"
    DIRECT = "litigation_direct", "未经复议直接起诉"
    AFTER_REVIEW = "litigation_after_review", "复议后起诉"


class DisputeResult(models.TextChoices):
    """The columns of table four; without one it is pending."""

    UPHELD = "upheld", "结果维持"
    CORRECTED = "corrected", "结果纠正"
    OTHER = "other", "其他结果"


class Dispute(models.Model):
    """One review or lawsuit over a request; `body` is the unit that it counts for, also once the request went elsewhere."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="disputes")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("类别", max_length=24, choices=DisputeKind)
    organ = models.CharField("复议机关或者法院", max_length=120)
    number = models.CharField("案号", max_length=80, blank=True)
    accepted_on = models.DateField("受理日期")
    stage = models.CharField("阶段", max_length=120, blank=True)
    result = models.CharField("结果", max_length=12, choices=DisputeResult, blank=True)
    decided_on = models.DateField("结案日期", null=True, blank=True)
    finding = models.TextField("认定的问题", blank=True)
    orders_anew = models.BooleanField("责令重新处理", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "行政复议和行政诉讼"
        ordering = ["pk"]
