"""What inspections since an order saw of the fault that was ordered to be mended."""

from dataclasses import dataclass

from gongkai.core.ledger.models import Entry, Rectification
from gongkai.oversight.inspection.models import InspectedSite, InspectionRun, RunState, SiteFinding
from gongkai.oversight.inspection.queries import SOURCE, visible_to


@dataclass(frozen=True)
class Again:
    """What was seen of a fault after it was ordered to be mended: the newest run since (None: nobody looked), the fault where it is still there.

    `certain`: the run was brought to its end and judged what found the fault, so that what it did not find is gone. `may`: the reader sees the run.
    """

    site: InspectedSite
    run: InspectionRun | None
    still: SiteFinding | None = None
    certain: bool = True
    may: bool = False


def seen_since(entry: Entry, reader: object) -> Again | None:
    """Return what inspections since an order saw of its fault; None where it is no order of this room."""
    order = Rectification.objects.filter(entry=entry, source=SOURCE).first()
    number, _, mark = order.source_ref.partition(":") if order else ("", "", "")
    site = InspectedSite.objects.filter(pk=int(number)).first() if number.isdigit() else None
    if site is None:
        return None
    may = visible_to(reader).filter(pk=site.pk).exists()
    run = site.runs.filter(state=RunState.DONE, asked_at__gte=entry.opened_at).order_by("-pk").first()
    if run is None:
        return Again(site, None, may=may)
    known = SiteFinding.objects.filter(run__site=site, mark=mark).order_by("-pk")
    still = known.filter(run=run).first()
    judged = known.values_list("indicator", flat=True).first()
    certain = not run.words and judged not in run.report.get("skipped", {})
    return Again(site, run, still, certain, may)
