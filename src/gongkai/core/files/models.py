"""Files by digest; private until an app serves them."""

from typing import IO

from django.db import models

from gongkai.core.files.storage import get_files_storage, get_store_path


class StoredFile(models.Model):
    """The content of one file, stored once; users reach it only through a row of an app."""

    digest = models.CharField("摘要值", max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField("大小")
    type = models.CharField("类型", max_length=120)
    added_at = models.DateTimeField("存入时间", auto_now_add=True)
    added_by = models.CharField("存入人", max_length=120, blank=True)
    added_by_user = models.BigIntegerField("存入账号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def place(self) -> str:
        """Return the path of the content in the store."""
        return get_store_path(self.digest)

    def open(self) -> IO[bytes]:
        """Open the content.

        Raises:
            FileNotFoundError: the content is missing.
        """
        return get_files_storage().open(self.place)  # type: ignore[return-value]

    def read(self) -> bytes:
        """Return the content; raises as `open`."""
        with self.open() as content:
            return bytes(content.read())

    def exists(self) -> bool:
        """Return true if the content is in the store."""
        return get_files_storage().exists(self.place)


class TextLosses(models.Model):
    """Content of a file that is missing from the text made from it, and the person who confirmed that (`losses`).

    `about` is the stream of the row with the text, `source` the file's name; `lines` describe the losses in Chinese.
    """

    about = models.CharField("文字", max_length=80, unique=True)
    source = models.CharField("文件名", max_length=200)
    lines = models.JSONField("没有读入的内容")
    read_at = models.DateTimeField("读取时间")
    seen_by = models.CharField("核对人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "没有读入的内容"

    def __str__(self) -> str:
        return self.about


class NamedFile(models.Model):
    """A stored file with its name; apps derive their own models from it.

    The app's view checks permissions and serves it with `files.serving.serve_stored`.
    """

    name = models.CharField("文件名", max_length=200)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    added_by = models.CharField("上传人", max_length=120)
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> int:
        """Return the size in bytes."""
        return self.stored.size

    @property
    def digest(self) -> str:
        """Return the SHA-256 digest of the content."""
        return str(self.stored_id)


class PaperKind(models.TextChoices):
    """Supporting documents of a meeting, training or open day."""

    NOTICE = "notice", "通知、邀请"
    AGENDA = "agenda", "议程、方案"
    SIGN_IN = "sign_in", "签到表"
    PHOTO = "photo", "照片"
    MATERIAL = "material", "课件、材料"
    REPORT = "report", "总结、报道"
    OTHER = "other", "其他"


class Paper(NamedFile):
    """A file that proves an event (`files.record_files`), such as an agenda or a photo; the app adds the relation
    `papers`."""

    what = models.CharField("材料类别", max_length=10, choices=PaperKind)

    class Meta:
        abstract = True
        ordering = ["pk"]
