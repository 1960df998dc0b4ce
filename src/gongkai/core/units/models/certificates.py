"""Certificates with which units sign their letters."""

from django.db import models

from gongkai.core.units.models.bodies import Body
from gongkai.core.units.models.people import Person
from gongkai.core.vault.fields import EncryptedTextField


class Certificate(models.Model):
    """A unit's certificate and private key. The key is encrypted with the key ring (`vault`)."""

    body = models.OneToOneField(Body, models.PROTECT, related_name="certificate", verbose_name="单位")
    subject = models.CharField("证书主体", max_length=300)
    issuer = models.CharField("颁发机构", max_length=300)
    serial = models.CharField("序列号", max_length=64)
    starts = models.DateTimeField("生效时间")
    ends = models.DateTimeField("失效时间")
    chain = models.TextField("证书链")
    key = EncryptedTextField("私钥")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="设置人")
    at = models.DateTimeField("设置时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "签名证书"

    def __str__(self) -> str:
        return f"{self.body}（{self.subject}）"
