"""Words that a file carries and its pages do not show: comments, deleted words, properties, names, rules of cells. Whoever fetches it has them.

`text_of` reads what a reader sees. A masked copy has none of these (`docx.py`, `xlsx.py` keep only what is known to be safe); an original that goes
out as it is has them all.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
from lxml import etree

from gongkai.privacy.files import archive
from gongkai.privacy.files.docx import WHAT as WORD
from gongkai.privacy.files.package import local
from gongkai.privacy.files.xlsx import WHAT as EXCEL
from gongkai.privacy.model import PrivacyError

#: Parts that `text_of` reads, and parts that hold looks and no words.
_SHOWN = re.compile(
    r"word/(?:document|header[0-9]*|footer[0-9]*|footnotes|endnotes|charts/chart[0-9]*|diagrams/(?:data|drawing)[0-9]*)\.xml"
    r"|xl/worksheets/sheet[0-9]*\.xml"
)
_BARE = re.compile(
    r".*(?:styles|stylesWithEffects|theme[0-9]*|fontTable|webSettings|calcChain|colors[0-9]*|style[0-9]+|layout[0-9]*|quickStyle[0-9]*)\.xml"
    r"|\[Content_Types\]\.xml|xl/sharedStrings\.xml"
)
#: Elements of shown parts that no page shows.
_HIDDEN = frozenset(["del", "moveFrom", "formula1", "formula2", "f", "headerFooter"])
#: Elements of other parts that are read as one line, however many pieces they hold.
_LINES = frozenset(["p", "si", "text"])
#: Attributes in words: names of sheets and ranges, words of pictures, who wrote a comment.
_WORDED = frozenset(
    ["name", "descr", "title", "alt", "author", "displayName", "prompt", "error", "v", "userId"]
)


def hidden_words(path: Path) -> str:
    """Return what a .docx, .xlsx or .pdf file says where no page shows it, a line for each piece; empty for other kinds.

    Raises:
        PrivacyError: unreadable, damaged or hostile.
    """
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        return _properties(path)
    if suffix not in (".docx", ".xlsx"):
        return ""
    what = WORD if suffix == ".docx" else EXCEL
    lines: list[str] = []
    for name, content in sorted(archive.read(path, what).items()):
        if not name.endswith(".xml") or _BARE.fullmatch(name):
            continue
        try:
            root = archive.parse(content, what)
        except PrivacyError:
            continue  # not well-formed: no program shows it, and the parts that must be are read by `text_of`
        lines += _said(root, shown=bool(_SHOWN.fullmatch(name)))
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _said(root: etree._Element, *, shown: bool) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        yield from (str(value) for key, value in element.attrib.items() if _worded(str(key)))
        if shown:
            if local(element) in _HIDDEN:
                yield "".join(map(str, element.itertext()))
        elif local(element) in _LINES:
            yield "".join(map(str, element.itertext()))
        elif (
            element.text
            and len(element) == 0
            and not any(local(one) in _LINES for one in element.iterancestors())
        ):
            yield str(element.text)


def _worded(key: str) -> bool:
    return key.rpartition("}")[2] in _WORDED


def _properties(path: Path) -> str:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise PrivacyError("PDF打不开：文件损坏或有密码") from error
    try:
        return "\n".join(str(value) for value in document.get_metadata_dict().values() if value)
    finally:
        document.close()
