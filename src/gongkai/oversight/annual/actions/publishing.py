"""Publish a report in the column 政府信息公开年报, after the reviews of that column."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.sources import document_of, outgoing
from gongkai.content.publishing.actions import place, submit
from gongkai.content.reviewing.actions.publication import publication_blockers
from gongkai.content.reviewing.actions.reviews import measured
from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.ledger.clock import event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import system_only
from gongkai.oversight.annual.kind import CORRECTIONS, KIND, State, on_line
from gongkai.oversight.annual.models import Report, Submission
from gongkai.oversight.annual.rules import sends_to_review
from gongkai.oversight.annual.source import columns_for


def _papers(last: Submission) -> None:
    from gongkai.oversight.annual.papers import files_of  # imports the PDF library, which is slow

    files_of(last)


def _read_ahead(entry: Entry, *, by: Actor) -> Mapping[str, object]:
    report: Report = entry.annual_report
    last = report.submissions.order_by("-number").first()
    if last is not None and report.latest_revision_id is not None:
        _papers(last)
        text = outgoing(report, report.latest_revision_id)
        publication_blockers(text)
        measured(text)
    return {}


@entry_action(KIND, "review", label="送审发布", rule=sends_to_review, ahead=_read_ahead)
def review(entry: Entry, *, by: Actor) -> ActionResult:
    """Create the files, place the report in its column and submit it for review."""
    report: Report = entry.annual_report
    columns = columns_for(report)
    if not columns:
        raise Refused("网站还没有开通“政府信息公开年报”栏目，请先在栏目管理中开通。")
    last = report.submissions.order_by("-number").first()
    assert last is not None  # accepted reports have a submission
    _papers(last)
    document = document_of(report)
    if not document.placements.filter(column=columns[0]).exists():
        place(document, by=SYSTEM, columns=columns)

    def send() -> None:
        fresh = Report.objects.select_related("entry", "body").get(pk=report.pk)
        submit(fresh, by=by)

    return ActionResult(
        words=f"送审，拟公布在“{columns[0].title}”",
        facts={"submission": last.number},
        to_state=on_line(entry.state, State.REVIEWING),
        then=send,
    )


@entry_action(KIND, "review_ended", label="审签退回", rule=system_only)
def review_ended(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Reopen a report whose review was returned or recalled."""
    return ActionResult(words=words, to_state=on_line(entry.state, State.ACCEPTED))


@entry_action(KIND, "was_published", label="公布", rule=system_only)
def was_published(entry: Entry, *, by: Actor, at: datetime) -> ActionResult:
    """Close a published report.

    For a correction, the earlier edition is marked as corrected and the day of first publication
    stays.
    """
    report: Report = entry.annual_report
    last = report.latest_revision_id or 0
    Report.objects.filter(pk=report.pk).update(published_number=last)
    entry.outcome = State.PUBLISHED
    if entry.state not in CORRECTIONS:
        return ActionResult(words="向社会公布", events=(event("published", timezone.localtime(at)),), past=True)
    report.corrections.filter(ended_at=None).update(number=last, ended_at=timezone.now(), published_at=at)
    return ActionResult(words=f"公布更正后的报告（第{last}次报送）", facts={"submission": last})
