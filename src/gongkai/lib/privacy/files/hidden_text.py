"""Read the words that a file contains but does not show: comments, deleted text, properties."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

from lxml import etree, html

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.confined import reader
from gongkai.lib.fileformats.documents import LAZILY_IMPORTED, Document, UnreadFile, archives, texts
from gongkai.lib.fileformats.documents.packages import get_local_name, parse_xml, unpack_flat
from gongkai.lib.fileformats.documents.pages import build_tree
from gongkai.lib.privacy.files import archive, docx, xlsx
from gongkai.lib.privacy.files.hidden_pdf_text import read_hidden_pdf_text
from gongkai.lib.privacy.files.paragraphs import TEXT_TAGS
from gongkai.lib.privacy.files.text import HiddenContent, find_reader, open_document, read_content_text, read_embedded
from gongkai.lib.privacy.model import PrivacyError, UnknownContent

#: Parts of looks, by their exact place; of these only long numbers are read: their words are names of fonts and styles.
_STYLE_PARTS_RE = re.compile(
    r"(?:word|xl)/(?:styles|stylesWithEffects|fontTable|webSettings|theme/theme[0-9]*|(?:charts|diagrams)/(?:colors|style|layout|quickStyle)[0-9]*)\.xml"
)
#: Elements of other parts that are read as one line, however many pieces they hold.
_LINE_ELEMENTS = frozenset(["p", "si", "text", "div", "headerFooter"])
#: Attributes in words: names of sheets and ranges, words of pictures, who wrote a comment.
_TEXT_ATTRIBUTES = frozenset(
    ["name", "descr", "title", "alt", "author", "displayName", "prompt", "error", "v", "userId"]
)
_FONT_ATTRIBUTES = frozenset(["ascii", "hAnsi", "eastAsia", "cs", "typeface", "panose"])
_POSSIBLE_PERSONAL_DATA_RE = re.compile(rf"[{HAN}]|[@＠]|\d(?:[ -]?\d){{5}}")
_LONG_NUMBER_RE = re.compile(r"\d(?:[ -]?\d){10}")
#: Numbers, marks and cells as programs write them: lengths, revisions, identities, A1:B9.
_GENERATED_IDENTIFIER_RE = re.compile(
    r"-?[0-9.]{1,10}|[0-9A-Fa-f]{8}|\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?"
    r"|(?:\$?[A-Z]{1,3}\$?[0-9]{1,7}[: ]?){1,4}"
)
_XML_SUFFIXES = (".xml", ".rels", ".vml", ".htm", ".html", ".xhtml")
_XML_START_RE = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<[\x00]?[A-Za-z?!]")
#: Comments and strings of a style sheet, which may contain personal data.
_STYLE_WORDS_RE = re.compile(r"(?s)/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'")
_PRINTER_SETTINGS_RE = re.compile(r"(?:word|xl)/printerSettings/printerSettings[0-9]+\.bin")
#: A printer's settings are a few thousand bytes; what is longer is something else.
_MAX_SETTINGS_BYTES = 64 * 1024


def read_hidden_text(path: Path) -> HiddenContent:
    """Return the hidden text of a file.

    Raises:
        PrivacyError: unreadable, damaged or hostile.
    """
    return read_hidden_text_of_bytes(archive.read_file_bytes(path), path.suffix.lower())


@reader(PrivacyError, loads=LAZILY_IMPORTED)
def read_hidden_text_of_bytes(data: bytes, suffix: str) -> HiddenContent:
    """Return the hidden text of file content; `suffix` includes the dot.

    Raises:
        PrivacyError: damaged or hostile.
    """
    parts = _HiddenParts()
    token = archives.INNER_FILE_LISTENER.set(parts.add)
    try:
        if find_reader(data, suffix) is not None:
            try:
                hidden = _read_hidden_text(data, suffix)
                hidden.add(parts.hidden)
                return hidden
            except UnknownContent:
                pass  # another format under this suffix
        document = open_document(data, suffix)
        parts.add("文件中隐藏的文字", data, document)
    finally:
        archives.INNER_FILE_LISTENER.reset(token)
    hidden = HiddenContent()
    hidden.add_document(document)
    parts.hidden.add(hidden)
    return parts.hidden


class _HiddenParts:
    """Hidden text of a file by its content and of the files inside it, each read once.

    Attributes:
        hidden: the words of all of them, and what could not be read.
    """

    def __init__(self) -> None:
        self.hidden = HiddenContent()
        self._digests: set[bytes] = set()
        self._depth = 0

    def add(self, name: str, content: bytes, document: Document) -> None:
        """Add the properties of a file, and the words in its parts or earlier revisions that its document lacks."""
        self.hidden.lines += document.properties.values()
        digest = sha256(content).digest()
        if document.kind not in ("docx", "xlsx", "pdf", "html") or digest in self._digests:
            return
        self._digests.add(digest)
        if self._depth > archives.MAX_NESTING_LEVELS:
            self.hidden.unread.append(f"{name}：嵌套的文件太多层，没有读取")
            return
        self._depth += 1
        try:
            if document.kind in ("docx", "xlsx") and not content.startswith(b"PK"):
                package = unpack_flat(parse_xml(content))
                content = archive.write_archive({part: package.read(part) for part in package.names})
            found = _read_hidden_text(content, f".{document.kind}")
            self.hidden.lines += found.lines
            self.hidden.unread += found.unread
        except (PrivacyError, UnreadFile) as error:
            self.hidden.unread.append(f"{name}：{error}")
        finally:
            self._depth -= 1


def _read_hidden_text(data: bytes, suffix: str) -> HiddenContent:
    """Return the words that the ordinary view of a file hides, and its unreadable parts."""
    if suffix == ".pdf":
        return read_hidden_pdf_text(data)
    hidden = HiddenContent()
    if suffix in (".html", ".htm"):
        root = _parse_part(data, "网页文件")
        hidden.lines += _list_attributes(root)
        unseen = ("".join(map(str, element.itertext())) for element in root.iter("template", "noscript", "script"))
        hidden.lines += (words for words in unseen if _POSSIBLE_PERSONAL_DATA_RE.search(words))
        sheets = ("".join(map(str, element.itertext())) for element in root.iter("style"))
        hidden.lines += (words for sheet in sheets for words in _STYLE_WORDS_RE.findall(sheet))
    if suffix not in (".docx", ".xlsx"):
        return hidden
    label, visible_parts = (
        (docx.WORD_FILE_LABEL, docx.READ_PARTS) if suffix == ".docx" else (xlsx.EXCEL_FILE_LABEL, xlsx.SHEET_PART)
    )
    visible_pieces = {_remove_spaces(piece) for piece in re.split(r"[\t\n]", read_content_text(data, suffix))}
    lines: list[str] = []
    for name, content in sorted(archive.read_parts(data, label, word=suffix == ".docx").items()):
        if is_printer_settings(name, content):
            lines += (part.decode() for part in re.findall(rb"[0-9]{11,19}[Xx]?", content.replace(b"\0", b"")))
        elif is_xml_part(name, content):
            root = _parse_part(content, label)
            part_lines = _list_part_lines(root, suffix if visible_parts.fullmatch(name) else "")
            lines += (
                line for line in part_lines if not _STYLE_PARTS_RE.fullmatch(name) or _LONG_NUMBER_RE.search(line)
            )
        elif "/embeddings/" in name:
            read_embedded(name.rpartition("/")[2], content, hidden)
    all_lines = map(xlsx.read_codes, (*lines, *hidden.lines))
    hidden.lines = [line for line in all_lines if _remove_spaces(line) not in visible_pieces]
    return hidden


def is_xml_part(name: str, content: bytes) -> bool:
    """Return whether a part of an office file is XML or HTML, by its name or its start."""
    return name.lower().rstrip("#").endswith(_XML_SUFFIXES) or bool(_XML_START_RE.match(content[:200]))


def is_printer_settings(name: str, content: bytes) -> bool:
    """Return whether a part contains the printer settings of Office."""
    return bool(_PRINTER_SETTINGS_RE.fullmatch(name)) and len(content) <= _MAX_SETTINGS_BYTES


def _remove_spaces(words: str) -> str:
    return "".join(words.split())


def _parse_part(content: bytes, file_label: str) -> etree._Element:
    """Return the tree of an XML part, also of a damaged one; `file_label` names it in errors."""
    try:
        return archive.parse_xml(content, file_label, comments=True)
    except PrivacyError:
        text = texts.decode_text(content).replace("\0", "")
        try:
            return build_tree(text if text.strip() else f"<div>{text}</div>", html.HTMLParser())
        except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
            root = etree.Element("text")
            root.text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
            return root


def _list_attributes(root: etree._Element) -> Iterator[str]:
    """Yield the attributes of a tree that may contain personal data, and its comments by line."""
    for element in root.iter():
        if isinstance(element.tag, str):
            yield from (
                text for key, value in element.attrib.items() if (text := _read_attribute(str(key), str(value)))
            )
        elif element.tag is etree.Comment:
            yield from (element.text or "").split("\n")


def _list_part_lines(root: etree._Element, suffix: str) -> Iterator[str]:
    """Yield the attributes and invisible text lines of a part."""
    yield from _list_attributes(root)
    for line in "".join(_list_texts(root, suffix)).split("\n"):
        if words := line.strip():
            yield words


def _read_attribute(key: str, value: str) -> str:
    """Return the text of an attribute that may contain personal data, else an empty string."""
    key = key.rpartition("}")[2]
    if key in _TEXT_ATTRIBUTES:
        return value
    if len(value) < 6 and value.isascii():
        return ""
    text = unquote(value) if "%" in value else value
    if _GENERATED_IDENTIFIER_RE.fullmatch(text) or not (
        _LONG_NUMBER_RE if key in _FONT_ATTRIBUTES else _POSSIBLE_PERSONAL_DATA_RE
    ).search(text):
        return ""
    return text


def _list_texts(root: etree._Element, suffix: str) -> Iterator[str]:
    """Yield the texts of a part that a reader does not see, with line breaks between lines."""
    within = removed_depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        name = get_local_name(element)
        step = 1 if event == "start" else -1
        if event == "comment":
            yield element.tail or ""
            continue
        if event == "start":
            yield "\n" if name in _LINE_ELEMENTS or not within else ""
        within += step * (name in _LINE_ELEMENTS)
        removed_depth += step * (suffix == ".docx" and name in docx.REMOVED_ELEMENTS)
        if event == "start":
            if element.text and not _is_visible_text(element, name, suffix, removed_depth):
                yield element.text
        else:
            yield "\n" if name in _LINE_ELEMENTS or not within else ""
            yield element.tail or ""


def _is_visible_text(element: etree._Element, name: str, suffix: str, removed_depth: int) -> bool:
    """Return whether a reader of the file sees the text of an element."""
    if suffix == ".docx":
        if name not in TEXT_TAGS or removed_depth:
            return False
        return name != "t" or all(get_local_name(ancestor) != "rt" for ancestor in element.iterancestors())
    if suffix != ".xlsx" or name not in ("v", "t"):
        return False
    cell = next((ancestor for ancestor in element.iterancestors() if get_local_name(ancestor) in ("c", "rPh")), None)
    if cell is None or get_local_name(cell) == "rPh":
        return False
    return (name == "t") == (cell.get("t", "n") == "inlineStr")
