"""Faults reported by readers."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from gongkai.content.editions.models import Website
from gongkai.core.intake.declared import declare
from gongkai.core.ledger.models import Entry
from gongkai.core.vault.fields import EncryptedWordsField


class FaultKind(models.TextChoices):
    """Kinds of faults."""

    WORDING = "wording", "错别字、表述错误"
    LINK = "link", "链接、附件打不开"
    STALE = "stale", "内容长期不更新"
    CONTENT = "content", "内容不准确"
    PRIVACY = "privacy", "泄露个人信息"
    FUNCTION = "function", "功能不能用"
    OTHER = "other", "其他"


class Satisfaction(models.IntegerChoices):
    """Degrees of satisfaction with an answer."""

    GOOD = 3, "满意"
    FAIR = 2, "基本满意"
    POOR = 1, "不满意"


class Fault(models.Model):
    """A fault reported by a reader; `text` is erased with the reader's data, the answer stays."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="fault")
    website = models.ForeignKey(Website, models.SET_NULL, null=True, related_name="faults", verbose_name="网站")
    page = declare(
        EncryptedWordsField("网页地址", blank=True), help="从网页页脚点“我为政府网站找错”会自动填好。", most=500
    )
    kind = declare(models.CharField("问题类型", max_length=12, choices=FaultKind))
    text = declare(
        EncryptedWordsField("问题描述"),
        help="写清楚哪一处、错在哪里。请不要填写身份证号码、银行卡号等与问题无关的个人信息。",
        least=5,
        most=2000,
        rows=6,
    )
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        "满意度",
        choices=Satisfaction,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
    )
    remark = EncryptedWordsField("评价意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "网站找错"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.pk}）"
