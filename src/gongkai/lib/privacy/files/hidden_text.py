"""Read the words that a file contains but does not show: comments, deleted text, properties."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree, html

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN_ALL
from gongkai.lib.confined import reader
from gongkai.lib.privacy.files import archive, docx, xlsx
from gongkai.lib.privacy.files.behind_pdf import pdf_behind
from gongkai.lib.privacy.files.package import local
from gongkai.lib.privacy.files.paragraphs import TEXT
from gongkai.lib.privacy.files.text import text_in
from gongkai.lib.privacy.model import PrivacyError

#: Parts of looks, by their exact place; of these only long numbers are read: their words are names of fonts and styles.
_BARE = re.compile(
    r"(?:word|xl)/(?:styles|stylesWithEffects|fontTable|webSettings|theme/theme[0-9]*|(?:charts|diagrams)/(?:colors|style|layout|quickStyle)[0-9]*)\.xml"
)
#: Elements of other parts that are read as one line, however many pieces they hold.
_LINES = frozenset(["p", "si", "text", "div", "headerFooter"])
#: Attributes in words: names of sheets and ranges, words of pictures, who wrote a comment.
_WORDED = frozenset(
    ["name", "descr", "title", "alt", "author", "displayName", "prompt", "error", "v", "userId"]
)
_FONTS = frozenset(["ascii", "hAnsi", "eastAsia", "cs", "typeface", "panose"])
_MAYBE = re.compile(rf"[{HAN_ALL}]|[@＠]|\d(?:[ -]?\d){{5}}")
_LONG = re.compile(r"\d(?:[ -]?\d){10}")
#: Numbers, marks and cells as programs write them: lengths, revisions, identities, A1:B9.
_MARK = re.compile(
    r"-?[0-9.]{1,10}|[0-9A-Fa-f]{8}|\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?"
    r"|(?:\$?[A-Z]{1,3}\$?[0-9]{1,7}[: ]?){1,4}"
)
_XML = (".xml", ".rels", ".vml", ".htm", ".html", ".xhtml")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<[\x00]?[A-Za-z?!]")
_PRINTER = re.compile(r"(?:word|xl)/printerSettings/printerSettings[0-9]+\.bin")
#: A printer's settings are a few thousand bytes; what is longer is something else.
_MOST_SETTINGS = 64 * 1024


def hidden_words(path: Path) -> str:
    """Return the hidden text of a .docx, .xlsx or .pdf file, one line for each item.

    Raises:
        PrivacyError: unreadable, damaged or hostile.
    """
    return hidden_in(archive.bytes_of(path), path.suffix.lower())


@reader(PrivacyError)
def hidden_in(data: bytes, suffix: str) -> str:
    """Return the hidden text of file content; `suffix` includes the dot.

    Raises:
        PrivacyError: damaged or hostile.
    """
    if suffix == ".pdf":
        return pdf_behind(data)
    if suffix not in (".docx", ".xlsx"):
        return ""
    what, shown = (docx.WHAT, docx._READ) if suffix == ".docx" else (xlsx.WHAT, xlsx._SHEET)
    seen = {_bare(piece) for piece in re.split(r"[\t\n]", text_in(data, suffix))}
    lines: list[str] = []
    for name, content in sorted(archive.read(data, what, word=suffix == ".docx").items()):
        if is_settings(name, content):
            lines += (
                part.decode() for part in re.findall(rb"[0-9]{11,19}[Xx]?", content.replace(b"\0", b""))
            )
        elif is_words(name, content):
            root = _parsed(content, what)
            said = _said(root, suffix if shown.fullmatch(name) else "")
            lines += (line for line in said if not _BARE.fullmatch(name) or _LONG.search(line))
    return "\n".join(line for line in dict.fromkeys(lines) if _bare(line) not in seen)


def is_words(name: str, content: bytes) -> bool:
    """Return whether a part of an office file is XML or HTML, by its name or its start."""
    return name.lower().rstrip("#").endswith(_XML) or bool(_BEGINS.match(content[:200]))


def is_settings(name: str, content: bytes) -> bool:
    """Return whether a part contains the printer settings of Office."""
    return bool(_PRINTER.fullmatch(name)) and len(content) <= _MOST_SETTINGS


def _bare(words: str) -> str:
    return "".join(words.split())


def _parsed(content: bytes, what: str) -> etree._Element:
    try:
        return archive.parse(content, what, comments=True)
    except PrivacyError:
        wide = b"\0" in content[:200]
        words = content.decode(
            "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le" if wide else "utf-8",
            "replace",
        )
        if not wide and "\ufffd" in words:
            words = content.decode("gb18030", "replace")
        words = re.sub(r"^[\s\ufeff]*<\?xml[^>]*\?>", "", words).replace("\0", "")
        try:
            return html.document_fromstring(f"<div>{words}</div>" if not words.strip() else words)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
            root = etree.Element("text")
            root.text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", words)
            return root


def _said(root: etree._Element, shown: str) -> Iterator[str]:
    for element in root.iter():
        if isinstance(element.tag, str):
            yield from (
                words for key, value in element.attrib.items() if (words := _attribute(str(key), str(value)))
            )
    for line in "".join(_texts(root, shown)).split("\n"):
        if words := line.strip():
            yield words


def _attribute(key: str, value: str) -> str:
    key = key.rpartition("}")[2]
    if key in _WORDED:
        return value
    if len(value) < 6 and value.isascii():
        return ""
    words = unquote(value) if "%" in value else value
    if _MARK.fullmatch(words) or not (_LONG if key in _FONTS else _MAYBE).search(words):
        return ""
    return words


def _texts(root: etree._Element, shown: str) -> Iterator[str]:
    within = gone = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        name = local(element)
        step = 1 if event == "start" else -1
        if event == "comment":
            yield f"\n{element.text or ''}\n"
            yield element.tail or ""
            continue
        if event == "start":
            yield "\n" if name in _LINES or not within else ""
        within += step * (name in _LINES)
        gone += step * (shown == ".docx" and name in docx._GONE)
        if event == "start":
            if element.text and not _read(element, name, shown, gone):
                yield element.text
        else:
            yield "\n" if name in _LINES or not within else ""
            yield element.tail or ""


def _read(element: etree._Element, name: str, shown: str, gone: int) -> bool:
    if shown == ".docx":
        if name not in TEXT or gone:
            return False
        return name != "t" or all(local(one) != "rt" for one in element.iterancestors())
    if shown != ".xlsx" or name not in ("v", "t"):
        return False
    cell = next((one for one in element.iterancestors() if local(one) in ("c", "rPh")), None)
    if cell is None or local(cell) == "rPh":
        return False
    return (name == "t") == (cell.get("t", "n") == "inlineStr")
