"""Query codes, submissions, uploads and drafts."""

from django.db import models

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
