"""Text in attributes, lists and links is masked in any spelling, and reported."""

from pathlib import Path

import pytest

from factories import office_files as office
from gongkai.lib.privacy import mask_file

PHONE = "13812345678"


def picture(said: str) -> str:
    return f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="图片" descr="{said}"/></wp:inline></w:drawing></w:r></w:p>'


@pytest.mark.parametrize("body", [f"申请人刘志强电话{PHONE}", "照片"])
@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("138-1234-5678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("zhangsan＠163.com", "z***@163.com"),
        ("420106 19900101 001X", "420106********001X"),
    ],
)
def test_number_in_picture_description_is_masked(tmp_path: Path, body: str, said: str, masked: str) -> None:
    source = office.word(tmp_path / "a.docx", office.paragraph(body) + picture(said))
    done = mask_file(source, tmp_path / "b.docx")
    assert f'descr="{masked}"' in office.part(done.path, "word/document.xml")
    assert [one.text for one in done.elsewhere] == [said]


def test_known_number_in_other_spelling_is_masked(tmp_path: Path) -> None:
    """1.3.8… alone is not a phone number, but it has the digits of one that was masked."""
    said = "1.3.8.1.2.3.4.5.6.7.8"
    source = office.word(tmp_path / "a.docx", office.paragraph(f"电话{PHONE}") + picture(said))
    done = mask_file(source, tmp_path / "b.docx")
    assert said not in office.text_of_package(done.path)


def test_list_items_in_word_are_masked(tmp_path: Path) -> None:
    body = (
        '<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="138 1234 5678" w:value="1381-2345-678"/>'
        f"</w:dropDownList></w:sdtPr><w:sdtContent>{office.paragraph('x')}</w:sdtContent></w:sdt>"
    )
    done = mask_file(office.word(tmp_path / "a.docx", body), tmp_path / "b.docx")
    assert not any(words in office.text_of_package(done.path) for words in ("138 1234", "1381-2345"))
    assert [one.kind for one in done.elsewhere] == ["phone", "phone"]


def test_prompts_and_footers_in_excel_are_masked(tmp_path: Path) -> None:
    more = (
        '</sheetData><dataValidations count="1"><dataValidation type="list" sqref="B1" prompt="138-1234-5678"/>'
        "</dataValidations><headerFooter><oddFooter>&amp;L联系138-1234-5678</oddFooter></headerFooter>"
    )
    source = office.excel(tmp_path / "a.xlsx", [["照片"]], sheet1=("</sheetData>", more))
    done = mask_file(source, tmp_path / "b.xlsx")
    assert "1234" not in office.part(done.path, "xl/worksheets/sheet1.xml")
    assert [one.text for one in done.elsewhere] == ["138-1234-5678"] * 2


def test_layout_values_are_kept(tmp_path: Path) -> None:
    """A layout value that is part of a masked account (QQ 12345678) is no account."""
    body = office.paragraph("申请人刘志强，QQ：12345678") + '<w:p><w:pPr><w:spacing w:line="240"/></w:pPr></w:p>'
    done = mask_file(office.word(tmp_path / "a.docx", body), tmp_path / "b.docx")
    assert 'w:line="240"' in office.part(done.path, "word/document.xml")
    assert done.elsewhere == []
