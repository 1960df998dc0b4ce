"""The one account of entries, for public and office pages alike: each stands in exactly one place, so that sums hold.

What is owed (`total`) is closed in time, closed late, or open with one of four lights (正常、临期、逾期、暂停). Beside it stand what fell away
(不涉及、改派、退回、取消) and what was carried into the next year's look-back. Counted in the database: one grouped query for any number of entries.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from django.db.models import Count, Model, Q, QuerySet, Value, When

from gongkai.core.ledger.models.entry import LIGHTS, light_case
from gongkai.lib.chinese.numerals import percent
from gongkai.lib.writing.share import share
from gongkai.work.notices.states import FALLEN_AWAY, State

#: From the worst to the best: what stands in a cell of many entries.
WORST_FIRST = ("red", "yellow", "green", "blue", "grey_red", "grey")


@dataclass(frozen=True)
class Lights:
    """How many entries are owed (`total`), and which light they have; how many fell away or were carried, which are not owed here."""

    total: int = 0
    red: int = 0
    yellow: int = 0
    blue: int = 0
    grey: int = 0
    grey_red: int = 0
    fallen: int = 0
    carried: int = 0

    @property
    def all(self) -> int:
        """All entries that were ever opened."""
        return self.total + self.fallen + self.carried

    @property
    def closed(self) -> int:
        """How many are closed."""
        return self.grey + self.grey_red

    @property
    def green(self) -> int:
        """How many run and are not due soon."""
        return self.total - self.closed - self.red - self.yellow - self.blue

    @cached_property
    def worst(self) -> str:
        """The light that stands for all."""
        return next((name for name in WORST_FIRST if getattr(self, name)), "grey")

    @property
    def percent(self) -> int:
        """How much is closed, in whole percent, never 100 before all is."""
        return percent(self.closed, self.total) or 0

    @property
    def share(self) -> str:
        """How much is closed, in words."""
        return share(self.closed, self.total)

    @cached_property
    def words(self) -> str:
        """The counts in words, for hover and screen readers."""
        names = {
            "red": "逾期",
            "yellow": "临期",
            "green": "正常",
            "blue": "暂停",
            "grey_red": "逾期办结",
            "grey": "办结",
        }
        parts = [f"{names[name]}{getattr(self, name)}" for name in WORST_FIRST if getattr(self, name)]
        said = f"共{self.total}项：{'、'.join(parts)}" if parts else "无任务"
        beside = [
            f"{word}{count}项"
            for word, count in (("转入下年", self.carried), ("不再办理", self.fallen))
            if count
        ]
        return f"{said}；另有{'、'.join(beside)}" if beside else said

    def as_row(self) -> list[int]:
        """Return the counts as a row, which `Lights(*row)` reads back."""
        return list(astuple(self))

    def __add__(self, other: "Lights") -> "Lights":
        return Lights(
            self.total + other.total,
            self.red + other.red,
            self.yellow + other.yellow,
            self.blue + other.blue,
            self.grey + other.grey,
            self.grey_red + other.grey_red,
            self.fallen + other.fallen,
            self.carried + other.carried,
        )


Facts = TypeVar("Facts", bound=Model)
_FALLEN, _CARRIED = -2, -1


def lights_by(
    rows: "QuerySet[Model, Model]", *keys: str, prefix: str = "", now: datetime | None = None
) -> dict[tuple[object, ...], Lights]:
    """Return the account of entries for each value of some columns, with one grouped query. The same rules as `law.light`.

    Args:
        rows: entries, or rows that lead to them.
        keys: the columns; without any, the account of all stands under the empty key.
        prefix: leads to the entry, as in `entry__`.
        now: the moment that counts (now).
    """
    grouped = lit(rows, prefix=prefix, now=now).values_list(*keys, "stands").annotate(n=Count("*"))
    found: dict[tuple[object, ...], dict[int, int]] = {}
    for *key, place, count in grouped:
        found.setdefault(tuple(key), {})[place] = count
    return {key: account(places) for key, places in found.items()}


def lit(
    rows: "QuerySet[Facts, Facts]", *, prefix: str = "", now: datetime | None = None
) -> "QuerySet[Facts, Facts]":
    """Return rows with where each stands as `stands`, to be grouped by: what `account` reads. See `lights_by` for the rest."""
    before = (
        When(Q(**{f"{prefix}outcome__in": FALLEN_AWAY}), then=Value(_FALLEN)),
        When(Q(**{f"{prefix}outcome": State.CARRIED}), then=Value(_CARRIED)),
    )
    return rows.order_by().annotate(stands=light_case(now, prefix, *before))  # type: ignore[return-value]


def account(places: Mapping[int, int]) -> Lights:
    """Return the account of so many entries by where they stand: the place of their light, or below zero what fell away or was carried."""
    named = {LIGHTS[place]: count for place, count in places.items() if place >= 0}
    shown = {name: count for name, count in named.items() if name != "green"}
    return Lights(
        total=sum(named.values()),
        fallen=places.get(_FALLEN, 0),
        carried=places.get(_CARRIED, 0),
        **shown,
    )
