"""The last gate: what goes out is taken apart again from outside and searched, byte by byte and word by word."""

import io
import zipfile

import pypdfium2 as pdfium
from lxml import etree, html

from gongkai.privacy.files.slots import plain
from gongkai.privacy.model import PrivacyError

_REFUSAL = "输出前复查时仍发现未遮盖的内容（{where}），已停止输出，请人工处理"
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def _xml_text(content: bytes) -> str:
    """Return every text and attribute of an XML or HTML part as one string."""
    try:
        root = etree.fromstring(
            content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        )
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    values = [str(value) for element in root.iter() for value in element.attrib.values()]
    return "".join(map(str, root.itertext())) + "\n" + "\n".join(values)


def _parts(content: bytes, suffix: str) -> list[tuple[str, bytes, str]]:
    """Return name, bytes and words of everything in a file."""
    if suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [
                (
                    name,
                    archive.read(name),
                    name + "\n" + _xml_text(archive.read(name)) if name.endswith((".xml", ".rels")) else name,
                )
                for name in archive.namelist()
            ]
    if suffix == ".html":
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
        values = [str(value) for element in root.iter() for value in element.attrib.values()]
        return [("网页", content, "".join(map(str, root.itertext())) + "\n" + "\n".join(values))]
    if suffix == ".pdf":
        return [("PDF", content, _pdf_text(content))]
    return [("文本", content, content.decode())]


def _pdf_text(content: bytes) -> str:
    """Return the properties of a PDF; a text layer must not be there at all."""
    document = pdfium.PdfDocument(content)
    words = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    if "".join(words).strip():
        raise PrivacyError(_REFUSAL.format(where="PDF文字层"))
    values = [str(value) for value in document.get_metadata_dict().values()]
    document.close()
    return "\n".join(values)


def nothing_left(content: bytes, suffix: str, words: list[str]) -> None:
    """Make sure that none of the masked words is left in a file.

    Args:
        content: the file as it would go out.
        suffix: its kind (.docx).
        words: what was masked, without spaces and in half width.

    Raises:
        PrivacyError: something is left, or the file cannot be read again.
    """
    try:
        parts = _parts(content, suffix)
    except (zipfile.BadZipFile, etree.LxmlError, pdfium.PdfiumError, UnicodeDecodeError, OSError) as error:
        raise PrivacyError("输出前复查时文件无法重新打开，已停止输出") from error
    found = _search([(name, plain(text)) for name, _, text in parts], words)
    if found:
        raise PrivacyError(_REFUSAL.format(where=found))
    if suffix == ".pdf":
        return
    for name, raw, _ in parts:
        for word in words:
            if len(word) > 2 and any(_encoded(word, encoding) in raw for encoding in _ENCODINGS):
                raise PrivacyError(_REFUSAL.format(where=name))


def _search(texts: list[tuple[str, str]], words: list[str]) -> str:
    from gongkai.privacy.tables import alternatives

    if not words:
        return ""
    import re

    pattern = re.compile(alternatives(tuple(words)))
    return next((name for name, text in texts if pattern.search(text)), "")


def _encoded(word: str, encoding: str) -> bytes:
    return word.encode(encoding, "ignore") or b"\x00\xff\x00"
