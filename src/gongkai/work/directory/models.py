"""Models of catalogues, items, column templates, follow-ups and yearly checks."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.full_text_sources import FullTextRevision, FullTextSource
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.models.editions import ItemKind
from gongkai.core.acts.digest import digest
from gongkai.core.acts.models import RowName
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, BodyLevel
from gongkai.work.directory.states import CATALOGUE_MACHINE, TEMPLATE_MACHINE
from gongkai.work.tables.models import Record


class Catalogue(models.Model):
    """The standard catalogue of one domain of a government, in one version."""

    government = models.ForeignKey(Body, models.PROTECT, related_name="catalogues", verbose_name="政府")
    domain = models.CharField("领域", max_length=60)
    number = models.PositiveIntegerField("版次", default=1)
    state = models.CharField(
        "状态",
        max_length=12,
        choices=list(CATALOGUE_MACHINE.labels.items()),
        default=CATALOGUE_MACHINE.first,
        db_index=True,
    )
    made_at = models.DateTimeField("建立时间", default=timezone.now)
    released_at = models.DateTimeField("启用时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    # Catalogues of decisions have streams of the same names.
    action_prefix = "directory."

    class Meta:
        verbose_name = verbose_name_plural = "标准目录"
        ordering = ["domain", "-number"]
        constraints = [models.UniqueConstraint(fields=["government", "domain", "number"], name="catalogue_version")]

    def __str__(self) -> str:
        return f"{self.domain}领域第{self.number}版"

    stream = RowName("catalogue")


class CatalogueItem(models.Model):
    """A row of a catalogue, with its columns and bodies; `key` is stable across versions."""

    catalogue = models.ForeignKey(Catalogue, models.CASCADE, related_name="items", verbose_name="目录")
    position = models.PositiveIntegerField("序号", default=0)
    first = models.CharField("一级事项", max_length=120)
    second = models.CharField("二级事项", max_length=120, blank=True)
    content = models.TextField("公开内容（要素）")
    basis = models.TextField("公开依据", blank=True)
    time_limit = models.CharField("公开时限", max_length=300, blank=True)
    responsible = models.CharField("公开主体", max_length=300, blank=True)
    channels = models.JSONField("公开渠道和载体", default=list)
    everybody = models.BooleanField("全社会", default=True)
    group = models.CharField("特定群体", max_length=120, blank=True)
    proactive = models.BooleanField("主动", default=True)
    on_request = models.BooleanField("依申请", default=False)
    county = models.BooleanField("县级", default=True)
    township = models.BooleanField("乡级", default=False)
    key = models.CharField("标识", max_length=64, db_index=True)
    columns = models.ManyToManyField(Column, blank=True, related_name="catalogue_items", verbose_name="公开栏目")
    bodies = models.ManyToManyField(Body, blank=True, related_name="catalogue_items", verbose_name="对应单位")
    power = models.ForeignKey(
        Record, models.SET_NULL, null=True, blank=True, related_name="catalogue_items", verbose_name="权责事项"
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "目录事项"
        ordering = ["catalogue", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["catalogue", "key"], name="item_once_in_catalogue")]

    def __str__(self) -> str:
        return self.title

    stream = RowName("catalogueitem")

    @property
    def title(self) -> str:
        """Return the first- and second-level names, joined."""
        return f"{self.first} › {self.second}" if self.second else self.first


class CellFinding(models.Model):
    """A person's decision on which documents are a catalogue item of a unit.

    No documents: nothing is public, until something new is published in the item's columns.
    Otherwise the decision holds while one of the documents is public there.
    """

    item = models.ForeignKey(CatalogueItem, models.CASCADE, related_name="findings", verbose_name="目录事项")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="责任单位")
    documents = models.ManyToManyField(
        Document, blank=True, related_name="catalogue_findings", verbose_name="本事项的信息"
    )
    found_at = models.DateTimeField("核对时间", default=timezone.now)
    found_by = models.CharField("核对人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "共用栏目核对"
        ordering = ["item", "unit"]
        constraints = [models.UniqueConstraint(fields=["item", "unit"], name="cell_finding_once")]

    def __str__(self) -> str:
        return f"{self.item}（{self.unit.label}）"


def make_item_key(first: str, second: str, content: str) -> str:
    """Return the key that identifies an item across versions."""
    return digest("\n".join("".join(text.split()) for text in (first, second, content)).encode())


class ColumnTemplate(models.Model):
    """Columns for sites of one level (栏目格式模板): rows of path, content, cycle in days."""

    government = models.ForeignKey(Body, models.PROTECT, related_name="column_templates", verbose_name="制定单位")
    name = models.CharField("名称", max_length=80)
    level = models.CharField("适用层级", max_length=12, choices=BodyLevel)
    paths = models.JSONField("栏目", default=list)
    state = models.CharField(
        "状态", max_length=12, choices=list(TEMPLATE_MACHINE.labels.items()), default=TEMPLATE_MACHINE.first
    )
    made_by = models.BigIntegerField("制定人编号", null=True, blank=True)
    cleared_at = models.DateTimeField("审定时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "栏目模板"
        ordering = ["level", "name"]
        constraints = [models.UniqueConstraint(fields=["government", "name"], name="template_name")]

    def __str__(self) -> str:
        return self.name

    stream = RowName("columntemplate")


class FollowupKind(models.TextChoices):
    """Documents that a government owes after a ministry's act on disclosure standards."""

    RULES = "rules", "信息公开实施细则"
    GUIDELINE = "guideline", "基层政务公开标准指引"
    CATALOGUE = "catalogue", "基层政务公开标准目录"


