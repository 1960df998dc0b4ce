"""List pending steps of inspections: failing sites, late orders, sites not inspected."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from gongkai.core.ledger import queries as ledger
from gongkai.core.ledger.models import Rectification
from gongkai.core.ledger.rectification import KIND
from gongkai.core.ledger.row_presence import ANY_VALUE, RowCondition
from gongkai.core.ledger.states import RectificationState
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Role
from gongkai.core.units.unit_filters import own_units_q
from gongkai.oversight.inspection.models import (
    UNFINISHED_RUN_STATES,
    FalseAlarm,
    InspectedSite,
    InspectionRun,
    RunState,
    SiteFinding,
)
from gongkai.oversight.inspection.queries import (
    INSPECTION_SOURCE,
    RECTIFICATION_SOURCES,
    list_latest_runs,
    make_inspected_condition,
    visible_to,
)

#: Maximum number of rows of one kind, and of runs whose findings are read.
MAX_ROWS_OF_KIND, MAX_RUNS = 20, 100


@dataclass(frozen=True)
class PendingStep:
    """A pending step: kind (`tag`), subject, reason (`facts`) and link; urgent ones come first."""

    tag: str
    title: str
    facts: str
    url: str
    urgent: bool = False


def list_pending_steps(user: object) -> list[PendingStep]:
    """Return the user's pending steps, urgent ones first."""
    actor = get_actor(user)
    today = timezone.localdate()
    rows = _list_order_steps(user, today)
    if actor.has(Role.CHIEF):
        runs = list_latest_runs(visible_to(user))
        shown_runs = runs[:MAX_RUNS]
        unordered_findings = _list_unordered_findings(shown_runs)
        alarm_steps = _list_alarms_to_confirm(shown_runs)
        rows = [
            *alarm_steps,
            *_list_veto_steps(shown_runs, unordered_findings),
            *rows,
            *_list_deduction_steps(shown_runs, unordered_findings),
            *_list_sites_to_inspect(user, runs, today),
        ]
    return sorted(rows, key=lambda one: not one.urgent)


def _list_unordered_findings(runs: list[InspectionRun]) -> dict[tuple[int, str], list[SiteFinding]]:
    """Return {(run, "veto" or "deduction"): findings} of those neither ordered nor false alarms."""
    rows = SiteFinding.objects.filter(run__in=runs, kind__in=("veto", "deduction")).order_by("pk")
    sites = {run.pk: run.site_id for run in runs}
    source_refs = {site_finding.pk: f"{sites[site_finding.run_id]}:{site_finding.mark}" for site_finding in rows}
    ordered = set(
        Rectification.objects.filter(source=INSPECTION_SOURCE, source_ref__in=set(source_refs.values())).values_list(
            "source_ref", flat=True
        )
    )
    unordered: dict[tuple[int, str], list[SiteFinding]] = defaultdict(list)
    aside = FalseAlarm.objects.filter(site__in=set(sites.values()), withdrawn_at=None, waiting=False)
    misread = set(aside.values_list("site", "mark"))
    for site_finding in rows:
        if (
            source_refs[site_finding.pk] not in ordered
            and (sites[site_finding.run_id], site_finding.mark) not in misread
        ):
            unordered[site_finding.run_id, site_finding.kind].append(site_finding)
    return unordered


def _list_alarms_to_confirm(runs: list[InspectionRun]) -> list[PendingStep]:
    """Return the steps for false alarms that another person must confirm."""
    alarms = {
        (false_alarm.site_id, false_alarm.mark): false_alarm
        for false_alarm in FalseAlarm.objects.filter(withdrawn_at=None, waiting=True)
    }
    sites = {run.pk: run.site for run in runs}
    if not alarms:
        return []
    rows = SiteFinding.objects.filter(run__in=runs, mark__in={finding_mark for _, finding_mark in alarms}).order_by(
        "pk"
    )
    alarmed_findings = [
        (sites[site_finding.run_id], site_finding, alarms.get((sites[site_finding.run_id].pk, site_finding.mark)))
        for site_finding in rows
    ]
    return [
        PendingStep(
            "待确认", f"{site.name}：{finding.name}", f"{alarm.by}标为误报：{alarm.reason}", _get_finding_url(finding)
        )
        for site, finding, alarm in alarmed_findings
        if alarm
    ]


