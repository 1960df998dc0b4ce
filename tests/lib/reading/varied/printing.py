"""Containers of a drawn table: office files, pages, bars, tabs, one cell a line; and running text."""

import io
import random
from collections.abc import Callable
from html import escape

from docx import Document
from openpyxl import Workbook

from lib.reading.invented import NUMBER, TITLE, Task
from lib.reading.varied import words
from lib.reading.varied.shape import Shape

_FRONT = [
    TITLE,
    NUMBER,
    "各区县人民政府，市政府各部门：",
    "现将任务分工印发给你们。",
    "云岭市人民政府办公室",
    "2026年4月16日",
    "",
]


def runs(shape: Shape) -> dict[tuple[int, int], int]:
    """(row, column) → rows that a merged cell covers; the second heading only inside the first."""
    out: dict[tuple[int, int], int] = {}
    places = sorted(shape.merged)
    for column in places:
        keys = [tuple(row[p] for p in places if p <= column) for row in shape.grid]
        start = 0
        for row in range(1, len(keys) + 1):
            if row == len(keys) or keys[row] != keys[start]:
                out[start, column] = row - start
                start = row
    return out


def _left_out(shape: Shape) -> list[list[str | None]]:
    """The grid with None for covered cells."""
    spans = runs(shape)
    return [
        [None if c in shape.merged and (r, c) not in spans else text for c, text in enumerate(row)]
        for r, row in enumerate(shape.grid)
    ]


