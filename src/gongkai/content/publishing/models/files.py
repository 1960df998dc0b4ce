"""Models of an item's source files and resized pictures."""

from django.db import models
from django.utils import timezone

from gongkai.core.files.models import StoredFile


class SourceFile(models.Model):
    """The Word or WPS file that a text was made from: kept on the desk, never public."""

    item_id = models.BigIntegerField("信息编号", db_index=True)
    stored = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name="文件")
    name = models.CharField("文件名", max_length=200)
    by = models.CharField("上传人", max_length=120)
    at = models.DateTimeField("上传时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "正文原文件"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["item_id", "stored"], name="one_source_file")]

    def __str__(self) -> str:
        return self.name


class PictureSize(models.Model):
    """One of the fixed widths in which a text's picture is kept; `base` is the widest, which the text names."""

    base = models.ForeignKey(StoredFile, models.CASCADE, related_name="sizes", verbose_name="图片")
    stored = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name="文件")
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")

    class Meta:
        verbose_name = verbose_name_plural = "图片尺寸"
        ordering = ["width"]
        constraints = [models.UniqueConstraint(fields=["base", "width"], name="one_size_each")]

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"
