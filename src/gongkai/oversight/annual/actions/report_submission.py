"""Submit, withdraw, return and accept a report."""

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action, undo_closing
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_unit_alive
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.lib.writing.titles import quote_words
from gongkai.oversight.annual.actions.report_content import find_reasons_against_submission
from gongkai.oversight.annual.models import Report, Submission
from gongkai.oversight.annual.queries.area import UnitContribution, count_now
from gongkai.oversight.annual.queries.comparisons import get_previous_figures
from gongkai.oversight.annual.rules import check_receiver, check_report_approver, check_submitter, list_editing_posts
from gongkai.oversight.annual.snapshot import make_content
from gongkai.oversight.annual.stale_facts import get_current_correction, make_correction_note
from gongkai.oversight.annual.states import KIND, ReportState, map_to_correction_state


@entry_action(KIND, "hand_in", label="报送", rule=check_submitter, ready=find_reasons_against_submission)
def submit_report(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Freeze figures, texts and explanations, and submit them to the open-government office.

    A government's own report is accepted at once.
    """
    report: Report = entry.annual_report
    now = count_now(report)
    previous = get_previous_figures(report.body, report.year)
    correction = get_current_correction(report)
    content = make_content(
        report, now.figures, previous=previous.words if previous else "", members=_make_member_rows(now.members)
    )
    if correction:
        content["correction"] = make_correction_note(report, correction, content)
    submission = Submission.objects.create(
        report=report,
        number=(report.latest_revision_id or 0) + 1,
        content=content,
        digest=digest(canonical_json(content)),
        at=timezone.now(),
        by=by.name,
        authors=report.authors,
    )
    report.authors = []
    report.save(update_fields=["authors"])
    return ActionResult(
        words=words.strip() or f"报送{report.year}年度报告（第{submission.number}次）",
        facts={"submission": submission.number, "digest": submission.digest},
        to_state=map_to_correction_state(entry.state, ReportState.ACCEPTED if report.area else ReportState.HANDED_IN),
        tell=() if report.area else (_make_office_notification(entry, submission),),
    )


def _make_member_rows(units: list[UnitContribution]) -> list[dict[str, object]]:
    """Return a dict for each unit: `body` (primary key), `name`, `given` (submitted), `digest` of its submission or ""."""
    rows = []
    for member in units:
        submission = member.report.standing if member.report and member.given else None
        rows.append(
            {
                "body": member.body.pk,
                "name": member.body.name,
                "given": member.given,
                "digest": submission.digest if submission else "",
            }
        )
    return rows


def _make_office_notification(entry: Entry, submission: Submission) -> Notification:
    """Return the notification to the office chiefs that a report awaits review."""
    government = entry.body.parent or entry.body
    offices = Body.objects.filter(parent=government, kind=BodyKind.GENERAL_OFFICE).values_list("pk", flat=True)
    return Notification(
        subject=f"年度报告待审核：{entry.body.label}",
        body=f"{entry.body.name}报送了{quote_words(entry.title)}，请审核。",
        link=get_entry_url(entry),
        key=f"annual.handed_in:{entry.pk}:{submission.number}",
        posts=tuple((Role.CHIEF, pk) for pk in (*offices, government.pk)),
    )


@entry_action(KIND, "take_back", label="撤回修改", rule=check_submitter)
def withdraw_submission(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Withdraw a submitted report before its review; the submission stays on record."""
    return ActionResult(
        words=require_text(reason, "请写明撤回的原因。", 4),
        to_state=map_to_correction_state(entry.state, ReportState.DRAFTING),
    )


@entry_action(KIND, "return", label="退回", rule=check_receiver)
def return_report(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Send a report back to its unit, with the reason, and notify those who edit it."""
    text = require_text(reason, "请写明退回的原因。", 4)
    report: Report = entry.annual_report
    tell = Notification(
        subject=f"年度报告被退回：{entry.title}",
        body=f"{entry.body.name}的{quote_words(entry.title)}被退回：{text}",
        link=get_entry_url(entry),
        key=f"annual.returned:{entry.pk}:{report.latest_revision_id}",
        posts=list_editing_posts(report),
        urgent=True,
    )
    return ActionResult(words=text, tell=(tell,), to_state=map_to_correction_state(entry.state, ReportState.RETURNED))


@entry_action(KIND, "accept", label="审核通过", rule=check_report_approver)
def accept_report(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Accept a report for review and publication, and for the government's totals."""
    return ActionResult(
        words=words.strip() or "审核通过，可以送审发布",
        to_state=map_to_correction_state(entry.state, ReportState.ACCEPTED),
    )


@entry_action(KIND, "cancel", label="不再编制", rule=check_receiver)
def cancel_report(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Close an entry without report: the unit was dissolved, or reports through another one."""
    entry.outcome = ReportState.CANCELLED
    return ActionResult(words=require_text(reason, "请写明不再编制的原因。", 4), events=(make_event("cancelled"),))


@entry_action(KIND, "restore", label="恢复编制", rule=check_receiver, ready=check_unit_alive)
def restore_report(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Undo `cancel_report`: the unit continues its report where it stopped, by the original due date."""
    text = require_text(reason, "请写明恢复编制的原因。", 4)
    return ActionResult(words=text, to_state=undo_closing(entry, by=by).from_state)
