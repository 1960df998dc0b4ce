"""Models of collections, sources, entries and listing decisions."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.full_text_sources import FullTextRevision, FullTextSource
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.migration.sources.pages import text_paths
from gongkai.content.policies.models import KeptText
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.oversight.gathering.attachments import FetchedAttachment
from gongkai.oversight.gathering.near_duplicates import BoilerplateLines, digest_text, find_validity, has_changed


def is_same_site(address: str, other: str) -> bool:
    """Return True if the host names of two addresses end with the same three labels (yunling.gov.cn)."""
    own, its = ((urlsplit(text).hostname or "").split(".")[-3:] for text in (address, other))
    return own == its


class SourceMethod(models.TextChoices):
    """Method of reading an outside source; `GONGKAI` and `WAGTAIL`: by its public API."""

    FEED = "feed", "订阅源（RSS、Atom）"
    LIST = "list", "列表页抓取"
    GONGKAI = "gongkai", "后台数据联通（公开 Gongkai 接口）"
    WAGTAIL = "wagtail", "后台数据联通（Wagtail 接口）"
    MANUAL = "manual", "人工录入、表格导入"


class Collection(models.Model):
    """Content collected and shown together (一处归集、集中展示), such as plans or market rules."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="collections", verbose_name="归集单位")
    name = models.CharField("名称", max_length=80)
    about = models.CharField("说明", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "归集专题"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["body", "name"], name="collection_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def unit(self) -> Body:
        """Return the responsible unit."""
        return self.body

    stream = RowName("collection")


class Source(models.Model):
    """An outside website, feed or API from which entries are collected.

    `layout` is the list layout learnt from example titles, `text_at` the element of texts,
    `expected` the number of entries that the unit must provide. `laws` marks an official law
    library, whose changes open ledger entries (`law_changes`). `failing` counts consecutive failures;
    `status` describes the last fetch in Chinese. A failed source is read again after a growing
    interval.
    """

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="sources", verbose_name="归集专题")
    name = models.CharField("来源名称", max_length=80, help_text="网站和栏目，如：青溪县政府网>规划信息")
    unit_name = models.CharField("来源单位", max_length=120)
    way = models.CharField("方式", max_length=8, choices=SourceMethod)
    address = models.CharField("地址", max_length=500, blank=True)
    example = models.CharField("列表中的标题", max_length=300, blank=True)
    layout = models.JSONField("列表的样式", default=list)
    text_at = models.CharField(
        "正文的位置", max_length=text_paths.MAX_PATHS_CHARACTERS, blank=True, default="", db_default=""
    )
    column = models.ForeignKey(
        Column, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="拟放栏目"
    )
    kind = models.CharField("类别", max_length=20, choices=ItemKind, default=ItemKind.OTHER)
    whole = models.BooleanField("读取全文", default=True)
    laws = models.BooleanField("法规库", default=False)
    hours = models.PositiveSmallIntegerField("间隔（小时）", default=12)
    expected = models.PositiveIntegerField("应有条数", null=True, blank=True)
    active = models.BooleanField("启用", default=True)
    due_at = models.DateTimeField("下次收取", default=timezone.now, db_index=True)
    pulled_at = models.DateTimeField("最近收取", null=True, blank=True)
    succeeded_at = models.DateTimeField("最近成功", null=True, blank=True)
    reading_until = models.DateTimeField("正在收取", null=True, blank=True)
    apart = models.ManyToManyField("self", blank=True, verbose_name="不互为重复的来源")
    back_at = models.CharField("接着读的列表页", max_length=1000, blank=True, default="", db_default="")
    back_page = models.PositiveIntegerField("接着读的页码", default=0, db_default=0)
    failing = models.PositiveIntegerField("连续失败次数", default=0)
    status = models.CharField("最近情况", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "归集来源"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "address"], condition=~models.Q(address=""), name="source_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def body(self) -> Body:
        """Return the unit responsible for the source."""
        return self.collection.body

    @property
    def unit(self) -> Body:
        """Return the responsible unit."""
        return self.collection.body

    stream = RowName("source")


class GatheredState(models.TextChoices):
    """State of an entry read from an outside source.

    `DRAFTED`: a draft was made of it. `DOUBLE`: the same content came before. `ERASED`: erased by law.
    """

    NEW = "new", "待处理"
    DRAFTED = "drafted", "已转草稿"
    DROPPED = "dropped", "不采用"
    DOUBLE = "double", "重复"
    ERASED = "erased", "已依法删除"


