"""Models of checks: results by digest, decisions on findings, masked copies, dead links."""

from django.db import models
from django.utils import timezone

from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body


class CheckState(models.TextChoices):
    """State of the automatic check of a text or file; `UNREADABLE`: a person must check it."""

    WAITING = "waiting", "正在检查"
    DONE = "done", "已检查"
    UNREADABLE = "unreadable", "机器读不出文字"


class CheckResult(models.Model):
    """The findings of a text or file, by digests of content, type and rules.

    Each combination is checked once. Findings of a text store positions only; the words stay in the
    text. Those of a file store the words and their line, so that the file is not read again; they
    are deleted when the file is erased by law. `notes` are those of `check_runs.check_file`; for a pending
    text, the name of its source.
    """

    digest = models.CharField("内容摘要值", max_length=64)
    rules = models.CharField("规则摘要值", max_length=64)
    state = models.CharField("状态", max_length=12, choices=CheckState, default=CheckState.WAITING)
    suffix = models.CharField("文件类型", max_length=8, blank=True)
    findings = models.JSONField("检查结果", default=list)
    notes = models.JSONField("说明", default=list)
    claimed_at = models.DateTimeField("开始检查时间", null=True)
    at = models.DateTimeField("检查时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "检查结果"
        constraints = [models.UniqueConstraint(fields=["digest", "rules", "suffix"], name="checked_once")]

    def __str__(self) -> str:
        return self.digest[:12]


class Waiver(models.Model):
    """A person's decision to accept a finding on a legal ground.

    `fingerprint` covers the passage, so a changed text needs a new decision. The words are stored
    masked.
    """

    source = models.CharField("来源标识", max_length=64, db_index=True)
    fingerprint = models.CharField("指纹", max_length=64)
    kind = models.CharField("类别", max_length=20)
    place = models.CharField("位置", max_length=120)
    shown = models.CharField("内容（已遮盖）", max_length=120)
    ground = models.CharField("保留依据", max_length=24)
    words = models.CharField("说明", max_length=300, blank=True)
    by = models.CharField("经手人", max_length=120)
    person = models.BigIntegerField("经手人编号", null=True)
    at = models.DateTimeField("时间", default=timezone.now)
    revoked_at = models.DateTimeField("取消时间", null=True)
    revoked_by = models.CharField("取消人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "保留理由"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "fingerprint"],
                condition=models.Q(revoked_at=None),
                name="kept_once",
            )
        ]

    def __str__(self) -> str:
        return self.shown


class Vouching(models.Model):
    """A person's statement that they inspected an unreadable file of an item."""

    source = models.CharField("来源标识", max_length=64)
    digest = models.CharField("文件摘要值", max_length=64)
    words = models.CharField("查看情况", max_length=300)
    by = models.CharField("查看人", max_length=120)
    person = models.BigIntegerField("查看人编号", null=True)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "人工查看"
        indexes = [models.Index(fields=["source", "digest"])]

    def __str__(self) -> str:
        return self.digest[:12]


class MaskedCopy(models.Model):
    """A masked copy of an attachment. The original stays private."""

    source = models.CharField("来源标识", max_length=64)
    original = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name="原件")
    masked = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name="遮盖件")
    name = models.CharField("附件名称", max_length=200)
    count = models.PositiveIntegerField("遮盖处数")
    warnings = models.JSONField("说明", default=list)
    #: Fingerprints of the decisions by which something stayed readable in it; null: made before these were kept.
    spared = models.JSONField("按保留决定未遮盖的", null=True)
    by = models.CharField("制作人", max_length=120)
    at = models.DateTimeField("制作时间", default=timezone.now)
    taken_at = models.DateTimeField("采用时间", null=True)
    taken_by = models.CharField("采用人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "遮盖件"
        constraints = [models.UniqueConstraint(fields=["source", "original"], name="one_masked_copy")]

    def __str__(self) -> str:
        return self.name


class CheckRules(models.Model):
    """The check settings of a body and its subtree."""

    body = models.OneToOneField(Body, models.CASCADE, primary_key=True, related_name="check_rules")
    proofreading_holds = models.BooleanField("校对疑误未处理的暂缓发布", default=False)
    terms = models.TextField("本单位术语", blank=True, help_text="每行一条：错误用语,规范用语,说明（后两项可不填）")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "检查规则"

    def __str__(self) -> str:
        return self.body.name


class Fault(models.Model):
    """A broken link or file of a public text; deleted when it works again or the text changed."""

    document_id = models.BigIntegerField("公开信息编号", db_index=True)
    body_id = models.BigIntegerField("单位编号", db_index=True)
    item_id = models.BigIntegerField("信息编号", null=True)
    title = models.CharField("标题", max_length=300)
    kind = models.CharField("类别", max_length=8, choices=[("link", "链接"), ("file", "文件")])
    target = models.CharField("链接或文件", max_length=500)
    reason = models.CharField("情况", max_length=200)
    since = models.DateTimeField("首次发现", default=timezone.now)
    at = models.DateTimeField("最近检查", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "失效链接和文件"
        constraints = [models.UniqueConstraint(fields=["document_id", "kind", "target"], name="one_fault_each")]

    def __str__(self) -> str:
        return self.target


class Look(models.Model):
    """The times of the last tests of a public text: of its links and of its files."""

    document_id = models.BigIntegerField("公开信息编号", primary_key=True)
    links_at = models.DateTimeField("链接检查时间", null=True)
    files_at = models.DateTimeField("文件检查时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "链接和文件的检查时间"

    def __str__(self) -> str:
        return str(self.document_id)


class ColumnLook(models.Model):
    """The time and result of the last check of a link column's URL."""

    column_id = models.BigIntegerField("栏目编号", primary_key=True)
    link = models.CharField("链接地址", max_length=300)
    at = models.DateTimeField("检查时间")
    reason = models.CharField("情况", max_length=200, blank=True)
    since = models.DateTimeField("首次发现", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "链接栏目的检查"

    def __str__(self) -> str:
        return self.link
