"""Append to the hash-chained log, read its streams, and list unsealed records outside the database.

The file `tail` in the data folder reveals deleted records that no seal covers yet. It has a line for the last
seal, then one for each later record (id, digest). A machine
lists its own records; `gongkai restore` starts the file anew. A person with write access to the data folder
can change it, which anchors outside the machine reveal (`acts.anchors`).
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.core.acts import row_coverage
from gongkai.core.acts.bulk_inserts import insert_rows, insert_values
from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp
from gongkai.core.acts.generation import SEEN_GENERATION, refuse_older_database
from gongkai.core.acts.joint_transactions import write_queued_records
from gongkai.core.acts.models import ErasedWords, Movement, MovementWords, Seal
from gongkai.core.acts.rows import split_into_batches

LOG = logging.getLogger(__name__)
#: Growth of the file, in bytes, after which a machine that never seals looks for newer seals.
RESEAL_CHECK_BYTES = 1 << 20


def unsealed_records_file() -> Path:
    """Return the path of the file of unsealed log records."""
    return Path(settings.DATA) / "tail"


@contextmanager
def _lock_file() -> Iterator[None]:
    """Exclude other processes from the file of unsealed records inside the context."""
    descriptor = os.open(unsealed_records_file().with_name("tail.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def append_unsealed_records(movements: Iterable[Movement]) -> None:
    """Add log records to the file of unsealed records after the commit; an error is logged and
    raises nothing."""
    lines = "".join(f"{movement.pk} {movement.hash}\n" for movement in movements)
    if lines:
        transaction.on_commit(partial(_append_lines, lines))


def _append_lines(lines: str) -> None:
    """Append lines to the file of unsealed records; shorten a large file to the records after the last seal."""
    try:
        with _lock_file():
            descriptor = os.open(unsealed_records_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, lines.encode())
                is_large = os.fstat(descriptor).st_size > RESEAL_CHECK_BYTES
            finally:
                os.close(descriptor)
        if is_large and (last_seal := Seal.objects.order_by("-at").first()):
            restart_after_seal(last_seal)
    except OSError as error:
        LOG.error("tail of the log not noted: %s", error)


def restart_after_seal(seal: Seal) -> None:
    """Rewrite the file of unsealed records without those that this seal covers, unless it begins with the seal."""
    head = json.dumps({"at": utc_timestamp(seal.at), "hash": seal.hash, "movements": seal.movements}) + "\n"
    try:
        with _lock_file():
            if (
                _read_first_unsealed_line() == head
            ):  # a large file of a long import would be written again with each portion
                return
            unsealed_lines = [line for line in _read_unsealed_lines() if _read_record_id(line) > seal.last_movement_id]
            temporary_file = unsealed_records_file().with_name("tail.part")
            temporary_file.write_text(head + "".join(unsealed_lines))
            temporary_file.chmod(0o600)
            temporary_file.replace(unsealed_records_file())
    except OSError as error:
        LOG.error("tail of the log not noted: %s", error)


def delete_unsealed_records_file() -> None:
    """Delete the file of unsealed records, because another database replaces this one."""
    with _lock_file():
        unsealed_records_file().unlink(missing_ok=True)


def _read_unsealed_lines() -> list[str]:
    return unsealed_records_file().read_text().splitlines(keepends=True) if unsealed_records_file().exists() else []


def _read_first_unsealed_line() -> str:
    if not unsealed_records_file().exists():
        return ""
    with unsealed_records_file().open() as lines:
        return lines.readline()


def _read_record_id(line: str) -> int:
    """Return the primary key with which a line begins, or 0."""
    number_text = line.partition(" ")[0]
    return int(number_text) if number_text.isdigit() else 0


def count_listed_records_after(last: int) -> int:
    """Return the number of records with a primary key above `last` in the file of unsealed records; 0 if unreadable."""
    try:
        return len({_read_record_id(line) for line in _read_unsealed_lines() if _read_record_id(line) > last})
    except OSError:
        return 0


def describe_lost_records() -> list[str]:
    """Return Chinese sentences on the seal and records that the file of unsealed records lists but the database lacks
    or has with another digest; also if the file is unreadable."""
    try:
        lines = _read_unsealed_lines()
    except OSError as error:
        return [f"数据文件夹里的 tail 读不出：{error}"]
    lost_records = []
    if lines and lines[0].startswith("{"):
        head = json.loads(lines[0])
        if not Seal.objects.filter(hash=head["hash"]).exists():
            moment = parse_datetime(str(head["at"]))
            sealed_at = f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else head["at"]
            lost_records.append(f"{sealed_at} 的封存（流水{head['movements']}条）已被删去")
    hashes_by_number = {_read_record_id(line): line.split()[-1] for line in lines if _read_record_id(line)}
    lost_numbers = []
    for batch in split_into_batches(sorted(hashes_by_number)):
        hashes_in_database = dict(Movement.objects.filter(pk__in=batch).values_list("pk", "hash"))
        lost_numbers += [number for number in batch if hashes_in_database.get(number) != hashes_by_number[number]]
    if lost_numbers:
        lost_records.append(f"封存之后的{len(lost_numbers)}条流水已被删去或者改写（第{lost_numbers[0]}条起）")
    return lost_records


class LoggedActor(Protocol):
    """Protocol of an actor: the name and person id that the log stores."""

    @property
    def name(self) -> str:
        """Return the actor's name as logged."""

    @property
    def person_id(self) -> int | None:
        """Return the person's id; None for a job or an installation command."""


