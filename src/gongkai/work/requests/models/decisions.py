"""Decisions, consultations, deliveries, letters and files to hand out (条例第十七条、第三十七条)."""

from collections.abc import Iterable
from datetime import date

from django.db import models

from gongkai.core.acts.models import RowName
from gongkai.core.files.models import NamedFile, StoredFile
from gongkai.core.ledger.clock import get_rules
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.lib.law import default_calendar, get_figures_in_force
from gongkai.work.requests.models.request import DeliveryRoute, ProvisionForm, Request
from gongkai.work.requests.results import REQUEST_RESULTS


class Case(models.Model):
    """An ended request as an anonymous case with a comment. `request` is for the office only."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="case")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="答复机关")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("案例名称", max_length=120)
    wanted = models.TextField("申请内容")
    result = models.CharField("办理结果", max_length=8, choices=[(k, r.name) for k, r in REQUEST_RESULTS.items()])
    law = models.CharField("依据", max_length=200)
    ground = models.TextField("理由", blank=True)
    dispute = models.TextField("复议诉讼", blank=True)
    comment = models.TextField("评析")
    tags = models.CharField("关键词", max_length=200, blank=True, help_text="用空格分开。")
    by = models.CharField("编写人", max_length=120)
    at = models.DateTimeField("编写时间", auto_now=True)
    withdrawn = models.BooleanField("已撤下", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "案例"
        ordering = ["-year", "-pk"]

    def __str__(self) -> str:
        return self.title


class PartyOpinion(models.TextChoices):
    """Opinion of a consulted party on disclosure; `SILENT`: no answer within the time."""

    AGREES = "agrees", "同意公开"
    OBJECTS = "objects", "不同意公开"
    PARTLY = "partly", "同意部分公开"
    SILENT = "silent", "逾期未答复"


class Consultation(models.Model):
    """A consulted third party (条例第三十二条) or agency (第三十四条); `kind` names the pause of the clock.

    Name and reasons are encrypted, since a third party may be a person. `wording` is the request as
    letters to them quote it: de-identified, or as typed with a reason in the log.
    """

    class Kind(models.TextChoices):
        """Consulted parties: a third party with interests (条例第三十二条) or another agency."""

        THIRD_PARTY = "third_party", "第三方"
        AGENCY = "agency", "其他机关"

    request = models.ForeignKey(Request, models.PROTECT, related_name="consultations")
    kind = models.CharField("类别", max_length=12, choices=Kind)
    who = EncryptedTextField("征求意见对象")
    wording = EncryptedTextField("告知对方的申请内容", blank=True, default="", db_default="")
    asked_on = models.DateField("征求意见日期")
    served_on = models.DateField("对方收到日期", null=True, blank=True)
    opinion = models.CharField("意见", max_length=8, choices=PartyOpinion, blank=True)
    reason = EncryptedTextField("理由", blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "征求意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}意见（{self.asked_on}征求）"

    matter = RowName("asked")

    @property
    def until(self) -> date:
        """Return the last day for an opinion, counted from the receipt or else the letter."""
        limit = next(stop.limit for stop in get_rules(self.request.entry).stops if stop.key == self.kind)
        # Before 2019 no law limits the time of a third party: the present limit is shown.
        days = (limit or get_figures_in_force()[f"request.{self.kind}"]).count
        return default_calendar().add_working_days(self.served_on or self.asked_on, days)

    @property
    def late(self) -> bool:
        """Return whether an opinion other than silence came after the last day."""
        return bool(self.replied_on and self.replied_on > self.until and self.opinion != PartyOpinion.SILENT)


class Decision(models.Model):
    """A decision on a request; a later one replaces it and does not delete it."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="decisions")
    result = models.CharField("办理结果", max_length=8, choices=[(k, r.name) for k, r in REQUEST_RESULTS.items()])
    ground = models.TextField("理由", blank=True)
    law = models.CharField("依据", max_length=200)
    told = models.TextField("告知内容", blank=True)
    form_given = models.CharField("实际提供方式", max_length=12, choices=ProvisionForm, blank=True)
    decided_on = models.DateField("决定日期")
    decided_by = models.CharField("决定人", max_length=120)
    past = models.BooleanField("补录", default=False)
    unfounded = models.BooleanField("第三方不同意公开的理由不成立", default=False)
    outside = models.BooleanField("提供的部分不涉及第三方不同意公开的内容", default=False)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)
    override = models.CharField("第三方不同意而公开的理由", max_length=500, blank=True)
    unasked = models.CharField("没有征求第三方意见的理由", max_length=500, blank=True, default="", db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "处理决定"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"答复：{self.row}（{self.decided_on}）"

    @property
    def row(self) -> str:
        """Return the name of the result."""
        return REQUEST_RESULTS[self.result].name


class Delivery(models.Model):
    """A delivery of an answer to the applicant, with its proof."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="deliveries")
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="处理决定"
    )
    route = models.CharField("送达方式", max_length=10, choices=DeliveryRoute)
    on = models.DateField("送达日期")
    proof = models.CharField("送达凭证", max_length=200, help_text="如挂号信编号、签收人、发送记录。")

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"送达：{self.get_route_display()}（{self.on}）"


class Letter(models.Model):
    """An encrypted letter, made in the transaction of its act; `digest` is of the plain bytes.

    Its recipient is the applicant or the party of a `consultation`; a letter of a `decision`
    communicates it.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="letters")
    kind = models.CharField("文书", max_length=16)
    number = models.CharField("文号", max_length=80)
    made_on = models.DateField("成文日期")
    template = models.CharField("模板摘要值", max_length=64, blank=True)
    content = models.BinaryField("文件")
    key = EncryptedTextField("文件密钥")
    digest = models.CharField("摘要值", max_length=64)
    opened_at = models.DateTimeField("首次打开时间", null=True, blank=True)
    served_on = models.DateField("申请人收到日期", null=True, blank=True)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)
    withheld = models.BooleanField("不再提供", default=False)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="征求意见"
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="处理决定"
    )

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number

    stream = RowName("entry", "request_id")


