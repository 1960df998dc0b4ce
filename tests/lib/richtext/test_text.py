"""Texts for publication: Word import, cleaning, comparable text."""

import io
import zipfile

import pytest
from docx import Document as Word
from PIL import Image

from factories import foreign_files as files
from gongkai.lib.richtext import UnfitText, clean_html, convert_office_text, to_comparable_text, to_plain_text


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    return out.getvalue()


PNG = _png()


def word() -> bytes:
    document = Word()
    document.add_heading("一、总体要求", 1)
    document.add_paragraph("深入推进政务公开。")
    table = document.add_table(2, 2)
    for n, cell in enumerate(c for row in table.rows for c in row.cells):
        cell.text = f"第{n}格"
    document.add_picture(io.BytesIO(PNG))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def numbered(level: str) -> str:
    """Return the numbering part of a Word file with a list of one level."""
    return (
        f'<w:numbering {files.W}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


class TestWord:
    def test_headings_tables_and_pictures_are_converted(self) -> None:
        kept: list[bytes] = []

        def keep(data: bytes, name: str) -> str:
            kept.append(data)
            return "a" * 64

        text = convert_office_text(word(), "x.docx", keep)
        assert "<h2>一、总体要求</h2>" in text.html
        assert text.html.count("<td>") == 4
        assert f'src="gongkai-file:{"a" * 64}"' in text.html
        assert kept == [PNG]
        assert to_plain_text(text.html).splitlines()[1] == "深入推进政务公开。"

    @pytest.mark.parametrize(
        "data",
        [b"", b"not a zip", b"PK\x03\x04 broken", word()[:2000], b"\xd0\xcf\x11\xe0" * 200],
        ids=["empty", "text", "broken", "cut", "old .doc"],
    )
    def test_invalid_file_is_refused_with_one_line(self, data: bytes) -> None:
        with pytest.raises(UnfitText) as caught:
            convert_office_text(data, "x.docx", lambda *_: "")
        assert len(caught.value.reasons) == 1
        assert ".docx" in caught.value.reasons[0]

    def test_numbering_characters_and_alternative_parts_are_converted(self) -> None:
        place = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        level = '<w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl>'
        body = f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>⽔利局\u200b</w:t></w:r></w:p><w:altChunk w:id='rId2'/>"
        text = convert_office_text(
            files.word(body, numbering=numbered(level), chunk="<p>甲乙</p>"), "x.docx", lambda *_: ""
        )
        assert (text.html, text.notes) == ("<p>第一条水利局</p><p>甲乙</p>", ())

    def test_list_numbers_with_other_start_are_written_before_text(self) -> None:
        place = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        level = '<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        body = "".join(
            f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"
            for words in ("2026年3月底前完成改造。", "市教育局12月15日前报送。")
        )
        text = convert_office_text(files.word(body, numbering=numbered(level)), "x.docx", lambda *_: "")
        assert text.html == "<p>4.2026年3月底前完成改造。</p><p>5.市教育局12月15日前报送。</p>"
        assert not text.notes

    def test_formatting_links_bullets_notes_and_merged_cells_are_converted(self) -> None:
        level = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl>'
        item = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>%s</w:p>'
        cell, begins = "<w:tc><w:tcPr>%s</w:tcPr><w:p>%s</w:p></w:tc>", '<w:vMerge w:val="restart"/>'
        body = (
            f"<w:p>{files.styled('甲', '<w:b/>')}{files.styled('乙', '<w:b/><w:i/>')}{files.field('HYPERLINK &quot;http://a.cn/&quot;', '网')}"
            f"{files.styled('2', files.SUPERSCRIPT)}<w:r><w:footnoteReference w:id='1'/></w:r></w:p>"
            + item % files.run("一")
            + item % files.run("二&lt;")
            + "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>"
            + cell % ('<w:gridSpan w:val="2"/>', files.run("头"))
            + f"</w:tr><w:tr>{cell % (begins, files.run('丙'))}{cell % ('', files.run('丁'))}</w:tr>"
            + f"<w:tr>{cell % ('<w:vMerge/>', '')}{cell % ('', files.run('戊'))}</w:tr></w:tbl>"
        )
        notes = f"<w:footnotes {files.W}><w:footnote><w:p>{files.run('注语')}</w:p></w:footnote></w:footnotes>"
        text = convert_office_text(
            files.word(body, numbering=numbered(level), footnotes=notes), "x.docx", lambda *_: ""
        )
        assert text.html == (
            "<p><strong>甲</strong><strong><em>乙</em></strong>"
            '<a href="http://a.cn/" rel="noopener noreferrer">网</a><sup>2[1]</sup></p>'
            "<ul><li>一</li><li>二&lt;</li></ul>"
            '<table><thead><tr><th colspan="2"><p>头</p></th></tr></thead>'
            '<tbody><tr><td rowspan="2"><p>丙</p></td><td><p>丁</p></td></tr><tr><td><p>戊</p></td></tr></tbody></table>'
            "<p>脚注1：注语</p>"
        )
        assert not text.notes

    def test_other_office_file_is_refused_naming_kind(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("xl/workbook.xml", b"<x/>")
        with pytest.raises(UnfitText) as caught:
            convert_office_text(out.getvalue(), "x.docx", lambda *_: "")
        assert "是表格" in caught.value.reasons[0]


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("<p onclick=x>字</p>", "<p>字</p>"),
        ("<script>x</script><p>字</p>", "<p>字</p>"),
        ('<img src="http://evil/x.png">', ""),
        ('<img src="data:image/png;base64,AA">', ""),
        ('<a href="javascript:x">字</a>', '<a rel="noopener noreferrer">字</a>'),
        ("<h1>题</h1>", "<h2>题</h2>"),
        ("<p>  </p><p>字</p>", "<p>字</p>"),
        ('<td style="x" colspan="2">字</td>', "字"),
        ("<svg><script>x</script></svg>字", "字"),
    ],
)
def test_html_is_cleaned(dirty: str, tidy: str) -> None:
    assert clean_html(dirty) == tidy


