"""Models of faults, site operation and restore drills."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.intake.declared_fields import declare
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedWordsField
from gongkai.work.newmedia.models import Account


class Upkeep(models.Model):
    """The operating record (运行档案) of one site or account.

    `leader` is responsible for its content (网络意识形态责任制). Duty reading (值班读网) starts on
    `reading_from`, on all days or on working days only. `reminded` is the last day without a log of
    which users were reminded.
    """

    website = models.OneToOneField(Website, models.PROTECT, null=True, related_name="upkeep", verbose_name="网站")
    account = models.OneToOneField(Account, models.PROTECT, null=True, related_name="upkeep", verbose_name="账号")
    supervisor = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主管单位"
    )
    undertaker = models.CharField("承办单位", max_length=120, blank=True)
    leader = models.CharField("责任领导（网络意识形态责任制）", max_length=120, blank=True, default="", db_default="")
    technical = models.CharField("技术团队", max_length=120, blank=True)
    technical_contact = models.CharField("技术负责人和电话", max_length=120, blank=True)
    content = models.CharField("内容团队", max_length=120, blank=True)
    content_contact = models.CharField("内容负责人和电话", max_length=120, blank=True)
    reading_from = models.DateField("值班读网开始日期", null=True, blank=True)
    every_day = models.BooleanField("双休日、节假日也值班读网", default=True)
    reminded = models.DateField("已提醒到", null=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "运行档案"
        constraints = [
            models.CheckConstraint(condition=models.Q(website=None) ^ models.Q(account=None), name="upkeep_of_one")
        ]

    def __str__(self) -> str:
        return str(self.place.name)

    @property
    def place(self) -> Website | Account:
        """Return the site or account of the record."""
        place = self.website or self.account
        assert place is not None
        return place

    @property
    def body(self) -> Body:
        """Return the unit that owns the site or account (主办单位)."""
        return self.place.body

    stream = RowName("upkeep")


class RegulationKind(models.TextChoices):
    """The five regulations that every site and account needs."""

    TECHNICAL = "technical", "技术保障"
    CONTENT = "content", "内容统筹"
    PUBLISHING = "publishing", "信息发布"
    READING = "reading", "值班读网"
    RUNNING = "running", "运行维护"


class Regulation(models.Model):
    """A regulation of a site; the newest one in force counts, earlier ones stay."""

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="regulations", verbose_name="运行档案")
    kind = models.CharField("制度", max_length=10, choices=RegulationKind)
    title = models.CharField("名称", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    since = models.DateField("施行日期")
    ended_on = models.DateField("停止执行日期", null=True, blank=True)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    file_name = models.CharField("文件名", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "运行制度"
        ordering = ["kind", "-since", "-pk"]

    def __str__(self) -> str:
        return self.title


class Funding(models.Model):
    """Cost and contract of a site or account in a year."""

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="fundings", verbose_name="运行档案")
    year = models.PositiveSmallIntegerField("年度")
    budget = models.DecimalField("预算（万元）", max_digits=9, decimal_places=2)
    contract = models.CharField("运维合同", max_length=120, blank=True)
    contractor = models.CharField("服务单位", max_length=120, blank=True)
    until = models.DateField("合同到期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "运行经费"
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["upkeep", "year"], name="funding_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year}"


class SiteTeam(models.TextChoices):
    """The teams of a site: editing and technical."""

    TECHNICAL = "technical", "技术团队"
    CONTENT = "content", "内容团队"


class TeamSkill(models.TextChoices):
    """Skills of a team member (Yuzhong-2022 十三)."""

    GATHERING = "gathering", "采集"
    PLANNING = "planning", "策划"
    EDITING = "editing", "编辑"
    DATA = "data", "数据分析"
    SECURITY = "security", "安全"


class Member(models.Model):
    """A member of a site's editing or technical team, with skill and last training."""

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="members", verbose_name="运行档案")
    name = models.CharField("姓名", max_length=60)
    team = models.CharField("团队", max_length=10, choices=SiteTeam)
    field = models.CharField("专长", max_length=10, choices=TeamSkill)
    trained_on = models.DateField("最近培训", null=True, blank=True)
    training = models.CharField("培训内容", max_length=120, blank=True)
    left_on = models.DateField("离开日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "团队成员"
        ordering = ["team", "field", "pk"]

    def __str__(self) -> str:
        return self.name


class HandoverPart(models.TextChoices):
    """The kinds of material in the handover of a site."""

    RIGHTS = "rights", "权限移交"
    CODE = "code", "代码移交"
    INTERFACES = "interfaces", "接口移交"
    DATA = "data", "数据移交"
    TRAINING = "training", "操作培训"


class Handover(models.Model):
    """A line of the handover checklist, signed by recipient and witness."""

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="handovers", verbose_name="运行档案")
    part = models.CharField("事项", max_length=10, choices=HandoverPart)
    what = models.CharField("移交内容", max_length=500)
    giver = models.CharField("移交单位和移交人", max_length=120)
    on = models.DateField("移交日期")
    received_by = models.CharField("接收人", max_length=60, blank=True)
    received_person = models.BigIntegerField(null=True, editable=False)
    received_at = models.DateTimeField("接收签字时间", null=True)
    witnessed_by = models.CharField("监交人", max_length=60, blank=True)
    witnessed_at = models.DateTimeField("监交签字时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "移交清单"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["upkeep", "part"], name="handover_part_once")]

    def __str__(self) -> str:
        return str(self.get_part_display())

    @property
    def body(self) -> Body:
        """Return the unit of the site."""
        return self.upkeep.body

    @property
    def stream(self) -> str:
        """Return the name of the site's log stream."""
        return self.upkeep.stream


class Turn(models.Model):
    """The person assigned to read a site or account on a day (值班读网)."""

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="turns", verbose_name="运行档案", db_index=False)
    day = models.DateField("日期")
    name = models.CharField("值班人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "值班安排"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["upkeep", "day"], name="turn_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class DailyLog(models.Model):
    """The log of a day's reading; insert-only, a second reading is another row."""

    upkeep = models.ForeignKey(Upkeep, models.CASCADE, related_name="logs", verbose_name="运行档案", db_index=False)
    day = models.DateField("日期")
    words = models.CharField("检查情况", max_length=500)
    by = models.CharField("值班人", max_length=60)
    at = models.DateTimeField("登记时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "读网日志"
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["upkeep", "-day"], name="dailylog_day")]

    def __str__(self) -> str:
        return f"{self.day}"


