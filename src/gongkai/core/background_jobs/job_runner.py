"""One attempt of a background job: claim, run, finish or put back with an error."""

import logging
import os
import platform
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.lock_sharing import share_write_lock
from gongkai.core.background_jobs.actions import call_abandoned_callback, schedule_attempt
from gongkai.core.background_jobs.kinds import JOB_KINDS_BY_NAME, ContinueLater, JobResult
from gongkai.core.background_jobs.models import LEASE_DURATION, Errand
from gongkai.core.background_jobs.states import JobState
from gongkai.core.files.storage import FULL_DISK_ADVICE, StoreUnavailable, describe_full_disk
from gongkai.core.units.actors import get_actor
from gongkai.lib.confined import with_progress

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

LOG = logging.getLogger("gongkai.background_jobs")
#: Unique name of this process.
WORKER_NAME = f"{platform.node()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class HeldJobs:
    """The lease tokens of the jobs that this process is running; thread-safe."""

    def __init__(self) -> None:
        self.tokens: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def take(self, token: str) -> None:
        """Add a token to the running jobs."""
        with self._lock:
            self.tokens |= {token}

    def drop(self, token: str) -> None:
        """Remove a token from the running jobs."""
        with self._lock:
            self.tokens -= {token}


#: The jobs that this process runs.
HELD_JOBS = HeldJobs()


class JobStopped(Exception):
    """Raised when the job was cancelled or claimed by another worker; its work is discarded."""


@dataclass
class RunningJob:
    """A running background job (`errand`), as its function receives it; `token` is that of this attempt."""

    errand: Errand
    token: str
    finished: bool = field(default=False, init=False)  # the job ended within `finishing`

    @property
    def facts(self) -> Mapping[str, object]:
        """Return the job's parameters."""
        facts = self.errand.facts
        return facts

    @property
    def by(self) -> Actor:
        """Return the actor: the requester with present posts, or the system.

        Raises:
            Refused: the account is gone or disabled.
        """
        return SYSTEM if self.errand.account is None else get_actor(self.user)

    @property
    def user(self) -> "User":
        """Return the requester's account.

        Raises:
            Refused: gone, disabled, or requested by a job.
        """
        user = get_user_model().objects.filter(pk=self.errand.account or -1, is_active=True).first()
        if user is None:
            raise Refused("发起人的账号已经停用。")
        return user

    def say(self, words: str, done: int = 0, total: int = 0) -> None:
        """Report progress (`words`, `done` of `total`) and renew the lease.

        Raises:
            JobStopped: cancelled or taken over.
        """
        own_row = self._filter_own_row(cancelling=False)
        if not own_row.update(words=words[:200], done=done, total=total, lease_until=timezone.now() + LEASE_DURATION):
            raise JobStopped

    def hold(self) -> None:
        """Renew the lease of the job, so that no other worker claims it.

        Raises:
            JobStopped: cancelled or taken over.
        """
        if not self._filter_own_row(cancelling=False).update(lease_until=timezone.now() + LEASE_DURATION):
            raise JobStopped

    @contextmanager
    def held(self) -> Iterator[None]:
        """Open a transaction during which the job can be neither cancelled nor claimed by another worker.

        Raises:
            JobStopped: cancelled or taken over; nothing is written.
        """
        with transaction.atomic():
            if self._filter_own_row(cancelling=False).select_for_update().first() is None:
                raise JobStopped
            yield

    @contextmanager
    def finishing(self) -> Iterator[Callable[[JobResult], None]]:
        """Open a transaction for the final writes, which ends the job with a result, exactly once.

        Yields a function to call with the result.

        Raises:
            JobStopped: cancelled or taken over; nothing is written.
        """
        with self.held():
            yield self._end_job

    def _end_job(self, job_result: JobResult) -> None:
        _close_attempt(self.errand.pk, self.token, JobState.DONE, text=job_result.words, link=job_result.link)
        self.finished = True

    def _filter_own_row(self, **facts: object) -> "QuerySet[Errand]":
        """Return a query for the job's row, empty if the job ended or another worker claimed it; `facts`: more conditions."""
        return Errand.objects.filter(pk=self.errand.pk, token=self.token, state=JobState.RUNNING, **facts)


