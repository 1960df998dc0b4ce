"""Worker processes on one queue, killed or concurrent, on both databases: the result of a job is written once."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, connections
from django.utils import timezone

from factories.at_once import at_once, one_database  # noqa: F401 - a fixture
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.background_jobs.actions import enqueue_job
from gongkai.core.background_jobs.job_runner import RunningJob, run_attempt
from gongkai.core.background_jobs.kinds import JOB_KINDS_BY_NAME, JobKind, JobResult, register_kind
from gongkai.core.background_jobs.models import Errand, WorkerSeen
from gongkai.core.background_jobs.states import JobState
from gongkai.core.background_jobs.worker import Workers, process_due_jobs, recover_lost_jobs
from gongkai.ops.cli.worker import worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def fork_process() -> Iterator[Callable[[Callable[[], Any]], int]]:
    """Run work in a child process that is killed after the test; return its process id."""
    children: list[int] = []

    def fork(work: Callable[[], Any]) -> int:
        child = os.fork()
        if child == 0:
            try:
                thread = threading.Thread(target=work)  # with a connection of its own
                thread.start()
                thread.join(60)
            finally:
                os._exit(0)
        children.append(child)
        return child

    yield fork
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            continue
    JOB_KINDS_BY_NAME.pop("tests.counted", None)


def register_counted_work(before: Callable[[], None], inside: Callable[[], None]) -> None:
    """Register a job kind that writes one row, with callbacks before it and before its commit."""

    def work(run: RunningJob) -> None:
        before()
        with run.finishing() as end:
            WorkerSeen.objects.create(name=f"{run.facts['n']} {run.token}")
            end(JobResult())
            inside()

    register_kind(JobKind("tests.counted", "试作业", work))


def do_nothing() -> None:
    pass


def enqueue(n: int) -> Errand:
    return enqueue_job("tests.counted", by=SYSTEM, label=f"第{n}项", key=f"counted/{n}", facts={"n": n})


def retry_lost(number: int) -> tuple[str, int, int]:
    """Recover and retry the lost job; return its state, attempts and written rows."""
    assert recover_lost_jobs(timezone.now() + timedelta(seconds=61)) == 1
    Errand.objects.update(due_at=timezone.now())
    register_counted_work(do_nothing, do_nothing)
    run_attempt(number)
    one = Errand.objects.get(pk=number)
    return one.state, one.attempts, WorkerSeen.objects.count()


@pytest.mark.parametrize("where", ["before", "inside"])
def test_job_of_a_killed_worker_is_done_once(
    where: str,
    one_database: None,  # noqa: F811
    fork_process: Callable[[Callable[[], Any]], int],
) -> None:
    read, write = os.pipe()

    def stop_here() -> None:
        os.write(write, b"x")
        time.sleep(60)

    register_counted_work(*((stop_here, do_nothing) if where == "before" else (do_nothing, stop_here)))
    (errand,) = at_once(lambda: enqueue(1), 1)
    child = fork_process(lambda: process_due_jobs(("long",)))
    os.read(read, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert at_once(lambda: Errand.objects.get().state, 1) == [JobState.RUNNING]
    assert at_once(lambda: retry_lost(errand.pk), 1) == [(JobState.DONE, 2, 1)]


def test_concurrent_workers_do_each_job_once(
    one_database: None,  # noqa: F811
    fork_process: Callable[[Callable[[], Any]], int],
) -> None:
    register_counted_work(do_nothing, do_nothing)
    at_once(lambda: [enqueue(n) for n in range(12)], 1)
    children = [fork_process(lambda: process_due_jobs(("long",))) for _ in range(2)]
    for child in children:
        os.waitpid(child, 0)

    def stand() -> tuple[set[tuple[str, int]], int, int]:
        rows = set(Errand.objects.values_list("state", "attempts"))
        return rows, WorkerSeen.objects.count(), Errand.objects.count()

    assert at_once(stand, 1) == [({(JobState.DONE, 1)}, 12, 12)]
    if connection.vendor == "postgresql":  # a database in memory would be gone with its connection
        connections.close_all()


def run_in_thread(work: Callable[[], Any]) -> Any:
    """Run work in its own thread; raise its exception here."""
    (answer,) = at_once(work, 1)
    if isinstance(answer, Exception):
        raise answer
    return answer


def test_worker_threads_take_jobs_and_return_them_on_shutdown(one_database: None) -> None:  # noqa: F811
    begun = threading.Event()
    stay = threading.Event()

    def before() -> None:
        if Errand.objects.filter(state=JobState.DONE).exists():  # the second one is still under way at the end
            begun.set()
            stay.wait(120)

    register_counted_work(before, do_nothing)
    run_in_thread(lambda: enqueue(1))
    workers = Workers(("long",))
    threads = workers.begin()
    for _ in range(1200):
        if run_in_thread(lambda: Errand.objects.filter(state=JobState.DONE).exists()):
            break
        time.sleep(0.05)
    run_in_thread(lambda: enqueue(2))
    assert begun.wait(60)
    workers.end()
    run_in_thread(workers.release)
    stay.set()
    for thread in threads:
        thread.join(60)
    states = run_in_thread(lambda: list(Errand.objects.order_by("pk").values_list("state", "attempts")))
    assert states == [(JobState.DONE, 1), (JobState.WAITING, 0)], "what was put back keeps nothing of the first try"
    assert run_in_thread(lambda: CliRunner().invoke(worker, ["--once"]).exit_code) == 0
    assert run_in_thread(lambda: Errand.objects.filter(state=JobState.DONE).count()) == 2
    JOB_KINDS_BY_NAME.pop("tests.counted")
