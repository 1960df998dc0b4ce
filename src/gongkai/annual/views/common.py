"""What the pages of a report share."""

from django.http import Http404, HttpRequest

from gongkai.acts.action import REGISTRY
from gongkai.annual.kind import KIND, OPEN
from gongkai.annual.models import Report
from gongkai.annual.queries import reports_visible_to
from gongkai.annual.queries.previous import previous_of
from gongkai.units.actors import Actor, actor_of


def report_of(request: HttpRequest, pk: int) -> tuple[Report, Actor]:
    """Return a report that somebody sees, and the actor.

    Raises:
        Http404: there is none, or it is not theirs to see.
    """
    by = actor_of(request.user)
    report = reports_visible_to(by).filter(pk=pk).first()
    if report is None:
        raise Http404("没有这份年度报告")
    return report, by


def frame(report: Report, by: Actor, tab: str) -> dict[str, object]:
    """Return what every page of a report shows: its tabs, whether it may be changed now."""
    return {
        "report": report,
        "entry": report.entry,
        "tab": tab,
        "may_fill": not REGISTRY[f"{KIND}.fill"].why_not(report.entry, by=by),
        "open": report.entry.state in OPEN,
        "previous": previous_of(report.body, report.year),
    }
