"""Models for two networks: forms held outside and matters received inside."""

from django.db import models
from django.db.models import Q

from gongkai.core.vault.fields import EncryptedTextField, EncryptedWordsField


class QueryCode(models.Model):
    """The query code of a matter, as a digest. `second_digest` is that of the second key."""

    digest = models.CharField("查询码摘要值", max_length=64, unique=True)
    matter = models.CharField("事项", max_length=60, unique=True)
    second_digest = models.CharField("后四位摘要值", max_length=64, blank=True)
    created_at = models.DateTimeField("发放时间", auto_now_add=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    erase_on = models.DateField("应清除日期", null=True, blank=True)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "查询码"
        indexes = [
            models.Index(
                fields=["erase_on"],
                condition=models.Q(erased_at=None, erase_on__isnull=False),
                name="words_to_erase",
            )
        ]


class Sending(models.Model):
    """A submission. Its token is unique, so a double click or retry creates one."""

    token = models.CharField("表单编号摘要值", max_length=64, unique=True)
    form = models.CharField("表单", max_length=40)
    matter = models.CharField("事项", max_length=60, blank=True)
    turn = models.PositiveSmallIntegerField("查询码序号", default=0)
    at = models.DateTimeField("提交时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "提交"


class Upload(models.Model):
    """An encrypted file from outside, with its own key.

    It belongs to a form (`token`) until its matter exists.
    """

    token = models.CharField("表单编号摘要值", max_length=64, blank=True, db_index=True)
    matter = models.CharField("事项", max_length=60, blank=True, db_index=True)
    name = EncryptedWordsField("文件名")
    place = models.CharField("存放位置", max_length=200)
    key = EncryptedTextField("文件密钥", blank=True)
    size = models.PositiveIntegerField("大小（字节）")
    digest = models.CharField("摘要值", max_length=64)
    kind = models.CharField("类型", max_length=80)
    at = models.DateTimeField("上传时间", auto_now_add=True)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公众上传文件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"文件{self.pk}"


class Draft(models.Model):
    """An encrypted form draft, deleted after submission or some days."""

    digest = models.CharField("草稿码摘要值", max_length=64, unique=True)
    form = models.CharField("表单", max_length=40)
    token = models.CharField("表单编号摘要值", max_length=64)
    data = EncryptedTextField("内容")
    saved_at = models.DateTimeField("保存时间", auto_now=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "草稿"


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
