"""Cached counts over very many rows."""

from django.db import models


class Figure(models.Model):
    """Cached result of a question (`ledger.figures`); may be deleted at any time.

    `key` is a digest of the question and of the SQL that selects the rows, so that only users with
    the same rows share it. `asked` and `user` allow a recount, `wanted` is the last view,
    `counting` the start of a running recount.
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
