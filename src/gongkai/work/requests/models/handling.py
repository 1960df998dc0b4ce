"""What was decided on a request, whom it was put to, and how an answer was delivered."""

from datetime import date

from django.db import models

from gongkai.core.vault.fields import EncryptedTextField
from gongkai.lib.law import default_calendar, figures
from gongkai.work.requests.models.request import Form, Request, Route
from gongkai.work.requests.results import RESULTS


class Opinion(models.TextChoices):
    """What a third party or another agency said."""

    AGREES = "agrees", "同意公开"
    OBJECTS = "objects", "不同意公开"
    PARTLY = "partly", "同意部分公开"
    SILENT = "silent", "逾期未答复"


class Consultation(models.Model):
    """A third party (条例第三十二条) or another agency (第三十四条) that was asked; `kind` is the stop of the rule set `request`.

    Who was asked may be a person: name and reasons stand encrypted, and are shown to whoever works on the request. `wording` is the
    content of the request as the letters to them quote it: de-identified, or as typed for a reason in the log.
    """

    class Kind(models.TextChoices):
        """Who is asked."""

        THIRD_PARTY = "third_party", "第三方"
        AGENCY = "agency", "其他机关"

    request = models.ForeignKey(Request, models.PROTECT, related_name="consultations")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    who = EncryptedTextField("征求意见对象")
    wording = EncryptedTextField("告知对方的申请内容", blank=True, default="", db_default="")
    asked_on = models.DateField("征求意见日期")
    served_on = models.DateField("对方收到日期", null=True, blank=True)
    opinion = models.CharField("意见", max_length=8, choices=Opinion, blank=True)
    reason = EncryptedTextField("理由", blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}意见（{self.asked_on}征求）"

    @property
    def matter(self) -> str:
        """Its name to the people outside: whoever was asked has a code of their own."""
        return f"asked/{self.pk}"

    @property
    def until(self) -> date:
        """The last day for an opinion (条例第三十二条、第三十四条: fifteen working days from the day they got the letter, as far as it is known)."""
        return default_calendar().add(
            self.served_on or self.asked_on, figures()[f"request.{self.kind}"].count
        )

    @property
    def late(self) -> bool:
        """Whether the answer came after that day."""
        return bool(self.replied_on and self.replied_on > self.until and self.opinion != Opinion.SILENT)


class Decision(models.Model):
    """The result of a request, as it was decided; a later one (after a review) replaces it and leaves it standing here."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="decisions")
    result = models.CharField("办理结果", max_length=8, choices=[(k, r.name) for k, r in RESULTS.items()])
    ground = models.TextField("理由", blank=True)
    law = models.CharField("依据", max_length=200)
    told = models.TextField("告知内容", blank=True)
    form_given = models.CharField("实际提供方式", max_length=12, choices=Form, blank=True)
    decided_on = models.DateField("决定日期")
    decided_by = models.CharField("决定人", max_length=120)
    past = models.BooleanField("补录", default=False)
    unfounded = models.BooleanField("第三方不同意公开的理由不成立", default=False)
    outside = models.BooleanField("提供的部分不涉及第三方不同意公开的内容", default=False)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)
    override = models.CharField("第三方不同意而公开的理由", max_length=500, blank=True)
    unasked = models.CharField(
        "没有征求第三方意见的理由", max_length=500, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = verbose_name_plural = "处理决定"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"答复：{self.row}（{self.decided_on}）"

    @property
    def row(self) -> str:
        """The result with its heading."""
        return RESULTS[self.result].name


class Delivery(models.Model):
    """How and when an answer reached the applicant, with its proof."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="deliveries")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="处理决定"
    )
    route = models.CharField("送达方式", max_length=10, choices=Route)
    on = models.DateField("送达日期")
    proof = models.CharField("送达凭证", max_length=200, help_text="如挂号信编号、签收人、发送记录。")

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"送达：{self.get_route_display()}（{self.on}）"
