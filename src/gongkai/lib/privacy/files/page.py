"""Mask web pages: visible text, attributes, links and styles."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.columns import is_column_header
from gongkai.lib.privacy.files import attributes
from gongkai.lib.privacy.files.encoding import decode
from gongkai.lib.privacy.files.package import drop, swept
from gongkai.lib.privacy.files.slots import Gathered, Hider
from gongkai.lib.privacy.model import PrivacyError

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
        "select",
        "label",
    ]
)
_CELLS = frozenset(["td", "th"])
_GONE = ("script", "template", "noscript", "object", "embed", "iframe", "applet", "base")
_RUBY = frozenset(["rt", "rp", "rtc"])
#: A cell wider or higher than this is a mistake or an attack.
_WIDEST = 60
_LONGEST_HEAD = 20
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)


def parse_html(content: bytes) -> etree._Element:
    """Return the tree of a web page.

    Raises:
        PrivacyError: empty, or nothing that a parser takes.
    """
    declared = _CHARSET.search(content[:4096])
    text = decode(content, "网页文件", declared[1].decode() if declared else "").lstrip("\ufeff")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise PrivacyError("网页文件是空的或无法解析") from error
    return root


@dataclass
class _Table:
    """State of a table while it is read: current column, and cells that span rows."""

    column: int = 0
    reaching: dict[int, tuple[int, str]] = field(default_factory=dict)

    def filled(self) -> Iterator[str]:
        while self.column in self.reaching:
            left, head = self.reaching.pop(self.column)
            if left > 1:
                self.reaching[self.column] = (left - 1, head)
            self.column += 1
            yield head

    def close(self) -> None:
        behind = {column: cell for column, cell in self.reaching.items() if column >= self.column}
        for column, (left, head) in behind.items():
            del self.reaching[column]
            if left > 1:
                self.reaching[column] = (left - 1, head)


class _Walker:
    """Read the text of a page: blocks on separate lines, cells separated by tabs."""

    def __init__(self) -> None:
        self.gathered = Gathered()
        self._tables: list[_Table] = [_Table()]

    def walk(self, root: etree._Element) -> Gathered:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            name = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                self._start(element, name)
            else:
                self._end(element, name)
        return self.gathered

    def _start(self, element: etree._Element, name: str) -> None:
        if name in _BLOCKS:
            self._line()
        if name == "table":
            self._tables.append(_Table())
        elif name == "tr":
            self._tables[-1].column = 0
        elif name in _CELLS:
            self._reach()
        if name != "style" and name not in _RUBY and element.text:
            self.gathered.add(element.text, _setter(element, "text"))

    def _end(self, element: etree._Element, name: str) -> None:
        if name in _CELLS:
            self._cell(element)
        elif name in _BLOCKS:
            if name == "tr":
                self._tables[-1].close()
            if name == "table" and len(self._tables) > 1:
                self._tables.pop()
            self._line()
        if element.tail:
            self.gathered.add(element.tail, _setter(element, "tail"))

    def _line(self) -> None:
        if self.gathered.parts[-2:] != ["\n", "\n"]:
            self.gathered.gap("\n")

    def _reach(self) -> None:
        for head in self._tables[-1].filled():
            self.gathered.gap(head + "\t")

    def _cell(self, element: etree._Element) -> None:
        table = self._tables[-1]
        words = "".join("".join(map(str, element.itertext())).split()) if len(element) < _WIDEST else ""
        head = words if len(words) <= _LONGEST_HEAD and is_column_header(words) else ""
        wide, high = _span(element, "colspan"), _span(element, "rowspan")
        self.gathered.gap("\t" + (head + "\t") * (wide - 1))
        for column in range(table.column, table.column + wide):
            if high > 1:
                table.reaching[column] = (high - 1, head)
        table.column += wide


def _span(element: etree._Element, name: str) -> int:
    words = element.get(name, "").strip()
    return max(1, min(int(words), _WIDEST)) if words.isascii() and words.isdecimal() else 1


def _walk(root: etree._Element) -> Gathered:
    return _Walker().walk(root)


def _setter(element: etree._Element, side: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda words: setattr(element, side, words)


def mask_html(content: bytes, hider: Hider) -> bytes:
    """Return a masked web page without scripts and comments."""
    root = parse_html(content)
    for element in list(root.iter(*_GONE)):
        drop(element)
    for meta in list(root.iter("meta")):
        if (
            (meta.get("name") or "").lower() in ("author", "copyright", "generator")
            or meta.get("charset")
            or meta.get("http-equiv")
        ):
            drop(meta)
    _collapse_source_breaks(root)
    readings = [(element, _base(element)) for element in root.iter("ruby")]
    hider.hide(_walk(root))
    for element, before in readings:
        _settle_reading(element, _base(element) == before, hider)
    for element in root.iter():
        if isinstance(element.tag, str):
            attributes.clean(element, hider)
    head = root.find("head")
    if head is None:
        head = etree.Element("head")
        root.insert(0, head)
    head.insert(0, etree.Element("meta", charset="utf-8"))
    return b"<!DOCTYPE html>\n" + etree.tostring(root, encoding="utf-8", method="html")


def html_text(content: bytes) -> str:
    """Return the visible text of a web page."""
    root = parse_html(content)
    for element in list(root.iter(*_GONE, "style")):
        drop(element)
    _collapse_source_breaks(root)
    return _walk(root).text


def _base(ruby: etree._Element) -> str:
    words = [ruby.text or ""]
    for element in ruby.iterdescendants():
        words += ("" if element.tag in _RUBY else element.text or "", element.tail or "")
    return "".join(words)


def _settle_reading(ruby: etree._Element, same: bool, hider: Hider) -> None:
    for element in ruby.iter(*_RUBY):
        element.text = swept(element.text or "", hider) if same else ""


def _collapse_source_breaks(root: etree._Element) -> None:
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in ("pre", "textarea", "style"):
            continue
        if element.text and "\n" in element.text:
            element.text = re.sub(r"\s*\n\s*", " ", element.text)
        if element.tail and "\n" in element.tail:
            element.tail = re.sub(r"\s*\n\s*", " ", element.tail)