class Gathered(models.Model):
    """An entry collected from a source: URL, title, times, and its text if it was read.

    `summary` is the excerpt of the list or feed, `text` that of the page (or the summary, or manual
    input); each is compared with its own former value only. `page_digest` is the digest of the page
    at `looked_at`; `seen_at` is the time at which the source last listed it.

    `key` is the digest of the address, `title_key` of the bare title, `digest` of title and text.
    The bands are MinHash values. `double_of` is the original of a duplicate.

    `changed_at` and `gone_at` are detection times; the first is also set for a page that is gone. It
    and `change`, which describes the change, are cleared when a person has seen it. Entries are
    deleted by law only (`erasure`).
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="gathered", verbose_name="来源")
    key = models.CharField("地址摘要", max_length=64)
    address = models.CharField("原地址", max_length=500)
    title = models.CharField("标题", max_length=300)
    title_key = models.CharField("标题摘要", max_length=64, db_index=True)
    summary = models.TextField("来源摘要", blank=True, default="", db_default="")
    text = models.TextField("内容", blank=True)
    html = models.TextField("正文", blank=True)
    page_digest = models.CharField("原文摘要", max_length=64, blank=True, default="", db_default="")
    digest = models.CharField("内容摘要", max_length=64)
    band0 = models.IntegerField(null=True, db_index=True)
    band1 = models.IntegerField(null=True, db_index=True)
    band2 = models.IntegerField(null=True, db_index=True)
    band3 = models.IntegerField(null=True, db_index=True)
    band4 = models.IntegerField(null=True, db_index=True)
    band5 = models.IntegerField(null=True, db_index=True)
    band6 = models.IntegerField(null=True, db_index=True)
    band7 = models.IntegerField(null=True, db_index=True)
    written_at = models.DateTimeField("来源发布时间", null=True, blank=True)
    found_at = models.DateTimeField("归集时间", default=timezone.now)
    seen_at = models.DateTimeField("最近列出", default=timezone.now)
    looked_at = models.DateTimeField("最近核对", default=timezone.now, db_default=Now(), db_index=True)
    changed_at = models.DateTimeField("发现改动", null=True, blank=True)
    change = models.CharField("改动内容", max_length=300, blank=True, default="", db_default="")
    gone_at = models.DateTimeField("发现撤下", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=GatheredState, default=GatheredState.NEW, db_index=True)
    double_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="doubles", verbose_name="与之重复"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="gathered", verbose_name="信息"
    )
    reason = models.CharField("理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "归集内容"
        ordering = ["-found_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="gathered_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def validity(self) -> str:
        """Return the validity that the entry's source states: 现行有效, 没有宣布失效, 已修改, 已废止, 已失效, or ""."""
        return find_validity(self.title, self.text)

    def has_other_text(self, text: str, boilerplate: BoilerplateLines = ((), ())) -> bool:
        """Return True if the text of the page, read now, differs from the one read last.

        `boilerplate` contains the old and new boilerplate lines of the source.
        """
        is_unchanged = digest_text(text) == self.page_digest if self.page_digest else text == self.text
        return not is_unchanged and has_changed(self.text, text, title=self.title, boilerplate=boilerplate)

    @property
    def attached(self) -> list[FetchedAttachment]:
        """Return the attachments as they were read."""
        return [FetchedAttachment(file.name, file.address, file.stored_id or "") for file in self.files.all()]

    @property
    def losses_key(self) -> str:
        """Return the key of its losses (`files.losses`)."""
        return f"gathered/{self.pk}"

    stream = RowName("source", "source_id")


class GatheredFile(models.Model):
    """An attachment of a collected entry, stored or refused, with the personal data found in it."""

    gathered = models.ForeignKey(Gathered, models.CASCADE, related_name="files", verbose_name="归集内容")
    name = models.CharField("文件名", max_length=200)
    address = models.CharField("原地址", max_length=500)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件")
    why = models.CharField("未保存的原因", max_length=120, blank=True)
    found = models.CharField("发现的个人信息", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "归集内容的附件"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["gathered", "address"], name="gathered_file_once")]

    def __str__(self) -> str:
        return self.name


class LawUpdate(models.Model):
    """A ledger entry for a changed law that a unit enforces (A-04, L-01, L-02)."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="law_update")
    kept = models.ForeignKey(
        KeptText, models.SET_NULL, null=True, related_name="law_updates", verbose_name="执行的文本"
    )
    gathered = models.ForeignKey(Gathered, models.PROTECT, related_name="law_updates", verbose_name="法规库条目")

    class Meta:
        verbose_name = verbose_name_plural = "法规库更新"

    def __str__(self) -> str:
        return str(self.gathered)


class Listing(FullTextSource):
    """A reviewed decision to list a source's links without individual reviews, until a day.

    It applies to `address` only: after a change of site it lists nothing.
    """

    source_name: ClassVar[str] = "listing"

    of = models.ForeignKey(Source, models.PROTECT, related_name="listings", verbose_name="来源")
    address = models.CharField("来源地址", max_length=500, blank=True)
    until = models.DateField("有效期至")
    reason = models.CharField("理由", max_length=300)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "链接列出决定"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"列出“{self.of}”的链接"

    @property
    def unit(self) -> Body:
        """Return the responsible unit."""
        return self.of.body

    @property
    def kind(self) -> str:
        """Return the portal's kind of information."""
        return ItemKind.OTHER.value

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return the reasons against publication, such as an expired decision."""
        reasons = ["有效期已过，请重新作出决定。"] if self.until < timezone.localdate() else []
        return reasons if self.holds else [*reasons, "来源已改到别的网站，请重新作出决定。"]

    @property
    def holds(self) -> bool:
        """Return True if the source still reads the decided site."""
        return is_same_site(self.address, self.of.address)


class ListingRevision(FullTextRevision):
    """The text of a decision to list a source's links, for review and publication."""

    source = models.ForeignKey(Listing, models.CASCADE, related_name="revisions", verbose_name="决定")

    class Meta(FullTextRevision.Meta):
        verbose_name = verbose_name_plural = "决定的各稿"
