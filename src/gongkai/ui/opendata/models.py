"""Model of bundles."""

from array import array
from zlib import compress, decompress

from django.db import models

from gongkai.content.editions.models import Website
from gongkai.core.files.models import StoredFile


class Bundle(models.Model):
    """A file for download with many public records: content, date, digest.

    `editions` are the ids of the editions in it; once one is no longer public, the file is not
    served.
    """

    website = models.ForeignKey(Website, models.CASCADE, related_name="bundles", verbose_name="网站")
    name = models.CharField("文件名", max_length=80)
    label = models.CharField("内容", max_length=120)
    kind = models.CharField("类型", max_length=80)
    rows = models.PositiveIntegerField("行数")
    size = models.PositiveBigIntegerField("大小")
    made_on = models.DateField("生成日期")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    editions = models.BinaryField("所含版本")

    class Meta:
        verbose_name = verbose_name_plural = "整批下载的文件"
        ordering = ["kind", "-name"]  # documents before tables, of documents the newest year first
        constraints = [models.UniqueConstraint(fields=["website", "name"], name="bundle_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Return the download URL."""
        return f"/api/v1/bundles/{self.name}"

    @property
    def held(self) -> set[int]:
        """Return the ids of the editions in it."""
        numbers = array("q")
        numbers.frombytes(decompress(bytes(self.editions)))
        return set(numbers)


def pack_edition_ids(numbers: list[int]) -> bytes:
    """Return edition ids as compressed bytes."""
    return compress(array("q", sorted(numbers)).tobytes())
