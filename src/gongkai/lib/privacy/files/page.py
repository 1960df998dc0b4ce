"""Mask web pages: visible text, attributes, links and styles."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote, unquote_plus

from lxml import etree, html

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.packages import read_span, remove_element
from gongkai.lib.fileformats.documents.pages import BLOCK_TAGS, build_tree
from gongkai.lib.privacy.columns import is_column_header
from gongkai.lib.privacy.files.encoding import decode_text
from gongkai.lib.privacy.files.package import clean_picture, mask_string
from gongkai.lib.privacy.files.slots import FileMasker, SlotText
from gongkai.lib.privacy.model import PrivacyError

_URL_ATTRIBUTES = frozenset(
    ["href", "src", "action", "formaction", "poster", "cite", "background", "longdesc", "data", "ping", "srcset", "xlink:href",
     "manifest", "usemap", "classid", "codebase", "archive", "profile", "imagesrcset"]
)  # fmt: skip
#: Attributes of which a masked value would be nonsense to a browser: they go where anything in them is hidden.
_LAYOUT_ATTRIBUTES = frozenset(
    ["class", "style", "id", "width", "height", "colspan", "rowspan", "align", "valign", "border", "type", "rel", "lang", "dir", "for",
     "bgcolor", "color", "translate", "headers", "form", "list", "rev", "method", "enctype", "target", "media", "sizes"]
)  # fmt: skip
_URL_SCHEMES = ("mailto:", "tel:", "sms:", "callto:", "javascript:", "vbscript:")
_DATA_URL_IMAGE_RE = re.compile(r"data:image/(png|jpe?g|gif|bmp);base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_CSS_ESCAPE_RE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})[ \t\r\n\f]?|(.))", re.DOTALL)


def mask_element_attributes(element: etree._Element, masker: FileMasker) -> None:
    """Mask the name, the attributes and the style sheet of an element."""
    if mask_string(str(element.tag), masker) != element.tag:
        element.tag = "span"
    for name, value in list(element.attrib.items()):
        masked = _mask_attribute(str(name).lower(), str(value), masker)
        if masked is None:
            del element.attrib[name]
        elif masked != value:
            element.set(name, masked)
    if element.tag == "style" and element.text:
        masked_css = mask_string(element.text, masker)
        element.text = masked_css if mask_string(_unescape_css(masked_css), masker) == _unescape_css(masked_css) else ""


def _mask_attribute(name: str, value: str, masker: FileMasker) -> str | None:
    """Return the masked value of an attribute, or None if the attribute must be removed."""
    if name.startswith("on") or mask_string(name, masker) != name:
        return None
    if name in _URL_ATTRIBUTES:
        return _mask_url(value, masker)
    masked = mask_string(value, masker)
    if name in _LAYOUT_ATTRIBUTES:
        read = _unescape_css(value)
        return value if masked == value and mask_string(read, masker) == read else None
    hides = "%" in masked and any(mask_string(read, masker) != read for read in (unquote(masked), unquote_plus(masked)))
    return None if hides else masked


def _mask_url(value: str, masker: FileMasker) -> str | None:
    """Return the URL, masked if it has personal data, None for a forbidden scheme."""
    bare = re.sub(r"[\x00-\x20]", "", value)
    if bare.lower().startswith(_URL_SCHEMES):
        return None
    if bare.lower().startswith("data:"):
        return _clean_data_url_image(value)
    if any(mask_string(read, masker) != read for read in dict.fromkeys((value, unquote(value), unquote_plus(value)))):
        return "#"
    return value


def _clean_data_url_image(value: str) -> str | None:
    """Return an embedded image without metadata, or None if it is no readable image."""
    match = _DATA_URL_IMAGE_RE.fullmatch(value.strip())
    if match is None:
        return None
    try:
        raw = clean_picture(f"x.{match[1]}", base64.b64decode(match[2]))
    except (PrivacyError, binascii.Error):
        return None
    return f"data:image/{match[1]};base64,{base64.b64encode(raw).decode()}"


def _unescape_css(value: str) -> str:
    """Return a style sheet's text with its escapes replaced by the characters."""

    def sign(found: re.Match[str]) -> str:
        """Return the character of a CSS escape."""
        code = int(found[1], 16) if found[1] else 0
        return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else found[2] or ""

    return _CSS_ESCAPE_RE.sub(sign, value)


_BLOCK_TAGS = (BLOCK_TAGS - {"td", "th"}) | {"br", "head", "title", "option", "select", "label"}
_CELL_TAGS = frozenset(["td", "th"])
_REMOVED_TAGS = ("script", "template", "noscript", "object", "embed", "iframe", "applet", "base")
_RUBY_TAGS = frozenset(["rt", "rp", "rtc"])
#: A cell wider or higher than this is a mistake or an attack.
_MAX_CELL_SPAN = 60
_MAX_HEADER_CHARACTERS = 20


