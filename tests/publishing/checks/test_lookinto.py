"""What a look at an attachment leaves out is said, so that the file itself must be opened before a signature."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from gongkai.publishing.checks.lookinto import _holds_more, _sheets


def packed(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, words in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), words)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "more"),
    [
        ({"xl__worksheets__sheet1_xml": "<c><v>1</v></c>"}, False),
        ({"xl__worksheets__sheet1_xml": "<c><f>1+1</f><v>2</v></c>"}, False),
        ({"xl__worksheets__sheet1_xml": "<c><f>1+1</f></c>"}, True),
        ({"xl__drawings__drawing1_xml": ""}, True),
        ({"word__header1_xml": "<w:p/>"}, False),
        ({"word__header1_xml": "<w:t>内部</w:t>"}, True),
    ],
)
def test_what_is_not_shown_is_noticed(parts: dict[str, str], more: bool) -> None:
    assert _holds_more(packed(**parts)) is more


def test_a_sheet_is_as_wide_as_what_it_says(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["职权名称", "", "类别"])
    book.save(tmp_path / "a.xlsx")
    assert _sheets(tmp_path / "a.xlsx") == ([("Sheet", [["职权名称", "", "类别"]], False)], False)
