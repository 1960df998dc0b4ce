"""Models for two networks: forms held outside and matters received inside."""

from django.db import models
from django.db.models import Q

from gongkai.core.vault.fields import EncryptedTextField


class Held(models.Model):
    """A form held on the outer side; erased some days after the inner side acknowledged it.

    `reply` is sealed by the inner side; only the query code opens it.
    """

    token = models.CharField("表单编号摘要值", max_length=64, unique=True)
    form = models.CharField("表单", max_length=40)
    content = EncryptedTextField("内容", blank=True)
    sent_at = models.DateTimeField("提交时间")
    carried_at = models.DateTimeField("最近送出时间", null=True, blank=True)
    acknowledged_at = models.DateTimeField("内网签收时间", null=True, blank=True)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)
    reply = models.TextField("密封的答复", blank=True)
    reply_salt = models.CharField("密封参数", max_length=64, blank=True)
    reply_at = models.DateTimeField("答复状态时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待转内网的来件"
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(acknowledged_at=None), name="held_to_carry"),
            models.Index(fields=["acknowledged_at"], condition=Q(erased_at=None), name="held_to_erase"),
        ]

    @property
    def matter(self) -> str:
        """The matter of the held form."""
        return f"held/{self.pk}"

    @property
    def stream(self) -> str:
        """The name of its log stream."""
        return f"held/{self.pk}"


class Received(models.Model):
    """A matter received on the inner side, with the key that seals its replies."""

    token = models.CharField("外网表单编号摘要值", max_length=64, unique=True)
    matter = models.CharField("事项", max_length=60)
    key = EncryptedTextField("密封密钥")
    salt = models.CharField("密封参数", max_length=64)
    at = models.DateTimeField("收到时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "外网转来的来件"
