"""History of an entry: movements and reminders in one timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast, overload

from django.db.models import Count, Model, QuerySet

from gongkai.core.acts.models import Movement
from gongkai.core.ledger import figures
from gongkai.core.ledger.jobs.steps import REMINDER_STEPS
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Entry, EntryQuerySet
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import Actor
from gongkai.lib.typed_json import Record

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class HistoryEvent:
    """An event of an entry: time, action, person, states before and after, text."""

    at: datetime
    what: str
    who: str
    words: str = ""
    before: str = ""
    after: str = ""
    erased: bool = False


class HistoryEvents(Sequence[HistoryEvent]):
    """The events of an entry, newest first; only the requested ones are loaded."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.steps = {step.name: step.label for step in REMINDER_STEPS}
        moved = Movement.objects.filter(stream=entry.stream).values_list("at", "seq")
        # Reminders of other apps are movements already.
        told = entry.told.filter(said=True, step__in=self.steps)
        self.keys: list[tuple[datetime, int, str]] = sorted(
            [
                *((at, seq, "") for at, seq in moved.iterator(2000)),
                *((reminder.at, -1, reminder.step) for reminder in told),
            ],
            reverse=True,
        )

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> HistoryEvent: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[HistoryEvent]: ...

    def __getitem__(self, place: int | slice) -> HistoryEvent | Sequence[HistoryEvent]:
        if isinstance(place, int):
            return self._load_events([self.keys[place]])[0]
        return self._load_events(self.keys[place])

    def _load_events(self, keys: Sequence[tuple[datetime, int, str]]) -> list[HistoryEvent]:
        """Return the events of these keys (moment, sequence number, reminder step)."""
        numbers = [seq for _, seq, step in keys if not step]
        rows = Movement.objects.filter(stream=self.entry.stream, seq__in=numbers).select_related("kept_words")
        movements_by_seq = {movement.seq: movement for movement in rows}
        labels = get_kind(self.entry.kind).machine.labels
        return [
            HistoryEvent(at, "系统提醒", "系统", self.steps[step])
            if step
            else _make_event(self.entry, movements_by_seq[seq], labels)
            for at, seq, step in keys
        ]


def _make_event(entry: Entry, movement: Movement, labels: Mapping[str, str]) -> HistoryEvent:
    """Return a movement as an event; the states are "" if it did not change the state."""
    changed = movement.from_state != movement.to_state
    return HistoryEvent(
        movement.at,
        movement.label,
        movement.actor,
        entry.as_read(movement.words),
        labels.get(movement.from_state, "") if changed else "",
        labels.get(movement.to_state, "") if changed else "",
        bool(movement.words_digest and not movement.words),
    )


class LateUnitsQuestion(figures.CachedCount[str]):
    """Overdue entries by unit; the result depends on the actor only."""

    name = "office.late_units"

    def asked(self, subject: str) -> Record:
        """Return no ids: only the actor matters."""
        return {}

    def subject(self, asked: Record) -> str:
        """Return an empty subject."""
        return ""

    def rows(self, subject: str, by: Actor) -> QuerySet[Model, Model]:
        """Return the running entries that the actor sees; `count` selects overdue ones."""
        return visible_to(by).running()  # type: ignore[return-value]

    def count(self, subject: str, rows: QuerySet[Model, Model], now: "datetime") -> figures.CountResult:
        """Count overdue entries by unit."""
        late = cast(EntryQuerySet, rows).overdue(now).order_by().values_list("body_id")
        counts = [[body, count] for body, count in late.annotate(n=Count("*")).order_by("-n", "body_id")]
        return figures.CountResult(counts, sum(count for _, count in counts))


LATE_UNITS_QUESTION = LateUnitsQuestion()


def read_late_units(answer: figures.DatedCounts) -> list[tuple[int, int]]:
    """Return (unit, count) of the answer to `LATE_UNITS_QUESTION`."""
    return [(body, count) for body, count in cast(list[list[int]], answer.found)]