def docx(shape: Shape) -> bytes:
    """A Word file with merged cells."""
    document = Document()
    for line in _FRONT:
        document.add_paragraph(line)
    top = [shape.heads] if shape.heads else []
    table = document.add_table(rows=len(top) + len(shape.grid), cols=len(shape.columns))
    for r, row in enumerate([*top, *_left_out(shape)]):
        for c, text in enumerate(row):
            table.cell(r, c).text = text or ""
    for (r, c), span in runs(shape).items():
        if span > 1:
            table.cell(r + len(top), c).merge(table.cell(r + len(top) + span - 1, c))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def xlsx(shape: Shape) -> bytes:
    """A workbook with a title over the width and merged cells."""
    book = Workbook()
    sheet = book.active
    sheet.append([TITLE])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(shape.columns))
    top = 1
    if shape.heads:
        sheet.append(shape.heads)
        top = 2
    for row in shape.grid:
        sheet.append(row)
    for (r, c), span in runs(shape).items():
        if span > 1:
            sheet.merge_cells(start_row=r + top + 1, end_row=r + top + span, start_column=c + 1, end_column=c + 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def html(shape: Shape) -> bytes:
    """A page with row spans."""
    spans = runs(shape)
    rows = ["<tr>" + "".join(f"<td>{head}</td>" for head in shape.heads) + "</tr>"] if shape.heads else []
    for r, row in enumerate(_left_out(shape)):
        cells = (
            f"<td rowspan='{spans.get((r, c), 1)}'>{escape(text).replace(chr(10), '<br>')}</td>"
            for c, text in enumerate(row)
            if text is not None
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    front = "".join(f"<p>{line}</p>" for line in _FRONT)
    return f"<html><meta charset=utf-8><body>{front}<table border=1>{''.join(rows)}</table></body></html>".encode()


def _text(lines: list[str]) -> bytes:
    return "\n".join([*_FRONT, *lines]).encode()


def markdown(shape: Shape) -> bytes:
    """Rows between bars."""
    rows = [[*shape.heads], ["---"] * len(shape.columns)] if shape.heads else []
    grid = [[(text or "").replace("\n", "<br>") for text in row] for row in _left_out(shape)]
    return _text(["| " + " | ".join(row) + " |" for row in [*rows, *grid]])


def bars(shape: Shape) -> bytes:
    """One cell a line before a bar; more bars at a row's end for cells that merged ones cover."""
    out = [f"{head} |" for head in shape.heads]
    for row in _left_out(shape):
        cells = [f"{text} |" for text in row if text is not None]
        cells[-1] += "|" * sum(text is None for text in row)
        out.extend(cells)
    return _text(out)


def bar_rows(shape: Shape) -> bytes:
    """Rows on a line whose cells end in a bar, the covered ones simply left out."""
    out = [" | ".join(shape.heads) + " |"]
    for row in _left_out(shape):
        cells = [text.replace("\n", "") for text in row if text is not None]
        out.append(" | ".join(cells) + " |" + "|" * sum(text is None for text in row))
    return _text(out)


def tabs(shape: Shape) -> bytes:
    """A row a line."""
    rows = [[*shape.heads]] if shape.heads else []
    rows += [[f'"{text}"' if text and "\n" in text else text or "" for text in row] for row in _left_out(shape)]
    return _text(["\t".join(row) for row in rows])


def lines(shape: Shape, gap: str = "") -> bytes:
    """One cell a line; what is covered or empty is simply not there."""
    out = [*shape.heads]
    out += [text.replace("\n", "") for row in _left_out(shape) for text in row if text]
    return _text([line for text in out for line in ([text, ""] if gap else [text])])


def spaced_lines(shape: Shape) -> bytes:
    """One cell a line, an empty line behind each."""
    return lines(shape, "\n")


TABLES: dict[str, Callable[[Shape], bytes]] = {
    "docx": docx,
    "xlsx": xlsx,
    "html": html,
    "markdown": markdown,
    "bars, one cell a line": bars,
    "bars, one row a line": bar_rows,
    "tabs": tabs,
    "one cell a line": lines,
    "one cell a line, spaced": spaced_lines,
}


def _named(lead: str, own: str, name: str) -> Callable[[str, str], str]:
    def made(a: str, b: str) -> str:
        parts = [f"{label}：{units}" for label, units in ((lead, a), (own, b)) if units]
        return name.format("；".join(parts))

    return made


def _verbs(how: str) -> Callable[[str, str], str]:
    return lambda a, b: how.format(a=a, b=b) if a and b else f"（{a}牵头）" if a else f"（{b}负责）"


def _together(a: str, b: str) -> str:
    who = f"责任单位：{a}会同{b}" if a and b else f"牵头单位：{a}" if a else f"责任单位：{b}"
    return f"（{who}）"


#: Grammar of running text → what stands behind a measure for (who leads, who helps).
PROSE: dict[str, Callable[[str, str], str]] = {
    "（牵头单位：A；责任单位：B）": _named("牵头单位", "责任单位", "（{}）"),
    "【牵头部门：A；配合部门：B】": _named("牵头部门", "配合部门", "【{}】"),
    "〔牵头单位：A；配合单位：B〕": _named("牵头单位", "配合单位", "〔{}〕"),
    "label line": _named("牵头单位", "配合单位", "\n{}"),
    "label lines": lambda a, b: "".join(f"\n{x}：{u}" for x, u in (("牵头单位", a), ("配合单位", b)) if u),
    "（A牵头，B配合）": _verbs("（{a}牵头，{b}配合）"),
    "（由A牵头，B按职责分工负责）": _verbs("（由{a}牵头，{b}按职责分工负责）"),
    "（A牵头，B参与；6月底前完成）": _verbs("（{a}牵头，{b}参与；2026年6月底前完成）"),
    "（A会同B负责）": _verbs("（{a}会同{b}负责）"),
    "（责任单位：A会同B）": _together,
    "persons in brackets": _named("责任领导：张建国；牵头单位", "配合单位", "（{}；责任人：李志明）"),
    "persons behind": _named("责任领导：张建国；牵头单位", "配合单位", "\n{} 责任人：李志明 完成情况：已完成。"),
    "责任单位：A、B。": _named("牵头单位", "责任单位", "{}。"),
}


def prose(tasks: list[Task], grammar: str, seed: int) -> tuple[bytes, tuple[Task, ...]]:
    """Running text: headings as paragraphs, each measure with its units behind it, counted or not."""
    from dataclasses import replace

    dice = random.Random(f"{grammar} {seed}")
    counted = dice.random() < 0.6
    out: list[str] = []
    wanted: list[Task] = []
    section = item = ""
    for number, task in enumerate(tasks, 1):
        measure = "".join(task.measure.split("\n"))
        measure = f"{number}.{measure}" if counted and not measure[:1].isdigit() else measure
        if task.section != section:
            section, item = task.section, ""
            out.append(section)
        if task.item and task.item != item:
            item = task.item
            out.append(item)
        out.append(measure + PROSE[grammar]("、".join(task.lead), "、".join(task.responsible)))
        wanted.append(replace(task, measure=measure))
    return _text(out), tuple(wanted)


__all__ = ["PROSE", "TABLES", "prose", "words"]
