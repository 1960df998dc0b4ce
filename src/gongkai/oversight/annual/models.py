"""Models of annual reports."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models

from gongkai.content.editions.models.editions import ItemKind
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.widgets.request_cache import ask_once
from gongkai.oversight.annual.states import CORRECTION_STATES, SUBMITTED_STATES, ReportState

if TYPE_CHECKING:
    from gongkai.content.editions.frozen import FrozenContent
    from gongkai.content.editions.sources import TextWriters


class EarlierReport(models.Model):
    """An earlier year's report, imported from its file to check carried-over figures.

    `tables` has the structure of `law.annual.check_annual_report`. `address` and `published_on` are public
    once a second person has confirmed them.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="earlier_reports", verbose_name="编制单位")
    year = models.PositiveSmallIntegerField("报告年度")
    tables = models.JSONField("数据表")
    name = models.CharField("文件名", max_length=200)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    address = models.CharField("公布网址", max_length=500, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    by = models.CharField("导入人", max_length=120)
    person = models.BigIntegerField("导入人编号", null=True, blank=True)
    confirmed_by = models.CharField("复核人", max_length=120, blank=True)
    confirmed_at = models.DateTimeField("复核时间", null=True, blank=True)
    at = models.DateTimeField("导入时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "往年年度报告"
        ordering = ["-year", "body"]
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="annual_earlier_once")]

    def __str__(self) -> str:
        return f"{self.body.name}{self.year}年度报告"

    @property
    def public(self) -> bool:
        """Return True if the address is confirmed and therefore public."""
        return bool(self.address and self.confirmed_at)

    @property
    def stream(self) -> str:
        """Return the name of the log stream."""
        return f"annual_earlier/{self.body_id}/{self.year}"


class Report(models.Model):
    """The annual report of a unit for one year; its ledger entry has the due date.

    `area` is true for a government's report, which sums those of its units. `until` is the last day
    that counts (31 December at the latest). `published_number` is the public submission (0: none).
    `authors` are the accounts and people who edited it since the last submission.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="annual_report")
    body = models.ForeignKey(Body, models.PROTECT, related_name="annual_reports", verbose_name="编制单位")
    year = models.PositiveSmallIntegerField("报告年度", db_index=True)
    area = models.BooleanField("本级政府报告", default=False)
    until = models.DateField("统计截止日期")
    authors = models.JSONField("填报人", default=list)
    published_number = models.PositiveIntegerField("公布的是第几次报送", default=0)

    kind = ItemKind.REPORT.value

    class Meta:
        verbose_name = verbose_name_plural = "年度报告"
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="annual_report_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Return the title as the form defines it."""
        return f"{self.body.name}{self.year}年政府信息公开工作年度报告"

    @property
    def first(self) -> date:
        """Return the first day that the report counts."""
        return date(self.year, 1, 1)

    stream = RowName("annual")

    @property
    def unit(self) -> Body:
        """Return the unit that publishes the report: its own, or for a government the general office, if it has one."""
        if not self.area:
            return self.body
        offices = Body.objects.filter(parent=self.body_id, kind=BodyKind.GENERAL_OFFICE, active_to=None)
        return ask_once(("general office", self.body_id), offices.first) or self.body

    @property
    def latest_revision_id(self) -> int | None:
        """Return the number of the `current` submission, or None without one."""
        last = self.current
        return last.number if last else None

    @property
    def current(self) -> "Submission | None":
        """Return the submission shown on the report's own pages.

        It is the published one if the report is published, else the latest.
        """
        if self.entry.state == ReportState.PUBLISHED:
            return self.standing
        return self.submissions.order_by("-number").first()

    @property
    def standing(self) -> "Submission | None":
        """Return the submission that counts in other reports: the published one from publication on, else the latest."""
        rows = list(self.submissions.all())  # few rows, usually prefetched
        if self.entry.state in CORRECTION_STATES | {ReportState.PUBLISHED}:
            rows = [submission for submission in rows if submission.number == self.published_number]
        return max(rows, key=lambda one: one.number, default=None)

    @property
    def counted_until(self) -> date:
        """Return the last day that counts in the submission used by other reports."""
        standing = self.standing if self.entry.state in SUBMITTED_STATES else None
        return standing.until if standing else self.until

    def frozen(self, revision: int) -> "FrozenContent":
        """Return the edition content of a submission.

        Raises:
            Refused: there is no such submission.
        """
        from gongkai.oversight.annual.source import freeze_report

        return freeze_report(self, revision)

    def writers(self, after: int, upto: int) -> "TextWriters":
        """Return the authors of submissions later than `after`, up to `upto`."""
        from gongkai.oversight.annual.source import find_writers

        return find_writers(self, after, upto)

    def publication_blockers(self, frozen: "FrozenContent") -> list[str]:
        """Return the reasons against publication."""
        from gongkai.oversight.annual.source import publication_blockers

        return publication_blockers(self)


