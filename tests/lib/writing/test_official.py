"""Official documents: blocks from HTML, the layout of GB/T 9704—2012, line breaking, merged cells."""

import io
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from docx import Document
from docx.shared import Mm
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gongkai.lib.confined import confined_reader
from gongkai.lib.writing import fonts, pdf_child
from gongkai.lib.writing.blocks import PictureBlock, TableBlock, TextBlock, make_blocks
from gongkai.lib.writing.official import IssuedDocument, render_official_docx
from gongkai.lib.writing.pdf import render_official_pdf
from gongkai.lib.writing.wrapping import NO_LINE_END_CHARACTERS, NO_LINE_START_CHARACTERS, wrap_paragraph

HTML = (
    "<p>各县（区）人民政府：</p><h2>一、总则</h2><p>（一）适用范围</p><p>为了规范管理，<strong>制定</strong>本办法。<br>第二行。</p>"
    "<ol start='3'><li>甲</li><li>乙</li></ol>"
    "<table><tr><th>序号</th><th colspan='2'>名称</th></tr><tr><td rowspan='2'>1</td><td>甲</td><td>乙</td></tr>"
    "<tr><td>丙</td><td>丁</td></tr></table>"
    f"<p><img src='gongkai-file:{'a' * 64}' alt='示意图'></p>"
)


def skip_without_fonts() -> None:
    try:
        fonts.find_fonts()
    except fonts.MissingFont:
        pytest.skip("no Chinese font: apt-get install fonts-noto-cjk")


class TestBlocks:
    def test_text_headings_and_lists(self) -> None:
        found = [(b.text, b.level) for b in make_blocks(HTML) if isinstance(b, TextBlock)]
        assert found == [
            ("各县（区）人民政府：", 0),
            ("一、总则", 1),
            ("（一）适用范围", 2),
            ("为了规范管理，制定本办法。", 0),
            ("第二行。", 0),
            ("3. 甲", 0),
            ("4. 乙", 0),
        ]

    def test_cells_covered_by_merged_ones_are_empty(self) -> None:
        grid = next(b for b in make_blocks(HTML) if isinstance(b, TableBlock))
        assert grid.rows == (("序号", "名称", ""), ("1", "甲", "乙"), ("", "丙", "丁"))
        assert grid.header_row_count == 1

    def test_pictures_are_found_by_digest(self) -> None:
        assert [b for b in make_blocks(HTML) if isinstance(b, PictureBlock)] == [PictureBlock("a" * 64, "示意图")]

    def test_blocks_within_cells_and_items_are_lines(self) -> None:
        picture = f'<img src="gongkai-file:{"a" * 64}" alt="图">'
        inner = "<p>甲</p><p>乙</p><ol start=x><li><p>一</p>续</li><li>二<ul><li>三</li></ul>后</li></ol>"
        table = f"<table><caption>表1</caption><tr><td>{inner}{picture}</td></tr></table>"
        caption, grid, shown, *items = make_blocks(f"{table}<ul><li>丙<ol start=2><li>丁</li></ol></li></ul>")
        assert caption == TextBlock("表1", indent=False)
        assert grid == TableBlock((("甲\n乙\n1. 一\n续\n2. 二\n· 三\n后",),))
        assert shown == PictureBlock("a" * 64, "图")
        assert items == [TextBlock("· 丙"), TextBlock("2. 丁")]

    def test_list_between_items_is_kept(self) -> None:
        html = "<ol>前言<li>甲</li><ul><li>乙</li></ul><li>丙</li></ol>"
        assert [block.text for block in make_blocks(html)] == ["前言", "1. 甲", "· 乙", "2. 丙"]

    @pytest.mark.parametrize(
        "html",
        [
            "",
            "  ",
            "<ol start=x><li>1</li></ol>",
            "<p></p>",
            "<table></table>",
            "loose",
            "<td>x",
            "<table><tr></tr></table>",
        ],
    )
    def test_unusual_html_is_accepted(self, html: str) -> None:
        make_blocks(html)


