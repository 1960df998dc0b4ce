"""Notices (任务分工通知), each imported from one file."""

from django.db import models
from django.db.models import Q

from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body
from gongkai.work.notices.states import ASSIGNED, INNER, NOTICE_MACHINE, NoticeState


class Amending(models.TextChoices):
    """States of the question whether a notice is an amended version of another one."""

    NOT_ASKED = "", "没有发现原通知"
    ASKED = "asked", "待确认是否修订"
    YES = "yes", "修订原通知"
    NO = "no", "不是修订"


class Notice(models.Model):
    """A notice as it was imported, corrected, confirmed and issued.

    `government` carries it out; with `own` it is a unit that issued it for its offices and lower
    units. `issuer` is None outside this installation, `issuer_name` has the printed words. `parsed`
    is the unchanged result of the reader. A draft for comment (征求意见稿, `for_comment`) creates
    entries only when issued. `amends` is the notice that it amends (see `amending`); once confirmed
    it takes over the tasks of that notice, whose `superseded_by` it becomes.
    """

    government = models.ForeignKey(Body, models.PROTECT, related_name="notices", verbose_name="适用政府")
    issuer = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="issued_notices", verbose_name="印发单位"
    )
    issuer_name = models.CharField("印发单位（原文）", max_length=200, blank=True)
    title = models.CharField("标题", max_length=300)
    doc_number = models.CharField("发文字号", max_length=80, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    year = models.PositiveSmallIntegerField("年度", db_index=True)
    own = models.BooleanField(
        "本单位自用", default=False, db_default=False, help_text="部门为本单位各处室和所属单位印发的通知"
    )
    state = models.CharField(
        "状态", max_length=12, choices=list(NOTICE_MACHINE.labels.items()), default=NoticeState.DRAFT
    )
    for_comment = models.BooleanField("征求意见稿", default=False)
    source_file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="来源文件")
    source_name = models.CharField("来源文件名", max_length=200)
    source_digest = models.CharField("来源摘要值", max_length=64)
    source_text = models.TextField("来源文字", blank=True)
    parsed = models.JSONField("读取结果", default=dict)
    heads = models.JSONField(
        "表头", default=list, help_text="表格各栏印出的名称和含义：[{head, meaning, by}]，by 为更正人"
    )
    remarks = models.JSONField("读取提示", default=list, help_text="针对整个文件的提示，不针对某一行")
    owing = models.JSONField("谁承担", default=dict, db_default={}, help_text="选定的承担方式：{写法: 方式}")
    basis = models.JSONField("依据文件", default=list)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级通知"
    )
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes", verbose_name="被何通知取代"
    )
    amends = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="amendments", verbose_name="修订的原通知"
    )
    amending = models.CharField(
        "是否修订", max_length=6, choices=Amending, default=Amending.NOT_ASKED, db_default="", blank=True
    )
    imported_by = models.CharField("导入人", max_length=120)
    imported_at = models.DateTimeField("导入时间", auto_now_add=True)
    confirmed_by = models.CharField("确认人", max_length=120, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "任务分工通知"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["government", "source_digest"],
                condition=~Q(state=NoticeState.VOID),
                name="notice_file_once",
            ),
            models.CheckConstraint(condition=Q(state__in=list(NOTICE_MACHINE.labels)), name="notice_state_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_label(self) -> str:
        """The label of the state."""
        return NOTICE_MACHINE.labels[self.state]

    @property
    def entry_kind(self) -> str:
        """The kind of the entries that the notice creates."""
        return INNER if self.own else ASSIGNED

    @property
    def is_revision(self) -> bool:
        """True if a clerk has confirmed that it amends the notice in `amends`."""
        return self.amending == Amending.YES and self.amends_id is not None

    @property
    def editable(self) -> bool:
        """True until it is confirmed."""
        return self.state == NoticeState.DRAFT


class ImportedColumn(models.Model):
    """A column that a notice created (`made`) or used; undoing the import removes created ones."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="columns", verbose_name="通知")
    column_id = models.BigIntegerField("栏目编号")
    path = models.CharField("公开路径", max_length=400)
    made = models.BooleanField("由本通知新建")

    class Meta:
        verbose_name = verbose_name_plural = "通知对应栏目"
        constraints = [models.UniqueConstraint(fields=["notice", "path"], name="notice_column_once")]
