"""Figures per unit: open, due soon, late, closed in time and late. Each figure leads to its rows in the list. What fell away counts nowhere."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from django.db.models import Count, Model, Q, QuerySet

from gongkai.core.ledger import figures
from gongkai.core.ledger.models import EntryQuerySet
from gongkai.core.ledger.models.entry import LIGHTS, light_case
from gongkai.core.ledger.queries import fell_away, kinds_there, outward, overseen_by
from gongkai.core.units.actors import Actor
from gongkai.core.units.collapsed_lists import folded
from gongkai.core.units.models import Body
from gongkai.lib.chinese.numerals import percent
from gongkai.lib.typed_json import Record, number, text


@dataclass
class Account:
    """One unit's figures in one year."""

    body: Body | None = None
    open: int = 0
    yellow: int = 0
    red: int = 0
    in_time: int = 0
    late: int = 0

    def add(self, light: str, count: int) -> None:
        """Count so many entries of one light (a name of `ledger.models.entry.LIGHTS`) in."""
        if light == "grey":
            self.in_time += count
        elif light == "grey_red":
            self.late += count
        else:
            self.open += count
        if light in {"yellow", "red"}:
            setattr(self, light, getattr(self, light) + count)

    def as_row(self) -> list[int]:
        """Return the figures as a row, which `Account(body, *row)` reads back."""
        return [self.open, self.yellow, self.red, self.in_time, self.late]

    @property
    def total(self) -> int:
        """Everything owed in the year."""
        return self.open + self.in_time + self.late

    @property
    def closed(self) -> int:
        """What is closed."""
        return self.in_time + self.late

    @property
    def settled(self) -> int:
        """What is closed or late by now."""
        return self.closed + self.red

    @property
    def closed_rate(self) -> int | None:
        """Closed of all, in percent; None where nothing is owed."""
        return percent(self.closed, self.total)

    @property
    def in_time_rate(self) -> int | None:
        """按期办结率: closed in time of what is closed or late by now, in percent."""
        return percent(self.in_time, self.settled)


@dataclass(frozen=True)
class Asked:
    """Which accounts are asked for: a year's, of one kind or of all."""

    year: int
    kind: str = ""


class Units(figures.Question[Asked]):
    """The figures of each unit."""

    name = "office.units"
    many = 20_000  # 50,000 entries took a fifth of a second

    def asked(self, subject: Asked) -> Record:
        """Return year and kind."""
        return {"year": subject.year, "kind": subject.kind}

    def subject(self, asked: Record) -> Asked:
        """Return them."""
        return Asked(number(asked, "year"), text(asked, "kind"))

    def rows(self, subject: Asked, by: Actor) -> QuerySet[Model, Model]:
        """All they oversee, else their own units'. The kinds are named: they stand between year and unit in the index.

        What stands inside a unit divides the unit's own work: it is counted where its kind is asked for, and in no sum of all kinds.
        """
        kinds = [subject.kind] if subject.kind else outward(kinds_there(subject.year))
        return overseen_by(by).filter(year=subject.year, kind__in=kinds)  # type: ignore[return-value]

    def count(self, subject: Asked, rows: QuerySet[Model, Model], now: datetime) -> figures.Counted:
        """Count by unit."""
        found = counted(cast(EntryQuerySet, rows), subject.year, "body_id", kind=subject.kind, now=now)
        units = [[int(str(body)), *one.as_row()] for (body,), one in found.items()]
        return figures.Counted(units, sum(account.total for account in found.values()))


UNITS = Units()


def accounts_in(answer: figures.Answer) -> list[Account]:
    """Return what `UNITS` answers, in the units' order."""
    rows = cast(list[list[int]], answer.found)
    return by_unit({(body,): Account(None, *row) for body, *row in rows})


def accounts(entries: EntryQuerySet, year: int, kind: str = "", now: datetime | None = None) -> list[Account]:
    """Return the figures of a year by unit, in the units' order; the entries are counted with one query over an index."""
    return by_unit(counted(entries, year, "body_id", kind=kind, now=now))


def counted(
    entries: EntryQuerySet, year: int, *keys: str, kind: str = "", now: datetime | None = None
) -> dict[tuple[object, ...], Account]:
    """Return the figures of a year for each value of some columns; without columns those of all, under the empty key."""
    rows = entries.filter(year=year, **({"kind": kind} if kind else {}))
    rows = rows.exclude(Q(closed_at__isnull=False) & fell_away()).order_by()
    found: dict[tuple[object, ...], Account] = defaultdict(Account)
    for *key, light, count in (
        rows.annotate(stands=light_case(now)).values_list(*keys, "stands").annotate(n=Count("*"))
    ):
        found[tuple(key)].add(LIGHTS[light], count)
    return found


def by_unit(found: Mapping[tuple[object, ...], Account]) -> list[Account]:
    """Return figures by unit, in the units' order; the unit is the last column that they were counted by."""
    sums: dict[int, list[Account]] = defaultdict(list)
    for key, account in found.items():
        sums[int(str(key[-1]))].append(account)
    bodies = Body.objects.in_bulk(list(sums))
    order = sorted(sums, key=lambda n: (bodies[n].position, n))
    return [replace(total(sums[pk]), body=bodies[pk]) for pk in order]


def by_district(found: Sequence[Account], home: Body | None) -> tuple[list[Account], frozenset[int]]:
    """Return figures with the units of other governments folded into those where there are very many, and which rows are such."""
    fold = folded([account.body.pk for account in found if account.body], home)
    if not fold.closed:
        return list(found), fold.closed
    sums: dict[int, list[Account]] = defaultdict(list)
    for account in found:
        if account.body:
            sums[fold.into[account.body.pk]].append(account)
    bodies = Body.objects.in_bulk(list(sums))
    order = sorted(sums, key=lambda n: (bodies[n].position, n))
    return [replace(total(sums[pk]), body=bodies[pk]) for pk in order], fold.closed


def total(found: Iterable[Account]) -> Account:
    """Add all units up."""
    found = list(found)
    return Account(
        None,
        *(
            sum(getattr(account, name) for account in found)
            for name in ("open", "yellow", "red", "in_time", "late")
        ),
    )
