"""Rows outside the log that the log answers for: what the public reads, or what has legal effect.

`config/covered.toml` names the tables. Every movement carries, as its fact `covers`, a digest over the digests of the covered rows that were
written since the movement before (`acts.touching` hears them); the digests themselves stand in `Cover`. `check` reads each table and says which
rows are not as the log left them. What stood in a table before it was covered is taken up once by a due job (`take_up`), with a movement that
says so: what happened to those rows before that day, nobody can tell.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources

from django.apps import apps
from django.db import models, transaction

from gongkai.acts import touching
from gongkai.acts.digest import digest, moment
from gongkai.acts.models import Cover, Movement
from gongkai.acts.prepared import Prepared, insert_new
from gongkai.given import text

#: Names of the movements that the program writes by itself: rows written outside any action, rows that stood there before they were covered.
OUTSIDE, TAKE_UP = "acts.cover", "acts.take_up"
#: The fact of a movement that holds the digest over its covers, and the streams of the two actions above.
FACT, STREAM = "covers", "covers/"
#: So many rows are read, and taken up, together.
PORTION = 512


@dataclass(frozen=True)
class Covered:
    """A covered table: its model, the columns that count, and a mark of them, since columns come and go."""

    model: type[models.Model]
    fields: tuple[str, ...]
    shape: str

    @property
    def label(self) -> str:
        """What people call the table."""
        return str(self.model._meta.verbose_name)


#: Covered tables by their names in the database.
COVERED: dict[str, Covered] = {}


def listed() -> dict[str, dict[str, object]]:
    """Return `config/covered.toml`: group → model → what it says of it."""
    return tomllib.loads(resources.files("gongkai.config").joinpath("covered.toml").read_text())


def declare() -> None:
    """Read which tables are covered; called once, when the program starts."""
    for label, leave in listed()["covered"].items():
        assert isinstance(leave, list)
        _declare(apps.get_model(label), frozenset(leave))
    touching.SETTLE.append(settle)
    touching.listen()


def _declare(model: type[models.Model], leave: frozenset[str]) -> None:
    assert leave <= {one.name for one in model._meta.concrete_fields}, f"no such columns: {model._meta.label}"
    secret = [one.name for one in model._meta.concrete_fields if type(one).__name__.startswith("Encrypted")]
    fields = tuple(
        one.name
        for one in model._meta.concrete_fields
        if not one.primary_key and one.name not in leave and one.name not in secret
    )
    COVERED[model._meta.db_table] = Covered(model, fields, _shape(fields))
    touching.FIELDS[model._meta.db_table] = frozenset(
        [*fields, *(model._meta.get_field(name).attname for name in fields)]  # type: ignore[union-attr]
    )


def _shape(fields: Iterable[str]) -> str:
    return digest(",".join(fields), "sha256")[:8]


def row_digest(fields: Sequence[str], values: Sequence[object]) -> str:
    """Return the digest of a row's columns, the same on every database."""
    said = {name: _plain(value) for name, value in zip(fields, values, strict=True)}
    return digest(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str))


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date | time | timedelta):
        return str(value)
    if isinstance(value, Decimal):
        return str(value.normalize())
    return digest(bytes(value)) if isinstance(value, bytes | memoryview) else value


@cache
def _reading(table: str) -> Prepared[tuple[object, ...]]:
    covered = COVERED[table]
    return Prepared(
        lambda rows: (
            covered.model._base_manager.filter(pk__in=rows).order_by().values_list("pk", *covered.fields)
        ),
        covered.model,
        locks=True,
    )


def gather() -> list[Cover]:
    """Return covers, not saved, of all rows that were written since the movement before; for the movement that is written next."""
    made = []
    for table, numbers in touching.take().items():
        covered = COVERED[table]
        wanted = list(numbers)
        for start in range(0, len(wanted), PORTION):
            some = wanted[start : start + PORTION]
            found = {int(str(row[0])): row[1:] for row in _reading(table)(rows=_padded(some))}
            for number in some:
                mark = row_digest(covered.fields, found[number]) if number in found else ""
                made.append(Cover(table=table, row=number, shape=covered.shape, digest=mark))
    return made


def _padded(numbers: list[int]) -> list[int]:
    """Return as many numbers as a power of two: statements of few lengths are put into words."""
    length = 1 << (len(numbers) - 1).bit_length()
    return [*numbers, *[numbers[-1]] * (length - len(numbers))]


def mark_of(covers: Iterable[Cover]) -> str:
    """Return the digest over covers that their movement carries."""
    return digest("\n".join(f"{one.table} {one.row} {one.shape} {one.digest}" for one in covers))


