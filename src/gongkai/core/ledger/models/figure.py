"""Figures over very many rows, as they were last counted."""

from django.db import models


class Figure(models.Model):
    """What a question gave (`ledger.figures`): derived, may go at any time.

    `key` is a digest of the question and of the very statement that chooses the rows, so that whoever is shown what is kept would count the same
    rows. `asked` and `user` say how to ask again, `wanted` when somebody last looked, `counting` since when a process is at it.
    """

    key = models.CharField("键", max_length=64, primary_key=True)
    question = models.CharField("统计", max_length=40)
    asked = models.JSONField("条件", default=dict)
    user = models.BigIntegerField("查看人编号", null=True, blank=True)
    found = models.JSONField("结果", default=dict)
    at = models.DateTimeField("统计时间")
    wanted = models.DateTimeField("最近查看")
    counting = models.DateTimeField("开始重新统计", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "统计数"
        indexes = [models.Index(fields=["at"], name="figure_at")]
