"""Files by digest: private until a room says who may have them."""

from typing import IO

from django.db import models

from gongkai.core.files.place import files_storage, place_of


class StoredFile(models.Model):
    """The bytes of one file, once, whatever its names. Nobody can ask for it but through a room's own row."""

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
        """Where the bytes stand in the store."""
        return place_of(self.digest)

    def open(self) -> IO[bytes]:
        """Open the bytes.

        Raises:
            FileNotFoundError: the store has lost them.
        """
        return files_storage().open(self.place)  # type: ignore[return-value]

    def read(self) -> bytes:
        """Return the bytes; the same errors."""
        with self.open() as content:
            return bytes(content.read())

    def exists(self) -> bool:
        """Whether the store has the bytes."""
        return files_storage().exists(self.place)


class NamedFile(models.Model):
    """A stored file under the name somebody gave it. Rooms derive their own row from it (an attachment of an entry, of a letter).

    The room's view decides who may have it and serves it by `files.serving.serve_stored`.
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
        """How many bytes it has."""
        return self.stored.size

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        return str(self.stored_id)


class PaperKind(models.TextChoices):
    """What a paper of a meeting, a training or an open day is."""

    NOTICE = "notice", "通知、邀请"
    AGENDA = "agenda", "议程、方案"
    SIGN_IN = "sign_in", "签到表"
    PHOTO = "photo", "照片"
    MATERIAL = "material", "课件、材料"
    REPORT = "report", "总结、报道"
    OTHER = "other", "其他"


class Paper(NamedFile):
    """A paper that shows that something was held (`files.papers`); the room's row adds what it belongs to, from where it is named `papers`."""

    what = models.CharField("材料类别", max_length=10, choices=PaperKind)

    class Meta:
        abstract = True
        ordering = ["pk"]
