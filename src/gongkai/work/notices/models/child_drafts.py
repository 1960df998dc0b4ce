"""Draft notices for lower units (下发)."""

from django.db import models
from django.urls import reverse

from gongkai.core.units.models import Body
from gongkai.work.notices.models.notice import Notice


class ChildDraft(models.Model):
    """A notice drafted from measures of another one; it becomes a notice when issued and imported.

    `rows` are dictionaries with `measure` (key of the source measure or null), `section`, `item`,
    `text`, `lead`, `responsible` (lists of names), `limit` and `extras` (further columns by head).
    `government` is a government, or a unit that divides its own tasks. `issued` is the imported
    notice.
    """

    government = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="下发政府")
    source = models.ForeignKey(Notice, models.CASCADE, related_name="child_drafts", verbose_name="来源通知")
    title = models.CharField("标题", max_length=300)
    doc_number = models.CharField("发文字号", max_length=80, blank=True)
    issuer_name = models.CharField("印发单位", max_length=200)
    addressee = models.CharField("主送机关", max_length=300)
    preamble = models.TextField("正文")
    signed_on = models.DateField("成文日期", null=True, blank=True)
    copied_to = models.CharField("抄送", max_length=300, blank=True)
    rows = models.JSONField("任务", default=list)
    drafted_by = models.CharField("起草人", max_length=120)
    drafted_at = models.DateTimeField("起草时间", auto_now_add=True)
    issued = models.ForeignKey(
        Notice, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="导入的通知"
    )
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "下级通知草稿"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        """The URL of its page."""
        return reverse("notices_passing_draft", args=[self.pk])
