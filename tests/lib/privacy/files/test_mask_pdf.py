"""Masked PDFs: text across lines, under other text, in replacement text and unusual fonts."""

import ctypes
import io

import pypdfium2
import pytest
from pypdfium2 import raw
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from gongkai.lib.fileformats.documents.document_reader import read_nested_document
from gongkai.lib.privacy import PrivacyError, find
from gongkai.lib.privacy.files import pdf
from gongkai.lib.privacy.files.hidden_text import read_hidden_text
from gongkai.lib.privacy.files.pdf_second import extract_words
from gongkai.lib.privacy.files.run import mask_file
from gongkai.lib.privacy.files.text import read_file_text
from gongkai.lib.writing.blocks import TextBlock
from gongkai.lib.writing.fonts import MissingFont
from gongkai.lib.writing.official import IssuedDocument
from gongkai.lib.writing.pdf import render_official_pdf

PHONE = "13812345678"


def words_of(path) -> str:
    return "".join(pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range().split())


def drawn(path, draw) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    sheet = canvas.Canvas(str(path), pagesize=(400, 300))
    sheet.setFont("STSong-Light", 14)
    draw(sheet)
    sheet.save()


def raw_pdf(path, content: str, face: str = "5 0 R", page: str = "/MediaBox [0 0 400 300]") -> None:
    """Write a PDF by hand, with content that no usual program writes."""
    stream = content.encode()
    objects = [
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        f"<</Type /Page /Parent 2 0 R {page} /Contents 4 0 R /Resources <</Font <</F {face}>>>>>>",
        f"<</Length {len(stream)}>>\nstream\n{content}\nendstream",
        "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    ]
    body, places = "%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body.encode()))
        body += f"{number} 0 obj\n{one}\nendobj\n"
    start = len(body.encode())
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    body += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{rows}trailer\n<</Size {len(places) + 1} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    path.write_bytes(body.encode())


def test_name_broken_across_lines_is_hidden(tmp_path):
    source, out = tmp_path / "a.pdf", tmp_path / "o.pdf"

    def draw(sheet):
        for row, line in enumerate(
            (
                "本机关于近日收到居民即申请人刘",
                "志强提出的政府信息公开申请，电",
                "话13812345678，现答复如下。",
            )
        ):
            sheet.drawString(40, 250 - 24 * row, line)

    drawn(source, draw)
    assert "申请人刘志强提出" in read_file_text(source)
    mask_file(source, out)
    assert (
        words_of(out)
        == "本机关于近日收到居民即申请人（已遮盖）（已遮盖）提出的政府信息公开申请，电话（已遮盖），现答复如下。"
    )


@pytest.mark.parametrize(("turned", "to"), [(0, (0, 0)), (90, (400, 0))])
def test_spaced_and_bold_names_on_rotated_page_are_hidden(tmp_path, turned, to):
    source, out = tmp_path / "a.pdf", tmp_path / "o.pdf"

    def draw(sheet):
        sheet.translate(*to)
        sheet.rotate(turned)
        for row, line in enumerate(("姓　名 金额", "李　洁 300元", "王 志 明 400元")):
            sheet.drawString(40, 200 - 24 * row, line)
        for place, char in enumerate("申请人陈静怡"):  # as browsers print bold type
            sheet.drawString(40 + 14 * place, 100, char)
            sheet.drawString(40.3 + 14 * place, 100, char)

    drawn(source, draw)
    document = pypdfium2.PdfDocument(source)
    document[0].set_rotation(turned)
    document.save(source := tmp_path / "turned.pdf")
    assert "申请人陈静怡" in read_file_text(source)
    found = mask_file(source, out).findings
    assert [one.text.replace("　", "").replace(" ", "") for one in found] == ["李洁", "王志明", "陈静怡"]
    assert not set("李洁王志明陈静怡") & set(words_of(out))


def test_table_rows_are_not_joined(tmp_path):
    source = tmp_path / "a.pdf"

    def draw(sheet):
        for row, line in enumerate(("序号 单位 数量", "1 第一小学 十二", "2 第二小学 十三")):
            sheet.drawString(40, 250 - 24 * row, line)

    drawn(source, draw)
    assert read_file_text(source).split("\n") == ["序号 单位 数量", "1 第一小学 十二", "2 第二小学 十三"]


@pytest.mark.parametrize("hide", ["bar", "white", "mode"])
def test_hidden_text_is_absent_from_text_layer(tmp_path, hide):
    source, out = tmp_path / "a.pdf", tmp_path / "o.pdf"

    def draw(sheet):
        sheet.saveState()
        line = sheet.beginText(40, 200)
        line.setTextRenderMode(3 if hide == "mode" else 0)
        if hide == "white":
            line.setFillColorRGB(1, 1, 1)
        line.textOut("下面藏着的几个字")
        sheet.drawText(line)
        sheet.restoreState()
        sheet.setFont("STSong-Light", 14)
        if hide == "bar":
            sheet.setFillColorRGB(0, 0, 0)
            sheet.rect(30, 190, 200, 30, fill=1)
            sheet.setFillColorRGB(1, 1, 1)
        sheet.drawString(42, 201, "印在上面的标签字")

    drawn(source, draw)
    mask_file(source, out)
    assert words_of(out) == "印在上面的标签字"


def test_text_drawn_twice_for_bold_is_written_once(tmp_path):
    source, out = tmp_path / "a.pdf", tmp_path / "o.pdf"

    def draw(sheet):
        sheet.drawString(40, 200, "加粗的标题")
        sheet.drawString(40.4, 200, "加粗的标题")

    drawn(source, draw)
    mask_file(source, out)
    assert words_of(out).startswith("加粗的标题")


@pytest.mark.parametrize("given", ["(see page 3)", "( )"])
def test_replacement_text_that_differs_is_refused(tmp_path, given):
    source = tmp_path / "a.pdf"
    raw_pdf(
        source,
        f"BT /F 12 Tf 40 200 Td (Tel ) Tj /Span <</ActualText {given}>> BDC ({PHONE}) Tj EMC ET",
    )
    with pytest.raises(PrivacyError, match="不一致"):
        mask_file(source, tmp_path / "o.pdf")
    with pytest.raises(PrivacyError, match="不一致"):
        read_file_text(source)


@pytest.mark.parametrize("given", [PHONE, ""])
def test_replacement_text_equal_to_drawn_text_is_read(tmp_path, given):
    source, out = tmp_path / "a.pdf", tmp_path / "o.pdf"
    raw_pdf(source, f"BT /F 12 Tf 40 200 Td (Tel ) Tj /Span <</ActualText ({given})>> BDC ({PHONE}) Tj EMC ET")
    assert [one.text for one in mask_file(source, out).findings] == [PHONE]


def test_font_without_known_characters_is_refused(tmp_path):
    source = tmp_path / "a.pdf"
    face = (
        "<</Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] "
        "/CharProcs <<>> /Encoding <</Differences [65 /A]>> /FirstChar 65 /LastChar 65 /Widths [1]>> /G 5 0 R"
    )
    raw_pdf(source, "BT /G 12 Tf 40 200 Td (Tel) Tj /F 12 Tf (A) Tj ET", face)
    with pytest.raises(PrivacyError, match="字体没有对应的文字"):
        mask_file(source, tmp_path / "o.pdf")


def test_scan_with_printed_page_number_is_refused_as_scan(tmp_path):
    from PIL import Image

    source, picture = tmp_path / "a.pdf", tmp_path / "p.png"
    Image.new("RGB", (40, 30), "gray").save(picture)

    def draw(sheet):
        sheet.drawImage(str(picture), 0, 0, 400, 300)
        sheet.drawString(200, 10, "— 1 —")

    drawn(source, draw)
    with pytest.raises(PrivacyError, match="扫描件"):
        mask_file(source, tmp_path / "o.pdf")


@pytest.mark.parametrize("box", ["/MediaBox [0 0 90000 2]", "/MediaBox [0 0 100 100] /CropBox [500 500 600 600]"])
def test_invalid_page_size_is_refused_with_one_line(tmp_path, box):
    source = tmp_path / "a.pdf"
    raw_pdf(source, f"BT /F 12 Tf 40 200 Td (Tel {PHONE}) Tj ET", page=box)
    with pytest.raises(PrivacyError, match="PDF"):
        mask_file(source, tmp_path / "o.pdf")


@pytest.mark.parametrize("end", ["2349876，盼复。", "2349876"])
def test_values_broken_at_end_of_column_line_are_hidden(tmp_path, end):
    def draw(sheet):
        columns = (
            ("申请人住本县的文庙街", "6号2栋301，电话1381", end),
            ("右栏为政策说明内容", "各单位应按时公开", "不得延误。"),
        )
        for row, pair in enumerate(zip(*columns, strict=True)):
            for x, line in zip((40, 230), pair, strict=True):
                sheet.drawString(x, 250 - 20 * row, line)

    drawn(tmp_path / "a.pdf", draw)
    found = [one.text for one in find(read_file_text(tmp_path / "a.pdf"))]
    assert {"13812349876", "文庙街6号2栋301"} <= {text.removeprefix("本县的") for text in found}
    mask_file(tmp_path / "a.pdf", tmp_path / "o.pdf")
    masked = words_of(tmp_path / "o.pdf")
    assert not [part for part in ("1381", "2349876", "文庙街", "301") if part in masked]
    assert "各单位应按时公开" in masked


@pytest.mark.parametrize(
    ("before", "after", "masked"),
    [
        ("申请人：", "小明，申请公开", "申请人：（已遮盖），申请公开"),
        ("申请人：", "（略）", "申请人：（已遮盖）（略）"),
        ("公告", "一份", "公告□一份"),
    ],
)
def test_glyph_without_character_is_reported_and_masked_as_name(tmp_path, before, after, masked):
    source, out = tmp_path / "a.pdf", tmp_path / "o.pdf"

    def draw(sheet):
        sheet.drawString(40, 250, before)
        sheet.drawString(54 + 14 * len(before), 250, after)

    drawn(source, draw)
    document = pypdfium2.PdfDocument(source.read_bytes())
    face, glyphs = (
        (ctypes.c_uint8 * len(data)).from_buffer_copy(data) for data in (pdf._build_blank_font(), b"\x00\x01" * 0x200)
    )
    font = raw.FPDFText_LoadCidType2Font(document, face, len(face), b"begincmap", glyphs, len(glyphs))
    glyph = raw.FPDFPageObj_CreateTextObj(document, font, 14.0)
    raw.FPDFText_SetCharcodes(glyph, (ctypes.c_uint32 * 1)(0x123), 1)
    raw.FPDFPageObj_Transform(glyph, 1, 0, 0, 1, 40 + 14 * len(before), 250)
    page = document[0]
    raw.FPDFPage_InsertObject(page, glyph)
    page.gen_content()
    document.save(source)
    assert [loss.what for loss in read_nested_document(source.read_bytes(), "a.pdf", 0).losses] == ["symbol"]
    assert len(read_hidden_text(source).unread) == 1
    is_name = before.endswith("：")
    assert [one.kind for one in find(read_file_text(source))] == ["person"] * is_name
    assert len(mask_file(source, out).warnings) == 2
    assert words_of(out) == masked


def test_glyph_missing_from_text_layer_is_reported(tmp_path):
    system = "/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
    inner = f"<</Type /Font /Subtype /CIDFontType2 /BaseFont /A+Sim {system} /DW 1000>>"
    face = f"5 0 R /G <</Type /Font /Subtype /Type0 /BaseFont /A+Sim /Encoding /Identity-H /DescendantFonts [{inner}]>>"
    raw_pdf(tmp_path / "a.pdf", "BT /F 12 Tf 40 200 Td (Name: ) Tj /G 12 Tf <0123> Tj ET", face)
    assert len(read_hidden_text(tmp_path / "a.pdf").unread) == 1


def test_rare_characters_of_two_code_units_are_masked(tmp_path) -> None:
    issued = IssuedDocument("答复书", ("云岭市",), "", [TextBlock("申请人王𬱟不服答复。"), TextBlock("王𬱟小明")])
    try:
        (tmp_path / "a.pdf").write_bytes(render_official_pdf(issued, lambda _: None))
    except MissingFont:
        pytest.skip("no Chinese font: apt-get install fonts-noto-cjk")
    mask_file(tmp_path / "a.pdf", tmp_path / "b.pdf")
    masked = words_of(tmp_path / "b.pdf")
    assert "申请人（已遮盖）不服" in masked
    assert not set("王𬱟小明") & set(masked)
    mask_file(tmp_path / "b.pdf", tmp_path / "c.pdf")
    assert words_of(tmp_path / "c.pdf") == masked


def test_text_layer_contains_rare_characters():
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(300, 100)
    font = pdf.load_blank_font(document, "王𬱟、𠮷田")
    line = pdf.TextLayerLine("王𬱟、𠮷田", (10, 10, 200, 22))
    pdf.write_text_layer(document, page, font, [line], (1, 0, 0, 1, 0, 0))
    page.gen_content()
    buffer = io.BytesIO()
    document.save(buffer)
    assert extract_words(buffer.getvalue()).strip() == "王𬱟、𠮷田"


def test_omitted_form_fields_are_reported(tmp_path) -> None:
    def draw(sheet) -> None:
        sheet.drawString(40, 200, "办理情况")
        sheet.acroForm.textfield(name="state", value="done", x=40, y=100)

    drawn(tmp_path / "a.pdf", draw)
    assert any("表单域" in line for line in mask_file(tmp_path / "a.pdf", tmp_path / "b.pdf").warnings)
