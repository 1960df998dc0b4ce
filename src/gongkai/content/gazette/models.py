"""Models of gazette issues, their articles, and the releases recorded for them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.full_text_sources import FullTextRevision, FullTextSource
from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.publishing.models import ChannelRelease
from gongkai.core.units.models import Body

#: Usual sections of a gazette, in order; an office may add its own.
DEFAULT_SECTIONS = (
    "政府规章",
    "市政府文件",
    "市政府办公室文件",
    "部门文件",
    "人事任免",
    "政策解读",
    "统计公报",
    "大事记",
)

#: Fields of an issue that are printed on its cover.
COVER_FIELDS = ("name", "year", "number", "total", "issued_on", "foreword")


class Issue(FullTextSource):
    """An issue: body, year and number, total number (总第N期), and day of issue.

    `past` marks an imported issue of the database (公报数据库), whose articles may have no
    document.
    """

    source_name: ClassVar[str] = "gazette"

    body = models.ForeignKey(Body, models.PROTECT, related_name="gazettes", verbose_name="主办")
    name = models.CharField("公报名称", max_length=120, help_text="如：云岭市人民政府公报")
    year = models.PositiveSmallIntegerField("年份", validators=[MinValueValidator(1949), MaxValueValidator(2100)])
    number = models.PositiveSmallIntegerField("期号", validators=[MinValueValidator(1), MaxValueValidator(400)])
    total = models.PositiveIntegerField("总期号", null=True, blank=True)
    issued_on = models.DateField("出版日期")
    foreword = models.CharField("卷首语", max_length=500, blank=True)
    past = models.BooleanField("往期补录", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "政府公报"
        ordering = ["-year", "-number", "name"]
        constraints = [models.UniqueConstraint(fields=["body", "name", "year", "number"], name="gazette_once")]

    def __str__(self) -> str:
        total = f"（总第{self.total}期）" if self.total else ""
        return f"{self.name}{self.year}年第{self.number}期{total}"

    @property
    def cover(self) -> dict[str, object]:
        """Return {field of `COVER_FIELDS`: value}, as stored with a text."""
        return {**{name: getattr(self, name) for name in COVER_FIELDS}, "issued_on": self.issued_on.isoformat()}

    def with_cover(self, cover: Mapping[str, object]) -> "Issue":
        """Set the cover of a published text on this object without saving it, and return it.

        Later changes are not public.
        """
        for name, said in cover.items():
            setattr(self, name, date.fromisoformat(str(said)) if name == "issued_on" else said)
        return self

    @property
    def unit(self) -> Body:
        """Return the body that publishes the gazette."""
        return self.body

    @property
    def kind(self) -> str:
        """Return the kind of information for the portal."""
        return ItemKind.GAZETTE.value

    @property
    def office_url(self) -> str:
        """Return the URL of the page to compose it."""
        return reverse("gazette:issue", args=[self.pk])

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return reasons of the gazette against publishing its last text."""
        from gongkai.content.gazette.composing import find_issue_blockers

        return find_issue_blockers(self)


class IssueRevision(FullTextRevision):
    """A revision of a gazette issue; `terms` lists its documents and their editions."""

    source = models.ForeignKey(Issue, models.CASCADE, related_name="revisions", verbose_name="公报")

    class Meta(FullTextRevision.Meta):
        verbose_name = verbose_name_plural = "公报的各稿"


class Article(models.Model):
    """An article of a gazette issue: a public document, or for past issues a title with its own text.

    `page` is its printed page.
    """

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="articles", verbose_name="公报")
    position = models.PositiveIntegerField("顺序")
    section = models.CharField("栏目", max_length=40)
    title = models.CharField("标题", max_length=300)
    number = models.CharField("发文字号", max_length=80, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="gazette_articles", verbose_name="文件"
    )
    text = models.TextField("正文", blank=True)
    page = models.PositiveIntegerField("页码", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公报篇目"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "document"],
                condition=models.Q(document__isnull=False),
                name="gazette_document_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Printed(models.Model):
    """Records that the printing of a document in the gazette was registered as a release (P-14)."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="printed", verbose_name="公报")
    release = models.OneToOneField(
        ChannelRelease, models.PROTECT, primary_key=True, related_name="gazette", verbose_name="登记"
    )

    class Meta:
        verbose_name = verbose_name_plural = "公报刊登登记"