class DailyFind(models.Model):
    """A problem found in the daily reading of a site, and its rectification."""

    log = models.ForeignKey(DailyLog, models.CASCADE, related_name="finds", verbose_name="读网日志")
    address = models.CharField("网址", max_length=500, blank=True)
    what = models.CharField("问题", max_length=300)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+", verbose_name="整改")

    class Meta:
        verbose_name = verbose_name_plural = "读网发现"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what[:60]


class RestoreDrill(models.Model):
    """A backup restored for verification and compared with its seal; insert-only."""

    at = models.DateTimeField("演练时间", default=timezone.now)
    made_at = models.CharField("备份时间", max_length=40)
    ok = models.BooleanField("完好")
    movements = models.PositiveBigIntegerField("流水（条）", default=0)
    files = models.PositiveBigIntegerField("文件（个）", default=0)
    broken = models.CharField("问题", max_length=300, blank=True)
    name = models.CharField("备份文件", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复演练"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(timezone.localdate(self.at))

    stream = "restoredrill/0"


class FaultKind(models.TextChoices):
    """Kinds of faults that visitors can report of a website; `STALE`: long not updated."""

    WORDING = "wording", "错别字、表述错误"
    LINK = "link", "链接、附件打不开"
    STALE = "stale", "内容长期不更新"
    CONTENT = "content", "内容不准确"
    PRIVACY = "privacy", "泄露个人信息"
    FUNCTION = "function", "功能不能用"
    OTHER = "other", "其他"


class FaultAnswerSatisfaction(models.IntegerChoices):
    """Degrees of satisfaction with an answer."""

    GOOD = 3, "满意"
    FAIR = 2, "基本满意"
    POOR = 1, "不满意"


class Fault(models.Model):
    """A fault reported by a reader; `text` is erased with the reader's data, the answer stays."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="fault")
    website = models.ForeignKey(Website, models.SET_NULL, null=True, related_name="faults", verbose_name="网站")
    page = declare(
        EncryptedWordsField("网页地址", blank=True), help="从网页页脚点“我为政府网站找错”会自动填好。", most=500
    )
    kind = declare(models.CharField("问题类型", max_length=12, choices=FaultKind))
    text = declare(
        EncryptedWordsField("问题描述"),
        help="写清楚哪一处、错在哪里。请不要填写身份证号码、银行卡号等与问题无关的个人信息。",
        least=5,
        most=2000,
        rows=6,
    )
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        "满意度",
        choices=FaultAnswerSatisfaction,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
    )
    remark = EncryptedWordsField("评价意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "网站找错"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.pk}）"
