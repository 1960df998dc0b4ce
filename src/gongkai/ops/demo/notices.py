"""Sample notices as Word files, from the tables `data/*.tsv` with dates relative to a day.

Placeholders: `{y}` the notice's year, `{y1}` the next, `{n1}`… serials, `{m:-2}` the end of the month two months ago (2026年9月底), `{d:9}`
nine days from the given day (2026年11月29日).
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from io import BytesIO

from docx.table import Table

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.paper import make_document

#: Name of a sample notice → serial number.
NOTICE_SERIALS = {"n1": "18", "n2": "27", "n3": "31"}
TABLE_HEADERS = ("工作任务", "", "贯彻举措", "牵头单位", "责任单位")


@dataclass
class SampleNotice:
    """One sample notice: its front matter and the rows of its table."""

    facts: dict[str, str] = field(default_factory=dict)
    preamble: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def get_notice_year(today: date) -> int:
    """Return the year of the current notice; a new one is issued in spring."""
    return today.year if today >= date(today.year, 5, 25) else today.year - 1


def fill_placeholders(text: str, today: date, year: int) -> str:
    """Return a text with its placeholders for years, serial numbers, month ends and days replaced."""
    for key, value in {"y": str(year), "y1": str(year + 1), **NOTICE_SERIALS}.items():
        text = text.replace(f"{{{key}}}", value)
    text = re.sub(r"\{m:(-?\d+)\}", lambda m: _format_month_end(today, int(m[1]), year), text)
    return re.sub(r"\{d:(-?\d+)\}", lambda m: day_in_words(today + timedelta(days=int(m[1]))), text)


def _format_month_end(today: date, offset: int, year: int) -> str:
    index = max(today.year * 12 + today.month - 1 + offset, year * 12 + 5)  # never before the notice itself
    return f"{index // 12}年{index % 12 + 1}月底"


def load_sample(name: str, today: date, year: int) -> SampleNotice:
    """Return the notice described by `data/<name>.tsv`: facts (two cells), preamble (前言) and rows (five cells)."""
    notice = SampleNotice()
    text = resources.files("gongkai.ops.demo").joinpath(f"data/{name}.tsv").read_text(encoding="utf-8")
    for line in fill_placeholders(text, today, year).splitlines():
        cells = line.split("\t")
        if cells[0] == "前言":
            notice.preamble.append(cells[1])
        elif len(cells) == 2:
            notice.facts[cells[0]] = cells[1]
        elif len(cells) == 5:
            notice.rows.append([cell.replace("\\n", "\n") for cell in cells])
    return notice


def make_word_file(notice: SampleNotice) -> bytes:
    """Return the notice as a Word file whose table has vertically merged cells."""
    document = make_document()
    document.add_heading(notice.facts["标题"], level=1)
    if notice.facts["文号"]:
        document.add_paragraph(notice.facts["文号"])
    document.add_paragraph(notice.facts["主送"])
    for paragraph in notice.preamble:
        document.add_paragraph(paragraph)
    document.add_paragraph(notice.facts["机关"])
    if notice.facts["日期"]:  # a draft for comment leaves its day blank
        document.add_paragraph(day_in_words(date.fromisoformat(notice.facts["日期"])))
        document.add_paragraph("（此件公开发布）")
    levels = 2 if any(row[1] for row in notice.rows) else 1
    _fill_table(document.add_table(rows=0, cols=3 + levels, style="Table Grid"), notice.rows, levels)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _fill_table(table: Table, rows: list[list[str]], levels: int) -> None:
    """Fill a Word table with headings and rows, and merge equal cells; `levels` is 2 with a column of sections, else 1."""
    head = table.add_row().cells
    titles = [title for title in TABLE_HEADERS if title or levels == 2]
    for cell, title in zip(head, titles, strict=True):
        cell.text = title
    if levels == 2:
        head[0].merge(head[1])
        head[0].text = TABLE_HEADERS[0]
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row if levels == 2 else [row[0], *row[2:]], strict=True):
            cell.text = text
    for column in range(levels):
        _merge_down(table, column)


def _merge_down(table: Table, column: int) -> None:
    """Merge vertically adjacent cells of equal text that is not empty, below the heading row."""
    start = 1
    cells = table.column_cells(column)
    texts = [cell.text for cell in cells]
    for row in range(2, len(texts) + 1):
        if row < len(texts) and texts[row] == texts[start] and texts[row]:
            continue
        if row - start > 1:
            merged = cells[start].merge(cells[row - 1])
            merged.text = texts[start]
        start = row
