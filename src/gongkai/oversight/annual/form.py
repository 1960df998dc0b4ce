"""The figures of the statutory form by key (`table3/3.1/total`), typed or summed.

Its three printed tables are made from them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from gongkai.lib.law import annual_form as form
from gongkai.lib.typed_json import read_record
from gongkai.lib.writing.forms import FormCell, PrintedForm

#: A figure of the form; only fees may have decimals.
Number = int | Decimal
Values = dict[str, Number | None]
#: Figures are below this number, as `EnteredFigure.value` stores no larger ones.
FIGURE_LIMIT = 10**9
#: Function that returns the text of a cell by its key.
CellTextFunction = Callable[[str], str]

TOTAL_COLUMN = "total"
TABLE_KEYS = ("table2", "table3", "table4")
#: The six sections (国办公开办函〔2021〕30号).
SECTION_TITLES = {
    1: "总体情况",
    2: "主动公开政府信息情况",
    3: "收到和处理政府信息公开申请情况",
    4: "政府信息公开行政复议、行政诉讼情况",
    5: "存在的主要问题及改进情况",
    6: "其他需要报告的事项",
}
#: Table → number of its section.
SECTION_BY_TABLE = {"table2": 2, "table3": 3, "table4": 4}
#: Note below table three on the sums that must agree.
BALANCE_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
#: Label of the row for partial disclosure, as printed in the form.
PARTLY_DISCLOSED_LABEL = "部分公开（区分处理的，只计这一情形，不计其他情形）"
_RESULT_GROUPS = (
    ("3.3", "（三）不予公开"),
    ("3.4", "（四）无法提供"),
    ("3.5", "（五）不予处理"),
    ("3.6", "（六）其他处理"),
)


def _iterate_keys() -> Iterator[str]:
    """Yield the keys of all figures of tables two to four, such as `table3/1/total`."""
    for row in form.TABLE2_DOCUMENTS:
        yield from (f"table2/{row}/{column}" for column in form.TABLE2_COLUMNS)
    yield from (f"table2/{row}/value" for row in form.TABLE2_VALUES)
    for row in form.TABLE3_ROWS:
        yield from (f"table3/{row}/{column}" for column in form.TABLE3_COLUMNS)
    for row in form.TABLE4_ROWS:
        yield from (f"table4/{row}/{column}" for column in form.TABLE4_COLUMNS)


#: Keys of all figures in form order.
FIGURE_KEYS: tuple[str, ...] = tuple(_iterate_keys())


def is_sum(key: str) -> bool:
    """Return True if a figure is a sum of others and cannot be typed."""
    table, row, column = key.split("/")
    return column == TOTAL_COLUMN or (table == "table3" and row == form.RESULTS_TOTAL)


#: Keys of figures that can be typed.
TYPED_FIGURE_KEYS: tuple[str, ...] = tuple(key for key in FIGURE_KEYS if not is_sum(key))


def list_part_keys(key: str) -> tuple[str, ...]:
    """Return the keys of the typed figures that add up to a sum; a typed figure consists of itself."""
    table, row, column = key.split("/")
    rows = form.TABLE3_RESULTS if table == "table3" and row == form.RESULTS_TOTAL else (row,)
    every = form.TABLE4_COLUMNS if table == "table4" else form.TABLE3_COLUMNS
    columns = [value for value in every if value != TOTAL_COLUMN] if column == TOTAL_COLUMN else [column]
    return tuple(f"{table}/{r}/{c}" for r in rows for c in columns)


def add_sums(typed: Mapping[str, Number | None]) -> Values:
    """Return typed figures and all sums of the form by key; a sum is None if a part is unknown."""
    sums: Values = {}
    for key in FIGURE_KEYS:
        if not is_sum(key):
            sums[key] = typed.get(key)
            continue
        addends = [typed.get(part_key) for part_key in list_part_keys(key)]
        sums[key] = None if None in addends else sum(part_key for part_key in addends if part_key is not None)
    return sums


def sum_reports(reports: Iterable[Mapping[str, Number | None]]) -> Values:
    """Add the figures of several reports by key; a sum is None if one report lacks the figure."""
    rows = list(reports)
    return {
        key: None
        if any(row.get(key) is None for row in rows)
        else sum((value for row in rows if (value := row.get(key)) is not None), start=0)
        for key in FIGURE_KEYS
    }


def to_tables(values: Mapping[str, Number | None]) -> dict[str, object]:
    """Return figures in the structure that `law.annual.check_annual_report` expects."""

    def one(key: str) -> int | float | None:
        """Return a figure as number, None if it is empty."""
        value = values.get(key)
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return value

    second: dict[str, object] = {
        row: [one(f"table2/{row}/{column}") for column in form.TABLE2_COLUMNS] for row in form.TABLE2_DOCUMENTS
    }
    second |= {row: one(f"table2/{row}/value") for row in form.TABLE2_VALUES}
    third = {row: [one(f"table3/{row}/{column}") for column in form.TABLE3_COLUMNS] for row in form.TABLE3_ROWS}
    fourth = {row: [one(f"table4/{row}/{column}") for column in form.TABLE4_COLUMNS] for row in form.TABLE4_ROWS}
    return {"table2": second, "table3": third, "table4": fourth}


def from_tables(tables: Mapping[str, object]) -> Values:
    """Return the figures of imported tables; missing ones are None."""
    made: Values = {}
    for key in FIGURE_KEYS:
        table, row, column = key.split("/")
        cells = read_record(tables, table).get(row)
        if table == "table2" and column == "value":
            value = cells
        else:
            columns = {"table2": form.TABLE2_COLUMNS, "table3": form.TABLE3_COLUMNS, "table4": form.TABLE4_COLUMNS}[
                table
            ]
            value = cells[list(columns).index(column)] if isinstance(cells, list) and cells else None
        made[key] = None if value is None else to_number(value)
    return made


def to_number(value: object) -> Number:
    """Return a value as int if it is whole, else as Decimal without trailing zeros."""
    exact = Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def format_figure(value: Number | None) -> str:
    """Format a figure as on the form; empty if unknown."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def make_label(key: str) -> str:
    """Return the label of a figure: 表三“予以公开”（总计）."""
    table, row, column = key.split("/")
    rows = {**form.TABLE2_DOCUMENTS, **form.TABLE2_VALUES, **form.TABLE3_ROWS, **form.TABLE4_ROWS}
    columns = {"table2": form.TABLE2_COLUMNS, "table3": form.TABLE3_COLUMNS, "table4": form.TABLE4_COLUMNS}
    word = columns[table].get(column, "")
    return f"{form.TABLE_NAMES[table]}“{rows[row]}”" + (f"（{word}）" if word else "")


