"""Limit the work of interpreting a PDF: count pages and page objects while reading."""

import io
from typing import TYPE_CHECKING

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from gongkai.lib.reading.document import refuse_over
from gongkai.lib.reading.model import ReadingError

if TYPE_CHECKING:
    from pdfminer.utils import Matrix, Rect
    from pdfplumber.page import Page

#: Levels of a page tree; programs write three.
MOST_LEVELS = 100
LOOP = "PDF的页面目录互相包含，文件已损坏，请用阅读器另存或打印为新的PDF后再试。"


def check_pages(data: bytes) -> None:
    """Refuse a PDF with too many pages or a circular page tree."""
    document = PDFDocument(PDFParser(io.BytesIO(data)))
    count = 0
    pending: list[tuple[object, tuple[int, ...]]] = [(document.catalog.get("Pages"), ())]
    while pending:
        reference, above = pending.pop()
        node = resolve1(reference)
        number = reference.objid if isinstance(reference, PDFObjRef) else 0
        if number in above or len(above) > MOST_LEVELS:
            raise ReadingError(LOOP)
        kids = resolve1(node.get("Kids")) if isinstance(node, dict) else None
        if isinstance(kids, list):
            inside = (*above, number) if number else above
            pending += [(kid, inside) for kid in reversed(kids)]
        else:
            count += 1
            refuse_over("pages", count)


class BoundedDevice(PDFPageAggregatorWithMarkedContent):
    """Collect the objects of a page, and stop when there are too many."""

    signs = lines = figures = 0

    def render_char(self, *args: object, **facts: object) -> float:
        """Count a character."""
        self.signs += 1
        refuse_over("page signs", self.signs)
        return super().render_char(*args, **facts)

    def paint_path(self, *args: object, **facts: object) -> None:
        """Count a path."""
        self.lines += 1
        refuse_over("page lines", self.lines)
        super().paint_path(*args, **facts)

    def begin_figure(self, name: str, bbox: "Rect", matrix: "Matrix") -> None:
        """Count a form, whether or not it paints anything."""
        self.figures += 1
        refuse_over("page figures", self.figures)
        super().begin_figure(name, bbox, matrix)


def lay_out(page: "Page") -> None:
    """Interpret a page within the bounds and set `Page.layout`."""
    device = BoundedDevice(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
