"""Models of the Q&A base (政策咨询问答库), its synonyms and fitted weights."""

from django.db import models

from gongkai.core.acts.models import RowName
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedWordsField
from gongkai.work.consultation.models.inquiry import Inquiry
from gongkai.work.consultation.states import ANSWER_MACHINE

#: The government hotline: the platform of orders imported from spreadsheets.
HOTLINE_NUMBER = "12345"


class ExchangeClient(models.Model):
    """A platform that sends orders and reads their status, with the digest of its token."""

    name = models.CharField("对接平台", max_length=40, unique=True)
    receiver = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="受理单位")
    token_digest = models.CharField("令牌摘要值", max_length=64, unique=True)
    made_at = models.DateTimeField("开通时间", auto_now_add=True)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    asked_at = models.DateTimeField("最近访问", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "平台对接"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    stream = RowName("exchange")


class ExchangeOrder(models.Model):
    """An order of another platform; `digest` distinguishes repetitions by content."""

    platform = models.CharField("平台", max_length=40)
    ref = models.CharField("工单编号", max_length=80)
    inquiry = models.OneToOneField(Inquiry, models.CASCADE, related_name="order", verbose_name="咨询留言")
    digest = models.CharField("内容摘要值", max_length=64)
    at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "12345工单"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["platform", "ref"], name="order_once")]

    def __str__(self) -> str:
        return self.ref


class Theme(models.Model):
    """A theme of answers (C-05: 生育, 教育, 养老, …)."""

    name = models.CharField("主题", max_length=40, unique=True)
    position = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "问答主题"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


# Counter field → the reason why an answer did not help.
UNHELPFUL_REASONS = {
    "unclear": "看不懂",
    "beside": "没有答到要问的",
    "outdated": "内容过时",
    "differs": "与实际办理不一致",
}


