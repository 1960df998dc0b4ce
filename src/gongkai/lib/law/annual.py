"""Check the sums of the annual report (年报勾稽, 国办公开办函〔2021〕30号)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.lib.law import annual_form as form
from gongkai.lib.law.rules import get_rules_on
from gongkai.lib.law.values import MAX_JSON_INTEGER_DIGITS, LongNumber, add_months, quote_value

#: The numbers of one row of a table of the report; None for an empty or invalid cell.
Cells = list[int | None]
_ROW_LABELS = {**form.TABLE2_DOCUMENTS, **form.TABLE2_VALUES, **form.TABLE3_ROWS, **form.TABLE4_ROWS}


@dataclass(frozen=True, slots=True)
class ReportFault:
    """A violated rule of an annual report: table, row and column (keys in the report's file) and a message."""

    rule: str
    table: str
    row: str | None
    column: str | None
    message: str


@dataclass(frozen=True, slots=True)
class AnnualVerdict:
    """Errors of a report, and warnings by comparison with last year."""

    errors: tuple[ReportFault, ...]
    warnings: tuple[ReportFault, ...]

    @property
    def ok(self) -> bool:
        """Return true if there are no errors; warnings do not count."""
        return not self.errors


def check_annual_report(report: Mapping[str, object]) -> AnnualVerdict:
    """Return the faults of an annual report by the sums that its form prescribes, and by last year's.

    Args:
        report: the report as read from its JSON file; `previous` in it may hold last year's.
    """
    errors: list[ReportFault] = []
    tables = _read_tables(report, errors)
    errors += _check_table3(tables["table3"])
    errors += _check_table4(tables["table4"])
    previous = report.get("previous")
    if isinstance(previous, Mapping):
        warnings = tuple(_compare_years(tables, _read_tables(previous, [])))
    elif previous is None:
        warnings = ()
    else:
        text = f"上一年度的报告（previous）应为一个 JSON 对象，不能读取{quote_value(previous)}，未作比对"
        warnings = (ReportFault("previous", "previous", None, None, text),)
    return AnnualVerdict(tuple(errors), warnings)


def get_report_due_day(year: int, *, government: bool) -> date:
    """Return the last day for publishing a year's report, by the law of that year's end.

    Since 2019 31 January, for governments 31 March (条例第四十九条); before 31 March (条例（2007）第三十一条).
    """
    ended = date(year, 12, 31)
    key = "annual_report_government" if government else "annual_report_department"
    period = get_rules_on(key, ended, nearest=True).period
    assert period is not None
    return add_months(ended, period.count)


# -- reading: every row becomes a list of whole numbers, None where a cell is missing or bad ---------------------------


def _read_tables(report: Mapping[str, object], faults: list[ReportFault]) -> dict[str, dict[str, Cells]]:
    """Return the numbers as {table: {row: cells}}; missing ones and other values become faults."""
    shapes: dict[str, list[tuple[Iterable[str], Sequence[str]]]] = {
        "table2": [(form.TABLE2_DOCUMENTS, [*form.TABLE2_COLUMNS]), (form.TABLE2_VALUES, ["value"])],
        "table3": [(form.TABLE3_ROWS, [*form.TABLE3_COLUMNS])],
        "table4": [(form.TABLE4_ROWS, [*form.TABLE4_COLUMNS])],
    }
    tables: dict[str, dict[str, Cells]] = {}
    for table, blocks in shapes.items():
        tables[table] = {}
        table_content = report.get(table)
        if not isinstance(table_content, Mapping):
            faults.append(ReportFault("missing", table, None, None, f"缺少{form.TABLE_NAMES[table]}"))
            continue
        for rows, columns in blocks:
            for row in rows:
                tables[table][row] = _read_row(table, row, columns, table_content, faults)
    return tables


def _read_row(
    table: str, row: str, columns: Sequence[str], table_rows: Mapping[str, object], faults: list[ReportFault]
) -> Cells:
    """Return the numbers of a row; all None, with a fault, if it is missing or malformed."""
    cells = table_rows.get(row)
    if columns == ["value"] and row in table_rows:
        cells = [cells]
    row_label = f"{form.TABLE_NAMES[table]}“{_ROW_LABELS[row]}”"
    if not isinstance(cells, list) or len(cells) != len(columns):
        missing = f"{row_label}缺行" if row not in table_rows else f"{row_label}应有{len(columns)}格"
        faults.append(ReportFault("missing", table, row, None, missing))
        return [None] * len(columns)
    return [_read_cell(table, row, column, cell, faults) for column, cell in zip(columns, cells, strict=True)]


def _read_cell(table: str, row: str, column: str, cell: object, faults: list[ReportFault]) -> int | None:
    """Return the whole number of a cell, or None with a fault."""
    cell_label = f"{form.TABLE_NAMES[table]}“{_ROW_LABELS[row]}”{_get_column_label(table, column)}"
    if cell is None:
        faults.append(ReportFault("missing", table, row, column, f"{cell_label}为空"))
        return None
    if isinstance(cell, LongNumber):
        if row == form.DECIMAL_ROW and not cell.startswith("-"):
            return None
        faults.append(
            ReportFault("whole_number", table, row, column, f"{cell_label}的数过长（超过{MAX_JSON_INTEGER_DIGITS}位）")
        )
        return None
    # bool is a kind of int in Python, not in JSON.
    if row == form.DECIMAL_ROW:
        if isinstance(cell, bool) or not isinstance(cell, (int, float)) or not cell >= 0:
            faults.append(ReportFault("whole_number", table, row, column, f"{cell_label}应为不小于0的数"))
        return None  # no identity touches it
    if isinstance(cell, bool) or not isinstance(cell, int) or cell < 0:
        faults.append(ReportFault("whole_number", table, row, column, f"{cell_label}应为不小于0的整数"))
        return None
    return cell


def _get_column_label(table: str, column: str) -> str:
    words = {"table2": form.TABLE2_COLUMNS, "table3": form.TABLE3_COLUMNS, "table4": form.TABLE4_COLUMNS}[table]
    return f"“{words[column]}”" if column in words else ""


# -- identities ----------------------------------------------------------------------------------------------------------


def _add_cells(cells: Iterable[int | None]) -> int | None:
    """Return the sum, or None if a cell is empty."""
    total = 0
    for cell in cells:
        if cell is None:
            return None
        total += cell
    return total


def _are_known_and_different(left: int | None, right: int | None) -> bool:
    return left is not None and right is not None and left != right


def _check_table3(rows: Mapping[str, Cells]) -> Iterator[ReportFault]:
    """Yield the faults of the sums of table 3."""
    if not rows:
        return
    for n, (column, word) in enumerate(form.TABLE3_COLUMNS.items()):
        received = _add_cells((rows[form.NEW][n], rows[form.CARRIED_IN][n]))
        handled = _add_cells((rows[form.RESULTS_TOTAL][n], rows[form.CARRIED_OUT][n]))
        if _are_known_and_different(received, handled):
            text = f"表三“{word}”列：新收加上年结转为{received}，办理结果总计加结转下年度为{handled}"
            yield ReportFault("balance", "table3", None, column, text)
    for n, (column, word) in enumerate(form.TABLE3_COLUMNS.items()):
        total, results = rows[form.RESULTS_TOTAL][n], _add_cells(rows[row][n] for row in form.TABLE3_RESULTS)
        if _are_known_and_different(total, results):
            text = f"表三“{word}”列：三（七）总计为{total}，各项办理结果之和为{results}"
            yield ReportFault("results_total", "table3", form.RESULTS_TOTAL, column, text)
    for row, cells in rows.items():
        if _are_known_and_different(cells[-1], _add_cells(cells[:-1])):
            text = f"表三“{_ROW_LABELS[row]}”：总计为{cells[-1]}，各列之和为{_add_cells(cells[:-1])}"
            yield ReportFault("row_total", "table3", row, "total", text)


def _check_table4(rows: Mapping[str, Cells]) -> Iterator[ReportFault]:
    """Yield a fault for each row of 表四 whose total is not the sum of its cells."""
    for row, cells in rows.items():
        if _are_known_and_different(cells[-1], _add_cells(cells[:-1])):
            text = f"表四“{_ROW_LABELS[row]}”：总计为{cells[-1]}，各项之和为{_add_cells(cells[:-1])}"
            yield ReportFault("group_total", "table4", row, "total", text)


# -- against last year ---------------------------------------------------------------------------------------------------


def _compare_years(
    now: Mapping[str, Mapping[str, Cells]], before: Mapping[str, Mapping[str, Cells]]
) -> Iterator[ReportFault]:
    """Yield the contradictions between a report and that of the year before."""
    carried, remaining = now["table3"].get(form.CARRIED_IN), before["table3"].get(form.CARRIED_OUT)
    if carried and remaining:
        for n, (column, word) in enumerate(form.TABLE3_COLUMNS.items()):
            if _are_known_and_different(carried[n], remaining[n]):
                text = f"表三“{word}”列：上年结转为{carried[n]}，上一年度报告结转下年度为{remaining[n]}"
                yield ReportFault("carried_over", "table3", form.CARRIED_IN, column, text)
    for row, word in form.TABLE2_DOCUMENTS.items():
        cells, old_cells = now["table2"].get(row), before["table2"].get(row)
        if not cells or not old_cells or None in (cells[0], cells[1], cells[2], old_cells[2]):
            continue
        expected = (old_cells[2] or 0) + (cells[0] or 0) - (cells[1] or 0)
        if cells[2] != expected:
            text = f"表二“{word}”：现行有效为{cells[2]}件，上年现行有效加制发减废止为{expected}件"
            yield ReportFault("in_force", "table2", row, "in_force", text)
