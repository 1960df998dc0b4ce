"""Panels of inspection on an entry's page, and inspection results as cases for an assessment."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from gongkai.core.ledger.figures import ScoredCase
from gongkai.core.ledger.models import Entry, Rectification
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.oversight.inspection.actions import confirm_duty, order_duty
from gongkai.oversight.inspection.duties import list_verdicts
from gongkai.oversight.inspection.models import InspectedSite, InspectionRun, RunState, SiteFinding
from gongkai.oversight.inspection.queries import INSPECTION_SOURCE, map_duty_orders, visible_to

#: Points of an indicator table, without bonus.
MAX_POINTS = 100


def list_site_cases(body: Body, first: date, until: date) -> list[ScoredCase]:
    """Return a scoring case for each site of a unit and its subunits: the last inspection in the period with a verdict."""
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


@dataclass(frozen=True)
class LaterInspection:
    """The state of an ordered fault in the newest later inspection.

    `run` is None before there is one; `still` is the fault if found again. `certain` is true if the run finished and
    judged the fault's indicator, so that an absent fault is corrected. `may`: the reader may see the run.
    """

    site: InspectedSite
    run: InspectionRun | None
    still: SiteFinding | None = None
    certain: bool = True
    may: bool = False


def find_later_inspection(entry: Entry, reader: object) -> LaterInspection | None:
    """Return the state of an ordered fault in later inspections; None for other entries."""
    order = Rectification.objects.filter(entry=entry, source=INSPECTION_SOURCE).first()
    number, _, mark = order.source_ref.partition(":") if order else ("", "", "")
    site = InspectedSite.objects.filter(pk=int(number)).first() if number.isdigit() else None
    if site is None:
        return None
    may = visible_to(reader).filter(pk=site.pk).exists()
    run = site.runs.filter(state=RunState.DONE, asked_at__gte=entry.opened_at).order_by("-pk").first()
    if run is None:
        return LaterInspection(site, None, may=may)
    findings = SiteFinding.objects.filter(run__site=site, mark=mark).order_by("-pk")
    repeated = findings.filter(run=run).first()
    judged = findings.values_list("indicator", flat=True).first()
    certain = not run.words and judged not in run.report.get("skipped", {})
    return LaterInspection(site, run, repeated, certain, may)


def make_duties_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel with verdicts on a task's duties, or None if there are none."""
    rows = list_verdicts(entry)
    if not rows:
        return None
    may = any(row.fault for row in rows) and not order_duty.why_not(next(r for r in rows if r.fault), by=by)
    ordered = map_duty_orders(rows)
    return {
        "rows": [(row, ordered.get(row.pk)) for row in rows],
        "task": entry.pk,
        "may": may,
        "confirms": not confirm_duty.why_not(rows[0], by=by),
        "checked_at": max(row.checked_at for row in rows),
    }


def make_later_inspection_panel(entry: Entry, by: Actor) -> dict[str, object] | None:
    """Return the panel with the newest inspection of an ordered fault, or None."""
    again = find_later_inspection(entry, by)
    return {"again": again} if again else None
