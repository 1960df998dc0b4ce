"""Queries on background jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q, QuerySet

from gongkai.core.background_jobs.exports import EXPORT_JOB_NAME
from gongkai.core.background_jobs.models import Errand, Export, WorkerSeen
from gongkai.core.background_jobs.states import OPEN_STATES, JobState
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Role
from gongkai.core.units.object_access import register_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

#: A worker without heartbeat for this time is gone.
WORKER_TIMEOUT = timedelta(minutes=2)


@register_visible_to(Errand, technical=True)
def visible_to(user: object) -> QuerySet[Errand]:
    """Return the jobs a user sees: own ones, or all for administrators and auditors."""
    by = get_actor(user)
    if by.system or by.has(Role.ADMINISTRATOR, Role.AUDITOR):
        return Errand.objects.all()
    if by.user_id is None:
        return Errand.objects.none()
    return Errand.objects.filter(account=by.user_id)


def filter_unfinished_jobs(user: "User | AnonymousUser", kind: str) -> QuerySet[Errand]:
    """Return the user's own jobs of a kind that are unfinished or failed."""
    account = get_actor(user).user_id or -1
    return Errand.objects.filter(account=account, kind=kind, state__in=[*OPEN_STATES, JobState.DEAD])


@dataclass(frozen=True)
class RequestedExport:
    """A requested export: its job (`errand`), its file if one was generated, and the end of the download period
    (`until`, None if it cannot be downloaded)."""

    errand: Errand
    export: Export | None
    until: datetime | None


def list_exports_requested_by(
    user: object, now: datetime, *, before_id: int | None = None, limit: int = 50
) -> list[RequestedExport]:
    """Return the user's own requested files, newest first.

    Args:
        user: the user.
        now: the current moment.
        before_id: only smaller ids, for pagination.
        limit: maximum number.
    """
    account = get_actor(user).user_id or -1
    rows = visible_to(user).filter(account=account, kind=EXPORT_JOB_NAME).select_related("export").order_by("-pk")
    jobs = list((rows.filter(pk__lt=before_id) if before_id else rows)[:limit])
    exports: list[Export | None] = [getattr(errand, "export", None) for errand in jobs]
    return [
        RequestedExport(errand, export, export.until if export and export.ready(now) else None)
        for errand, export in zip(jobs, exports, strict=True)
    ]


@dataclass(frozen=True)
class QueueFigures:
    """Numbers of waiting, running and failed (`dead`) jobs and of workers; `oldest` is the earliest due time of the
    waiting jobs that are due, or None."""

    waiting: int
    running: int
    dead: int
    oldest: datetime | None
    workers: int


def count_queue(now: datetime) -> QueueFigures:
    """Return the figures of the queue; a job that waits for its retry is not due."""
    is_due = Q(state=JobState.WAITING, due_at__lte=now)
    counts = Errand.objects.filter(state__in=[*OPEN_STATES, JobState.DEAD]).aggregate(
        waiting=Count("pk", filter=Q(state=JobState.WAITING)),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
        dead=Count("pk", filter=Q(state=JobState.DEAD)),
        oldest=Min("due_at", filter=is_due),
    )
    return QueueFigures(**counts, workers=WorkerSeen.objects.filter(seen_at__gt=now - WORKER_TIMEOUT).count())
