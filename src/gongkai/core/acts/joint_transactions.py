"""Run several actions in one transaction and write their log records together at its end.

A single action writes log record, text and covers in separate statements within a savepoint. Actions that
belong together (an outside message, its sender, its query code) are written completely or not at all, with
one statement for all records, one for all texts and one for the covers of the last record (see
`chain.append_records`).

    with run_together():
        made = register(receiver, by=SYSTEM, facts=facts)
        issue_code(None, by=ANONYMOUS, matter=made.matter)

Followers and messages are not delayed: their rows are written with the rest. Other appends to the log first
write the queued records; callers that search the log for an action of this transaction also call
`list_queued_facts`. Do not catch a refusal inside, because the transaction cannot continue.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from gongkai.core.acts.rows import collect_in, write_inserts

if TYPE_CHECKING:
    from gongkai.core.acts.chain import PrecedingRecord
    from gongkai.core.acts.models import Movement

#: Builds the next log record of a stream, given the record before it (None: it is the first) and its time.
RecordBuilder = Callable[["PrecedingRecord | None", datetime], "Movement"]


class QueuedFacts(NamedTuple):
    """Action, actor and facts of a queued log record."""

    action: str
    person_id: int | None
    facts: Mapping[str, object]


@dataclass
class QueuedRecord:
    """A log record to write at the end of the transaction: already built (`made`), or built then by `build`.

    `words` is its text. `said` has action, person and facts for `list_queued_facts`; None hides it from that list.
    """

    stream: str
    at: datetime
    words: str
    said: QueuedFacts | None = None
    made: "Movement | None" = None
    build: RecordBuilder | None = None


@dataclass
class RecordQueue:
    """The queue of log records (`rows`) of a `run_together`, and a cache of the streams read within it."""

    rows: list[QueuedRecord] = field(default_factory=list)
    #: Stream → its written log records, as read by `list_logged_facts`.
    read: dict[str, list[QueuedFacts]] = field(default_factory=dict)

    def write(self) -> None:
        """Write all queued log records."""
        from gongkai.core.acts.chain import append_records, map_last_records
        from gongkai.core.acts.row_coverage import take_written_row_covers

        write_inserts()
        rows, self.rows = self.rows, []
        if not rows:
            return
        built_streams = {row.stream for row in rows if row.made}
        streams_to_read = sorted({row.stream for row in rows if row.build} - built_streams)
        covers = take_written_row_covers()
        last_by_stream: dict[str, PrecedingRecord] = {**map_last_records(streams_to_read)}
        for row in rows:
            if row.build:
                row.made = row.build(last_by_stream.get(row.stream), row.at)
            assert row.made
            last_by_stream[row.stream] = row.made
        append_records([(row.made, row.words) for row in rows if row.made], covered_rows=covers)


_CURRENT_QUEUE: ContextVar[RecordQueue | None] = ContextVar("together", default=None)


def get_current_queue() -> RecordQueue | None:
    """Return the current queue; None if log records are written at once."""
    return _CURRENT_QUEUE.get()


def list_queued_facts(stream: str) -> list[QueuedFacts]:
    """Return action, person and facts of a stream's queued log records, in order; empty without a queue."""
    queue = _CURRENT_QUEUE.get()
    return [row.said for row in queue.rows if row.stream == stream and row.said] if queue else []


def list_logged_facts(stream: str) -> list[QueuedFacts]:
    """Return action, person and facts of a stream's written log records, in order; cached within `run_together`."""
    from gongkai.core.acts.models import Movement

    def read() -> list[QueuedFacts]:
        rows = Movement.objects.filter(stream=stream).order_by("seq")
        return [QueuedFacts(*row) for row in rows.values_list("action", "person_id", "facts")]

    queue = _CURRENT_QUEUE.get()
    if queue is None:
        return read()
    if stream not in queue.read:
        queue.read[stream] = read()
    return queue.read[stream]


def write_queued_records() -> None:
    """Write the queued log records now, before the log is read or appended to."""
    if queue := _CURRENT_QUEUE.get():
        queue.read.clear()
        if queue.rows:
            queue.write()


def queue_records(rows: Iterable[QueuedRecord]) -> None:
    """Queue log records; requires a current queue (`get_current_queue()`)."""
    queue = _CURRENT_QUEUE.get()
    assert queue is not None
    queue.rows.extend(rows)


@contextmanager
def run_together(*, savepoint: bool = False) -> Iterator[None]:
    """Context manager that runs several actions as one; may be nested.

    With a savepoint, the caller may catch a refusal and continue.
    """
    if _CURRENT_QUEUE.get() is not None:
        yield
        return
    with transaction.atomic(savepoint=savepoint), collect_in(_CURRENT_QUEUE, RecordQueue()):
        yield
