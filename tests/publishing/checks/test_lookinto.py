"""What a look at an attachment leaves out is said, so that the file itself must be opened before a signature."""

from pathlib import Path

from openpyxl import Workbook

from gongkai.publishing.checks.lookinto import _sheets


def test_a_sheet_says_what_stands_right_of_all_columns(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["CV1"] = "每人发放补贴五万元"
    book.save(tmp_path / "a.xlsx")
    assert _sheets(tmp_path / "a.xlsx")[1], "the file itself must be opened"


def test_a_sheet_is_as_wide_as_what_it_says(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["职权名称", "", "类别"])
    book.save(tmp_path / "a.xlsx")
    assert _sheets(tmp_path / "a.xlsx") == ([("Sheet", [["职权名称", "", "类别"]], False)], False)
