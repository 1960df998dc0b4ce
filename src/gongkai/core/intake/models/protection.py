"""What limits count, and codes sent to phones."""

from django.db import models


class Hit(models.Model):
    """How often something happened in one window of time. The key is a digest: no address of a machine stands here. Rows go with their window."""

    key = models.CharField("摘要值", max_length=64)
    window = models.BigIntegerField("时段")
    count = models.PositiveIntegerField("次数", default=0)
    until = models.DateTimeField("有效至", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "限次"
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="hit_once")]


class PhoneCode(models.Model):
    """A code that was sent to a phone while somebody fills in a form."""

    token = models.CharField("表单编号摘要值", max_length=64, unique=True)
    phone_digest = models.CharField("手机号码摘要值", max_length=64)
    code_digest = models.CharField("验证码摘要值", max_length=64)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)
    sent_at = models.DateTimeField("发送时间", db_index=True)
    verified_at = models.DateTimeField("核验时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "手机验证码"
