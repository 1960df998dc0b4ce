"""The year's catalogue of decisions."""

from typing import TypedDict

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.core.acts.models import RowName
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.core.units.queries import get_name_on


class DraftKind(models.TextChoices):
    """Drafts open to comments; each kind has its statutory period (rule sets of `law`)."""

    DECISION = "decision_draft", "重大行政决策"
    RULE = "rule_draft", "政府规章"
    BUSINESS = "business_draft", "涉企行政规范性文件"


class ParticipationWay(models.TextChoices):
    """Methods of public participation in a decision (国令第713号第十四条)."""

    COMMENT = "comment", "公开征求意见"
    HEARING = "hearing", "听证会"
    MEETING = "meeting", "座谈会"
    VISIT = "visit", "实地走访"
    SURVEY = "survey", "问卷调查、民意调查"
    WRITTEN = "written", "书面征求意见"


class CatalogueRow(TypedDict):
    """A row of a published catalogue, as stored in `Catalogue.shown`."""

    decision: int
    title: str
    body: str
    partners: str
    basis: str
    timetable: str
    ways: str


class Catalogue(models.Model):
    """A government's (or department's) decisions of a year (年度重大行政决策事项目录).

    `shown` is a copy of the published rows; public pages read only it.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="decision_catalogues", verbose_name="制定机关")
    year = models.PositiveSmallIntegerField("年度")
    consent = models.CharField(
        "同级党委同意", max_length=200, blank=True, help_text="会议或文件，如：市委常委会第12次会议研究同意"
    )
    shown = models.JSONField("已公布的内容", default=list, editable=False)
    shown_at = models.DateTimeField("公布时间", null=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "决策事项目录"
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="catalogue_once_a_year")]
        ordering = ["-year", "body"]

    def __str__(self) -> str:
        day = timezone.localdate(self.shown_at) if self.shown_at else None
        return f"{get_name_on(self.body, day)}{self.year}年度重大行政决策事项目录"

    @property
    def unit(self) -> Body:
        """Return the unit of the catalogue."""
        return self.body

    stream = RowName("catalogue")


class Decision(models.Model):
    """A major administrative decision (重大行政决策); its ledger entry has title and drafting unit.

    `exempt` is the legal ground for no public comment, `submitted` the documents of the submission,
    `document` the resulting policy document.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="decision")
    catalogue = models.ForeignKey(
        Catalogue, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="目录"
    )
    position = models.PositiveIntegerField("序号", default=1)
    partners = models.CharField("会同单位", max_length=200, blank=True)
    basis = models.CharField("决策依据", max_length=300, blank=True)
    planned_on = models.DateField("计划完成时间")
    timetable = models.CharField("时间安排", max_length=200, blank=True, help_text="如：6月征求意见，9月提请审议")
    ways = models.JSONField("公众参与方式", default=list)
    draft_kind = models.CharField("类型", max_length=16, choices=DraftKind, default=DraftKind.DECISION)
    exempt = models.CharField("不公开征求意见的依据和理由", max_length=300, blank=True)
    submitted_on = models.DateField("提请审议日期", null=True, blank=True)
    submitted = models.JSONField("提请审议的材料", default=dict)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    meeting = models.CharField("审议会议", max_length=200, blank=True)
    document = models.ForeignKey(
        Document, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name="决定文件"
    )
    evaluation = models.CharField("后评估的安排", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "重大行政决策"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.entry.title

    @property
    def unit(self) -> Body:
        """Return the drafting unit."""
        return self.entry.body

    @property
    def way_labels(self) -> list[str]:
        """Return the labels of the known ways of participation."""
        return [str(dict(ParticipationWay.choices)[way]) for way in self.ways if way in ParticipationWay.values]

    def row(self) -> CatalogueRow:
        """Return the row for a catalogue; without a timetable it has the planned month."""
        return {
            "decision": self.pk,
            "title": self.entry.title,
            "body": self.entry.body.name,
            "partners": self.partners,
            "basis": self.basis,
            "timetable": self.timetable or f"{self.planned_on:%Y}年{self.planned_on.month}月底前完成",
            "ways": "、".join(self.way_labels),
        }


class CatalogueChange(models.Model):
    """A change of a published catalogue with its reason (目录调整); never changed or deleted."""

    class What(models.TextChoices):
        """Changes of a published catalogue of decisions: an item added, altered or removed."""

        ADDED = "added", "新增事项"
        ALTERED = "altered", "调整事项"
        REMOVED = "removed", "调出事项"

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="changes", verbose_name="目录")
    title = models.CharField("事项", max_length=300)
    what = models.CharField("调整", max_length=8, choices=What)
    words = models.CharField("调整内容", max_length=500, blank=True)
    reason = models.CharField("调整理由", max_length=300)
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.CharField("经手人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "目录调整"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_what_display()}：{self.title}"


class Examination(models.Model):
    """An examination of a decision's draft (国令第713号第三章); the last of its kind counts.

    Its papers are evidence of the entry.
    """

    class What(models.TextChoices):
        """The steps in the order of the regulation."""

        EXPERTS = "experts", "专家论证"
        RISK = "risk", "风险评估"
        COMPETITION = "competition", "公平竞争审查"
        LEGALITY = "legality", "合法性审查"

    class Result(models.TextChoices):
        """Results of a procedural step; `MENDED`: passed after changes of the draft."""

        PASSED = "passed", "通过"
        MENDED = "mended", "修改后通过"
        FAILED = "failed", "不通过"
        NEEDLESS = "needless", "不适用"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="examinations", verbose_name="决策事项")
    what = models.CharField("环节", max_length=12, choices=What)
    on = models.DateField("完成日期")
    organ = models.CharField("组织、审查单位", max_length=120)
    result = models.CharField("结论", max_length=8, choices=Result)
    words = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "程序环节"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_what_display()}：{self.get_result_display()}"
