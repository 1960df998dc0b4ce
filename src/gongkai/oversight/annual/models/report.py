"""A report, and what was handed in of it."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models

from gongkai.content.editions.vocabulary import ItemKind
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, BodyKind
from gongkai.oversight.annual.kind import CORRECTIONS, GIVEN, State

if TYPE_CHECKING:
    from gongkai.content.editions.frozen import Frozen
    from gongkai.content.editions.sources import Writers


class Report(models.Model):
    """The report of a unit for one year, beside its entry; also the source of its editions (`editions.sources.Source`).

    `area`: it is a government's, and sums the reports of its units. `until` is the last day that figures count (31 December at the latest).
    `published_number` is the submission that the public reads (0: none yet).
    `authors` are the accounts and persons who filled in something since it was last handed in: they do not sign it.
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
        """Its title as the form has it."""
        return f"{self.body.name}{self.year}年政府信息公开工作年度报告"

    @property
    def first(self) -> date:
        """The first day that figures count."""
        return date(self.year, 1, 1)

    @property
    def stream(self) -> str:
        """Its identity as a source."""
        return f"annual/{self.pk}"

    @property
    def unit(self) -> Body:
        """Whose people write, review and publish it: for a government its general office."""
        if not self.area:
            return self.body
        office = Body.objects.filter(parent=self.body, kind=BodyKind.GENERAL_OFFICE, active_to=None).first()
        return office or self.body

    @property
    def latest_revision_id(self) -> int | None:
        """The number of what was handed in last."""
        last = self.current
        return last.number if last else None

    @property
    def current(self) -> "Submission | None":
        """What its own pages show, and what may be submitted: handed in last; of a published report, whatever was tried since, what is public."""
        if self.entry.state == State.PUBLISHED:
            return self.standing
        return self.submissions.order_by("-number").first()

    @property
    def standing(self) -> "Submission | None":
        """What counts of it for others: handed in last; of a published report, corrected or not, what is public."""
        rows = list(self.submissions.all())  # few, and where many reports are read they came along
        if self.entry.state in CORRECTIONS | {State.PUBLISHED}:
            rows = [submission for submission in rows if submission.number == self.published_number]
        return max(rows, key=lambda one: one.number, default=None)

    @property
    def stands_until(self) -> date:
        """The last day that counts in what counts of it for others: a correction that is under way moves its own only."""
        standing = self.standing if self.entry.state in GIVEN else None
        return standing.until if standing else self.until

    def frozen(self, revision: int) -> "Frozen":
        """Return what an edition of this submission says.

        Raises:
            Refused: there is no such submission.
        """
        from gongkai.oversight.annual.source import frozen

        return frozen(self, revision)

    def writers(self, after: int, upto: int) -> "Writers":
        """Return who filled in what was handed in later than `after`, up to `upto`."""
        from gongkai.oversight.annual.source import writers

        return writers(self, after, upto)

    def publication_blockers(self, frozen: "Frozen") -> list[str]:
        """Return what speaks against publishing it."""
        from gongkai.oversight.annual.source import publication_blockers

        return publication_blockers(self)


class Submission(models.Model):
    """What was handed in: all figures with their origin, texts and explanations, as they were then. Insert-only.

    `content`: see `snapshot.content_of`. `digest` is the SHA-256 of its canonical form.
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
        """The last day that its figures count."""
        return date.fromisoformat(self.content["until"])


class Correction(models.Model):
    """A correction (更正) of a published report: why, who ordered it, which submission it replaces by which; without `number` it was dropped."""

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
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(ended_at=None), name="annual_one_correction"
            )
        ]


class SubmissionFile(models.Model):
    """A paper made of a submission, attached to its edition: .docx, .pdf, .xlsx."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="files")
    name = models.CharField("文件名", max_length=200)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "报告文件"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="annual_file_once")]
