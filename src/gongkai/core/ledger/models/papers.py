"""Records of entries: comments, files, evidence, clock events, urgings, reminders; also numbers, cached counts."""

from django.db import models

from gongkai.core.files.models import NamedFile
from gongkai.core.ledger.models.entry import Entry
from gongkai.core.units.models import Body, Person


class Comment(models.Model):
    """A comment on an entry."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="comments", verbose_name="记录")
    person_id = models.BigIntegerField("人员编号", null=True)
    author = models.CharField("作者", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)
    text = models.TextField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "备注"
        ordering = ["at", "pk"]


class Attachment(NamedFile):
    """A file of an entry; served only by a view that checks `visible_to`."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="attachments", verbose_name="记录")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="备注"
    )
    # False where the page of the entry shows neither name nor link to its reader.
    opens: bool = True

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["pk"]


class EvidenceKind(models.TextChoices):
    """Form of evidence of finished work: an edition of this platform, a web address or a file."""

    EDITION = "edition", "本平台公开的信息"
    ADDRESS = "address", "网页地址"
    FILE = "file", "文件"


class EvidenceVerdict(models.TextChoices):
    """Result of verifying a piece of evidence against its claim."""

    UNCHECKED = "unchecked", "未核验"
    HOLDS = "holds", "属实"
    FAILS = "fails", "不符"


class Evidence(models.Model):
    """Proof of completion: an edition, a URL or a file, with the automatic and the lead unit's verdict."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="evidence", verbose_name="记录")
    kind = models.CharField("类别", max_length=10, choices=EvidenceKind)
    title = models.CharField("名称", max_length=300)
    url = models.CharField("地址", max_length=500, blank=True)
    edition = models.BigIntegerField("公开版本编号", null=True, blank=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="文件")
    captured_at = models.DateTimeField("取证时间")
    digest = models.CharField("摘要值", max_length=64, blank=True)
    machine = models.CharField("系统核验", max_length=10, choices=EvidenceVerdict, default=EvidenceVerdict.UNCHECKED)
    lead = models.CharField("牵头单位核验", max_length=10, choices=EvidenceVerdict, default=EvidenceVerdict.UNCHECKED)
    words = models.CharField("说明", max_length=300, blank=True)
    added_by = models.CharField("提交人", max_length=120, blank=True)
    judged_by = models.CharField("核验人", max_length=120, blank=True)
    judged_at = models.DateTimeField("核验时间", null=True, blank=True)
    withdrawn = models.BooleanField("已撤回", default=False)
    #: Set by pages: true if the reader cannot open the edition now.
    gone = False

    class Meta:
        verbose_name = verbose_name_plural = "证据"
        ordering = ["pk"]


class ClockEvent(models.Model):
    """An insert-only event of an entry's clock (`law.Event`); the due date follows from all events.

    `on` is the day, `at` the moment for rules in hours. A wrong event is voided by a later row
    (`voids`). `irregular` names a breach of the deadline rules; such an event moves nothing.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="clock_events", verbose_name="记录", db_index=False)
    kind = models.CharField("事项", max_length=32)
    on = models.DateField("日期")
    at = models.DateTimeField("时刻", null=True, blank=True)
    value = models.PositiveIntegerField("数值", null=True, blank=True)
    until = models.DateField("规定日期", null=True, blank=True)
    voids = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="voided_by", verbose_name="更正的事项"
    )
    irregular = models.TextField("不合规定之处", blank=True)
    by = models.CharField("经手人", max_length=120)
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "计时事项"
        indexes = [models.Index(fields=["entry", "id"], name="clockevent_entry")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"计时事项（{self.on}）"


class RemovedEntry(models.Model):
    """Record that permits deleting an entry with its clock events, when an import is undone."""

    entry_id = models.BigIntegerField("记录编号", unique=True)
    number = models.CharField("编号", max_length=40)
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "已撤销的记录"

    def __str__(self) -> str:
        return self.number


class Told(models.Model):
    """A sent reminder or escalation; one row for each entry, step and due date prevents repetition.

    `said` is false for a milder step that was skipped because a more serious one was sent.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="told", verbose_name="记录")
    step = models.CharField("级别", max_length=24)
    due_at = models.DateTimeField("针对的到期时间")
    at = models.DateTimeField("时间", auto_now_add=True)
    said = models.BooleanField("已发出", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "已提醒"
        constraints = [models.UniqueConstraint(fields=["entry", "step", "due_at"], name="told_step_once")]


class Counter(models.Model):
    """The last number drawn from a series in a year (`ledger.entry_creation`)."""

    series = models.CharField("字头", max_length=24)
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="counter_once")]


class Mark(models.Model):
    """A value that a job stores between runs, such as the digest of the holiday calendar."""

    name = models.CharField("名称", max_length=40, primary_key=True)
    value = models.CharField("值", max_length=200)
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "作业标记"


class SavedFilter(models.Model):
    """A ledger filter that a person saved as a tab."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="filters", verbose_name="人员")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=500)
    position = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="filter_name_once")]


class Urging(models.Model):
    """A manual reminder to one unit about some of its entries.

    `received_at` is the time of acknowledgement, `raised_at` that of the escalation.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="urgings", verbose_name="被催办单位")
    entries = models.ManyToManyField(Entry, related_name="urgings", verbose_name="催办事项")
    words = models.CharField("催办意见", max_length=300, blank=True)
    sent_at = models.DateTimeField("催办时间")
    sent_by = models.CharField("催办人", max_length=120)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="催办人员")
    office = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="催办单位")
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    received_by = models.CharField("签收人", max_length=120, blank=True)
    answer = models.CharField("签收说明", max_length=300, blank=True)
    raised_at = models.DateTimeField("上报时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["body", "-sent_at"], name="urging_body_sent"),
            models.Index(fields=["sent_at"], condition=models.Q(raised_at__isnull=True), name="urging_not_raised"),
        ]

    def __str__(self) -> str:
        return f"催办{self.body.label}"


class Figure(models.Model):
    """Cached result of a count (`ledger.figures`); may be deleted at any time.

    `key` is a digest of the question and of the SQL that selects the rows, so that only users with
    the same rows share it. `asked` and `user` allow a recount, `wanted` is the last view,
    `counting` the start of a running recount.
    """

    key = models.CharField("键", max_length=64, primary_key=True)
    question = models.CharField("统计", max_length=40)
    asked = models.JSONField("条件", default=dict)
    user = models.BigIntegerField("查看人编号", null=True, blank=True)
    found = models.JSONField("结果", default=dict)
    at = models.DateTimeField("统计时间")
    wanted = models.DateTimeField("最近查看")
    counting = models.DateTimeField("开始重新统计", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "统计数"
        indexes = [models.Index(fields=["at"], name="figure_at")]
