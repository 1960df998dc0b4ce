"""Notify the administrators of stopped due jobs, failing jobs, and background jobs without a worker.

The process that runs due jobs cannot report that it stopped. Each server process therefore checks from time to
time (`start_alarm`) and sends its notification at once. Unique keys prevent repeated notifications.
"""

import logging
import threading
from datetime import datetime, timedelta

from django.db import connections
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.background_jobs.models import Errand
from gongkai.core.background_jobs.queries import count_queue
from gongkai.core.background_jobs.states import JobState
from gongkai.core.ledger.jobs.registry import map_jobs_by_name
from gongkai.core.outbox.jobs import send_due
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Role
from gongkai.ops.upkeep.models import JOB_ROUND_NAME, JobRun
from gongkai.ops.upkeep.status import MAX_JOB_DELAY, describe_time_since

LOG = logging.getLogger("gongkai.upkeep")
# Seconds between two checks of a server process.
CHECK_INTERVAL_SECONDS = 300
# Number of failures and time after which a job is reported.
MIN_JOB_FAILURES, MIN_FAILING_TIME = 3, timedelta(minutes=15)
#: Advice on a queue without worker processes.
RESTART_ADVICE = "请查看服务日志，重新启动 gongkai worker（或 gongkai serve）。"
_PROCESS_STARTED_AT = timezone.now()


def list_administrators() -> tuple[int, ...]:
    """Return the ids of the people who are system administrators now."""
    rows = Appointment.objects.filter(in_force_q(), role=Role.ADMINISTRATOR)
    return tuple(sorted(set(rows.values_list("person_id", flat=True))))


def check_due_jobs(now: datetime | None = None, *, since: datetime | None = None) -> bool:
    """Notify the administrators if no due job ran for 15 minutes; return True if so and there are administrators.

    Args:
        now: the moment.
        since: start of this process; time before it does not count, because the machine may have been off.
    """
    moment = now or timezone.now()
    job_run = JobRun.objects.filter(name=JOB_ROUND_NAME).first()
    last = (job_run.ended_at or job_run.started_at) if job_run else _PROCESS_STARTED_AT
    if moment - max(last, since or _PROCESS_STARTED_AT) <= MAX_JOB_DELAY:
        return False
    text = (
        f"到期工作（亮灯、催办、发送、定时公开的缓存更新、封存）自{timezone.localtime(last):%Y-%m-%d %H:%M}起没有运行。"
    )
    if job_run and job_run.is_hanging and job_run.error:
        text += f"最近一次停在“{_get_label(job_run.error)}”。"
    return _notify_administrators(
        "到期工作没有运行",
        text + "请查看服务日志，重新启动 gongkai run-due 的服务。",
        f"jobs-stopped/{last:%Y%m%d%H%M%S}" if job_run else "jobs-never",
    )


def notify_of_failing_jobs(now: datetime) -> int:
    """Notify the administrators of jobs that failed three times and for 15 minutes; return the number of such jobs."""
    rows = JobRun.objects.filter(failures__gte=MIN_JOB_FAILURES, failing_since__lte=now - MIN_FAILING_TIME)
    return sum(
        _notify_administrators(
            f"到期工作失败：{_get_label(row.name)}",
            f"“{_get_label(row.name)}”自{describe_time_since(row.failing_since, now)}起连续失败{row.failures}次：{row.error}",
            f"job-failing/{row.name}/{row.failing_since:%Y%m%d%H%M%S}",
        )
        for row in rows
        if row.failing_since
    )


def notify_of_errands(now: datetime) -> int:
    """Notify the administrators of dead background jobs, and of a queue without workers; return the number of faults."""
    late = count_queue(now)
    notified = 0
    if not late.workers and late.oldest and now - late.oldest > MAX_JOB_DELAY:
        since = f"{timezone.localtime(late.oldest):%Y-%m-%d %H:%M}"
        text = f"后台作业（读取通知、检查网站等）自{since}起没有进程处理，{late.waiting}项在等待。"
        notified += _notify_administrators(
            "后台作业没有进程处理", text + RESTART_ADVICE, f"errands-stopped/{late.oldest:%Y%m%d%H%M%S}"
        )
    for errand in Errand.objects.filter(state=JobState.DEAD):
        text = f"“{errand.label}”（{errand.asked_by}发起）试了{errand.attempts}次没有成功：{errand.error}"
        notified += _notify_administrators(
            f"后台作业失败：{errand.label}"[:200],
            text,
            f"errand-dead/{errand.pk}/{errand.ended_at:%Y%m%d%H%M%S}",
            "errands_list",
        )
    return notified


def _get_label(name: str) -> str:
    job = map_jobs_by_name().get(name)
    return job.label if job else name


def _notify_administrators(subject: str, body: str, key: str, page: str = "upkeep:status") -> bool:
    """Write an urgent message to all administrators, once for each key; return False if there are none."""
    persons = list_administrators()
    if not persons:
        return False
    link = reverse(page)
    write_messages(
        [Notification(subject=subject, body=body, link=link, key=f"upkeep/{key}", urgent=True, persons=persons)]
    )
    return True


def start_alarm() -> None:
    """Start the checks of this process; called when the server starts."""
    threading.Thread(target=_run_watch, args=(timezone.now(),), name="upkeep", daemon=True).start()


def _run_watch(started_at: datetime) -> None:
    """Check every CHECK_INTERVAL_SECONDS for stopped jobs and dead background jobs, and send the messages; never ends."""
    pause = threading.Event()
    while not pause.wait(CHECK_INTERVAL_SECONDS):
        try:
            stopped = check_due_jobs(since=started_at)
            if notify_of_errands(timezone.now()) or stopped:
                send_due()
        except Exception:
            LOG.exception("due work could not be watched")
        finally:
            connections.close_all()
