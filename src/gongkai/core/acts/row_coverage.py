"""Log digests of rows outside the log that the public reads or that have legal effect.

`config/covered.toml` names the tables. Each log record contains, as its fact `covers`, a digest over the digests of the
covered rows that were written since the record before; the database backends note these rows in
`acts.written_rows`. The digests themselves are rows of `Cover`. `covering_check` reads each table and reports rows
that differ from the log. A due job (`cover_existing_rows`) covers the rows that existed before their table was
covered, once, with a log record of its own: changes of these rows before that day cannot be detected.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from importlib import resources
from typing import NamedTuple, cast

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models, transaction

from gongkai.core.acts import written_rows
from gongkai.core.acts.bulk_inserts import insert_values
from gongkai.core.acts.digest import digest, utc_timestamp
from gongkai.core.acts.models import Cover, Movement
from gongkai.core.vault.fields import EncryptedTextField, EncryptedWordsField
from gongkai.core.vault.sealing import EncryptedWords, keyed_digest
from gongkai.lib.typed_json import read_text

#: Actions of log records without an action's call: for rows written outside any action, for rows older than coverage.
OUTSIDE_ACTION, TAKE_UP_ACTION = "acts.cover", "acts.take_up"
#: Name of the log record's fact with the digest over its covers; prefix of the streams of the two actions above.
COVERS_FACT, COVERS_STREAM_PREFIX = "covers", "covers/"
#: Rows that are read and covered together.
BATCH_SIZE = 512


#: Suffix of a column's name when the column is stored encrypted: its digest is computed from a keyed digest.
ENCRYPTED_COLUMN_SUFFIX = "*"


class CoveredRow(NamedTuple):
    """A row's digest as the log stores it: table name, primary key, digest of the column list, digest of the values."""

    table: str
    row: int
    shape: str
    digest: str


@dataclass(frozen=True)
class CoveredTable:
    """A table whose changes are logged: model, logged fields, and a digest of the list of fields (`shape`)."""

    model: type[models.Model]
    fields: tuple[str, ...]
    shape: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Return the model attributes that contain the logged columns."""
        return tuple(self.model._meta.get_field(name).attname for name in self.fields)  # type: ignore[union-attr]

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """Return the field names as used in digests: encrypted text fields end in `ENCRYPTED_COLUMN_SUFFIX`."""
        return list_names_in_digests(self.model, self.fields)

    @property
    def label(self) -> str:
        """Return the display name of the table."""
        return str(self.model._meta.verbose_name)


def read_covered_toml() -> dict[str, dict[str, object]]:
    """Return `config/covered.toml` as group → model label → settings (in `covered`: lists of omitted fields)."""
    return tomllib.loads(resources.files("gongkai.ops.config").joinpath("covered.toml").read_text())


@cache
def covered_tables() -> dict[str, CoveredTable]:
    """Return the covered tables by table name."""
    tables = (
        _make_covered_table(apps.get_model(label), frozenset(map(str, leave)))
        for label, leave in read_covered_toml()["covered"].items()
        if isinstance(leave, list)
    )
    return {covered.model._meta.db_table: covered for covered in tables}


def declare_covered_tables() -> None:
    """Pass the covered tables, and the callback that logs uncovered rows, to the database backends. Called once at
    start-up."""
    written_rows.COVERED_TABLES.fields = {
        table: frozenset([*covered.fields, *(covered.model._meta.get_field(name).attname for name in covered.fields)])  # type: ignore[union-attr]
        for table, covered in covered_tables().items()
    }
    written_rows.COVERED_TABLES.settle = log_uncovered_rows


def _make_covered_table(model: type[models.Model], leave: frozenset[str]) -> CoveredTable:
    """Return the coverage of a model: all columns but the primary key, secrets and those in `leave`."""
    columns = [field for field in model._meta.concrete_fields if not field.primary_key]
    assert leave <= {field.name for field in columns}, f"no such columns: {model._meta.label}"
    fields = tuple(
        field.name
        for field in columns
        if field.name not in leave and (_is_encrypted_text(field) or not isinstance(field, EncryptedTextField))
    )
    return CoveredTable(model, fields, _compute_column_list_digest(list_names_in_digests(model, fields)))


def _is_encrypted_text(column: object) -> bool:
    return isinstance(column, EncryptedWordsField)


def list_names_in_digests(model: type[models.Model], fields: Iterable[str]) -> tuple[str, ...]:
    """Return the names of fields as used in digests: encrypted text fields end in `ENCRYPTED_COLUMN_SUFFIX`."""
    return tuple(
        f"{name}{ENCRYPTED_COLUMN_SUFFIX}" if _is_encrypted_text(model._meta.get_field(name)) else name
        for name in fields
    )


def strip_encryption_mark(name: str) -> str:
    """Return a column's name without the mark of encryption."""
    return name.removesuffix(ENCRYPTED_COLUMN_SUFFIX)


