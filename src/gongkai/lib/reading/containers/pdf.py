"""Read PDF files with a text layer: ruled tables by their lines, otherwise plain text."""

import io
import re
from typing import TYPE_CHECKING

from gongkai.lib.reading.containers.pdf_columns import columns_of_pages
from gongkai.lib.reading.containers.scan import pictures_of_pdf, read_scan
from gongkai.lib.reading.document import (
    Block,
    Cell,
    Document,
    Grid,
    Line,
    Paragraph,
    State,
    make_cell,
    refuse_over,
)
from gongkai.lib.reading.layouts.split import blocks_of
from gongkai.lib.reading.model import ReadingError
from gongkai.lib.reading.words.numbering import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pdfplumber._typing import T_bbox
    from pdfplumber.page import Page
    from pdfplumber.table import Table


def read_pdf(data: bytes) -> Document:
    """Return the blocks of a PDF."""
    import pdfplumber

    from gongkai.lib.reading.containers.pdf_layout import check_pages, lay_out  # costly to load

    try:
        check_pages(data)
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            refuse_over("pages", len(pdf.pages))
            pages, words = [], []
            for number, page in enumerate(pdf.pages, 1):
                lay_out(page)
                pages.append(_read_page(page, number))
                words.append(
                    [] if any(isinstance(block, Grid) for block in pages[-1]) else page.extract_words(x_tolerance=2)
                )
                page.close()
    except (ReadingError, RecursionError):
        raise
    except Exception as error:  # pdfminer raises whatever it stumbles over
        raise ReadingError("PDF已损坏或有密码，请用阅读器另存或打印为新的PDF后再试。") from error
    blocks = [block for page in pages for block in page]
    text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
    if not any(isinstance(block, Grid) for block in blocks):
        if len("".join(text.split())) < 30:
            return read_scan(pictures_of_pdf(data))
        columns = columns_of_pages(words)
        return Document(columns) if columns else _read_as_text(blocks)
    return Document(joined(blocks))


def _read_as_text(blocks: list[Block]) -> Document:

    return blocks_of("\n".join(block.text for block in blocks if isinstance(block, Paragraph)))


def _read_page(page: "Page", number: int) -> list[Block]:
    tables = [
        table
        for table in page.find_tables(_table_settings(page))
        if len(table.rows) > 1 or len(table.rows[0].cells) > 1
    ]
    blocks: list[Block] = []
    top = 0.0
    for table in sorted(tables, key=lambda one: one.bbox[1]):
        blocks.extend(_read_prose(page, top, table.bbox[1], number))
        blocks.append(_read_grid(page, table, number))
        top = max(top, table.bbox[3])
    blocks.extend(_read_prose(page, top, float(page.height), number))
    return blocks


def _table_settings(page: "Page") -> dict[str, object]:
    refuse_over("page signs", len(page.chars))
    refuse_over("page lines", len(page.edges))
    upright = [edge for edge in page.edges if edge["orientation"] == "v" and edge["height"] > 8]
    if not upright:
        return {}
    ends = [min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright)]
    return {"explicit_horizontal_lines": ends}


def _read_prose(page: "Page", top: float, bottom: float, number: int) -> list[Block]:
    if bottom - top < 4:
        return []
    area = page.crop((0, max(0, top), page.width, min(bottom, page.height)), strict=False)
    lines = (area.extract_text() or "").split("\n")
    lines = [line for line in lines if line.strip() and not re.fullmatch(r"[-—–\s]*\d{1,3}[-—–\s]*", line)]
    return [Paragraph(text, number) for text in unwrapped(lines)]


def unwrapped(lines: list[str]) -> list[str]:
    """Join the lines of a paragraph: it continues while lines are full."""
    width = max((len(line) for line in lines), default=0)
    out: list[str] = []
    full = False
    for line in lines:
        text = line.strip()
        begins = number_of(text) is not None or bool(re.match(r"附件|[（(]此件", text))
        if out and full and not begins:
            out[-1] += text
        else:
            out.append(text)
        full = len(line.rstrip()) >= width * 0.85 and not text.endswith(("：", ":"))
    return out


def _read_grid(page: "Page", table: "Table", number: int) -> Grid:
    texts = table.extract(x_tolerance=2, y_tolerance=3)
    lines = []
    for row, values in zip(table.rows, texts, strict=True):
        cells: list[Cell] = []
        for place, (box, value) in enumerate(zip(row.cells, values, strict=True)):
            if box is None:
                cells.append(Cell("", _missing_cell_state(row.cells, place)))
            else:
                cells.append(make_cell(cell_text(value or "")))
        lines.append(Line(cells, number))
    return Grid(lines)


def _missing_cell_state(boxes: "Sequence[T_bbox | None]", place: int) -> State:
    right = next((box for box in boxes[place + 1 :] if box is not None), None)
    left = next((box for box in reversed(boxes[:place]) if box is not None), None)
    if left is not None and (right is None or left[2] >= right[0] - 2):
        return State.LEFT if place > 0 and (right is not None or left is not None) else State.COVERED
    return State.COVERED


def cell_text(value: str) -> str:
    """Join the printed lines of a cell into paragraphs."""
    lines = [line.strip() for line in value.split("\n") if line.strip()]
    width = max((len(line) for line in lines), default=0)
    out: list[str] = []
    for place, line in enumerate(lines):
        above = lines[place - 1] if place else ""
        ended = above.endswith(("。", "；", "：", ";", "）。", "!", "！"))
        short = len(above) < width * 0.8
        if out and not (ended and (number_of(line) is not None or short)):
            out[-1] += line
        else:
            out.append(line)
    return "\n".join(out)


def joined(blocks: list[Block]) -> list[Block]:
    """Join tables that continue over pages; drop page numbers between them."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if isinstance(block, Grid) and isinstance(last, Grid) and last.width == block.width:
            last.lines.extend(block.lines)
        else:
            out.append(block)
    return out
