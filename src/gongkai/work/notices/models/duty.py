"""Duties of a measure, awaited acts, and defaults for vague deadline words."""

from django.db import models

from gongkai.core.units.models import Body
from gongkai.work.notices.models.measure import Measure
from gongkai.work.notices.models.notice import Notice


class VagueDefault(models.Model):
    """The meaning of a vague word (及时、定期、动态更新) for a government, and who set it.

    `days` are working days after the event; `cycle` is the interval of checks. Governments without
    rows use the table in `planning/rules.py`.
    """

    government = models.ForeignKey(Body, models.CASCADE, related_name="vague_defaults", verbose_name="政府")
    word = models.CharField("用语", max_length=20)
    days = models.PositiveSmallIntegerField("工作日", null=True, blank=True)
    cycle = models.CharField("核查周期", max_length=10)
    note = models.CharField("说明", max_length=200, blank=True)
    set_by = models.CharField("设定人", max_length=120)
    set_at = models.DateTimeField("设定时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "时限默认值"
        constraints = [models.UniqueConstraint(fields=["government", "word"], name="vague_word_once")]


class AwaitedAct(models.Model):
    """An act of a higher body on which a deadline depends; its date starts the months."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="awaited", verbose_name="通知")
    words = models.CharField("等待的事项", max_length=300)
    title = models.CharField("文件标题", max_length=300, blank=True)
    doc_number = models.CharField("发文字号", max_length=80, blank=True)
    dated = models.DateField("日期", null=True, blank=True)
    entered_by = models.CharField("登记人", max_length=120, blank=True)
    entered_at = models.DateTimeField("登记时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "等待的上级文件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words


class Duty(models.Model):
    """One duty inside a measure, a line of the checklist.

    `due` is the rule as data (see docs/notices.md), {} for none. `paths` are lists of column names
    from the root. `cycle` is the interval at which a vague duty is checked. `guides` marks a duty
    to guide other units, which closes only with a dated record for each.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="duties", verbose_name="举措")
    position = models.PositiveSmallIntegerField("顺序")
    text = models.TextField("要求")
    paths = models.JSONField("公开路径", default=list)
    channels = models.JSONField("其他渠道", default=list)
    due = models.JSONField("时限规则", default=dict)
    due_text = models.CharField("时限原文", max_length=200, blank=True)
    cycle = models.CharField("核查周期", max_length=10, blank=True)
    default_note = models.CharField("采用的默认值", max_length=200, blank=True)
    default_by = models.CharField("默认值设定人", max_length=120, blank=True)
    awaits = models.ForeignKey(
        AwaitedAct, models.SET_NULL, null=True, blank=True, related_name="duties", verbose_name="等待"
    )
    guides = models.BooleanField("指导类", default=False)
    guided = models.ManyToManyField(Body, blank=True, related_name="+", verbose_name="指导对象")

    class Meta:
        verbose_name = verbose_name_plural = "要求"
        ordering = ["measure", "position", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
