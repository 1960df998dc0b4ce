"""Hidden text of office files and PDFs is searched; identifiers written by programs are not findings."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, xObjectName
from reportlab.pdfgen import canvas

from factories.behind import ID_NUMBER, assert_found_in_hidden_text, assert_hidden_text_is_masked
from gongkai.lib.privacy import PrivacyError, find, mask_file
from gongkai.lib.privacy.files import hidden_pdf_text
from gongkai.lib.privacy.files.hidden_text import read_hidden_text, read_hidden_text_of_bytes
from gongkai.lib.privacy.files.text import HiddenContent, read_file_text

HIDDEN_TEXT = f"身份证号{ID_NUMBER}"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VML = "urn:schemas-microsoft-com:vml"
BODY, END = "word/document.xml", "<w:sectPr"


def _plain(suffix: str) -> bytes:
    out = io.BytesIO()
    if suffix == "docx":
        made = Document()
        made.add_paragraph("没有什么。")
        made.save(out)
    else:
        book = Workbook()
        book.active["A1"] = "没有什么"
        book.save(out)
    return out.getvalue()


def packed(suffix: str, part: str, words: str | bytes, before: str = "") -> bytes:
    """Return an office file with an added part, or with text inserted before a marker of a part."""
    out = io.BytesIO()
    content = words.encode() if isinstance(words, str) else words
    with zipfile.ZipFile(io.BytesIO(_plain(suffix))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            there = source.read(name)
            if before and name == part:
                assert before.encode() in there
                there = there.replace(before.encode(), content + before.encode(), 1)
            target.writestr(name, there)
        if not before:
            target.writestr(part, content)
    return out.getvalue()


def _link(target: str) -> str:
    return f'<Relationship Id="rIdH" Type="{RELATED}/hyperlink" Target="{target}" TargetMode="External"/>'


def _control(inner: str) -> str:
    return f"<w:sdt><w:sdtPr>{inner}</w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>"


ART = f'<w:p><w:r><w:pict><v:shape xmlns:v="{VML}"><v:textpath string="{HIDDEN_TEXT}"/></v:shape></w:pict></w:r></w:p>'
BOX = f'<xml xmlns:v="{VML}"><v:textbox><div><font>身份证号{ID_NUMBER[:9]}</font><font>{ID_NUMBER[9:]}</font></div></v:textbox></xml>'
RELS = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{_link(f"http://a.gov.cn/?a={ID_NUMBER}")}</Relationships>'
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def make_properties() -> bytes:
    out, document = io.BytesIO(), Document()
    document.core_properties.comments = f"身份证号{ID_NUMBER}"
    document.save(out)
    return out.getvalue()


def make_workbook(change: Callable[[Workbook], object]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "没有什么"
    change(book)
    book.save(out)
    return out.getvalue()


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("a.docx", content)
    return out.getvalue()


def add_validation_list(book: Workbook) -> None:
    rule = DataValidation(type="list", formula1=f'"身份证号{ID_NUMBER},无"')
    book.active.add_data_validation(rule)
    rule.add("C1")


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
COMMENT = f"<w:comments {W}><w:comment w:id='0'><w:p><w:r><w:t>身份证号</w:t></w:r><w:r><w:t>{ID_NUMBER}</w:t></w:r></w:p></w:comment></w:comments>"
DELETED = f"<w:p><w:del w:id='1'><w:r><w:delText>身份证号{ID_NUMBER}</w:delText></w:r></w:del></w:p>"
OFFICE_FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a comment": ("docx", lambda: packed("docx", "word/comments.xml", COMMENT)),
    "deleted words": ("docx", lambda: packed("docx", BODY, DELETED, END)),
    "properties": ("docx", make_properties),
    "a note on a cell": (
        "xlsx",
        lambda: make_workbook(lambda b: setattr(b.active["A1"], "comment", Comment(HIDDEN_TEXT, "经办"))),
    ),
    "the name of a sheet": ("xlsx", lambda: make_workbook(lambda b: b.create_sheet(f"身份证{ID_NUMBER}"))),
    "a name of cells": (
        "xlsx",
        lambda: make_workbook(
            lambda b: b.defined_names.__setitem__("某", DefinedName("某", attr_text=f'"{HIDDEN_TEXT}"'))
        ),
    ),
    "a formula": ("xlsx", lambda: make_workbook(lambda b: setattr(b.active["B1"], "value", f'="{HIDDEN_TEXT}"'))),
    "a note in codes": (
        "xlsx",
        lambda: make_workbook(
            lambda b: setattr(b.active["A1"], "comment", Comment(HIDDEN_TEXT.replace("9", "_x0039_"), "经办"))
        ),
    ),
    "a part of a file in a .zip": (
        "zip",
        lambda: zipped(packed("docx", "customXml/item9.xml", f"<a>{HIDDEN_TEXT}</a>")),
    ),
    "a part of a misnamed file": ("wps", lambda: packed("docx", "customXml/item9.xml", f"<a>{HIDDEN_TEXT}</a>")),
    "a rule of cells": ("xlsx", lambda: make_workbook(add_validation_list)),
    "a web page": ("docx", lambda: packed("docx", "word/afchunk1.htm", f"<html><body>{HIDDEN_TEXT}</body></html>")),
    "a web page without a name for it": ("docx", lambda: packed("docx", "word/part.dat", f"<p>{HIDDEN_TEXT}</p>")),
    "a broken part": ("docx", lambda: packed("docx", "customXml/item9.xml", f"<a><b>{HIDDEN_TEXT}</a>")),
    "a part with a declaration": ("docx", lambda: packed("docx", "a.xml", f"<!DOCTYPE a><a>{HIDDEN_TEXT}</a>")),
    "a remark in a part": ("docx", lambda: packed("docx", "a.xml", f"<a><!-- {HIDDEN_TEXT} --></a>")),
    "words behind an element": ("docx", lambda: packed("docx", "a.xml", f"<a><b/>{HIDDEN_TEXT}</a>")),
    "the address of a link": (
        "docx",
        lambda: packed(
            "docx", "word/_rels/document.xml.rels", _link(f"http://a.gov.cn/?a={ID_NUMBER}"), "</Relationships>"
        ),
    ),
    "a simple field": (
        "docx",
        lambda: packed("docx", BODY, f"<w:p><w:fldSimple w:instr=' QUOTE \"{HIDDEN_TEXT}\" '/></w:p>", END),
    ),
    "the name of a control": ("docx", lambda: packed("docx", BODY, _control(f'<w:alias w:val="{HIDDEN_TEXT}"/>'), END)),
    "a choice of a control": (
        "docx",
        lambda: packed(
            "docx",
            BODY,
            _control(f'<w:dropDownList><w:listItem w:displayText="{HIDDEN_TEXT}" w:value="1"/></w:dropDownList>'),
            END,
        ),
    ),
    "a document variable": (
        "docx",
        lambda: packed(
            "docx",
            "word/settings.xml",
            f'<w:docVars><w:docVar w:name="x" w:val="{HIDDEN_TEXT}"/></w:docVars>',
            "</w:settings>",
        ),
    ),
    "a document in it": ("docx", lambda: packed("docx", "word/embeddings/a.docx", packed("docx", BODY, ART, END))),
    "word art": ("docx", lambda: packed("docx", BODY, ART, END)),
    "the looks": (
        "docx",
        lambda: packed("docx", "word/styles.xml", f'<w:style><w:name w:val="{HIDDEN_TEXT}"/></w:style>', "</w:styles>"),
    ),
    "a text box": ("xlsx", lambda: packed("xlsx", "xl/drawings/vmlDrawing1.vml", BOX)),
    "a text that no cell has": (
        "xlsx",
        lambda: packed("xlsx", "xl/sharedStrings.xml", f'<sst xmlns="{SHEET}"><si><t>{HIDDEN_TEXT}</t></si></sst>'),
    ),
    "the link of a cell": ("xlsx", lambda: packed("xlsx", "xl/worksheets/_rels/sheet1.xml.rels", RELS)),
    "data called like looks": ("xlsx", lambda: packed("xlsx", "customXml/theme1.xml", f"<a>{HIDDEN_TEXT}</a>")),
    "a Word part": ("xlsx", lambda: packed("xlsx", BODY, f"<a>{HIDDEN_TEXT}</a>")),
    "a printer's settings": (
        "xlsx",
        lambda: packed("xlsx", "xl/printerSettings/printerSettings1.bin", HIDDEN_TEXT.encode("utf-16-le")),
    ),
}


#: Masked in `make test`: one case of each kind (own part, position in text, formatting, cell, binary content).
MASKED_CASES = {
    "a comment",
    "deleted words",
    "properties",
    "a note on a cell",
    "the name of a sheet",
    "a name of cells",
    "a formula",
    "a rule of cells",
    "a web page",
    "a simple field",
    "the looks",
    "a text box",
    "a text that no cell has",
    "a printer's settings",
}


@pytest.mark.parametrize("kind", [one for one in OFFICE_FILES if one not in MASKED_CASES])
def test_hidden_text_is_found(kind: str, tmp_path: Path) -> None:
    suffix, make = OFFICE_FILES[kind]
    assert_found_in_hidden_text(tmp_path, suffix, make())


@pytest.mark.parametrize("kind", sorted(MASKED_CASES))
def test_hidden_text_is_found_and_absent_from_masked_copy(kind: str, tmp_path: Path) -> None:
    suffix, make = OFFICE_FILES[kind]
    assert_hidden_text_is_masked(tmp_path, suffix, make())


def test_both_parts_of_same_name_are_read(tmp_path: Path) -> None:
    path, out = tmp_path / "a.docx", io.BytesIO(packed("docx", "word/comments.xml", f"<a>{HIDDEN_TEXT}</a>"))
    with zipfile.ZipFile(out, "a") as bundle, pytest.warns(UserWarning, match="Duplicate"):
        bundle.writestr("word/comments.xml", "<a/>")
    path.write_bytes(out.getvalue())
    assert [one.text for one in find(read_hidden_text(path).text)] == [ID_NUMBER]


def _sheet(draw: Callable[[canvas.Canvas], object]) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(60, 760, "public words")
    draw(page)
    page.showPage()
    page.save()
    return out.getvalue()


def _add_outline_entry(page: canvas.Canvas) -> None:
    page.bookmarkPage("a")
    page.addOutlineEntry(HIDDEN_TEXT, "a")


def _add_stamp(page: canvas.Canvas) -> None:
    page.beginForm("stamp")
    page.drawString(60, 400, f"ID {ID_NUMBER}")
    page.endForm()
    drawn = PDFDictionary({"N": PDFObjectReference(xObjectName("stamp"))})
    looks = {"Type": PDFName("Annot"), "Subtype": PDFName("Stamp"), "Rect": PDFArray([0, 0, 595, 842]), "AP": drawn}
    page._addAnnotation(PDFDictionary(looks))


PDFS: dict[str, Callable[[canvas.Canvas], object]] = {
    "a note": lambda page: page.textAnnotation(HIDDEN_TEXT, Rect=[100, 100, 200, 200], addtopage=1),
    "words written on": lambda page: (
        page.freeTextAnnotation(HIDDEN_TEXT, "/F 1 0 R", Rect=[100, 100, 400, 200])
        if hasattr(page, "freeTextAnnotation")
        else page.freeTextAnnotation0(HIDDEN_TEXT)
    ),
    "a title of the outline": _add_outline_entry,
    "a field of a form": lambda page: page.acroForm.textfield(
        name="a", value=f"ID {ID_NUMBER}", x=60, y=500, width=300
    ),
    "a choice of a form": lambda page: page.acroForm.choice(
        name="a", value="b", options=["b", f"ID {ID_NUMBER}"], x=60, y=500, width=300
    ),
    "the address of a link": lambda page: page.linkURL(f"http://a.gov.cn/?a={ID_NUMBER}", (10, 10, 100, 100)),
    "a stamp in words": _add_stamp,
    "the properties": lambda page: page.setTitle(HIDDEN_TEXT),
}


@pytest.mark.parametrize("kind", PDFS)
def test_hidden_text_of_pdf_is_found_and_masked(kind: str, tmp_path: Path) -> None:
    path, out = tmp_path / "a.pdf", tmp_path / "masked.pdf"
    path.write_bytes(_sheet(PDFS[kind]))
    assert ID_NUMBER not in read_file_text(path)
    assert {one.text for one in find(read_hidden_text(path).text)} == {ID_NUMBER}
    mask_file(path, out)
    assert not find(read_hidden_text(out).text)


def test_unreadable_attachments_are_named() -> None:
    document, out = pdfium.PdfDocument(_sheet(lambda page: None)), io.BytesIO()
    document.new_attachment("空.txt")  # without content
    for name, content in (
        ("好.txt", HIDDEN_TEXT.encode()),
        ("坏.docx", b"PK\x03\x04abc"),
        ("套.zip", make_nested_zip()),
    ):
        document.new_attachment(name).set_data(content)
    document.save(out)
    hidden = read_hidden_text_of_bytes(out.getvalue(), ".pdf")
    assert ID_NUMBER in hidden.text
    assert [one.partition("：")[0] for one in hidden.unread] == ["坏.docx", "套.zip内的图.png", "空.txt"]
    assert "附图" in hidden.text


def test_readable_pages_of_earlier_revision_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def list_lines(document: pdfium.PdfDocument, number: int) -> list[str]:
        if number == 1:
            raise pdfium.PdfiumError("damaged page")
        return list_page_lines(document, number)

    list_page_lines = hidden_pdf_text._list_page_lines
    monkeypatch.setattr(hidden_pdf_text, "_list_page_lines", list_lines)
    earlier = _sheet(lambda page: (page.drawString(60, 700, f"ID {ID_NUMBER}"), page.showPage()))
    hidden = HiddenContent()
    hidden_pdf_text._read_earlier_revisions(pdfium.PdfDocument(_sheet(lambda page: None)), earlier + b"%%EOF", hidden)
    assert (hidden.lines, "第2页" in hidden.unread[0]) == ([f"ID {ID_NUMBER}"], True)


def test_damaged_part_is_reported_as_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(packed("docx", "word/media/a.png", "picture").replace(b"picture", b"Picture"))
    with pytest.raises(PrivacyError, match="已损坏"):
        read_hidden_text(path)


def make_nested_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("图.png", b"\x89PNG\r\n\x1a\n" + bytes(50))
        bundle.writestr("附件__MACOSX/说明.txt", "附图")
        bundle.writestr("__MACOSX/._说明.txt", b"\x00\x05\x16\x07")
    return out.getvalue()


def test_pdf_with_too_many_annotations_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.lib.privacy.files.hidden_pdf_text.MAX_PDF_ITEMS", 3)
    data = _sheet(lambda page: page.linkURL("http://a.gov.cn/", (10, 10, 100, 100)))
    with pytest.raises(PrivacyError, match="机器无法逐条检查"):
        read_hidden_text_of_bytes(data, ".pdf")


def test_nul_characters_do_not_hide_number(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("公开。\n".encode() * 20_000 + "\0".join(ID_NUMBER).encode())
    assert ID_NUMBER in read_file_text(path)
    with pytest.raises(PrivacyError, match="不是文本"):
        mask_file(path, tmp_path / "b.txt")


PROGRAM_IDENTIFIERS = """<w:p w:rsidR="12345678" w14:paraId="13812345" xmlns:w14="a"><w:r><w:rPr>
<w:rFonts w:ascii="方正小标宋简体" w:eastAsia="仿宋_GB2312" w:cs="@微软雅黑"/></w:rPr>
<w:drawing><a:x xmlns:a="a" id="{42010619-9001-0100-1A00-381234567890}" cx="1381234567" val="3812345678" path="m,21600r21600,0l21600,21600xe"/>
<a:latin xmlns:a="a" typeface="华文行楷" panose="02020603050405020304"/></w:drawing><w:t>公开</w:t></w:r></w:p>"""


def test_identifiers_written_by_programs_are_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(packed("docx", BODY, PROGRAM_IDENTIFIERS, END))
    assert find(read_hidden_text(path).text) == []


def test_invisible_parts_of_html_are_read(tmp_path: Path) -> None:
    for part in (f"<template>身份证号{ID_NUMBER}</template>", f"<style>/* {ID_NUMBER} */</style>"):
        assert_found_in_hidden_text(tmp_path, "html", f"<p>没有什么</p>{part}".encode())


def test_visible_text_is_not_repeated_as_hidden(tmp_path: Path) -> None:
    out, document = io.BytesIO(), Document()
    document.add_paragraph(f"身份证号{ID_NUMBER}")
    document.sections[0].header.paragraphs[0].text = f"身份证号{ID_NUMBER}"
    document.save(out)
    path = tmp_path / "file.docx"
    path.write_bytes(out.getvalue())
    assert ID_NUMBER in read_file_text(path)
    assert ID_NUMBER not in read_hidden_text(path).text


def test_newly_written_files_have_no_findings(tmp_path: Path) -> None:
    for name, content in (
        ("a.docx", packed("docx", "customXml/item1.xml", "<a/>")),
        ("a.xlsx", make_workbook(lambda _: None)),
    ):
        (tmp_path / name).write_bytes(content)
        assert find(read_hidden_text(tmp_path / name).text) == []
    (tmp_path / "a.txt").write_text("没有什么")
    assert read_hidden_text(tmp_path / "a.txt").text == ""
