"""Several acts done as one: in one transaction, their movements written behind the last of them.

An act by itself writes movement, words and covers, each in a statement of its own, within a savepoint. What belongs together (a message from
outside, who sent it, the code that opens it) is all there or not at all, and its movements are written at once: one statement for all movements,
one for all words, one for the covers, which the last movement answers for (as with `chain.append_many`).

    with together():
        made = register(receiver, by=SYSTEM, facts=facts)
        issue_code(None, by=ANONYMOUS, matter=made.matter)

Followers and messages wait for nothing: what they do is written with the rest. Whatever else appends to the log has those written first that
wait; whoever asks the log for an act that may have been done in here asks `waiting_on`, too. Nobody may catch a refusal inside and go on: the
transaction is spent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from gongkai.core.acts.batches import collecting, write_inserts

if TYPE_CHECKING:
    from gongkai.core.acts.chain import Behind
    from gongkai.core.acts.models import Movement

#: Makes the next movement of a stream, behind the one given (None: its first).
Build = Callable[["Behind | None", datetime], "Movement"]


class Said(NamedTuple):
    """What a movement that waits says: which act, whose, and its facts."""

    action: str
    person_id: int | None
    facts: Mapping[str, object]


@dataclass
class Waiting:
    """A movement that waits: made already, or how to make it; its words and what else it says."""

    stream: str
    at: datetime
    words: str
    said: Said | None = None
    made: "Movement | None" = None
    build: Build | None = None


@dataclass
class Together:
    """What waits."""

    rows: list[Waiting] = field(default_factory=list)
    #: What was read of the log for these acts: stream → what its movements say.
    read: dict[str, list[Said]] = field(default_factory=dict)

    def write(self) -> None:
        """Write all that waits."""
        from gongkai.core.acts.chain import append_many, heads
        from gongkai.core.acts.covering import gather

        write_inserts()
        rows, self.rows = self.rows, []
        if not rows:
            return
        made = {row.stream for row in rows if row.made}
        asked = sorted({row.stream for row in rows if row.build} - made)
        answered = gather()
        last: dict[str, Behind] = {**heads(asked)}
        for row in rows:
            if row.build:
                row.made = row.build(last.get(row.stream), row.at)
            assert row.made
            last[row.stream] = row.made
        append_many([(row.made, row.words) for row in rows if row.made], answered=answered)


_NOW: ContextVar[Together | None] = ContextVar("together", default=None)


def waiting() -> Together | None:
    """Return what collects movements now; None where each is written at once."""
    return _NOW.get()


def waiting_on(stream: str) -> list[Said]:
    """Return what the movements of a stream say that wait, in their order: they stand in the log with this transaction, or nothing does."""
    now = _NOW.get()
    return [row.said for row in now.rows if row.stream == stream and row.said] if now else []


def said_in(stream: str) -> list[Said]:
    """Return what the movements of a stream say that stand in the log, in their order; acts done together read them once."""
    from gongkai.core.acts.models import Movement

    def read() -> list[Said]:
        rows = Movement.objects.filter(stream=stream).order_by("seq")
        return [Said(*row) for row in rows.values_list("action", "person_id", "facts")]

    now = _NOW.get()
    if now is None:
        return read()
    if stream not in now.read:
        now.read[stream] = read()
    return now.read[stream]


def write_waiting() -> None:
    """Write what waits: something asks the log, or appends to it."""
    if now := _NOW.get():
        now.read.clear()
        if now.rows:
            now.write()


def wait(rows: Iterable[Waiting]) -> None:
    """Let movements wait; only where `waiting()` says that they may."""
    now = _NOW.get()
    assert now is not None
    now.rows.extend(rows)


@contextmanager
def together(*, savepoint: bool = False) -> Iterator[None]:
    """Do several acts as one, within others that are done so or by themselves; with a savepoint, who calls may catch a refusal and go on."""
    if _NOW.get() is not None:
        yield
        return
    with transaction.atomic(savepoint=savepoint), collecting(_NOW, Together()):
        yield
