"""Publish a report in the column 政府信息公开年报, after the reviews of that column."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.sources import ensure_document, load_outgoing_text
from gongkai.content.publishing.actions import place, submit
from gongkai.content.reviewing.actions.publication import publication_blockers
from gongkai.content.reviewing.actions.reviews import find_signing_gaps, measure_attachments
from gongkai.core.acts.action import ActionResult, Notification, Refused
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_system
from gongkai.lib.writing.titles import quote_words
from gongkai.oversight.annual.models import Correction, EnteredFigure, Explanation, Report, Submission
from gongkai.oversight.annual.queries.figures import ENTERED
from gongkai.oversight.annual.rules import check_review_sender, check_submitter, list_editing_posts
from gongkai.oversight.annual.snapshot import get_figures
from gongkai.oversight.annual.source import list_columns
from gongkai.oversight.annual.states import CORRECTION_STATES, KIND, ReportState, map_to_correction_state


@entry_action(KIND, "correct", label="更正", rule=check_submitter)
def reopen_for_correction(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Reopen a published report for correction and notify its editors."""
    why = reason.strip()
    if len(why) < 4:
        raise Refused("请写明更正的原因，更正公布时一并说明。")
    report: Report = entry.annual_report
    correction = Correction.objects.create(
        report=report, replaces=report.published_number, reason=why[:500], by=by.name, at=timezone.now()
    )
    tell = Notification(
        subject=f"年度报告需要更正：{entry.title}",
        body=f"{entry.body.name}的{quote_words(entry.title)}需要更正：{why}。公布的报告在更正发布以前不变。",
        link=get_entry_url(entry),
        key=f"annual.correct:{entry.pk}:{correction.pk}",
        posts=list_editing_posts(report),
    )
    return ActionResult(words=f"更正：{why}", facts={"replaces": correction.replaces}, tell=(tell,))


@entry_action(KIND, "drop_correction", label="停止更正", rule=check_submitter)
def drop_correction(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Drop a correction; the published report remains valid.

    The next correction starts from the published report. The log keeps the dropped content.
    """
    why = reason.strip()
    if len(why) < 4:
        raise Refused("请写明停止更正的原因。")
    report: Report = entry.annual_report
    report.corrections.filter(ended_at=None).update(ended_at=timezone.now())
    if published := report.submissions.filter(number=report.published_number).first():
        _reset_to_submission(report, published)
    return ActionResult(words=f"停止更正：{why}")


def _reset_to_submission(report: Report, published: Submission) -> None:
    """Reset a report to its published submission, so that no dropped changes remain.

    The authors of unchanged figures are kept.
    """
    Report.objects.filter(pk=report.pk).update(until=published.until)
    by, content = published.by, published.content
    published_figures = {
        key: published_figure
        for key, published_figure in get_figures(content).items()
        if published_figure.origin == ENTERED
    }
    report.entered.exclude(key__in=published_figures).delete()
    entered_figures = {row.key: row for row in report.entered.all()}
    for key, figure in published_figures.items():
        if key not in entered_figures or entered_figures[key].value != figure.value:
            facts = {"value": figure.value, "source": figure.source, "by": by}
            EnteredFigure.objects.update_or_create(report=report, key=key, defaults=facts)
    report.explanations.all().delete()
    Explanation.objects.bulk_create(
        Explanation(report=report, by=by, **{name: explanation[name] for name in ("mark", "said", "text")})
        for explanation in content["explanations"]
    )
    for section in report.sections.all():
        text = content["sections"].get(str(section.number), "")
        if section.text != text:
            section.text, section.drafted, section.confirmed_by, section.confirmed_at = text, False, "", None
            section.save()


def _create_files_early(submission: Submission) -> None:
    """Create the files of a submission before they are needed, to shorten the publication."""
    from gongkai.oversight.annual.papers import ensure_files  # imports the PDF library, which is slow

    ensure_files(submission)


def _read_ahead(entry: Entry, *, by: Actor) -> Mapping[str, object]:
    """Create the files and read the texts before the transaction begins."""
    report: Report = entry.annual_report
    submission = report.submissions.order_by("-number").first()
    if submission is not None and report.latest_revision_id is not None:
        _create_files_early(submission)
        text = load_outgoing_text(report, report.latest_revision_id)
        publication_blockers(text)
        measure_attachments(text)
    return {}


def _find_column_errors(entry: Entry) -> list[str]:
    if list_columns(entry.annual_report):
        return []
    return ["网站还没有开通“政府信息公开年报”栏目，请先在栏目管理中开通。"]


def _find_submission_gaps(by: Actor, entry: Entry) -> list[str]:
    """Return the Chinese reasons why the report cannot be submitted for review now."""
    report: Report = entry.annual_report
    columns = list_columns(report)
    return submit.why_not(report, by=by) or (find_signing_gaps(report, columns, by) if columns else [])


@entry_action(
    KIND,
    "review",
    label="送审发布",
    rule=check_review_sender,
    ready=_find_column_errors,
    ahead=_read_ahead,
    last_rule=_find_submission_gaps,
)
def submit_for_review(entry: Entry, *, by: Actor) -> ActionResult:
    """Create the files, place the report in its column and submit it for review."""
    report: Report = entry.annual_report
    columns = list_columns(report)
    last = report.submissions.order_by("-number").first()
    assert last is not None  # accepted reports have a submission
    _create_files_early(last)
    document = ensure_document(report)
    if not document.placements.filter(column=columns[0]).exists():
        place(document, by=SYSTEM, columns=columns)

    def send() -> None:
        fresh = Report.objects.select_related("entry", "body").get(pk=report.pk)
        submit(fresh, by=by)

    return ActionResult(
        words=f"送审，拟公布在“{columns[0].title}”",
        facts={"submission": last.number},
        to_state=map_to_correction_state(entry.state, ReportState.REVIEWING),
        then=send,
    )


@entry_action(KIND, "review_ended", label="审签退回", rule=check_system)
def reopen_after_review(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Set a report back to accepted after its review was returned or recalled."""
    return ActionResult(words=words, to_state=map_to_correction_state(entry.state, ReportState.ACCEPTED))


@entry_action(KIND, "was_published", label="公布", rule=check_system)
def close_published_report(entry: Entry, *, by: Actor, at: datetime) -> ActionResult:
    """Close a published report.

    A correction is ended with its submission and the time of publication; the entry stays closed, and the day of first
    publication does not change.
    """
    report: Report = entry.annual_report
    last = report.latest_revision_id or 0
    Report.objects.filter(pk=report.pk).update(published_number=last)
    entry.outcome = ReportState.PUBLISHED
    if entry.state not in CORRECTION_STATES:
        return ActionResult(words="向社会公布", events=(make_event("published", timezone.localtime(at)),), past=True)
    report.corrections.filter(ended_at=None).update(number=last, ended_at=timezone.now(), published_at=at)
    return ActionResult(words=f"公布更正后的报告（第{last}次报送）", facts={"submission": last})
