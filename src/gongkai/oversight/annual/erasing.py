"""What law erases of published annual reports: what was handed in, its papers, and the texts that still say the same."""

from collections.abc import Mapping

from gongkai.content.editions.erasing import (
    RoomKeeper,
    blanked_if,
    number_in,
    order_blanking,
    revisions_behind,
)
from gongkai.content.editions.erasure_copies import ERASED
from gongkai.content.editions.models import BlankedRow, Edition
from gongkai.lib.typed_json import record
from gongkai.oversight.annual.models import (
    EnteredFigure,
    Explanation,
    Report,
    Section,
    Submission,
    SubmissionFile,
)

NAME = "annual"
#: The guarded table, as the order to blank names it.
SUBMISSIONS = "annual_submission"
BLANKED_IF = blanked_if(SUBMISSIONS)


class ReportKeeper(RoomKeeper):
    """Submissions of reports. Who handed in, the digest and the figures stay: next year's are held against them."""

    def erase(self, edition: Edition) -> None:
        """Blank the submissions behind an edition; texts, explanations and sources of figures too where nothing was handed in since."""
        report = Report.objects.filter(pk=number_in(edition, NAME)).first()
        if report is None:
            return
        behind = revisions_behind(edition)
        rows = behind.rows(report.submissions.all(), "number")
        left = {row.pk: without_words(row.content) for row in rows}
        SubmissionFile.objects.filter(submission__in=left).delete()
        order_blanking(edition, SUBMISSIONS, left)
        for number, content in left.items():
            Submission.objects.filter(pk=number).update(content=content)
        if report.submissions.filter(number__gt=behind.last).exists():
            return
        Section.objects.filter(report=report).update(text=ERASED, basis="")
        Explanation.objects.filter(report=report).delete()
        EnteredFigure.objects.filter(report=report).update(source=ERASED)


def without_words(content: Mapping[str, object]) -> dict[str, object]:
    """Return what was handed in without anything that somebody wrote: title, unit, year and figures are the form's own."""
    figures = {
        key: {**one, "source": ""}
        for key in record(content, "figures")
        if (one := record(record(content, "figures"), key))
    }
    bare: dict[str, object] = {"sections": {}, "explanations": [], "previous": "", "erased": True}
    return {**content, **bare, "figures": figures}


def digests_left() -> dict[int, str]:
    """Return the digest of what is left of each submission whose words law had erased."""
    return dict(BlankedRow.objects.filter(table_name=SUBMISSIONS).values_list("number", "digest"))


KEEPER = ReportKeeper(NAME)
