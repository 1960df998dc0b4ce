"""Models of documents, their editions and addresses, with the vocabularies of an item's metadata."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models.sites import Website
from gongkai.core.acts.models import RowName
from gongkai.core.units.models import Body


class ItemKind(models.TextChoices):
    """The kind of information, used as filter in search and lists."""

    POLICY = "policy", "政策文件"
    NORMATIVE = "normative", "行政规范性文件"
    INTERPRETATION = "interpretation", "政策解读"
    PLAN = "plan", "规划计划"
    FINANCE = "finance", "财政信息"
    NOTICE = "notice", "通知公告"
    NEWS = "news", "工作动态"
    ORGANISATION = "organisation", "机构职能"
    PERSONNEL = "personnel", "人事信息"
    PROJECT = "project", "重大建设项目"
    LIVELIHOOD = "livelihood", "民生信息"
    EMERGENCY = "emergency", "应急管理"
    SUPERVISION = "supervision", "监督检查"
    STATISTICS = "statistics", "统计信息"
    REPORT = "report", "工作报告"
    GUIDE = "guide", "办事指南"
    MESSAGE = "message", "网民留言"
    DECISION = "decision", "重大行政决策"
    GAZETTE = "gazette", "政府公报"
    OTHER = "other", "其他信息"


#: Kinds that are policy documents: they are entered in the library, interpreted, and in force or not.
POLICY_KINDS = frozenset({ItemKind.POLICY, ItemKind.NORMATIVE})


class DisclosureAttribute(models.TextChoices):
    """Disclosure attributes (公开属性); only information with the first value may be published (条例第十三条)."""

    PROACTIVE = "proactive", "主动公开"
    REQUEST = "request", "依申请公开"
    WITHHELD = "withheld", "不予公开"


class DisclosureBasis(models.TextChoices):
    """The legal basis of disclosure: 政府信息公开条例（国务院令第711号）第十九条至第二十一条."""

    A19 = "19", "第十九条：涉及公众利益调整、需要公众广泛知晓或参与决策"
    A20_1 = "20.1", "第二十条（一）行政法规、规章和规范性文件"
    A20_2 = "20.2", "第二十条（二）机关职能、机构设置、联系方式"
    A20_3 = "20.3", "第二十条（三）规划及相关政策"
    A20_4 = "20.4", "第二十条（四）统计信息"
    A20_5 = "20.5", "第二十条（五）行政许可和其他对外管理服务事项"
    A20_6 = "20.6", "第二十条（六）行政处罚、行政强制"
    A20_7 = "20.7", "第二十条（七）财政预算、决算信息"
    A20_8 = "20.8", "第二十条（八）行政事业性收费"
    A20_9 = "20.9", "第二十条（九）政府集中采购"
    A20_10 = "20.10", "第二十条（十）重大建设项目"
    A20_11 = "20.11", "第二十条（十一）扶贫、教育、医疗、社会保障、促进就业"
    A20_12 = "20.12", "第二十条（十二）突发公共事件"
    A20_13 = "20.13", "第二十条（十三）环境、卫生、安全、食品药品、产品质量监督检查"
    A20_14 = "20.14", "第二十条（十四）公务员招考"
    A20_15 = "20.15", "第二十条（十五）法律、法规、规章和国家有关规定"
    A21 = "21", "第二十一条：市县和乡镇的其他主动公开内容"


class ValidityState(models.TextChoices):
    """The validity of a document (有效性).

    A text that ends itself by an event and was not declared void is neither in force nor ended, because no day is
    known.
    """

    NONE = "", "不适用"
    IN_FORCE = "in_force", "现行有效"
    OPEN_ENDED = "open_ended", "没有宣布失效"
    NOT_YET = "not_yet", "尚未施行"
    AMENDED = "amended", "已修改"
    REPEALED = "repealed", "已废止"
    EXPIRED = "expired", "已失效"


#: Validity states that a person may choose; others are read from the text.
SELECTABLE_STANDINGS = [(one.value, one.label) for one in ValidityState if one != ValidityState.OPEN_ENDED]


class Audience(models.TextChoices):
    """The audience of an edition (公开方式)."""

    ALL = "all", "向社会公开"
    LIMITED = "limited", "限定范围公开"


class EditionEffect(models.TextChoices):
    """Effect of an edition: it publishes its document or withdraws it."""

    PUBLISH = "publish", "发布"
    WITHDRAW = "withdraw", "撤回"


class Document(models.Model):
    """A public document; each publication or withdrawal is an edition of it.

    `source` is the name of its source and log stream (`item/12`). `published_at` is when its first
    edition becomes visible; only a withdrawal before that time clears it.
    Validity is stored here, because it applies to every
    version.
    """

    source = models.CharField("来源标识", max_length=64, unique=True)
    item_number = models.BigIntegerField("信息编号", null=True, db_index=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="documents", verbose_name="发布单位")
    kind = models.CharField("类别", max_length=20, db_index=True)
    index_number = models.CharField("索引号", max_length=60, blank=True)
    published_at = models.DateTimeField("首次公开时间", null=True, blank=True, db_index=True)
    formed_on = models.DateField("形成或变更日期", null=True, blank=True)
    standing = models.CharField("有效性", max_length=10, choices=ValidityState, blank=True, default="")
    standing_on = models.DateField("有效性起算日", null=True, blank=True)
    standing_note = models.CharField("有效性说明", max_length=300, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="替代文件"
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "公开信息"
        indexes = [models.Index(fields=["body", "published_at"])]

    @property
    def unit(self) -> Body:
        """Return the body that publishes the document."""
        return self.body

    def __str__(self) -> str:
        return self.source


class Edition(models.Model):
    """A publication or withdrawal of a document.

    Append-only in the database. The public edition is the latest number whose `visible_from` has
    passed, so schedules are future times. `content_digest` is the approved content; `digest` covers
    the whole row.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="editions", verbose_name="公开信息")
    number = models.PositiveIntegerField("版次")
    act = models.CharField("行为", max_length=8, choices=EditionEffect)
    visible_from = models.DateTimeField("公开时间")
    made_at = models.DateTimeField("形成时间", default=timezone.now)
    made_by = models.CharField("经手人", max_length=120)
    audience = models.CharField("公开方式", max_length=8, choices=Audience, default=Audience.ALL)
    circle = models.CharField("限定范围", max_length=2000, default="/", help_text="单位编号，如 /3/8/")
    approvals = models.JSONField("审签记录", default=list)
    content_digest = models.CharField("内容摘要值", max_length=64, blank=True)
    digest = models.CharField("摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "版本"
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="edition_number")]
        indexes = [models.Index(fields=["document", "visible_from"])]

    @property
    def unit(self) -> Body:
        """Return the body of the edition's document."""
        return self.document.body

    def __str__(self) -> str:
        return f"{self.document_id}·{self.number}"

    stream = RowName("document", "document_id")


