"""Create entries, one or hundreds, with their first movements."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import append_records, build_record
from gongkai.core.acts.joint_transactions import QueuedRecord, get_current_queue, queue_records
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import draw_numbers, insert_many, split_into_batches
from gongkai.core.ledger.clock import (
    begin_clock,
    compute_yellow_light_start,
    get_rules,
    make_start_event,
    store_first_events,
)
from gongkai.core.ledger.entry_action import set_initial_state
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, get_kind
from gongkai.core.ledger.models import Entry, RemovedEntry
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.law import Event

#: Draws numbers of a series, and creates the series if absent.
_DRAW_NUMBERS_SQL = """INSERT INTO ledger_counter (series, year, last) VALUES (%s, %s, %s)
ON CONFLICT (series, year) DO UPDATE SET last = ledger_counter.last + excluded.last RETURNING last"""
_ENTRY_NUMBER_PATTERN = re.compile(rf"([{HAN}]{{2,12}})(\d{{4}}-\d{{5}})(?!\d)")


def find_entry_numbers(text: str) -> list[str]:
    """Return the entry numbers in a text (整改2026-00009); public texts must not contain them."""
    series = {kind.series for kind in ENTRY_KINDS_BY_NAME.values()}
    numbers = ((prefix, end) for prefix, end in _ENTRY_NUMBER_PATTERN.findall(text))
    return [f"{series_name}{end}" for prefix, end in numbers for series_name in series if prefix.endswith(series_name)]


def draw_entry_numbers(kind: str, year: int, count: int = 1) -> list[str]:
    """Draw the next `count` numbers of a kind in a year, for example 任务2026-00001.

    Call it inside the transaction that uses them: it locks the counter, and a rollback returns the
    numbers.
    """
    if count < 1:
        return []
    series = get_kind(kind).series
    last_number = draw_next_numbers(series, year, count)
    return [f"{series}{year}-{number:05d}" for number in range(last_number - count + 1, last_number + 1)]


def draw_next_numbers(series: str, year: int, count: int = 1) -> int:
    """Draw the next `count` numbers of a series in a year, inside a transaction; return the last."""
    assert connection.in_atomic_block, "numbers are drawn inside the transaction that uses them"

    def add(count: int) -> int:
        """Add to the series' counter and return it."""
        with connection.cursor() as cursor:
            cursor.execute(_DRAW_NUMBERS_SQL, [series, year, count])
            return int(cursor.fetchone()[0])

    return draw_numbers(("ledger", series, year), count, add)


#: The first year of entries, and years from now until the last one: a later year is a slip.
FIRST_YEAR, MAX_YEARS_AHEAD = 1949, 5


def make_entries(
    drafts: list[Entry],
    *,
    by: Actor,
    words: str | Callable[[Entry], str] = "",
    facts: Callable[[Entry], Mapping[str, object]] | None = None,
    events: Callable[[Entry], Sequence[Event]] | None = None,
) -> list[Entry]:
    """Store new entries with their numbers and first log records.

    Call it from an action. A draft needs kind, title, body and year; missing values are filled in:
    number, state (the machine's `first`), opened_at, warn_at and provisional.

    Args:
        drafts: entries not stored yet, of any kinds.
        by: who makes them, for the log.
        words: the text of each first log record.
        facts: the facts of each first log record.
        events: the first events of each clock (received, formed, …), from which its dates are computed. Without
            them the due date of the draft applies (an ordered date).

    Returns:
        The same entries, stored, in the same order.

    Raises:
        Refused: the year of an entry is out of range.
    """
    _require_possible_years(drafts)
    queue = get_current_queue()
    with transaction.atomic(savepoint=False):
        _assign_numbers(drafts)
        first_events = [_initialise_entry(entry, events) for entry in drafts]
        insert_many(drafts)
        store_first_events(drafts, first_events, by=by)
        first_movements = [
            _build_first_movement(entry, by, words(entry) if callable(words) else words, facts) for entry in drafts
        ]
        if queue is None:
            append_records(first_movements)
        else:
            queue_records(
                QueuedRecord(movement.stream, movement.at, text, made=movement) for movement, text in first_movements
            )
    return drafts


def _require_possible_years(drafts: list[Entry]) -> None:
    """Refuse entries of years before `FIRST_YEAR` or too far ahead."""
    last_year = timezone.localdate().year + MAX_YEARS_AHEAD
    if wrong := sorted({entry.year for entry in drafts if not FIRST_YEAR <= entry.year <= last_year}):
        raise Refused(f"{wrong[-1]}年不对：年度应在{FIRST_YEAR}年至{last_year}年之间，请核对日期。")


def _assign_numbers(drafts: list[Entry]) -> None:
    """Draw a number for each draft entry that has none."""
    drafts_by_series: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in drafts:
        if not entry.number:
            drafts_by_series[entry.kind, entry.year].append(entry)
    for (kind, year), entries in sorted(drafts_by_series.items()):
        for entry, number in zip(entries, draw_entry_numbers(kind, year, len(entries)), strict=True):
            entry.number = number


def _initialise_entry(entry: Entry, events: Callable[[Entry], Sequence[Event]] | None) -> Sequence[Event]:
    """Set the initial state, times and clock of an entry; return its first clock events."""
    set_initial_state(entry)
    entry.opened_at = entry.opened_at or timezone.now()
    entry.moved_at = entry.moved_at or entry.opened_at
    if events:
        first_events = events(entry)
    else:
        first_events = [make_start_event(entry)] if get_rules(entry).ordered else []
    if first_events:
        begin_clock(entry, first_events)
    else:  # a date that another register gives (until when a document is valid)
        entry.warn_at = compute_yellow_light_start(entry)
    return first_events


def remove_entries(entries: QuerySet[Entry], *, by: Actor) -> int:
    """Delete entries and their lapses, to undo an import; their log records remain.

    Returns:
        The number of deleted entries, without lapses.
    """
    lapses = Entry.objects.filter(lapse__of__in=entries)
    if lapses.exists():
        remove_entries(lapses, by=by)
    rows = list(entries.values_list("pk", "number"))
    RemovedEntry.objects.bulk_create(
        [RemovedEntry(entry_id=pk, number=number, by=by.name) for pk, number in rows], batch_size=500
    )
    for batch in split_into_batches(pk for pk, _ in rows):
        Entry.objects.filter(pk__in=batch).delete()
    return len(rows)


class EntryUndoMixin:
    """Mixin of importers that make entries: undo deletes them with their clock events."""

    def delete_created_rows(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Delete new entries; return true if the caller must not delete the rows of the model (they went with them)."""
        if model == "ledger.entry":
            remove_entries(Entry.objects.filter(pk__in=keys), by=by)
        return model in {"ledger.entry", "ledger.clockevent"}


def _build_first_movement(
    entry: Entry, by: Actor, text: str, facts: Callable[[Entry], Mapping[str, object]] | None
) -> tuple[Movement, str]:
    """Return (unsaved first log record of an entry, its text)."""
    movement = build_record(
        entry.stream,
        None,
        action=f"{entry.kind}.open",
        by=by,
        at=entry.opened_at,
        to_state=entry.state,
        words=text,
        facts=facts(entry) if facts else {},
    )
    return movement, text
