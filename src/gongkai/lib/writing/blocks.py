"""Convert clean HTML to paragraphs, tables and pictures, for .docx and .pdf."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.packages import parse_attribute_number, read_span

#: Numbering of headings in official papers (GB/T 9704—2012 7.3.3): 一、黑体，（一）楷体.
FIRST_LEVEL_PATTERN = re.compile(r"^[一二三四五六七八九十百]{1,4}、")
#: Numbering of second-level headings.
SECOND_LEVEL_PATTERN = re.compile(r"^（[一二三四五六七八九十百]{1,4}）")
#: Longest numbered line that is read as a heading.
MAX_HEADING_CHARACTERS = 40
#: Highest number at which a list may begin.
_MAX_LIST_START = 1_000_000
#: Elements within a cell or an item that begin and end a line.
_LINE_TAGS = frozenset(["br", "p", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "ul", "ol", "div"])
_LEVELS_BY_TAG = {"h2": 1, "h3": 2, "h4": 3, "h5": 3, "h6": 3}


@dataclass(frozen=True)
class TextBlock:
    """A paragraph; `level` 1 or 2 for a heading, 0 for body text; `indent` for the first line."""

    text: str
    level: int = 0
    indent: bool = True


@dataclass(frozen=True)
class TableBlock:
    """A table: rows of cell texts, covered cells empty, and the number of header rows."""

    rows: tuple[tuple[str, ...], ...]
    header_row_count: int = 0


@dataclass(frozen=True)
class PictureBlock:
    """A picture in a text: the digest of its file (`digest`), and its alternative text."""

    digest: str
    alt: str = ""


#: A part of a document.
Block = TextBlock | TableBlock | PictureBlock


def make_blocks(html: str, scheme: str = "gongkai-file") -> list[Block]:
    """Return the blocks of a cleaned HTML text, in order.

    Args:
        html: output of `richtext.clean`, without scripts and styles.
        scheme: prefix of a picture's digest in `src`.
    """
    if not html.strip():
        return []
    root = lxml_html.fragment_fromstring(html, create_parent="div")
    return [block for node in _iterate_top_level_nodes(root) for block in _convert_node(node, scheme)]


def _iterate_top_level_nodes(root: _Element) -> Iterator[_Element | str]:
    """Yield the top-level nodes: loose text as strings, and elements."""
    if (text := root.text) and text.strip():
        yield text
    for node in root:
        yield node
        if (text := node.tail) and text.strip():
            yield text


def _convert_node(node: _Element | str, scheme: str) -> Iterator[Block]:
    """Yield the blocks of an HTML element or of loose text."""
    if isinstance(node, str):
        yield from make_paragraphs(node)
        return
    tag = node.tag if isinstance(node.tag, str) else ""
    if tag == "table":
        for caption in node.iter("caption"):
            yield from (TextBlock(line, indent=False) for line in _split_lines(caption))
        yield _convert_table(node)
        yield from _find_pictures(node, scheme)
    elif tag in {"ul", "ol"}:
        yield from _convert_list(node, scheme)
    elif tag in {"blockquote", "div", "figure"}:
        for piece in _iterate_top_level_nodes(node):
            yield from _convert_node(piece, scheme)
    elif tag == "hr":
        return
    else:
        level = _LEVELS_BY_TAG.get(tag, 0)
        for line in _split_lines(node):
            yield TextBlock(line, level, indent=level < 3) if level else make_heading_or_text(line)
        yield from _find_pictures(node, scheme)


def _find_pictures(node: _Element, scheme: str) -> Iterator[PictureBlock]:
    """Yield the stored pictures inside an element, or the element itself."""
    images = [node] if node.tag == "img" else node.iter("img")
    for image in images:
        source = str(image.get("src", ""))
        if source.startswith(f"{scheme}:"):
            yield PictureBlock(source.removeprefix(f"{scheme}:"), str(image.get("alt", "")))


def make_heading_or_text(line: str) -> TextBlock:
    """Return a line as a heading, if its numbering and length imply one, else as a paragraph."""
    if len(line) <= MAX_HEADING_CHARACTERS and "。" not in line[:-1] and "；" not in line:
        if FIRST_LEVEL_PATTERN.match(line):
            return TextBlock(line, 1)
        if SECOND_LEVEL_PATTERN.match(line):
            return TextBlock(line, 2)
    return TextBlock(line)


def make_paragraphs(text: str) -> Iterator[TextBlock]:
    """Yield a heading or a paragraph for each non-empty line of plain text."""
    for line in text.splitlines():
        if line.strip():
            yield make_heading_or_text(_normalise_spaces(line))


def _normalise_spaces(text: str) -> str:
    return re.sub(r"[^\S\u3000]+", " ", text).strip(" \u3000")


def _split_lines(node: _Element) -> list[str]:
    """Return the non-empty lines of an element, divided at line breaks and inner blocks; items of inner lists are marked."""
    lines, mark, next_numbers = [""], "", list[int | None]()  # the next number of each open list
    for event, piece in etree.iterwalk(node, events=("start", "end", "comment", "pi")):
        text = (piece.text if event == "start" else piece.tail if piece is not node else "") or ""
        if piece is not node and piece.tag in _LINE_TAGS:
            lines.append("")
        if piece.tag in {"ul", "ol"} and event == "start":
            next_numbers.append(_read_list_start(piece) if piece.tag == "ol" else None)
        elif piece.tag in {"ul", "ol"} and event == "end":
            next_numbers.pop()
        elif piece.tag == "li" and next_numbers and event == "start":
            number = next_numbers[-1]
            mark, next_numbers[-1] = ("· ", None) if number is None else (f"{number}. ", number + 1)
        if text.strip():
            lines[-1], mark = lines[-1] + mark + text, ""
        else:
            lines[-1] += text
    return [line for line in map(_normalise_spaces, lines) if line]


def _convert_list(node: _Element, scheme: str) -> Iterator[Block]:
    """Yield the items of a list with their number or a dot, each followed by its pictures, and what is between them."""
    place = _read_list_start(node)
    for entry in _iterate_top_level_nodes(node):
        if isinstance(entry, str) or entry.tag != "li":
            yield from _convert_node(entry, scheme)
            continue
        item_mark, place = f"{place}. " if node.tag == "ol" else "· ", place + 1
        for number, line in enumerate(_split_lines(entry)):
            yield TextBlock(item_mark + line if number == 0 else line)
        yield from _find_pictures(entry, scheme)


def _read_list_start(node: _Element) -> int:
    return parse_attribute_number(node.get("start"), 1, _MAX_LIST_START)


def _convert_table(node: _Element) -> TableBlock:
    """Return a table with covered cells as empty texts, and the number of its header rows."""
    rows: list[list[str]] = []
    rows_covered: dict[int, int] = {}  # column → rows that a cell from above still covers
    heads = 0
    for row in node.iter("tr"):
        cells: list[str] = []
        _add_covered_cells(cells, rows_covered)
        for cell in row:
            if cell.tag not in {"td", "th"}:
                continue
            _add_covered_cells(cells, rows_covered)
            across, down = read_span(cell, "colspan", 200), read_span(cell, "rowspan", 200)
            for step in range(across):
                if down > 1:
                    rows_covered[len(cells)] = down - 1
                cells.append("\n".join(_split_lines(cell)) if step == 0 else "")
        _add_covered_cells(cells, rows_covered)
        if cells:
            heads += int(len(rows) == heads and all(c.tag == "th" for c in row))
            rows.append(cells)
    width = max((len(row) for row in rows), default=0)
    return TableBlock(tuple(tuple(row + [""] * (width - len(row))) for row in rows), heads)


def _add_covered_cells(cells: list[str], rows_left_by_column: dict[int, int]) -> None:
    """Add empty cells where cells from rows above reach down."""
    while rows_left_by_column.get(len(cells)):
        rows_left_by_column[len(cells)] -= 1
        cells.append("")