# Printed tables


def _make_head_cell(text: str, across: int = 1, down: int = 1) -> FormCell:
    return FormCell(text, across, down, head=True)


def print_table(table: str, get_cell_text: CellTextFunction) -> PrintedForm:
    """Return a table as printed; the function returns the text of a cell by its key."""
    return {"table2": _print_second, "table3": _print_third, "table4": _print_fourth}[table](get_cell_text)


def _print_second(get_cell_text: CellTextFunction) -> PrintedForm:
    """Return table two, 主动公开政府信息情况, as printed cells."""

    def block(number: str, head: str, rows: Mapping[str, str]) -> list[tuple[FormCell, ...]]:
        """Return the rows of one block: its heading, column headings, and a cell for each figure."""
        return [
            (_make_head_cell(f"第二十条第（{number}）项", 4),),
            (_make_head_cell("信息内容"), _make_head_cell(head, 3)),
            *(
                (_make_head_cell(word), FormCell(get_cell_text(f"table2/{row}/value"), 3, key=f"table2/{row}/value"))
                for row, word in rows.items()
            ),
        ]

    values = form.TABLE2_VALUES
    rows = [
        (_make_head_cell("第二十条第（一）项", 4),),
        (_make_head_cell("信息内容"), *(_make_head_cell(word) for word in form.TABLE2_COLUMNS.values())),
        *(
            (
                _make_head_cell(word),
                *(FormCell(get_cell_text(key), key=key) for c in form.TABLE2_COLUMNS if (key := f"table2/{row}/{c}")),
            )
            for row, word in form.TABLE2_DOCUMENTS.items()
        ),
        *block("五", "本年处理决定数量", {"licences": values["licences"]}),
        *block("六", "本年处理决定数量", {row_key: values[row_key] for row_key in ("penalties", "coercive_measures")}),
        *block("八", "本年收费金额（单位：万元）", {form.DECIMAL_ROW: values[form.DECIMAL_ROW]}),
    ]
    return PrintedForm("主动公开政府信息情况", tuple(rows), 0, (3, 2, 2, 2))