class Followup(models.Model):
    """A unit's follow-up within three months of a ministry's act
    (渝府办发〔2021〕50号三（三）、四（三）): the act, and the day of each step."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="followup")
    domain = models.CharField("领域", max_length=60)
    outcome = models.CharField("成果", max_length=10, choices=FollowupKind, default=FollowupKind.RULES)
    act_title = models.CharField("国家规定", max_length=300, blank=True)
    act_number = models.CharField("文号", max_length=80, blank=True)
    act_on = models.DateField("国家规定日期", null=True, blank=True)
    drafted_on = models.DateField("起草日期", null=True, blank=True)
    submitted_on = models.DateField("报审日期", null=True, blank=True)
    approved_on = models.DateField("批准日期", null=True, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    number = models.CharField("发文字号", max_length=80, blank=True)
    address = models.URLField("公开网址", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "跟进制定"

    def __str__(self) -> str:
        return f"{self.domain}领域{self.get_outcome_display()}"


class CellVerdict(models.TextChoices):
    """Verdict of a yearly check on one sampled cell of the catalogue."""

    GOOD = "good", "符合"
    PARTLY = "partly", "部分符合"
    BAD = "bad", "不符合"


class YearlyCheck(FullTextSource):
    """A yearly check of the catalogue (渝府办发〔2021〕50号三（三）a2) on a random sample of its cells.

    `seed` is published with the result, so that anybody can repeat the draw (`checks.draw_cells`).
    """

    source_name: ClassVar[str] = "catalogue_check"

    government = models.ForeignKey(Body, models.PROTECT, related_name="catalogue_checks", verbose_name="检查单位")
    year = models.PositiveSmallIntegerField("年度")
    seed = models.CharField("抽样号", max_length=16)
    among = models.PositiveIntegerField("应公开的总数", default=0)
    third_party = models.CharField("受委托的第三方", max_length=120, blank=True)
    made_at = models.DateTimeField("抽样时间", default=timezone.now)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "标准目录落实情况检查"
        ordering = ["-year", "-pk"]
        constraints = [models.UniqueConstraint(fields=["government", "year"], name="catalogue_check_yearly")]

    def __str__(self) -> str:
        return f"{self.government.name}{self.year}年基层政务公开标准目录落实情况检查"

    @property
    def unit(self) -> Body:
        """Return the government that carries out the check."""
        return self.government

    @property
    def body(self) -> Body:
        """Return the check's government, for the rules of editions."""
        return self.government

    @property
    def kind(self) -> str:
        """Return the kind of information for the portal."""
        return ItemKind.REPORT.value

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return reasons against publication: verdicts are missing or changed later."""
        remaining = self.cells.filter(verdict="").count()
        if remaining:
            return [f"还有{remaining}项没有检查。"]
        changed = self.cells.filter(judged_at__gt=self.latest.at).exists() if self.latest else False
        return ["检查结论有改动，请重新生成结果。"] if changed else []


class YearlyCheckRevision(FullTextRevision):
    """The text of a check's result."""

    source = models.ForeignKey(YearlyCheck, models.CASCADE, related_name="revisions", verbose_name="检查")

    class Meta(FullTextRevision.Meta):
        verbose_name = verbose_name_plural = "检查结果的各稿"


class CheckedCell(models.Model):
    """A sampled item and unit, with its state on the day of the draw and its verdict."""

    check_of = models.ForeignKey(YearlyCheck, models.CASCADE, related_name="cells", verbose_name="检查")
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="checked", verbose_name="目录事项")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="责任单位")
    seen = models.CharField("系统核对", max_length=12)
    count = models.PositiveIntegerField("已公开条数", default=0)
    verdict = models.CharField("结论", max_length=8, choices=CellVerdict, blank=True)
    words = models.CharField("问题", max_length=300, blank=True)
    judged_at = models.DateTimeField("检查时间", null=True, blank=True)
    judged_by = models.CharField("检查人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽查事项"
        ordering = ["check_of", "pk"]
        constraints = [models.UniqueConstraint(fields=["check_of", "item", "unit"], name="checked_cell_once")]

    def __str__(self) -> str:
        return f"{self.item}（{self.unit.label}）"
