"""Hidden content of attachments: comments, embedded files and pictures block them or are listed; previews list hidden text."""

import io
import zipfile
import zlib
from dataclasses import asdict

import pytest
from docx import Document as Word
from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image

from factories.checks import ID_NUMBER, check_report, docx_with, pdf_with, stored_attachment
from factories.publishing import item
from factories.units import BodyFactory, signed_in
from gongkai.content.checks.attachment_reader import MAX_SIDE_POINTS, has_unrendered_pdf_content
from gongkai.content.checks.check_runs import get_embedded_content
from gongkai.content.checks.embedded_content import EmbeddedContent, count_embedded, describe_embedded
from gongkai.content.checks.models import CheckResult, CheckState
from gongkai.content.checks.report import remove_public_mailboxes
from gongkai.content.checks.shown_findings import ShownFinding
from gongkai.content.checks.views import _shorten_document, _show_control_characters
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.fileformats.documents import read_document

pytestmark = pytest.mark.django_db


def make_commented_xlsx() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "没有什么"
    book.active["A1"].comment = Comment(f"本人身份证号{ID_NUMBER}", "经办")
    book.save(out)
    return out.getvalue()


def make_docx_with_embedded_file() -> bytes:
    out = io.BytesIO(docx_with("没有什么。"))
    with zipfile.ZipFile(out, "a") as bundle:
        bundle.writestr("word/embeddings/Microsoft_Excel_Sheet1.xlsx", b"PK")
    return out.getvalue()


def make_docx_with_picture() -> bytes:
    picture, out = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(picture, "PNG")
    document = Word()
    document.add_paragraph("没有什么。")
    document.add_picture(picture)
    document.save(out)
    return out.getvalue()


def test_comment_blocks_publication_and_is_absent_from_masked_copy(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(make_commented_xlsx(), "表.xlsx")])
    (file,) = check_report(page).files
    (found,) = file.remarks
    assert found.place == "附件“表.xlsx”的隐藏内容（批注、修订、属性等）"
    with pytest.raises(Refused, match="个人信息没有处理（身份证件号码1处）"):
        actions.submit(page, by=clerk)
    copy = actions.prepare_copy(page, by=clerk, digest=file.digest)
    actions.use_masked_copy(page, by=clerk, digest=file.digest)
    data = copy.masked.read()
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        assert not any(ID_NUMBER.encode() in bundle.read(name) for name in bundle.namelist())
    actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)


def test_embedded_file_blocks_publication_until_a_clerk_confirms_it(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(make_docx_with_embedded_file(), "方案.docx")])
    with pytest.raises(Refused, match="没有检查（其中嵌有1个其他文件）"):
        actions.submit(page, by=clerk)
    file = check_report(page).files[0]
    assert any(line.startswith("没有检查其中的") for line in file.beside.unseen)
    actions.vouch_for_file(page, by=clerk, digest=file.digest, words="打开看过，是预算表，没有个人信息")
    actions.submit(page, by=clerk)


def test_item_page_reports_pictures_inside_attachments(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], attachments=[stored_attachment(make_docx_with_picture(), "方案.docx")])
    shown = signed_in(Role.CLERK, housing).get(f"/admin/publishing/items/{page.pk}/").content.decode()
    assert "其中有1幅图片，机器没有检查" in shown
    actions.submit(page, by=clerk)


@pytest.mark.parametrize("part", ["word/afchunk1.docx", "word/oleObject1.bin", "customXml/note.rtf"])
def test_other_parts_of_a_docx_count_as_embedded_files(part: str) -> None:
    out = io.BytesIO(docx_with("没有什么。"))
    with zipfile.ZipFile(out, "a") as bundle:
        bundle.writestr(part, b"PK\x03\x04" if part.endswith("docx") else b"{\\rtf1 \xd0\xcf")
    assert count_embedded(out.getvalue(), "docx") == EmbeddedContent(files=1)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("docProps/thumbnail.jpeg", b"\xff\xd8\xff"),
        ("word/fonts/font1.odttf", b"\x01\x02"),
        ("word/printerSettings/printerSettings1.bin", b"H\0P\0"),
        ("_xmlsignatures/origin.sigs", b""),
        ("word/people.xml", b"<people/>"),
    ],
)
def test_parts_written_by_office_programs_do_not_count_as_embedded(part: str, content: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr(part, content)
    assert count_embedded(out.getvalue(), "docx") == EmbeddedContent()


def test_stored_counts_of_a_long_file_say_that_they_are_incomplete() -> None:
    counted = EmbeddedContent(pictures=1, files=2, cut=True, unseen=("有批注",))
    stored = CheckResult(state=CheckState.DONE, notes=[[], asdict(counted)])
    assert get_embedded_content(stored) == counted
    assert "其后的图片没有统计" in "".join(describe_embedded(counted))


def test_personal_data_in_an_embedded_web_page_blocks_publication(housing: Body, plans: Column, clerk: Actor) -> None:
    out = io.BytesIO(docx_with("没有什么。"))
    with zipfile.ZipFile(out, "a") as bundle:
        bundle.writestr("word/afchunk1.htm", f"<html><body>身份证号{ID_NUMBER}</body></html>")
    page = item(housing, [plans], attachments=[stored_attachment(out.getvalue(), "名单.docx")])
    with pytest.raises(Refused, match="个人信息没有处理（身份证件号码1处）"):
        actions.submit(page, by=clerk)


def test_preview_shows_sheets_and_reports_hidden_ones() -> None:
    book = Workbook()
    book.worksheets[0].append(["职权名称", "", "类别"])
    hidden = book.create_sheet("底稿")
    hidden.append(["经办人"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    shown = _shorten_document(read_document(out.getvalue(), "a.xlsx"))
    assert shown["sheets"] == [("", [("职权名称", "", "类别")], False)]
    assert "经办人" in str(shown["losses"])


def test_control_characters_are_shown_by_code_point() -> None:
    assert _show_control_characters("收\u202e不得取\x08\r") == "收[U+202E]不得取[U+0008][U+000D]"
    assert _show_control_characters("第一行\r\n\t第二行\n") == "第一行\n\t第二行\n"


def test_plain_pdf_has_no_unrendered_content() -> None:
    assert not has_unrendered_pdf_content(pdf_with("第一页", "第二页"))


def test_layer_in_compressed_pdf_objects_is_detected() -> None:
    packed = b"<</Type/ObjStm>>\nstream\n" + zlib.compress(b"<</OCProperties<<>>>>") + b"\nendstream"
    assert has_unrendered_pdf_content(pdf_with("第一页") + packed)


@pytest.mark.parametrize("more", ["note", "layer", "large"])
def test_unrendered_pdf_content_is_detected(more: str) -> None:
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
    assert has_unrendered_pdf_content(content)


def make_email_finding(words: str) -> ShownFinding:
    return ShownFinding("f", "privacy", "email", "text", "正文", words, "", "", "电子邮箱", "", True)


def test_registered_mailboxes_of_units_are_not_reported() -> None:
    BodyFactory(email="jiaoyu@yunling.example")
    kept = remove_public_mailboxes(
        [make_email_finding("JiaoYu@yunling.example"), make_email_finding("zhang.san@yunling.example")]
    )
    assert [one.words for one in kept] == ["zhang.san@yunling.example"]