def run_attempt(number: int) -> None:
    """Run the job with this primary key if it is pending and due, and store its end, retry or continuation."""
    running_job = _claim(number)
    if running_job is None:
        return
    errand = running_job.errand
    kind = JOB_KINDS_BY_NAME.get(errand.kind)
    try:
        if kind is None:
            raise Refused(f"这一版本不再有“{errand.kind}”这种作业。")
        with with_progress(running_job.say, running_job.hold), share_write_lock():
            outcome = kind.work(running_job)
        if isinstance(outcome, ContinueLater):
            reschedule_job(errand, running_job.token, outcome.after)
        elif not running_job.finished:
            with running_job.finishing() as end:
                end(outcome or JobResult())
    except JobStopped:
        _close_attempt(number, running_job.token, JobState.CANCELLED)
    except Refused as refused:
        _close_attempt(number, running_job.token, JobState.REFUSED, error=str(refused))
    except BaseException as error:  # whatever it is, it is tried again and shown, never lost
        LOG.exception("errand %s failed", number)
        fail_attempt(errand, running_job.token, describe_error(error, number))
        if not isinstance(error, Exception):
            raise
    finally:
        HELD_JOBS.drop(running_job.token)


def _claim(number: int) -> RunningJob | None:
    """Take a waiting job that is due and return it; None if another worker was faster."""
    token, now = uuid.uuid4().hex, timezone.now()
    claimable_jobs = Errand.objects.filter(pk=number, state=JobState.WAITING, due_at__lte=now)
    claimed_rows = claimable_jobs.update(
        state=JobState.RUNNING,
        token=token,
        worker=WORKER_NAME,
        lease_until=now + LEASE_DURATION,
        attempts=F("attempts") + 1,
        words="",
        done=0,
        total=0,
    )
    if not claimed_rows:
        return None
    HELD_JOBS.take(token)
    return RunningJob(Errand.objects.select_related("file").get(pk=number), token)


def _close_attempt(number: int, token: str, state: str, *, text: str = "", link: str = "", error: str = "") -> None:
    """Store the end state of a job, unless another worker claimed it; if cancelled or refused, call its `left`.

    A job that failed while it was being cancelled is cancelled.
    """
    own_attempt = Errand.objects.filter(pk=number, token=token, state=JobState.RUNNING)
    if state == JobState.CANCELLED:
        own_attempt = own_attempt.filter(cancelling=True)
    with transaction.atomic():
        errand = own_attempt.select_for_update().first()
        if errand is None:
            return
        if state == JobState.DEAD and errand.cancelling:
            state, error = JobState.CANCELLED, ""
        own_attempt.update(
            state=state,
            words=text[:200],
            link=link[:300],
            error=error[:300],
            ended_at=timezone.now(),
            token="",
            lease_until=None,
        )
        if state in {JobState.CANCELLED, JobState.REFUSED}:
            call_abandoned_callback(errand, error or "已取消")


def reschedule_job(errand: Errand, token: str, after: timedelta, *, error: str = "", tried: bool = False) -> None:
    """Put a job back for another attempt after a pause if this worker still holds it (`token`); close it if it is being
    cancelled.

    Without `tried` the last attempt succeeded in part, and attempts are counted anew.
    """
    due_at = timezone.now() + after
    with transaction.atomic():
        facts = {"state": JobState.WAITING, "due_at": due_at, "token": "", "lease_until": None}
        facts |= {"error": error[:300]} if tried else {"attempts": 0, "error": ""}
        own_attempt = Errand.objects.filter(pk=errand.pk, token=token, state=JobState.RUNNING, cancelling=False)
        if own_attempt.update(**facts):
            schedule_attempt(errand, due_at if after else None)
            return
    _close_attempt(errand.pk, token, JobState.CANCELLED)


def fail_attempt(errand: Errand, token: str, text: str) -> None:
    """Schedule a retry with growing pauses; after the last attempt mark the job as failed (`text`: why)."""
    kind = JOB_KINDS_BY_NAME.get(errand.kind)
    pauses = kind.pauses if kind else ()
    if errand.attempts <= len(pauses):
        reschedule_job(errand, token, pauses[errand.attempts - 1], error=text, tried=True)
    else:
        _close_attempt(errand.pk, token, JobState.DEAD, error=text)


def describe_error(error: BaseException, number: int) -> str:
    """Return in Chinese why an attempt of the job `number` failed, or where to find the log entry."""
    name = type(error).__name__
    if full := describe_full_disk(error):
        return f"{full}：{FULL_DISK_ADVICE}"
    if isinstance(error, DatabaseError):
        return f"数据库没有完成操作（{name}）：请检查数据库是否正常"
    if isinstance(error, MemoryError):
        return "内存不足：请增加内存，或者拆小文件后重新发起"
    if isinstance(error, StoreUnavailable):
        return "文件存储连接不上：请检查文件存储"
    if isinstance(error, OSError):
        return f"读写文件或者网络失败（{error.strerror or name}）：请检查磁盘、文件存储和网络"
    return f"程序出错（{name}）：请在服务日志中查找“errand {number}”"
