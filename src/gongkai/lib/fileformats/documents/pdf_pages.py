"""Read the structure of a PDF within bounds: pages, layers, form fields, shapes."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import apply_matrix_pt, decode_text, mult_matrix
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent

from gongkai.lib.fileformats.documents.model import UnreadFile, check_bound
from gongkai.lib.fileformats.documents.packages import DAMAGED_PDF_ERROR, LOCKED_FILE_ERROR

if TYPE_CHECKING:
    from pdfminer.pdfcolor import PDFColorSpace
    from pdfminer.pdfdevice import PDFTextSeq
    from pdfminer.pdfinterp import PDFGraphicState, PDFStackT, PDFTextState
    from pdfminer.utils import Matrix, Rect

_LAST_REFERENCE_RE = re.compile(rb"startxref\s+(\d+)")
#: Maximum levels of a page tree; programs write three.
MAX_PAGE_TREE_LEVELS = 100


def remove_bytes_after_end(data: bytes) -> bytes:
    """Return a PDF without bytes after its end, which pdfminer reads in quadratic time."""
    at = data.rfind(b"startxref")
    found = _LAST_REFERENCE_RE.match(data, at) if at >= 0 else None
    return (data[:at] if found else data) + b"\nstartxref\n" + (found[1] if found else b"-") + b"\n%%EOF\n"


def open_pdf_document(data: bytes) -> PDFDocument:
    """Open a PDF, and count its pages before anything is built.

    Raises:
        UnreadFile: it is locked, has too many pages, or its page tree is circular.
    """
    try:
        document = PDFDocument(PDFParser(io.BytesIO(remove_bytes_after_end(data))))
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadFile(LOCKED_FILE_ERROR) from error
    except struct.error as error:  # it permits nothing at all (/P 0), for which the library has no number
        raise UnreadFile("有密码：PDF的权限密码不许复制文字，请取消密码或打印为新的PDF后再试。") from error
    count = 0
    pending: list[tuple[object, tuple[int, ...]]] = [(document.catalog.get("Pages"), ())]
    while pending:
        reference, above = pending.pop()
        node = resolve1(reference)
        number = reference.objid if isinstance(reference, PDFObjRef) else 0
        if number in above or len(above) > MAX_PAGE_TREE_LEVELS:
            raise UnreadFile("已损坏：PDF的页面目录互相包含，请用阅读器另存或打印为新的PDF后再试。")
        kids = resolve1(node.get("Kids")) if isinstance(node, dict) else None
        if isinstance(kids, list):
            inside = (*above, number) if number else above
            pending += [(kid, inside) for kid in reversed(kids)]
        else:
            count += 1
            check_bound("pages", count)
    return document


def find_hidden_layers(document: PDFDocument) -> set[str]:
    """Return the names of the optional content that is switched off."""
    properties = resolve1(document.catalog.get("OCProperties"))
    default = resolve1(properties.get("D")) if isinstance(properties, dict) else None
    names: set[str] = set()
    for one in (resolve1(default.get("OFF")) if isinstance(default, dict) else None) or ():
        group = resolve1(one)
        name = resolve1(group.get("Name")) if isinstance(group, dict) else None
        if isinstance(name, bytes):
            names.add(decode_text(name))
    return names


def is_watermark_name(name: str) -> bool:
    """Return whether a layer or annotation is named a watermark."""
    return "watermark" in name.lower() or "水印" in name


class BoundedDevice(PDFPageAggregatorWithMarkedContent):
    """Collect the shapes of a page (UnreadFile: too many characters, lines or forms)."""

    signs = lines = figures = 0

    def __init__(self, page: Page) -> None:
        super().__init__(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
        self._tags: list[bool] = []
        self.watermarks: set[tuple[int, int]] = set()
        """Start points of watermark words, from the lower left corner of the page as displayed."""

    def begin_tag(self, tag: PSLiteral, props: "PDFStackT | None" = None) -> None:
        """Record if marked content that begins here is a watermark (PDF 32000-1, 14.8.2.2)."""
        subtype = resolve1(props.get("Subtype")) if isinstance(props, dict) else None
        self._tags.append(isinstance(subtype, PSLiteral) and subtype.name == "Watermark")

    def end_tag(self) -> None:
        """Record the end of marked content."""
        if self._tags:
            self._tags.pop()

    def render_string(
        self, textstate: "PDFTextState", seq: "PDFTextSeq", ncs: "PDFColorSpace", graphicstate: "PDFGraphicState"
    ) -> None:
        """Count the characters, and record where a watermark's text starts."""
        self.signs += sum(len(one) for one in seq if isinstance(one, bytes)) // 2
        check_bound("page signs", self.signs)
        if any(self._tags) and self.ctm is not None:
            matrix = mult_matrix(textstate.matrix, self.ctm)
            x, y = apply_matrix_pt(matrix, textstate.linematrix)
            self.watermarks.add((round(x), round(y)))
            super().render_string(textstate, seq, ncs, graphicstate)  # moves on to the next words

    def paint_path(self, *args: object, **facts: object) -> None:
        """Count a path against the bound."""
        self.lines += 1
        check_bound("page lines", self.lines)
        super().paint_path(*args, **facts)

    def begin_figure(self, name: str, bbox: "Rect", matrix: "Matrix") -> None:
        """Count a form, whether or not it paints anything."""
        self.figures += 1
        check_bound("page figures", self.figures)
        super().begin_figure(name, bbox, matrix)


