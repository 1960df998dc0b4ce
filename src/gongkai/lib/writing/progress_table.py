"""Progress table (打表) as .xlsx: one sheet by measure, one by measure and unit.

Numbers are numbers, dates are dates; lights are fills with their word; sums stand below; heads are printed on every page.
"""

import io
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from gongkai.lib.chinese.numerals import compute_percent
from gongkai.lib.writing.cells import append_row
from gongkai.lib.writing.paper import PaperColumn, PaperDocument
from gongkai.lib.writing.report import SHARE_FORMAT, format_share

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.cell import _CellOrMergedCell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet


#: Light → its label and fill; the label tells it without colours.
LIGHT_LABELS_AND_FILLS = {
    "red": ("逾期", "F8CBAD"),
    "yellow": ("临期", "FFE699"),
    "green": ("正常", "C6E0B4"),
    "blue": ("暂停", "BDD7EE"),
    "grey_red": ("逾期办结", "E7C9C9"),
    "grey": ("按期办结", "E7E6E6"),
    "": ("无任务", "FFFFFF"),
}
#: The figures of a row, in order: attribute and header.
FIGURE_COLUMNS = (
    ("total", "任务数"),
    ("grey", "按期办结"),
    ("grey_red", "逾期办结"),
    ("green", "正常"),
    ("yellow", "临期"),
    ("red", "逾期"),
    ("blue", "暂停"),
)


@dataclass(frozen=True)
class MeasureLine:
    """A measure with the counts of its entries; `units` are responsible, `names` lists them.

    `figures` has the keys of `FIGURE_COLUMNS`.
    """

    number: int
    section: str
    item: str
    text: str
    leads: str
    units: int
    first_due: date | None
    last_due: date | None
    light: str
    figures: dict[str, int]
    names: str = ""


@dataclass(frozen=True)
class UnitTaskLine:
    """A unit's task for one measure and period: a row of the sheet 举措与单位.

    An empty `light` means that the task no longer counts (不涉及, returned): it is only listed.
    """

    number: int
    text: str
    unit: str
    period: str
    task: str
    state: str
    light: str
    due: date | None
    closed: date | None
    outcome: str


@dataclass(frozen=True)
class NoticeProgressTable:
    """The progress table (打表) of a notice on the day `made_on`: lines by measure, and by measure and unit."""

    title: str
    made_on: date
    measures: Sequence[MeasureLine]
    units: Sequence[UnitTaskLine]


#: The first row below title and headers.
FIRST_BODY_ROW = 3
_MEASURE_COLUMNS = (
    ("序号", 6),
    ("工作任务", 24),
    ("二级任务", 20),
    ("贯彻举措", 50),
    ("牵头单位", 16),
    ("承办单位", 28),
    ("承办单位数", 8),
    ("最早到期", 12),
    ("最晚到期", 12),
    ("进展", 10),
    *((head, 8) for _, head in FIGURE_COLUMNS),
    ("完成率", 8),
)
_UNIT_COLUMNS = (
    ("举措序号", 8),
    ("贯彻举措", 50),
    ("承办单位", 18),
    ("期次", 16),
    ("任务编号", 16),
    ("状态", 14),
    ("进展", 10),
    ("到期日", 12),
    ("办结日", 12),
    ("办理结果", 12),
)


