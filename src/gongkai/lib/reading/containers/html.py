"""Read web pages from sites or word processors; skip menus and layout tables."""

from collections.abc import Iterator
from email import message_from_bytes, policy

from lxml import etree, html
from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import BOUNDS
from gongkai.lib.reading.containers.package import whole
from gongkai.lib.reading.containers.text import decode, is_plausible
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
from gongkai.lib.reading.tables.heads import is_head_row

MAX_SPAN = 60
MAX_DEPTH = 250
_DECLARED_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
_SKIPPED_TAGS = {
    "script",
    "style",
    "nav",
    "head",
    "select",
    "noscript",
    "template",
    "button",
    "form",
    "iframe",
    "svg",
    "footer",
}
_BLOCK_TAGS = {
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "td",
    "th",
    "tr",
    "center",
    "dd",
    "dt",
    "ul",
}
_GB18030_ALIASES = {"gb2312", "gbk", "gb18030", "gb-2312", "x-gbk", "cp936"}


def read_html(data: bytes) -> Document:
    """Return the blocks of a page."""
    if b"mime-version:" in data[:1000].lower():
        data = _extract_from_archive(data)
    text = re.sub(r"<\?xml[^>]{0,200}\?>", "", _decode_page(data))
    refuse_over("rows", text.lower().count("<tr"))
    refuse_over("cells", text.lower().count("<td"))
    refuse_over("elements", text.count("<"))
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = html.document_fromstring(text[: BOUNDS["characters"].most * 4], parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadingError("网页文件是空的或已损坏，请在浏览器里重新另存后再试。") from error
    blocks = list(_read_blocks(root, 0))
    if not any(isinstance(block, Grid) for block in blocks):
        return _read_as_text(blocks)
    return Document(blocks)


def _read_as_text(blocks: list[Block]) -> Document:
    return blocks_of("\n".join(block.text for block in blocks if isinstance(block, Paragraph)))


def _extract_from_archive(data: bytes) -> bytes:
    for part in message_from_bytes(data, policy=policy.compat32).walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    raise ReadingError("网页存档里没有正文，请在浏览器里另存为.html后再试。")


def _decode_page(data: bytes) -> str:
    declared = _DECLARED_CHARSET.search(data[:4000])
    name = declared.group(1).decode("ascii", "ignore").lower() if declared else ""
    if name and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("gb18030" if name in _GB18030_ALIASES else name)
            if is_plausible(re.sub(r"<[^>]{0,2000}>", "", text)):
                return text
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _read_blocks(element: _Element, depth: int) -> Iterator[Block]:
    buffer: list[str] = []

    def flush() -> Iterator[Block]:
        text = _collapse_spaces("".join(buffer))
        buffer.clear()
        yield from (Paragraph(line) for line in text.split("\n") if line.strip())

    if depth > MAX_DEPTH:
        raise ReadingError("网页嵌套过深，无法读取，请把通知正文复制到文本文件后再试。")
    buffer.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _SKIPPED_TAGS:
            if child.tag == "table" and _is_data_table(child):
                yield from flush()
                yield _read_grid(child)
            elif child.tag == "br":
                buffer.append("\n\n")
            elif child.tag in _BLOCK_TAGS or child.tag in (
                "table",
                "tbody",
                "thead",
                "body",
                "main",
                "header",
                "span",
                "font",
            ):
                if child.tag in ("span", "font") and child.find(".//table") is None and child.find(".//p") is None:
                    buffer.append(_read_inline(child))
                else:
                    yield from flush()
                    if not _is_menu(child):
                        yield from _read_blocks(child, depth + 1)
            elif child.find(".//table") is not None or child.find(".//p") is not None:
                yield from flush()
                yield from _read_blocks(child, depth + 1)
            else:
                buffer.append(_read_inline(child))
        buffer.append(child.tail or "")
    yield from flush()


def _is_menu(element: _Element) -> bool:
    if element.tag not in ("ul", "div", "li", "td") or element.find(".//table") is not None:
        return False
    links = "".join(str(said) for link in element.iter("a") for said in link.itertext())
    text = "".join(map(str, element.itertext()))
    return (
        bool(links.strip()) and len("".join(links.split())) * 10 > 8 * len("".join(text.split())) and "。" not in text
    )


def _is_data_table(table: _Element) -> bool:
    inner = table.find(".//table")
    rows = _find_rows(table)
    wide = sum(len(_find_cells(row)) > 1 for row in rows)
    if inner is None:
        return len(rows) >= 2 and wide >= 2

    return any(is_head_row([_cell_text(cell) for cell in _find_cells(row)]) for row in rows[:6])


def _find_rows(table: _Element) -> list[_Element]:
    rows = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("tbody", "thead", "tfoot"):
            rows.extend(element for element in child if element.tag == "tr")
    return rows


def _find_cells(row: _Element) -> list[_Element]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _read_span(cell: _Element, name: str, limit: int) -> int:
    return max(1, whole((cell.get(name) or "").strip(), 1, limit))


def _read_grid(table: _Element) -> Grid:
    rows = _find_rows(table)
    taken: dict[tuple[int, int], State] = {}
    lines = []
    for number, row in enumerate(rows):
        cells: list[Cell] = []
        place = 0
        waiting = iter(_find_cells(row))
        cell = next(waiting, None)
        while cell is not None or (number, place) in taken:
            if (number, place) in taken:
                cells.append(Cell("", taken.pop((number, place))))
                place += 1
                continue
            assert cell is not None
            wide, high = (
                _read_span(cell, "colspan", MAX_SPAN),
                _read_span(cell, "rowspan", len(rows) - number),
            )
            cells.append(_read_cell(cell))
            cells.extend(Cell("", State.LEFT) for _ in range(wide - 1))
            for down in range(1, high):
                taken.update({(number + down, place + right): State.COVERED for right in range(wide)})
            place += wide
            cell = next(waiting, None)
        lines.append(Line(cells))
    return Grid(lines)


def _read_cell(cell: _Element) -> Cell:
    text = _cell_text(cell)
    return make_cell(text if text.replace("\xa0", "").strip("\n ") else "")


def _cell_text(cell: _Element) -> str:
    return _collapse_spaces(_read_inline(cell))


def _read_inline(element: _Element) -> str:
    parts: list[str] = []
    stack: list[tuple[_Element, bool]] = [(element, False)]
    while stack:
        one, leaving = stack.pop()
        block = isinstance(one.tag, str) and one.tag in _BLOCK_TAGS and one is not element
        if leaving:
            parts.append("\n\n" if block else "")
            if one is not element:
                parts.append(one.tail or "")
            continue
        if not isinstance(one.tag, str) or one.tag in _SKIPPED_TAGS - {"head"}:
            parts.append(one.tail or "" if one is not element else "")
            continue
        parts.append("\n\n" if block or one.tag == "br" else "")
        parts.append(one.text or "")
        stack.append((one, True))
        stack.extend((child, False) for child in reversed(one))
    return "".join(parts)


def _collapse_spaces(text: str) -> str:
    lines = re.split(r"\n[ \t\r]*\n\s*", text)
    joined = (re.sub(r"[ \t\r\n\xa0]+", " ", line).strip(" ") for line in lines)
    return "\n".join(re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", line) for line in joined if line)
