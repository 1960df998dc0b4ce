"""Everything that reads: sites and runs that somebody sees, scores over time, what became of findings."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from gongkai.inspection.models import InspectedSite, InspectionRun, RunState, SiteFinding
from gongkai.ledger.models import Rectification
from gongkai.units.actors import actor_of
from gongkai.units.models import Role

SOURCE = "inspection"
_SUPERVISING = (Role.CHIEF, Role.AUDITOR, Role.ADMINISTRATOR)


def visible_to(user: Any) -> QuerySet[InspectedSite]:
    """Return the sites whose inspections somebody sees: those of units they supervise or work for; those of no unit of ours for who supervises."""
    actor = actor_of(user)
    rows = InspectedSite.objects.select_related("body")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    seen = Q(body_id__in=actor.bodies)
    for post in actor.posts:
        if post.role in _SUPERVISING:
            seen |= Q(body__path__startswith=post.reach) | Q(body=None)
    return rows.filter(seen)


def runs_visible_to(user: Any) -> QuerySet[InspectionRun]:
    """Return the runs that somebody sees."""
    return InspectionRun.objects.filter(site__in=visible_to(user)).select_related("site__body", "table")


def with_scores(sites: QuerySet[InspectedSite]) -> QuerySet[Any]:
    """Return sites, the worst first, with the latest finished run and the one before.

    They have `last_run`, `last_score`, `last_passed`, `last_on`, `score_before`.
    """
    done = InspectionRun.objects.filter(site=OuterRef("pk"), state=RunState.DONE).order_by("-pk")
    return sites.annotate(
        last_run=Subquery(done.values("pk")[:1]),
        last_score=Subquery(done.values("score")[:1]),
        last_passed=Subquery(done.values("passed")[:1]),
        last_on=Subquery(done.values("today")[:1]),
        score_before=Subquery(done.values("score")[1:2]),
    ).order_by("last_score", "name")


def counts_of(run: InspectionRun) -> list[dict[str, Any]]:
    """Return how many findings each indicator has, in the order of the table."""
    rows: list[Any] = list(
        run.findings.values("indicator", "name", "kind").annotate(n=Count("pk")).order_by()
    )
    order = {"veto": 0, "deduction": 1, "note": 2}
    return sorted(rows, key=lambda row: (order.get(row["kind"], 3), -row["n"], row["indicator"]))


def reference(finding: SiteFinding) -> str:
    """Return by what a rectification names a finding: the same fault of the same site, in whatever run."""
    return f"{finding.run.site_id}:{finding.mark}"


def entries_of(run: InspectionRun, findings: list[SiteFinding]) -> dict[int, Rectification]:
    """Return what was ordered for findings of a run, by finding."""
    marks = {f"{run.site_id}:{one.mark}": one.pk for one in findings}
    rows = (
        Rectification.objects.filter(source=SOURCE, source_ref__in=marks)
        .select_related("entry")
        .order_by("pk")
    )
    return {marks[row.source_ref]: row for row in rows}
