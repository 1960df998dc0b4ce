"""Read web pages and web archives, those that office programs write included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree, html
from lxml.etree import _Element

from gongkai.lib.fileformats.documents.conditional_comments import resolve_conditional_comments
from gongkai.lib.fileformats.documents.model import CoveredCell, Document, DocumentBuilder, UnreadFile, check_bound
from gongkai.lib.fileformats.documents.packages import get_words, read_span
from gongkai.lib.fileformats.documents.page_styles import PageStyles, find_font, find_raised_tag
from gongkai.lib.fileformats.documents.symbols import linearise_formula, raise_text, show_in_font
from gongkai.lib.fileformats.documents.texts import decode_text, detect_utf16

MAX_ELEMENT_DEPTH = 200
MAX_CELL_SPAN = 1_000
_DECLARED_CHARSET_RE = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
#: Codes of control characters and of half surrogate pairs, which no page shows.
CONTROL_CODE_PATTERN = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3])|6553[45])"
    r"|x0*(?:[0-8bcBC]|0?[eEfF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF]));"
)
_XML_DECLARATION, _PAGE_END_TAG = re.compile(r"<\?xml[^>]{0,200}\?>"), re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_XML_CHARSET_RE = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w-]{2,20})""", re.IGNORECASE)
_SKIPPED_NAMES = "script style head template noscript title meta link base param source track col colgroup xml"
_SKIPPED_TAGS = frozenset(_SKIPPED_NAMES.split())
_BLOCK_NAMES = (
    "p div li h1 h2 h3 h4 h5 h6 section article main aside header footer nav center dd dt dl ul ol address "
    "blockquote figcaption figure caption pre form fieldset legend details summary hr body html tbody thead "
    "tfoot tr td th"
)
BLOCK_TAGS = frozenset(_BLOCK_NAMES.split())
_EMBEDDED_TAGS, _MENU_TAGS = (
    frozenset(["iframe", "frame", "object", "embed", "video", "audio", "canvas"]),
    frozenset(["nav", "footer"]),
)
_POSSIBLE_MENU_TAGS = frozenset(["ul", "ol", "div", "li", "td"])


class EmptyPage(UnreadFile):
    """Raised for a page without any element or text, such as a comment only."""


def read_html(data: bytes) -> Document:
    """Return a web page as a document."""
    builder = DocumentBuilder("html")
    read_page(builder, decode_page(data, builder))
    return builder.document


def find_declared_charset(data: bytes) -> str:
    """Return the charset that a page declares, or ""."""
    declared = _XML_CHARSET_RE.match(data.lstrip()[:400]) or _DECLARED_CHARSET_RE.search(data[:8000])
    named = declared[1].decode("ascii").lower() if declared else ""
    return "" if named.startswith("utf-16") else named