def lay_out(page: Page) -> set[tuple[int, int]]:
    """Interpret a page and set `Page.layout`; return the start points (x, y) of watermarks."""
    device = BoundedDevice(page)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    return device.watermarks


def iterate_field_values(document: PDFDocument) -> Iterator[tuple[int, str, str]]:
    """Yield (number of the object, name, value) of the filled fields of a form."""
    form = resolve1(document.catalog.get("AcroForm"))
    fields = resolve1(form.get("Fields")) if isinstance(form, dict) else None
    pending: list[tuple[object, str, object, int]] = [
        (field_reference, "", None, 0) for field_reference in fields or ()
    ]
    count = 0
    while pending and count < 5_000:
        reference, parent_name, inherited, level = pending.pop(0)
        field = resolve1(reference)
        count += 1
        if not isinstance(field, dict) or level > 20:
            continue
        name = get_field_text(field.get("T"))
        name = ".".join(filter(None, (parent_name, name)))
        value = field.get("V", inherited)
        kids = resolve1(field.get("Kids"))
        if isinstance(kids, list):
            pending += [(kid, name, value, level + 1) for kid in kids]
        if text := get_field_text(value):
            yield (reference.objid if isinstance(reference, PDFObjRef) else 0), name, text


def get_field_text(value: object) -> str:
    """Return the value of a form field as text; a ticked box is ☑ with its name."""
    value = resolve1(value)
    if isinstance(value, PSLiteral):
        name = value.name if isinstance(value.name, str) else decode_text(value.name)
        return "" if name == "Off" else f"☑{'' if name in ('Yes', 'On', '1') else name}"
    if isinstance(value, list):
        return "、".join(filter(None, map(get_field_text, value)))
    if isinstance(value, PDFStream):
        value = value.get_data()
    return decode_text(value).strip() if isinstance(value, bytes) else ""


def read_attached_file(file: dict[str, object], max_bytes: int) -> tuple[str, bytes, str]:
    """Return (name, at most `max_bytes` bytes, Chinese reason if unread) of an attached file."""
    name = resolve1(file.get("UF") or file.get("F"))
    inside = resolve1(file.get("EF"))
    stream = resolve1(inside.get("UF") or inside.get("F")) if isinstance(inside, dict) else None
    title = (decode_text(name).strip() if isinstance(name, bytes) else "") or "附件"
    if not isinstance(stream, PDFStream):
        return title, b"", "PDF里没有它的内容"
    content, fault = unpack_stream(stream, max_bytes)
    return title, content, fault


def unpack_stream(stream: PDFStream, max_bytes: int) -> tuple[bytes, str]:
    """Return (at most `max_bytes` bytes of a stream, Chinese reason if unread)."""
    filters = [str(getattr(one, "name", one)) for one, _ in stream.get_filters()]
    content = stream.rawdata or b""
    if stream.decipher:
        content = stream.decipher(stream.objid or 0, stream.genno or 0, content)
    if filters == ["FlateDecode"]:
        try:
            content = zlib.decompressobj().decompress(content, max_bytes + 1)
        except zlib.error:
            return b"", DAMAGED_PDF_ERROR
    elif filters:
        return b"", f"压缩方式（{filters[0]}）不常用，没有读取"
    return (content, "") if len(content) <= max_bytes else (b"", "太大：附件合计超过上限，没有读取")
