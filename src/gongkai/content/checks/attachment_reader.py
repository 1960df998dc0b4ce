"""Read attachments in a confined child process: text, hidden content, pages. No Django here."""

import io
import zipfile
import zlib
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
from pypdfium2 import raw

from gongkai.content.checks.embedded_content import EmbeddedContent, count_embedded, describe_unseen
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import PartStopped, reader, within_time_for_parts
from gongkai.lib.fileformats.documents import Loss, UnreadFile
from gongkai.lib.fileformats.documents.document_reader import read_nested_document
from gongkai.lib.fileformats.documents.model import PicturesOnly
from gongkai.lib.fileformats.pictures import has_marks
from gongkai.lib.fileformats.zips import open_zip
from gongkai.lib.privacy import PrivacyError
from gongkai.lib.privacy.files.emptiness import MAX_EXAMINED_PAGES, draw_small_page
from gongkai.lib.privacy.files.hidden_text import read_hidden_text_of_bytes
from gongkai.lib.privacy.files.pdf_reading import open_pdf
from gongkai.lib.privacy.files.text import read_content, read_content_text

#: Length of the longer side of A2 in points; larger pages become illegibly small here.
MAX_SIDE_POINTS = 1_700
#: Annotations that a page shows as they are, or that only lead on: links and fields of forms (PDF 32000-1, 12.5.6).
_IGNORED_ANNOTATIONS = frozenset([raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_WIDGET])
#: Formats whose unread attachments are taken from the reader of hidden text, because no `Loss` names them.
_WITH_HIDDEN_FILES = ("docx", "xlsx", "pdf")
_LAYER_PATTERN = re.compile(rb"/OCProperties|/OCGs?\b")
_OBJECT_STREAM_PATTERN = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
#: Bytes that one packed part is unpacked to at most.
_MAX_UNPACKED_BYTES = 8_000_000


def has_unrendered_pdf_content(content: bytes) -> bool:
    """Return true if a PDF has content that is missing from pictures of its pages.

    Such content are layers, and annotations other than links and form fields.
    A page too large to be legible counts, too.

    Raises:
        PrivacyError: it cannot be opened.
    """
    if _LAYER_PATTERN.search(content) or any(_LAYER_PATTERN.search(data) for data in _unpack_streams(content)):
        return True
    with open_pdf(content, of_any_length=True) as document:
        return any(_has_more_content(page) for page in document)


def _has_more_content(page: pdfium.PdfPage) -> bool:
    """Return true if a page has more than its text and pictures: annotations that draw, or an oversized page."""
    if max(page.get_size()) > MAX_SIDE_POINTS:
        return True
    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind not in _IGNORED_ANNOTATIONS:
            return True
    return False


def _unpack_streams(content: bytes) -> list[bytes]:
    """Return the decompressed object streams of a PDF (PDF 32000-1, 7.5.7)."""
    found = []
    for match in _OBJECT_STREAM_PATTERN.finditer(content):
        end = content.find(b"endstream", match.end())
        try:
            found.append(zlib.decompressobj().decompress(content[match.end() : end], _MAX_UNPACKED_BYTES))
        except zlib.error:
            continue
    return found


_BLANK_PATTERN = re.compile(r"\s+")
BROKEN_FILE_ERROR = "文件损坏或格式不符，读不出文字"


@reader(PrivacyError)
def read_file_text(data: bytes, suffix: str) -> tuple[str, list[int]]:
    """Return (text of a file, for a PDF the offsets at which pages begin, else []).

    `suffix` is the file extension without its dot.

    Raises:
        PrivacyError: no program can read it; the message gives the reason.
    """
    text = read_content_text.here(data, f".{suffix}")
    return text, _find_page_starts(data, text) if suffix == "pdf" else []


@reader(PrivacyError)
def measure_unpacked_size(data: bytes) -> int:
    """Return the bytes of an office file when unpacked, without its pictures.

    Raises:
        PrivacyError: it does not open.
    """
    try:
        with open_zip(data) as package:
            return sum(part.file_size for part in package.infolist() if "/media/" not in part.filename)
    except zipfile.BadZipFile as error:
        raise PrivacyError(BROKEN_FILE_ERROR) from error


