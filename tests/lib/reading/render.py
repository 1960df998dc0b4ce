"""Print a sample notice in the layouts of office files and web exports."""

import io
from collections.abc import Iterator
from html import escape

from docx import Document
from openpyxl import Workbook

from lib.reading.sample_notices import PrintableNotice, Task

Grid = list[list[str]]


def body(notice: PrintableNotice) -> list[str]:
    """Return the paragraphs before the table."""
    return [
        notice.number,
        "",
        notice.title,
        "",
        *notice.preamble,
        "",
        notice.issuer,
        notice.day,
        "（此件公开发布）",
        "",
    ]


def cells(notice: PrintableNotice, none: str = "—", separator: str = "、") -> Grid:
    """Return every row in full: headings, measure, units, extra columns."""
    return [_cells(task, notice, none, separator) for task in notice.tasks]


def _cells(task: Task, notice: PrintableNotice, none: str, separator: str) -> list[str]:
    headings = [task.section, task.item][: notice.levels]
    units = [separator.join(task.lead) or none, separator.join(task.responsible) or none]
    return [*headings, task.measure, *units, *(task.extras.get(head, "") for head in notice.heads[4:])]


def heads(notice: PrintableNotice) -> list[str]:
    """Return the printed headers, one a column; that of the headings is repeated for each level."""
    return [notice.heads[0]] * notice.levels + list(notice.heads[1:])


def merges(grid: Grid, columns: int) -> Iterator[tuple[int, int, int]]:
    """Yield runs of equal cells: (column, first row, last row); the second column's within the first's."""
    for column in range(columns):
        start = 0
        for row in range(1, len(grid) + 1):
            if row == len(grid) or grid[row][: column + 1] != grid[start][: column + 1]:
                if row - start > 1:
                    yield column, start, row - 1
                start = row


def covered(grid: Grid, notice: PrintableNotice) -> Grid:
    """Return the grid with covered cells empty, as an export leaves them."""
    out = [list(row) for row in grid]
    for column, first, last in all_merges(grid, notice):
        for row in range(first + 1, last + 1):
            out[row][column] = ""
    return out


def all_merges(grid: Grid, notice: PrintableNotice) -> list[tuple[int, int, int]]:
    """Return the runs of headings and, within one heading, of units if the notice merges them."""
    out = list(merges(grid, notice.levels))
    if notice.merge_units:
        for column in (notice.levels + 1, notice.levels + 2):
            narrow = [[*row[: notice.levels], row[column]] for row in grid]
            out.extend(
                (column, first, last) for c, first, last in merges(narrow, notice.levels + 1) if c == notice.levels
            )
    return out


