"""Models of migration runs, their rows, and the append-only orders to publish them."""

from pathlib import Path

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.models import RowName
from gongkai.core.files.storage import get_working_folder
from gongkai.core.units.models import Body


class RunKind(models.TextChoices):
    """Source of a migration: a spreadsheet of entries or saved web pages."""

    SHEET = "sheet", "表格"
    PAGES = "pages", "网页文件"


class RunState(models.TextChoices):
    """State of a migration of content from another system."""

    READING = "reading", "正在读取"
    PLANNED = "planned", "待批准"
    MOVING = "moving", "正在迁移"
    DONE = "done", "已迁移"
    UNDOING = "undoing", "正在撤销"
    UNDONE = "undone", "已撤销"


#: States of runs with work for `run_steps.work_on_run`.
RUNNING_STATES = (RunState.READING, RunState.MOVING, RunState.UNDOING)


class RowState(models.TextChoices):
    """State of a document to migrate.

    `HELD`: awaits a decision. `UNKNOWN`: not recognised. `DOUBLE`: a suspected duplicate. `SAME`: already migrated.
    """

    READ = "read", "已读取"
    READY = "ready", "可以迁移"
    HELD = "held", "待人工决定"
    BAD = "bad", "有错误"
    UNKNOWN = "unknown", "认不出"
    DOUBLE = "double", "疑似重复"
    SAME = "same", "已迁移过"
    IGNORED = "ignored", "不迁移"
    MOVED = "moved", "已迁移"
    DRAFT = "draft", "将存为草稿"
    DRAFTED = "drafted", "已存为草稿"
    FAILED = "failed", "未能迁移"
    BACK = "back", "已撤销"
    KEPT = "kept", "撤销时保留"


class MoveWindow(models.Model):
    """The period in which a site may receive old content: requested by one person, opened by another.

    Outside it nothing is read, ordered or decided. Texts published from `live_on` on, when this
    site opened, need the usual reviews.
    """

    website = models.ForeignKey(Website, models.PROTECT, related_name="+", verbose_name="网站")
    reason = models.CharField("事由", max_length=300)
    live_on = models.DateField("新网站上线日期")
    until = models.DateField("截止日期")
    asked_at = models.DateTimeField("提出时间", default=timezone.now)
    asked_by = models.CharField("提出人", max_length=120)
    asker_id = models.BigIntegerField("提出人编号")
    opened_at = models.DateTimeField("开通时间", null=True, blank=True)
    opened_by = models.CharField("批准人", max_length=120, blank=True)
    opener_id = models.BigIntegerField("批准人编号", null=True, blank=True)
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "迁移期"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["website"], condition=models.Q(closed_at=None), name="move_window_once")
        ]

    def __str__(self) -> str:
        return f"{self.website.name}迁移期"

    stream = RowName("move_window")

    @property
    def is_over(self) -> bool:
        """Return true if the window's last day has passed."""
        return self.until < timezone.localdate()

    @property
    def is_open(self) -> bool:
        """Return true if the window is open now."""
        return self.opened_at is not None and self.closed_at is None and not self.is_over


