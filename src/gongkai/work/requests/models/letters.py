"""Stored letters and the templates of units."""

from django.db import models

from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.work.requests.models.handling import Consultation, Decision
from gongkai.work.requests.models.request import Request


class Letter(models.Model):
    """An encrypted letter, made in the transaction of its act; `digest` is of the plain bytes.

    Its recipient is the applicant or the party of a `consultation`; a letter of a `decision`
    communicates it.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="letters")
    kind = models.CharField("文书", max_length=16)
    number = models.CharField("文号", max_length=80)
    made_on = models.DateField("成文日期")
    template = models.CharField("模板摘要值", max_length=64, blank=True)
    content = models.BinaryField("文件")
    key = EncryptedTextField("文件密钥")
    digest = models.CharField("摘要值", max_length=64)
    opened_at = models.DateTimeField("首次打开时间", null=True, blank=True)
    served_on = models.DateField("申请人收到日期", null=True, blank=True)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)
    withheld = models.BooleanField("不再提供", default=False)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="征求意见"
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="处理决定"
    )

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """The log stream: that of the request."""
        return f"entry/{self.request_id}"


class SignedLetter(models.Model):
    """The signed PDF of a letter, encrypted; empty until it could be made."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="signed", verbose_name="文书")
    content = models.BinaryField("文件")
    key = EncryptedTextField("文件密钥")
    digest = models.CharField("摘要值", max_length=64, blank=True)
    serial = models.CharField("证书序列号", max_length=64)
    at = models.DateTimeField("签名时间", auto_now_add=True)
    tries = models.PositiveSmallIntegerField("已试次数", default=1, db_default=1)
    again_at = models.DateTimeField("再试时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "签名文书"


class LetterTemplate(models.Model):
    """A unit's own .docx template for one kind of letter, with fields in double braces."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("文书", max_length=16)
    name = models.CharField("文件名", max_length=200)
    content = models.BinaryField("文件")
    digest = models.CharField("摘要值", max_length=64)
    by = models.CharField("上传人", max_length=120)
    at = models.DateTimeField("上传时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书模板"
        constraints = [models.UniqueConstraint(fields=["body", "kind"], name="letter_template_once")]
