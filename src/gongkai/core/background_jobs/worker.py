"""Worker threads that process the queue, send heartbeats and recover lost jobs; each attempt of a job is one task.

`gongkai worker` runs them in their own process; `serve` runs them in the server by default
(`GONGKAI_WORKER`).
"""

import logging
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from gongkai.core.background_jobs.actions import schedule_attempt
from gongkai.core.background_jobs.job_runner import HELD_JOBS, WORKER_NAME, fail_attempt, reschedule_job, run_attempt
from gongkai.core.background_jobs.kinds import JOB_QUEUES
from gongkai.core.background_jobs.models import LEASE_DURATION, Errand, WorkerSeen
from gongkai.core.background_jobs.states import JobState

#: Task backend in the database, whatever Wagtail's own tasks use (`settings.TASKS`).
TASK_BACKEND = "errands"


@task(backend=TASK_BACKEND, queue_name="long")
def run_queued_job(number: int) -> None:
    """Run a job (primary key `number`) if it is due and no other worker has claimed it."""

    run_attempt(number)


LOG = logging.getLogger("gongkai.background_jobs")
#: Seconds between two looks at an empty queue, and between two heartbeats.
PAUSE, HEARTBEAT_SECONDS = 0.5, 15.0
#: A task of Wagtail running longer than this belongs to a dead worker and is restarted.
STUCK_AFTER = timedelta(hours=1)
#: Error of a job whose worker process ended without a trace.
WORKER_KILLED_MESSAGE = "处理它的进程中断了：请查看服务日志和内存"


class Workers:
    """The worker threads of one process."""

    def __init__(self, lanes: tuple[str, ...] = JOB_QUEUES, threads: int = 1) -> None:
        self.stop = threading.Event()
        self.lanes = [(TASK_BACKEND, lane) for lane in lanes for _ in range(threads)]
        if settings.GONGKAI_WORKER == "database":  # Wagtail's own work waits for workers, too
            self.lanes.append(("default", "*"))
        self.loops: list[Worker] = []

    def begin(self) -> list[threading.Thread]:
        """Start and return all threads; after `end` they end once their work is done."""
        jobs = [(f"errands-{lane}", self._process_queue, (backend, lane)) for backend, lane in self.lanes]
        threads = [threading.Thread(target=work, args=args, name=name) for name, work, args in jobs]
        threads.append(threading.Thread(target=self._send_heartbeats, name="errands-beat"))
        for thread in threads:
            thread.daemon = True
            thread.start()
        return threads

    def end(self) -> None:
        """Stop the worker threads after their current jobs."""
        self.stop.set()
        for loop in self.loops:
            loop.running = False

    def release(self) -> None:
        """Put running jobs back when this process ends."""
        for errand in Errand.objects.filter(token__in=HELD_JOBS.tokens, state=JobState.RUNNING):
            reschedule_job(errand, errand.token, timedelta())
        WorkerSeen.objects.filter(name=WORKER_NAME).delete()

    def _process_queue(self, backend: str, lane: str) -> None:
        """Run the tasks of a queue until the worker stops; log an error and try again."""
        loop = make_worker(backend, lane)
        self.loops.append(loop)
        while not self.stop.wait(PAUSE):
            try:
                close_old_connections()
                if has_tasks(backend, lane):
                    loop.run()
            except Exception:  # a database that is away comes back
                LOG.exception("the queue could not be read; tried again")
                self.stop.wait(5)
        connections.close_all()

    def _send_heartbeats(self) -> None:
        """Report this worker as alive every `HEARTBEAT_SECONDS` until it stops."""
        while True:
            try:
                close_old_connections()
                send_heartbeat(timezone.now())
            except Exception:
                LOG.exception("the worker could not say that it is there")
            if self.stop.wait(HEARTBEAT_SECONDS):
                break
        connections.close_all()


def make_worker(backend: str, lane: str) -> Worker:
    """Return a worker of django-tasks-db that ends when its queue is empty."""
    return Worker(
        queue_names=[lane],
        interval=0,
        batch=True,
        backend_name=backend,
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{WORKER_NAME}/{lane}"[:64],
        excluded_queue_names=[],
    )


def has_tasks(backend: str, lane: str) -> bool:
    """Return true if a queue has tasks, without taking a lock."""
    waiting_tasks = DBTaskResult.objects.ready().filter(backend_name=backend)
    return (waiting_tasks if lane == "*" else waiting_tasks.filter(queue_name=lane)).exists()


def send_heartbeat(now: datetime) -> None:
    """Renew this process's leases, record its heartbeat and recover lost jobs."""
    Errand.objects.filter(token__in=HELD_JOBS.tokens, state=JobState.RUNNING).update(lease_until=now + LEASE_DURATION)
    row = WorkerSeen(name=WORKER_NAME, seen_at=now)
    WorkerSeen.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=["seen_at"])
    recover_lost_jobs(now)


def recover_lost_jobs(now: datetime) -> int:
    """Put back jobs of dead workers, and jobs and Wagtail tasks that the queue lost; return the number of jobs of
    dead workers. Safe in parallel."""
    lost = list(Errand.objects.filter(state=JobState.RUNNING, lease_until__lt=now))
    for errand in lost:
        fail_attempt(errand, errand.token, WORKER_KILLED_MESSAGE)
    forgotten_jobs = Errand.objects.filter(state=JobState.WAITING, due_at__lt=now - 5 * LEASE_DURATION)
    if forgotten_jobs.exists() and not any(has_tasks(TASK_BACKEND, lane) for lane in JOB_QUEUES):
        for errand in forgotten_jobs:
            schedule_attempt(errand)
    stuck_tasks = DBTaskResult.objects.running().filter(backend_name="default", started_at__lt=now - STUCK_AFTER)
    stuck_tasks.update(status="READY")
    return len(lost)


def process_due_jobs(lanes: tuple[str, ...] = JOB_QUEUES) -> None:
    """Run the tasks of these queues in this thread until they are empty; for commands and tests."""
    for lane in lanes:
        make_worker(TASK_BACKEND, lane).run()
