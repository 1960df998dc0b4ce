"""Masked files contain nothing of the masked text, in any form."""

import datetime
import io
import zipfile

import docx
import openpyxl
import pdfminer.high_level
import pypdfium2
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree
from openpyxl.comments import Comment
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from gongkai.lib.privacy import PrivacyError, mask_file

NAME, OTHER, PUPIL = "刘志强", "李秀英", "赵一鸣"
ID, PHONE, CARD = "42010619900101001X", "13812345678", "6222021234567890128"
SECRETS = (NAME, OTHER, ID, PHONE)


def everything(path):
    """Return all unpacked bytes of a file, and the text of its XML parts without separators."""
    content = path.read_bytes()
    if path.suffix not in (".docx", ".xlsx"):
        return content.decode("utf-8", "replace")
    words = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            raw = archive.read(name)
            words += [name, raw.decode("utf-8", "replace"), raw.decode("utf-16-le", "replace")]
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(raw)
                words.append("".join(root.itertext()))
    return "\n".join(words)


def assert_clean(path, secrets=SECRETS):
    found = [secret for secret in secrets if secret in everything(path)]
    assert found == []


def word_file(path):
    document = docx.Document()
    paragraph = document.add_paragraph("申请人")
    paragraph.add_run(NAME[:2]).bold = True
    paragraph.add_run(f"{NAME[2:]}，身份证号{ID[:7]}")
    paragraph.add_run(f"{ID[7:]}，电话{PHONE}。办公电话0871-6123456。")
    table = document.add_table(2, 3)
    for row, values in zip(table.rows, [["姓名", "身份证号", "住址"], [OTHER, ID, "青山镇大坪村3组"]], strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{NAME}的材料"
    section.footer.paragraphs[0].text = f"联系{PHONE}"
    document.core_properties.author = NAME
    document.core_properties.title = f"{NAME}的申请"
    document.core_properties.comments = PHONE
    return document, paragraph


def add_traces(document, paragraph):
    """Add a deletion, an insertion, a comment, alt text, a link and a hidden run."""
    deletion = OxmlElement("w:del")
    deletion.set(qn("w:author"), NAME)
    run, words = OxmlElement("w:r"), OxmlElement("w:delText")
    words.text = f"旧电话{PHONE}"
    run.append(words)
    deletion.append(run)
    paragraph._p.append(deletion)
    insertion = OxmlElement("w:ins")
    insertion.set(qn("w:author"), NAME)
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    words.text = "（补充）"
    run.append(words)
    insertion.append(run)
    paragraph._p.append(insertion)
    hidden = paragraph.add_run(f"隐藏{ID}")
    hidden.font.hidden = True
    document.add_comment(paragraph.runs[0], text=f"请联系{NAME}{PHONE}", author=OTHER)
    picture = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(picture, "PNG", pnginfo=None)
    picture.seek(0)
    document.add_picture(picture)
    for properties in document.element.body.iter(qn("wp:docPr")):
        properties.set("descr", f"{NAME}的身份证{ID}")
    document.part.relate_to(f"mailto:{PHONE}@163.com", docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK, is_external=True)


def with_part(path, name, content):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content)


def test_word_file_is_masked(tmp_path, monkeypatch):
    monkeypatch.undo()
    source, out = tmp_path / "申请.docx", tmp_path / "out.docx"
    document, paragraph = word_file(source)
    add_traces(document, paragraph)
    document.save(source)
    with_part(source, "customXml/item9.xml", f"<a>{NAME}{ID}</a>")
    with_part(source, "word/embeddings/oleObject1.bin", f"{NAME}{ID}".encode("utf-16-le"))
    done = mask_file(source, out)
    assert_clean(out)
    again = docx.Document(out)
    assert "刘**，身份证号420106********001X" in again.paragraphs[0].text
    assert "办公电话0871-6123456" in again.paragraphs[0].text
    assert "（补充）" in again.paragraphs[0].text
    assert [cell.text for cell in again.tables[0].rows[1].cells] == [
        "李**",
        "420106********001X",
        "青山镇***",
    ]
    assert again.core_properties.author == ""
    assert done.warnings
    names = zipfile.ZipFile(out).namelist()
    assert not [
        name for name in names if "comment" in name or "customXml" in name or "embeddings" in name or "docProps" in name
    ]


def test_excel_file_is_masked(tmp_path):
    source, out = tmp_path / "名单.xlsx", tmp_path / "out.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "姓名", "电话", "出生日期", "身份证号", "备注"])
    sheet.append([1, NAME, int(PHONE), datetime.date(1990, 1, 1), ID, "正常"])
    sheet.append([2, "无", "138_x0031_2345678", "_x005F_x0041_"])  # a figure and an underscore as codes
    sheet["G2"] = f'="电话：{PHONE}"'
    sheet["B2"].comment = Comment(f"{NAME}备注", OTHER)
    sheet.oddHeader.left.text = f"{NAME}等人"
    hidden = book.create_sheet(f"{OTHER}")
    hidden.sheet_state = "very" + "Hidden"
    hidden.append(["户主", OTHER, PHONE])
    book.properties.creator = NAME
    book.save(source)
    mask_file(source, out)
    assert_clean(out, (*SECRETS, "1990-01-01", "32874"))
    again = openpyxl.load_workbook(out)
    row = [cell.value for cell in again.worksheets[0][2]]
    assert row[:6] == [1, "刘**", "138****5678", "****-**-**", "420106********001X", "正常"]
    assert [cell.value for cell in again.worksheets[0][3][2:4]] == ["138****5678", "_x005F_x0041_"]
    assert again.worksheets[1].sheet_state == "veryHidden"
    assert again.worksheets[0]["B2"].comment is None


