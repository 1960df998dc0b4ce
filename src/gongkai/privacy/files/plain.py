"""Text files and web pages."""

import re

from charset_normalizer import from_bytes
from lxml import etree, html

from gongkai.privacy.files.slots import MAX_CHARS, Gathered, Hider
from gongkai.privacy.model import PrivacyError

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
#: Attributes that lay a page out and hold no words.
_LAYOUT = frozenset(
    [
        "class",
        "style",
        "width",
        "height",
        "colspan",
        "rowspan",
        "align",
        "valign",
        "border",
        "type",
        "rel",
        "lang",
        "dir",
        "for",
    ]
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)


def decode(content: bytes, what: str) -> str:
    """Return the text of a file in UTF-8, UTF-16, GB 18030 or what it looks like.

    Raises:
        PrivacyError: no encoding fits, or not a text at all.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _try(content, name, what)
    if b"\x00" in content:
        raise PrivacyError(f"{what}不是文本，内容无法读取")
    for name in ("utf-8", "gb18030"):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    guess = from_bytes(content[:200_000]).best()
    if guess is None:
        raise PrivacyError(f"{what}的文字编码无法识别，请另存为UTF-8后再处理")
    return _try(content, guess.encoding, what)


def _try(content: bytes, encoding: str, what: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise PrivacyError(f"{what}的文字编码有误，请另存为UTF-8后再处理") from error


def mask_text(content: bytes, hider: Hider) -> bytes:
    """Return a text file with everything hidden, in UTF-8."""
    text = decode(content, "文本文件").replace("\r\n", "\n")
    if len(text) > MAX_CHARS:
        raise PrivacyError("文本文件过长，请拆分后再处理")
    gathered, box = Gathered(), [text]
    gathered.add(text, lambda words: box.__setitem__(0, words))
    hider.hide(gathered)
    return box[0].encode()


def parse_html(content: bytes) -> etree._Element:
    """Return the tree of a web page.

    Raises:
        PrivacyError: empty, or nothing that a parser takes.
    """
    declared = _CHARSET.search(content[:4096])
    text = ""
    if declared:
        try:
            text = content.decode(
                "gb18030" if declared[1].lower() in (b"gb2312", b"gbk") else declared[1].decode()
            )
        except (UnicodeDecodeError, LookupError):
            text = ""
    text = text or decode(content, "网页文件")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise PrivacyError("网页文件是空的或无法解析") from error
    return root


def _walk(root: etree._Element) -> Gathered:
    """Gather the words of a page: blocks on lines of their own, cells parted by tabs."""
    gathered = Gathered()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if name in _BLOCKS:
                gathered.gap("\n")
            if name != "style" and element.text:
                gathered.add(element.text, _setter(element, "text"))
        else:
            if name in _CELLS:
                gathered.gap("\t")
            elif name in _BLOCKS:
                gathered.gap("\n")
            if element.tail:
                gathered.add(element.tail, _setter(element, "tail"))
    return gathered


def _setter(element: etree._Element, side: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda words: setattr(element, side, words)


def mask_html(content: bytes, hider: Hider) -> bytes:
    """Return a web page with everything hidden: words, attributes, links; scripts and comments go."""
    root = parse_html(content)
    for element in list(root.iter(*_GONE)):
        _drop(element)
    for meta in list(root.iter("meta")):
        if (
            (meta.get("name") or "").lower() in ("author", "copyright", "generator")
            or meta.get("charset")
            or meta.get("http-equiv")
        ):
            _drop(meta)
    _collapse_source_breaks(root)
    hider.hide(_walk(root))
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in list(element.attrib.items()):
            if str(name).lower().startswith("on"):
                del element.attrib[name]
            elif str(name) not in _LAYOUT:
                _attribute(element, str(name), str(value), hider)
        if element.tag == "style" and element.text:
            element.text = hider.string(element.text)
    head = root.find("head")
    if head is None:
        head = etree.Element("head")
        root.insert(0, head)
    head.insert(0, etree.Element("meta", charset="utf-8"))
    return b"<!DOCTYPE html>\n" + etree.tostring(root, encoding="utf-8", method="html")


def html_text(content: bytes) -> str:
    """Return what a reader sees of a web page."""
    root = parse_html(content)
    for element in list(root.iter(*_GONE, "style")):
        _drop(element)
    _collapse_source_breaks(root)
    return re.sub(r"\n{3,}", "\n\n", _walk(root).text)


def _attribute(element: etree._Element, name: str, value: str, hider: Hider) -> None:
    from urllib.parse import unquote

    if name == "href" and value.lower().startswith(("mailto:", "tel:", "javascript:")):
        del element.attrib[name]
        return
    words = unquote(value) if name in ("href", "src", "action") else value
    if words.startswith("data:"):
        return
    masked = hider.string(words)
    if masked != words:
        element.set(name, "#" if name in ("href", "src", "action") else masked)


def _collapse_source_breaks(root: etree._Element) -> None:
    """Line breaks of the source are spaces to a reader; outside pre they must not part a number or a name."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in ("pre", "textarea", "style"):
            continue
        if element.text and "\n" in element.text:
            element.text = re.sub(r"\s*\n\s*", " ", element.text)
        if element.tail and "\n" in element.tail:
            element.tail = re.sub(r"\s*\n\s*", " ", element.tail)


def _drop(element: etree._Element) -> None:
    from gongkai.privacy.files.package import drop

    drop(element)