def render_progress_xlsx(table: NoticeProgressTable) -> bytes:
    """Return the progress table as .xlsx."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "按举措"
    _write_measures(first, table)
    _write_units(book.create_sheet("举措与单位"), table)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_measures(worksheet: "Worksheet", table: NoticeProgressTable) -> None:
    """Write the sheet of measures: heads, a row for each measure, sums and layout."""
    _write_head(worksheet, table, _MEASURE_COLUMNS)
    styles = CellStyleCache()
    for index, line in enumerate(table.measures, FIRST_BODY_ROW):
        append_row(
            worksheet,
            [
                line.number,
                line.section,
                line.item,
                line.text,
                line.leads,
                line.names,
                line.units,
                line.first_due,
                line.last_due,
                LIGHT_LABELS_AND_FILLS[line.light][0],
                *(line.figures.get(name, 0) for name, _ in FIGURE_COLUMNS),
                _compute_closed_share(line.figures),
            ],
        )
        _write_light(styles, worksheet.cell(index, 10), line.light)
        worksheet.cell(index, len(_MEASURE_COLUMNS)).number_format = SHARE_FORMAT
    _write_sums(worksheet, table)
    _set_layout(worksheet, styles, _MEASURE_COLUMNS, dates=(8, 9), wrapped=(2, 3, 4, 5, 6))


def _compute_closed_share(figures: Mapping[str, int]) -> float | None:
    """Return the closed share of the entries that count; None if there are none."""
    rounded = compute_percent(figures.get("grey", 0) + figures.get("grey_red", 0), figures.get("total", 0))
    return None if rounded is None else rounded / 100


def _write_sums(worksheet: "Worksheet", table: NoticeProgressTable) -> None:
    """Write the totals as values, because previews on phones compute no formulas."""
    from openpyxl.styles import Font

    index = FIRST_BODY_ROW + len(table.measures)
    sums = {name: sum(line.figures.get(name, 0) for line in table.measures) for name, _ in FIGURE_COLUMNS}
    worksheet.cell(index, 1, "合计")
    for column, (name, _) in enumerate(FIGURE_COLUMNS, 11):
        worksheet.cell(index, column, sums[name])
    worksheet.cell(index, len(_MEASURE_COLUMNS), _compute_closed_share(sums)).number_format = SHARE_FORMAT
    for cell in worksheet[index]:
        cell.font = Font(bold=True)


def _write_units(worksheet: "Worksheet", table: NoticeProgressTable) -> None:
    """Write the sheet of the units' tasks, with the number of those that count."""
    _write_head(worksheet, table, _UNIT_COLUMNS)
    styles = CellStyleCache()
    for index, line in enumerate(table.units, FIRST_BODY_ROW):
        append_row(
            worksheet,
            [
                line.number,
                line.text,
                line.unit,
                line.period,
                line.task,
                line.state,
                LIGHT_LABELS_AND_FILLS[line.light][0] if line.light else "不计入",
                line.due,
                line.closed,
                line.outcome,
            ],
        )
        _write_light(styles, worksheet.cell(index, 7), line.light)
    index = FIRST_BODY_ROW + len(table.units)
    worksheet.cell(index, 1, "合计")
    counted = sum(1 for line in table.units if line.light)
    worksheet.cell(index, 5, counted)
    if counted < len(table.units):
        worksheet.cell(index, 6, f"另有{len(table.units) - counted}件不再承担，不计入")
    _set_layout(worksheet, styles, _UNIT_COLUMNS, dates=(8, 9), wrapped=(2,))


def _write_head(worksheet: "Worksheet", table: NoticeProgressTable, columns: Sequence[tuple[str, int]]) -> None:
    """Write the title with its date, and the heads of the columns."""
    from openpyxl.styles import Alignment, Font, PatternFill

    append_row(worksheet, [f"{table.title}（截至{table.made_on.year}年{table.made_on.month}月{table.made_on.day}日）"])
    worksheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    worksheet["A1"].font, worksheet["A1"].alignment = Font(bold=True, size=14), Alignment(horizontal="center")
    worksheet.append([head for head, _ in columns])
    for cell in worksheet[2]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="F2F2F2")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for place, (_, width) in enumerate(columns, start=1):
        worksheet.column_dimensions[_get_column_letter(place)].width = width


def _write_light(styles: "CellStyleCache", cell: "_CellOrMergedCell", light: str) -> None:
    """Fill a cell with the colour of its traffic-light status."""

    def set_on(cell: "_CellOrMergedCell") -> None:
        """Fill a cell with the traffic-light colour and centre it."""
        from openpyxl.styles import Alignment, PatternFill

        cell.fill = PatternFill("solid", fgColor=LIGHT_LABELS_AND_FILLS[light][1])
        cell.alignment = Alignment(horizontal="center", vertical="top")

    styles.set(cell, light, set_on)