def test_web_page_is_masked(tmp_path):
    source, out = tmp_path / "a.html", tmp_path / "out.html"
    source.write_text(
        f"""<!DOCTYPE html><html><head><meta charset="gb2312"><meta name="author" content="{NAME}">
        <title>{NAME}的来信</title><script>var who = "{NAME}";</script></head><body><!-- {NAME} {ID} -->
        <p>申请人<b>刘</b>志<i>强</i>，电话<a href="tel:{PHONE}" title="{NAME}">138<span>1234</span>5678</a></p>
        <table><tr><th>姓名</th><th>身份证号</th></tr><tr><td>{OTHER}</td><td>{ID[:6]}
        {ID[6:]}</td></tr></table><img alt="{NAME}" src="/{NAME}.jpg" data-id="{ID}" onclick="go('{PHONE}')">
        <input value="{PHONE}"><p>办公电话：0871-6123456</p></body></html>""",
        encoding="gb18030",
    )
    mask_file(source, out)
    page = out.read_text(encoding="utf-8")
    assert_clean(out)
    assert "刘**" in page
    assert "0871-6123456" in page
    assert "<script" not in page


def pdf_file(path, lines, rotate=0):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    drawn = canvas.Canvas(str(path), pagesize=(400, 300))
    drawn.setAuthor(NAME)
    drawn.setTitle(f"{NAME}的申请")
    drawn.setFont("STSong-Light", 14)
    drawn.setPageRotation(rotate)
    for place, line in enumerate(lines):
        drawn.drawString(20, 250 - 40 * place, line)
    drawn.textAnnotation(f"{NAME}{PHONE}", Rect=[10, 10, 50, 50])
    drawn.showPage()
    drawn.save()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_pdf_becomes_pictures_with_black_boxes_and_text_layer(tmp_path, rotate):
    source, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    pdf_file(source, [f"身份证号{ID}，请核对", "办公电话0871-6123456"], rotate)
    done = mask_file(source, out)
    assert [finding.text for finding in done.findings] == [ID]
    document = pypdfium2.PdfDocument(out)
    page = document[0]
    assert NAME not in str(document.get_metadata_dict())
    assert_clean(out)
    picture = page.render(scale=1).to_pil().convert("L")
    assert picture.size == (400, 300)
    upright = picture if rotate == 0 else picture.rotate(rotate, expand=True)
    # The line with the number is a black bar between x = 80 and x = 200; the line below is ink on white.
    height = upright.height
    bar = [upright.getpixel((x, height - 254)) for x in range(84, 200, 4)]
    below = [upright.getpixel((x, height - 214)) for x in range(20, 150)]
    assert max(bar) < 60
    assert max(below) > 200
    words = page.get_textpage()
    lines = ["身份证号（已遮盖），请核对", "办公电话0871-6123456"]
    assert sorted(words.get_text_range().split()) == sorted(lines)
    if rotate == 0:  # readers tell turned lines in the order of the sheet
        assert words.get_text_range().split() == pdfminer.high_level.extract_text(out).split() == lines
    # The text layer is invisible, and each line has the position of its picture, so that selection matches.
    box = words.get_charbox(words.get_text_range().index("办公"), loose=True)
    shown = picture.crop((int(box[0]), int(picture.height - box[3]), int(box[2]) + 1, int(picture.height - box[1]) + 1))
    assert shown.getextrema()[0] < 120


def test_scanned_pdf_is_refused(tmp_path):
    source = tmp_path / "scan.pdf"
    drawn = canvas.Canvas(str(source))
    picture = tmp_path / "scan.png"
    Image.new("RGB", (40, 40), "gray").save(picture)
    drawn.drawImage(str(picture), 0, 0)
    drawn.save()
    with pytest.raises(PrivacyError, match="没有文字层"):
        mask_file(source, tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_file_is_masked(tmp_path, encoding):
    source, out = tmp_path / "a.txt", tmp_path / "out.txt"
    source.write_bytes(f"申请人{NAME}，电话{PHONE}\r\n身份证{ID}".encode(encoding))
    mask_file(source, out)
    assert out.read_text(encoding="utf-8") == "申请人刘**，电话138****5678\n身份证420106********001X"


def test_file_name_is_masked(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    source = tmp_path / f"{NAME}{PHONE}.txt"
    source.write_text(f"申请人{NAME}，电话{PHONE}", encoding="utf-8")
    done = mask_file(source, folder)
    assert NAME not in done.path.name
    assert PHONE not in done.path.name
    with pytest.raises(PrivacyError, match="文件名"):
        mask_file(source, tmp_path / f"{NAME}.txt")


def _bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 84_000_000)


def _entities(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>')


def _deep(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<a>" * 5000 + "</a>" * 5000)


@pytest.mark.parametrize(
    "make",
    [
        _bomb,
        _entities,
        _deep,
        lambda path: path.write_bytes(b"PK\x03\x04broken"),
        lambda path: path.write_bytes(b""),
    ],
)
def test_hostile_word_files_are_refused_with_one_line(tmp_path, make, monkeypatch):
    monkeypatch.undo()
    source = tmp_path / "a.docx"
    make(source)
    with pytest.raises(PrivacyError) as refused:
        mask_file(source, tmp_path / "out.docx")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out.docx").exists()


def test_final_check_refuses_unmasked_output(monkeypatch):
    """If masking fails to write a mask, the independent final check finds the words and returns no file."""
    from gongkai.lib.privacy.files import slots
    from gongkai.lib.privacy.files.run import mask_in_child

    monkeypatch.setattr(slots, "write_replacements", lambda gathered, edits: None)
    with pytest.raises(PrivacyError, match="复查"):
        mask_in_child(f"申请人{NAME}，电话{PHONE}".encode(), "", ".txt", "out", True, [], [])
