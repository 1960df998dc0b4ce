"""Process inspection runs in time slices; an interrupted run resumes at the same page."""

import hashlib
import time
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.background_jobs.job_runner import RunningJob
from gongkai.core.background_jobs.kinds import ContinueLater, JobKind, JobResult
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.states import OPEN_STATES, JobState
from gongkai.core.files.storage import get_working_folder
from gongkai.core.units.actors import SYSTEM
from gongkai.lib.outbound.crawling import CrawlLimits
from gongkai.lib.typed_json import read_number
from gongkai.oversight.inspection.actions import (
    RUN_JOB_NAME,
    find_request_barriers,
    make_job_key,
    queue_inspection_run,
    start_inspection,
)
from gongkai.oversight.inspection.false_alarms import get_false_alarm_marks
from gongkai.oversight.inspection.internal_hosts import get_inner_hosts
from gongkai.oversight.inspection.models import (
    UNFINISHED_RUN_STATES,
    IndicatorTable,
    InspectedKind,
    InspectedSite,
    InspectionRun,
    RunState,
    SiteFinding,
)
from gongkai.oversight.inspection.queries import make_inspected_condition
from gongkai.oversight.inspection.site.lists import ListLayout
from gongkai.oversight.inspection.site.report import InspectionReport
from gongkai.oversight.inspection.site.scoring import (
    INDICATOR_TABLE_PATH,
    IndicatorError,
    InspectionFinding,
    read_indicators,
)
from gongkai.oversight.inspection.visits import sum_watched_week
from gongkai.work.newmedia.actions import record_update
from gongkai.work.newmedia.models import Account, AccountState

if TYPE_CHECKING:
    from gongkai.oversight.inspection.site.run import InspectionParameters

#: Seconds for which a worker processes one run, and between two progress reports.
JOB_SECONDS, STEP_SECONDS = 120.0, 5.0


def start_due_inspections() -> dict[str, int]:
    """Start the inspections that are due, as a job, and queue unfinished runs that no background job handles."""
    started_count = sum(_start_run(site) for site in _list_due_sites())
    runs = {make_job_key(run): run for run in InspectionRun.objects.filter(state__in=UNFINISHED_RUN_STATES)}
    known = Errand.objects.filter(key__in=runs, state__in=[*OPEN_STATES, JobState.DEAD]).values_list("key", flat=True)
    unqueued_runs = [run for key, run in runs.items() if key not in set(known)]
    for run in unqueued_runs:
        queue_inspection_run(run, by=SYSTEM)
    return {"begun": started_count, "handed": len(unqueued_runs)} if started_count or unqueued_runs else {}


def get_background_job(run: InspectionRun) -> Errand | None:
    """Return the newest background job (errand) that processes a run, or None."""
    return Errand.objects.filter(key=make_job_key(run)).order_by("-pk").first()


def run_inspection_job(job: RunningJob) -> JobResult | ContinueLater:
    """Process a run until the time slice is over, then continue later."""
    run = InspectionRun.objects.select_related("site").get(pk=read_number(job.facts, "run"))
    over = time.monotonic() + JOB_SECONDS
    while run.under_way:
        if time.monotonic() >= over:
            return ContinueLater()
        job.say(f"已访问网址{run.pages}个，待访问和核对的链接{run.links}个")
        run = process_run(run, seconds=STEP_SECONDS, job=job)
    return JobResult(f"检查{run.get_state_display()}", reverse("inspection:run", args=[run.pk]))


def mark_run_abandoned(facts: Mapping[str, object], text: str) -> None:
    """End the run of an abandoned job as failed, so that the site can be inspected again (`JobKind.left`).

    Args:
        facts: of the job; `run` is the primary key of the run.
        text: the reason in Chinese.
    """
    InspectionRun.objects.filter(pk=read_number(facts, "run"), state__in=UNFINISHED_RUN_STATES).update(
        state=RunState.FAILED, words=text[:300], ended_at=timezone.now(), claimed_at=None
    )


INSPECTION_JOB_KIND = JobKind(
    RUN_JOB_NAME, "检查网站", run_inspection_job, back=("网站检查", "inspection:overview"), left=mark_run_abandoned
)


def _list_due_sites() -> list[InspectedSite]:
    """Return the sites that are due for a run and have none under way."""
    today = timezone.localdate()
    sites = InspectedSite.objects.filter(make_inspected_condition(), every__gt=0)
    due_sites = []
    for site in sites:
        last_run = site.runs.order_by("-pk").first()
        if last_run is None or (not last_run.under_way and (today - last_run.today).days >= site.every):
            due_sites.append(site)
    return due_sites


def _start_run(site: InspectedSite) -> bool:
    """Start an inspection and return True; False if the address may not be requested or one is running."""
    if find_request_barriers(site.address):
        return False
    try:
        start_inspection(site, by=SYSTEM)
    except Refused:  # another user started it meanwhile
        return False
    return True