def decode_page(data: bytes, builder: DocumentBuilder, charset: str = "") -> str:
    """Return the text of a page in its declared charset, if that fits."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data.startswith(b"\xef\xbb\xbf") or detect_utf16(data):
        return decode_text(data, builder)
    named = "" if charset.lower().startswith("utf-16") else charset or find_declared_charset(data)
    return decode_text(data, builder, named)


def read_page(builder: DocumentBuilder, text: str) -> None:
    """Add the blocks and the title of a page; record what is not read as losses.

    Raises:
        EmptyPage: there is nothing in it.
        UnreadFile: it exceeds a bound.
    """
    text = resolve_conditional_comments(text, builder)
    check_bound("page characters", len(text))
    check_bound("elements", text.count("<"))
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_pis=True)
    try:
        root = build_tree(text, parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise EmptyPage("空文件：网页里没有内容，请在浏览器里重新另存后再试。") from error
    if any("depth" in entry.message for entry in parser.error_log):
        builder.lose("page", "网页嵌套过深，最里面的内容没有读出")
    if title := " ".join((root.findtext(".//title") or "").split()):
        builder.document.properties["title"] = title
    styles = PageStyles(root)
    losses_before = len(builder.document.losses)
    _PageReader(builder, styles, _find_menus(root)).read(root)
    if not builder.document.blocks and any(loss.what == "hidden" for loss in builder.document.losses[losses_before:]):
        styles.shows_hidden = True
        del builder.document.losses[losses_before:]
        _PageReader(builder, styles, _find_menus(root)).read(root)
        builder.lose("hidden", "全文都设为不显示，已照读")
    for words in styles.list_generated_words(root):
        builder.lose("text", words, "样式生成的文字")


def build_tree(text: str, parser: html.HTMLParser) -> _Element:
    """Return the root element of a page, including text after its end tag, as browsers show it.

    Raises:
        etree.ParserError, etree.XMLSyntaxError, ValueError: there is nothing to read.
    """
    return html.document_fromstring(
        _XML_DECLARATION.sub("", _PAGE_END_TAG.sub("", CONTROL_CODE_PATTERN.sub("", text))), parser=parser
    )


@dataclass(slots=True)
class _WordAmount:
    """The words inside an element: characters, those of links, a full stop, a table."""

    characters: int = 0
    linked: int = 0
    is_prose: bool = False  # a full stop occurs
    has_table: bool = False


def _find_menus(root: _Element) -> set[_Element]:
    """Return the elements with hardly anything but links, and no sentence."""
    if root.find(".//a") is None:
        return set()
    elements = list(root.iter("*"))
    amounts = {element: _WordAmount() for element in elements}
    for element in reversed(elements):  # children come before their parents
        amount = amounts[element]
        for text in (element.text, *(child.tail for child in element)):
            amount.characters += len("".join((text or "").split()))
            amount.is_prose |= "。" in (text or "")
        if element.tag == "a":
            amount.linked = amount.characters
        if (parent := element.getparent()) is not None and element.tag not in ("script", "style"):
            parent_amount = amounts[parent]
            parent_amount.characters += amount.characters
            parent_amount.linked += amount.linked
            parent_amount.is_prose |= amount.is_prose
            parent_amount.has_table |= amount.has_table or element.tag == "table"
    return {
        element
        for element, amount in amounts.items()
        if element.tag in _POSSIBLE_MENU_TAGS
        and amount.linked * 10 > 8 * amount.characters
        and not (amount.is_prose or amount.has_table)
    }


class _PageReader:
    """Add the elements of a page to a document."""

    def __init__(self, builder: DocumentBuilder, looks: PageStyles, menus: set[_Element]) -> None:
        self._builder = builder
        self._looks = looks
        self._menus = menus
        self._loose: list[str] = []
        self._aside = 0

    def read(self, root: _Element) -> None:
        """Add the blocks of all elements."""
        self._walk(root, 0)
        self._flush()

    def _flush(self, level: int = 0) -> None:
        """Add the collected loose text as paragraphs."""
        text = "".join(self._loose)
        self._loose = []
        for line in text.split("\n"):
            self._builder.paragraph(re.sub(r"[ \t\xa0]+", " ", line).strip(), level, aside=self._aside > 0)

    def _walk(self, element: _Element, depth: int) -> None:
        """Collect the text of an element and read its children."""
        self._loose.append(_collapse_spaces(element.text))
        for child in element:
            if isinstance(child.tag, str):
                self._read(child, child.tag.lower().rsplit("}", 1)[-1], depth)
            self._loose.append(_collapse_spaces(child.tail))

    def _read(self, element: _Element, name: str, depth: int) -> None:
        """Read an element unless it is skipped: a table, a block, or inline text."""
        if name in _SKIPPED_TAGS or self._record_dropped_element(element):
            return
        if depth > MAX_ELEMENT_DEPTH:
            self._loose.append(get_words(element))
            return
        if name == "table":
            self._flush()
            self._read_table(element, depth)
        elif name in BLOCK_TAGS:
            self._flush()
            self._read_block(element, name, depth)
        else:
            self._loose.append(self._read_inline(element, name, depth))

    def _read_block(self, element: _Element, name: str, depth: int) -> None:
        """Read a block; menus and footers count as aside, h1 to h6 as headings."""
        aside = name in _MENU_TAGS or element in self._menus
        self._aside += aside
        self._walk(element, depth + 1)
        self._flush(int(name[1]) if re.fullmatch(r"h[1-6]", name) else 0)
        self._aside -= aside

    def _record_dropped_element(self, element: _Element) -> bool:
        """Return true if an element's words are not part of the text, and record them as a loss."""
        if (loss_kind := self._looks.find_loss(element)) and (words := get_words(element)):
            self._builder.lose(loss_kind, words)
        return bool(loss_kind)

    def _read_inline(self, element: _Element, name: str, depth: int) -> str:  # noqa: PLR0911 - a table of elements
        """Return the text of an inline element; pictures, formulas and embedded content are losses."""
        if name == "br":
            return "\n"
        if name == "img":
            self._builder.lose("picture", element.get("alt") or "")
            return ""
        if name == "ruby":
            return self._read_ruby(element)
        if name == "math":
            formula = linearise_formula(element)
            self._builder.lose("formula", formula)
            return formula
        if name in ("input", "select", "textarea", "button", "option"):
            return self._read_control(element, name)
        if name in _EMBEDDED_TAGS:
            embedded_text = _get_text_of_html(element.get("srcdoc") or "")
            self._builder.lose("attachment", embedded_text or element.get("src") or element.get("data") or name)
            return ""
        if name == "svg":
            self._builder.lose("picture", get_words(element))
            return ""
        outer_loose, self._loose = self._loose, []
        self._walk(element, depth + 1)
        text, self._loose = "".join(self._loose), outer_loose
        text = show_in_font(find_font(element), text, self._builder.lose)
        raised = find_raised_tag(element, name)
        return raise_text(text, raised == "sup") if raised else text

    def _read_ruby(self, element: _Element) -> str:
        """Return the text under a ruby annotation; the annotation is reported as not read."""
        ruby_text = "".join(get_words(ruby) for ruby in element.iter("rt"))
        self._builder.lose("ruby", ruby_text)
        base = cast(list[str], element.xpath(".//text()[not(ancestor::rt or ancestor::rp or ancestor::rtc)]"))
        return "".join("".join(base).split())

    def _read_control(self, element: _Element, name: str) -> str:
        """Return the text that a form field shows; hidden values and unchosen options are losses."""
        kind = (element.get("type") or "text").lower()
        if name == "input":
            if kind in ("checkbox", "radio"):
                return "☑" if element.get("checked") is not None else "☐"
            if kind == "hidden":
                if value := element.get("value"):
                    self._builder.lose("hidden", value)
                return ""
            return element.get("value") or ""
        if name == "select":
            options = list(element.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            others = "、".join(get_words(option) for option in options if option not in chosen)
            if others:
                self._builder.lose("control", others)
            return "、".join(get_words(option) for option in chosen)
        return get_words(element)

    def _read_table(self, table: _Element, depth: int) -> None:
        """Add a table and its caption; the cells of a layout table are read as blocks."""
        rows = list(_iterate_rows(table))
        if _is_layout(table, rows):
            for row in rows:
                for cell in _list_cells(row):
                    self._read_block(cell, "td", depth)
            return
        caption = table.find("caption")
        if caption is not None:
            self._builder.paragraph(get_words(caption))
        lines: list[list[str]] = []
        down: dict[int, tuple[str, int]] = {}
        for row in rows:
            if self._record_dropped_element(row):
                continue
            lines.append(self._read_row(row, down, depth))
        self._builder.table(lines)

    def _read_row(self, row: _Element, down: dict[int, tuple[str, int]], depth: int) -> list[str]:
        """Return the cells of a row, including those that span it from the left or above (`down`)."""
        line: list[str] = []

        def carry() -> None:
            """Add the cells that reach down from rows above."""
            while len(line) in down and down[len(line)][1]:
                at = len(line)
                text, rows_left = down[at]
                down[at] = (text, rows_left - 1)
                line.append(CoveredCell(text, "above"))

        for cell in _list_cells(row):
            carry()
            text = "" if self._record_dropped_element(cell) else self._read_cell_text(cell, depth)
            across = read_span(cell, "colspan", MAX_CELL_SPAN)
            rows_down = read_span(cell, "rowspan", 10_000)
            check_bound("cells", len(line) + across)
            for at in range(across):
                down[len(line)] = (text, rows_down - 1)
                line.append(CoveredCell(text, "left") if at else text)
        carry()
        return line

    def _read_cell_text(self, cell: _Element, depth: int) -> str:
        """Return the text of a cell in lines; its losses are recorded for the page."""
        inner = DocumentBuilder("")
        page = _PageReader(inner, self._looks, self._menus)
        if depth < MAX_ELEMENT_DEPTH:
            page._walk(cell, depth + 1)
        page._flush()
        for loss in inner.document.losses:
            self._builder.lose(loss.what, loss.text)
        return "\n".join(block.text for block in inner.document.blocks)


def _iterate_rows(table: _Element) -> Iterator[_Element]:
    """Yield the rows of a table, also those in thead, tbody and tfoot."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _list_cells(row: _Element) -> list[_Element]:
    return [one for one in row if one.tag in ("td", "th")]


def _is_layout(table: _Element, rows: list[_Element]) -> bool:
    """Return true if a table only arranges the page and holds no data."""
    if sum(len(_list_cells(row)) for row in rows) <= 1:
        return True
    inner = [one for row in rows for cell in _list_cells(row) for one in cell.iterfind(".//table")]
    outermost = [one for one in inner if next(one.iterancestors("table")) is table]
    return bool(inner) and sum(len(get_words(one)) for one in outermost) * 2 > len(get_words(table))


def _collapse_spaces(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text) if text else ""


def _get_text_of_html(inner: str) -> str:
    return get_words(html.fragment_fromstring(inner, create_parent=True)) if inner.strip() else ""
