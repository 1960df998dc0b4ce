"""The outbox: written in the transaction of the change, sent when it is committed, tried again by the job."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.acts.action import Step
from gongkai.portal.models import Purge
from gongkai.portal.purging.affected import Place, of_documents, of_sites
from gongkai.portal.purging.ways import NotTaken, tell
from gongkai.publishing.models import Column, Document, Edition, Website

#: Addresses told right behind the change; what is more (a bulk move) is left to the job.
AT_ONCE = 200
PORTION = 2000
BACKOFF = (1, 2, 5, 15, 60, 240)


def listen(action: Any, target: Any, step: Step, movement: Any, by: Any) -> None:
    """Note what caches must forget, behind every act of publishing (an action listener)."""
    if not settings.GONGKAI_CACHES or not action.name.startswith("publishing."):
        return
    places, when = _changed(action.name, target, step)
    if places:
        _write(places, when)
        transaction.on_commit(_send_at_once, robust=True)


def _changed(name: str, target: Any, step: Step) -> tuple[list[Place], datetime | None]:
    """Return what an act changed, and when that will show (None: now)."""
    facts = step.facts
    if isinstance(target, Website):
        return of_sites([target.pk]), None
    if isinstance(target, Column):
        moved = facts.get("documents")
        if moved is not None:
            return of_documents(list(moved), [target.pk, *([facts["to"]] if facts.get("to") else [])]), None
        return of_sites([target.website_id]), None
    documents = _documents(target, step)
    if not documents:
        return [], None
    columns = [n for n in [*facts.get("columns", ()), *facts.get("waiting", ())] if isinstance(n, int)]
    starts = parse_datetime(str(facts.get("visible_from", "")) or "")
    later = starts if starts and starts > timezone.now() else None
    return of_documents(documents, columns), later


def _documents(target: Any, step: Step) -> list[int]:
    """Return the documents that an act was about: its target, or those whose edition it wrote (also for many bodies at once)."""
    if isinstance(target, Document):
        return [target.pk]
    numbers = [n for n in (step.facts.get("edition"), *step.facts.get("editions", ())) if isinstance(n, int)]
    return list(Edition.objects.filter(pk__in=numbers).values_list("document", flat=True)) if numbers else []


def _write(places: Sequence[Place], when: datetime | None) -> None:
    due = when or timezone.now()
    Purge.objects.bulk_create(
        [
            Purge(cache=f"{way}={address}", host=place.host, path=place.path[:400], due_at=due)
            for way, address in settings.GONGKAI_CACHES
            for place in places
        ],
        batch_size=500,
    )


def _send_at_once() -> None:
    send_due(most=AT_ONCE)


def send_due(now: datetime | None = None, *, most: int = PORTION) -> dict[str, int]:
    """Tell caches what is due. May be missed, repeated and run twice at once: forgetting twice does no harm.

    A cache that does not answer is left alone for the rest of this run.
    """
    moment = now or timezone.now()
    counts = {"sent": 0, "retried": 0}
    closed: set[str] = set()
    done: set[tuple[str, str, str]] = set()
    for row in list(Purge.objects.filter(due_at__lte=moment).order_by("due_at", "pk")[:most]):
        key = (row.cache, row.host, row.path)
        if row.cache in closed:
            continue
        try:
            if key not in done:
                tell(row.cache, Place(row.host, row.path))
        except NotTaken as error:
            closed.add(row.cache)
            wait = timedelta(minutes=BACKOFF[min(row.attempts, len(BACKOFF) - 1)])
            Purge.objects.filter(pk=row.pk).update(
                attempts=row.attempts + 1, error=str(error)[:200], due_at=moment + wait
            )
            counts["retried"] += 1
            continue
        done.add(key)
        Purge.objects.filter(pk=row.pk).delete()
        counts["sent"] += 1
    return counts
