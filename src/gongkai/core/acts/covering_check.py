"""Verify covered rows against their log records; part of `audit verify`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from gongkai.core.acts.digest import digest
from gongkai.core.acts.models import Cover, Movement
from gongkai.core.acts.row_coverage import (
    BATCH_SIZE,
    CoveredTable,
    compute_row_digest,
    covered_tables,
    is_fully_covered,
    map_column_lists_by_digest,
    map_existing_row_cover_records,
    strip_encryption_mark,
)


@dataclass
class TableCheckResult:
    """The result for one table: its name and Chinese label, number of rows read, errors (`broken`, Chinese), and the
    reason why the check is incomplete (`unchecked`), or ""."""

    table: str
    label: str
    rows: int = 0
    broken: list[str] = field(default_factory=list)
    unchecked: str = ""


def check_covered_tables() -> Iterator[TableCheckResult]:
    """Compare every covered table with its logged digests; yield one result a table."""
    records_by_table = map_existing_row_cover_records()
    for table, covered in covered_tables().items():
        yield _check_table(table, covered, records_by_table.get(table, []))


def _check_table(table: str, covered: CoveredTable, moves: Sequence[Movement]) -> TableCheckResult:
    """Compare each row of a table with its last logged digest; list the differences in Chinese."""
    table_check_result = TableCheckResult(table, covered.label)
    shapes = map_column_lists_by_digest(moves) | {covered.shape: covered.spelled}
    is_complete = is_fully_covered(covered, moves)
    was_complete = any(movement.facts.get("whole") for movement in moves)
    if not is_complete:
        table_check_result.unchecked = "字段有变化，尚未重新登记" if was_complete else "尚未纳入核验（由到期工作登记）"
    rows = covered.model._base_manager.order_by("pk").values_list("pk", *covered.fields).iterator(BATCH_SIZE)
    for number, values, last_cover in _merge_rows_and_covers(rows, _iterate_last_covers(table)):
        if values is not None:
            table_check_result.rows += 1
        difference = _describe_difference(
            covered, shapes, values, last_cover, must_have_cover=is_complete or was_complete
        )
        if difference:
            table_check_result.broken.append(f"{covered.label}（{table}）第{number}号{difference}")
    return table_check_result


def _describe_difference(
    covered: CoveredTable,
    shapes: Mapping[str, tuple[str, ...]],
    values: Sequence[object] | None,
    last_cover: tuple[str, str] | None,
    *,
    must_have_cover: bool,
) -> str:
    """Return in Chinese how a row differs from its last logged digest; empty if equal or not comparable.

    `values` is None for a deleted row. `must_have_cover`: a row without digest is a fault, because all rows of
    the table must have one.
    """
    if last_cover is None:
        return "没有流水" if must_have_cover else ""
    shape, logged_digest = last_cover
    if values is None:
        return "已被删去，流水中没有删除的记录" if logged_digest else ""
    if not logged_digest:
        return "在流水记为删除之后又出现"
    fields = shapes.get(shape)
    if fields is None or not set(map(strip_encryption_mark, fields)) <= set(covered.fields):
        return ""
    by_name = dict(zip(covered.fields, values, strict=True))
    return (
        ""
        if compute_row_digest(fields, [by_name[strip_encryption_mark(name)] for name in fields]) == logged_digest
        else "与流水所记不符"
    )


#: Primary key of a covered row, its values, and shape and digest of its last cover; either may be
#: missing.
RowAndCover = tuple[int, Sequence[object] | None, tuple[str, str] | None]


def _iterate_last_covers(table: str) -> Iterator[tuple[int, str, str]]:
    """Yield (primary key, digest of the column list, digest of the row) of each row's last cover, by primary key."""
    covers = Cover.objects.filter(table=table).order_by("row", "id").values_list("row", "shape", "digest")
    previous: tuple[int, str, str] | None = None
    for cover in covers.iterator(2000):
        if previous is not None and previous[0] != cover[0]:
            yield previous
        previous = cover
    if previous is not None:
        yield previous


def _merge_rows_and_covers(
    rows: Iterator[Sequence[object]], covers: Iterator[tuple[int, str, str]]
) -> Iterator[RowAndCover]:
    """Yield (primary key, values or None, (shape, digest) of the cover or None), merged by primary key."""
    row, cover = next(rows, None), next(covers, None)
    while row is not None or cover is not None:
        row_key = int(str(row[0])) if row is not None else None
        if row_key is not None and (cover is None or row_key < cover[0]):
            yield row_key, row[1:], None  # type: ignore[index]
            row = next(rows, None)
        elif cover is not None and (row_key is None or cover[0] < row_key):
            yield cover[0], None, (cover[1], cover[2])
            cover = next(covers, None)
        elif row is not None and cover is not None:
            yield cover[0], row[1:], (cover[1], cover[2])
            row, cover = next(rows, None), next(covers, None)


def find_broken_cover(logged_covers: Iterator[tuple[int, str]]) -> str:
    """Return in Chinese the first difference between covers and the digests in their log records; "" if none.

    Args:
        logged_covers: (primary key, fact `covers`) of each log record with that fact, ascending.
    """
    covers = Cover.objects.order_by("movement_id", "id").values_list("movement_id", "table", "row", "shape", "digest")
    lines: list[str] = []
    logged, current_number = next(logged_covers, None), 0
    for number, table, row, shape, cover_digest in chain(covers.iterator(2000), [(0, "", 0, "", "")]):
        if lines and number != current_number:
            if logged is None or logged[0] != current_number or digest("\n".join(lines)) != logged[1]:
                return f"第{min(current_number, logged[0]) if logged else current_number}条流水所登记的数据被改动"
            logged, lines = next(logged_covers, None), []
        current_number = number
        lines.append(f"{table} {row} {shape} {cover_digest}")
    return f"第{logged[0]}条流水所登记的数据已不在" if logged else ""
