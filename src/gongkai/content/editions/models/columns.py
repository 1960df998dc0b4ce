"""Columns (栏目) of the sites and their register: owner, person, cycle, content."""

from django.db import models

from gongkai.content.editions.models.sites import Website
from gongkai.core.units.models import Body, Person
from gongkai.core.units.models.bodies import TreeModel


class ColumnKind(models.TextChoices):
    """Type of a website column: ordinary, for a special topic, or a link to another page."""

    NORMAL = "normal", "普通栏目"
    TOPIC = "topic", "专题栏目"
    LINK = "link", "链接栏目"


class ColumnUse(models.TextChoices):
    """The units that may publish in a column; applies also to descendants without their own setting."""

    AS_ABOVE = "", "与上级栏目相同"
    ALL = "all", "本网站各单位"
    NAMED = "named", "责任单位和指定的单位"


#: Update cycles offered in the register: days → label; 0 is for content that changes only with the facts.
UPDATE_CYCLE_LABELS: dict[int, str] = {
    1: "每日更新",
    7: "每周更新",
    14: "每两周更新",
    31: "每月更新",
    92: "每季度更新",
    183: "每半年更新",
    366: "每年更新",
    0: "内容固定，有变化时更新",
}


class Column(TreeModel):
    """A column (栏目) of a site, in which documents are listed.

    Its name and content are public, so they change only by `actions.columns`. `key` is the chain of
    normalised names from the root (`政府信息公开>法定主动公开内容`), which is unique; `path` the
    chain of primary keys, by which a subtree is an indexed prefix.
    """

    website = models.ForeignKey(Website, models.PROTECT, related_name="columns", verbose_name="网站")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级栏目"
    )
    name = models.CharField("栏目名称", max_length=80)
    key = models.CharField("规范名称路径", max_length=600, editable=False)
    path = models.CharField("编号路径", max_length=200, blank=True, db_index=True, editable=False)
    kind = models.CharField("类型", max_length=8, choices=ColumnKind, default=ColumnKind.NORMAL)
    link = models.URLField("链接地址", max_length=300, blank=True)
    content = models.TextField("栏目内容说明", blank=True)
    owner = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="columns", verbose_name="责任单位"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="columns", verbose_name="责任人"
    )
    cycle_days = models.PositiveSmallIntegerField("更新周期（天）", null=True, blank=True)
    position = models.PositiveIntegerField("排序", default=1000)
    admits = models.CharField(
        "发布单位", max_length=5, choices=ColumnUse, default="", db_default="", blank=True, editable=False
    )
    publishers = models.ManyToManyField(
        Body, related_name="+", blank=True, editable=False, verbose_name="指定的发布单位"
    )
    fixed = models.CharField("法定固定栏目", max_length=40, blank=True, editable=False)
    provisional = models.BooleanField(
        "过渡栏目", default=False, help_text="栏目尚未开通的信息先放在这里，开通后批量移入"
    )
    opened_at = models.DateTimeField("开通时间", null=True, blank=True, editable=False)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True, editable=False)
    archive_note = models.CharField("归档说明", max_length=200, blank=True)
    made_from = models.CharField("由何产生", max_length=200, blank=True, help_text="如某份任务分工通知")
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "栏目"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["website", "key"], name="column_once_in_site")]

    @property
    def unit(self) -> Body:
        """Return the body of the column's site."""
        return self.website.body

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """Return the displayed path: 政府信息公开 > 规划信息 > 专项规划."""
        return self.key.replace(">", " > ")

    @property
    def is_open(self) -> bool:
        """Return true if the column is public; archived columns stay open with a notice."""
        return self.opened_at is not None

    @property
    def cycle(self) -> str:
        """Return the update cycle in words, or ""."""
        if self.cycle_days is None:
            return ""
        return UPDATE_CYCLE_LABELS.get(self.cycle_days, f"每{self.cycle_days}天更新")


class ColumnAlias(models.Model):
    """Another spelling of a column's path: a former name, or one used in a notice. Used by imports."""

    website = models.ForeignKey(Website, models.CASCADE, verbose_name="网站")
    key = models.CharField("规范名称路径", max_length=600)
    column = models.ForeignKey(Column, models.CASCADE, related_name="aliases", verbose_name="栏目")

    class Meta:
        verbose_name = verbose_name_plural = "栏目别名"
        constraints = [models.UniqueConstraint(fields=["website", "key"], name="column_alias_once")]
