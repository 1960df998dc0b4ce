"""Models of accountability: bulletins, talks, look-back, training, staff and funds."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.full_text_sources import FullTextRevision, FullTextSource
from gongkai.content.editions.models.editions import ItemKind
from gongkai.core.files.models import Paper
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, BodyKind
from gongkai.oversight.assessment.models.rounds import Round


class BulletinKind(models.TextChoices):
    """Purpose of a bulletin to units: praise, criticism or a list of problems."""

    PRAISE = "praise", "通报表扬"
    CRITICISM = "criticism", "通报批评"
    PROBLEMS = "problems", "问题通报"


class Bulletin(FullTextSource):
    """A bulletin (通报) on units or persons.

    A bulletin for the public (`public`) needs the approval of the government's head (V-13). Once
    issued, its text is a revision that is reviewed and published like any other.
    """

    source_name: ClassVar[str] = "bulletin"

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="政府")
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="bulletins", verbose_name="考核"
    )
    # The field cannot be named `kind`, which is the portal's kind of information.
    what = models.CharField("类别", max_length=10, choices=BulletinKind)
    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文")
    units = models.ManyToManyField(Body, related_name="+", blank=True, verbose_name="通报的单位")
    persons = models.CharField("通报的个人", max_length=300, blank=True)
    public = models.BooleanField("向社会公开", default=False)
    state = models.CharField("状态", max_length=12)
    number = models.CharField("文号", max_length=60, blank=True)
    approved_by = models.CharField("批准人", max_length=120, blank=True)
    approved_on = models.DateField("批准日期", null=True, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    entries = models.ManyToManyField(Entry, related_name="+", blank=True, verbose_name="整改")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def state_label(self) -> str:
        """Return the label of the bulletin's state."""
        from gongkai.oversight.assessment.states import BULLETIN_MACHINE

        return BULLETIN_MACHINE.labels.get(self.state, self.state)

    @property
    def unit(self) -> Body:
        """Return the government's office, whose staff write and sign it."""
        offices = Body.objects.filter(parent=self.body_id, kind=BodyKind.GENERAL_OFFICE, active_to=None)
        return offices.order_by("pk").first() or self.body

    @property
    def kind(self) -> str:
        """Return the portal's kind of information."""
        return ItemKind.NOTICE.value

    @property
    def office_url(self) -> str:
        """Return the URL of the page where it is edited."""
        return reverse("assessment:bulletin", args=[self.pk])

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return the reasons against publication, such as a missing approval."""
        if not self.public:
            return ["这份通报没有批准向社会公开。"]
        return [] if self.issued_on else ["通报批准、印发后才能公开。"]


class BulletinRevision(FullTextRevision):
    """The text of a bulletin as issued."""

    source = models.ForeignKey(Bulletin, models.CASCADE, related_name="revisions", verbose_name="通报")

    class Meta(FullTextRevision.Meta):
        verbose_name = verbose_name_plural = "通报的各稿"


class TalkKind(models.TextChoices):
    """Form of contact with a weak unit: a formal talk (约谈), help or a visit."""

    TALK = "talk", "约谈"
    HELP = "help", "“点对点”帮扶"
    VISIT = "visit", "调研督导"


class Talk(models.Model):
    """A talk with a unit or a support visit: problems, demands and solutions."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="talks", verbose_name="单位")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="talks", verbose_name="考核")
    kind = models.CharField("类别", max_length=8, choices=TalkKind)
    on = models.DateField("日期")
    held_by = models.CharField("主持人", max_length=120)
    attended = models.CharField("参加人员", max_length=300, blank=True)
    problems = models.TextField("指出的问题")
    demands = models.TextField("要求", blank=True)
    solved = models.TextField("解决的问题", blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, blank=True, related_name="talk", verbose_name="整改")

    class Meta:
        verbose_name = verbose_name_plural = "约谈、帮扶"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.body.label}：{self.get_kind_display()}"


class YearlyTimes(models.Model):
    """The number of times a year that a government must circulate results or hold talks (V-01: 定期通报)."""

    class What(models.TextChoices):
        """Activity that a government has to carry out a number of times a year."""

        BULLETIN = "bulletin", "通报"
        TALK = "talk", "约谈"

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="政府")
    year = models.PositiveSmallIntegerField("年度")
    what = models.CharField("事项", max_length=10, choices=What)
    least = models.PositiveSmallIntegerField("每年至少（次）", default=1)
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "通报、约谈次数"
        ordering = ["-year", "what", "pk"]
        constraints = [models.UniqueConstraint(fields=["body", "year", "what"], name="assessment_times_once")]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_what_display()}"


