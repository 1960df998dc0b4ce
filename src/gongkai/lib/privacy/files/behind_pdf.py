"""Read the text of a PDF outside its text layer: properties, notes, form fields, links."""

import ctypes
from collections.abc import Callable, Iterator
from urllib.parse import unquote

import pypdfium2 as pdfium
from pypdfium2 import raw

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.archives import MAX_FILES
from gongkai.lib.fileformats.documents.packages import DAMAGED_PDF, LOCKED
from gongkai.lib.privacy.files.text import HiddenContent, read_embedded
from gongkai.lib.privacy.model import PrivacyError, UnknownContent

#: More notes, fields and titles than anybody's document has; with more a person must look.
MAX_PDF_ITEMS = 50_000
#: What an annotation says of itself (PDF 32000-1, 12.5 and 12.7): words, author, subject, rich words, value, default, names, caption.
_ANNOTATION_KEYS = (b"Contents", b"T", b"Subj", b"RC", b"V", b"DV", b"RV", b"TU", b"TM", b"CA", b"NM")
_XMP_TAGS = (b"<x:xmpmeta", b"</x:xmpmeta>")


def read_hidden_pdf_text(content: bytes) -> HiddenContent:
    """Return the words outside the text layer of a PDF.

    Raises:
        PrivacyError: damaged, locked, or with more notes and fields than can be read.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise UnknownContent(LOCKED if locked else DAMAGED_PDF) from error
    try:
        hidden = HiddenContent()
        for line in _list_hidden_texts(document, content):
            hidden.lines.append(line)
            if len(hidden.lines) > MAX_PDF_ITEMS:
                raise PrivacyError("PDF中的批注、表单和书签过多，机器无法逐条检查")
        _read_attachments(document, hidden)
        return hidden
    finally:
        document.close()


def _list_hidden_texts(document: pdfium.PdfDocument, content: bytes) -> Iterator[str]:
    yield from (str(value) for value in document.get_metadata_dict().values() if value)
    for title in document.get_toc(max_depth=64):
        yield title.get_title()
        yield _read_link_address(document, raw.FPDFBookmark_GetAction(title))
    yield from _list_scripts(document)
    yield from _read_xmp_properties(content)
    if document.get_formtype() != raw.FORMTYPE_NONE:
        document.init_forms()
    yield from _read_xfa_form(document)
    for number in range(len(document)):
        page = document[number]
        for place in range(raw.FPDFPage_GetAnnotCount(page)):
            annotation = raw.FPDFPage_GetAnnot(page, place)
            if annotation:
                yield from _list_annotation_texts(document, annotation)
                raw.FPDFPage_CloseAnnot(annotation)
        page.close()


def _read_attachments(document: pdfium.PdfDocument, hidden: HiddenContent) -> None:
    for place in range(document.count_attachments()):
        attached = document.get_attachment(place)
        hidden.lines.append(name := attached.get_name())
        if place < MAX_FILES:
            read_embedded(name, bytes(attached.get_data()), hidden)
        else:
            hidden.unread.append(f"{name}：附件太多，没有读取")


def _list_annotation_texts(document: pdfium.PdfDocument, one: object) -> Iterator[str]:
    for key in _ANNOTATION_KEYS:
        yield _read_utf16(raw.FPDFAnnot_GetStringValue, one, key)
    link = raw.FPDFAnnot_GetLink(one)
    if link:
        yield _read_link_address(document, raw.FPDFLink_GetAction(link))
    form = document.formenv
    if form is None:
        return
    for ask in (
        raw.FPDFAnnot_GetFormFieldValue,
        raw.FPDFAnnot_GetFormFieldName,
        raw.FPDFAnnot_GetFormFieldAlternateName,
        raw.FPDFAnnot_GetFormFieldExportValue,
    ):
        yield _read_utf16(ask, form, one)
    for place in range(min(raw.FPDFAnnot_GetOptionCount(form, one), MAX_PDF_ITEMS + 1)):
        yield _read_utf16(raw.FPDFAnnot_GetOptionLabel, form, one, place)


def _read_utf16(ask: Callable[..., int], *of: object) -> str:
    size = ask(*of, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(*of, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return " ".join(buffer.raw[: size - 2].decode("utf-16-le", "replace").split())


def _read_bytes(ask: Callable[..., int], *of: object) -> str:
    size = ask(*of, None, 0)
    if size <= 1:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(*of, buffer, size)
    return unquote(buffer.raw[: size - 1].decode("utf-8", "replace"))


def _read_link_address(document: pdfium.PdfDocument, action: object) -> str:
    if not action:
        return ""
    address = _read_bytes(raw.FPDFAction_GetURIPath, document, action)
    return f"{address} {_read_bytes(raw.FPDFAction_GetFilePath, action)}"


def _list_scripts(document: pdfium.PdfDocument) -> Iterator[str]:
    for place in range(min(raw.FPDFDoc_GetJavaScriptActionCount(document), MAX_PDF_ITEMS)):
        script = raw.FPDFDoc_GetJavaScriptAction(document, place)
        if script:
            yield _read_utf16(raw.FPDFJavaScriptAction_GetScript, script)
            raw.FPDFDoc_CloseJavaScriptAction(script)


def _read_xfa_form(document: pdfium.PdfDocument) -> Iterator[str]:
    for place in range(min(max(raw.FPDF_GetXFAPacketCount(document), 0), 1000)):
        size = ctypes.c_ulong()
        if not raw.FPDF_GetXFAPacketContent(document, place, None, 0, size) or not size.value:
            continue
        buffer = ctypes.create_string_buffer(size.value)
        raw.FPDF_GetXFAPacketContent(document, place, buffer, size.value, size)
        yield from re.split(r"[<>\n]+", buffer.raw.decode("utf-8", "replace"))


def _read_xmp_properties(content: bytes) -> Iterator[str]:
    start = content.find(_XMP_TAGS[0])
    while start >= 0:
        stop = content.find(_XMP_TAGS[1], start)
        stop = len(content) if stop < 0 else stop
        words = content[start:stop].decode("utf-8", "replace")
        yield from (part for part in re.findall(r">([^<>]+)<", words) if part.strip())
        start = content.find(_XMP_TAGS[0], stop)
