"""Find documents that may have changed since the last export, from the log and the clock.

Changes need no announcement. A change without an action (by database access) is found by the full comparison, which
an export makes from time to time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

from gongkai.content.editions.models import Document, Edition, Erasure, Placement
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Mark

MARK = "packages"
# Interval after which an export compares everything.
EVERYTHING_AFTER = timedelta(days=7)
# Maximum duration of a transaction: one open at the last export may have written movements since.
OPEN = timedelta(hours=1)


@dataclass(frozen=True)
class Window:
    """Window of the last export: its end, the last full comparison, and whether limited items were included."""

    upto: datetime
    compared: datetime
    limited: bool


def window() -> Window | None:
    """Return the window of the last export; None without one."""
    mark = Mark.objects.filter(name=MARK).first()
    parts = mark.value.split() if mark else []
    times = [parse_datetime(part) for part in parts[:2]]
    return Window(times[0], times[1], parts[2] == "limited") if len(parts) == 3 and all(times) else None  # type: ignore[arg-type]


def record_window(at: datetime, last: Window | None, *, everything: bool, limited: bool) -> None:
    """Record the window of an export; called when all its packages are complete."""
    compared = at if everything or last is None else last.compared
    value = f"{at.isoformat()} {compared.isoformat()} {'limited' if limited else 'open'}"
    Mark.objects.update_or_create(name=MARK, defaults={"value": value})


def candidates(now: datetime, last: Window | None, *, limited: bool) -> list[int] | None:
    """Return the documents to compare, in order; None for all."""
    if last is None or last.limited != limited or now - last.compared > EVERYTHING_AFTER or now < last.upto:
        return None
    since = last.upto - OPEN
    found = set(_logged(since))
    come = Edition.objects.filter(visible_from__gt=since, visible_from__lte=now)
    found |= set(come.values_list("document", flat=True))
    erased = Erasure.objects.filter(at__gte=since)
    found |= set(erased.values_list("edition__document", flat=True))
    return sorted(found & set(Document.objects.filter(pk__in=found).values_list("pk", flat=True)))


def _logged(since: datetime) -> Iterator[int]:
    editions: set[int] = set()
    columns: set[int] = set()
    rows = Movement.objects.filter(at__gte=since).values_list("stream", "facts")
    for stream, facts in rows.iterator(5000):
        room, _, number = stream.partition("/")
        if room == "document" and number.isdecimal():
            yield int(number)
        elif room == "column" and number.isdecimal():
            columns.add(int(number))
        editions |= set(_whole(facts.get("edition"), facts.get("editions")))
        yield from _whole(facts.get("document"), facts.get("documents"))
    yield from Edition.objects.filter(pk__in=editions).values_list("document", flat=True)
    yield from Placement.objects.filter(column__in=columns).values_list("document", flat=True)


def _whole(one: object, many: object) -> list[int]:
    listed = many if isinstance(many, list) else []
    return [n for n in (one, *listed) if isinstance(n, int) and not isinstance(n, bool)]