class Pursuit(models.Model):
    """A grave case of accountability (追责, V-11): subject, rule, authority, result, publication."""

    class Result(models.TextChoices):
        """Sanction in a case of accountability (追责); `ADJUSTED`: removed from the post."""

        TALK = "talk", "批评教育、谈话提醒"
        INSPECTION = "inspection", "责令检查"
        ADMONITION = "admonition", "诫勉"
        ADJUSTED = "adjusted", "组织调整"
        PUNISHED = "punished", "处分"
        OTHER = "other", "其他处理"

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="被追责单位")
    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, null=True, blank=True, related_name="pursuits", verbose_name="有关通报"
    )
    on = models.DateField("决定日期")
    matter = models.TextField("事由")
    persons = models.CharField("被追责人员", max_length=300, blank=True)
    basis = models.CharField("依据", max_length=300, help_text="法律、法规或者文件的名称和条款")
    authority = models.CharField("决定机关", max_length=120)
    result = models.CharField("处理结果", max_length=12, choices=Result)
    words = models.CharField("处理情况", max_length=300, blank=True)
    published_on = models.DateField("公开日期", null=True, blank=True)
    address = models.URLField("公开网址", max_length=500, blank=True)
    withheld = models.CharField("不公开的理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "追责"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.body.label}：{self.get_result_display()}"


class TalkPaper(Paper):
    """A document of a talk: notice, minutes, sign-in sheet."""

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="papers", verbose_name="约谈、帮扶")

    class Meta(Paper.Meta):
        verbose_name = verbose_name_plural = "约谈、帮扶材料"


class LookBack(models.Model):
    """A look-back (回头看) on a closed rectification: it `holds`, or another one was ordered (`again`)."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="look_back", verbose_name="整改")
    holds = models.BooleanField("整改到位")
    on = models.DateField("日期")
    words = models.TextField("情况")
    by = models.CharField("检查人", max_length=120)
    again = models.OneToOneField(
        Entry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="重新下达的整改"
    )

    class Meta:
        verbose_name = verbose_name_plural = "整改回头看"


class TrainingKind(models.TextChoices):
    """Training that notices require (V-09); `CIVIL`: a part of civil-service training."""

    TRAINING = "training", "业务培训"
    SEMINAR = "seminar", "研讨交流"
    LEADERS = "leaders", "领导干部学法"
    FIRST = "first", "初任培训"
    CIVIL = "civil", "公务员培训科目"


class Training(models.Model):
    """A training event of a unit."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="trainings", verbose_name="举办单位")
    kind = models.CharField("类别", max_length=10, choices=TrainingKind)
    on = models.DateField("日期")
    topic = models.CharField("主题", max_length=200)
    attendance = models.PositiveIntegerField("参加人数")
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1, default=0)
    requests = models.BooleanField("含依申请公开内容", default=False)
    material = models.CharField("材料", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "培训"
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["body", "on"], name="assessment_training_body")]

    def __str__(self) -> str:
        return f"{self.body.label}：{self.topic}"


class TrainingPaper(Paper):
    """A document of a training: programme, sign-in sheet, photos, material."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="papers", verbose_name="培训")

    class Meta(Paper.Meta):
        verbose_name = verbose_name_plural = "培训材料"


class TrainingDemand(models.Model):
    """The required number of training events of a kind in a year, for which units, and its source."""

    class Whom(models.TextChoices):
        """The units to which a requirement applies."""

        OFFICE = "office", "政府办公室"
        DEPARTMENTS = "departments", "政府部门"
        ALL = "all", "各单位"

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="政府")
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("类别", max_length=10, choices=TrainingKind)
    whom = models.CharField("对象", max_length=12, choices=Whom, default=Whom.ALL)
    least = models.PositiveSmallIntegerField("每年至少（次）", default=1)
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "培训要求"
        ordering = ["-year", "pk"]
        constraints = [models.UniqueConstraint(fields=["body", "year", "kind", "whom"], name="assessment_demand_once")]


#: Figures of a unit's staff and funds; the form and the spreadsheet read this list.
PROVISION_FIELDS = ("full_time", "part_time", "team", "skills", "budget", "spent", "contract")


class Provision(models.Model):
    """A unit's staff and funds for open government in a year (V-14, W-04)."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="provisions", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年度")
    full_time = models.PositiveSmallIntegerField("专职人员", default=0)
    part_time = models.PositiveSmallIntegerField("兼职人员", default=0)
    team = models.CharField("内设机构或者牵头科室", max_length=120, blank=True)
    skills = models.CharField("人员专长", max_length=200, blank=True, help_text="采集、策划、编辑、数据分析、安全等")
    budget = models.DecimalField("列入预算的经费（万元）", max_digits=10, decimal_places=2, default=0)
    spent = models.DecimalField("实际支出（万元）", max_digits=10, decimal_places=2, default=0)
    contract = models.CharField("运维单位、合同编号", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "人员和经费"
        ordering = ["-year", "body__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="assessment_provision_once")]

    def __str__(self) -> str:
        return f"{self.body.label}{self.year}年"


class OutsideRanking(models.Model):
    """An external award or ranking (V-07) with the decision and the use of its findings."""

    class Decision(models.TextChoices):
        """Decision on an invitation to an external award or ranking."""

        OPEN = "open", "待定"
        JOIN = "join", "参加"
        DECLINE = "decline", "不参加"

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="受邀单位")
    on = models.DateField("收到日期")
    name = models.CharField("评比、排名名称", max_length=200)
    organiser = models.CharField("举办者", max_length=200)
    official = models.BooleanField("政府机关举办", default=False)
    fee = models.BooleanField("收费", default=False)
    decision = models.CharField("决定", max_length=8, choices=Decision, default=Decision.OPEN)
    reason = models.CharField("理由", max_length=300, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    findings = models.TextField("指出的问题", blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="整改")

    class Meta:
        verbose_name = verbose_name_plural = "外部评比、排名"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.name
