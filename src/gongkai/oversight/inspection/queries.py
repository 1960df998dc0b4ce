"""Queries for sites, runs, scores over time and findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from gongkai.core.ledger.models import Rectification
from gongkai.core.units.actors import get_actor
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.rules import runs_installation
from gongkai.core.units.unit_filters import SUPERVISING_ROLES, own_units_q
from gongkai.oversight.inspection.models import (
    WEIGHT_LABELS,
    DutyVerdict,
    InspectedKind,
    InspectedSite,
    InspectionRun,
    OutsideFinding,
    RunState,
    SiteFinding,
    Weight,
)
from gongkai.oversight.inspection.site.scoring import Indicator, read_indicators
from gongkai.work.newmedia import queries as accounts
from gongkai.work.newmedia.lower_sites import LowerSite
from gongkai.work.newmedia.models import Account, AccountState

INSPECTION_SOURCE = "inspection"
DUTY_SOURCE = "duty"
#: Sources of rectifications ordered by this app: findings of sites, and unmet duties.
RECTIFICATION_SOURCES = (INSPECTION_SOURCE, DUTY_SOURCE)


@register_visible_to(InspectedSite)
def visible_to(user: object) -> QuerySet[InspectedSite]:
    """Return the sites visible to the user.

    These are the sites of units that the user supervises or works for; sites of no unit of ours are
    visible to supervisors of the whole government.
    """
    actor = get_actor(user)
    rows = InspectedSite.objects.select_related("body")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    query = own_units_q(actor)
    if any(runs_installation(actor, role) for role in SUPERVISING_ROLES):
        query |= Q(body=None)
    return rows.filter(query)


def make_inspected_condition() -> Q:
    """Return the condition for sites whose inspection has not ended; a day in the future ends it later."""
    return Q(ended_on=None) | Q(ended_on__gt=timezone.localdate())


def list_accounts_to_register(user: object) -> QuerySet[Account]:
    """Return the active accounts with a web page, visible to the user, that were never registered for inspection."""
    sites = InspectedSite.objects.values("address")
    rows = accounts.visible_to(user).filter(state=AccountState.OPEN, address__startswith="http")
    return rows.exclude(address__in=sites)


def list_lower_sites() -> list[LowerSite]:
    """Return the inspected websites of units, which an open-government office may request to carry a text."""
    running = InspectedSite.objects.filter(make_inspected_condition(), what=InspectedKind.SITE)
    rows = running.filter(body__isnull=False).select_related("body")
    return [LowerSite(row.name, row.address, row.body) for row in rows if row.body]


@register_visible_to(InspectionRun)
def runs_visible_to(user: object) -> QuerySet[InspectionRun]:
    """Return the runs visible to the user."""
    return InspectionRun.objects.filter(site__in=visible_to(user)).select_related("site__body", "table")


@register_visible_to(SiteFinding)
def findings_visible_to(user: object) -> QuerySet[SiteFinding]:
    """Return the findings of runs visible to the user."""
    rows = SiteFinding.objects.filter(run__in=runs_visible_to(user).values("pk"))
    return rows.select_related("run__site__body", "run__table")


def annotate_last_scores(sites: QuerySet[InspectedSite]) -> QuerySet[Model]:
    """Return sites with their last two finished runs, worst first.

    The rows have `last_run`, `last_score`, `last_passed`, `last_unread`, `last_on` and
    `score_before`.
    """
    inspection_runs = InspectionRun.objects.filter(site=OuterRef("pk"), state=RunState.DONE).order_by("-pk")
    return sites.annotate(
        last_run=Subquery(inspection_runs.values("pk")[:1]),
        last_score=Subquery(inspection_runs.values("score")[:1]),
        last_passed=Subquery(inspection_runs.values("passed")[:1]),
        last_unread=Subquery(inspection_runs.values("report__unread")[:1]),
        last_on=Subquery(inspection_runs.values("today")[:1]),
        score_before=Subquery(inspection_runs.values("score")[1:2]),
    ).order_by("last_score", "name")


def list_latest_runs(sites: QuerySet[InspectedSite]) -> list[InspectionRun]:
    """Return the newest finished run of each site that is still inspected, worst first."""
    last = annotate_last_scores(sites.filter(make_inspected_condition())).values_list("last_run", flat=True)
    rows = InspectionRun.objects.filter(pk__in=[number for number in last if number]).select_related(
        "site__body", "table"
    )
    return sorted(rows, key=lambda run: (run.score or 0, run.site.name))


def get_previous_run(run: InspectionRun) -> InspectionRun | None:
    """Return the finished run before a finished one, or None."""
    if run.state != RunState.DONE:
        return None
    earlier = InspectionRun.objects.filter(site=run.site_id, state=RunState.DONE, pk__lt=run.pk)
    return earlier.select_related("site", "table").order_by("-pk").first()


def get_later_run(run: InspectionRun) -> InspectionRun | None:
    """Return the newest finished run of the same site if it is later than this one, else None."""
    rows = InspectionRun.objects.filter(site=run.site_id, state=RunState.DONE, pk__gt=run.pk)
    return rows.order_by("-pk").first()


@dataclass(frozen=True)
class SiteComparison:
    """A site's latest run compared with others.

    `taken` has (points deducted, findings) for each group, `before` is the score of the run before, `outside` the last
    inspection by others: (day, inspector, number of problems).
    """

    run: InspectionRun
    taken: list[tuple[float, int]]
    before: float | None
    outside: tuple[date, str, int] | None


def compare_sites(sites: QuerySet[InspectedSite]) -> tuple[list[str], list[SiteComparison]]:
    """Return (deduction groups, comparison of each site's latest run, best site first)."""
    runs = list_latest_runs(sites)
    scores_before = dict(annotate_last_scores(sites).values_list("pk", "score_before"))
    outside_results = _map_outside_results(runs)
    groups = list(dict.fromkeys(deduction["group"] for run in runs for deduction in run.report.get("deductions", ())))
    rows = [
        SiteComparison(
            run,
            [_sum_deductions(run, name) for name in groups],
            scores_before.get(run.site_id),
            outside_results.get(run.site_id),
        )
        for run in reversed(runs)
    ]
    return groups, rows


def _map_outside_results(runs: Sequence[InspectionRun]) -> dict[int, tuple[date, str, int]]:
    """Return (day, inspector, number of problems) of the last inspection by outsiders, by site."""
    rows = OutsideFinding.objects.filter(site__in=[run.site_id for run in runs]).order_by("on")
    problems = Count("pk", filter=~Q(weight=Weight.NONE))
    return {
        site: (day, inspector, count)
        for site, day, inspector, count in rows.values_list("site", "on", "inspector").annotate(n=problems)
    }


def _sum_deductions(run: InspectionRun, group: str) -> tuple[float, int]:
    """Return (points deducted in a group of indicators, number of findings)."""
    rows = [deduction for deduction in run.report.get("deductions", ()) if deduction["group"] == group]
    return round(sum(row["points"] for row in rows), 2), sum(row.get("findings", 0) for row in rows)


def count_findings_by_run(runs: Sequence[InspectionRun]) -> list[tuple[str, str, list[int]]]:
    """Return (name, effect on the score, findings in each run) of each indicator with findings."""
    names: dict[str, tuple[str, str]] = {}
    counts: dict[tuple[str, int], int] = {}
    rows = SiteFinding.objects.filter(run__in=runs).order_by().values_list("indicator", "name", "kind", "run")
    for indicator, name, kind, run, count in rows.annotate(n=Count("pk")):
        names[indicator] = name, kind
        counts[indicator, run] = count
    order = {kind: place for place, kind in enumerate(WEIGHT_LABELS)}
    indicator_rows = [
        (name, WEIGHT_LABELS.get(kind, kind), order.get(kind, 9), [counts.get((key, run.pk), 0) for run in runs])
        for key, (name, kind) in names.items()
    ]
    indicator_rows.sort(key=lambda row: (row[2], -sum(row[3]), row[0]))
    return [(name, weight, run_counts) for name, weight, _, run_counts in indicator_rows]


def make_fault_reference(finding: SiteFinding) -> str:
    """Return the reference by which rectifications identify a fault of a site across runs."""
    return f"{finding.run.site_id}:{finding.mark}"


def make_duty_reference(verdict: DutyVerdict) -> str:
    """Return the reference by which rectifications identify a duty of a task and cycle."""
    return f"{verdict.assignment_id}:{verdict.duty_id}:{verdict.cycle}"


def map_duty_orders(verdicts: list[DutyVerdict]) -> dict[int, Rectification]:
    """Return {primary key of the verdict: newest rectification ordered for it}."""
    refs = {make_duty_reference(duty_verdict): duty_verdict.pk for duty_verdict in verdicts}
    rows = Rectification.objects.filter(source=DUTY_SOURCE, source_ref__in=refs).select_related("entry").order_by("pk")
    return {refs[row.source_ref]: row for row in rows}


def map_finding_orders(run: InspectionRun, findings: list[SiteFinding]) -> dict[int, Rectification]:
    """Return {primary key of the finding: newest rectification ordered for it} of findings of a run."""
    marks = {f"{run.site_id}:{site_finding.mark}": site_finding.pk for site_finding in findings}
    rows = (
        Rectification.objects.filter(source=INSPECTION_SOURCE, source_ref__in=marks)
        .select_related("entry")
        .order_by("pk")
    )
    return {marks[row.source_ref]: row for row in rows}


@dataclass(frozen=True)
class IndicatorVerdict:
    """The result of an inspection for one indicator: findings, points, explanation (`words`); `bad`: failed."""

    indicator: Indicator
    findings: int
    points: float
    words: str
    bad: bool


def list_indicator_verdicts(run: InspectionRun) -> list[IndicatorVerdict]:
    """Return a run's verdict on every indicator of its table, in table order (W-05)."""
    table = read_indicators(data=run.table.text.encode()) if run.table else None
    if table is None or run.score is None:
        return []
    counts = dict(run.findings.order_by().values_list("indicator").annotate(Count("pk")))
    report = run.report
    taken = {deduction.get("indicator"): deduction["points"] for deduction in report.get("deductions", ())}
    added = {deduction.get("indicator"): deduction["points"] for deduction in report.get("bonus", ())}
    vetoed = {deduction.get("indicator") for deduction in report.get("veto", ())}
    own_indicators = [row for row in table.rows.values() if row.key.startswith("account.") == run.site.is_account]
    return [_make_verdict(row, counts, report.get("skipped", {}), taken, added, vetoed) for row in own_indicators]


def _make_verdict(
    row: Indicator,
    counts: dict[str, int],
    skipped: dict[str, str],
    deducted: dict[str, float],
    added: dict[str, float],
    vetoed: set[str],
) -> IndicatorVerdict:
    """Return the result of one indicator: veto, points, reason for not judging, or number of problems.

    All maps are by indicator key: findings, reasons for skipping, points deducted and added.
    """
    finding_count, points = counts.get(row.key, 0), deducted.get(row.key, added.get(row.key, 0.0))
    if row.key in vetoed:
        text = "否决"
    elif row.key in deducted:
        text = f"扣{points:g}分"
    elif row.key in added:
        text = f"加{points:g}分"
    elif row.key in skipped:
        reason = skipped[row.key]
        text = reason if reason.startswith("待核实") else f"未评：{reason}"
    elif finding_count:
        text = f"{finding_count}处问题"
    else:
        text = "不加分" if row.kind == "bonus" else "合格"
    return IndicatorVerdict(
        row, finding_count, points, text, row.key in vetoed or row.key in deducted or bool(finding_count)
    )


#: Required parts of a disclosure section (政府信息公开专栏): label and related indicators (V-02).
DISCLOSURE_SECTION_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("政府信息公开指南", ("disclosure.guide",)),
    ("政府信息公开制度", ("disclosure.system",)),
    ("法定主动公开内容", ("disclosure.catalogue", "disclosure.items")),
    ("政府信息公开年报", ("annual.missing", "annual.late", "annual.tables", "annual.wrong")),
    ("依申请公开", ("disclosure.request",)),
)


