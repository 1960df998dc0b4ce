"""Notices (任务分工通知), their learnt table headings, and draft notices for lower units (下发)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body
from gongkai.work.notices.importing.table_heads import COLUMN_MEANINGS
from gongkai.work.notices.states import ASSIGNED, INNER, NOTICE_MACHINE, NoticeState


class Amending(models.TextChoices):
    """A clerk's decision whether a notice amends an earlier one."""

    NOT_ASKED = "", "没有发现原通知"
    ASKED = "asked", "待确认是否修订"
    YES = "yes", "修订原通知"
    NO = "no", "不是修订"


# Version of a notice of which an import has not stored all rows, and of a complete one.
UNFINISHED_VERSION, FIRST_VERSION = 0, 1


def list_large_fields(path: str) -> tuple[str, ...]:
    """Return the fields that grow with a notice, to be deferred in joins through `path`."""
    return f"{path}__parsed", f"{path}__source_text"


class _Finished(models.Manager["Notice"]):
    """Manager of the notices whose import is complete."""

    def get_queryset(self) -> models.QuerySet["Notice"]:
        """Leave out notices whose import is not complete."""
        return super().get_queryset().exclude(version=UNFINISHED_VERSION)


class _Unfinished(models.Manager["Notice"]):
    """Manager of the notices of which an import has not stored all rows."""

    def get_queryset(self) -> models.QuerySet["Notice"]:
        """Leave out notices whose import is complete."""
        return super().get_queryset().filter(version=UNFINISHED_VERSION)


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
    version = models.PositiveIntegerField("版本", default=FIRST_VERSION)

    objects = _Finished()
    unfinished = _Unfinished()

    class Meta:
        verbose_name = verbose_name_plural = "任务分工通知"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["government", "source_digest"], condition=~Q(state=NoticeState.VOID), name="notice_file_once"
            ),
            models.CheckConstraint(condition=Q(state__in=list(NOTICE_MACHINE.labels)), name="notice_state_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_label(self) -> str:
        """Return the label of the state."""
        return NOTICE_MACHINE.labels[self.state]

    @property
    def entry_kind(self) -> str:
        """Return the kind of the entries that the notice creates."""
        return INNER if self.own else ASSIGNED

    @property
    def awaits_amending_answer(self) -> bool:
        """Return true if the clerk has still to say whether it amends the notice in `amends`.

        The question ends with that notice: an import that is undone removes it.
        """
        return self.amending == Amending.ASKED and self.amends_id is not None

    @property
    def is_revision(self) -> bool:
        """Return true if a clerk has confirmed that it amends the notice in `amends`."""
        return self.amending == Amending.YES and self.amends_id is not None

    @property
    def editable(self) -> bool:
        """Return true while the notice is a draft."""
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


class HeadName(models.Model):
    """A printed heading of a table and its meaning (a key of `table_heads.COLUMN_MEANINGS`).

    It applies to this government and those below it.
    """

    government = models.ForeignKey(Body, models.CASCADE, related_name="head_names", verbose_name="政府")
    printed = models.CharField("表头", max_length=60)
    meaning = models.CharField("含义", max_length=12)
    notice = models.ForeignKey(
        Notice, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="从哪份通知学得"
    )
    learnt_by = models.CharField("更正人", max_length=120)
    learnt_at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "记住的表头"
        ordering = ["government", "printed"]
        constraints = [models.UniqueConstraint(fields=["government", "printed"], name="head_name_once")]

    def __str__(self) -> str:
        return self.printed

    @property
    def meaning_label(self) -> str:
        """Return the label of the meaning."""

        return COLUMN_MEANINGS.get(self.meaning, self.meaning)


class Rereading(models.Model):
    """A table read again with other headings, and the rows before, so that it can be undone.

    `before` holds serialized rows, units, duties and pairings and changed fields of the notice;
    `learnt` the previous meaning of each heading (null: none). `version` is that of the notice
    right after.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="rereadings", verbose_name="通知")
    before = models.JSONField("更正前")
    learnt = models.JSONField("更正前记住的表头", default=dict)
    version = models.PositiveIntegerField("更正后的版本")
    by = models.CharField("更正人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "重读表格"
        ordering = ["-pk"]


class TakeoverPortion(models.Model):
    """The results of one portion of rows that an amended version takes over, until the last one.

    `results` are the keys of opened (`opened`) and cancelled (`ended`) entries, and the
    notifications (`told`) that are sent together after the last portion.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="takeover_portions", verbose_name="通知")
    results = models.JSONField("结果", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "修订接续批次"
        ordering = ["pk"]


class ChildDraft(models.Model):
    """A notice drafted from measures of another one, until it is imported.

    `rows` are dictionaries with `measure` (key of the source measure or null), `section`, `item`,
    `text`, `lead`, `responsible` (lists of names), `limit` and `extras` (further columns by
    heading). `government` is a government, or a unit that divides its own tasks. `issued` is the
    imported notice.
    """

    government = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="下发政府")
    source = models.ForeignKey(Notice, models.CASCADE, related_name="child_drafts", verbose_name="来源通知")
    title = models.CharField("标题", max_length=300)
    doc_number = models.CharField("发文字号", max_length=80, blank=True)
    issuer_name = models.CharField("印发单位", max_length=200)
    addressee = models.CharField("主送机关", max_length=300)
    preamble = models.TextField("正文")
    signed_on = models.DateField("成文日期", null=True, blank=True)
    copied_to = models.CharField("抄送", max_length=300, blank=True)
    rows = models.JSONField("任务", default=list)
    drafted_by = models.CharField("起草人", max_length=120)
    drafted_at = models.DateTimeField("起草时间", auto_now_add=True)
    issued = models.ForeignKey(
        Notice, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="导入的通知"
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "下级通知草稿"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """Return the URL of its page."""
        return reverse("notices_passing_draft", args=[self.pk])
