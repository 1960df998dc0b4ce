"""Files with invented personal data, and the steps a clerk takes on check findings before submitting."""

import io
import re
from functools import cache
from typing import Any

import pypdfium2 as pdfium
from docx import Document
from openpyxl import Workbook
from PIL import Image
from pypdfium2 import raw

from gongkai.content.checks.report import get_check_report
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage
from gongkai.core.files.models import StoredFile

ID_NUMBER = "42010619900101001X"
DIRTY = f"<p>申请人刘志强，身份证号{ID_NUMBER}，电话13812345678，不服答复。</p>"


#: The ID and creation date that pdfium writes with the real clock.
PDF_MARKS = re.compile(rb"(?<=<)[0-9A-F]{32}(?=>)|(?<=D:)\d{14}")


@cache
def scanned(mark: str = "") -> bytes:
    """Return a PDF of one page without text, as a scanner makes it; `mark` makes it distinct."""
    document, buffer = pdfium.PdfDocument.new(), io.BytesIO()
    _ink(document.new_page(200, 200))
    document.save(buffer)
    document.close()
    same = PDF_MARKS.sub(lambda found: b"1" * len(found[0]), buffer.getvalue())  # else each file is looked at anew
    return same + f"\n%{mark}\n".encode()


def _ink(page: pdfium.PdfPage) -> None:
    """Draw strokes like handwriting on a page."""
    width, height = page.get_size()
    for column in range(8):
        stroke = raw.FPDFPageObj_CreateNewRect(width * (30 + 4 * column) / 100, height / 3, width / 200, height / 60)
        raw.FPDFPageObj_SetFillColor(stroke, 200, 0, 0, 255)
        raw.FPDFPath_SetDrawMode(stroke, raw.FPDF_FILLMODE_WINDING, False)
        raw.FPDFPage_InsertObject(page, stroke)
    page.gen_content()


@cache
def sheet_of_paper(name: str, width: int, height: int, *, blank: bool = False) -> bytes:
    """Return a page of this size with or without writing, as a picture or a PDF."""
    buffer = io.BytesIO()
    if name.endswith(".pdf"):
        document = pdfium.PdfDocument.new()
        page = document.new_page(width, height)
        if not blank:
            _ink(page)
        document.save(buffer)
        document.close()
    else:
        picture = Image.linear_gradient("L").resize((width, height)).point(lambda grey: 200 + grey // 5)
        if not blank:
            for left in range(width // 3, width // 2, 12):
                picture.paste(60, (left, height // 3, left + 3, height // 3 + 24))
        picture.save(buffer, "PNG" if name.endswith(".png") else "JPEG")
    return buffer.getvalue()


def docx_with(text: str, rows: list[list[str]] | None = None) -> bytes:
    """Return a .docx with a paragraph and a table."""
    made = Document()
    made.add_paragraph(text)
    if rows:
        table = made.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def xlsx_with(rows: list[list[Any]]) -> bytes:
    """Return a .xlsx with one sheet."""
    made = Workbook()
    for row in rows:
        made.active.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def pdf_with(*pages: str, drawn: bool = True) -> bytes:
    """Return a PDF with a line of text on each page; `drawn=False`: a scan with an OCR text layer."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen import canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer)
    for words in pages:
        sheet.setFont("STSong-Light", 14)
        line = sheet.beginText(60, 760)
        line.setTextRenderMode(0 if drawn else 3)
        line.textOut(words)
        sheet.drawText(line)
        if not drawn:
            sheet.rect(60, 757, 300, 14, fill=1)  # stands for the scanned words
        sheet.showPage()
    sheet.save()
    return buffer.getvalue()


#: Signatures of files that are damaged, or that no reader supports.
FILE_SIGNATURES = {
    "png": b"\x89PNG\r\n\x1a\n",
    **dict.fromkeys(["jpg", "jpeg"], b"\xff\xd8\xff"),
    "gif": b"GIF89a",
    "mp3": b"ID3\x04",
    "mp4": b"\x00\x00\x00\x18ftypisom",
    "rar": b"Rar!\x1a\x07\x00",
    "pdf": b"%PDF-1.4\n",
    **dict.fromkeys(["doc", "xls", "ppt", "wps", "et"], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    **dict.fromkeys(["docx", "xlsx", "pptx", "ofd", "zip"], b"PK\x03\x04"),
}


def unreadable(name: str) -> bytes:
    """Return bytes with the signature of this file type and invalid content."""
    return FILE_SIGNATURES[name.rsplit(".", 1)[-1]] + b"\x00binary"


def stored_attachment(data: bytes, name: str) -> tuple[str, StoredFile]:
    """Return an attachment as `actions.draft` takes it."""
    return name, store_publishable_file(data, name)


def check_report(page: ItemPage) -> Any:
    """Return the check report on an item's latest draft."""
    page = ItemPage.objects.get(pk=page.pk)
    return get_check_report(page, freeze(page, page.get_latest_revision()))


def settle_findings(page: ItemPage, by: Any) -> None:
    """Decide on all findings of a draft before submitting: confirm unreadable files, keep the rest."""
    found = check_report(page)
    for file in found.files:
        if file.must_look and file.vouching is None:
            actions.vouch_for_file(page, by=by, digest=file.digest, words="逐页看过，可以公开")
    if found.open:
        marks = [one.fingerprint for one in found.open]
        actions.keep_finding(page, by=by, ground="other", words="测试用的依据", fingerprints=marks)
