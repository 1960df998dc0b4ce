"""Whether what the office shows of a Word or Excel file is all that it says. What is not known to be shown counts as left out.

A signer who looked at a page answers for the file (`reviewing.seeing`). So nothing is believed of a part, an element or a look that is not known
here: the file itself must be opened then. Of what is known, each character of the file must stand on the page as often as in the file.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from gongkai.privacy import PrivacyError
from gongkai.privacy.files import archive

_PACKAGE = r"\[Content_Types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|docProps/(?:core|app|custom)\.xml|docProps/thumbnail\.(?:jpe?g|png|wmf|emf)"
_SHARED = r"theme/theme\d*\.xml|printerSettings/printerSettings\d+\.bin"
#: Parts of looks and settings, whose elements hold no words, and those whose words are counted.
_WORD = re.compile(
    rf"{_PACKAGE}|customXml/(?:item|itemProps)\d+\.xml"
    rf"|word/(?:{_SHARED}|styles|stylesWithEffects|settings|webSettings|fontTable|numbering|document|footnotes|endnotes"
    r"|header\d*|footer\d*|comments\w*|people)(?:\.xml)?"
)
_EXCEL = re.compile(
    rf"{_PACKAGE}|customXml/(?:item|itemProps)\d+\.xml"
    rf"|xl/(?:{_SHARED}|(?:workbook|styles|sharedStrings|calcChain|metadata)\.xml|worksheets/sheet\d+\.xml|tables/table\d+\.xml)"
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_OLDER = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: Vocabularies of which a part with words may be made; pictures, drawings, charts and whatever else is unknown are not among them.
_KNOWN = re.compile(
    r"\{(?:http://schemas\.openxmlformats\.org/(?:wordprocessingml/2006/main|officeDocument/2006/math|markup-compatibility/2006)"
    r"|http://purl\.oclc\.org/ooxml/(?:wordprocessingml/main|officeDocument/math)"
    r"|http://schemas\.microsoft\.com/office/word/20\d\d/[\w/]+|http://www\.wps\.cn/officeDocument/[\w/]+)\}"
)
#: What writes with signs of a font, takes a file of another kind in, or sets marks that no text holds.
_SIGNS = frozenset(["sym", "altChunk", "object", "pict", "drawing", "control", "subDoc"])
#: What a program needs and no reader sees: the commands of fields.
_COMMANDS = frozenset(["instrText", "delInstrText"])
#: Signs in numbers' looks that say no more than the number: dates, amounts.
_USUAL = frozenset("年月日时分秒上下午星期周亿万千百元整第页共张")
_LITERAL = re.compile(r"[^\W\d_A-Za-z]")
_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[A-Z&])')
_SAID = frozenset(["prompt", "promptTitle", "error", "errorTitle"])
_FEET = frozenset(["oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter", "rPh"])


def word_shown(path: Path, words: str) -> bool:
    """Return whether the words of a page are all that a Word file says.

    Args:
        path: the file.
        words: what the page shows, without its marks.
    """
    try:
        parts = archive.read(path, "Word 文档")
        said: Counter[str] = Counter()
        for name, content in parts.items():
            if not _WORD.fullmatch(name):
                return False
            if name.startswith("word/") and name.endswith(".xml") and not _counted(name, content, said):
                return False
    except PrivacyError:
        return False
    return not said - Counter(_signs(words))


def _counted(name: str, content: bytes, said: Counter[str]) -> bool:
    """Add what a part says; False where something in it is not known."""
    root = archive.parse(content, "Word 文档")
    if name == "word/numbering.xml":
        values = (
            one.get(f"{space}val", "") for space in (_W, _STRICT) for one in root.iter(f"{space}lvlText")
        )
        return not any(_LITERAL.search(value) for value in values)
    if name in {"word/styles.xml", "word/settings.xml"} or "theme/" in name:
        return True
    for element in _shown(root):
        if not _KNOWN.match(str(element.tag)) or _local(element) in _SIGNS:
            return False
        said.update(_signs(element.text or ""))
        said.update(_signs(element.tail or ""))
    return True


def _shown(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements of a part that a reader's program shows; of two forms of one thing the newer one."""
    passed: set[etree._Element] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        parent = element.getparent()
        if element.tag == _OLDER or (parent is not None and parent in passed):
            passed.add(element)
        elif _local(element) not in _COMMANDS:
            yield element


def _signs(words: str) -> Iterator[str]:
    """Yield the letters, figures and characters of words, in one width."""
    return (sign for sign in unicodedata.normalize("NFKC", words) if sign.isalnum())


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def sheets_shown(path: Path) -> bool:
    """Return whether the cells of an Excel file are all that it says: no drawings, notes, prompts, heads of pages, words in the looks of numbers."""
    try:
        parts = archive.read(path, "Excel 文件")
        return all(_EXCEL.fullmatch(name) for name in parts) and not any(
            _speaks(element)
            for name, content in parts.items()
            if name.startswith("xl/") and name.endswith(".xml") and "theme/" not in name
            for element in archive.parse(content, "Excel 文件").iter()
            if isinstance(element.tag, str)
        )
    except PrivacyError:
        return False


def _speaks(element: etree._Element) -> bool:
    """Whether an element says something that stands in no cell."""
    name = _local(element)
    if name in _FEET:
        return bool(_LITERAL.search(_CODES.sub("", "".join(str(one) for one in element.itertext()))))
    if name == "numFmt":
        return any(sign not in _USUAL for sign in _LITERAL.findall(element.get("formatCode", "")))
    if name == "c":
        return _uncomputed(element)
    return any(element.get(key, "").strip() for key in _SAID)


def _uncomputed(cell: etree._Element) -> bool:
    """Whether a cell has a formula without the value that was computed last: empty here, a number at the reader's."""
    held = {_local(one): (one.text or "").strip() for one in cell}
    return "f" in held and not held.get("v")