def _print_third(get_cell_text: CellTextFunction) -> PrintedForm:
    """Return table three, 收到和处理政府信息公开申请情况, as printed cells."""
    columns = list(form.TABLE3_COLUMNS.items())

    def figures(row: str) -> tuple[FormCell, ...]:
        return tuple(FormCell(get_cell_text(key), key=key) for c, _ in columns if (key := f"table3/{row}/{c}"))

    rows: list[tuple[FormCell, ...]] = [
        (_make_head_cell(BALANCE_NOTE, 3, 3), _make_head_cell("申请人情况", 7)),
        (_make_head_cell("自然人", down=2), _make_head_cell("法人或其他组织", 5), _make_head_cell("总计", down=2)),
        tuple(_make_head_cell(word) for key, word in columns[1:-1]),
        (_make_head_cell(f"一、{form.TABLE3_ROWS[form.NEW]}", 3), *figures(form.NEW)),
        (_make_head_cell(f"二、{form.TABLE3_ROWS[form.CARRIED_IN]}", 3), *figures(form.CARRIED_IN)),
        (
            _make_head_cell("三、本年度办理结果", down=len(form.TABLE3_RESULTS) + 1),
            _make_head_cell("（一）予以公开", 2),
            *figures("3.1"),
        ),
        (_make_head_cell(f"（二）{PARTLY_DISCLOSED_LABEL}", 2), *figures("3.2")),
    ]
    for group, word in _RESULT_GROUPS:
        leaves = [row for row in form.TABLE3_RESULTS if row.startswith(f"{group}.")]
        for place, row in enumerate(leaves, 1):
            group_head = (_make_head_cell(word, down=len(leaves)),) if place == 1 else ()
            rows.append((*group_head, _make_head_cell(f"{place}.{form.TABLE3_RESULTS[row]}"), *figures(row)))
    rows.append((_make_head_cell("（七）总计", 2), *figures(form.RESULTS_TOTAL)))
    rows.append((_make_head_cell(f"四、{form.TABLE3_ROWS[form.CARRIED_OUT]}", 3), *figures(form.CARRIED_OUT)))
    return PrintedForm("收到和处理政府信息公开申请情况", tuple(rows), 3, (2, 3, 8, *[2.2] * 7))


def _print_fourth(get_cell_text: CellTextFunction) -> PrintedForm:
    """Return table four, 行政复议、行政诉讼情况, as printed cells."""
    heads = list(form.TABLE4_COLUMNS.values())
    keys = [f"table4/{row}/{column}" for row in form.TABLE4_ROWS for column in form.TABLE4_COLUMNS]
    rows = (
        (_make_head_cell("行政复议", 5), _make_head_cell("行政诉讼", 10)),
        (
            *(_make_head_cell(word, down=2) for word in heads),
            _make_head_cell("未经复议直接起诉", 5),
            _make_head_cell("复议后起诉", 5),
        ),
        tuple(_make_head_cell(word) for word in heads * 2),
        tuple(FormCell(get_cell_text(key), key=key) for key in keys),
    )
    return PrintedForm("政府信息公开行政复议、行政诉讼情况", rows, 3, tuple([1.0] * 15))
