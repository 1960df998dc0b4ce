"""Models: schemas, tables of units, records, and revisions for review and publication."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db import models
from django.utils import timezone

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import DisclosureBasis, ItemKind
from gongkai.content.editions.sources import TextWriters
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import Paper
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.tables.fields import SchemaField, make_fields

#: Key of the schema for calls: the days by which the finance office wants budgets published.
BUDGET_CALL = "budget_call"
#: Keys of the schemas whose rows need the opinion of another unit before they are published.
SCHEMAS_WITH_OPINION = ("epidemic",)
_NAME_SEPARATOR_PATTERN = re.compile(r"[、，,；;\s]+")


class TableGroup(models.TextChoices):
    """Subject area of the tables of a schema, for example service guides (办事指南)."""

    INSTITUTION = "institution", "公共企事业单位"
    TOPIC = "topic", "专题公开"
    SERVICE = "service", "办事指南"
    POWER = "power", "权责清单"
    LIST = "list", "正面和负面清单"
    PLACE = "place", "信息查阅点"
    LINK = "link", "相关网站"


#: Last word of a table's title, by group: list of institutions, or overview.
TITLE_ENDINGS = {
    TableGroup.INSTITUTION.value: "名录",
    TableGroup.TOPIC.value: "一览表",
    TableGroup.PLACE.value: "一览表",
}


class PublicationUnit(models.TextChoices):
    """Unit of publication: the table, or each record."""

    TABLE = "table", "整表公开"
    RECORD = "record", "逐条公开"


class OwingUnits(models.TextChoices):
    """Groups of units that must have a table of a kind."""

    NOBODY = "", "没有要求"
    KEEPERS = "keepers", "各级政府的上述部门"
    GOVERNMENTS = "governments", "各级政府"
    DEPARTMENTS = "departments", "各部门"
    ALL = "all", "各级政府和各部门"


_BODY_KINDS_BY_OWING_UNITS: dict[str, Collection[str]] = {
    OwingUnits.GOVERNMENTS: GOVERNING_KINDS,
    OwingUnits.DEPARTMENTS: {BodyKind.DEPARTMENT},
    OwingUnits.ALL: {*GOVERNING_KINDS, BodyKind.DEPARTMENT},
}


class TableSchema(models.Model):
    """Schema of tables of one kind; presets come from `data/schemas.toml`.

    `view` configures the pages, for example: `{"grid": {...}}` units × years, `{"details": KEY}`
    rows of another schema below the row of the same name, `{"slots": true}` number of filled fields
    per row, `{"cover": {"field": …, "values": […]}}` values that every government needs. `edition`
    is the version of the preset that was last applied.
    """

    key = models.SlugField("代号", max_length=30, unique=True)
    label = models.CharField("名称", max_length=40)
    group = models.CharField("类别", max_length=12, choices=TableGroup)
    layout = models.CharField("公开方式", max_length=8, choices=PublicationUnit, default=PublicationUnit.TABLE)
    fields = models.JSONField("字段", default=list)
    source = models.CharField("依据", max_length=300)
    intro = models.CharField("说明", max_length=300, blank=True)
    review_days = models.PositiveSmallIntegerField("核对周期（天）", default=0, help_text="0为有变化时更新，不定期核对")
    kind = models.CharField("信息类别", max_length=20, default=ItemKind.OTHER.value)
    basis = models.CharField("公开依据", max_length=8, default=DisclosureBasis.A21.value)
    per_year = models.BooleanField("按年度填报", default=False)
    strict = models.BooleanField("缺项不得公开", default=False)
    documents = models.BooleanField("关联政策依据", default=False)
    keepers = models.CharField(
        "由哪些单位填报",
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="单位名称中的词，用顿号分开，如：财政。不填的，各单位都可以填报",
    )
    owed_by = models.CharField(
        "哪些单位应当填报",
        max_length=12,
        choices=OwingUnits,
        blank=True,
        default=OwingUnits.NOBODY,
        db_default="",
        help_text="应填报而没有填报的单位，在列表中列出",
    )
    chart = models.JSONField("图表", default=dict, blank=True)
    view = models.JSONField("显示方式", default=dict, blank=True, db_default={})
    edition = models.PositiveSmallIntegerField("预置版本", default=1, db_default=1)
    position = models.PositiveIntegerField("排序", default=1000)
    active = models.BooleanField("使用中", default=True)
    version = models.PositiveIntegerField("版本", default=1)

    #: The stored value of `fields`, and the fields made from it.
    _made_fields: tuple[object, tuple[SchemaField, ...]] = (None, ())

    class Meta:
        verbose_name = verbose_name_plural = "表式"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    stream = RowName("tableschema")

    @property
    def all_fields(self) -> tuple[SchemaField, ...]:
        """Return the fields in order; they are made once from the same stored value."""
        if self._made_fields[0] is not self.fields:
            self._made_fields = self.fields, make_fields(self.fields) if self.fields else ()
        return self._made_fields[1]

    def is_kept_by(self, body: Body) -> bool:
        """Return True if the unit may have tables of this schema (地方政府债务: 财政部门)."""
        keeper_words = [keeper_word for keeper_word in _NAME_SEPARATOR_PATTERN.split(self.keepers) if keeper_word]
        # A government's office may compile the list of its institutions (各区县的名录).
        office = self.group == TableGroup.INSTITUTION and body.kind in {BodyKind.GENERAL_OFFICE, *GOVERNING_KINDS}
        return not keeper_words or office or any(word in body.name for word in keeper_words)

    def filter_owing_units(self, units: "models.QuerySet[Body]") -> "models.QuerySet[Body]":
        """Return the units in `units` that must have a table of this schema."""
        bodies = units.filter(active_to=None, merged_into=None)
        if self.owed_by == OwingUnits.KEEPERS:
            keeper_words = [word for word in _NAME_SEPARATOR_PATTERN.split(self.keepers) if word]
            queries = [models.Q(name__contains=word) for word in keeper_words]
            return bodies.filter(reduce(or_, queries), kind=BodyKind.DEPARTMENT) if queries else bodies.none()
        return bodies.filter(kind__in=_BODY_KINDS_BY_OWING_UNITS.get(self.owed_by, ()))

    @property
    def by_record(self) -> bool:
        """Return True if each record is published by itself."""
        return self.layout == PublicationUnit.RECORD


class TextSource(models.Model):
    """Base of tables and records, both sources of editions (`editions.sources.Source`)."""

    latest_revision_id = models.BigIntegerField("最近一稿", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        abstract = True

    @property
    def stream(self) -> str:
        """Return the permanent name of the source, which is also its log stream."""
        raise NotImplementedError

    def frozen(self, revision: int) -> FrozenContent:
        """Return the content of a revision for an edition.

        Raises:
            Refused: no such revision.
        """
        from gongkai.work.tables.revisions import freeze_source

        assert isinstance(self, PublicTable | Record)
        return freeze_source(self, revision)

    def writers(self, after: int, upto: int) -> TextWriters:
        """Return the authors of all revisions after `after`, up to and including `upto`."""
        from gongkai.work.tables.revisions import find_writers

        return find_writers(self.stream, after, upto)

    def disclosed(self, frozen: FrozenContent) -> set[str]:
        """Return telephones and addresses of institutions that the schema makes public."""
        from gongkai.work.tables.revisions import find_disclosed_contacts

        assert isinstance(self, PublicTable | Record)
        return find_disclosed_contacts(self)

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return reasons against publishing a strict table or a single record."""
        from gongkai.work.tables.revisions import find_publication_blockers

        assert isinstance(self, PublicTable | Record)
        return find_publication_blockers(self)


