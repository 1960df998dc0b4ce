"""What a file carries behind its pages is found: whoever fetches it can read that, too."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from factories.behind import NUMBER, found_behind, found_behind_and_masked
from gongkai.lib.privacy import find
from gongkai.lib.privacy.files.hidden_text import read_hidden_text
from gongkai.lib.privacy.files.text import read_file_text

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(name: str, xml: str, *, within: bool = False) -> bytes:
    """A Word file with words in one of its parts: put before the end of the body, or as a part of its own."""
    out, made = io.BytesIO(), io.BytesIO()
    document = Document()
    document.add_paragraph("没有什么。")
    document.save(out)
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(made, "w") as target:
        for one in source.namelist():
            content = source.read(one)
            if within and one == name:
                content = content.replace(b"<w:sectPr", xml.encode() + b"<w:sectPr", 1)
            target.writestr(one, content)
        if not within:
            target.writestr(name, xml)
    return made.getvalue()


def properties() -> bytes:
    out, document = io.BytesIO(), Document()
    document.core_properties.comments = f"身份证号{NUMBER}"
    document.save(out)
    return out.getvalue()


def excel(change: Callable[[Workbook], object]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "没有什么"
    change(book)
    book.save(out)
    return out.getvalue()


def ruled(book: Workbook) -> None:
    rule = DataValidation(type="list", formula1=f'"身份证号{NUMBER},无"')
    book.active.add_data_validation(rule)
    rule.add("C1")


COMMENT = f"<w:comments {W}><w:comment w:id='0'><w:p><w:r><w:t>身份证号</w:t></w:r><w:r><w:t>{NUMBER}</w:t></w:r></w:p></w:comment></w:comments>"
DELETED = f"<w:p><w:del w:id='1'><w:r><w:delText>身份证号{NUMBER}</w:delText></w:r></w:del></w:p>"
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a comment": ("docx", lambda: word("word/comments.xml", COMMENT)),
    "deleted words": ("docx", lambda: word("word/document.xml", DELETED, within=True)),
    "properties": ("docx", properties),
    "a part of its own": ("docx", lambda: word("customXml/item1.xml", f"<a>身份证号{NUMBER}</a>")),
    "a note on a cell": (
        "xlsx",
        lambda: excel(lambda b: setattr(b.active["A1"], "comment", Comment(f"身份证号{NUMBER}", "经办"))),
    ),
    "the name of a sheet": ("xlsx", lambda: excel(lambda b: b.create_sheet(f"身份证{NUMBER}"))),
    "a name of cells": (
        "xlsx",
        lambda: excel(lambda b: b.defined_names.__setitem__("某", DefinedName("某", attr_text=f'"身份证号{NUMBER}"'))),
    ),
    "a formula": ("xlsx", lambda: excel(lambda b: setattr(b.active["B1"], "value", f'="身份证号{NUMBER}"'))),
    "a rule of cells": ("xlsx", lambda: excel(ruled)),
}


@pytest.mark.parametrize("kind", FILES)
def test_it_is_found_and_a_masked_copy_has_none_of_it(kind: str, tmp_path: Path) -> None:
    suffix, make = FILES[kind]
    found_behind_and_masked(tmp_path, suffix, make())


def test_parts_of_a_page_that_no_browser_shows_are_read(tmp_path: Path) -> None:
    for part in (f"<template>身份证号{NUMBER}</template>", f"<style>/* {NUMBER} */</style>"):
        found_behind(tmp_path, "html", f"<p>没有什么</p>{part}".encode())


def test_what_a_page_shows_is_not_said_twice(tmp_path: Path) -> None:
    out, document = io.BytesIO(), Document()
    document.add_paragraph(f"身份证号{NUMBER}")
    document.sections[0].header.paragraphs[0].text = f"身份证号{NUMBER}"
    document.save(out)
    path = tmp_path / "file.docx"
    path.write_bytes(out.getvalue())
    assert NUMBER in read_file_text(path)
    assert NUMBER not in read_hidden_text(path).text


def test_files_as_programs_write_them_hold_nothing(tmp_path: Path) -> None:
    for name, content in (("a.docx", word("customXml/item1.xml", "<a/>")), ("a.xlsx", excel(lambda _: None))):
        (tmp_path / name).write_bytes(content)
        assert find(read_hidden_text(tmp_path / name).text) == []
    (tmp_path / "a.txt").write_text("没有什么")
    assert read_hidden_text(tmp_path / "a.txt").text == ""
