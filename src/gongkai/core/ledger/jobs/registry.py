"""The registry of jobs, and running them."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gongkai.core.acts.following import CATCH_UPS

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One piece of due work: `work` does what is due now and returns counts. Lower positions run first."""

    name: str
    label: str
    work: Callable[[], Mapping[str, int]]
    position: int = 100


@dataclass(frozen=True)
class Outcome:
    """What one job did, or the one line that says why it failed."""

    job: Job
    counts: Mapping[str, int]
    error: str = ""


class Watcher(Protocol):
    """Who follows a round of due work: its beginning, each job, its end."""

    def began(self) -> None:
        """A round begins."""

    def at(self, job: Job) -> None:
        """A job begins."""

    def done(self, outcome: Outcome) -> None:
        """A job ended."""

    def ended(self, outcomes: Sequence[Outcome]) -> None:
        """The round ended."""


JOBS: dict[str, Job] = {}
#: Rooms above that follow the rounds; one that fails stops no job.
WATCHERS: list[Watcher] = []
#: Rooms above may leave jobs out where an installation has no work for them: (job) → whether it rests.
RESTING: list[Callable[[Job], bool]] = []


def register_job(job: Job) -> None:
    """Enter a job; the same name again replaces it."""
    JOBS[job.name] = job


def all_jobs() -> dict[str, Job]:
    """Return all jobs by name: those of the rooms, and those that catch up on what reactions missed."""
    caught = {
        catch_up.name: Job(catch_up.name, catch_up.label, catch_up.work, catch_up.position)
        for catch_up in CATCH_UPS.values()
    }
    return JOBS | caught


def run_due() -> list[Outcome]:
    """Run all jobs in order, each for itself, save those that rest here."""
    ordered = sorted(all_jobs().values(), key=lambda one: one.position)
    outcomes: list[Outcome] = []
    _watch("began")
    for job in ordered:
        if not any(rests(job) for rests in RESTING):
            _watch("at", job)
            outcomes.append(_run(job))
            _watch("done", outcomes[-1])
    _watch("ended", outcomes)
    return outcomes


def _watch(step: str, *facts: object) -> None:
    for watcher in WATCHERS:
        try:
            getattr(watcher, step)(*facts)
        except Exception:  # watching is for people; the work goes on without it
            logger.exception("due work is not watched (%s)", step)


def _run(job: Job) -> Outcome:
    try:
        return Outcome(job, job.work())
    except Exception as error:  # one room's fault must not stop the others
        logger.exception("job %s failed", job.name)
        return Outcome(job, {}, f"{type(error).__name__}: {error}"[:300])
