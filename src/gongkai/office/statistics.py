"""Figures per unit: open, due soon, late, closed in time and late. Each figure leads to its rows in the list. What fell away counts nowhere."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from gongkai.ledger.models import EntryQuerySet
from gongkai.ledger.models.entry import closed_late
from gongkai.ledger.queries import fell_away
from gongkai.units.models import Body


@dataclass
class Account:
    """One unit's figures in one year."""

    body: Body | None = None
    open: int = 0
    yellow: int = 0
    red: int = 0
    in_time: int = 0
    late: int = 0

    @property
    def total(self) -> int:
        """Everything owed in the year."""
        return self.open + self.in_time + self.late

    @property
    def closed(self) -> int:
        """What is closed."""
        return self.in_time + self.late

    @property
    def closed_rate(self) -> float | None:
        """Closed of all, in percent; None where nothing is owed."""
        return round(100 * self.closed / self.total, 1) if self.total else None

    @property
    def in_time_rate(self) -> float | None:
        """按期办结率: closed in time of what is closed or late by now, in percent."""
        due = self.closed + self.red
        return round(100 * self.in_time / due, 1) if due else None


def accounts(entries: EntryQuerySet, year: int, kind: str = "", now: datetime | None = None) -> list[Account]:
    """Return the figures of a year by unit, in the units' order, with four grouped queries over indexes."""
    moment = now or timezone.now()
    rows = entries.filter(year=year, **({"kind": kind} if kind else {})).order_by()
    found: dict[int, Account] = defaultdict(Account)
    for name, part in {
        "open": rows.open(),
        "yellow": rows.due_soon(moment),
        "red": rows.overdue(moment),
    }.items():
        for body, count in part.values_list("body_id").annotate(n=Count("*")):
            setattr(found[body], name, count)
    closed = rows.filter(closed_at__isnull=False).exclude(fell_away()).values_list("body_id")
    for body, count, late in closed.annotate(n=Count("*"), late=Count("closed_at", filter=closed_late())):
        found[body].in_time, found[body].late = count - late, late
    bodies = Body.objects.in_bulk(list(found))
    for number, account in found.items():
        account.body = bodies[number]
    return [found[number] for number in sorted(found, key=lambda n: (bodies[n].position, n))]


def total(found: list[Account]) -> Account:
    """Add all units up."""
    return Account(
        None,
        *(sum(getattr(one, name) for one in found) for name in ("open", "yellow", "red", "in_time", "late")),
    )