def parse_html(content: bytes) -> etree._Element:
    """Return the tree of a web page.

    Raises:
        PrivacyError: empty, or nothing that a parser takes.
    """
    text = decode_text(content, "网页文件", page=True)
    try:
        return build_tree(text, html.HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise PrivacyError("网页文件是空的或无法解析") from error


@dataclass
class _HtmlTableState:
    """Reading state of a table: current column, and cells that span further rows."""

    column: int = 0
    reaching: dict[int, tuple[int, str]] = field(default_factory=dict)

    def pass_covered_columns(self) -> Iterator[str]:
        """Pass the columns that cells of earlier rows cover, and yield the headers of these cells."""
        while self.column in self.reaching:
            rows_left, head = self.reaching.pop(self.column)
            if rows_left > 1:
                self.reaching[self.column] = (rows_left - 1, head)
            self.column += 1
            yield head

    def close(self) -> None:
        """End a row: count down the cells of earlier rows that cover its remaining columns."""
        later_columns = {column: cell for column, cell in self.reaching.items() if column >= self.column}
        for column, (rows_left, head) in later_columns.items():
            del self.reaching[column]
            if rows_left > 1:
                self.reaching[column] = (rows_left - 1, head)


class _PageReader:
    """Read the text of a page: blocks on separate lines, cells separated by tabs."""

    def __init__(self) -> None:
        self.gathered = SlotText()
        self._tables: list[_HtmlTableState] = [_HtmlTableState()]
        self._is_short_cell = False

    def walk(self, root: etree._Element) -> SlotText:
        """Return the text of a page with a setter for each piece."""
        for event, element in etree.iterwalk(root, events=("start", "end")):
            name = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                self._start(element, name)
            else:
                self._end(element, name)
        return self.gathered

    def _start(self, element: etree._Element, name: str) -> None:
        """Begin an element: a line, table, row or cell, and its text."""
        if name in _BLOCK_TAGS:
            self._begin_line()
        if name == "table":
            self._tables.append(_HtmlTableState())
        elif name == "tr":
            self._tables[-1].column = 0
        elif name in _CELL_TAGS:
            self._add_cell_headers()
            self._is_short_cell = len("".join(map(str, element.itertext()))) <= _MAX_HEADER_CHARACTERS
        if name != "style" and name not in _RUBY_TAGS and element.text:
            self.gathered.add(element.text, partial(setattr, element, "text"))

    def _end(self, element: etree._Element, name: str) -> None:
        """End an element: its line, row, cell or table, and the text after it."""
        if name in _CELL_TAGS:
            self._is_short_cell = False
            self._end_cell(element)
        elif name in _BLOCK_TAGS:
            if name == "tr":
                self._tables[-1].close()
            if name == "table" and len(self._tables) > 1:
                self._tables.pop()
            self._begin_line()
        if element.tail:
            self.gathered.add(element.tail, partial(setattr, element, "tail"))

    def _begin_line(self) -> None:
        """Begin a new line, but within a name or a number that a narrow cell breaks."""
        if self._is_short_cell:
            self.gathered.add_separator(" ")
        elif self.gathered.parts[-2:] != ["\n", "\n"]:
            self.gathered.add_separator("\n")

    def _add_cell_headers(self) -> None:
        """Add the headers of the current cell before its text."""
        for head in self._tables[-1].pass_covered_columns():
            self.gathered.add_separator(head + "\t")

    def _end_cell(self, element: etree._Element) -> None:
        """End a table cell: move to the next column and note the columns and rows it covers."""
        table = self._tables[-1]
        text = "".join("".join(map(str, element.itertext())).split()) if len(element) < _MAX_CELL_SPAN else ""
        head = text if len(text) <= _MAX_HEADER_CHARACTERS and is_column_header(text) else ""
        wide, high = read_span(element, "colspan"), read_span(element, "rowspan")
        self.gathered.add_separator("\t" + (head + "\t") * (wide - 1))
        for column in range(table.column, table.column + wide):
            if high > 1:
                table.reaching[column] = (high - 1, head)
        table.column += wide


def mask_html(content: bytes, masker: FileMasker) -> bytes:
    """Return a masked web page without scripts and comments."""
    root = parse_html(content)
    for element in list(root.iter(*_REMOVED_TAGS)):
        remove_element(element)
    for meta in list(root.iter("meta")):
        if (
            (meta.get("name") or "").lower() in ("author", "copyright", "generator")
            or meta.get("charset")
            or meta.get("http-equiv")
        ):
            remove_element(meta)
    _collapse_source_breaks(root)
    readings = [(element, _get_ruby_base(element)) for element in root.iter("ruby")]
    masker.hide(_PageReader().walk(root))
    for element, before in readings:
        _remove_masked_readings(element, _get_ruby_base(element) == before, masker)
    for element in root.iter():
        if isinstance(element.tag, str):
            mask_element_attributes(element, masker)
    head = root.find("head")
    if head is None:
        head = etree.Element("head")
        root.insert(0, head)
    head.insert(0, etree.Element("meta", charset="utf-8"))
    return b"<!DOCTYPE html>\n" + etree.tostring(root, encoding="utf-8", method="html")


def read_html_text(content: bytes) -> str:
    """Return the visible text of a web page."""
    root = parse_html(content)
    for element in list(root.iter(*_REMOVED_TAGS, "style")):
        remove_element(element)
    _collapse_source_breaks(root)
    return _PageReader().walk(root).text


def _get_ruby_base(ruby: etree._Element) -> str:
    """Return the text under a ruby annotation."""
    words = [ruby.text or ""]
    for element in ruby.iterdescendants():
        words += ("" if element.tag in _RUBY_TAGS else element.text or "", element.tail or "")
    return "".join(words)


def _remove_masked_readings(ruby: etree._Element, same: bool, masker: FileMasker) -> None:
    """Mask the ruby text if it repeats the masked base (`same`), else remove it."""
    for element in ruby.iter(*_RUBY_TAGS):
        element.text = mask_string(element.text or "", masker) if same else ""


def _collapse_source_breaks(root: etree._Element) -> None:
    """Replace the line breaks of the source code by spaces, except where they are shown."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in ("pre", "textarea", "style"):
            continue
        if element.text and "\n" in element.text:
            element.text = re.sub(r"\s*\n\s*", " ", element.text)
        if element.tail and "\n" in element.tail:
            element.tail = re.sub(r"\s*\n\s*", " ", element.tail)
