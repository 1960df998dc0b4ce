"""Damaged and unusual office files are refused with one line, or read as intended."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from factories import office_files as office
from gongkai.lib.privacy import PrivacyError, mask_file
from gongkai.lib.privacy.files.text import read_file_text


def refused(source: Path, words: str) -> None:
    for work in (read_file_text, lambda path: mask_file(path, path.with_name(f"out{path.suffix}"))):
        with pytest.raises(PrivacyError, match=words) as error:
            work(source)
        assert "\n" not in str(error.value)


def test_part_with_damaged_compression_is_refused(tmp_path: Path) -> None:
    """The directory of the .zip is valid and the compressed bytes are not: zlib raises, not zipfile."""
    source = office.word(tmp_path / "a.docx", office.paragraph("申请人刘志强"))
    content = bytearray(source.read_bytes())
    with zipfile.ZipFile(source) as archive:
        info = archive.getinfo("word/document.xml")
    begin = info.header_offset + 30 + len(info.filename)
    content[begin : begin + 8] = b"\xff" * 8
    source.write_bytes(content)
    refused(source, "已损坏")


def test_deeply_nested_tables_are_refused(tmp_path: Path) -> None:
    body = "<w:tbl><w:tr><w:tc>" * 100 + office.paragraph("刘志强") + "</w:tc></w:tr></w:tbl>" * 100
    refused(office.word(tmp_path / "a.docx", body), "嵌套过深")


@pytest.mark.parametrize("main", ["word/document2.xml", "word/Document.xml", "text/main.xml"])
def test_main_part_with_unusual_name_is_masked(tmp_path: Path, main: str) -> None:
    header = f"<w:hdr {office.W}>{office.paragraph('刘', '志强')}</w:hdr>"
    folder, name = main.split("/")
    more = {f"{folder}/_rels/{name}.rels": office.relations(header="top.xml"), f"{folder}/top.xml": header}
    source = office.word(tmp_path / "a.docx", office.paragraph("申请人刘志强"), main=main, more=more)
    assert read_file_text(source).splitlines() == ["申请人刘志强", "刘志强"]
    done = mask_file(source, tmp_path / "b.docx")
    assert read_file_text(done.path).splitlines() == ["申请人刘**", "刘**"]
    assert 'PartName="/word/document.xml"' in office.part(done.path, "[Content_Types].xml")


def test_decoy_under_usual_name_is_ignored(tmp_path: Path) -> None:
    more = {"word/document.xml": f"<w:document {office.W}><w:body>{office.paragraph('别的话')}</w:body></w:document>"}
    source = office.word(tmp_path / "a.docx", office.paragraph("申请人刘志强"), main="word/document2.xml", more=more)
    assert read_file_text(mask_file(source, tmp_path / "b.docx").path) == "申请人刘**"


def test_sheet_with_unusual_name_is_masked(tmp_path: Path) -> None:
    plain = office.excel(tmp_path / "plain.xlsx", [["姓名", "性别"], ["边疆", "男"]])
    source = tmp_path / "a.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            content = (
                old.read(name)
                .replace(b"worksheets/sheet1", b"worksheets/Sheet1")
                .replace(b"sharedStrings", b"SharedStrings")
            )
            new.writestr(
                name.replace("sheets/sheet1", "sheets/Sheet1").replace("sharedStrings", "SharedStrings"),
                content,
            )
    done = mask_file(source, tmp_path / "b.xlsx")
    assert [one.text for one in done.findings] == ["边疆"]
    assert openpyxl.load_workbook(done.path).active["A2"].value == "边*"


def test_file_without_main_part_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.docx"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", office.relations(officeDocument="word/document.xml"))
    refused(source, "已损坏：文件缺少正文")


def test_cells_of_strict_workbook_are_masked(tmp_path: Path) -> None:
    strict = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    source = office.excel(tmp_path / "a.xlsx", [["姓名"], ["刘志强"]], sheet1=strict)
    assert "刘志强" in read_file_text(source)
    assert "刘志强" not in read_file_text(mask_file(source, tmp_path / "b.xlsx").path)


@pytest.mark.parametrize("link", ["symlink_to", "hardlink_to"])
def test_source_is_never_overwritten(tmp_path: Path, link: str) -> None:
    source, other = tmp_path / "a.txt", tmp_path / "b.txt"
    source.write_text("申请人刘志强", encoding="utf-8")
    getattr(other, link)(source)
    with pytest.raises(PrivacyError, match="不能与原文件相同"):
        mask_file(source, other)
    assert source.read_text(encoding="utf-8") == "申请人刘志强"


def test_target_must_have_suffix_of_source(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("申请人刘志强", encoding="utf-8")
    (tmp_path / "a.htm").write_text("<p>申请人刘志强</p>", encoding="utf-8")
    with pytest.raises(PrivacyError, match=r"扩展名应与原文件相同（\.txt）"):
        mask_file(tmp_path / "a.txt", tmp_path / "b.docx")
    assert mask_file(tmp_path / "a.htm", tmp_path / "b.html").path.exists()
