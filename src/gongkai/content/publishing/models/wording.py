"""Model of words that are public once a second person confirms them."""

from django.db import models
from django.utils import timezone


class WordsState(models.TextChoices):
    """Where proposed words stand."""

    WAITING = "waiting", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "不同意"
    REPLACED = "replaced", "已由新的提议代替"
    WITHDRAWN = "withdrawn", "提出人已撤回"


class ProposedWords(models.Model):
    """Words for a site, a column or a policy document that somebody proposed. The public reads the former ones until somebody else confirms.

    A name and numbers, not foreign keys: what was proposed stays on record whatever becomes of its target.
    """

    target = models.CharField("对象", max_length=64, db_index=True, help_text="如 website/3、column/12")
    title = models.CharField("对象名称", max_length=200)
    body_id = models.BigIntegerField("单位编号", db_index=True)
    before = models.JSONField("现在的文字", default=dict)
    after = models.JSONField("提议的文字", default=dict)
    state = models.CharField("状态", max_length=10, choices=WordsState, default=WordsState.WAITING)
    by = models.CharField("提出人", max_length=120)
    person_id = models.BigIntegerField("提出人编号", null=True)
    account_id = models.BigIntegerField("提出人账号", null=True)
    at = models.DateTimeField("提出时间", default=timezone.now)
    decided_by = models.CharField("确认人", max_length=120, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待确认的文字"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=models.Q(state="waiting"), name="one_proposal_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}：{self.get_state_display()}"
