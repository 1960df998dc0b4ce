"""Counters of rate limits, and codes sent to phones."""

from django.db import models


class Hit(models.Model):
    """A counter in a time window. The key is a digest, so no IP address is stored."""

    key = models.CharField("摘要值", max_length=64)
    window = models.BigIntegerField("时段")
    count = models.PositiveIntegerField("次数", default=0)
    until = models.DateTimeField("有效至", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "限次"
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="hit_once")]


class PhoneCode(models.Model):
    """A code sent to a phone while a form is completed."""

    token = models.CharField("表单编号摘要值", max_length=64, unique=True)
    phone_digest = models.CharField("手机号码摘要值", max_length=64)
    code_digest = models.CharField("验证码摘要值", max_length=64)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)
    sent_at = models.DateTimeField("发送时间", db_index=True)
    verified_at = models.DateTimeField("核验时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "手机验证码"
