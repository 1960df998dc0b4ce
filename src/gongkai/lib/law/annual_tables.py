"""Find tables two to four of an annual report in grids of cells (国办公开办函〔2021〕30号)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law import annual_form as form

Rows = Sequence[Sequence[str]]
_PLAIN_NUMBER = re.compile(r"^\d{1,9}(?:,\d{3}){0,3}(?:\.\d{1,6})?$")
#: Spellings of the rows of table two → the keys of the form.
_DOCUMENT_ROW_KEYS = {
    "规章": "rules",
    "行政规范性文件": "normative_documents",
    "规范性文件": "normative_documents",
}
_VALUE_ROW_KEYS = {name: key for key, name in form.TABLE2_VALUES.items()}
_TABLE4_CELL_COUNT = 5 * len(form.TABLE4_ROWS)


def tables_of(grids: Iterable[Rows]) -> dict[str, object]:
    """Return the tables of the form that are complete in the grids."""
    second: dict[str, object] = {}
    third: list[list[int]] = []
    fourth: list[int] = []
    for grid in grids:
        said = "".join("".join(row) for row in grid)
        counts = "本年新收" in said
        for row in grid:
            cells = ["".join(cell.split()) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if (wide := _read_last_cells(cells, _TABLE4_CELL_COUNT)) is not None:
                fourth = fourth or wide
            elif counts and (seven := _read_last_cells(cells, len(form.TABLE3_COLUMNS))) is not None:
                third.append(seven)
            else:
                _read_table2_row(second, cells)
    return _keep_complete_tables(second, third, fourth)


def _keep_complete_tables(second: Mapping[str, object], third: list[list[int]], fourth: list[int]) -> dict[str, object]:
    made: dict[str, object] = {}
    if second.keys() >= {*form.TABLE2_DOCUMENTS, *form.TABLE2_VALUES}:
        made["table2"] = second
    if len(third) == len(form.TABLE3_ROWS):
        made["table3"] = dict(zip(form.TABLE3_ROWS, third, strict=True))
    if fourth:
        made["table4"] = {row: fourth[at * 5 : at * 5 + 5] for at, row in enumerate(form.TABLE4_ROWS)}
    return made


def _read_table2_row(found: dict[str, object], cells: list[str]) -> None:
    for at, cell in enumerate(cells):
        label = re.sub(r"[（(].*?[)）]$", "", cell)
        if label in _DOCUMENT_ROW_KEYS and (three := _read_last_cells(cells[at + 1 :], 3, exact=True)) is not None:
            found.setdefault(_DOCUMENT_ROW_KEYS[label], three)
        elif label in _VALUE_ROW_KEYS:
            values = [text for text in cells[at + 1 :] if text]
            if values and len(set(values)) == 1 and _PLAIN_NUMBER.match(values[0]):
                read = _parse_decimal if _VALUE_ROW_KEYS[label] == form.DECIMAL else _parse_whole
                found.setdefault(_VALUE_ROW_KEYS[label], read(values[0]))


def _parse_whole(text: str) -> int:
    return int(Decimal(text.replace(",", "")))


def _parse_decimal(text: str) -> int | float:
    value = Decimal(text.replace(",", ""))
    return int(value) if value == int(value) else float(value)


def _read_last_cells(cells: list[str], count: int, *, exact: bool = False) -> list[int] | None:
    if len(cells) < count or (exact and len(cells) != count):
        return None
    last = [cell or "0" for cell in cells[-count:]]
    if not all(_PLAIN_NUMBER.match(cell) for cell in last):
        return None
    return [_parse_whole(cell) for cell in last]
