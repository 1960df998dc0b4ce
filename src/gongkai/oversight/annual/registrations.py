"""Register the app's components at start-up."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.erasing import ERASURE_HANDLERS
from gongkai.content.editions.models import Act, Document
from gongkai.content.editions.sources import register_source
from gongkai.content.publishing.source_desk import desk_of
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.following import ActionEvent, CatchUp, follow_actions
from gongkai.core.acts.guards import insert_only
from gongkai.core.ledger import kinds
from gongkai.core.ledger.audit import register_check
from gongkai.core.ledger.desk import Block, Panel, register_block, register_panel
from gongkai.core.ledger.jobs import Job, register_job
from gongkai.core.ledger.kinds import url_of
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import importers
from gongkai.core.units.actors import Actor, in_force
from gongkai.core.units.models import Appointment, Body, BodyKind, Role
from gongkai.core.units.reach import GOVERNING_KINDS
from gongkai.oversight.annual import erasing, forms, page
from gongkai.oversight.annual.actions import close_published_report, open_reports, reopen_after_review
from gongkai.oversight.annual.actions.filling import find_open_problems
from gongkai.oversight.annual.checks import verify_submissions
from gongkai.oversight.annual.importing import FIGURES_IMPORTER
from gongkai.oversight.annual.kind import (
    ACCEPTED_STATES,
    CORRECTION_STATES,
    EDITABLE_STATES,
    KIND,
    REPORT_KIND,
    REVIEWING_STATES,
)
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.area import list_corrected_units
from gongkai.oversight.annual.source import find_report

#: Month from which reports of the ending year are requested.
FIRST_REQUEST_MONTH = 12


def close_on_publication(happened: ActionEvent) -> None:
    """Close a published report; scheduled ones are closed by the job."""
    _close_report(happened.target)


def _close_report(report: Report) -> int:
    fresh = Report.objects.select_related("entry").get(pk=report.pk)
    at = _public_since(fresh) if fresh.entry.state in ACCEPTED_STATES | REVIEWING_STATES else None
    if at is None:
        return 0
    close_published_report(fresh.entry, by=SYSTEM, at=at)
    return 1


def _public_since(report: Report) -> datetime | None:
    now = timezone.now()
    document = Document.objects.filter(source=report.stream, published_at__lte=now).first()
    if document is None or report.entry.state not in CORRECTION_STATES:
        return document.published_at if document else None
    last = report.submissions.order_by("-number").first()
    made = document.editions.filter(act=Act.PUBLISH, visible_from__lte=now, made_at__gte=last.at if last else now)
    edition = made.order_by("-number").first()
    return edition.visible_from if edition else None


def reopen_on_return(happened: ActionEvent) -> None:
    """Reopen a report whose review was returned or recalled."""
    review = happened.target
    name, _, number = str(getattr(review, "source", "")).partition("/")
    if not isinstance(review, Review) or name != "annual" or not number.isdecimal():
        return
    report = Report.objects.select_related("entry").filter(pk=int(number), entry__state__in=REVIEWING_STATES).first()
    if report:
        reopen_after_review(report.entry, by=SYSTEM, words=f"{happened.action.label}：{happened.step.words}"[:500])


def close_published_reports() -> Mapping[str, int]:
    """Close reports whose publication time has come, as a job."""
    rows = Report.objects.filter(entry__state__in=ACCEPTED_STATES | REVIEWING_STATES).select_related("entry")
    return {"published": sum(_close_report(report) for report in rows)}


def open_missing_reports(today: date | None = None) -> Mapping[str, int]:
    """Open the year's reports in December, or last year's until March, if nobody did; runs as a job."""
    day = today or timezone.localdate()
    year = day.year if day.month >= FIRST_REQUEST_MONTH else day.year - 1
    if FIRST_REQUEST_MONTH > day.month > 3:
        return {"opened": 0}
    chiefs = Appointment.objects.filter(in_force(day), role=Role.CHIEF)
    staffed = Q(pk__in=chiefs.values("body")) | Q(
        pk__in=chiefs.filter(body__kind=BodyKind.GENERAL_OFFICE).values("body__parent")
    )
    asked = Report.objects.filter(year=year).values("body")
    opened = 0
    for government in Body.objects.filter(staffed, kind__in=GOVERNING_KINDS, active_to=None).exclude(pk__in=asked):
        opened += len(open_reports(government, by=SYSTEM, year=year))
    return {"opened": opened}


MAX_PANEL_ITEMS = 10


def report_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel of a report on its entry: problems, submissions, review and public URL.

    None if the user may not see the report.
    """
    own = reports_visible_to(by).filter(pk=entry.pk).first()
    if own is None:  # all staff may see the entry, not the report's pages
        return None
    still = find_open_problems(own) if entry.state in EDITABLE_STATES else []
    document = Document.objects.filter(source=own.stream).first()
    address = document.addresses.filter(current=True).first() if document and document.published_at else None
    return {
        "report": own,
        "open": entry.state in EDITABLE_STATES,
        "problems": still[:MAX_PANEL_ITEMS],
        "more": max(len(still) - MAX_PANEL_ITEMS, 0),
        "submissions": list(own.submissions.all()),
        "corrections": list(own.corrections.all()),
        "changed_since": [] if entry.state in EDITABLE_STATES else list_corrected_units(own),
        "review": Review.objects.filter(source=own.stream).order_by("-pk").first(),
        "address": address,
        "desk": desk_of(own, by, back=url_of(entry), own_ways=True) if own.submissions.exists() else None,
    }


def register_all() -> None:
    """Register the entry kind, forms, panels, edition source, followers and jobs."""

    insert_only("annual", "Submission", blanked_if=erasing.BLANKED_IF)
    ERASURE_HANDLERS.append(erasing.REPORT_ERASURE_HANDLER)
    kinds.register_entry_kind(REPORT_KIND)
    forms.register_forms()
    register_source("annual", find_report)
    due = CatchUp("annual", "年度报告公布情况", close_published_reports, 9)
    follow_actions("publishing.publish", close_on_publication, of=Report, due=due)
    follow_actions(("publishing.return_review", "publishing.recall"), reopen_on_return)
    register_job(Job("annual_reports", "布置年度报告", open_missing_reports, 31))
    register_check("annual", "年度报告报送内容", verify_submissions)
    register_panel(Panel(KIND, "annual/panel.html", report_panel, kinds={KIND}, position=120))
    importers.register_importer(FIGURES_IMPORTER)
    register_block(
        Block(
            KIND,
            96,
            page.make_pending_block,
            "annual/block.html",
            once=("own", "corrected"),
            parts=("unasked", "own", "corrected", "earlier"),
            needs=page.list_required_rows,
        )
    )