def get_folder(run: InspectionRun) -> Path:
    """Return the folder with a run's state and evidence pages."""
    return get_working_folder("inspection") / str(run.pk)


def process_run(run: InspectionRun, *, seconds: float, job: RunningJob | None = None) -> InspectionRun:
    """Continue an unfinished run for some seconds and return it.

    With `job`, the report is stored only if that job was neither cancelled nor claimed by another worker.
    """
    from gongkai.oversight.inspection.site.account import (
        inspect_account,  # imports all checks, which is slow
    )
    from gongkai.oversight.inspection.site.run import InspectionError, TimeLimitReached, inspect_site

    inspection_runs = InspectionRun.objects.filter(pk=run.pk, state__in=UNFINISHED_RUN_STATES)
    if not inspection_runs.update(state=RunState.RUNNING, claimed_at=timezone.now()):
        return InspectionRun.objects.select_related("site__body", "table").get(pk=run.pk)
    run = InspectionRun.objects.select_related("site__body").get(pk=run.pk)
    try:
        inspect = inspect_account if run.site.what == InspectedKind.ACCOUNT else inspect_site
        report = inspect(_make_parameters(run, seconds))
        with job.held() if job else nullcontext():
            _store_report(run, report)
        _delete_state_files(run)
    except TimeLimitReached as stand:
        InspectionRun.objects.filter(pk=run.pk).update(pages=stand.pages, links=stand.ends, claimed_at=None)
    except (InspectionError, IndicatorError, OSError) as error:
        InspectionRun.objects.filter(pk=run.pk).update(
            state=RunState.FAILED, words=str(error)[:300], ended_at=timezone.now(), claimed_at=None
        )
    return InspectionRun.objects.select_related("site__body", "table").get(pk=run.pk)


def _make_parameters(run: InspectionRun, seconds: float) -> "InspectionParameters":
    """Return the limits and settings of a run; `seconds` is the time limit of this part of the crawl."""
    from gongkai.oversight.inspection.site.run import InspectionParameters

    site = run.site
    bounds = CrawlLimits(rate=site.rate, pages=site.pages, run=seconds, workers=4 if site.rate == 0 else 2)
    return InspectionParameters(
        site.address,
        get_folder(run),
        bounds,
        run.today,
        read_indicators(settings.GONGKAI_INDICATORS or INDICATOR_TABLE_PATH),
        [ListLayout(tuple(layout)) for layout in site.layouts],
        whole=False,
        inside=get_inner_hosts(),
        week=sum_watched_week(site),
        aside=get_false_alarm_marks(site),
    )


@transaction.atomic
def _store_report(run: InspectionRun, report: InspectionReport) -> None:
    """Store a finished report with its findings and score."""
    text = (settings.GONGKAI_INDICATORS or INDICATOR_TABLE_PATH).read_text(encoding="utf-8-sig")
    table, _ = IndicatorTable.objects.get_or_create(
        digest=hashlib.sha256(text.encode()).hexdigest(), defaults={"version": report.indicators.version, "text": text}
    )
    SiteFinding.objects.bulk_create(
        [_make_finding(run, finding, report) for finding in report.findings], batch_size=500
    )
    report_facts = report.as_dict()
    for name in ("findings", "score", "passed", "pages", "links"):
        report_facts.pop(name)
    InspectionRun.objects.filter(pk=run.pk).update(
        state=RunState.DONE,
        ended_at=timezone.now(),
        pages=report.pages,
        links=report.links,
        score=report.score.score,
        passed=report.passed,
        table=table,
        report=report_facts,
        words=report.stopped[:300],
        claimed_at=None,
    )
    if run.site.is_account:
        record_newest_post(run.site, str(report.columns[0]["newest"]))


def record_newest_post(site: InspectedSite, newest: str) -> None:
    """Record, in the register of accounts, a newer post that an inspection found.

    A post dated tomorrow counts for today: the register accepts no day in the future.
    """
    day = min(date.fromisoformat(newest), timezone.localdate()) if newest else None
    for account in Account.objects.filter(state=AccountState.OPEN, address=site.address):
        if day and (account.updated_on is None or day > account.updated_on):
            record_update(account, by=SYSTEM, on=day, address=site.address, words="网站检查时读到")


def _make_finding(run: InspectionRun, finding: InspectionFinding, report: InspectionReport) -> SiteFinding:
    """Return the unsaved database row of a finding."""
    row = report.indicators[finding.indicator]
    return SiteFinding(
        run=run,
        indicator=finding.indicator,
        name=row.name[:100],
        kind=row.kind,
        url=finding.url[:1000],
        what=finding.what,
        count=finding.count,
        evidence={**finding.evidence, "also": finding.also},
        mark=finding.mark,
    )


def _delete_state_files(run: InspectionRun) -> None:
    from gongkai.oversight.inspection.site.run import STATE_FILE_NAME

    for path in get_folder(run).glob(f"{STATE_FILE_NAME}*"):
        path.unlink(missing_ok=True)
