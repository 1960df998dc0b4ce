"""Changes of law entered in this installation, for a second person to confirm."""

from datetime import date, timedelta

from django.db import models
from django.utils import timezone

from gongkai.lib.law import FigureChange, Notice
from gongkai.lib.law.calendar import DaysOff


class ChangeState(models.TextChoices):
    """State of a change of law."""

    WAITING = "waiting", "待核对"
    CONFIRMED = "confirmed", "已核对"
    REFUSED = "refused", "不予登记"


class LegalChange(models.Model):
    """A new figure of law, or new working days of a year whose notice is known.

    It counts after another person confirmed it. `facts` are the fields of the change (JSON): of a figure key, value,
    since, until and transition; of a calendar the fields of the year's notice.
    """

    class Kind(models.TextChoices):
        """Kinds of changes."""

        FIGURE = "figure", "期限"
        CALENDAR = "calendar", "放假安排"

    kind = models.CharField("类别", max_length=8, choices=Kind)
    facts = models.JSONField("内容")
    words = models.CharField("变动", max_length=300)
    source = models.CharField("依据", max_length=300)
    by = models.CharField("登记人", max_length=120)
    person = models.BigIntegerField("登记人编号", null=True)
    account = models.BigIntegerField("登记账号", null=True)
    at = models.DateTimeField("登记时间", auto_now_add=True)
    state = models.CharField("核对", max_length=10, choices=ChangeState, default=ChangeState.WAITING)
    decided_by = models.CharField("核对人", max_length=120, blank=True)
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    reason = models.CharField("不予登记的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "期限和工作日历的变动"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.words

    @property
    def stream(self) -> str:
        """Name of its stream in the log."""
        return f"legal/{self.pk}"

    @property
    def figure(self) -> FigureChange:
        """Return the change for the law rules; cases closed by the day of its confirmation keep the old figure."""
        facts = self.facts
        return FigureChange(
            key=facts["key"],
            value=facts["value"],
            since=date.fromisoformat(facts["since"]),
            until=date.fromisoformat(facts["until"]) if facts["until"] else None,
            entered=timezone.localdate(self.decided_at) + timedelta(days=1),
            source=self.source,
            transition=facts["transition"],
        )

    @property
    def notice(self) -> Notice:
        """The new notice of a year."""
        facts = self.facts
        return Notice(
            year=facts["year"],
            title=facts["title"],
            number=facts["number"],
            issued_on=date.fromisoformat(facts["issued_on"]) if facts["issued_on"] else None,
            source=self.source,
            off=tuple(
                DaysOff(name, date.fromisoformat(first), date.fromisoformat(last)) for name, first, last in facts["off"]
            ),
            work=tuple(date.fromisoformat(day) for day in facts["work"]),
        )
