"""Models of uploads to the higher government's library (先入库，后公开; L-08): settings, uploads, tasks.

The higher library (全市政策文件库) is another system, used by browser. Stored here are who uploaded which document
on which day, with which receipt and validity.
"""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import ValidityState
from gongkai.content.policies.models.records import PolicyLevel, PolicyRecord
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.lib.writing.titles import cite_title


class FiledRow(models.Model):
    """A line of the list of filed documents. `record` is the matching document; `excuse` why it stays unpublished."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="filed_rows", verbose_name="政府")
    title = models.CharField("文件名称", max_length=300)
    number = models.CharField("发文字号", max_length=80, blank=True)
    number_key = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    filed_number = models.CharField("备案号", max_length=60, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    record = models.ForeignKey(
        PolicyRecord,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="filed_rows",
        verbose_name="库中文件",
    )
    excuse = models.CharField("不公开的理由", max_length=300, blank=True)
    excused_by = models.CharField("认定人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "备案文件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return cite_title(self.title, self.number)

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, with the normalised number."""
        from gongkai.lib.chinese.document_numbers import canonical_number

        self.number_key = canonical_number(self.number)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    stream = RowName("filed")


class UploadedScope(models.TextChoices):
    """The levels of documents that must be uploaded."""

    NORMATIVE = "normative", "行政规范性文件"
    RULES = "rules", "政府规章和行政规范性文件"
    ALL = "all", "本级制发的全部政策文件"


#: Validity of a document that the higher library removed on request.
TAKEN_DOWN_STANDING = "withdrawn"
#: Choices for the validity that the higher library shows.
SHOWN_STANDING_CHOICES = [(one.value, one.label) for one in ValidityState if one.value] + [
    (TAKEN_DOWN_STANDING, "已撤下")
]


class UpperLibrary(models.Model):
    """The higher library for the documents of a government, or of a department with its own system,
    and its rules; local practice.

    `since` is its first day; for documents that were public before, the deadline starts then. With `refuses` no
    document of these levels is published without a receipt; otherwise units are only reminded. `turn` is a
    counter, increased when another library is named, so that earlier uploads do not count.
    """

    body = models.OneToOneField(Body, models.PROTECT, related_name="upper_library", verbose_name="上传文件的政府或部门")
    name = models.CharField("上级文件库名称", max_length=60)
    address = models.URLField("上级文件库网址", max_length=300, blank=True)
    covers = models.CharField("上传哪些文件", max_length=10, choices=UploadedScope, default=UploadedScope.NORMATIVE)
    days = models.PositiveSmallIntegerField("上传期限（天数）", default=5)
    working_days = models.BooleanField("期限按工作日计算", default=True)
    refuses = models.BooleanField("没有上传回执的，不得公开", default=False)
    since = models.DateField("自何日起执行")
    basis = models.CharField("依据", max_length=300)
    active = models.BooleanField("正在执行", default=True)
    turn = models.PositiveIntegerField("第几个库", default=1, db_default=1)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "上级文件库"

    def __str__(self) -> str:
        return self.name

    stream = RowName("upperlibrary")

    @property
    def levels(self) -> tuple[PolicyLevel, ...]:
        """Return the levels to upload; State regulations and ministry rules are uploaded by their makers."""
        return {
            UploadedScope.NORMATIVE.value: (PolicyLevel.NORMATIVE,),
            UploadedScope.RULES.value: (PolicyLevel.NORMATIVE, PolicyLevel.GOVERNMENT_RULE),
            UploadedScope.ALL.value: (PolicyLevel.NORMATIVE, PolicyLevel.GOVERNMENT_RULE, PolicyLevel.OTHER),
        }[self.covers]

    @property
    def limit(self) -> str:
        """Return the deadline for uploading in words."""
        return f"{self.days}个工作日" if self.working_days else f"{self.days}日"


class Upload(models.Model):
    """An upload of a document with the validity shown there. Rows are append-only; a mistake is
    withdrawn by `UploadBack`.

    It counts for the library of that time (`turn`, name `went_to`). `shared`: several documents
    have one receipt; otherwise a receipt number is unique to a document.
    """

    record = models.ForeignKey(PolicyRecord, models.PROTECT, related_name="uploads", verbose_name="政策文件")
    library = models.ForeignKey(UpperLibrary, models.PROTECT, related_name="uploads", verbose_name="上级文件库")
    turn = models.PositiveIntegerField("第几个库", default=1, db_default=1)
    went_to = models.CharField("上传到", max_length=60, blank=True, default="", db_default="")
    on = models.DateField("上传日期")
    number = models.CharField("回执号", max_length=80, blank=True)
    shared = models.BooleanField("整批回执", default=False, db_default=False)
    address = models.URLField("在上级库的网址", max_length=500, blank=True)
    standing = models.CharField("上传时的有效性", max_length=10, choices=SHOWN_STANDING_CHOICES)
    receipt = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回执文件"
    )
    receipt_name = models.CharField("回执文件名", max_length=200, blank=True)
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    made_by = models.CharField("登记人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "上传登记"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["record", "-on", "-id"], name="policy_upload_last")]

    def __str__(self) -> str:
        return f"{self.record}（{self.on:%Y-%m-%d}上传）"

    stream = RowName("policy", "record_id")

    @property
    def place(self) -> str:
        """Return the name of the library at the time of the upload."""
        current = self.library.name if self.turn == self.library.turn else "原来的上级文件库"
        return self.went_to or current

    @property
    def has_receipt(self) -> bool:
        """Return true if there is a receipt: a number, file or screenshot."""
        return bool(self.number or self.receipt_id)


class UploadBack(models.Model):
    """The withdrawal of an upload that was entered by mistake, with the reason."""

    upload = models.OneToOneField(Upload, models.PROTECT, related_name="back", verbose_name="上传登记")
    reason = models.CharField("撤回理由", max_length=300)
    made_at = models.DateTimeField("撤回时间", default=timezone.now)
    made_by = models.CharField("撤回人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "撤回的上传登记"


class UploadTask(models.Model):
    """The duty of a unit to upload documents by a day. `queries.uploading` finds them; `records` are the last ones found."""

    entry = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="uploading", verbose_name="台账记录"
    )
    library = models.ForeignKey(UpperLibrary, models.PROTECT, related_name="+", verbose_name="上级文件库")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    due_on = models.DateField("上传期限")
    records = models.JSONField("文件", default=list, db_default=[])

    class Meta:
        verbose_name = verbose_name_plural = "上传任务"
        constraints = [models.UniqueConstraint(fields=["library", "body", "due_on"], name="upload_task_once")]
