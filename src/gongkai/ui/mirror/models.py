"""Mirrored URLs and their files; can be regenerated at any time."""

from django.db import models
from django.db.models import Q


class Leaf(models.Model):
    """A URL of a mirrored site and its file.

    Without `digest` there is no file: not written yet (no `name`), or deleted and still in the signed lists.
    """

    host = models.CharField("域名", max_length=120)
    path = models.CharField("地址", max_length=500)
    name = models.CharField("文件", max_length=600, blank=True)
    digest = models.CharField("摘要值", max_length=64, blank=True)
    size = models.BigIntegerField("字节", default=0)
    chunk = models.CharField("清单", max_length=2, blank=True)
    #: True if the signed lists contain this version.
    signed = models.BooleanField("已列入清单", default=False)
    written_at = models.DateTimeField("写入时间", null=True)
    due_at = models.DateTimeField("应更新时间", null=True)
    #: Error of the last attempt to write the file, or "".
    error = models.CharField("未写成的原因", max_length=200, blank=True, default="", db_default="")
    #: Time of the last link to a further list page.
    linked_at = models.DateTimeField("最近链接时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "镜像文件"
        constraints = [models.UniqueConstraint(fields=["host", "path"], name="one_leaf")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="leaf_due"),
            models.Index(fields=["host", "chunk"], name="leaf_chunk"),
            models.Index(fields=["signed"], condition=Q(signed=False), name="leaf_unsigned"),
        ]

    def __str__(self) -> str:
        return f"{self.host}{self.path}"