class KnownAnswer(models.Model):
    """A question with its answer, written, checked and released by three persons.

    `variants` are other wordings of the question. `basis` is the legal basis in words, `documents`
    its documents in the policy library. `source` is the inquiry from which it was made.
    """

    question = models.CharField("问题", max_length=300)
    variants = models.JSONField("其他问法", default=list, blank=True)
    answer = models.TextField("答复")
    basis = models.CharField("依据", max_length=600, blank=True)
    documents = models.ManyToManyField(
        "editions.Document", blank=True, related_name="known_answers", verbose_name="依据的文件"
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="known_answers", verbose_name="答复单位")
    themes = models.ManyToManyField(Theme, blank=True, related_name="answers", verbose_name="主题")
    media = models.ManyToManyField("editions.Document", blank=True, related_name="+", verbose_name="图解、动画、视频")
    contact = models.CharField("咨询电话", max_length=60, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    # The reason why a finding in the text is not personal data; reviewers read it.
    kept_because = models.CharField("不是个人信息的理由", max_length=300, blank=True, default="", db_default="")
    state = models.CharField(
        "状态", max_length=12, choices=list(ANSWER_MACHINE.labels.items()), default=ANSWER_MACHINE.first, db_index=True
    )
    source = models.ForeignKey(
        "consultation.Inquiry",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="made_answers",
        verbose_name="来源咨询",
    )
    written_by = models.BigIntegerField("起草人编号", null=True, blank=True)
    checked_by = models.BigIntegerField("初审人编号", null=True, blank=True)
    released_at = models.DateTimeField("签发时间", null=True, blank=True)
    confirmed_on = models.DateField("最近梳理日期", null=True, blank=True)
    uses = models.PositiveIntegerField("使用次数", default=0)
    helpful = models.PositiveIntegerField("有帮助", default=0)
    unhelpful = models.PositiveIntegerField("没有帮助", default=0)
    # Counters of the reasons why it did not help (`UNHELPFUL_REASONS`).
    unclear = models.PositiveIntegerField(UNHELPFUL_REASONS["unclear"], default=0, db_default=0)
    beside = models.PositiveIntegerField(UNHELPFUL_REASONS["beside"], default=0, db_default=0)
    outdated = models.PositiveIntegerField(UNHELPFUL_REASONS["outdated"], default=0, db_default=0)
    differs = models.PositiveIntegerField(UNHELPFUL_REASONS["differs"], default=0, db_default=0)
    changed_at = models.DateTimeField("变动时间", auto_now=True, db_index=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "问答"
        indexes = [models.Index(fields=["body", "state"], name="known_answer_body_state")]

    def __str__(self) -> str:
        return self.question

    @property
    def whys(self) -> str:
        """Return the counted reasons why an answer did not help (看不懂2、内容过时1), or ""."""
        return "、".join(
            f"{label}{count}" for name, label in UNHELPFUL_REASONS.items() if (count := getattr(self, name))
        )

    stream = RowName("answer")

    @property
    def state_label(self) -> str:
        """Return the label of the answer's state."""
        return ANSWER_MACHINE.labels[self.state]


class UseWay(models.TextChoices):
    """Ways in which an answer of the Q&A base was used for a question.

    `GIVEN`: told at once after a search. `MERGED` and `ADDED`: the periodic review merged the inquiry into it, or
    made it from the inquiry. `HELPED`: a citizen called it helpful.
    """

    GIVEN = "given", "检索后当场答复"
    REPLIED = "replied", "答复留言"
    MERGED = "merged", "梳理并入"
    ADDED = "added", "梳理收入"
    HELPED = "helped", "群众认为有帮助"


class Use(models.Model):
    """A use of an answer for a question (C-02), for hit rates and for fitting weights.

    `asked` is the masked question; that of an inquiry is read from the inquiry. `rank` is the
    position at which the search had found the answer; None if it had not.
    """

    answer = models.ForeignKey(KnownAnswer, models.CASCADE, related_name="used", verbose_name="问答")
    asked = EncryptedWordsField("所问", blank=True)
    inquiry = models.ForeignKey(
        "consultation.Inquiry", models.CASCADE, null=True, blank=True, related_name="uses", verbose_name="咨询留言"
    )
    way = models.CharField("方式", max_length=8, choices=UseWay)
    channel = models.CharField("渠道", max_length=12, blank=True)
    rank = models.PositiveSmallIntegerField("排在第几", null=True, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "问答使用"
        ordering = ["-pk"]


class OwnSynonym(models.Model):
    """An everyday word for an official term, in addition to the built-in table."""

    everyday = models.CharField("日常说法", max_length=20)
    official = models.CharField("规范用语", max_length=40)
    weight = models.FloatField("把握", default=1.0)
    by = models.CharField("登记人", max_length=120)
    changed_at = models.DateTimeField("变动时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "同义词"
        ordering = ["official", "everyday"]
        constraints = [models.UniqueConstraint(fields=["everyday", "official"], name="own_synonym_once")]

    def __str__(self) -> str:
        return f"{self.everyday} → {self.official}"

    stream = "answer-search"


class WeightFit(models.Model):
    """Search weights fitted to questions and chosen answers, used only if they rank better.

    `before` and `after` are the mean nDCG@10 on held-out pairs. The last accepted fit that is not
    disabled applies.
    """

    pairs = models.PositiveIntegerField("学习的问答对")
    held = models.PositiveIntegerField("留作检验的问答对")
    before = models.FloatField("检验：原权重")
    after = models.FloatField("检验：新权重")
    first_before = models.FloatField("首条命中：原权重")
    first_after = models.FloatField("首条命中：新权重")
    weights = models.JSONField("权重")
    kept = models.BooleanField("采用", default=False)
    put_aside_at = models.DateTimeField("停用时间", null=True, blank=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    by = models.CharField("发起人", max_length=120)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "检索权重"
        ordering = ["-pk"]

    stream = "answer-search"
