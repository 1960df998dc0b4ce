"""Read movements by stream and action in batches, for audits of bounded memory."""

from collections.abc import Iterable, Iterator

from gongkai.core.acts.models import Movement


def logged(streams: Iterable[str], actions: Iterable[str]) -> Iterator[Movement]:
    """Yield the movements of these streams and actions, in order."""
    rows = Movement.objects.filter(stream__in=set(streams), action__in=tuple(actions))
    return rows.order_by("pk").iterator(2000)


def facts_of(actions: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield the facts of all movements of these actions, oldest first."""
    rows = Movement.objects.filter(action__in=tuple(actions)).order_by("pk")
    return rows.values_list("facts", flat=True).iterator(2000)