@dataclass(frozen=True)
class AttachmentText:
    """All words of a file: visible, hidden, and by page.

    Attributes:
        text: the visible text.
        pages: for a PDF the offset in the text at which each page begins.
        hidden: words that no page shows.
        embedded: content that a person must inspect.
    """

    text: str
    pages: list[int]
    hidden: str
    embedded: EmbeddedContent


@reader(PrivacyError)
def read_attachment(data: bytes, suffix: str) -> AttachmentText:
    """Return the whole text of a file, laid out once.

    Raises:
        PrivacyError: no program can read it; the message gives the reason.
    """
    text, document = read_content(data, f".{suffix}")
    pages = _find_page_starts(data, text) if suffix == "pdf" else []
    content = read_hidden_text_of_bytes.here(data, f".{suffix}")
    hidden = content.text
    losses: list[Loss] = []
    try:
        with within_time_for_parts():
            losses = (document or read_nested_document(data, f"x.{suffix}", 0)).losses
    except PicturesOnly:
        pass  # the pictures are counted
    except (UnreadFile, PartStopped) as error:
        why = str(error).rstrip("。") if isinstance(error, UnreadFile) else "内容过多"
        unseen: tuple[str, ...] = (f"没有查有无隐藏、删去的文字（{why}）。",)
        return AttachmentText(text, pages, hidden, replace(count_embedded(data, suffix), unseen=unseen))
    found = count_embedded(data, suffix, losses)
    unread = [f"没有检查其中的{line}" for line in content.unread] if suffix in _WITH_HIDDEN_FILES else []
    unseen = tuple(dict.fromkeys((*found.unseen, *unread, *describe_unseen(losses))))
    return AttachmentText(text, pages, hidden, replace(found, unseen=unseen))


@reader(PrivacyError)
def count_pages(data: bytes, whole: bool) -> int:
    """Return the number of pages of a PDF.

    With `whole`, a PDF with content outside its pages (`has_unrendered_pdf_content`) counts as 0.

    Raises:
        PrivacyError: it cannot be opened.
    """
    if whole and has_unrendered_pdf_content(data):
        return 0
    with open_pdf(data, of_any_length=True) as document:
        if count := len(document):
            document[0].close()
    return count


@reader(PrivacyError)
def measure_pages(data: bytes) -> tuple[float, float, bool]:
    """Return the size of a PDF's first page in points, and true if its first pages show anything.

    The size is (0, 0) without pages.

    Raises:
        PrivacyError: it cannot be opened.
    """
    with open_pdf(data, of_any_length=True) as document:
        document.init_forms()
        pages = range(min(len(document), MAX_EXAMINED_PAGES))
        width, height = document[0].get_size() if pages else (0.0, 0.0)
        marked = any(has_marks(draw_small_page(document[number])) for number in pages)
    return width, height, marked


@reader(PrivacyError)
def draw_page(data: bytes, number: int) -> bytes:
    """Return a PDF page (from 1) as a PNG, or b"" if there is none.

    Raises:
        PrivacyError: it cannot be opened.
    """
    with open_pdf(data, of_any_length=True) as document:
        document.init_forms()  # else what stands in the fields of a form is not drawn
        if not 1 <= number <= len(document):
            return b""
        buffer = io.BytesIO()
        picture = document[number - 1].render(scale=1.2, may_draw_forms=True).to_pil()
        picture.save(buffer, "PNG", optimize=False)
        return buffer.getvalue()


def _find_page_starts(data: bytes, text: str) -> list[int]:
    """Return the offset of each page in the text, by the number of printed characters of each page."""
    starts, index = [], 0
    printed = [place for place, sign in enumerate(text) if not sign.isspace()]
    with open_pdf(data, of_any_length=True) as document:
        for page in document:
            starts.append(printed[index] if index < len(printed) else len(text))
            layer = page.get_textpage()
            index += len(_BLANK_PATTERN.sub("", layer.get_text_bounded()))
            layer.close()
            page.close()
    return starts
