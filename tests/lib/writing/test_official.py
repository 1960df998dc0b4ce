"""An issued document out: HTML into blocks, the layout of GB/T 9704—2012, line breaking, tables with merged cells."""

import io
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.confined import reading
from gongkai.lib.writing import fonts, pdf_child
from gongkai.lib.writing.blocks import PictureBlock, TableBlock, TextBlock, make_blocks
from gongkai.lib.writing.official import IssuedDocument, render_official_docx
from gongkai.lib.writing.wrapping import NO_LINE_END_CHARACTERS, NO_LINE_START_CHARACTERS, wrap_paragraph

HTML = (
    "<p>各县（区）人民政府：</p><h2>一、总则</h2><p>（一）适用范围</p><p>为了规范管理，<strong>制定</strong>本办法。<br>第二行。</p>"
    "<ol start='3'><li>甲</li><li>乙</li></ol>"
    "<table><tr><th>序号</th><th colspan='2'>名称</th></tr><tr><td rowspan='2'>1</td><td>甲</td><td>乙</td></tr>"
    "<tr><td>丙</td><td>丁</td></tr></table>"
    f"<p><img src='gongkai-file:{'a' * 64}' alt='示意图'></p>"
)


def need_fonts() -> None:
    try:
        fonts.find_fonts()
    except fonts.MissingFont:
        pytest.skip("no Chinese font: apt-get install fonts-noto-cjk")


class TestBlocks:
    def test_text_headings_lists(self) -> None:
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

    def test_merged_cells_leave_empty_ones(self) -> None:
        grid = next(b for b in make_blocks(HTML) if isinstance(b, TableBlock))
        assert grid.rows == (("序号", "名称", ""), ("1", "甲", "乙"), ("", "丙", "丁"))
        assert grid.heads == 1

    def test_pictures_by_their_mark(self) -> None:
        assert [b for b in make_blocks(HTML) if isinstance(b, PictureBlock)] == [PictureBlock("a" * 64, "示意图")]

    @pytest.mark.parametrize(
        "html", ["", "  ", "<p></p>", "<table></table>", "loose", "<td>x", "<table><tr></tr></table>"]
    )
    def test_odd_html_is_no_trouble(self, html: str) -> None:
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
    def test_the_mark_names_the_issuers(self) -> None:
        assert issued().mark == "云岭市人民政府文件"
        assert issued(by_order=True).mark == "云岭市人民政府令"
        assert issued(number="").mark == ""
        assert issued(issuers=("甲局", "乙局")).mark == "甲局\n乙局文件"

    def test_docx_in_order_with_a_red_mark(self) -> None:
        made = Document(io.BytesIO(render_official_docx(issued(notice="已废止"), lambda _: None)))
        texts = [p.text for p in made.paragraphs if p.text]
        assert texts[:4] == ["【已废止】", "云岭市人民政府文件", "云府规〔2024〕3号", "云岭市某某管理办法"]
        assert texts[-1] == "2024年3月28日"
        assert "（图：示意图）" in texts
        mark = next(p for p in made.paragraphs if p.text == "云岭市人民政府文件")
        assert str(mark.runs[0].font.color.rgb) == "E60012"

    def test_no_word_of_a_title_is_cut(self) -> None:
        made = issued(title="云岭市教育局\n2025年度政务公开考核结果报告", blocks=[])
        texts = [p.text for p in Document(io.BytesIO(render_official_docx(made, lambda _: None))).paragraphs]
        assert {"云岭市教育局", "2025年度政务公开考核结果报告"} <= set(texts)

    def test_a_text_that_is_signed_is_not_signed_again(self) -> None:
        made = issued(blocks=make_blocks("<p>正文。</p><p>云岭市人民政府</p><p>2024年3月28日</p>"))
        texts = [p.text for p in Document(io.BytesIO(render_official_docx(made, lambda _: None))).paragraphs]
        assert texts.count("2024年3月28日") == 1

    def test_pdf_holds_every_word(self) -> None:
        need_fonts()
        document = pypdfium2.PdfDocument(pdf_child.render_official_pdf(issued(), lambda _: None))
        text = "".join(page.get_textpage().get_text_range() for page in document)
        for words in ("云岭市人民政府文件", "云府规〔2024〕3号", "为了规范管理，制定本办法。", "丁", "— 1 —"):
            assert words in text
        width, height = document[0].get_size()
        assert (round(width), round(height)) == (595, 842)

    def test_a_pdf_that_reaches_a_limit_is_offered_as_docx(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "DEFAULT_LIMITS", replace(reading.DEFAULT_LIMITS, memory=1 << 20))
        with pytest.raises(fonts.MissingFont, match="或者下载"):
            pdf_child.render_official_pdf(issued(), lambda _: None)

    def test_a_character_without_a_glyph_is_told(self) -> None:
        need_fonts()
        with pytest.raises(fonts.MissingFont, match="没有“\U0003fffd”字"):
            pdf_child.render_official_pdf(issued(title="关于王\U0003fffd的通知"), lambda _: None)

    def test_no_font_is_one_line(self, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
        monkeypatch.setattr(fonts, "FONT_FOLDERS", ())
        monkeypatch.setenv("GONGKAI_FONTS", str(tmp_path))
        fonts.find_fonts.cache_clear()
        with pytest.raises(fonts.MissingFont, match="fonts-noto-cjk"):
            fonts.find_fonts()
        fonts.find_fonts.cache_clear()


LETTERS = st.text(alphabet="公开政务信息，。（）《》“”；：A1b 2", max_size=80)


@given(LETTERS, st.integers(4, 30), st.integers(0, 2))
def test_lines_hold_every_character_in_order_and_fit(text: str, width: int, first: int) -> None:
    lines = list(wrap_paragraph(text, len, width, first))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= (width if place else width - first) for place, line in enumerate(lines))


@given(
    st.text(alphabet="公开政务信息", min_size=3, max_size=40),
    st.sampled_from("，。）》”"),
    st.integers(5, 12),
)
def test_no_line_begins_with_a_closing_mark(text: str, mark: str, width: int) -> None:
    lines = list(wrap_paragraph(text + mark + text, len, width))
    assert all(line[0] not in NO_LINE_START_CHARACTERS for line in lines if line)
    assert all(line[-1] not in NO_LINE_END_CHARACTERS for line in lines[:-1] if line)


def test_words_known_beforehand_spare_a_drawing_and_change_nothing() -> None:
    from gongkai.lib.writing.pdf import BODY_SIZE, PdfSheet, draw_pdf

    need_fonts()
    times: list[str] = []

    def draw(sheet: PdfSheet) -> None:
        times.append("")
        sheet.lines("公开情况", size=BODY_SIZE, face="serif")

    sizes = {words: len(draw_pdf(draw, title="表", author="局", text=words)) for words in ("", "公开情况", "公")}
    assert len(set(sizes.values())) == 1
    assert len(times) == 2 + 1 + 2, "unknown, known, and one that was forgotten"


def test_the_signature_stands_with_the_end_of_the_text() -> None:
    """Else a day alone stands on a page of its own where the text fills the one before (7.3.5.4)."""
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