class SignedLetter(models.Model):
    """The signed PDF of a letter, encrypted; empty while it is tried again at `again_at`."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="signed", verbose_name="文书")
    content = models.BinaryField("文件")
    key = EncryptedTextField("文件密钥")
    digest = models.CharField("摘要值", max_length=64, blank=True)
    serial = models.CharField("证书序列号", max_length=64)
    at = models.DateTimeField("签名时间", auto_now_add=True)
    tries = models.PositiveSmallIntegerField("已试次数", default=1, db_default=1)
    again_at = models.DateTimeField("再试时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "签名文书"


class LetterTemplate(models.Model):
    """A unit's own .docx template for one kind of letter, with fields in double braces."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("文书", max_length=16)
    name = models.CharField("文件名", max_length=200)
    content = models.BinaryField("文件")
    digest = models.CharField("摘要值", max_length=64)
    by = models.CharField("上传人", max_length=120)
    at = models.DateTimeField("上传时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书模板"
        constraints = [models.UniqueConstraint(fields=["body", "kind"], name="letter_template_once")]


class SecrecyVerdict(models.TextChoices):
    """Conclusions of a secrecy review (条例第十四条、第十七条; 保守国家秘密法第三十五条)."""

    PUBLISH = "publish", "可以公开"
    PART = "part", "遮盖后可以公开"
    WITHHOLD = "withhold", "不得公开"
    REFER = "refer", "不能确定，提请主管部门或者保密行政管理部门确定"


# Conclusions that permit handing out files.
PASSING_VERDICTS = frozenset({SecrecyVerdict.PUBLISH, SecrecyVerdict.PART})


class Material(NamedFile):
    """A file that answers a request, with its masked copy, visible to people who handle it.

    `released` is the file a decision handed out. It stays released while the request is reopened,
    and is recalled if the unit revokes its answer.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="materials")
    masked = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="遮盖副本"
    )
    hidden = models.PositiveIntegerField("遮盖处数", default=0)
    by_machine = models.BooleanField("机器遮盖", default=False)
    warnings = models.JSONField("需人工查看", default=list)
    masked_by = models.CharField("遮盖人", max_length=120, blank=True)
    released_on = models.DateField("提供日期", null=True, blank=True)
    released = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提供的文件"
    )
    released_masked = models.BooleanField("提供的是遮盖副本", default=False)
    recalled_on = models.DateField("收回日期", null=True, blank=True)
    opened_at = models.DateTimeField("申请人首次打开时间", null=True, blank=True)
    dropped = models.BooleanField("不再使用", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "拟提供的材料"
        ordering = ["pk"]

    stream = RowName("entry", "request_id")

    @property
    def digests(self) -> set[str]:
        """Return the digests a secrecy review must cover: the original and the masked copy."""
        return {self.stored_id, *([self.masked_id] if self.masked_id else [])}

    @property
    def suffix(self) -> str:
        """Return the file extension, without the dot."""
        return self.name.rpartition(".")[2].lower()


class SecrecyReview(models.Model):
    """A secrecy review (政府信息公开审查) of the information requested."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="secrecy_reviews")
    verdict = models.CharField("审查结论", max_length=8, choices=SecrecyVerdict)
    basis = models.CharField("依据", max_length=300, blank=True)
    opinion = models.TextField("审查意见", blank=True)
    materials = models.JSONField("审查的材料", default=list, help_text="各材料的摘要值。")
    by = models.CharField("审查人", max_length=120)
    person = models.BigIntegerField("审查人编号", null=True)
    on = models.DateField("审查日期")
    outdated = models.BooleanField("撤销答复以前的审查", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "保密审查"
        ordering = ["pk"]

    def covers(self, materials: Iterable[Material]) -> bool:
        """Return true if the review covered these files and their current masked copies."""
        return {digest for material in materials for digest in material.digests} <= set(self.materials)
