"""Text split into runs, and tables with merged cells, in Word files and in Excel drawings."""

from pathlib import Path

import pytest

from factories import office_files as office
from gongkai.lib.privacy import find, mask_file
from gongkai.lib.privacy.files.text import read_file_text

DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:sp><xdr:txBody>{}'
    "</xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
)


def box(folder: Path, *runs: str) -> Path:
    """Write an Excel file with a text box of one paragraph."""
    words = "".join(f"<a:r><a:t>{words}</a:t></a:r>" for words in runs)
    parts = {
        "xl/drawings/drawing1.xml": DRAWING.format(f"<a:p>{words}</a:p>"),
        "xl/worksheets/_rels/sheet1.xml.rels": office.relations(drawing="../drawings/drawing1.xml"),
    }
    link = f'</sheetData><drawing xmlns:r="{office.OFFICE}" r:id="rId1"/>'
    return office.excel(folder / "a.xlsx", [["见图"]], parts, sheet1=("</sheetData>", link))


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        (("申请人", "刘志强", "，电话1381", "2345678"), ["刘志强", "13812345678"]),
        (("身份证4201061990", "0101001X"), ["42010619900101001X"]),
        (("申请人刘", "志强，男"), ["刘志强"]),
        (("138 1234", " 5678"), ["138 1234 5678"]),
    ],
)
def test_excel_text_box_is_searched_across_runs(tmp_path: Path, runs: tuple[str, ...], found: list[str]) -> None:
    source = box(tmp_path, *runs)
    done = mask_file(source, tmp_path / "b.xlsx")
    assert [one.text for one in done.findings] == found
    assert not find(read_file_text(done.path))
    text = read_file_text(source)
    assert [text[one.start : one.end] for one in done.findings] == found


def field(*code: str) -> str:
    """Return a Word field whose code is split into several runs."""
    runs = "".join(f"<w:r><w:instrText>{words}</w:instrText></w:r>" for words in code)
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{sign.format('begin')}{runs}{sign.format('separate')}{office.run('点此')}{sign.format('end')}</w:p>"


@pytest.mark.parametrize(
    ("code", "left"),
    [
        (('HYPERLINK "mailto:zhang', 'san@163.com"'), "zhang"),
        ((' QUOTE "420106199', '00101001X" '), "420106199"),
        ((' HYPERLINK "http://x.cn/?tel=1381', '2345678" '), "1381"),
    ],
)
def test_field_code_is_masked_across_runs(tmp_path: Path, code: tuple[str, str], left: str) -> None:
    done = mask_file(office.word(tmp_path / "a.docx", field(*code)), tmp_path / "b.docx")
    assert left + code[1][:2] not in office.part(done.path, "word/document.xml").replace("</w:instrText>", "")
    assert len(done.findings) == 1
    assert "zhang<" not in office.part(done.path, "word/document.xml")
    assert "点此" in office.part(done.path, "word/document.xml")


def ruby(base: str, reading: str) -> str:
    """Return a run with ruby text above it."""
    return f"<w:r><w:ruby><w:rt>{office.run(reading)}</w:rt><w:rubyBase>{office.run(base)}</w:rubyBase></w:ruby></w:r>"


def test_name_with_ruby_is_masked(tmp_path: Path) -> None:
    body = f"<w:p>{office.run('申请人')}{ruby('刘', 'liú')}{ruby('志', 'zhì')}{office.run('强，男，住')}{ruby('云岭', 'yúnlǐng')}</w:p>"
    source = office.word(tmp_path / "a.docx", body)
    done = mask_file(source, tmp_path / "b.docx")
    words = office.part(done.path, "word/document.xml")
    assert [one.text for one in done.findings] == ["刘志强"]
    assert not any(part in words for part in ("志", "强", "liú", "zhì"))
    assert "yúnlǐng" in words


def cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{office.paragraph(words)}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


WIDE, TALL, GOES_ON = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_header_over_two_columns_applies_to_both(tmp_path: Path) -> None:
    body = table(
        cell("姓 名", WIDE) + cell("住址"),
        cell("一", TALL) + cell("白云飞") + cell("云岭市青山路6号2单元302室"),
        cell("", GOES_ON) + cell("边疆") + cell("云岭市青山路7号1单元102室"),
    )
    done = mask_file(office.word(tmp_path / "a.docx", body), tmp_path / "b.docx")
    words = office.part(done.path, "word/document.xml")
    assert not any(part in words for part in ("白云飞", "边疆", "302室", "102室"))
    assert words.count("姓 名") == 1


def test_header_over_two_rows_is_recognised(tmp_path: Path) -> None:
    body = table(
        cell("姓名", TALL) + cell("情况", WIDE),
        cell("", GOES_ON) + cell("性别") + cell("户籍地址"),
        cell("边疆") + cell("男") + cell("云岭市青山路7号1单元102室"),
    )
    done = mask_file(office.word(tmp_path / "a.docx", body), tmp_path / "b.docx")
    assert {"边疆", "云岭市青山路7号1单元102室"} == {one.text for one in done.findings}


def test_row_starting_in_second_column_is_aligned(tmp_path: Path) -> None:
    late = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
    body = table(cell("序号") + cell("姓名") + cell("性别"), late + cell("荣誉") + cell("女"))
    done = mask_file(office.word(tmp_path / "a.docx", body), tmp_path / "b.docx")
    assert [one.text for one in done.findings] == ["荣誉"]
