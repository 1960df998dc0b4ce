"""Decisions on requests, consultations and deliveries."""

from datetime import date

from django.db import models

from gongkai.core.ledger.clock import rules_of
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.lib.law import default_calendar, figures
from gongkai.work.requests.models.request import DeliveryRoute, ProvisionForm, Request
from gongkai.work.requests.results import RESULTS


class Case(models.Model):
    """A closed request as an anonymous case with a comment. `request` is for the office only."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="case")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="答复机关")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("案例名称", max_length=120)
    wanted = models.TextField("申请内容")
    result = models.CharField("办理结果", max_length=8, choices=[(k, r.name) for k, r in RESULTS.items()])
    law = models.CharField("依据", max_length=200)
    ground = models.TextField("理由", blank=True)
    dispute = models.TextField("复议诉讼", blank=True)
    comment = models.TextField("评析")
    tags = models.CharField("关键词", max_length=200, blank=True, help_text="用空格分开。")
    by = models.CharField("编写人", max_length=120)
    at = models.DateTimeField("编写时间", auto_now=True)
    withdrawn = models.BooleanField("已撤下", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "案例"
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return self.title


class PartyOpinion(models.TextChoices):
    """The opinion of a consulted party."""

    AGREES = "agrees", "同意公开"
    OBJECTS = "objects", "不同意公开"
    PARTLY = "partly", "同意部分公开"
    SILENT = "silent", "逾期未答复"


class Consultation(models.Model):
    """A consulted third party (条例第三十二条) or agency (第三十四条); `kind` names the pause of the clock.

    Name and reasons are encrypted, since a third party may be a person. `wording` is the request as
    letters to them quote it: de-identified, or as typed with a reason in the log.
    """

    class Kind(models.TextChoices):
        """Kinds of consulted parties."""

        THIRD_PARTY = "third_party", "第三方"
        AGENCY = "agency", "其他机关"

    request = models.ForeignKey(Request, models.PROTECT, related_name="consultations")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    who = EncryptedTextField("征求意见对象")
    wording = EncryptedTextField("告知对方的申请内容", blank=True, default="", db_default="")
    asked_on = models.DateField("征求意见日期")
    served_on = models.DateField("对方收到日期", null=True, blank=True)
    opinion = models.CharField("意见", max_length=8, choices=PartyOpinion, blank=True)
    reason = EncryptedTextField("理由", blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}意见（{self.asked_on}征求）"

    @property
    def matter(self) -> str:
        """The matter under which intake stores the consulted party and its query code."""
        return f"asked/{self.pk}"

    @property
    def until(self) -> date:
        """The last day for an opinion: 15 working days from receipt (条例第三十二条、第三十四条)."""
        limit = next(stop.limit for stop in rules_of(self.request.entry).stops if stop.key == self.kind)
        # Before 2019 no law limits the time of a third party: the present limit is shown.
        days = (limit or figures()[f"request.{self.kind}"]).count
        return default_calendar().add(self.served_on or self.asked_on, days)

    @property
    def late(self) -> bool:
        """Return whether the opinion came after the last day."""
        return bool(self.replied_on and self.replied_on > self.until and self.opinion != PartyOpinion.SILENT)


class Decision(models.Model):
    """A decision on a request; a later one replaces it and does not delete it."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="decisions")
    result = models.CharField("办理结果", max_length=8, choices=[(k, r.name) for k, r in RESULTS.items()])
    ground = models.TextField("理由", blank=True)
    law = models.CharField("依据", max_length=200)
    told = models.TextField("告知内容", blank=True)
    form_given = models.CharField("实际提供方式", max_length=12, choices=ProvisionForm, blank=True)
    decided_on = models.DateField("决定日期")
    decided_by = models.CharField("决定人", max_length=120)
    past = models.BooleanField("补录", default=False)
    unfounded = models.BooleanField("第三方不同意公开的理由不成立", default=False)
    outside = models.BooleanField("提供的部分不涉及第三方不同意公开的内容", default=False)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)
    override = models.CharField("第三方不同意而公开的理由", max_length=500, blank=True)
    unasked = models.CharField("没有征求第三方意见的理由", max_length=500, blank=True, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "处理决定"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"答复：{self.row}（{self.decided_on}）"

    @property
    def row(self) -> str:
        """The name of the result with its heading."""
        return RESULTS[self.result].name


class Delivery(models.Model):
    """A delivery of an answer to the applicant, with its proof."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="deliveries")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="处理决定"
    )
    route = models.CharField("送达方式", max_length=10, choices=DeliveryRoute)
    on = models.DateField("送达日期")
    proof = models.CharField("送达凭证", max_length=200, help_text="如挂号信编号、签收人、发送记录。")

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"送达：{self.get_route_display()}（{self.on}）"
