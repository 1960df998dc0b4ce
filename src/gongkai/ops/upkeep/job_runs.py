"""Record runs of jobs; the set-up step of a first backup."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.backups import BackupSummary
from gongkai.core.ledger.jobs.registry import JobOutcome, PeriodicJob
from gongkai.core.units.models import Role
from gongkai.ops.launch.steps import SetupStep
from gongkai.ops.upkeep.models import JOB_ROUND_NAME, BackupMade, JobRun


def _describe_missing_backup() -> str:
    """Return 还没有做过备份 if no backup is recorded, else ""."""
    return "" if BackupMade.objects.exists() else "还没有做过备份"


BACKUP_STEP = SetupStep(
    "backup",
    130,
    "做第一次备份",
    "系统管理员",
    (Role.ADMINISTRATOR,),
    "看运行状况",
    lambda: reverse("upkeep:status"),
    _describe_missing_backup,
)


class JobRunRecorder:
    """Observer of rounds of due jobs (`ledger.jobs.registry.JOB_WATCHERS`). A failed record stops no job."""

    def __init__(self) -> None:
        self.began_at: datetime = timezone.now()
        self.clock = 0.0
        self.took: dict[str, int] = {}

    def began(self) -> None:
        """Record the start of a round, which makes a hanging one visible."""
        self.began_at, self.clock, self.took = timezone.now(), time.monotonic(), {}
        _store_runs([JobRun(name=JOB_ROUND_NAME, started_at=self.began_at)], ["started_at", "error"])

    def at(self, job: PeriodicJob) -> None:
        """Record which job is running."""
        self.clock = time.monotonic()
        _store_runs([JobRun(name=JOB_ROUND_NAME, started_at=self.began_at, error=job.name)], ["error"])

    def done(self, outcome: JobOutcome) -> None:
        """Note the duration of a finished job for the record of the round."""
        self.took[outcome.job.name] = int((time.monotonic() - self.clock) * 1000)

    def ended(self, outcomes: Sequence[JobOutcome]) -> None:
        """Record the last run of each job and the round, forget jobs that are needed no more, notify of failing ones."""
        from gongkai.ops.upkeep import alarm

        moment = timezone.now()
        former_runs = JobRun.objects.in_bulk()
        rows = [_make_row(outcome, former_runs.get(outcome.job.name), self, moment) for outcome in outcomes]
        rows.append(
            JobRun(
                name=JOB_ROUND_NAME,
                started_at=self.began_at,
                ended_at=moment,
                good_at=moment,
                took_ms=int((moment - self.began_at).total_seconds() * 1000),
            )
        )
        _store_runs(rows, [f.name for f in JobRun._meta.concrete_fields if f.name != "name"])
        JobRun.objects.exclude(name__in=[row.name for row in rows]).delete()
        alarm.notify_of_failing_jobs(moment)


def _make_row(outcome: JobOutcome, previous: JobRun | None, watch: JobRunRecorder, now: datetime) -> JobRun:
    """Return the row of a job's last run, counting failures in a row from the row before; a success resets them."""
    since = (previous.failing_since if previous else None) or now
    return JobRun(
        name=outcome.job.name,
        started_at=watch.began_at,
        ended_at=now,
        good_at=now if not outcome.error else previous.good_at if previous else None,
        took_ms=watch.took.get(outcome.job.name, 0),
        failures=(previous.failures if previous else 0) + 1 if outcome.error else 0,
        failing_since=since if outcome.error else None,
        error=outcome.error,
    )


def _store_runs(rows: list[JobRun], fields: list[str]) -> None:
    try:
        JobRun.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=fields)
    except DatabaseError:  # The jobs themselves report database errors.
        return


def record_backup(target: Path, summary: BackupSummary, encrypted: bool) -> None:
    """Record a backup by time and place; recording it again only updates the row."""
    facts = {"bytes": target.stat().st_size, "files": summary.files, "seal": summary.seal, "encrypted": encrypted}
    BackupMade.objects.update_or_create(
        at=datetime.fromisoformat(summary.made_at), place=str(target)[:400], defaults=facts
    )