class MoveRun(models.Model):
    """A migration run: source, mapping of columns, and order.

    `cursor` counts the rows read, of `total`. `columns` maps each old column path to {"count",
    "target" (a path, "" to ignore), "what", "reason"}; `units` maps unknown old units to the
    primary key of the chosen body. `pictures` counts the pictures of the texts: {"named", "taken"}.
    `order_id` is the order, `bundle` the folder or .zip of the files.
    """

    kind = models.CharField("来源类型", max_length=8, choices=RunKind)
    website = models.ForeignKey(Website, models.PROTECT, related_name="+", verbose_name="网站")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="默认单位", null=True, blank=True)
    name = models.CharField("名称", max_length=120)
    base = models.CharField("原网站地址", max_length=200, blank=True)
    sheet = models.BinaryField("表格", null=True, editable=False)
    bundle = models.CharField("文件位置", max_length=400, blank=True)
    uploaded = models.BooleanField("文件由上传得到", default=False)
    state = models.CharField("状态", max_length=10, choices=RunState, default=RunState.READING)
    cursor = models.PositiveIntegerField("已读取", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    columns = models.JSONField("栏目对应", default=dict)
    units = models.JSONField("单位对应", default=dict, db_default={})
    pictures = models.JSONField("图片", default=dict, db_default={})
    open_columns = models.BooleanField("同时开通新建的栏目", default=False)
    made_columns = models.JSONField("新建的栏目", default=list)
    notes = models.JSONField("说明", default=list)
    created_by = models.CharField("建立人", max_length=120)
    created_at = models.DateTimeField("建立时间", default=timezone.now)
    order_id = models.BigIntegerField("批准编号", null=True)
    ordered_by = models.CharField("批准人", max_length=120, blank=True)
    ordered_at = models.DateTimeField("批准时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    undo_reason = models.CharField("撤销理由", max_length=200, blank=True)
    undone_by = models.CharField("撤销人", max_length=120, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "迁移"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def files_at(self) -> str:
        """Return the path of the run's files in the current data folder."""
        if self.uploaded and self.bundle:
            return str(get_working_folder("migration") / Path(self.bundle).name)
        return self.bundle

    stream = RowName("move")

    @property
    def running(self) -> bool:
        """Return true if the run has work for the job."""
        return self.state in RUNNING_STATES


class MoveRow(models.Model):
    """A text of an old platform: its content, obstacles and result.

    `key` is the digest of its old identity (its URL; else unit, title and date). A database
    constraint ensures that a text is migrated once into a site. `data` are the fields of the future
    item, with files and pictures by place and digest. `source` is the saved page that contains the
    text: place, digest, URL; empty if there is none, or if it contains another text.
    """

    run = models.ForeignKey(MoveRun, models.CASCADE, related_name="rows", verbose_name="迁移")
    website = models.ForeignKey(Website, models.PROTECT, related_name="+", verbose_name="网站")
    number = models.PositiveIntegerField("序号")
    place = models.CharField("位置", max_length=300)
    key = models.CharField("标识", max_length=64, db_index=True)
    state = models.CharField("状态", max_length=8, choices=RowState, default=RowState.READ)
    title = models.CharField("标题", max_length=300, blank=True)
    unit = models.CharField("单位（原文）", max_length=120, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    column = models.CharField("栏目（原文）", max_length=600, blank=True)
    published_at = models.DateTimeField("原发布时间", null=True)
    old = models.JSONField("原网址", default=list)
    data = models.JSONField("内容", default=dict)
    source = models.JSONField("原网页", default=dict)
    problems = models.JSONField("错误", default=list)
    notes = models.JSONField("说明", default=list)
    findings = models.JSONField("个人信息", default=list)
    forced = models.BooleanField("重复仍迁移", default=False)
    content_digest = models.CharField("内容摘要值", max_length=64, blank=True)
    words = models.CharField("结果", max_length=300, blank=True)
    document_id = models.BigIntegerField("公开信息编号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "迁移明细"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="move_row_number"),
            models.UniqueConstraint(fields=["website", "key"], condition=models.Q(state="moved"), name="moved_once"),
        ]
        indexes = [models.Index(fields=["run", "state", "number"], name="move_row_state")]

    def __str__(self) -> str:
        return self.title or self.place

    stream = RowName("move", "run_id")


class MigrationOrder(models.Model):
    """The order to publish texts of an old platform without signatures.

    Editions record the order. Persons are stored by key, so that orders outlive them. `digest`
    covers the row and is also in the log.
    """

    website = models.ForeignKey(Website, models.PROTECT, related_name="+", verbose_name="网站")
    origin = models.CharField("来源", max_length=200)
    name = models.CharField("批准人", max_length=120)
    person_id = models.BigIntegerField("批准人编号")
    account_id = models.BigIntegerField("账号编号", null=True)
    role = models.CharField("以何角色", max_length=16)
    at = models.DateTimeField("批准时间", default=timezone.now)
    count = models.PositiveIntegerField("条数")
    list_digest = models.CharField("清单摘要值", max_length=64)
    digest = models.CharField("摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "迁移批准"

    def __str__(self) -> str:
        return f"迁移批准{self.pk}（{self.origin}）"

    stream = RowName("migration")


class MigratedText(models.Model):
    """A text in the list of a migration order.

    `key` is the digest of its old identity; the row also has the digests of its future edition and
    of its saved page. A text with personal data is added by its own decision (`decided_by`,
    `ground`); the last row of a key applies.
    """

    order = models.ForeignKey(MigrationOrder, models.PROTECT, related_name="texts", verbose_name="迁移批准")
    key = models.CharField("原标识摘要值", max_length=64)
    content_digest = models.CharField("内容摘要值", max_length=64)
    published_at = models.DateTimeField("原发布时间")
    source_digest = models.CharField("原网页摘要值", max_length=64)
    decided_by = models.CharField("个人信息决定人", max_length=120, blank=True)
    decider_id = models.BigIntegerField("决定人编号", null=True)
    ground = models.CharField("决定及依据", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "迁移清单"
        ordering = ["pk"]
        indexes = [models.Index(fields=["order", "key"], name="migrated_order_key")]

    def __str__(self) -> str:
        return self.key[:12]
