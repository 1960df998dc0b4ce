"""The registry of periodic jobs and their runner."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gongkai.core.acts.following import CATCH_UP_JOBS_BY_NAME

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PeriodicJob:
    """A periodic job: `work` does what is due and returns counts by name. Lower positions run first."""

    name: str
    label: str
    work: Callable[[], Mapping[str, int]]
    position: int = 100


@dataclass(frozen=True)
class JobOutcome:
    """The counts of one job run, or its one-line error."""

    job: PeriodicJob
    counts: Mapping[str, int]
    error: str = ""


class JobWatcher(Protocol):
    """Observer that is called at the beginning and end of each round of jobs and of each job."""

    def began(self) -> None:
        """Called when a round of jobs begins."""

    def at(self, job: PeriodicJob) -> None:
        """Called before a job runs."""

    def done(self, outcome: JobOutcome) -> None:
        """Called after a job ran."""

    def ended(self, outcomes: Sequence[JobOutcome]) -> None:
        """Called when the round is over, with the outcomes of all its jobs."""


#: Job's name → job.
JOBS_BY_NAME: dict[str, PeriodicJob] = {}
#: Observers registered by higher layers; a failing one stops no job.
JOB_WATCHERS: list[JobWatcher] = []
#: Predicates registered by higher layers that return true if a job is not needed in this installation.
SUSPENSION_PREDICATES: list[Callable[[PeriodicJob], bool]] = []


def register_job(job: PeriodicJob) -> None:
    """Register a job; the same name replaces the earlier one."""
    JOBS_BY_NAME[job.name] = job


def map_jobs_by_name() -> dict[str, PeriodicJob]:
    """Return all jobs by name, including those that catch up on missed reactions."""
    catch_up_jobs = {
        catch_up.name: PeriodicJob(catch_up.name, catch_up.label, catch_up.work, catch_up.position)
        for catch_up in CATCH_UP_JOBS_BY_NAME.values()
    }
    return JOBS_BY_NAME | catch_up_jobs


def run_due() -> list[JobOutcome]:
    """Run all needed jobs in order; failures are isolated."""
    ordered_jobs = sorted(map_jobs_by_name().values(), key=lambda one: one.position)
    outcomes: list[JobOutcome] = []
    _notify_watchers("began")
    for job in ordered_jobs:
        if not any(rests(job) for rests in SUSPENSION_PREDICATES):
            _notify_watchers("at", job)
            outcomes.append(_run_job(job))
            _notify_watchers("done", outcomes[-1])
    _notify_watchers("ended", outcomes)
    return outcomes


def _notify_watchers(step: str, *facts: object) -> None:
    """Call a method (`step`) of all job watchers; log their errors."""
    for watcher in JOB_WATCHERS:
        try:
            getattr(watcher, step)(*facts)
        except Exception:  # watching is for people; the work goes on without it
            logger.exception("due work is not watched (%s)", step)


def _run_job(job: PeriodicJob) -> JobOutcome:
    """Run a job and return its outcome; an error is logged and becomes part of the outcome."""
    try:
        return JobOutcome(job, job.work())
    except Exception as error:  # an error in one job must not stop the others
        logger.exception("job %s failed", job.name)
        return JobOutcome(job, {}, f"{type(error).__name__}: {error}"[:300])
