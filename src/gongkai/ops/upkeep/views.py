"""Page 运行状况: status, findings and jobs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai import __version__
from gongkai.core.ledger.jobs.registry import SUSPENSION_PREDICATES, map_jobs_by_name
from gongkai.core.units.actors import get_actor
from gongkai.ops.upkeep.all_findings import collect_findings
from gongkai.ops.upkeep.findings import may_see_status
from gongkai.ops.upkeep.models import JobRun
from gongkai.ops.upkeep.status import read_all_parts


def status_page(request: HttpRequest) -> HttpResponse:
    """Show readings, findings and jobs, failing ones first; jobs that are suspended are left out."""
    if not may_see_status(get_actor(request.user)):
        raise Http404
    parts = list(read_all_parts())
    runs = JobRun.objects.in_bulk()
    jobs = sorted(
        (j for j in map_jobs_by_name().values() if not any(r(j) for r in SUSPENSION_PREDICATES)),
        key=lambda j: j.position,
    )
    rows = [(job.label, runs.get(job.name)) for job in jobs]
    rows.sort(key=lambda row: -(row[1].failures if row[1] else 0))
    context = {
        "parts": parts,
        "found": collect_findings(parts),
        "jobs": rows,
        "version": __version__,
    }
    return render(request, "upkeep/status.html", context)
