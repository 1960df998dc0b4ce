"""Shared helpers of the report views."""

from django.http import HttpRequest

from gongkai.core.acts.action import REGISTRY
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.units.actors import Actor, actor_of
from gongkai.lib.law.annual_form import FORM
from gongkai.oversight.annual.kind import KIND, OPEN
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.previous import previous_of


def report_of(request: HttpRequest, pk: int) -> tuple[Report, Actor]:
    """Return a visible report and the acting user.

    Raises:
        Http404: there is no report, or the user may not see it.
    """
    by = actor_of(request.user)
    return get_visible_or_404(by, Report, pk), by


def frame(report: Report, by: Actor, tab: str) -> dict[str, object]:
    """Return the template context that all report pages share: tabs and edit permission."""
    return {
        "report": report,
        "entry": report.entry,
        "tab": tab,
        "may_fill": not REGISTRY[f"{KIND}.fill"].why_not(report.entry, by=by),
        "open": report.entry.state in OPEN,
        "form_version": FORM,
        "previous": previous_of(report.body, report.year),
    }
