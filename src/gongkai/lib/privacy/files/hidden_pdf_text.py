"""Read the text of a PDF outside its text layer, such as earlier revisions."""

import io
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote

import pypdfium2 as pdfium
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdftypes import PDFObjectNotFound, PDFObjRef, PDFStream, resolve1
from pdfminer.psexceptions import PSEOF, PSException
from pdfminer.psparser import PSBaseParser
from pdfminer.utils import decode_text

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.archives import MAX_INNER_FILES
from gongkai.lib.fileformats.documents.pdf_annotations import list_drawn_lines
from gongkai.lib.fileformats.documents.pdf_pages import open_pdf_document, unpack_stream
from gongkai.lib.privacy.files.pdf_reading import list_unread_glyphs, open_pdf
from gongkai.lib.privacy.files.text import HiddenContent, read_embedded
from gongkai.lib.privacy.model import PrivacyError

#: Maximum notes, fields, titles and objects of a PDF; with more of them a person must look.
MAX_PDF_ITEMS = 50_000
_MAX_STREAM_BYTES = 2_000_000
#: Revisions of a file that was saved with its earlier ones, from the last.
_MAX_REVISIONS = 20
_REVISION_END_MARK = b"%%EOF"
#: Keys of strings that no person wrote: identities of the file, looks of a field.
_GENERATED_KEYS = frozenset({"ID", "DA", "Panose", "Registry", "Ordering", "CharSet", "CheckSum"})
#: Keys of what may be a stream of text: properties in XML, scripts, forms, values of fields.
_TEXT_KEYS = frozenset({"Metadata", "JS", "XFA", "RC", "RV", "V", "DV"})
_UTF_16 = (b"\xfe\xff", b"\xff\xfe")


def read_hidden_pdf_text(content: bytes) -> HiddenContent:
    """Return the words outside the text layer of a PDF.

    Raises:
        PrivacyError: damaged, locked, or with more objects and strings than can be read.
    """
    hidden = HiddenContent()
    with open_pdf(content) as document:
        hidden.lines += _list_strings(content)
        _read_earlier_revisions(document, content, hidden)
        hidden.unread += list_unread_glyphs(content)
        _read_attachments(document, hidden)
        for index in range(len(document)):  # last, because it changes the pages in memory
            hidden.lines += list_drawn_lines(document, index)
    return hidden


def _list_strings(content: bytes) -> list[str]:
    """Return the strings of all objects of a PDF (PrivacyError: damaged, too many)."""
    lines: dict[str, None] = {}
    try:
        for line in _iterate_strings(open_pdf_document(content), content):
            lines[line] = None
            if len(lines) > MAX_PDF_ITEMS:
                break
    except Exception as error:  # the library raises anything on damaged files
        raise PrivacyError("PDF文件的结构不合规范，无法核对，请换一份重新导出的PDF") from error
    if len(lines) > MAX_PDF_ITEMS:
        raise PrivacyError("PDF中的批注、表单和书签过多，机器无法逐条检查")
    return list(lines)


def _iterate_strings(document: PDFDocument, content: bytes) -> Iterator[str]:
    """Yield every text in the objects and text streams of a PDF."""
    numbers = sorted({number for xref in document.xrefs for number in xref.get_objids()})
    if len(numbers) > MAX_PDF_ITEMS:
        yield from map(str, range(MAX_PDF_ITEMS + 1))
    pending: list[tuple[str, object]] = [("", dict(xref.get_trailer())) for xref in document.xrefs]
    while pending or numbers:
        if not pending:
            try:
                pending.append(("", document.getobj(numbers[-1])))
            except PDFObjectNotFound:
                pass
            except PSException:
                pending.append(("", _list_tokens(document, content, numbers[-1])))
            numbers.pop()
            continue
        key, value = pending.pop()
        if isinstance(value, PDFObjRef) and key in _TEXT_KEYS and isinstance(stream := resolve1(value), PDFStream):
            yield from _read_stream(stream)
        if isinstance(value, PDFStream):
            value = value.attrs
        if isinstance(value, dict):
            pending += ((str(name), child) for name, child in value.items() if str(name) not in _GENERATED_KEYS)
        elif isinstance(value, list):
            pending += ((key, child) for child in value[: MAX_PDF_ITEMS + 1])
        elif isinstance(value, bytes) and (text := " ".join(_decode_pdf_string(value).split())):
            yield unquote(text) if "%" in text else text


def _list_tokens(document: PDFDocument, content: bytes, number: int) -> list[object]:
    """Return the tokens of an object with damaged syntax (PDFObjectNotFound: it is a stream)."""
    places = (xref.get_pos(number) for xref in document.xrefs if number in xref.get_objids())
    stream, at, _ = next(places, (None, 0, 0))
    if stream is not None:
        raise PDFObjectNotFound
    parser, found = PSBaseParser(io.BytesIO(content[at : content.find(b"endobj", at)])), []
    with suppress(PSEOF):
        while True:
            found.append(parser.nexttoken()[1])
    return list[object](found)


def _decode_pdf_string(value: bytes) -> str:
    return value[2:].decode("utf-16-le", "replace") if value[:2] == _UTF_16[1] else decode_text(value)


def _read_stream(stream: PDFStream) -> Iterator[str]:
    """Yield the lines of a stream of text."""
    content, _ = unpack_stream(stream, _MAX_STREAM_BYTES)
    words = _decode_pdf_string(content) if content[:2] in _UTF_16 else content.decode("utf-8", "replace")
    yield from filter(None, (line.strip() for line in re.split(r"[<>\n\r]+", words)))


def _read_earlier_revisions(document: pdfium.PdfDocument, content: bytes, hidden: HiddenContent) -> None:
    """Add the lines that only an earlier revision of a PDF shows to the hidden content, and its unreadable pages."""
    ends = [match.end() for match in re.finditer(_REVISION_END_MARK, content)][:-1]
    if not ends:
        return
    known_lines = {line for number in range(len(document)) for line in _list_page_lines(document, number)}
    for end in ends[-_MAX_REVISIONS:]:
        try:
            revision = pdfium.PdfDocument(content[:end])
        except pdfium.PdfiumError:
            continue  # the first part of a file that is written for the web does not open
        with revision:
            for number in range(len(revision)):
                try:
                    lines = dict.fromkeys(
                        line for line in _list_page_lines(revision, number) if line not in known_lines
                    )
                except pdfium.PdfiumError:
                    hidden.unread.append(f"文件里还留着以前的版本，它的第{number + 1}页没有读出来，请重新导出PDF")
                    continue
                known_lines.update(lines)
                hidden.lines += lines


def _list_page_lines(document: pdfium.PdfDocument, number: int) -> list[str]:
    """Return the non-empty lines of a page."""
    page = document[number]
    text_page = page.get_textpage()
    lines = [line for line in map(str.strip, text_page.get_text_range().splitlines()) if line]
    text_page.close()
    page.close()
    return lines


def _read_attachments(document: pdfium.PdfDocument, hidden: HiddenContent) -> None:
    """Add the names, texts and unread files of a PDF's attachments to the hidden content."""
    for place in range(document.count_attachments()):
        attached = document.get_attachment(place)
        hidden.lines.append(name := attached.get_name())
        if place >= MAX_INNER_FILES:
            hidden.unread.append(f"{name}：附件太多，没有读取")
            continue
        try:
            content = bytes(attached.get_data())
        except pdfium.PdfiumError:
            hidden.unread.append(f"{name}：PDF里没有它的内容")
            continue
        read_embedded(name, content, hidden)
