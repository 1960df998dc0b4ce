"""When an installation was opened to the public (开通); until then it is being prepared (筹备) and the public sees nothing of it."""

from datetime import date

from django.db import models
from django.utils import timezone

from gongkai.core.units.models import Person


class Launch(models.Model):
    """The one row that says so. Without it (a sample, a measured database) the installation is open.

    `gongkai init` writes it, 提请开通 says what becomes of tasks that were due before, 开通 ends it; nothing takes an opened one back.
    """

    class Earlier(models.TextChoices):
        """What becomes of tasks whose day lies before the opening."""

        CATCH_UP = "catch_up", "补录：给一个补录期限，期限以前不算逾期"
        LEAVE_OUT = "leave_out", "不纳入：取消这些任务，留有记录"

    started_at = models.DateTimeField("筹备开始")
    proposed_at = models.DateTimeField("提请开通", null=True, blank=True)
    proposed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提请人"
    )
    earlier = models.CharField("开通以前到期的任务", max_length=12, choices=Earlier, blank=True)
    until = models.DateField("补录期限", null=True, blank=True)
    opened_at = models.DateTimeField("开通时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "开通"

    def __str__(self) -> str:
        return "开通"

    @property
    def day(self) -> date | None:
        """The day of the opening."""
        return timezone.localdate(self.opened_at) if self.opened_at else None

    @property
    def state_words(self) -> str:
        """Return how far it is, in a word."""
        if self.opened_at:
            return "已开通"
        return "待确认开通" if self.proposed_at else "筹备中"