def _compute_column_list_digest(fields: Iterable[str]) -> str:
    """Return a short digest of the names of the covered columns."""
    return digest(",".join(fields), "sha256")[:8]


def compute_row_digest(fields: Sequence[str], values: Sequence[object]) -> str:
    """Return the digest of a row's columns, the same on every database."""
    values_by_name = {name: _make_comparable_value(value, name) for name, value in zip(fields, values, strict=True)}
    return digest(json.dumps(values_by_name, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str))


def _make_comparable_value(value: object, name: str = "") -> object:
    """Return a column value as row digests use it, equal for equal content in every database."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, EncryptedWords):
        clear_text = value.reveal()
        return (
            keyed_digest("cover", clear_text) if clear_text and name.endswith(ENCRYPTED_COLUMN_SUFFIX) else clear_text
        )
    if isinstance(value, datetime):
        return utc_timestamp(value)
    if isinstance(value, date | time | timedelta):
        return str(value)
    if isinstance(value, Decimal):
        return str(value.normalize())
    return digest(bytes(value)) if isinstance(value, bytes | memoryview) else value


def take_written_row_covers() -> list[CoveredRow]:
    """Clear the notes of covered rows written since the last log record, and return digests of these rows; "" for
    deleted ones."""
    covers = []
    for table, numbers in written_rows.take_noted_rows().items():
        covered_table = covered_tables()[table]
        rows: dict[int, Sequence[object]] = {
            number: [stored[name] for name in covered_table.columns] for number, stored in numbers.items() if stored
        }
        rows |= _read_covered_rows(table, [number for number in numbers if number not in rows])
        for number in numbers:
            cover_digest = compute_row_digest(covered_table.spelled, rows[number]) if number in rows else ""
            covers.append(CoveredRow(table, number, covered_table.shape, cover_digest))
    return covers


def _read_covered_rows(table: str, numbers: list[int]) -> dict[int, Sequence[object]]:
    """Return the covered columns of rows by primary key, from the primary database."""
    covered_table = covered_tables()[table]
    stored = _make_query(covered_table.model, covered_table.fields)
    covered_rows: dict[int, Sequence[object]] = {}
    for start in range(0, len(numbers), BATCH_SIZE):
        rows = stored.filter(pk__in=numbers[start : start + BATCH_SIZE])
        covered_rows |= {cast(int, row[0]): row[1:] for row in rows}
    return covered_rows


@cache
def _make_query(
    model: type[models.Model], fields: tuple[str, ...]
) -> "models.QuerySet[models.Model, tuple[object, ...]]":
    """Return the query of a table's keys and covered columns; looking these up by name costs half of reading a row."""
    return model._base_manager.using(DEFAULT_DB_ALIAS).order_by().values_list("pk", *fields)


def compute_covers_digest(covers: Iterable[CoveredRow]) -> str:
    """Return the digest over a log record's covers."""
    return digest("\n".join(f"{cover.table} {cover.row} {cover.shape} {cover.digest}" for cover in covers))


def save_covers(movement: Movement, covers: Sequence[CoveredRow]) -> None:
    """Store the digests of covered rows with their log record."""
    insert_values(Cover, ("movement_id", *CoveredRow._fields), [(movement.pk, *cover) for cover in covers])


class ProgramActor:
    """The actor that the log names for writes without an action, such as an installation command."""

    name, person_id = "程序", None


def log_uncovered_rows() -> None:
    """Write a log record for the noted covered rows that no other record of this transaction covers; not during
    migrations or into an empty log."""
    from gongkai.core.acts.chain import append_record

    if _MigrationFlag.migrating:
        return  # the tables may not be there yet: when all are, `log_migrated_rows` settles
    if not Movement.objects.exists():
        written_rows.take_noted_rows()  # a new installation, before anybody acted: `cover_existing_rows`
        return
    noted_rows = written_rows.get_noted_rows()
    table, rows = next(iter(noted_rows.items()))
    facts = {"tables": {name: len(numbers) for name, numbers in noted_rows.items()}}
    append_record(
        f"{COVERS_STREAM_PREFIX}{table}/{next(iter(rows))}", action=OUTSIDE_ACTION, by=ProgramActor(), facts=facts
    )


class _MigrationFlag:
    """Flag set while migrations run."""

    migrating = False


def suspend_while_migrating(**_: object) -> None:
    """Signal receiver: write no log records for covered rows while migrations run."""
    _MigrationFlag.migrating = True