class EditionContent(models.Model):
    """The text of an edition: title, HTML, facts, files by digest. A separate row, so that it can
    be erased by law while the edition stays (`Erasure` is required by the database)."""

    edition = models.OneToOneField(
        Edition, models.PROTECT, primary_key=True, related_name="content", verbose_name="版本"
    )
    title = models.CharField("标题", max_length=300)
    html = models.TextField("正文", blank=True)
    facts = models.JSONField("著录项", default=dict)
    files = models.JSONField("附件", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "版本内容"


class EditionFile(models.Model):
    """The index of files used by texts (`EditionContent.files`), written with them (`store_content`)."""

    content = models.ForeignKey(EditionContent, models.CASCADE, related_name="carried", verbose_name="版本内容")
    digest = models.CharField("文件摘要值", max_length=64, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "版本的文件"
        constraints = [models.UniqueConstraint(fields=["content", "digest"], name="edition_file_once")]


class ErasureRequest(models.Model):
    """A request to erase an edition by law, decided by another person; one may be pending."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="erasure_requests", verbose_name="版本")
    basis = models.CharField("依据", max_length=300)
    at = models.DateTimeField("提出时间", default=timezone.now)
    by = models.CharField("提出人", max_length=120)
    account = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)
    by_office = models.BooleanField("由政务公开办提出", default=False)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "依法删除申请"
        constraints = [
            models.UniqueConstraint(fields=["edition"], condition=models.Q(closed_at=None), name="erasure_asked_once")
        ]


class Erasure(models.Model):
    """The order to erase an edition's content by law: basis, requester and orderer. The edition
    stays without content."""

    edition = models.OneToOneField(Edition, models.PROTECT, primary_key=True, related_name="erasure")
    basis = models.CharField("依据", max_length=300)
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.CharField("经手人", max_length=120)
    asked_by = models.CharField("提出人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "依法删除"


class BlankedRow(models.Model):
    """The permission to blank a row of another app's insert-only table.

    `digest` is that of the row after blanking.
    """

    table_name = models.CharField("表", max_length=60)
    number = models.BigIntegerField("行")
    digest = models.CharField("所余内容摘要值", max_length=64)
    erasure = models.ForeignKey(Erasure, models.PROTECT, related_name="rows", verbose_name="依法删除")

    class Meta:
        verbose_name = verbose_name_plural = "依法删除的行"
        constraints = [models.UniqueConstraint(fields=["table_name", "number"], name="blanked_row_once")]


class Address(models.Model):
    """The URL of a document on a site. One per site is current; older ones redirect to it."""

    website = models.ForeignKey(Website, models.PROTECT, related_name="addresses", verbose_name="网站")
    path = models.CharField("路径", max_length=300)
    document = models.ForeignKey(Document, models.PROTECT, related_name="addresses", verbose_name="公开信息")
    current = models.BooleanField("当前地址", default=True)
    since = models.DateTimeField("启用时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "地址"
        constraints = [
            models.UniqueConstraint(fields=["website", "path"], name="address_once"),
            models.UniqueConstraint(
                fields=["website", "document"], condition=models.Q(current=True), name="address_one_current"
            ),
        ]

    def __str__(self) -> str:
        return self.path