class PrecedingRecord(Protocol):
    """Protocol of the log record before a new one in its stream."""

    @property
    def seq(self) -> int:
        """Return the record's sequence number in the stream."""

    @property
    def hash(self) -> str:
        """Return the record's digest."""


class StreamHead(NamedTuple):
    """The last log record of a stream: its sequence number and digest."""

    seq: int
    hash: str


def get_last_record(stream: str) -> StreamHead | None:
    """Return the last log record of a stream from the primary database; None for a new stream."""
    last_record = (
        Movement.objects.using(DEFAULT_DB_ALIAS)
        .filter(stream=stream)
        .order_by("-seq")
        .values_list("seq", "hash")
        .first()
    )
    return StreamHead(*last_record) if last_record else None


def record_digest(movement: Movement) -> str:
    """Return the digest of a log record over all its other fields."""
    return digest(
        canonical_json(
            {
                "stream": movement.stream,
                "seq": movement.seq,
                "at": utc_timestamp(movement.at),
                "action": movement.action,
                "actor": movement.actor,
                "person": movement.person_id,
                "from": movement.from_state,
                "to": movement.to_state,
                "facts": movement.facts,
                "words": movement.words_digest,
                "prev": movement.prev_hash,
            }
        )
    )


def build_record(
    stream: str,
    previous: PrecedingRecord | None,
    *,
    action: str,
    by: LoggedActor,
    at: datetime | None = None,
    from_state: str = "",
    to_state: str = "",
    words: str = "",
    facts: Mapping[str, object] | None = None,
) -> Movement:
    """Return the next log record of a stream, unsaved, for bulk writing by `append_records`."""
    movement = Movement(
        stream=stream,
        seq=previous.seq + 1 if previous else 1,
        at=at or timezone.now(),
        action=action,
        actor=by.name,
        person_id=by.person_id,
        from_state=from_state,
        to_state=to_state,
        facts=dict(facts or {}),
        words_digest=digest(words) if words else "",
        prev_hash=previous.hash if previous else "",
    )
    movement.hash = record_digest(movement)
    return movement


