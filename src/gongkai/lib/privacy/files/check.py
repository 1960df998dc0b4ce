"""Final check: unpack the output file and search every byte and word for masked data."""

import io
import zipfile
from urllib.parse import unquote

import pypdfium2 as pdfium
from lxml import etree, html
from pdfminer.pdfexceptions import PDFException

from gongkai.lib.privacy.files.known import KnownBytes, KnownWords
from gongkai.lib.privacy.files.pdf_second import extract_words
from gongkai.lib.privacy.files.text import list_hidden_words, open_document
from gongkai.lib.privacy.model import PrivacyError

#: Parts what stands beside each other and is no row of words; no view of a text leaves it out.
_TEXT_SEPARATOR = "\n\x00\n"
_REFUSAL_MESSAGE = "输出前复查时仍发现未遮盖的内容（“{words}”，在{where}中），已停止输出，请人工处理"
_CHECKED_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def _extract_xml_text(content: bytes) -> str:
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    return _extract_tree_text(root)


def _extract_tree_text(root: etree._Element) -> str:
    apart: dict[str, None] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        apart[element.tag] = None
        for name, value in element.attrib.items():
            apart[str(name)] = None
            apart[str(value)] = None
            if "%" in str(value):
                apart[unquote(str(value))] = None
    return _TEXT_SEPARATOR.join(["".join(map(str, root.itertext())), *apart])


def _read_as_document(content: bytes, suffix: str) -> list[tuple[str, bytes, str]]:
    """Return the words that the reader of all files finds: normalised, hidden ones too."""
    try:
        document = open_document(content, suffix)
    except PrivacyError:  # nothing is left to read
        return []
    return [("读出的文字", b"", _TEXT_SEPARATOR.join([document.text, *list_hidden_words(document)]))]


def _list_parts(content: bytes, suffix: str) -> list[tuple[str, bytes, str]]:
    if suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [
                (
                    name,
                    archive.read(name),
                    name + _TEXT_SEPARATOR + _extract_xml_text(archive.read(name))
                    if name.endswith((".xml", ".rels"))
                    else name,
                )
                for name in archive.namelist()
            ]
    if suffix == ".html":
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
        return [("网页", content, _extract_tree_text(root))]
    if suffix == ".pdf":
        return [("PDF", content, _extract_pdf_text(content))]
    return [("文本", content, content.decode())]


def _extract_pdf_text(content: bytes) -> str:
    document = pdfium.PdfDocument(content)
    words = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    values = [str(value) for value in document.get_metadata_dict().values()]
    document.close()
    return "\n".join([*values, *words, extract_words(content)])


def refuse_remaining_words(content: bytes, suffix: str, words: list[str]) -> None:
    """Refuse a masked file that still contains one of the masked words.

    Args:
        content: the file as it would go out.
        suffix: its kind (.docx).
        words: what was masked, without spaces and in half width.

    Raises:
        PrivacyError: something is left, or the file cannot be read again.
    """
    try:
        parts = _list_parts(content, suffix)
    except (
        zipfile.BadZipFile,
        etree.LxmlError,
        pdfium.PdfiumError,
        PDFException,
        UnicodeDecodeError,
        OSError,
    ) as error:
        raise PrivacyError("输出前复查时文件无法重新打开，已停止输出") from error
    if suffix != ".pdf":  # a masked PDF is a picture and was read by two libraries already
        parts += _read_as_document(content, suffix)
    known = KnownWords(words)
    for name, _, text in parts:
        if left := known.find_first_in(text):
            raise PrivacyError(_REFUSAL_MESSAGE.format(where=name, words=left))
    if suffix == ".pdf":
        return
    encoded = KnownBytes((word for word in words if len(word) > 2), _CHECKED_ENCODINGS)
    for name, content_of, _ in parts:
        if left := encoded.find_first_in(content_of):
            raise PrivacyError(_REFUSAL_MESSAGE.format(where=name, words=left))
