"""Retention of finished background jobs."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from gongkai.core.background_jobs.models import Errand, WorkerSeen
from gongkai.core.background_jobs.states import FINAL_STATES, State
from gongkai.core.background_jobs.taking import erase_exports
from gongkai.core.files.store import delete_stored

#: Retention of queue rows, of uploaded files of refused jobs, and of finished jobs.
QUEUE_RETENTION, FILE_RETENTION, JOB_RETENTION = timedelta(days=1), timedelta(days=7), timedelta(days=180)


def delete_expired_jobs(now: datetime | None = None) -> dict[str, int]:
    """Job: delete jobs past their retention; failed ones stay until an administrator decides."""
    moment = now or timezone.now()
    over = DBTaskResult.objects.filter(finished_at__lt=moment - QUEUE_RETENTION)
    over.delete()
    DBTaskResult.objects.running().filter(backend_name="errands", started_at__lt=moment - FILE_RETENTION).delete()
    released = 0
    ended = Errand.objects.filter(state__in=FINAL_STATES).exclude(file=None)
    for errand in ended.exclude(state=State.REFUSED) | ended.filter(ended_at__lt=moment - FILE_RETENTION):
        digest = errand.file_id
        Errand.objects.filter(pk=errand.pk).update(file=None)
        released += bool(digest and delete_stored(digest))
    erased = erase_exports(moment)
    dropped, _ = Errand.objects.filter(state__in=FINAL_STATES, ended_at__lt=moment - JOB_RETENTION).delete()
    WorkerSeen.objects.filter(seen_at__lt=moment - QUEUE_RETENTION).delete()
    return {"dropped": dropped, "released": released, "erased": erased}
