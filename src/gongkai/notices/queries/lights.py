"""The one account of entries, for public and office pages alike: each stands in exactly one place, so that sums hold.

What is owed (`total`) is closed in time, closed late, or open with one of four lights (正常、临期、逾期、暂停). Beside it stand what fell away
(不涉及、改派、退回、取消) and what was carried into the next year's look-back. Counted in the database: one grouped query for any number of entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q
from django.utils import timezone

from gongkai.given import number
from gongkai.ledger.models.entry import closed_late, overdue_at
from gongkai.notices.states import FALLEN_AWAY, State
from gongkai.writing.share import share

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
        return self.closed * 100 // self.total if self.total else 0

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


def counts(prefix: str = "", now: datetime | None = None) -> dict[str, object]:
    """Return the aggregates that `from_row` reads; `prefix` leads to the entry (`entry__`). The same rules as `law.light`."""
    moment = now or timezone.now()

    def where(**facts: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in facts.items()})

    gone = where(outcome__in=FALLEN_AWAY)
    carried = where(outcome=State.CARRIED)
    owed = ~gone & ~carried
    running = owed & where(closed_at=None, paused=False)
    closed = owed & where(closed_at__isnull=False)
    return {
        "total": Count("pk", filter=owed),
        "n_red": Count("pk", filter=owed & overdue_at(moment, prefix)),
        "n_yellow": Count("pk", filter=running & where(warn_at__lte=moment, due_at__gte=moment)),
        "n_blue": Count("pk", filter=owed & where(closed_at=None, paused=True)),
        "n_closed": Count("pk", filter=closed),
        "n_late": Count("pk", filter=owed & closed_late(prefix)),
        "n_fallen": Count("pk", filter=gone),
        "n_carried": Count("pk", filter=carried),
    }


def from_row(row: Mapping[str, object]) -> Lights:
    """Return the lights of a row that `counts` aggregated."""
    return Lights(
        total=number(row, "total"),
        red=number(row, "n_red"),
        yellow=number(row, "n_yellow"),
        blue=number(row, "n_blue"),
        grey=number(row, "n_closed") - number(row, "n_late"),
        grey_red=number(row, "n_late"),
        fallen=number(row, "n_fallen"),
        carried=number(row, "n_carried"),
    )