def test_cleaning_is_idempotent() -> None:
    once = clean_html("<h1>a</h1><table><tr><td>x<td>y</table><p>&lt;script&gt;<p>")
    assert clean_html(once) == once


def test_comparable_text_includes_link_targets_and_picture_ids() -> None:
    """Earlier a replaced link target or picture was shown as “no change”."""
    page = '<p>请到<a href="https://www.gov.cn/" rel="noopener">申请页面</a>办理。</p><p><img src="gongkai-file:%s" alt="流程图"></p>'
    words = to_comparable_text(page % ("a" * 64))
    assert words == "请到申请页面（链接：https://www.gov.cn/）办理。\n［图片流程图，编号aaaaaaaaaaaa］"
    assert words != to_comparable_text(page.replace("www.gov.cn", "evil.example") % ("a" * 64))
    assert words != to_comparable_text(page % ("b" * 64))
    assert to_comparable_text('<p><a href="https://www.gov.cn/">https://www.gov.cn/</a></p>') == "https://www.gov.cn/"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p><s>不</s>收取押金</p>", "<p>不收取押金</p>"),
        ("<p>10<sup>4</sup>元</p>", "<p>104元</p>"),
        ("<ol><li>甲</li></ol>", '<ol start="5"><li>甲</li></ol>'),
        ("<ol><li>甲</li></ol>", "<ul><li>甲</li></ul>"),
        (
            "<table><tr><td>5000</td><td>押金</td></tr></table>",
            '<table><tr><td rowspan="2">5000</td><td>押金</td></tr></table>',
        ),
        ("<p>甲</p><p>乙</p>", "<table><tr><td>甲</td></tr><tr><td>乙</td></tr></table>"),
    ],
)
def test_meaningful_differences_of_markup_are_compared(before: str, after: str) -> None:
    assert to_comparable_text(before) != to_comparable_text(after)
