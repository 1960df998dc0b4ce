"""Read Word documents: paragraphs, tables with merged cells; tracked changes are accepted."""

from collections.abc import Iterator

from lxml.etree import _Element

from gongkai.lib.reading.containers.docx_lists import Lists
from gongkai.lib.reading.containers.package import Package, open_package, whole
from gongkai.lib.reading.document import Block, Cell, Document, Grid, Line, Paragraph, State, make_cell

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED_TAGS = {
    f"{W}del",
    f"{W}moveFrom",
    f"{W}instrText",
    f"{W}delText",
    f"{W}txbxContent",
    f"{W}pict",
    f"{W}object",
}
_SKIPPED_TAGS |= {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_BREAK_TEXTS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}
MAX_DEPTH = 60


def read_docx(data: bytes) -> Document:
    """Return the blocks of a .docx file."""
    package = open_package(data, "word/document.xml", "Word文档（.docx）")
    root = package.xml("word/document.xml")
    styles = _load_numbering(package)
    body = root.find(f"{W}body")
    blocks = list(_read_blocks(body if body is not None else root, styles))
    return Document(blocks)


def _read_blocks(parent: _Element, lists: Lists) -> Iterator[Block]:
    for child in parent:
        if child.tag == f"{W}p":
            yield from (Paragraph(text) for text in _read_paragraph(child, lists).split("\n"))
            for box in child.iter(f"{W}txbxContent"):
                if not _is_in_fallback(box):
                    yield from _read_blocks(box, lists)
        elif child.tag == f"{W}tbl":
            yield _read_grid(child, lists)
        elif child.tag not in _SKIPPED_TAGS:
            inner = child.find(f"{W}sdtContent") if child.tag == f"{W}sdt" else child
            if inner is not None and child.tag in (
                f"{W}sdt",
                f"{W}ins",
                f"{W}moveTo",
                f"{W}customXml",
                f"{W}smartTag",
            ):
                yield from _read_blocks(inner, lists)


def _is_in_fallback(element: _Element) -> bool:
    return any(one.tag.endswith("}Fallback") for one in element.iterancestors())


def _read_grid(table: _Element, lists: Lists) -> Grid:
    lines = []
    for row in _find_rows(table):
        cells: list[Cell] = []
        for _ in range(_count_skipped(row, "gridBefore")):
            cells.append(Cell("", State.EMPTY))
        for cell in _find_children(row, f"{W}tc"):
            cells.extend(_read_cell(cell, lists))
        cells.extend(Cell("", State.EMPTY) for _ in range(_count_skipped(row, "gridAfter")))
        lines.append(Line(cells))
    return Grid(lines)


def _find_children(parent: _Element, tag: str) -> Iterator[_Element]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}smartTag"):
            yield from _find_children(child, tag)


def _find_rows(table: _Element) -> Iterator[_Element]:
    for row in _find_children(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is None or properties.find(f"{W}del") is None:
            yield row


def _count_skipped(row: _Element, name: str) -> int:
    element = row.find(f"{W}trPr/{W}{name}")
    return whole(element.get(f"{W}val"), 0) if element is not None else 0


def _read_cell(cell: _Element, lists: Lists) -> list[Cell]:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    width = max(1, whole(span.get(f"{W}val"), 1)) if span is not None else 1
    text = _read_cell_text(cell, lists)
    covered = merge is not None and merge.get(f"{W}val", "continue") != "restart"
    first = make_cell(text, covered=covered and not text.strip())
    if covered and text.strip():
        first = make_cell(text)
    rest = State.COVERED if first.state is State.COVERED else State.LEFT
    return [first, *(Cell("", rest) for _ in range(width - 1))]


def _read_cell_text(cell: _Element, lists: Lists, depth: int = 0) -> str:
    parts: list[str] = []
    for child in cell:
        if child.tag == f"{W}p":
            parts.append(_read_paragraph(child, lists))
        elif child.tag == f"{W}tbl" and depth < MAX_DEPTH:
            for row in _find_rows(child):
                parts.extend(_read_cell_text(inner, lists, depth + 1) for inner in _find_children(row, f"{W}tc"))
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml") and depth < MAX_DEPTH:
            parts.append(_read_cell_text(child, lists, depth + 1))
    return "\n".join(parts)


def _read_paragraph(paragraph: _Element, lists: Lists) -> str:
    text = "".join(_iterate_runs(paragraph))
    return lists.label(paragraph) + text if text.strip() else text


def _iterate_runs(element: _Element) -> Iterator[str]:
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _BREAK_TEXTS:
            yield _BREAK_TEXTS[child.tag] if child.get(f"{W}type") not in ("page", "column") else ""
        elif (
            child.tag not in _SKIPPED_TAGS
            and len(stack) < MAX_DEPTH
            and child.tag not in (f"{W}pPr", f"{W}rPr", f"{W}tabs")
        ):
            stack.append(iter(child))


def _load_numbering(package: Package) -> Lists:
    return Lists(package.xml("word/numbering.xml") if package.has("word/numbering.xml") else None, package)