def append_record(
    stream: str,
    *,
    action: str,
    by: LoggedActor,
    at: datetime | None = None,
    from_state: str = "",
    to_state: str = "",
    words: str = "",
    facts: Mapping[str, object] | None = None,
    covers: Sequence[row_coverage.CoveredRow] = (),
) -> Movement:
    """Append a log record to a stream.

    The record also covers all covered rows written since the previous one (`acts.row_coverage`).

    Two writers at once: the unique constraint on (stream, seq) lets one win; the other's transaction fails whole.
    """
    write_queued_records()
    # No savepoint of its own: where this row is refused, the whole act is.
    with transaction.atomic(savepoint=False):
        if SEEN_GENERATION.newest:
            refuse_older_database()
        covered_rows = [*row_coverage.take_written_row_covers(), *covers]
        if covered_rows:
            facts = {**(facts or {}), row_coverage.COVERS_FACT: row_coverage.compute_covers_digest(covered_rows)}
        movement = build_record(
            stream,
            get_last_record(stream),
            action=action,
            by=by,
            at=at,
            from_state=from_state,
            to_state=to_state,
            words=words,
            facts=facts,
        )
        Movement.objects.bulk_create([movement])
        if words:
            MovementWords.objects.bulk_create([MovementWords(movement=movement, text=words)])
        if covered_rows:
            row_coverage.save_covers(movement, covered_rows)
        append_unsealed_records([movement])
    return movement


#: A cached log is stale if the number of its newest records changes: a transaction with a lower key was committed late.
_MAX_LATE_RECORDS = 1000


def read_log_state() -> tuple[object, ...]:
    """Return a value that changes with each committed log record, to detect a stale cache."""
    last_record = Movement.objects.order_by("-pk").values_list("pk", "hash").first()
    return (
        (*last_record, Movement.objects.filter(pk__gt=last_record[0] - _MAX_LATE_RECORDS).count())
        if last_record
        else ()
    )


def map_last_records(streams: Iterable[str]) -> dict[str, Movement]:
    """Return stream → its last log record, from the primary database; new streams are missing."""
    later_records = Movement.objects.filter(stream=OuterRef("stream"), seq__gt=OuterRef("seq"))
    last_by_stream: dict[str, Movement] = {}
    for batch in split_into_batches(dict.fromkeys(streams)):
        rows = Movement.objects.using(DEFAULT_DB_ALIAS).filter(~Exists(later_records), stream__in=batch)
        last_by_stream |= {row.stream: row for row in rows}
    return last_by_stream


def append_records(
    pairs: list[tuple[Movement, str]], *, covered_rows: list[row_coverage.CoveredRow] | None = None
) -> None:
    """Write many log records (from `build_record`) and their texts.

    Args:
        pairs: the records with their texts.
        covered_rows: the rows whose digest the last record stores; None: all covered rows written since the record before.
    """
    if SEEN_GENERATION.newest:
        refuse_older_database()
    if covered_rows is None:
        write_queued_records()
        covered_rows = row_coverage.take_written_row_covers() if pairs else []
    if covered_rows:
        last_record = pairs[-1][0]
        last_record.facts = {
            **last_record.facts,
            row_coverage.COVERS_FACT: row_coverage.compute_covers_digest(covered_rows),
        }
        last_record.hash = record_digest(last_record)
    movements = [movement for movement, _ in pairs]
    insert_rows(movements)
    insert_values(MovementWords, ("movement_id", "text"), [(movement.pk, text) for movement, text in pairs if text])
    if covered_rows:
        row_coverage.save_covers(movements[-1], covered_rows)
    append_unsealed_records(movements)


def erase_words(words: QuerySet[MovementWords]) -> None:
    """Delete texts of log records that the law requires to be erased, after recording each erasure."""
    erased_ids = list(words.values_list("pk", flat=True))
    ErasedWords.objects.bulk_create([ErasedWords(movement_id=number) for number in erased_ids], batch_size=500)
    words.filter(pk__in=erased_ids).delete()


def read_stream(stream: str) -> Iterator[Movement]:
    """Return a stream's log records with their words, oldest first."""
    return Movement.objects.filter(stream=stream).select_related("kept_words").order_by("seq").iterator(200)