def log_migrated_rows(**_: object) -> None:
    """Signal receiver: write the log record for rows written by migrations."""
    _MigrationFlag.migrating = False
    if written_rows.get_noted_rows():
        with transaction.atomic():
            log_uncovered_rows()


# --- taking up what stood there before ---------------------------------------------------------------------


def map_existing_row_cover_records() -> dict[str, list[Movement]]:
    """Return table → log records that covered the rows which existed when the table became covered, oldest first."""
    records_by_table: dict[str, list[Movement]] = {}
    streams = [f"{COVERS_STREAM_PREFIX}{table}" for table in covered_tables()]
    for movement in Movement.objects.filter(stream__in=streams, action=TAKE_UP_ACTION).order_by("seq"):
        records_by_table.setdefault(movement.stream.removeprefix(COVERS_STREAM_PREFIX), []).append(movement)
    return records_by_table


def is_fully_covered(covered: CoveredTable, moves: Sequence[Movement]) -> bool:
    """Return true if the log records `moves` of a table covered all its rows with its present columns."""
    return any(movement.facts.get("shape") == covered.shape and movement.facts.get("whole") for movement in moves)


def cover_existing_rows() -> dict[str, int]:
    """Job: cover existing rows that no log record covers, in batches of one transaction each; idempotent.
    Return {"taken_up": number of rows}.

    A table whose columns changed is covered again; rows that differ from their last log record are skipped, and
    `audit verify` names them.
    """
    records_by_table = map_existing_row_cover_records()
    return {
        "taken_up": sum(
            _cover_rows(table, covered, records_by_table.get(table, []))
            for table, covered in covered_tables().items()
            if not is_fully_covered(covered, records_by_table.get(table, []))
        )
    }


def _cover_rows(table: str, covered: CoveredTable, moves: Sequence[Movement]) -> int:
    """Log the digests of all rows of a table that its present columns do not cover yet, in portions; return their
    number."""
    from gongkai.core.acts.chain import append_record

    movements = [movement for movement in moves if movement.facts.get("shape") == covered.shape]
    last_pk = int(movements[-1].facts["to"]) if movements else 0
    count, is_complete = 0, False
    shapes = map_column_lists_by_digest(moves)
    while not is_complete:
        with transaction.atomic():
            rows = list(
                covered.model._base_manager.select_for_update(of=("self",))
                .filter(pk__gt=last_pk)
                .order_by("pk")
                .values_list("pk", *covered.fields)[:BATCH_SIZE]
            )
            last_covers = _read_last_covers(table, [row[0] for row in rows])
            uncovered_rows = [row for row in rows if _may_cover(covered, row, last_covers.get(row[0]), shapes)]
            covers = [
                CoveredRow(table, row[0], covered.shape, compute_row_digest(covered.spelled, row[1:]))
                for row in uncovered_rows
            ]
            last_pk, is_complete = (rows[-1][0] if rows else last_pk), len(rows) < BATCH_SIZE
            facts = {
                "fields": list(covered.spelled),
                "shape": covered.shape,
                "rows": len(covers),
                "to": last_pk,
                "whole": is_complete,
            }
            append_record(
                f"{COVERS_STREAM_PREFIX}{table}", action=TAKE_UP_ACTION, by=ProgramActor(), facts=facts, covers=covers
            )
            count += len(covers)
    return count


def _read_last_covers(table: str, rows: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return row's primary key → (digest of the column list, digest of the row) of its last cover."""
    covers = Cover.objects.filter(table=table, row__in=rows).order_by("id")
    return {row: (shape, cover_digest) for row, shape, cover_digest in covers.values_list("row", "shape", "digest")}


def _may_cover(
    covered: CoveredTable,
    row: Sequence[object],
    last_cover: tuple[str, str] | None,
    shapes: Mapping[str, tuple[str, ...]],
) -> bool:
    """Return true if a row has no cover, or its last cover is over an older list of columns and the row is unchanged
    since, or cannot be compared."""
    if last_cover is None:
        return True
    shape, old_digest = last_cover
    fields = shapes.get(shape, ())
    if shape == covered.shape or not old_digest:
        return False
    if not set(map(strip_encryption_mark, fields)) <= set(covered.fields):
        return True  # a column is gone: the old digest can be compared with nothing
    by_name = dict(zip(covered.fields, row[1:], strict=True))
    return compute_row_digest(fields, [by_name[strip_encryption_mark(name)] for name in fields]) == old_digest


def map_column_lists_by_digest(moves: Iterable[Movement]) -> dict[str, tuple[str, ...]]:
    """Return digest (`shape`) → its list of columns, from the log records (`moves`) that covered existing rows."""
    return {read_text(movement.facts, "shape"): tuple(map(str, movement.facts["fields"])) for movement in moves}
