"""What a look at an attachment shows, and what must be opened itself before a signature."""

import io
import zlib

import pytest
from openpyxl import Workbook

from factories import foreign_files as files
from factories.checks import pdf_with
from gongkai.content.checks.attachment_reader import MAX_SIDE_POINTS, has_content_beside_pages
from gongkai.content.checks.views import _list_unseen, _preview, _visible
from gongkai.lib.fileformats.documents import read_document


def test_a_preview_shows_the_sheets_and_names_hidden_ones() -> None:
    book = Workbook()
    book.worksheets[0].append(["职权名称", "", "类别"])
    hidden = book.create_sheet("底稿")
    hidden.append(["经办人"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    shown = _preview(read_document(out.getvalue(), "a.xlsx"))
    assert shown["sheets"] == [("", [("职权名称", "", "类别")], False)]
    assert "经办人" in str(shown["losses"])


def test_words_under_a_rectangle_of_a_pdf_are_told_beside_its_pages() -> None:
    covered = files.pdf(files.line(b"Name", 50, 500) + b"40 490 90 30 re f")
    assert ["“Name”" in line for line in _list_unseen(covered, "a.pdf")] == [True]


def test_signs_that_turn_or_hide_words_are_spelt_out() -> None:
    assert _visible("收\u202e不得取\x08\r") == "收[U+202E]不得取[U+0008][U+000D]"
    assert _visible("第一行\r\n\t第二行\n") == "第一行\n\t第二行\n"


def test_an_honest_pdf_is_shown_by_its_pages() -> None:
    assert not has_content_beside_pages(pdf_with("第一页", "第二页"))


def test_a_layer_is_found_among_packed_objects() -> None:
    packed = b"<</Type/ObjStm>>\nstream\n" + zlib.compress(b"<</OCProperties<<>>>>") + b"\nendstream"
    assert has_content_beside_pages(pdf_with("第一页") + packed)


@pytest.mark.parametrize("more", ["note", "layer", "large"])
def test_what_pages_do_not_show_is_noticed(more: str) -> None:
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    document = pdfium.PdfDocument.new()
    page = document.new_page(MAX_SIDE_POINTS + 1 if more == "large" else 595, 842)
    if more == "note":
        raw.FPDFPage_CloseAnnot(raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_TEXT))
    out = io.BytesIO()
    document.save(out)
    content = (
        out.getvalue().replace(b"/Type/Catalog", b"/Type/Catalog/OCProperties<<>>")
        if more == "layer"
        else out.getvalue()
    )
    assert has_content_beside_pages(content)
