"""Count entries by traffic light (正常、临期、逾期、暂停), each entry exactly once.

`total` are owed entries: closed in time or late, or open. Cancelled (不涉及、改派、退回、取消) and carried-over
entries are counted separately. The database counts with one grouped query.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from gongkai.core.ledger.models import EntryQuerySet
from gongkai.core.ledger.models.entry import LIGHTS_IN_ORDER, make_light_case
from gongkai.core.ledger.queries import own_visible_to
from gongkai.core.units.actors import Actor
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.lib.writing.report import format_share
from gongkai.work.notices.models import Duty, DutyCheck
from gongkai.work.notices.planning.periods import TRACK_LABELS, YEAR, find_period
from gongkai.work.notices.states import CANCELLED_OUTCOMES, CHECKED_STATES, TASK_KINDS, AssignmentState, NoticeState

#: Lights from the worst to the best; `grey` is closed in time, `grey_red` closed late, `blue`
#: paused.
WORST_FIRST = ("red", "yellow", "green", "blue", "grey_red", "grey")


@dataclass(frozen=True)
class LightCounts:
    """Numbers of entries by traffic light.

    `total` counts open and closed entries, without cancelled (`fallen`) and carried-over ones.
    """

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
        """Return the number of all entries ever opened."""
        return self.total + self.fallen + self.carried

    @property
    def closed(self) -> int:
        """Return the number of closed entries."""
        return self.grey + self.grey_red

    @property
    def green(self) -> int:
        """Return the number of open entries that are not due soon."""
        return self.total - self.closed - self.red - self.yellow - self.blue

    @cached_property
    def worst(self) -> str:
        """Return the worst traffic light."""
        return next((name for name in WORST_FIRST if getattr(self, name)), "grey")

    @property
    def percent(self) -> int:
        """Return the closed share in whole percent, 100 only if all are closed."""
        return compute_percent(self.closed, self.total) or 0

    @property
    def share(self) -> str:
        """Return the closed share in words."""
        return format_share(self.closed, self.total)

    @cached_property
    def words(self) -> str:
        """Return the counts in words, for tooltips and screen readers."""
        names = {
            "red": "逾期",
            "yellow": "临期",
            "green": "正常",
            "blue": "暂停",
            "grey_red": "逾期办结",
            "grey": "按期办结",
        }
        parts = [f"{names[name]}{getattr(self, name)}" for name in WORST_FIRST if getattr(self, name)]
        text = f"共{self.total}项：{'、'.join(parts)}" if parts else "无任务"
        uncounted = [
            f"{word}{count}项" for word, count in (("转入下年", self.carried), ("不再办理", self.fallen)) if count
        ]
        return f"{text}；另有{'、'.join(uncounted)}" if uncounted else text

    def as_row(self) -> list[int]:
        """Return the counts as a list, the inverse of `LightCounts(*row)`."""
        return [getattr(self, name) for name in _COUNT_NAMES]

    def __add__(self, other: "LightCounts") -> "LightCounts":
        return LightCounts(
            self.total + other.total,
            self.red + other.red,
            self.yellow + other.yellow,
            self.blue + other.blue,
            self.grey + other.grey,
            self.grey_red + other.grey_red,
            self.fallen + other.fallen,
            self.carried + other.carried,
        )


_COUNT_NAMES = tuple(one.name for one in fields(LightCounts))
EntryFacts = TypeVar("EntryFacts", bound=Model)
_CANCELLED_PLACE, _CARRIED_PLACE = -2, -1


def count_lights_by(
    rows: "QuerySet[Model, Model]", *keys: str, prefix: str = "", now: datetime | None = None
) -> dict[tuple[object, ...], LightCounts]:
    """Return the counts of entries by column values, with one grouped query.

    `rows` are entries, or rows related to them through `prefix` (for example `entry__`); without
    `keys` the total has an empty key; `now` is the moment of the traffic lights, by default the
    present. The traffic lights equal those of `get_review_light`.
    """
    grouped = annotate_lights(rows, prefix=prefix, now=now).values_list(*keys, "light_number").annotate(n=Count("*"))
    lights: dict[tuple[object, ...], dict[int, int]] = {}
    for *key, place, count in grouped:
        lights.setdefault(tuple(key), {})[place] = count
    return {key: make_light_counts(places) for key, places in lights.items()}


def annotate_lights(
    rows: "QuerySet[EntryFacts, EntryFacts]", *, prefix: str = "", now: datetime | None = None
) -> "QuerySet[EntryFacts, EntryFacts]":
    """Annotate rows with `light_number`: index of the traffic light; negative if no longer owed."""
    before = (
        When(Q(**{f"{prefix}outcome__in": CANCELLED_OUTCOMES}), then=Value(_CANCELLED_PLACE)),
        When(Q(**{f"{prefix}outcome": AssignmentState.CARRIED}), then=Value(_CARRIED_PLACE)),
    )
    return rows.order_by().annotate(light_number=make_light_case(now, prefix, *before))  # type: ignore[return-value]


def make_light_counts(places: Mapping[int, int]) -> LightCounts:
    """Return the counts by traffic light from counts by `light_number` (see `annotate_lights`)."""
    counts_by_light = {LIGHTS_IN_ORDER[place]: count for place, count in places.items() if place >= 0}
    stored_lights = {name: count for name, count in counts_by_light.items() if name != "green"}
    return LightCounts(
        total=sum(counts_by_light.values()),
        fallen=places.get(_CANCELLED_PLACE, 0),
        carried=places.get(_CARRIED_PLACE, 0),
        **stored_lights,
    )


def list_unticked_in_cycle(actor: Actor, today: date | None = None) -> EntryQuerySet:
    """Return entries of the actor's units with a vague duty that is not ticked in the current cycle.

    Entries closed as done are included.
    """
    day = today or timezone.localdate()
    waiting = Q(pk__in=[])
    for track in TRACK_LABELS:
        if track == YEAR:
            continue
        label = find_period(track, day).label
        ticked = DutyCheck.objects.filter(
            assignment=OuterRef(OuterRef("pk")), duty=OuterRef("pk"), cycle=label, done=True
        )
        duties = Duty.objects.filter(measure=OuterRef("assignment__measure"), cycle=track).exclude(Exists(ticked))
        waiting |= Q(Exists(duties))
    return own_visible_to(actor).filter(
        waiting,
        assignment__measure__in=Duty.objects.exclude(cycle="").values("measure"),
        kind__in=TASK_KINDS,
        year=day.year,
        state__in=CHECKED_STATES,
        assignment__track=YEAR,
        assignment__notice__state=NoticeState.LIVE,
        assignment__measure__dropped=False,
    )
