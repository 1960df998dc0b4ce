"""Records of past events (补录) that a second person confirms or refuses."""

from django.db import models

from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models.entry import Entry
from gongkai.core.vault.fields import EncryptedTextField


class PastState(models.TextChoices):
    """State of a record of a past event."""

    WAITING = "waiting", "待核对"
    CONFIRMED = "confirmed", "已核对"
    REFUSED = "refused", "不予登记"


class PastRecord(models.Model):
    """An action on an entry that happened on an earlier day, with its proof.

    One person records it; it takes effect after another person has compared it with the proof.
    `facts` are the action's arguments (JSON), `lines` the same in Chinese; both may name outside
    persons.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="past_records", verbose_name="记录")
    action = models.CharField("事项", max_length=80)
    on = models.DateField("发生日期")
    facts = EncryptedTextField("内容", blank=True)
    lines = EncryptedTextField("登记的内容", blank=True)
    paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="凭证")
    paper_name = models.CharField("凭证文件名", max_length=200, blank=True)
    paper_number = models.CharField("凭证文号或者编号", max_length=120)
    recorded_by = models.CharField("登记人", max_length=120)
    person = models.BigIntegerField("登记人编号", null=True)
    account = models.BigIntegerField("登记账号", null=True)
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    state = models.CharField("核对", max_length=10, choices=PastState, default=PastState.WAITING)
    decided_by = models.CharField("核对人", max_length=120, blank=True)
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    reason = models.CharField("不予登记的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "补录"
        ordering = ["pk"]
        indexes = [models.Index(fields=["entry"], condition=models.Q(state="waiting"), name="pastrecord_waiting")]

    def __str__(self) -> str:
        return f"补录（{self.on}）"

    @property
    def stream(self) -> str:
        """Name of its stream in the log: that of its entry."""
        return f"entry/{self.entry_id}"