class Submission(models.Model):
    """A submission with figures and their origin, texts and explanations; insert-only.

    `content` is made by `snapshot.make_content`; `digest` is the SHA-256 of its canonical form.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField("报送次数")
    content = models.JSONField("报送内容")
    digest = models.CharField("摘要值", max_length=64)
    at = models.DateTimeField("报送时间")
    by = models.CharField("报送人", max_length=120)
    authors = models.JSONField("填报人", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "报送"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="annual_submission_number")]

    def __str__(self) -> str:
        return f"{self.report}（第{self.number}次报送）"

    @property
    def until(self) -> date:
        """Return the last day that the submission counts."""
        return date.fromisoformat(self.content["until"])


class Correction(models.Model):
    """A correction (更正): reason, author, replaced and new submission; a dropped one has ended without `number`."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="corrections")
    replaces = models.PositiveIntegerField("原公布的报送")
    number = models.PositiveIntegerField("更正后的报送", null=True, blank=True)
    reason = models.CharField("更正原因", max_length=500)
    by = models.CharField("决定人", max_length=120)
    at = models.DateTimeField("决定时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    published_at = models.DateTimeField("更正公布时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=models.Q(ended_at=None), name="annual_one_correction")
        ]


class SubmissionFile(models.Model):
    """A file of a submission, attached to its edition: .docx, .pdf or .xlsx."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="files")
    name = models.CharField("文件名", max_length=200)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "报告文件"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="annual_file_once")]


class EnteredFigure(models.Model):
    """A figure that a unit entered, with its `source`, where the ledgers are incomplete.

    `key` is one of `form.FIGURE_KEYS`, such as `table2/licences/value`.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="entered")
    key = models.CharField("数据项", max_length=60)
    value = models.DecimalField("数值", max_digits=15, decimal_places=6)
    source = models.CharField("数据来源", max_length=300)
    by = models.CharField("填报人", max_length=120)
    at = models.DateTimeField("填报时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "填报数据"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="annual_figure_once")]

    def __str__(self) -> str:
        return f"{self.report} {self.key}"


class Explanation(models.Model):
    """The explanation of a difference between figures; `mark` identifies it (`carried_over/2/total`).

    `said` is the difference in Chinese; a changed difference needs a new explanation.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="explanations")
    mark = models.CharField("核对项", max_length=120)
    said = models.CharField("差异", max_length=300)
    text = models.CharField("说明", max_length=500)
    by = models.CharField("说明人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "差异说明"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["report", "mark"], name="annual_explained_once")]


class Section(models.Model):
    """The text of one of the six sections of a report.

    `drafted` is true for an unchanged draft; `confirmed_by` is the person responsible. `basis` is
    the draft on which the text is based, updated on confirmation and used to find outdated facts
    (`stale_facts`); empty if never drafted.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField("部分")
    text = models.TextField("内容", blank=True)
    drafted = models.BooleanField("系统起草", default=False)
    basis = models.TextField("起草依据", blank=True)
    confirmed_by = models.CharField("确认人", max_length=120, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文字部分"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="annual_section_once")]
