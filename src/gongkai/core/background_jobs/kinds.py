"""Registry of kinds of background jobs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongkai.core.background_jobs.job_runner import RunningJob

#: Queues with separate workers: for work that a user is waiting for, and for work of minutes.
PROMPT_QUEUE, LONG_QUEUE = "prompt", "long"
#: Names of the queues that workers serve.
JOB_QUEUES = (PROMPT_QUEUE, LONG_QUEUE)
#: Pauses before the next attempts; after the last one an administrator decides.
RETRY_PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))


@dataclass(frozen=True)
class JobResult:
    """Result of a job: text for the requester (`words`), and the result's URL (`link`)."""

    words: str = ""
    link: str = ""


@dataclass(frozen=True)
class ContinueLater:
    """Returned by a job that finished a part of its work and continues after a pause; not counted as a failure."""

    after: timedelta = timedelta()


@dataclass(frozen=True)
class JobKind:
    """A kind of background job: name, function, limits and callbacks.

    Attributes:
        work: does the job; it may be called again after its process was killed at any point. It returns a
            result, or ends within `running.finishing()` if something must be written
            exactly once. `Refused` is final; any other exception is retried after
            `pauses`, and then an administrator decides.
        lane: queue.
        back: label and URL name of the page that requested it.
        left: called with the job's facts and the reason once it will not be done (refused,
            cancelled, given up).
        again: takes id and facts; returns the URL where a refused requester starts anew.
    """

    name: str
    label: str
    work: Callable[["RunningJob"], JobResult | ContinueLater | None]
    lane: str = LONG_QUEUE
    pauses: tuple[timedelta, ...] = RETRY_PAUSES
    back: tuple[str, str] = ("", "")
    left: Callable[[Mapping[str, object], str], None] | None = None
    again: Callable[[int, Mapping[str, object]], str] | None = None


#: Job kind's name → kind.
JOB_KINDS_BY_NAME: dict[str, JobKind] = {}


def register_kind(kind: JobKind) -> None:
    """Register a kind of background job; the same name replaces the earlier one."""
    JOB_KINDS_BY_NAME[kind.name] = kind
