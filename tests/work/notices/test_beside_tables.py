"""A small table beside tasks that stand in paragraphs takes none of them away."""

from io import BytesIO

import pytest
from docx import Document

from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.document import Document as Documented
from gongkai.lib.reading.document import Grid, GridCell, GridLine, Paragraph
from gongkai.work.notices.importing import notice_parser
from gongkai.work.notices.importing.source import read_source

FRONT = ("云岭市人民政府办公室", "关于分解落实2027年政务公开重点任务的通知", "云府办〔2027〕33号")
TASKS = {
    "一、市教育局": (
        "1. 公布义务教育学校招生范围，6月底前完成。",
        "2. 每季度更新一次民办学校年检情况，市民政局配合。",
    ),
    "二、市财政局": ("1. 公开2027年部门预算，2月底前完成。", "2. 公开政府债务情况，12月10日前。"),
}


def file_of(lines: tuple[str, ...], table: tuple[tuple[str, ...], ...]) -> bytes:
    document = Document()
    for line in (*FRONT, *lines):
        document.add_paragraph(line)
    grid = document.add_table(len(table), len(table[0]))
    for row, words in zip(grid.rows, table, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def by_unit() -> tuple[str, ...]:
    return tuple(line for unit, tasks in TASKS.items() for line in (unit, *tasks))


@pytest.mark.parametrize(
    "table",
    [
        (("单位", "联系人", "电话"), ("市政府办公室", "王某", "0812-3344556")),
        (("工作任务", "责任单位", "完成时限"), ("报送任务清单", "各有关单位", "3月15日")),
    ],
    ids=["contacts", "one task"],
)
def test_tasks_by_unit_are_read_whatever_small_table_stands_below(table: tuple[tuple[str, ...], ...]) -> None:
    parsed = read_source(file_of(by_unit(), table), "通知.docx").parsed
    assert [row["responsible"] for row in parsed["rows"]] == [["市教育局"]] * 2 + [["市财政局"]] * 2
    assert any("没有读作任务" in warning["message"] for warning in parsed["warnings"])


def test_orders_that_cannot_be_read_as_tasks_are_refused_in_one_line() -> None:
    lines = [Paragraph(f"收支情况表第{n}类，{n}月底前") for n in range(1, 9)]
    grid = Grid(
        [GridLine([GridCell("单位"), GridCell("电话")]), GridLine([GridCell("市政府办公室"), GridCell("0812-3344556")])]
    )
    with pytest.raises(ReadingError, match="还有8段像任务的文字没有读入"):
        notice_parser._read_paragraphs(Documented(blocks=[*lines, grid]), {"rows": []}, 1)


def test_requirements_below_a_table_of_tasks_do_not_take_its_place() -> None:
    table = (
        ("工作任务", "责任单位", "完成时限"),
        *((f"公开第{n}类信息", "市财政局", f"{n}月底前") for n in range(1, 7)),
    )
    lines = (
        "一、提高认识，把公开工作做实做细。",
        "二、12月底前报送总结。",
        "三、每月更新一次台账。",
        "四、及时公开结果。",
    )
    parsed = read_source(file_of(lines, table), "通知.docx").parsed
    assert len([row for row in parsed["rows"] if "第" in str(row["measure"])]) == 6
