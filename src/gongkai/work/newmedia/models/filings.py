"""Filings (备案): ledger entries to open, change or close an account."""

from django.db import models
from django.utils import timezone

from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.work.newmedia.models.accounts import Account


class FilingKind(models.TextChoices):
    """Kind of a filing."""

    OPEN = "open", "开设"
    CHANGE = "change", "变更"
    CLOSE = "close", "关停"


class Filing(models.Model):
    """Facts of a filing.

    `changes` maps fields to text values that apply on acceptance; `aftercare` is the plan for a closed account's
    contents and followers; `notice` is the address of the public announcement.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="account_filing")
    account = models.ForeignKey(Account, models.PROTECT, related_name="filings", verbose_name="账号")
    kind = models.CharField("事项", max_length=6, choices=FilingKind)
    reason = models.CharField("理由", max_length=500)
    changes = models.JSONField("变更内容", default=dict)
    before = models.JSONField("变更前的内容", default=dict, db_default={})
    aftercare = models.CharField("善后安排", max_length=500, blank=True)
    notice = models.URLField("公告地址", max_length=500, blank=True)
    done_on = models.DateField("办理日期", null=True, blank=True)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="材料")
    proof_name = models.CharField("材料名称", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "新媒体备案"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.account}"

    @property
    def is_early(self) -> bool:
        """Return True if it was done before it was filed."""
        return self.done_on is not None and self.done_on < timezone.localdate(self.entry.opened_at)