def _list_veto_steps(
    runs: list[InspectionRun], open_findings: Mapping[tuple[int, str], list[SiteFinding]]
) -> list[PendingStep]:
    """Return the steps for vetoed runs whose rectification is not ordered yet."""
    steps = []
    for run in runs:
        rows = open_findings.get((run.pk, "veto"), [])
        if rows and run.report.get("veto"):
            text = "；".join(row.what for row in rows[:2])
            steps.append(PendingStep("否决", f"{run.site.name}：{rows[0].name}", text, _get_finding_url(rows[0]), True))
    return steps


def _list_order_steps(user: object, today: date) -> list[PendingStep]:
    """Return the steps for open rectifications of the user's units: reported, overdue or under way."""
    actor = get_actor(user)
    owed = own_units_q(actor, supervising=(Role.CHIEF,))
    entries = ledger.visible_to(user, kind=KIND)
    open_ones = entries.filter(owed, closed_at=None, rectification__source__in=RECTIFICATION_SOURCES)
    rows = ledger.prepare_for_list(open_ones, kinds={KIND}).order_by("due_at", "pk")[: 5 * MAX_ROWS_OF_KIND]
    steps = []
    for entry in rows:
        due = timezone.localtime(entry.due_at).date() if entry.due_at else None
        until = f"{entry.body.label}，期限{due.isoformat()}" if due else entry.body.label
        if entry.state == RectificationState.DONE:
            steps.append(PendingStep("待复核", entry.title, f"{until}，已报告整改", entry.url))
        elif due and due < today:
            days = (today - due).days
            steps.append(PendingStep("超期", entry.title, f"{until}，已超过{days}天", entry.url, True))
        elif entry.state == RectificationState.ORDERED:
            steps.append(PendingStep("整改中", entry.title, until, entry.url))
    return steps


def _list_deduction_steps(
    runs: list[InspectionRun], open_findings: Mapping[tuple[int, str], list[SiteFinding]]
) -> list[PendingStep]:
    """Return the steps for runs with deducted findings whose rectification is not ordered yet."""
    steps = []
    for run in runs:
        if count := len(open_findings.get((run.pk, "deduction"), [])):
            facts = f"{run.today.isoformat()}检查，扣分的问题还有{count}个没有下达整改要求"
            steps.append(PendingStep("待处理", run.site.name, facts, _get_run_url(run)))
    return steps


def _list_sites_to_inspect(user: object, runs: list[InspectionRun], today: date) -> list[PendingStep]:
    """Return the steps for sites whose last inspection failed, is missing or is due again."""
    latest_runs = {run.site_id: run for run in runs}
    sites = list(visible_to(user).filter(make_inspected_condition())[:500])
    numbers = InspectionRun.objects.filter(site__in=sites).order_by().values("site").annotate(last=Max("pk"))
    newest_of = {run.site_id: run for run in InspectionRun.objects.filter(pk__in=numbers.values("last"))}
    steps = []
    for site in sites:
        newest = newest_of.get(site.pk)
        address = reverse("inspection:site", args=[site.pk])
        run = latest_runs.get(site.pk)
        if newest is not None and newest.state in UNFINISHED_RUN_STATES:
            continue
        if newest is not None and newest.state == RunState.FAILED:
            steps.append(PendingStep("未完成", site.name, newest.words or "检查没有完成", address))
        elif run is None:
            steps.append(PendingStep("未检查", site.name, "还没有检查过", address))
        elif site.every and (today - run.today).days > site.every:
            steps.append(PendingStep("到期", site.name, f"上次检查是{run.today.isoformat()}", address))
    return steps


def _get_run_url(run: InspectionRun) -> str:
    return reverse("inspection:run", args=[run.pk])


def _get_finding_url(finding: SiteFinding) -> str:
    return reverse("inspection:finding", args=[finding.pk])


def list_required_rows(by: Actor) -> list[RowCondition]:
    """Return conditions, [] unless the user is 政务公开办: without a row that meets one, `make_pending_block` returns None."""
    if not by.has(Role.CHIEF):
        return []
    return [
        RowCondition(InspectedSite, {"id": ANY_VALUE}),
        RowCondition(Rectification, {"source": RECTIFICATION_SOURCES}),
    ]


def make_pending_block(by: Actor) -> dict[str, object] | None:
    """Return the supervisor's home page block of pending steps, or None."""
    if not by.has(Role.CHIEF):
        return None
    rows = [waiting for waiting in list_pending_steps(by) if waiting.tag != "整改中"]
    return {"rows": rows[:5], "more": len(rows) - 5} if rows else None