class CellStyleCache:
    """Cache of cell styles; openpyxl compares each new style with all others."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, bytes], StyleArray] = {}

    def set(self, cell: "_CellOrMergedCell", name: object, set_on: "Callable[[_CellOrMergedCell], None]") -> None:
        """Apply `set_on` to a cell, cached under `name`."""
        key = (name, cell._style.tobytes() if cell.has_style else b"")  # type: ignore[union-attr]
        style = self._known.get(key)
        if style is None:
            set_on(cell)
            self._known[key] = copy(cell._style)  # type: ignore[union-attr]
        else:
            cell._style = copy(style)  # type: ignore[union-attr]


def _set_layout(
    worksheet: "Worksheet",
    styles: "CellStyleCache",
    columns: Sequence[tuple[str, int]],
    *,
    dates: Sequence[int],
    wrapped: Sequence[int],
) -> None:
    """Set formats, frozen panes and printing: A3 landscape, one page wide, repeated headers."""
    from openpyxl.styles import Alignment, Border, Side
    from openpyxl.worksheet.properties import PageSetupProperties

    thin = Side(style="thin", color="BFBFBF")

    def framed(cell: "_CellOrMergedCell", date_in: bool = False, wraps: bool = False) -> None:
        """Draw the cell's frame and set its format."""
        cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        if date_in:
            cell.number_format = "yyyy-mm-dd"
        if wraps:
            cell.alignment = Alignment(wrap_text=True, vertical="top")

    rows = worksheet.iter_rows(min_row=2, max_row=worksheet.max_row, max_col=len(columns))
    for number, row in enumerate(rows, 2):
        for place, cell in enumerate(row, 1):
            kind = (number >= FIRST_BODY_ROW and place in dates, number >= FIRST_BODY_ROW and place in wrapped)
            styles.set(cell, kind, partial(framed, date_in=kind[0], wraps=kind[1]))
    worksheet.freeze_panes = "B3"
    worksheet.auto_filter.ref = f"A2:{_get_column_letter(len(columns))}{worksheet.max_row - 1}"
    worksheet.print_title_rows = "1:2"
    worksheet.page_setup.orientation, worksheet.page_setup.paperSize = "landscape", 8
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, 0
    assert worksheet.oddFooter is not None
    foot = worksheet.oddFooter.center
    assert foot is not None
    foot.text = "第 &P 页，共 &N 页"


def _get_column_letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(number)


#: Columns of the table in the document.
PROGRESS_COLUMNS = (
    PaperColumn("序号", 4),
    PaperColumn("贯彻举措", 38),
    PaperColumn("牵头单位", 14),
    PaperColumn("最晚到期", 11),
    PaperColumn("办结／任务", 10),
    PaperColumn("进展", 10),
    PaperColumn("其中逾期", 8),
)
#: Maximum number of late measures that are named one by one.
MAX_NAMED_LATE_MEASURES = 20


def render_progress_docx(table: NoticeProgressTable) -> bytes:
    """Return the progress table as .docx."""
    paper = PaperDocument(landscape=True)
    paper.title(f"{table.title}\n推进情况")
    paper.heading("一、总体情况")
    paper.text(summarise_progress(table))
    late = sorted(
        (measure_line for measure_line in table.measures if measure_line.figures["red"]),
        key=lambda one: -one.figures["red"],
    )
    paper.heading("二、逾期情况")
    paper.text(_describe_late_measures(late) if late else "没有逾期任务。")
    paper.heading("三、逐项进展")
    paper.table(PROGRESS_COLUMNS, [_make_row(measure_line) for measure_line in table.measures])
    return paper.save()


def summarise_progress(table: NoticeProgressTable) -> str:
    """Return the totals of a progress table in sentences; every entry is counted once."""
    sums = {name: sum(measure_line.figures[name] for measure_line in table.measures) for name, _ in FIGURE_COLUMNS}
    done = sums["grey"] + sums["grey_red"]
    day = f"{table.made_on.year}年{table.made_on.month}月{table.made_on.day}日"
    parts = "、".join(f"{head}{sums[name]}项" for name, head in FIGURE_COLUMNS[1:])
    return f"截至{day}，共有举措{len(table.measures)}项，任务{sums['total']}项：{parts}。办结率{format_share(done, sums['total'])}。"


def _describe_late_measures(late: list[MeasureLine]) -> str:
    """Return a Chinese sentence that names the measures with late tasks, the first few only."""
    named_measures = "；".join(
        f"第{line.number}项{line.figures['red']}项（牵头：{line.leads or '—'}）"
        for line in late[:MAX_NAMED_LATE_MEASURES]
    )
    return f"{len(late)}项举措有逾期任务：{named_measures}{'等' if len(late) > MAX_NAMED_LATE_MEASURES else ''}。"


def _make_row(measure_line: MeasureLine) -> tuple[str, ...]:
    """Return a measure's printed row."""
    done = measure_line.figures["grey"] + measure_line.figures["grey_red"]
    return (
        str(measure_line.number),
        measure_line.text,
        measure_line.leads or "—",
        measure_line.last_due.isoformat() if measure_line.last_due else "—",
        f"{done}／{measure_line.figures['total']}",
        LIGHT_LABELS_AND_FILLS[measure_line.light][0],
        str(measure_line.figures["red"] or "—"),
    )
