"""Parse foreign HTML within limits checked before parsing."""

from collections.abc import Iterable

from lxml import etree
from lxml.etree import _Element
from lxml.html import HTMLParser, fragments_fromstring

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.confined import BOUNDS_BY_NAME, describe_excess
from gongkai.lib.fileformats.documents.conditional_comments import resolve_conditional_comments
from gongkai.lib.fileformats.documents.model import DocumentBuilder, Loss, describe_losses
from gongkai.lib.fileformats.documents.pages import build_tree, decode_page
from gongkai.lib.fileformats.documents.symbols import linearise_formula

_CONTROL_CHARACTER_RE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATE_RE = re.compile("[\ud800-\udfff]")


def limit_page(text: str) -> tuple[str, str]:
    """Return (a page's HTML within the limits, Chinese note if it was cut, else "").

    Each tag becomes an object of 300 bytes that readers traverse a dozen times.
    """
    most, tags = BOUNDS_BY_NAME["page characters"].most, BOUNDS_BY_NAME["page tags"].most
    if words := describe_excess("page characters", len(text)):
        return limit_page(text[:most])[0], words
    if words := describe_excess("page tags", text.count("<")):
        position = -1
        for _ in range(tags + 1):
            position = text.index("<", position + 1)
        return text[:position], words
    return text, ""


def parse_tree(text: str) -> _Element | None:
    """Return a page's root element, or None for an empty page."""
    builder = DocumentBuilder("html")
    text = resolve_conditional_comments(
        _SURROGATE_RE.sub("\ufffd", _CONTROL_CHARACTER_RE.sub("", limit_page(text)[0])), builder
    )
    try:
        root = build_tree(text, HTMLParser())
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    _normalise(root)
    add_losses(root, builder.document.losses)
    return root


#: Attribute of a page's root: lines that describe its content other than text.
LOSSES_ATTRIBUTE = "data-losses"


def add_losses(root: _Element, losses: Iterable[Loss]) -> None:
    """Store lines that describe a page's content other than text on its root, one line a kind."""
    if lines := describe_losses(losses):
        root.set(LOSSES_ATTRIBUTE, "\n".join(filter(None, [root.get(LOSSES_ATTRIBUTE), *lines])))


#: Attributes that mark an element with ruby text (pronunciation above characters), and a formula that became a line.
RUBY_ATTRIBUTE, FORMULA_ATTRIBUTE = "data-ruby", "data-formula"
_TAGS_WITHOUT_TEXT = frozenset({"script", "style"})


def _normalise(root: _Element) -> None:
    """Normalise a page's characters, remove ruby text and write formulas as one line."""
    for formula in list(root.iter("math")):
        line, following_text = linearise_formula(formula), formula.tail
        formula.clear()
        formula.tag, formula.text, formula.tail = "span", line, following_text
        formula.set(FORMULA_ATTRIBUTE, line)
    for ruby in root.iter("ruby"):
        ruby.set(RUBY_ATTRIBUTE, " ".join("".join(map(str, node.itertext())) for node in ruby.iter("rt")))
    etree.strip_elements(root, "rt", "rp", with_tail=False)
    for element in root.iter():
        if (tail := element.tail) and not tail.isascii() and (normal := normalise_text(tail)) != tail:
            element.tail = normal
        text = element.text if isinstance(element.tag, str) and element.tag not in _TAGS_WITHOUT_TEXT else ""
        if text and not text.isascii() and (normal := normalise_text(text)) != text:
            element.text = normal
    for element in root.iter("a", "area", "img", "input", "meta", "option"):
        for name in ("title", "alt", "content", "value"):
            if words := element.get(name):
                element.set(name, normalise_text(words))


#: Attribute that marks an element with the content of an XML data island.
ISLAND_ATTRIBUTE = "data-island"
_XML_SCRIPT_RE = re.compile(r"^(?:text|application)/xml$", re.IGNORECASE)
_CDATA_SECTION_RE = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def open_islands(root: _Element) -> None:
    """Replace XML data islands in scripts by the list rows that they contain.

    The rows are quoted markup; an island without any is an empty list.
    """
    for script in [node for node in root.iter("script") if _XML_SCRIPT_RE.match((node.get("type") or "").strip())]:
        rows = "".join(_CDATA_SECTION_RE.findall(script.text or ""))
        tail = script.tail
        script.clear()
        script.tag, script.tail = "div", tail
        script.set(ISLAND_ATTRIBUTE, "")
        if rows.strip():
            for child in fragments_fromstring(rows):
                if isinstance(child, str):
                    script.text = child
                else:
                    script.append(child)


def decode_html(data: bytes) -> tuple[str, str]:
    """Return (a page's text, Chinese note if some bytes could not be decoded, else "")."""
    builder = DocumentBuilder("html")
    text = decode_page(data, builder)
    return text, "有个别字读不出，请核对。" if builder.document.losses else ""
