"""State: catalogues by domain and version, their items, templates of columns, yearly checks."""

from django.db import models
from django.utils import timezone

from gongkai.acts.digest import digest
from gongkai.directory.states import CATALOGUE, TEMPLATE
from gongkai.editions.models import Column
from gongkai.tables.models import Record
from gongkai.units.models import Body, Level


class Catalogue(models.Model):
    """The standard catalogue of one domain of a government, in one version."""

    government = models.ForeignKey(Body, models.PROTECT, related_name="catalogues", verbose_name="政府")
    domain = models.CharField("领域", max_length=60)
    number = models.PositiveIntegerField("版次", default=1)
    state = models.CharField(
        "状态", max_length=12, choices=list(CATALOGUE.labels.items()), default=CATALOGUE.first, db_index=True
    )
    made_at = models.DateTimeField("建立时间", default=timezone.now)
    released_at = models.DateTimeField("启用时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "标准目录"
        ordering = ["domain", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["government", "domain", "number"], name="catalogue_version")
        ]

    def __str__(self) -> str:
        return f"{self.domain}领域第{self.number}版"

    @property
    def stream(self) -> str:
        """The name of its stream in the log."""
        return f"catalogue/{self.pk}"

    @property
    def unit(self) -> Body:
        """Whose it is."""
        return self.government


class CatalogueItem(models.Model):
    """One row of a catalogue. `columns` and `bodies` say where and by whom it is published; `key` finds it again in the next version."""

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
    columns = models.ManyToManyField(
        Column, blank=True, related_name="catalogue_items", verbose_name="公开栏目"
    )
    bodies = models.ManyToManyField(Body, blank=True, related_name="catalogue_items", verbose_name="对应单位")
    power = models.ForeignKey(
        Record,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="catalogue_items",
        verbose_name="权责事项",
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "目录事项"
        ordering = ["catalogue", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["catalogue", "key"], name="item_once_in_catalogue")]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """The name of its stream in the log."""
        return f"catalogueitem/{self.pk}"

    @property
    def title(self) -> str:
        """Both names."""
        return f"{self.first} › {self.second}" if self.second else self.first


def key_of(first: str, second: str, content: str) -> str:
    """Return by what an item is found again in another version: its names and what it says, blanks aside."""
    return digest("\n".join("".join(one.split()) for one in (first, second, content)).encode())


class ColumnTemplate(models.Model):
    """Columns for the sites of one level (栏目格式模板). `paths` are rows of path, content, cycle in days."""

    government = models.ForeignKey(
        Body, models.PROTECT, related_name="column_templates", verbose_name="制定单位"
    )
    name = models.CharField("名称", max_length=80)
    level = models.CharField("适用层级", max_length=12, choices=Level)
    paths = models.JSONField("栏目", default=list)
    state = models.CharField(
        "状态", max_length=12, choices=list(TEMPLATE.labels.items()), default=TEMPLATE.first
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

    @property
    def stream(self) -> str:
        """The name of its stream in the log."""
        return f"columntemplate/{self.pk}"

    @property
    def unit(self) -> Body:
        """Whose it is."""
        return self.government
