"""Content of a file that an import does not read, such as hidden sheets and formulas, is reported."""

import io

from openpyxl import Workbook
from openpyxl.styles import Font

from gongkai.core.spreadsheets import Column, Sheet, read_table
from gongkai.core.spreadsheets.cells import short_text
from gongkai.core.spreadsheets.reader import _describe_losses
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.lib.fileformats.documents.model import Loss
from gongkai.lib.fileformats.workbooks.merged_ranges import SheetPage
from gongkai.lib.fileformats.workbooks.rows import Workbook as ReadWorkbook
from gongkai.lib.fileformats.workbooks.values import CellFault

SHEET = Sheet("书目", (Column("name", "书名", short_text(20), required=True), Column("at", "馆藏", short_text(20))))


def content_of(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_unread_and_hidden_worksheets_are_reported() -> None:
    book = Workbook()
    for title, name in (("旧表", "周易"), ("正表", "春秋"), ("续表", "左传")):
        page = book.create_sheet(title)
        page.append(["书名", "馆藏"])
        page.append([name, "一馆"])
    book["旧表"].sheet_state = "hidden"
    table = read_table(content_of(book), SHEET)
    assert [row["name"] for row in table.rows] == ["春秋"]
    hidden, unread = table.losses
    assert hidden.startswith("隐藏的内容（1处）没有导入：“书名 馆藏 周易")
    assert unread.startswith("工作表“续表”（2行）没有导入")


def test_imported_hidden_rows_and_struck_out_words_are_reported() -> None:
    book = Workbook()
    page = book.active
    for row in (["书名", "馆藏"], ["春秋", "二　馆"], ["左传", "一馆"]):
        page.append(row)
    page.row_dimensions[2].hidden = True
    page["A3"].font = Font(strike=True)
    table = read_table(content_of(book), SHEET)
    assert [row["name"] for row in table.rows] == ["春秋", "左传"]
    assert [line.split("：")[0] for line in table.losses] == [
        "已删去的文字（1处）照样导入",
        "隐藏的内容（1处）照样导入",
    ]


def test_imported_lines_in_a_second_encoding_are_reported() -> None:
    table = read_table("书名,馆藏\n市志,一馆藏本\n".encode("gbk") + "春秋左传注,二馆藏本\n".encode(), SHEET)
    assert [row["name"] for row in table.rows] == ["市志", "春秋左传注"]
    assert table.losses[0].startswith("编码不明的文字（1处）按识别出的文字导入：“文字有两种编码")


def test_formulas_read_as_empty_cells_are_reported() -> None:
    refused = CellFault("", "formula", 1)
    losses = [Loss("formula", f"表!{cell}", "1个单元格的公式没有结果") for cell in ("B2", "B3")]
    book = ReadWorkbook([SheetPage("表", [(2, ["春秋", None]), (3, ["左传", refused])])], losses=losses)
    assert _describe_losses(book) == ["B2单元格按空白导入：1个单元格的公式没有结果。请对照原文件核对。"]


def test_explanation_sheet_of_a_template_is_not_a_loss() -> None:
    assert read_table(write_xlsx(SHEET, [{"name": "春秋"}]), SHEET).losses == []