class PublicTable(TextSource):
    """A table that a unit maintains under a schema, for a year if the schema has years."""

    schema = models.ForeignKey(TableSchema, models.PROTECT, related_name="tables", verbose_name="表式")
    body = models.ForeignKey(Body, models.PROTECT, related_name="public_tables", verbose_name="填报单位")
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    phone = models.CharField("投诉监督电话", max_length=80, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    made_at = models.DateTimeField("建立时间", default=timezone.now)
    checked_on = models.DateField("最近检查日期", null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开表"
        ordering = ["schema", "-year", "body", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["schema", "body", "year"], name="table_once_a_year"),
            models.UniqueConstraint(fields=["schema", "body"], condition=models.Q(year=None), name="table_once"),
        ]

    def __str__(self) -> str:
        return self.title

    stream = RowName("table")

    @property
    def title(self) -> str:
        """Return the public title."""
        year = f"{self.year}年" if self.year else ""
        ending = "" if self.schema.label.endswith("清单") else TITLE_ENDINGS.get(self.schema.group, "")
        return f"{year}{self.schema.label}{ending}（{self.body.label}）"

    @property
    def unit(self) -> Body:
        """Return the unit that maintains the table."""
        return self.body

    @property
    def kind(self) -> str:
        """Return the kind of information of the schema."""
        return str(self.schema.kind)


class Record(TextSource):
    """A row of a table; `name`: value of the first field, `documents`: legal bases (L-09)."""

    table = models.ForeignKey(PublicTable, models.CASCADE, related_name="records", verbose_name="公开表")
    name = models.CharField("名称", max_length=300)
    values = models.JSONField("内容", default=dict)
    documents = models.ManyToManyField(Document, blank=True, related_name="table_records", verbose_name="政策依据")
    position = models.PositiveIntegerField("排序", default=1000)
    confirmed_on = models.DateField("核对日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开表的行"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["table", "name"], name="record_once")]

    def __str__(self) -> str:
        return self.name

    stream = RowName("record")

    @property
    def title(self) -> str:
        """Return the public title."""
        return self.name

    @property
    def schema(self) -> TableSchema:
        """Return the schema of the record's table."""
        return self.table.schema

    @property
    def unit(self) -> Body:
        """Return the unit that maintains the row."""
        return self.table.body

    @property
    def body(self) -> Body:
        """Return the unit, for the rules of editions."""
        return self.table.body

    @property
    def kind(self) -> str:
        """Return the kind of information of the schema."""
        return str(self.table.schema.kind)


