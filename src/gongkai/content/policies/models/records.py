"""Models of library records, decisions on them, and their states over time."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from gongkai.content.editions.models import Document, ValidityState
from gongkai.content.policies.validity import DecisionKind
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body
from gongkai.lib.writing.titles import cite_title


class PolicyLevel(models.TextChoices):
    """The rank of a document (效力级别)."""

    REGULATION = "regulation", "行政法规"
    MINISTRY_RULE = "ministry_rule", "国务院部门规章"
    GOVERNMENT_RULE = "government_rule", "政府规章"
    NORMATIVE = "normative", "行政规范性文件"
    OTHER = "other", "其他文件"


class PolicyRecord(models.Model):
    """A document of the library. `body` drafted it and is responsible; `issuers` are the names of the issuing bodies.

    Until the document is drafted as an item `document` is empty, and an imported text is in `html` and `original`; then the item
    has them. `ends_when` are the words with which the text ends itself, where they name no day; None: not read yet.

    `number_key` is the number in normal form, `issuers_key` the names each between marks, for filters. Consultation
    (公开征求意见): its days and result, or the reasons why there was none.
    """

    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="policy", verbose_name="公开信息"
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="policies", verbose_name="起草单位")
    title = models.CharField("标题", max_length=300)
    level = models.CharField("效力级别", max_length=20, choices=PolicyLevel, default=PolicyLevel.OTHER)
    issuers = models.CharField("发文机关", max_length=300)
    issuers_key = models.CharField(max_length=302, editable=False)
    number = models.CharField("发文字号", max_length=80, blank=True)
    number_key = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    unified_number = models.CharField("统一登记编号", max_length=60, blank=True)
    subject = models.CharField("主题分类", max_length=80, blank=True)
    headnote = models.CharField(
        "题注", max_length=500, blank=True, help_text="通过、公布、施行和修改的经过，印在标题之下"
    )
    applies_to = models.CharField("适用对象", max_length=200, blank=True)
    made_on = models.DateField("成文日期", null=True, blank=True)
    passed_on = models.DateField("通过日期", null=True, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    ends_on = models.DateField("有效期至", null=True, blank=True, help_text="没有规定有效期的不填")
    ends_when = models.CharField("失效的条件", max_length=200, null=True, blank=True, default="", editable=False)
    filed_number = models.CharField("备案号", max_length=60, blank=True, db_index=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    consulted_from = models.DateField("征求意见起", null=True, blank=True)
    consulted_to = models.DateField("征求意见止", null=True, blank=True)
    consultation = models.CharField(
        "征求意见及采纳情况", max_length=300, blank=True, help_text="公告网址，或者意见数量和采纳情况"
    )
    exemption = models.CharField(
        "未公开征求意见的理由",
        max_length=300,
        blank=True,
        help_text="依法不公开征求意见的，写明依据和理由",
    )
    for_business = models.BooleanField(
        "与市场主体生产经营密切相关",
        default=False,
        help_text="征求意见一般不少于30日（优化营商环境条例第六十二条）",
    )
    html = models.TextField("待起草的正文", blank=True, editable=False)
    original = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="原文文件"
    )
    original_name = models.CharField("原文文件名", max_length=200, blank=True)
    entered_at = models.DateTimeField("入库时间", default=timezone.now)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "政策文件"
        constraints = [
            models.UniqueConstraint(
                fields=["unified_number"], condition=~models.Q(unified_number=""), name="policy_unified_once"
            )
        ]
        indexes = [models.Index(fields=["body", "level"], name="policy_body_level")]

    def __str__(self) -> str:
        return cite_title(self.title, self.number)

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, and update the search keys and validity spans."""
        from gongkai.content.policies.validity_periods import rewrite_spans

        self.set_search_keys()
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        rewrite_spans(self)

    def set_search_keys(self) -> None:
        """Set the normalised fields that filters use."""
        from gongkai.content.policies.formats import issuers_search_key
        from gongkai.lib.chinese.document_numbers import canonical_number

        self.number_key, self.issuers_key = canonical_number(self.number), issuers_search_key(self.issuers)

    stream = RowName("policy")

    @property
    def issuer_names(self) -> list[str]:
        """Return the names of the issuing bodies, one by one."""
        return [name for name in self.issuers.split("、") if name]


