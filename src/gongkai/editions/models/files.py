"""Files by digest: private until a visible edition carries them."""

from django.db import models

from gongkai.acts.storage import files_storage


class StoredFile(models.Model):
    """The bytes of one file, once, whatever its names. Served only through an edition that the reader may see."""

    digest = models.CharField("摘要值", max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField("大小")
    type = models.CharField("类型", max_length=120)
    file = models.FileField("文件", storage=files_storage, max_length=200)
    added_at = models.DateTimeField("存入时间", auto_now_add=True)
    added_by = models.CharField("存入人", max_length=120, blank=True)
    added_by_user = models.BigIntegerField("存入账号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self) -> str:
        return self.digest[:12]