def issued(**facts: object) -> IssuedDocument:
    given_: dict[str, object] = {
        "title": "云岭市某某管理办法",
        "issuers": ("云岭市人民政府",),
        "number": "云府规〔2024〕3号",
        "blocks": make_blocks(HTML),
        "made_on": date(2024, 3, 28),
    }
    return IssuedDocument(**{**given_, **facts})  # type: ignore[arg-type]


class TestLayout:
    def test_red_header_names_issuers(self) -> None:
        assert issued().issuer_mark == "云岭市人民政府文件"
        assert issued(by_order=True).issuer_mark == "云岭市人民政府令"
        assert issued(number="").issuer_mark == ""
        assert issued(issuers=("甲局", "乙局")).issuer_mark == "甲局\n乙局文件"

    def test_docx_is_ordered_with_red_header(self) -> None:
        made = Document(io.BytesIO(render_official_docx(issued(notice="已废止"), lambda _: None)))
        texts = [p.text for p in made.paragraphs if p.text]
        assert texts[:4] == ["【已废止】", "云岭市人民政府文件", "云府规〔2024〕3号", "云岭市某某管理办法"]
        assert texts[-1] == "2024年3月28日"
        assert "（图：示意图）" in texts
        mark = next(p for p in made.paragraphs if p.text == "云岭市人民政府文件")
        assert str(mark.runs[0].font.color.rgb) == "E60012"

    def test_words_of_title_are_not_broken(self) -> None:
        made = issued(title="云岭市教育局\n2025年度政务公开考核结果报告", blocks=[])
        texts = [p.text for p in Document(io.BytesIO(render_official_docx(made, lambda _: None))).paragraphs]
        assert {"云岭市教育局", "2025年度政务公开考核结果报告"} <= set(texts)

    @pytest.mark.parametrize("day", ["2024年3月28日", "二〇二四年三月二十八日", "（二○二四年　三月二十八日）"])
    def test_signed_text_is_not_signed_again(self, day: str) -> None:
        made = issued(blocks=make_blocks(f"<p>正文。</p><p>云岭市人民政府</p><p>{day}</p>"))
        texts = [p.text for p in Document(io.BytesIO(render_official_docx(made, lambda _: None))).paragraphs]
        assert texts[-1] == day

    def test_pdf_contains_all_text(self) -> None:
        skip_without_fonts()
        document = pypdfium2.PdfDocument(pdf_child.render_official_pdf(issued(), lambda _: None))
        text = "".join(page.get_textpage().get_text_range() for page in document)
        for words in ("云岭市人民政府文件", "云府规〔2024〕3号", "为了规范管理，制定本办法。", "丁", "— 1 —"):
            assert words in text
        width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842)

    def test_high_row_goes_on_over_the_page(self) -> None:
        skip_without_fonts()
        rows = [(("名称", "内容"), ("甲", "长" * 3000)), (("长" * 3000, "甲"),)]
        for grid in (TableBlock(rows[0], 1), TableBlock(rows[0]), TableBlock(rows[1], 1)):
            document = pypdfium2.PdfDocument(render_official_pdf(issued(blocks=[grid]), lambda _: None))
            text = "".join(page.get_textpage().get_text_range() for page in document)
            assert text.count("长") == 3000
            assert len(document) > 1

    @pytest.mark.parametrize("dots_per_inch", [0.3, 96])
    def test_high_picture_fits_page(self, dots_per_inch: float) -> None:
        skip_without_fonts()
        buffer = io.BytesIO()
        Image.new("RGB", (20, 200), "red").save(buffer, "PNG", dpi=(dots_per_inch, dots_per_inch))
        shown = issued(blocks=[PictureBlock("a", "长图")])
        page = pypdfium2.PdfDocument(render_official_pdf(shown, lambda _: buffer.getvalue()))[1]
        left, bottom, right, top = next(page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])).get_bounds()
        assert bottom > 0
        assert round((top - bottom) / (right - left)) == 10
        made = Document(io.BytesIO(render_official_docx(shown, lambda _: buffer.getvalue())))
        assert made.inline_shapes[0].height <= Mm(225)

    def test_pdf_beyond_memory_limit_suggests_docx(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(confined_reader, "DEFAULT_LIMITS", replace(confined_reader.DEFAULT_LIMITS, memory=1 << 20))
        with pytest.raises(fonts.MissingFont, match="或者下载"):
            pdf_child.render_official_pdf(issued(), lambda _: None)

    def test_character_without_glyph_is_reported(self) -> None:
        skip_without_fonts()
        with pytest.raises(fonts.MissingFont, match="没有“\U0003fffd”字"):
            pdf_child.render_official_pdf(issued(title="关于王\U0003fffd的通知"), lambda _: None)

    def test_missing_font_is_reported_with_package(self, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
        monkeypatch.setattr(fonts, "FONT_FOLDERS", ())
        monkeypatch.setenv("GONGKAI_FONTS", str(tmp_path))
        fonts.find_fonts.cache_clear()
        with pytest.raises(fonts.MissingFont, match="fonts-noto-cjk"):
            fonts.find_fonts()
        fonts.find_fonts.cache_clear()


LETTERS = st.text(alphabet="公开政务信息，。（）《》“”；：A1b 2", max_size=80)


@given(LETTERS, st.integers(4, 30), st.integers(0, 2))
def test_lines_contain_all_characters_in_order_and_fit(text: str, width: int, first: int) -> None:
    lines = list(wrap_paragraph(text, len, width, first))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= (width if place else width - first) for place, line in enumerate(lines))


@given(
    st.text(alphabet="公开政务信息", min_size=3, max_size=40),
    st.sampled_from("，。）》”"),
    st.integers(5, 12),
)
def test_no_line_begins_with_closing_punctuation(text: str, mark: str, width: int) -> None:
    lines = list(wrap_paragraph(text + mark + text, len, width))
    assert all(line[0] not in NO_LINE_START_CHARACTERS for line in lines if line)
    assert all(line[-1] not in NO_LINE_END_CHARACTERS for line in lines[:-1] if line)


@pytest.mark.parametrize("number", ["95.5", "2026", "GB/T9704"])
@pytest.mark.parametrize("mark", ["，", "%", "。”"])
def test_number_before_closing_mark_stays_whole(number: str, mark: str) -> None:
    for width in range(10, 16):
        lines = list(wrap_paragraph(f"全市任务的数{number}{mark}比上年", len, width))
        assert any(f"{number}{mark}" in line for line in lines), lines


def test_text_given_in_advance_saves_drawing_and_changes_nothing() -> None:
    from gongkai.lib.writing.pdf import BODY_SIZE, PdfSheet, draw_pdf

    skip_without_fonts()
    times: list[str] = []

    def draw(sheet: PdfSheet) -> None:
        times.append("")
        sheet.write_paragraph("公开情况", size=BODY_SIZE, face="serif")

    sizes = {words: len(draw_pdf(draw, title="表", author="局", text=words)) for words in ("", "公开情况", "公")}
    assert len(set(sizes.values())) == 1
    assert len(times) == 2 + 1 + 2, "unknown, known, and one that was forgotten"


def test_signature_stays_on_page_with_end_of_text() -> None:
    """Otherwise the date alone could be on a page of its own (7.3.5.4)."""
    issued = IssuedDocument(
        "答复书", ("云岭市民政局",), "", [TextBlock("第一段。"), TextBlock("末段。")], made_on=date(2026, 11, 13)
    )
    last = Document(io.BytesIO(render_official_docx(issued, lambda _mark: None))).paragraphs[-6:]
    assert [one.text for one in last] == ["第一段。", "末段。", "", "", "云岭市民政局", "2026年11月13日"]
    assert [bool(one.paragraph_format.keep_with_next) for one in last] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]