class BudgetDuty(models.Model):
    """The duty of one unit under one call of the finance office (P-09)."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="budget_duty")
    call = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="duties", verbose_name="统一公开安排")
    year = models.PositiveSmallIntegerField("年度")
    what = models.CharField("公开内容", max_length=20)
    address = models.CharField("公开网址", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预决算统一公开"

    def __str__(self) -> str:
        return f"{self.year}年{self.what}"


class PostingKind(models.TextChoices):
    """Offline medium by which a table was made known, such as a notice board or a leaflet."""

    BOARD = "board", "公示栏张贴"
    LEAFLET = "leaflet", "发放宣传读物"
    BROADCAST = "broadcast", "广播、会议宣讲"
    HOTLINE = "hotline", "提供给12345热线"


class Posting(models.Model):
    """A posting of a table on a board (村务公开栏), as leaflets (P-11), or to the hotline (B-02)."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="postings", verbose_name="登记单位")
    table = models.ForeignKey(PublicTable, models.PROTECT, related_name="postings", verbose_name="公开表")
    kind = models.CharField("方式", max_length=10, choices=PostingKind)
    on = models.DateField("日期")
    place = models.CharField("地点", max_length=120, help_text="如：青溪县河东镇柳林村公示栏")
    copies = models.PositiveIntegerField("份数", null=True, blank=True, help_text="发放宣传读物的填写")
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_by = models.BigIntegerField("登记人编号", null=True, blank=True)
    confirmed_by = models.CharField("核对人", max_length=120, blank=True, default="", db_default="")
    confirmed_at = models.DateTimeField("核对时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "张贴和发放"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.place}（{self.on.isoformat()}）"

    stream = RowName("posting")


class PostingPaper(Paper):
    """A photo of a board, or a receipt of leaflets."""

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="papers", verbose_name="张贴和发放")

    class Meta(Paper.Meta):
        verbose_name = verbose_name_plural = "张贴和发放的材料"


class Hand(models.Model):
    """A record that a user changed a source, and therefore may not sign it. Insert-only."""

    stream = models.CharField("来源", max_length=64, db_index=True)
    account = models.BigIntegerField("账号", null=True)
    person = models.BigIntegerField("人员", null=True)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "经手"


class Revision(models.Model):
    """A source as submitted for review: text, rows, files. Insert-only."""

    stream = models.CharField("来源", max_length=64, db_index=True)
    title = models.CharField("标题", max_length=300)
    html = models.TextField("正文")
    summary = models.CharField("概述", max_length=300, blank=True)
    content: models.JSONField[object] = models.JSONField("数据", default=dict)
    files = models.JSONField("附件", default=list)
    csv = models.CharField("数据文件摘要", max_length=64, blank=True, db_index=True)
    formed_on = models.DateField("形成日期")
    last_hand = models.BigIntegerField("最后经手", default=0)
    made_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "公开表的送审稿"

    def __str__(self) -> str:
        return self.title
