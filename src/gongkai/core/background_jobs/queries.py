"""Everything that reads errands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q, QuerySet

from gongkai.core.background_jobs.exports import KIND
from gongkai.core.background_jobs.models import Errand, Export, WorkerSeen
from gongkai.core.background_jobs.states import OPEN, State
from gongkai.core.units.actors import actor_of
from gongkai.core.units.door import visible
from gongkai.core.units.models import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

#: A worker that said nothing for so long is not there.
SILENT = timedelta(minutes=2)


@visible(Errand, technical=True)
def visible_to(user: object) -> QuerySet[Errand]:
    """Return the errands that somebody sees: one's own; all for whoever runs or audits the system."""
    by = actor_of(user)
    if by.system or by.has(Role.ADMINISTRATOR, Role.AUDITOR):
        return Errand.objects.all()
    if by.user_id is None:
        return Errand.objects.none()
    return Errand.objects.filter(account=by.user_id)


def under_way(user: "User | AnonymousUser", kind: str) -> QuerySet[Errand]:
    """Return somebody's own errands of a kind that are not finished, or failed so often that somebody has to decide."""
    account = actor_of(user).user_id or -1
    return Errand.objects.filter(account=account, kind=kind, state__in=[*OPEN, State.DEAD])


@dataclass(frozen=True)
class Ordered:
    """A file that somebody asked for: the errand, and the file once it is made; until when it can be taken, None where it cannot."""

    errand: Errand
    export: Export | None
    until: datetime | None


def ordered_by(user: object, now: datetime, *, before: int | None = None, most: int = 50) -> list[Ordered]:
    """Return files that somebody asked for, the newest first: one's own alone, whatever else one may see.

    Args:
        user: who asks.
        now: the moment for which is said what can be taken.
        before: only those with smaller numbers.
        most: how many.
    """
    account = actor_of(user).user_id or -1
    rows = visible_to(user).filter(account=account, kind=KIND).select_related("export").order_by("-pk")
    asked = list((rows.filter(pk__lt=before) if before else rows)[:most])
    made: list[Export | None] = [getattr(errand, "export", None) for errand in asked]
    return [
        Ordered(errand, export, export.until if export and export.ready(now) else None)
        for errand, export in zip(asked, made, strict=True)
    ]


@dataclass(frozen=True)
class Figures:
    """The queue in numbers: what waits and since when the oldest has been due, what runs, what failed for good, workers that are there."""

    waiting: int
    running: int
    dead: int
    oldest: datetime | None
    workers: int


def figures(now: datetime) -> Figures:
    """Count the queue. What waits for its next attempt is not late before that is due."""
    due = Q(state=State.WAITING, due_at__lte=now)
    counts = Errand.objects.filter(state__in=[*OPEN, State.DEAD]).aggregate(
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        running=Count("pk", filter=Q(state=State.RUNNING)),
        dead=Count("pk", filter=Q(state=State.DEAD)),
        oldest=Min("due_at", filter=due),
    )
    return Figures(**counts, workers=WorkerSeen.objects.filter(seen_at__gt=now - SILENT).count())
