"""Calendar and changes of law, past records, lapses and rectifications."""

from datetime import date, timedelta

from django.db import models
from django.utils import timezone

from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models.entry import Entry
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField
from gongkai.lib.law import FigureChange, HolidayNotice
from gongkai.lib.law.calendar import Holiday


class ChangeState(models.TextChoices):
    """Verification state of a `LegalChange`: waiting for a second person, confirmed or refused."""

    WAITING = "waiting", "待核对"
    CONFIRMED = "confirmed", "已核对"
    REFUSED = "refused", "不予登记"


class LegalChange(models.Model):
    """A changed figure of law, or changed working days of a year, entered in this installation.

    It counts after another person confirmed it. `facts` are the fields of the change (JSON): of a figure key, value,
    since, until and transition; of a calendar the fields of the year's notice.
    """

    class Kind(models.TextChoices):
        """Subject of a change of law: a figure (a time limit), or the working days of a year."""

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

    stream = RowName("legal")

    @property
    def figure(self) -> FigureChange:
        """Return a confirmed change of a figure for the law library; cases closed by the day of confirmation keep the
        old figure."""
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
    def notice(self) -> HolidayNotice:
        """Return the new holiday notice of a change of the calendar."""
        facts = self.facts
        return HolidayNotice(
            year=facts["year"],
            title=facts["title"],
            number=facts["number"],
            issued_on=date.fromisoformat(facts["issued_on"]) if facts["issued_on"] else None,
            source=self.source,
            off=tuple(
                Holiday(name, date.fromisoformat(first_day), date.fromisoformat(last_day))
                for name, first_day, last_day in facts["off"]
            ),
            work=tuple(date.fromisoformat(day) for day in facts["work"]),
        )


class HolidayYear(models.Model):
    """A year's holiday notice of the State Council. Insert-only: a later row supersedes an earlier one."""

    year = models.PositiveSmallIntegerField("年份")
    title = models.CharField("通知标题", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    source = models.CharField("来源", max_length=300)
    off = models.JSONField("放假", help_text="每段：名称、第一天、最后一天。")
    work = models.JSONField("调休上班")
    by = models.CharField("登记人", max_length=120)
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "放假安排"
        ordering = ["pk"]

    stream = RowName("calendar", "year")

    @property
    def notice(self) -> HolidayNotice:
        """Return the year as a `HolidayNotice` of the law library."""
        return HolidayNotice(
            year=self.year,
            title=self.title,
            number=self.number,
            issued_on=self.issued_on,
            source=self.source,
            off=tuple(
                Holiday(name, date.fromisoformat(first_day), date.fromisoformat(last_day))
                for name, first_day, last_day in self.off
            ),
            work=tuple(date.fromisoformat(day) for day in self.work),
        )


class Lapse(models.Model):
    """A missed due date of an entry (`of`) that no longer shows it, after a transfer or new period.

    Unit, due date and moment are those of the lapse's own entry.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="lapse", verbose_name="记录")
    of = models.ForeignKey(Entry, models.CASCADE, related_name="lapses", verbose_name="逾期的记录")

    class Meta:
        verbose_name = verbose_name_plural = "逾期记录"

    def __str__(self) -> str:
        return self.entry.number


class PastState(models.TextChoices):
    """Verification state of a `PastRecord`: waiting for a second person, confirmed or refused."""

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

    stream = RowName("entry", "entry_id")


class Rectification(models.Model):
    """A detected fault and the ordered correction, whichever app found it.

    `source` names the app, `source_ref` its finding (at most one open rectification each); `basis`
    is the authority; `found` is evidence shown on the page. `report` is the unit's report,
    `returns` counts how often it was sent back.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="rectification")
    ordered_by = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="下达单位")
    source = models.CharField("来源", max_length=20)
    source_ref = models.CharField("来源编号", max_length=120)
    address = models.CharField("网址", max_length=1000, blank=True)
    page = models.CharField("页面名称", max_length=300, blank=True)
    what = models.TextField("问题")
    demand = models.TextField("整改要求", blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    found = models.JSONField("取证情况", default=dict, blank=True)
    report = models.TextField("整改情况", blank=True)
    returns = models.PositiveSmallIntegerField("退回次数", default=0)
    reason = models.TextField("免除理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督促整改"
        indexes = [models.Index(fields=["source", "source_ref"], name="rectification_source")]

    @property
    def has_office_url(self) -> bool:
        """Return true if the URL is a page of this back office, which is shown by name."""
        return self.address.startswith("/")

    def __str__(self) -> str:
        return f"{self.source} {self.source_ref}"
