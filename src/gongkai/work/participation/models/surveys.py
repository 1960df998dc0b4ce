"""Online surveys (网上调研): questions, replies and results (渝府办发〔2021〕50号二（三）)."""

from datetime import date
from typing import TypedDict

from django.db import models
from django.utils import timezone

from gongkai.core.acts.models import RowName
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedWordsField

# Marks of a scale question, the best last.
SCALE_MARKS = range(1, 6)


class QuestionKind(models.TextChoices):
    """Forms of answer to a survey question; `SCALE`: one to five points, `WORDS`: free text."""

    ONE = "one", "单选"
    MANY = "many", "多选"
    SCALE = "scale", "评分（1至5分）"
    WORDS = "words", "填空"


class PublishedQuestion(TypedDict):
    """A question as published. `most` is 0 for no limit."""

    number: int
    kind: str
    text: str
    options: list[str]
    required: bool
    most: int


class Survey(models.Model):
    """A survey on the effects of a policy, open from its published announcement to its last day.

    `asked` are the published questions, the only ones asked and counted. `answered_on` is the day
    of the published results; `dropped` is the reason for giving it up.
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
        """Return the unit of the survey."""
        return self.body

    stream = RowName("survey")

    def is_open(self, today: date | None = None) -> bool:
        """Return whether replies are accepted on a day (default: today)."""
        day = today or timezone.localdate()
        return self.starts_on is not None and self.ends_on is not None and self.starts_on <= day <= self.ends_on

    @property
    def is_over(self) -> bool:
        """Return whether the survey has ended."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def is_due(self) -> bool:
        """Return whether the survey has ended and its results are not public."""
        return self.is_over and self.answered_on is None

    @property
    def state(self) -> str:
        """Return the status in words."""
        if self.dropped:
            return "已取消"
        if self.starts_on is None:
            return "编制问卷"
        if self.answered_on:
            return "已公布结果"
        return "待公布结果" if self.is_over else "正在调研"


class SurveyQuestion(models.Model):
    """A question of a survey; `options` has one option a line."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name="网上调研")
    position = models.PositiveIntegerField("序号")
    text = models.CharField("问题", max_length=200)
    kind = models.CharField("题型", max_length=6, choices=QuestionKind)
    options = models.TextField("选项", blank=True, max_length=2000, help_text="单选、多选填写，一行一个，2至20个")
    most = models.PositiveSmallIntegerField("最多选几项", default=0, blank=True, help_text="多选题填写，0为不限")
    required = models.BooleanField("必答", default=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "问卷问题"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.position}. {self.text}"

    stream = RowName("survey", "survey_id")

    @property
    def lines(self) -> list[str]:
        """Return the options of the question, without empty lines."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    def frozen(self) -> PublishedQuestion:
        """Return the question as published."""
        return {
            "number": self.pk,
            "kind": self.kind,
            "text": self.text,
            "options": self.lines,
            "required": self.required,
            "most": self.most,
        }


class SurveyReply(models.Model):
    """An anonymous reply to a survey."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="replies", verbose_name="网上调研")
    number = models.PositiveIntegerField("编号")
    received_at = models.DateTimeField("收到时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "问卷"
        ordering = ["survey", "number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_reply_number_once")]

    def __str__(self) -> str:
        return f"{self.survey_id}-{self.number}"

    matter = RowName("survey_reply")


class SurveyChoice(models.Model):
    """A choice in a reply: the position of an option (from 1) or a mark."""

    reply = models.ForeignKey(SurveyReply, models.CASCADE, related_name="choices", verbose_name="问卷")
    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="choices", verbose_name="问题")
    option = models.PositiveSmallIntegerField("选项")

    class Meta:
        verbose_name = verbose_name_plural = "问卷选择"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reply", "question", "option"], name="survey_choice_once")]

    def __str__(self) -> str:
        return f"{self.question_id}：{self.option}"


class SurveyWords(models.Model):
    """A written answer in a reply, with personal data masked; it is not published."""

    reply = models.ForeignKey(SurveyReply, models.CASCADE, related_name="words", verbose_name="问卷")
    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="words", verbose_name="问题")
    masked = EncryptedWordsField("文字意见（隐去个人信息）")

    class Meta:
        verbose_name = verbose_name_plural = "问卷文字意见"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reply", "question"], name="survey_words_once")]

    def __str__(self) -> str:
        return f"{self.reply_id}：{self.question_id}"