def keep(movement: Movement, covers: Sequence[Cover]) -> None:
    """Write the covers of a movement that was written."""
    for one in covers:
        one.movement = movement
    insert_new(covers)


class Program:
    """Who writes what no action does: jobs, the installation's own commands."""

    name, person_id = "程序", None


def settle() -> None:
    """Write a movement for rows that were written behind the last movement of a transaction, or without any."""
    from gongkai.acts.chain import append

    if _MIGRATING:
        return  # the tables may not be there yet: when all are, `migrated` settles
    if not Movement.objects.exists():
        touching.take()  # a new installation, before anybody acted: `take_up`
        return
    noted = touching.noted()
    table, rows = next(iter(noted.items()))
    facts = {"tables": {name: len(numbers) for name, numbers in noted.items()}}
    append(f"{STREAM}{table}/{next(iter(rows))}", action=OUTSIDE, by=Program(), facts=facts)


#: Whether migrations run.
_MIGRATING: list[bool] = []


def migrating(**_: object) -> None:
    """Note rows while migrations run, and write nothing."""
    _MIGRATING[:] = [True]


def migrated(**_: object) -> None:
    """Write the movement for what migrations wrote."""
    _MIGRATING.clear()
    if touching.noted():
        with transaction.atomic():
            settle()


# --- taking up what stood there before ---------------------------------------------------------------------


def _taken_up() -> dict[str, list[Movement]]:
    """Return the movements by which tables were taken up, oldest first, by table."""
    found: dict[str, list[Movement]] = {}
    streams = [f"{STREAM}{table}" for table in COVERED]
    for one in Movement.objects.filter(stream__in=streams, action=TAKE_UP).order_by("seq"):
        found.setdefault(one.stream.removeprefix(STREAM), []).append(one)
    return found


def _is_whole(covered: Covered, moves: Sequence[Movement]) -> bool:
    """Whether a table was taken up to its end with the columns that it has now."""
    return any(one.facts.get("shape") == covered.shape and one.facts.get("whole") for one in moves)


def take_up() -> dict[str, int]:
    """The job: take up what stands in covered tables and no movement answers for, a portion in a transaction; nothing where that was done once.

    A table whose columns changed is taken up anew; rows that are not as their last movement left them are passed over, and `check` names them.
    """
    known = _taken_up()
    return {
        "taken_up": sum(
            _take_up(table, covered, known.get(table, []))
            for table, covered in COVERED.items()
            if not _is_whole(covered, known.get(table, []))
        )
    }


def _take_up(table: str, covered: Covered, moves: Sequence[Movement]) -> int:
    from gongkai.acts.chain import append

    done = [one for one in moves if one.facts.get("shape") == covered.shape]
    last = int(done[-1].facts["to"]) if done else 0
    count, whole = 0, False
    shapes = _shapes(moves)
    while not whole:
        with transaction.atomic():
            rows = list(
                covered.model._base_manager.select_for_update(of=("self",))
                .filter(pk__gt=last)
                .order_by("pk")
                .values_list("pk", *covered.fields)[:PORTION]
            )
            kept = _kept(table, [row[0] for row in rows])
            fresh = [row for row in rows if _may_take_up(covered, row, kept.get(row[0]), shapes)]
            covers = [
                Cover(
                    table=table,
                    row=row[0],
                    shape=covered.shape,
                    digest=row_digest(covered.fields, row[1:]),
                )
                for row in fresh
            ]
            last, whole = (rows[-1][0] if rows else last), len(rows) < PORTION
            facts = {
                "fields": list(covered.fields),
                "shape": covered.shape,
                "rows": len(covers),
                "to": last,
                "whole": whole,
            }
            append(f"{STREAM}{table}", action=TAKE_UP, by=Program(), facts=facts, covers=covers)
            count += len(covers)
    return count


