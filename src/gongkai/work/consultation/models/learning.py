"""Models of search tuning: the office's synonyms and fitted weights."""

from django.db import models


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

    @property
    def stream(self) -> str:
        """The name of its log stream."""
        return "answer-search"


class WeightFit(models.Model):
    """A fit of the search weights to the office's pairs, used only if it scored better.

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

    @property
    def stream(self) -> str:
        """The name of its log stream."""
        return "answer-search"
