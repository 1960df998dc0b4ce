"""Online surveys (网上调研): a questionnaire of a unit, what people answered, and what came of it (渝府办发〔2021〕50号二（三））."""

from datetime import date
from typing import TypedDict

from django.db import models
from django.utils import timezone

from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedWordsField

#: Marks of a question that is answered by marks, the best last.
MARKS = range(1, 6)


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    ONE = "one", "单选"
    MANY = "many", "多选"
    SCALE = "scale", "评分（1至5分）"
    WORDS = "words", "填空"


class Asked(TypedDict):
    """A question as the public is asked it: frozen when the questionnaire is written, and again when it goes out. `most` is 0 for no limit."""

    number: int
    kind: str
    text: str
    options: list[str]
    required: bool
    most: int


class Survey(models.Model):
    """A survey of what a policy does. Its questions are made first; it is open from when its announcement is public until its last day.

    `asked` are the questions as they went out: nothing else is asked, nothing else is counted. `answered_on` is the day on which its results
    became public; `dropped` is why it was given up before it began.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="surveys", verbose_name="调研单位")
    title = models.CharField("调研名称", max_length=120)
    policy = models.CharField(
        "调研的政策", max_length=200, help_text="文件的名称和文号，如：云岭市普惠性幼儿园管理办法"
    )
    starts_on = models.DateField("开始日期", null=True, blank=True)
    ends_on = models.DateField("截止日期", null=True, blank=True, db_index=True)
    asked = models.JSONField("公布的问题", default=list, editable=False)
    answered_on = models.DateField("公布结果日期", null=True, blank=True)
    dropped = models.CharField("取消的理由", max_length=300, blank=True)
    made_by = models.CharField("登记人", max_length=120)
    made_at = models.DateTimeField("登记时间", default=timezone.now)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "网上调研"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def unit(self) -> Body:
        """Whose it is."""
        return self.body

    @property
    def stream(self) -> str:
        """Its stream in the log."""
        return f"survey/{self.pk}"

    def is_open(self, today: date | None = None) -> bool:
        """Whether answers are taken on a day (today)."""
        day = today or timezone.localdate()
        return (
            self.starts_on is not None and self.ends_on is not None and self.starts_on <= day <= self.ends_on
        )

    @property
    def is_over(self) -> bool:
        """Whether it ran and its last day is over."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def is_due(self) -> bool:
        """Whether its results are owed."""
        return self.is_over and self.answered_on is None

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.dropped:
            return "已取消"
        if self.starts_on is None:
            return "编制问卷"
        if self.answered_on:
            return "已公布结果"
        return "待公布结果" if self.is_over else "正在调研"


class SurveyQuestion(models.Model):
    """A question of a survey, as it is made; `options` are lines."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name="网上调研")
    position = models.PositiveIntegerField("序号")
    text = models.CharField("问题", max_length=200)
    kind = models.CharField("题型", max_length=6, choices=QuestionKind)
    options = models.TextField(
        "选项", blank=True, max_length=2000, help_text="单选、多选填写，一行一个，2至20个"
    )
    most = models.PositiveSmallIntegerField(
        "最多选几项", default=0, blank=True, help_text="多选题填写，0为不限"
    )
    required = models.BooleanField("必答", default=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "问卷问题"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"

    @property
    def stream(self) -> str:
        """Its stream in the log: that of the survey."""
        return f"survey/{self.survey_id}"

    @property
    def lines(self) -> list[str]:
        """The options."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    def frozen(self) -> Asked:
        """Return the question as the public is asked it."""
        return {
            "number": self.pk,
            "kind": self.kind,
            "text": self.text,
            "options": self.lines,
            "required": self.required,
            "most": self.most,
        }


class SurveyReply(models.Model):
    """That somebody filled in a questionnaire. Nothing says who: no name is asked, no address is kept."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="replies", verbose_name="网上调研")
    number = models.PositiveIntegerField("编号")
    received_at = models.DateTimeField("收到时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "问卷"
        ordering = ["survey", "number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_reply_number_once")]

    def __str__(self) -> str:
        return f"{self.survey_id}-{self.number}"

    @property
    def matter(self) -> str:
        """Its name among the matters of people outside."""
        return f"survey_reply/{self.pk}"


class SurveyChoice(models.Model):
    """A choice in a reply: the place of an option (from 1), or a mark."""

    reply = models.ForeignKey(SurveyReply, models.CASCADE, related_name="choices", verbose_name="问卷")
    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="choices", verbose_name="问题")
    option = models.PositiveSmallIntegerField("选项")

    class Meta:
        verbose_name = verbose_name_plural = "问卷选择"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "question", "option"], name="survey_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.question_id}：{self.option}"


class SurveyWords(models.Model):
    """What somebody wrote in a reply. Staff read `masked`, in which personal data is hidden; nothing of it is published."""

    reply = models.ForeignKey(SurveyReply, models.CASCADE, related_name="words", verbose_name="问卷")
    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="words", verbose_name="问题")
    masked = EncryptedWordsField("文字意见（隐去个人信息）")

    class Meta:
        verbose_name = verbose_name_plural = "问卷文字意见"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reply", "question"], name="survey_words_once")]

    def __str__(self) -> str:
        return f"{self.reply_id}：{self.question_id}"