def docx(notice: PrintableNotice, *, merged: bool = True, none: str = "—") -> bytes:
    """Return a Word file with merged cells."""
    document = Document()
    for line in body(notice):
        document.add_paragraph(line)
    grid = cells(notice, none)
    table = document.add_table(rows=1 + len(grid), cols=len(grid[0]))
    top = heads(notice)
    for place, head in enumerate(top):
        table.cell(0, place).text = "" if place and top[place - 1] == head else head
    if notice.levels > 1:
        table.cell(0, 0).merge(table.cell(0, notice.levels - 1))
    left_out = covered(grid, notice)
    for number, row in enumerate(left_out if merged else grid, 1):
        for place, text in enumerate(row):
            table.cell(number, place).text = text
    if merged:
        for column, first, last in all_merges(grid, notice):
            table.cell(first + 1, column).merge(table.cell(last + 1, column))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def xlsx(notice: PrintableNotice) -> bytes:
    """Return a workbook with merged cells and a title over all columns."""
    book = Workbook()
    sheet = book.active
    grid = cells(notice)
    sheet.append([notice.title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(grid[0]))
    sheet.append(heads(notice))
    for row in grid:
        sheet.append(row)
    if notice.levels > 1:
        sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=notice.levels)
    for column, first, last in all_merges(grid, notice):
        sheet.merge_cells(start_row=first + 3, end_row=last + 3, start_column=column + 1, end_column=column + 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def html(notice: PrintableNotice, *, layout: bool = False, word: bool = False) -> str:
    """Return a page with row and column spans; `layout` nests it in layout tables with a menu."""
    grid = cells(notice)
    spans = {(row, column): last - row + 1 for column, row, last in all_merges(grid, notice)}
    hidden = {(n, column) for column, row, last in all_merges(grid, notice) for n in range(row + 1, last + 1)}
    rows = ["<tr>" + _head_cells(notice) + "</tr>"]
    for number, row in enumerate(grid):
        line = ""
        for place, text in enumerate(row):
            if (number, place) not in hidden:
                span = spans.get((number, place), 1)
                line += f"<td rowspan='{span}'>{_paragraphs(text, word=word)}</td>"
        rows.append(f"<tr>{line}</tr>")
    text = "".join(f"<p>{escape(line) or '&nbsp;'}</p>" for line in body(notice))
    inner = f"{text}<table border=1>{''.join(rows)}</table>"
    if layout:
        menu = "".join(
            f"<li><a href='/{n}'>{name}</a></li>" for n, name in enumerate(("首页", "政务公开", "办事服务", "互动交流"))
        )
        inner = (
            f"<table width=100%><tr><td colspan=2><ul>{menu}</ul></td></tr><tr><td><a href=/>通知公告</a></td><td>"
            f"<div class=content>{inner}</div></td></tr></table><div class=footer>版权所有：云岭市人民政府</div>"
        )
    return f"<html><head><meta charset=CODE><title>{notice.title}</title></head><body>{inner}</body></html>"


def _head_cells(notice: PrintableNotice) -> str:
    first = f"<th colspan='{notice.levels}'>{notice.heads[0]}</th>"
    return first + "".join(f"<th>{head}</th>" for head in notice.heads[1:])


def _paragraphs(text: str, *, word: bool) -> str:
    lines = text.split("\n")
    if word:
        return "".join(
            f"<p class=MsoNormal><span lang=ZH>{escape(x[:7])}</span><b>{escape(x[7:])}</b></p>" for x in lines
        )
    return "<br>".join(escape(line) for line in lines)


def tab_cells(notice: PrintableNotice) -> str:
    """Return one cell a line after a tab, with a blank line after each row."""
    lines = body(notice)
    for row in [[notice.heads[0], *notice.heads[1:]], *covered(cells(notice), notice)]:
        lines.extend("\t" + cell for cell in row)
        lines.append("")
    return "\n".join(lines)


def tab_rows(notice: PrintableNotice, *, quoted: bool = True) -> str:
    """Return a row a line, as pasted from a spreadsheet: multi-line cells quoted, or broken over lines."""
    lines = body(notice)
    for row in [heads(notice), *covered(cells(notice), notice)]:
        lines.append("\t".join(f'"{cell}"' if "\n" in cell and quoted else cell for cell in row))
    return "\n".join(lines)


def markdown(notice: PrintableNotice) -> str:
    """Return rows with cells separated by bars."""
    grid = [[cell.replace("\n", "<br>") for cell in row] for row in covered(cells(notice), notice)]
    rows = ["| " + " | ".join(row) + " |" for row in [heads(notice), ["---"] * len(grid[0]), *grid]]
    return "\n".join([*body(notice), *rows])


def bar_lines(notice: PrintableNotice) -> str:
    """Return cells that end with a bar; bars at the end of a row replace covered cells."""
    lines = body(notice)
    top = [notice.heads[0], *notice.heads[1:]]
    width = notice.levels + len(notice.heads) - 1
    for row in [top, *([cell for cell in row if cell] for row in covered(cells(notice), notice))]:
        lines.extend(f"{cell} |" for cell in row)
        lines[-1] += "|" * (width - len(row)) if width > len(row) else ""
    return "\n".join(lines)


def one_a_line(notice: PrintableNotice) -> str:
    """Return one cell a line, as copied from a page; covered cells are missing."""
    lines = body(notice)
    for row in [[notice.heads[0], *notice.heads[1:]], *covered(cells(notice), notice)]:
        lines.extend(cell for cell in row if cell)
    return "\n".join(lines)


def spaced_line(notice: PrintableNotice) -> str:
    """Return the whole table on one line with cells separated by a space."""
    table = [notice.heads[0], *notice.heads[1:]]
    for row in covered(cells(notice), notice):
        table.extend(cell.replace("\n", " ") for cell in row if cell)
    return "\n".join([*body(notice), " ".join(table)])


def prose(notice: PrintableNotice, *, lead: str = "牵头单位", other: str = "责任单位") -> str:
    """Return running text: headings as paragraphs, measures that end with their units in brackets."""
    lines = body(notice)
    section = item = ""
    for task in notice.tasks:
        if task.section != section:
            lines.append(task.section)
            section, item = task.section, ""
        if task.item and task.item != item:
            lines.append(task.item)
            item = task.item
        units = [
            f"{name}：{'、'.join(units)}" for name, units in ((lead, task.lead), (other, task.responsible)) if units
        ]
        units += [f"{head}：{text}" for head, text in task.extras.items()]
        lines.append(f"{task.measure}（{'；'.join(units)}）")
    return "\n".join(lines)


def columns_apart(notice: PrintableNotice, *, page: int = 5, width: int = 5) -> str:
    """Return a PDF's text column by column: headings, measures, leads and units of each page."""
    lines = body(notice)
    lines += [notice.heads[0], notice.heads[1], "牵头单", "责任单位", "位"]
    for start in range(0, len(notice.tasks), page):
        tasks = notice.tasks[start : start + page]
        lines.extend(dict.fromkeys(text for task in tasks for text in (task.section, task.item) if text))
        for task in tasks:
            lines.extend(task.measure.split("\n"))
        for column in ("lead", "responsible"):
            for task in tasks:
                text = "、".join(getattr(task, column)) or "—"
                lines.extend(text[n : n + width] for n in range(0, len(text), width))
    return "\n".join(lines)
