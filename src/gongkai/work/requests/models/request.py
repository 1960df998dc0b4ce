"""The request and its choices."""

from typing import TYPE_CHECKING

from django.db import models

from gongkai.core.acts.models import RowName
from gongkai.core.intake.declared_fields import declare
from gongkai.core.ledger.models import Entry
from gongkai.core.vault.fields import EncryptedWordsField
from gongkai.core.vault.sealing import EncryptedWords
from gongkai.work.requests.results import OTHER_TOPIC, REQUEST_RESULTS, TOPIC_CHOICES, ApplicantKind

if TYPE_CHECKING:
    from gongkai.work.requests.models.decisions import Decision


class ReceiptChannel(models.TextChoices):
    """Channels of receipt (条例第二十九条、第三十一条); `READING` is the 政府信息公开专区 (W-11)."""

    PAGE = "page", "网页"
    COUNTER = "counter", "当面提交"
    MAIL = "mail", "邮寄"
    FAX = "fax", "传真"
    EMAIL = "email", "电子邮件"
    READING = "reading", "政府信息公开专区"


class ProvisionForm(models.TextChoices):
    """Forms in which information is wanted or provided (条例第四十条)."""

    PAPER = "paper", "纸质"
    ELECTRONIC = "electronic", "电子文档"
    DISC = "disc", "光盘等存储介质"
    READING = "reading", "现场查阅、抄录"


class DeliveryRoute(models.TextChoices):
    """Routes by which the answer is wanted or delivered; `PAGE` is the public status page."""

    MAIL = "mail", "邮寄"
    EMAIL = "email", "电子邮件"
    FAX = "fax", "传真"
    PICK_UP = "pick_up", "自行领取"
    PAGE = "page", "网上查询"


# The heading of the fields on how the information is wanted, on the public form.
PROVISION_GROUP_HEADING = "怎样提供给您"
# The ending of a merged, split or transferred request; no row of its first year counts it.
VOID_RESULT = "void"
# The outcome of a merged or split request, whose successor continues its clock.
CARRIED_OUTCOME = "carried"


class Request(models.Model):
    """An information request; the applicant's contacts are stored with its party.

    `received_on` is the day of receipt (条例第三十一条). `counted_on` is the day from which it counts in
    the unit's report; it differs only for successors of other requests. `ended_on` and `ended_as`
    record the first ending and survive a reopening: reported results stay.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="request")
    applicant_kind = models.CharField("申请人类型", max_length=12, choices=ApplicantKind)
    channel = models.CharField("提交方式", max_length=10, choices=ReceiptChannel)
    submitted_on = models.DateField("提交日期")
    received_on = models.DateField("收到日期")
    counted_on = models.DateField("计入统计日期", db_index=True)
    wanted = declare(
        EncryptedWordsField("所需政府信息"),
        help="写明名称、文号或者便于查询的其他特征。一件申请只写一项信息。",
        staff_help="名称、文号或者便于查询的其他特征。口头申请的由受理人代为填写。",
        least=4,
        most=5000,
        rows=5,
        width=50,
    )
    reference = declare(
        EncryptedWordsField("文号或者其他特征", blank=True),
        most=300,
        also=("文号", "文号或者特征", "其他特征"),
        width=20,
    )
    form_wanted = declare(
        models.CharField("提供方式", max_length=12, choices=ProvisionForm, default=ProvisionForm.ELECTRONIC), width=12
    )
    route_wanted = declare(
        models.CharField("获取途径", max_length=10, choices=DeliveryRoute, default=DeliveryRoute.MAIL), width=12
    )
    wishes = declare(
        EncryptedWordsField("其他合理要求", blank=True),
        group=PROVISION_GROUP_HEADING,
        help="例如要大字的答复书；阅读、视听有困难，需要提供帮助（《条例》第四十三条）。",
        most=500,
        also=("其他要求", "特殊要求"),
        width=24,
    )
    wishes_met = models.CharField("要求的满足情况", max_length=500, blank=True)
    asked_correction = EncryptedWordsField("需要补正的事项", blank=True)
    corrected_wanted = EncryptedWordsField("补正后的申请内容", blank=True)
    topic = models.CharField("主题", max_length=10, choices=TOPIC_CHOICES, default=OTHER_TOPIC)
    proposal = models.JSONField("拟办意见", default=dict, blank=True)
    ended_on = models.DateField("首次办结日期", null=True, blank=True)
    ended_as = models.CharField(
        "首次办理结果",
        max_length=8,
        blank=True,
        choices=[*((key, one.name) for key, one in REQUEST_RESULTS.items()), (VOID_RESULT, "不计入本机关")],
    )
    revoked_for = EncryptedWordsField("撤销原处理的理由", blank=True)
    answered_late = models.BooleanField("曾逾期答复", default=False)
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="offspring", verbose_name="来源申请"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入申请"
    )
    archived_as = models.CharField("档号", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政府信息公开申请"
        indexes = [
            models.Index(fields=["ended_on", "counted_on"], name="request_ended_counted"),
            models.Index(fields=["-received_on", "-entry"], name="request_received"),
        ]

    def __str__(self) -> str:
        return self.entry.number

    @property
    def content(self) -> EncryptedWords:
        """Return the requested information, as corrected."""
        return self.corrected_wanted or self.wanted

    @property
    def decided(self) -> "Decision | None":
        """Return the decision in force: the last one, None if it was revoked or there is none."""
        last_decision = self.decisions.last()
        return last_decision if last_decision and not last_decision.revoked_on else None

    matter = RowName("request")


class Supplement(models.Model):
    """An applicant's further explanation of a request, encrypted and erased with it; files are `intake.Upload`s."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="supplements")
    text = EncryptedWordsField("补充内容")
    files = models.PositiveSmallIntegerField("附件数", default=0)
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "补充材料"
        ordering = ["pk"]
