"""Anonymous cases for training and comparison (案例汇编)."""

from django.db import models

from gongkai.core.units.models import Body
from gongkai.work.requests.models.request import Request
from gongkai.work.requests.results import RESULTS


class Case(models.Model):
    """A closed request as an anonymous case with a comment. `request` is for the office only."""

    request = models.OneToOneField(Request, models.PROTECT, related_name="case")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="答复机关")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("案例名称", max_length=120)
    wanted = models.TextField("申请内容")
    result = models.CharField("办理结果", max_length=8, choices=[(k, r.name) for k, r in RESULTS.items()])
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