@dataclass(frozen=True)
class DisclosureSection:
    """The findings on a site's disclosure section, by part, from its newest run."""

    run: InspectionRun
    parts: list[list[SiteFinding]]

    @property
    def passed(self) -> bool:
        """Return True if there are no findings."""
        return not any(self.parts)


def list_disclosure_sections(sites: QuerySet[InspectedSite]) -> list[DisclosureSection]:
    """Return the disclosure sections of sites, those with findings first."""
    runs = [run for run in list_latest_runs(sites) if run.score is not None and not run.site.is_account]
    keys = [key for _, group in DISCLOSURE_SECTION_PARTS for key in group]
    found: dict[tuple[int, str], list[SiteFinding]] = {}
    for site_finding in SiteFinding.objects.filter(run__in=runs, indicator__in=keys).order_by("pk"):
        found.setdefault((site_finding.run_id, site_finding.indicator), []).append(site_finding)
    rows = [
        DisclosureSection(
            run,
            [[row for key in group for row in found.get((run.pk, key), ())] for _, group in DISCLOSURE_SECTION_PARTS],
        )
        for run in runs
    ]
    return sorted(rows, key=lambda row: row.passed)


def count_runs_by_quarter(site: InspectedSite, year: int) -> list[int]:
    """Return the number of finished runs in each quarter of a year (W-05: 每季度一次)."""
    days = site.runs.filter(state=RunState.DONE, today__year=year).values_list("today", flat=True)
    return [sum((day.month - 1) // 3 == quarter for day in days) for quarter in range(4)]
