"""The inspection results of a unit's sites as cases for its assessment."""

from datetime import date

from django.urls import reverse

from gongkai.core.ledger.scoring import ScoredCase
from gongkai.core.units.models import Body
from gongkai.oversight.inspection.models import InspectionRun, RunState

#: Points of an indicator table, without bonus.
MAX_POINTS = 100


def list_site_cases(body: Body, first: date, until: date) -> list[ScoredCase]:
    """Return each site of a unit and its subunits with its newest inspection in a period."""
    rows = InspectionRun.objects.filter(
        state=RunState.DONE,
        score__isnull=False,
        site__body__path__startswith=body.path,
        today__gte=first,
        today__lte=until,
    )
    newest: dict[int, InspectionRun] = {}
    for run in rows.select_related("site").order_by("pk"):
        newest[run.site_id] = run
    # A site that could not be read counts neither way.
    newest = {site: run for site, run in newest.items() if run.passed or run.verdict == "不合格"}
    return [
        ScoredCase(
            f"run/{run.pk}",
            f"{run.site.name}（{run.today.isoformat()}）",
            max(0.0, min(1.0, (run.score or 0) / MAX_POINTS)),
            f"{run.score:g}分，{run.verdict}",
            reverse("inspection:run", args=[run.pk]),
        )
        for run in newest.values()
    ]
