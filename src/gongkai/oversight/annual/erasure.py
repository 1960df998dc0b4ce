"""Erase published annual reports by law: submissions, files and identical texts."""

from collections.abc import Mapping

from gongkai.content.editions.erasure import (
    ERASED_TEXT,
    BaseErasureHandler,
    blanking_condition,
    find_erased_revisions,
    get_source_number,
    order_blanking,
)
from gongkai.content.editions.models import BlankedRow, Edition
from gongkai.lib.typed_json import read_record
from gongkai.oversight.annual.models import (
    Correction,
    EnteredFigure,
    Explanation,
    Report,
    Section,
    Submission,
    SubmissionFile,
)

REPORT_SOURCE_NAME = "annual"
#: Name of the table of submissions in an erasure order.
SUBMISSION_TABLE = "annual_submission"
#: SQL condition under which the database allows blanking a submission.
SUBMISSION_BLANKED_CONDITION = blanking_condition(SUBMISSION_TABLE)


class ReportErasureHandler(BaseErasureHandler):
    """The erasure handler of submissions; submitter, digest and figures are not erased, for next year's report."""

    def erase(self, edition: Edition) -> None:
        """Blank an edition's submissions and delete their files; without a later submission, blank the report's texts
        too.
        """
        report = Report.objects.filter(pk=get_source_number(edition, REPORT_SOURCE_NAME)).first()
        if report is None:
            return
        revisions = find_erased_revisions(edition)
        rows = revisions.rows(report.submissions.all(), "number")
        remaining_content = {row.pk: remove_free_text(row.content) for row in rows}
        SubmissionFile.objects.filter(submission__in=remaining_content).delete()
        order_blanking(edition, SUBMISSION_TABLE, remaining_content)
        for number, content in remaining_content.items():
            Submission.objects.filter(pk=number).update(content=content)
        if report.submissions.filter(number__gt=revisions.last).exists():
            return
        Section.objects.filter(report=report).update(text=ERASED_TEXT, basis="")
        Explanation.objects.filter(report=report).delete()
        EnteredFigure.objects.filter(report=report).update(source=ERASED_TEXT)
        Correction.objects.filter(report=report).update(reason=ERASED_TEXT)


def remove_free_text(content: Mapping[str, object]) -> dict[str, object]:
    """Return submitted content without free text: title, unit, year and figures remain."""
    figures = {
        key: {**record, "source": ""}
        for key in read_record(content, "figures")
        if (record := read_record(read_record(content, "figures"), key))
    }
    bare: dict[str, object] = {"sections": {}, "explanations": [], "previous": "", "erased": True}
    if correction := read_record(content, "correction"):
        bare["correction"] = {**correction, "reason": ""}
    return {**content, **bare, "figures": figures}


def digest_erased_submissions() -> dict[int, str]:
    """Return the digest of the remaining content of each erased submission."""
    return dict(BlankedRow.objects.filter(table_name=SUBMISSION_TABLE).values_list("number", "digest"))


REPORT_ERASURE_HANDLER = ReportErasureHandler(REPORT_SOURCE_NAME)
