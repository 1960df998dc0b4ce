"""Collections, sources with what every pull came to, what was gathered, and decisions to list a source's links."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from gongkai.content.editions.frozen import Frozen
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.vocabulary import ItemKind
from gongkai.content.editions.written import WrittenRevision, WrittenSource
from gongkai.content.migration.sources.pages import places
from gongkai.content.policies.models import KeptText
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.oversight.gathering.attachments import Attached
from gongkai.oversight.gathering.likeness import Frame, differs, key_of


def same_site(address: str, other: str) -> bool:
    """Whether two addresses lie on one site: their hosts end alike."""
    own, its = ((urlsplit(text).hostname or "").split(".")[-3:] for text in (address, other))
    return own == its


class Way(models.TextChoices):
    """How a source is read, each one of the four ways that the notices name."""

    FEED = "feed", "订阅源（RSS、Atom）"
    LIST = "list", "列表页抓取"
    GONGKAI = "gongkai", "后台数据联通（公开 Gongkai 接口）"
    WAGTAIL = "wagtail", "后台数据联通（Wagtail 接口）"
    MANUAL = "manual", "人工录入、表格导入"


class Collection(models.Model):
    """Something gathered and shown together (一处归集、集中展示): plans, market rules, what departments publish. Its sources bring it."""

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
        """Whose it is."""
        return self.body

    @property
    def stream(self) -> str:
        """The name of its stream in the log."""
        return f"collection/{self.pk}"


class Source(models.Model):
    """One place elsewhere. `layout` is how its list page is written, learnt from the example titles; `text_at` where texts stand
    in its pages; `expected` how many entries its unit is to bring. `laws` says that it is an official library of laws: what is new or
    changed there opens an entry (`watching`).

    `failing` counts pulls in a row that failed, `status` says in Chinese how the last one ended. A source that fails is asked more
    rarely, never given up. `back_at` is the address of the page from which its list is read back further, `back_page` its number, where not all of
    it was read. `reading_until` is set while somebody reads it, so that nobody else does. `apart` names sources of which a person
    decided that entries are no repeats of this one's, however alike they are.
    """

    collection = models.ForeignKey(
        Collection, models.PROTECT, related_name="sources", verbose_name="归集专题"
    )
    name = models.CharField("来源名称", max_length=80, help_text="网站和栏目，如：青溪县政府网>规划信息")
    unit_name = models.CharField("来源单位", max_length=120)
    way = models.CharField("方式", max_length=8, choices=Way)
    address = models.CharField("地址", max_length=500, blank=True)
    example = models.CharField("列表中的标题", max_length=300, blank=True)
    layout = models.JSONField("列表的样式", default=list)
    text_at = models.CharField("正文的位置", max_length=places.LONGEST, blank=True, default="", db_default="")
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
        """Who looks after it."""
        return self.collection.body

    @property
    def unit(self) -> Body:
        """Whose it is."""
        return self.collection.body

    @property
    def stream(self) -> str:
        """The name of its stream in the log."""
        return f"source/{self.pk}"


class GatheredState(models.TextChoices):
    """What became of something gathered."""

    NEW = "new", "待处理"
    DRAFTED = "drafted", "已转草稿"
    DROPPED = "dropped", "不采用"
    DOUBLE = "double", "重复"
    ERASED = "erased", "已依法删除"


class Gathered(models.Model):
    """One entry of a source, linking home: where it stands there, its title and time there, when it was found here,
    and its words where they were read.

    `summary` is what its source's list or feed says beside the title, `text` what its own page says (where that was never read: the
    summary, or what somebody typed). Each is compared with itself only. `page_digest` is that of the page as it was last read, `looked_at` when;
    `seen_at` is when the source last listed it.
    `key` is the digest of its address, `title_key` of its bare title, `digest` of title and words; the bands are marks of
    which near texts share one. `double_of` is what it repeats.
    `changed_at` and `gone_at` are when that was noticed, `change` says what of the words was otherwise, until somebody has checked it; nothing
    is deleted but by law (`keeping`).
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
    state = models.CharField(
        "状态", max_length=8, choices=GatheredState, default=GatheredState.NEW, db_index=True
    )
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

    def says_else(self, words: str, frame: Frame = ((), ())) -> bool:
        """Whether its page says something else than when it was last read. `frame`: what many pages of its source say alike, then and now."""
        same = key_of(words) == self.page_digest if self.page_digest else words == self.text
        return not same and differs(self.text, words, title=self.title, frame=frame)

    @property
    def attached(self) -> list[Attached]:
        """Its attachments as they were read."""
        return [Attached(one.name, one.address, one.stored_id or "") for one in self.files.all()]

    @property
    def stream(self) -> str:
        """The name of its stream in the log: its source's."""
        return f"source/{self.source_id}"


class GatheredFile(models.Model):
    """An attachment of an entry: kept, or not, and why; what personal data was found in it, by kind. Goes into drafts of the entry."""

    gathered = models.ForeignKey(Gathered, models.CASCADE, related_name="files", verbose_name="归集内容")
    name = models.CharField("文件名", max_length=200)
    address = models.CharField("原地址", max_length=500)
    stored = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    why = models.CharField("未保存的原因", max_length=120, blank=True)
    found = models.CharField("发现的个人信息", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "归集内容的附件"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["gathered", "address"], name="gathered_file_once")]

    def __str__(self) -> str:
        return self.name


class LawUpdate(models.Model):
    """That an official library has a new or changed edition of a text that a unit enforces: an entry of the ledger (A-04, L-01, L-02)."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="law_update")
    kept = models.ForeignKey(
        KeptText, models.SET_NULL, null=True, related_name="law_updates", verbose_name="执行的文本"
    )
    gathered = models.ForeignKey(
        Gathered, models.PROTECT, related_name="law_updates", verbose_name="法规库条目"
    )

    class Meta:
        verbose_name = verbose_name_plural = "法规库更新"

    def __str__(self) -> str:
        return str(self.gathered)


class Listing(WrittenSource):
    """The decision to list a source's links without a review for each: it goes through the reviews itself, and ends on a day.

    `address` is the one that was decided on: once its source reads another site, the decision lists nothing.
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
        """Whose it is."""
        return self.of.body

    @property
    def kind(self) -> str:
        """What kind of information the portal takes it for."""
        return ItemKind.OTHER.value

    def publication_blockers(self, frozen: Frozen) -> list[str]:
        """A decision that has ended lists nothing."""
        reasons = ["有效期已过，请重新作出决定。"] if self.until < timezone.localdate() else []
        return reasons if self.holds else [*reasons, "来源已改到别的网站，请重新作出决定。"]

    @property
    def holds(self) -> bool:
        """Whether its source still reads the site that was decided on."""
        return same_site(self.address, self.of.address)


class ListingRevision(WrittenRevision):
    """The text of a decision."""

    source = models.ForeignKey(Listing, models.CASCADE, related_name="revisions", verbose_name="决定")

    class Meta(WrittenRevision.Meta):
        verbose_name = verbose_name_plural = "决定的各稿"