def _kept(table: str, rows: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return shape and digest of the last cover of each of these rows."""
    covers = Cover.objects.filter(table=table, row__in=rows).order_by("id")
    return {row: (shape, mark) for row, shape, mark in covers.values_list("row", "shape", "digest")}


def _may_take_up(
    covered: Covered,
    row: Sequence[object],
    kept: tuple[str, str] | None,
    shapes: Mapping[str, tuple[str, ...]],
) -> bool:
    if kept is None:
        return True
    shape, mark = kept
    fields = shapes.get(shape, ())
    if shape == covered.shape or not mark:
        return False
    if not set(fields) <= set(covered.fields):
        return True  # a column is gone: the old digest can be compared with nothing
    by_name = dict(zip(covered.fields, row[1:], strict=True))
    return row_digest(fields, [by_name[name] for name in fields]) == mark


def _shapes(moves: Iterable[Movement]) -> dict[str, tuple[str, ...]]:
    return {text(one.facts, "shape"): tuple(map(str, one.facts["fields"])) for one in moves}


# --- checking ----------------------------------------------------------------------------------------------


@dataclass
class Checked:
    """What the check of one table found: rows read, sentences on those that are not as the log left them, and why it says less than it might."""

    table: str
    label: str
    rows: int = 0
    broken: list[str] = field(default_factory=list)
    unchecked: str = ""


#: A list of broken rows ends here; the number of the rest is said.
MOST = 20


def check() -> Iterator[Checked]:
    """Compare every covered table with what the log left of it; tables are read row by row, beside their covers."""
    known = _taken_up()
    for table, covered in COVERED.items():
        yield _check(table, covered, known.get(table, []))


def _check(table: str, covered: Covered, moves: Sequence[Movement]) -> Checked:
    found = Checked(table, covered.label)
    shapes = _shapes(moves) | {covered.shape: covered.fields}
    whole = _is_whole(covered, moves)
    before = any(one.facts.get("whole") for one in moves)
    if not whole:
        found.unchecked = "字段有变化，尚未重新登记" if before else "尚未纳入核验（由到期工作登记）"
    rows = covered.model._base_manager.order_by("pk").values_list("pk", *covered.fields).iterator(PORTION)
    for number, values, kept in _beside(rows, _last_covers(table)):
        if values is not None:
            found.rows += 1
        wrong = _wrong(covered, shapes, values, kept, taken_up=whole or before)
        if wrong:
            found.broken.append(f"{covered.label}（{table}）第{number}号{wrong}")
    return found


def _wrong(
    covered: Covered,
    shapes: Mapping[str, tuple[str, ...]],
    values: Sequence[object] | None,
    kept: tuple[str, str] | None,
    *,
    taken_up: bool,
) -> str:
    if kept is None:
        return "没有流水" if taken_up else ""
    shape, mark = kept
    if values is None:
        return "已被删去，流水中没有删除的记录" if mark else ""
    if not mark:
        return "在流水记为删除之后又出现"
    fields = shapes.get(shape)
    if fields is None or not set(fields) <= set(covered.fields):
        return ""
    by_name = dict(zip(covered.fields, values, strict=True))
    return "" if row_digest(fields, [by_name[name] for name in fields]) == mark else "与流水所记不符"


#: A covered row beside its last cover; either may be missing.
Pair = tuple[int, Sequence[object] | None, tuple[str, str] | None]


def _last_covers(table: str) -> Iterator[tuple[int, str, str]]:
    """Yield row, shape and digest of the last cover of each row of a table, by row."""
    covers = Cover.objects.filter(table=table).order_by("row", "id").values_list("row", "shape", "digest")
    last: tuple[int, str, str] | None = None
    for one in covers.iterator(2000):
        if last is not None and last[0] != one[0]:
            yield last
        last = one
    if last is not None:
        yield last


def _beside(rows: Iterator[Sequence[object]], covers: Iterator[tuple[int, str, str]]) -> Iterator[Pair]:
    """Walk rows and covers side by side, both by number."""
    row, cover = next(rows, None), next(covers, None)
    while row is not None or cover is not None:
        here = int(str(row[0])) if row is not None else None
        if here is not None and (cover is None or here < cover[0]):
            yield here, row[1:], None  # type: ignore[index]
            row = next(rows, None)
        elif cover is not None and (here is None or cover[0] < here):
            yield cover[0], None, (cover[1], cover[2])
            cover = next(covers, None)
        elif row is not None and cover is not None:
            yield cover[0], row[1:], (cover[1], cover[2])
            row, cover = next(rows, None), next(covers, None)


def broken_covers(marks: Iterator[tuple[int, str]]) -> str:
    """Hold the covers against the marks that their movements carry, and say what differs first.

    Args:
        marks: number and fact `covers` of each movement that carries one, by number.
    """
    covers = Cover.objects.order_by("movement_id", "id").values_list(
        "movement_id", "table", "row", "shape", "digest"
    )
    said, lines, here = next(marks, None), [], 0
    for number, table, row, shape, mark in [*covers.iterator(2000), (0, "", 0, "", "")]:
        if lines and number != here:
            if said is None or said[0] != here or digest("\n".join(lines)) != said[1]:
                return f"第{min(here, said[0]) if said else here}条流水所登记的数据被改动"
            said, lines = next(marks, None), []
        here = number
        lines.append(f"{table} {row} {shape} {mark}")
    return f"第{said[0]}条流水所登记的数据已不在" if said else ""
