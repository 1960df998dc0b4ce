"""React to published and returned reports, with jobs that catch up and request reports."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.models import Act, Document
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.following import ActionEvent
from gongkai.core.units.actors import in_force
from gongkai.core.units.models import Appointment, Body, BodyKind, Role
from gongkai.core.units.reach import GOVERNING_KINDS
from gongkai.oversight.annual.actions import open_year, review_ended, was_published
from gongkai.oversight.annual.kind import ACCEPTED_STATES, CORRECTION_STATES, REVIEWING_STATES
from gongkai.oversight.annual.models import Report

#: Month from which reports of the ending year are requested.
FIRST_REQUEST_MONTH = 12


def keep_published(happened: ActionEvent) -> None:
    """Close a published report; scheduled ones are closed by the job."""
    _close(happened.target)


def _close(report: Report) -> int:
    fresh = Report.objects.select_related("entry").get(pk=report.pk)
    at = _public_since(fresh) if fresh.entry.state in ACCEPTED_STATES | REVIEWING_STATES else None
    if at is None:
        return 0
    was_published(fresh.entry, by=SYSTEM, at=at)
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


def keep_returned(happened: ActionEvent) -> None:
    """Reopen a report whose review was returned or recalled."""
    review = happened.target
    name, _, number = str(getattr(review, "source", "")).partition("/")
    if not isinstance(review, Review) or name != "annual" or not number.isdecimal():
        return
    report = Report.objects.select_related("entry").filter(pk=int(number), entry__state__in=REVIEWING_STATES).first()
    if report:
        review_ended(report.entry, by=SYSTEM, words=f"{happened.action.label}：{happened.step.words}"[:500])


def close_published() -> Mapping[str, int]:
    """Job: close reports whose publication time has come."""
    rows = Report.objects.filter(entry__state__in=ACCEPTED_STATES | REVIEWING_STATES).select_related("entry")
    return {"published": sum(_close(report) for report in rows)}


def ask_for_reports(today: date | None = None) -> Mapping[str, int]:
    """Job: open the year's reports in December, or last year's until March, if nobody did."""
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
        opened += len(open_year(government, by=SYSTEM, year=year))
    return {"opened": opened}