class Decisions(models.QuerySet["Decision"]):
    """The query set of decisions on validity."""

    def counting(self) -> Self:
        """Return decisions in effect that were not withdrawn."""
        return self.filter(undone_at=None, effective_at__isnull=False)

    def waiting(self) -> Self:
        """Return decisions pending until their announcing text is signed."""
        return self.filter(undone_at=None, effective_at=None)

    def pending_for_text(self, document: Document | None) -> Self:
        """Return decisions that a document puts into effect or corrects."""
        if document is None:
            return self.none()
        query = Q(announced_in=document) | Q(announced_in=None, actor__document=document) & ~Q(what=DecisionKind.UPDATE)
        waiting = Q(query | Q(what=DecisionKind.UPDATE, record__document=document), effective_at=None)
        rows = self.filter(waiting | Q(corrected_in=document), undone_at=None)
        return rows.select_related("record", "announced_in", "actor", "round")

    def stated_by(self, document: Document | None) -> Self:
        """Return decisions in effect that a document made or announced; its later editions must state them too."""
        if document is None:
            return self.none()
        query = Q(announced_in=document) | Q(announced_in=None, actor__document=document)
        rows = self.counting().filter(query).exclude(what=DecisionKind.UPDATE)
        return rows.select_related("record", "announced_in", "actor", "round")

    def concerning(self, document: int, record: int | None) -> Self:
        """Return all decisions that name a document or its record: those on it, by it, announced or corrected in it."""
        named = Q(announced_in=document) | Q(corrected_in=document)
        return self.filter(named | Q(actor=record) | Q(record=record) if record else named).order_by()

    def drafted_as_announcement(self, document: Document | None) -> Self:
        """Return all decisions that a document was drafted to announce or correct, including withdrawn ones."""
        return self.filter(Q(announced_in=document) | Q(corrected_in=document)) if document else self.none()


class Decision(models.Model):
    """A decision on a document: 修改、废止、宣布失效、延长有效期. `actor` is the deciding document, if it is in the library.

    A decision about a public document takes effect (`effective_at`) once the signed text that states it is public: that of `actor`, else the
    announcement `announced_in`. A correction undoes it (`undone_at`), also by a signed text (`corrected_in`).
    """

    record = models.ForeignKey(PolicyRecord, models.CASCADE, related_name="decisions", verbose_name="政策文件")
    what = models.CharField("决定", max_length=8, choices=DecisionKind)
    on = models.DateField("自何日起")
    until = models.DateField("延长至", null=True, blank=True)
    actor = models.ForeignKey(
        PolicyRecord, models.PROTECT, null=True, blank=True, related_name="decided", verbose_name="依据文件"
    )
    cited = models.CharField("依据文件（库外）", max_length=300, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    made_at = models.DateTimeField("记入时间", default=timezone.now)
    made_by = models.CharField("记入人", max_length=120)
    replaces = models.BooleanField("替代本文件", default=False, db_default=False)
    announced_in = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="announces", verbose_name="公布的公告"
    )
    effective_at = models.DateTimeField("生效时间", null=True, blank=True, default=timezone.now, db_default=Now())
    round = models.ForeignKey(
        "CleanupRound", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件清理"
    )
    corrected_in = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="corrects", verbose_name="更正的公告"
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = Decisions.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "效力决定"
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.on:%Y-%m-%d}"

    stream = RowName("policydecision")

    @property
    def is_pending(self) -> bool:
        """Return true until a decision takes effect or is withdrawn."""
        return self.effective_at is None and self.undone_at is None

    @property
    def by_words(self) -> str:
        """Return the deciding document in words."""
        return str(self.actor) if self.actor_id else self.cited


class Span(models.Model):
    """A period of constant validity of a record, both ends included; derived from dates and
    decisions (`validity_periods.refresh_validity`).

    The spans of a record cover every day exactly once, so validity on a day is a range query.
    """

    record = models.ForeignKey(PolicyRecord, models.CASCADE, related_name="+", verbose_name="政策文件")
    state = models.CharField("状态", max_length=10, choices=ValidityState)
    since = models.DateField()
    until = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "效力区间"
        constraints = [models.UniqueConstraint(fields=["record", "since"], name="policy_span_once")]
        indexes = [models.Index(fields=["until", "since", "state"], name="policy_span_day")]
