"""The yearly clean-up (清理): the round, a case for each document, a task for each drafting unit on the ledger."""

from django.db import models
from django.utils import timezone

from gongkai.content.policies.models.records import PolicyRecord
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body


class RoundState(models.TextChoices):
    """State of a clean-up of documents in force; `SIGNING`: its result awaits publication."""

    OPEN = "open", "进行中"
    SIGNING = "signing", "结果待签发公布"
    CLOSED = "closed", "已办结"
    CANCELLED = "cancelled", "已取消"


class CleanupVerdict(models.TextChoices):
    """The verdict of a round on a document (国办发〔2018〕37号: 继续有效、修改、废止、失效)."""

    NONE = "", "未提出"
    KEEP = "keep", "保留"
    AMEND = "amend", "修改"
    REPEAL = "repeal", "废止"
    EXPIRE = "expire", "失效"


class CleanupRound(models.Model):
    """A clean-up over all documents of a government (`body` is a government) or of one department."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="cleanups", verbose_name="组织清理的政府或部门")
    name = models.CharField("名称", max_length=120)
    year = models.PositiveSmallIntegerField("年度")
    levels = models.JSONField("清理范围", default=list)
    due_on = models.DateField("提出意见期限")
    state = models.CharField("状态", max_length=10, choices=RoundState, default=RoundState.OPEN)
    opened_at = models.DateTimeField("启动时间", default=timezone.now)
    opened_by = models.CharField("启动人", max_length=120)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    closed_by = models.CharField("办结人", max_length=120, blank=True)
    result_on = models.DateField("清理结果生效日期", null=True, blank=True)
    item_number = models.BigIntegerField("公布清理结果的信息", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "文件清理"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    stream = RowName("cleanup")


class CleanupCase(models.Model):
    """A document in a clean-up round with its verdict and reason. `applied_on` is set when the round is closed."""

    round = models.ForeignKey(CleanupRound, models.CASCADE, related_name="cases", verbose_name="清理")
    record = models.ForeignKey(PolicyRecord, models.PROTECT, related_name="cleanup_cases", verbose_name="政策文件")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="提出意见的单位")
    verdict = models.CharField("清理意见", max_length=8, choices=CleanupVerdict, blank=True, default="")
    reason = models.CharField("理由", max_length=300, blank=True)
    until = models.DateField("延长有效期至", null=True, blank=True)
    decided_by = models.CharField("提出人", max_length=120, blank=True)
    decided_at = models.DateTimeField("提出时间", null=True, blank=True)
    applied_on = models.DateField("落实日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "清理文件"
        ordering = ["body__position", "body_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "record"], name="cleanup_case_once")]

    def __str__(self) -> str:
        return str(self.record)

    stream = RowName("policy", "record_id")


class CleanupTask(models.Model):
    """The duty of a unit in a clean-up round: to give its verdicts by the due date.

    A unit that states its opinions on paper has them entered by the office, which stores the `paper` first.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="cleanup", verbose_name="台账记录"
    )
    round = models.ForeignKey(CleanupRound, models.CASCADE, related_name="tasks", verbose_name="清理")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    paper = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="书面意见"
    )
    paper_name = models.CharField("书面意见文件名", max_length=200, blank=True, default="", db_default="")
    paper_by = models.CharField("书面意见登记人", max_length=120, blank=True, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "清理任务"
        constraints = [models.UniqueConstraint(fields=["round", "body"], name="cleanup_task_once")]


class ValidityTask(models.Model):
    """The duty of a unit before a document expires: extend, amend or repeal it, or accept its expiry."""

    entry = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="validity", verbose_name="台账记录"
    )
    record = models.ForeignKey(PolicyRecord, models.CASCADE, related_name="validity_tasks", verbose_name="政策文件")
    ends_on = models.DateField("有效期至")

    class Meta:
        verbose_name = verbose_name_plural = "到期评估"
        constraints = [models.UniqueConstraint(fields=["record", "ends_on"], name="validity_told_once")]
