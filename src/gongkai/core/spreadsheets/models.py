"""Models of imports: the run with its file, heading meanings, touched rows."""

from django.db import models

from gongkai.core.vault.fields import EncryptedTextField
from gongkai.core.vault.sealing import decrypt_bytes, encrypt_bytes


class RunState(models.TextChoices):
    """State of one import of a spreadsheet; `DRAFT`: tried, not confirmed yet."""

    DRAFT = "draft", "待确认"
    APPLYING = "applying", "正在导入"
    APPLIED = "applied", "已导入"
    UNDONE = "undone", "已撤销"


class ImportRun(models.Model):
    """One import of one file: dry run (draft), being written, finished, or undone.

    `applied_at` is the time of the last portion written. `heads` maps unknown headings of the file to keys of columns
    ("": none), and `column:value` to one of the column's choices. `plan_digest` is the digest of the dry run; an
    import with another plan is refused. The file is stored; a file with personal data (`Importer.personal`) is
    encrypted, and deleted after the import.
    """

    importer = models.CharField("导入类别", max_length=40)
    file_name = models.CharField("文件名", max_length=200)
    content = models.BinaryField("文件内容", editable=False)
    key = EncryptedTextField("文件密钥", blank=True)
    heads = models.JSONField("表头对应", default=dict, db_default={})
    file_digest = models.CharField("文件摘要值", max_length=64)
    plan_digest = models.CharField("预览摘要值", max_length=64, blank=True)
    state = models.CharField("状态", max_length=8, choices=RunState, default=RunState.DRAFT)
    person_id = models.BigIntegerField("人员编号", null=True)
    by_name = models.CharField("经手人", max_length=120)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    made = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("修改", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "导入记录"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["importer", "state", "-id"], name="import_by_state")]

    def __str__(self) -> str:
        return f"{self.file_name}（{self.get_state_display()}）"

    @property
    def file(self) -> bytes:
        """Return the uploaded file, or b"" if deleted."""
        return decrypt_bytes(bytes(self.content), self.key.reveal()) if self.key else bytes(self.content)

    def close(self) -> None:
        """Encrypt the uploaded file with a new key; the caller saves both."""
        self.content, key = encrypt_bytes(bytes(self.content))
        self.key = key  # type: ignore[assignment]  # the field takes a clear text

    def forget(self) -> None:
        """Delete the uploaded file and its key, but not the digest; the caller saves."""
        self.content = b""
        self.key = ""  # type: ignore[assignment]


class HeadMeaning(models.Model):
    """Remembered meaning of a heading (`key`: its column), or of a value (`head`: `column:value`, `key`: choice)."""

    importer = models.CharField("导入类别", max_length=40)
    head = models.CharField("表头", max_length=80)
    key = models.CharField("列", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "表头的含义"
        constraints = [models.UniqueConstraint(fields=["importer", "head"], name="head_means_once")]

    def __str__(self) -> str:
        return self.head


class ImportTouch(models.Model):
    """A row that an import created or changed, with its state before and after.

    `object_pk` is negative once the row has been undone.
    """

    class Verb(models.TextChoices):
        """Effect of an import on a row: created or changed it."""

        MADE = "made", "新增"
        CHANGED = "changed", "修改"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="touches", verbose_name="导入记录")
    position = models.PositiveIntegerField("次序")
    model = models.CharField("表", max_length=80)
    object_pk = models.BigIntegerField("编号")
    verb = models.CharField("动作", max_length=8, choices=Verb)
    label = models.CharField("名称", max_length=200)
    before = models.JSONField("原内容", default=dict)
    after = models.JSONField("新内容", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "导入明细"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "model", "object_pk"], name="import_touch_once"),
        ]
