"""The same five tasks in unusual tables and brackets: cards, nested tables, marks, no labels."""

import csv
import io
from collections.abc import Callable, Sequence

import docx
import pytest
from docx.table import _Cell

from gongkai.lib.reading.notice import read_notice

FRONT = (
    "云岭市人民政府办公室关于印发2026年政务公开任务分工的通知",
    "云政办〔2026〕9号",
    "各区县人民政府，市政府各部门：",
    "现将《2026年政务公开任务分工》印发给你们，请认真落实。",
    "云岭市人民政府办公室",
    "2026年4月2日",
    "2026年政务公开任务分工",
)
Task = tuple[str, str, str, str]
TASKS: tuple[Task, ...] = (
    ("公开部门预算和绩效目标", "市财政局", "市审计局", "4月30日前"),
    ("公布义务教育招生方案", "市教育局", "各区县人民政府", "每季度末月20日前"),
    ("公布食品抽检结果", "市市场监管局", "市公安局、市卫生健康委", "6月底前"),
    ("公布防汛责任人名单", "市水务局", "无", "5月15日前"),
    ("组织政务公开培训", "市政府办公室", "各部门", "上下半年各一次"),
)
KINDS = (["by_date"], ["recurring"], ["by_date"], ["by_date"], ["times"])


def _word(fill: Callable[[docx.document.Document], None], note: str = "") -> bytes:
    made = docx.Document()
    for line in FRONT:
        made.add_paragraph(line)
    fill(made)
    if note:
        made.add_paragraph(note)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _table(place: "docx.document.Document | _Cell", rows: Sequence[Sequence[str]]) -> None:
    table = place.add_table(rows=len(rows), cols=len(rows[0]))
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text


def _cards(made: docx.document.Document) -> None:
    for task, lead, helps, limit in TASKS:
        _table(made, (("任务名称", task), ("牵头单位", lead), ("配合单位", helps), ("完成时限", limit)))
        made.add_paragraph("")


def _one_table_of_cards(made: docx.document.Document) -> None:
    rows = [
        row
        for n, (task, lead, helps, limit) in enumerate(TASKS, 1)
        for row in (
            (f"任务{n}", "", "", ""),
            ("工作内容", task, "完成时限", limit),
            ("牵头单位", lead, "配合单位", helps),
        )
    ]
    _table(made, rows)


def _nested_tables(made: docx.document.Document) -> None:
    outer = made.add_table(rows=2, cols=1)
    for name, line, part in zip(("一、财政教育", "二、民生"), outer.rows, (TASKS[:2], TASKS[2:]), strict=True):
        line.cells[0].text = name
        _table(line.cells[0], (("工作任务", "牵头单位", "配合单位", "完成时限"), *part))


def _heads_in_the_first_column(made: docx.document.Document) -> None:
    heads = ("工作任务", "牵头单位", "配合单位", "完成时限")
    _table(made, [("项目", *(f"任务{n}" for n in range(1, 6))), *zip(heads, *TASKS, strict=True)])


def _csv(heads: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([*([line] for line in FRONT), *heads, *((n, *task) for n, task in enumerate(TASKS, 1))])
    return out.getvalue().encode()


def _table_with_marks(write: Callable[[str, str], str], note: str) -> bytes:
    cells = [(task, write(lead, "" if helps == "无" else helps), limit) for task, lead, helps, limit in TASKS]
    return _word(lambda made: _table(made, (("工作任务", "承办单位", "完成时限"), *cells)), note)


def _numbered_text(write: Callable[[Task], str], *more: str) -> bytes:
    numbered = [f"{n}．{write(task)}" for n, task in enumerate(TASKS, 1)]
    return "\n".join((*FRONT, "一、重点领域", *numbered, *more)).encode()


def _joined(mark: str) -> Callable[[str, str], str]:
    return lambda lead, helps: mark.join(x for x in (lead, helps) if x)


SHAPES = {
    "a table a task": lambda: _word(_cards),
    "one table of labels": lambda: _word(_one_table_of_cards),
    "tables in cells": lambda: _word(_nested_tables),
    "heads in the first column": lambda: _word(_heads_in_the_first_column),
    "two rows of heads": lambda: _csv((("序号", "工作任务", "责任单位", "", "完成时限"), ("", "", "牵头", "配合", ""))),
    "three rows of heads": lambda: _csv(
        (
            ("序号", "任务安排", "", "", ""),
            ("", "工作任务", "责任单位", "", "完成时限"),
            ("", "", "牵头", "配合", ""),
        )
    ),
    "a sign behind": lambda: _table_with_marks(
        lambda a, b: _joined("、")(f"{a}▲", b), "注：标▲的为牵头单位，其他为配合单位。"
    ),
    "a star": lambda: _table_with_marks(
        lambda a, b: _joined("、")(f"*{a}", b), "注：带*的是牵头单位，不带*的是配合单位。"
    ),
    "a word in brackets": lambda: _table_with_marks(
        lambda a, b: _joined("、")(f"（牵）{a}", b), "注：标（牵）的为牵头单位。"
    ),
    "a slash": lambda: _table_with_marks(
        _joined("／"), "注：承办单位栏“／”前为主办，“／”后为协办，没有“／”的均为主办。"
    ),
    "a stop": lambda: _table_with_marks(_joined("；"), "说明：承办单位栏分号前为牵头单位，分号后为配合单位。"),
    "bars and labels": lambda: _numbered_text(lambda one: f"{one[0]}。〔主办：{one[1]}｜协办：{one[2]}｜{one[3]}〕"),
    "bars and blanks": lambda: _numbered_text(lambda one: f"{one[0]}。【牵头 {one[1]}｜配合 {one[2]}｜{one[3]}】"),
    "an order told": lambda: _numbered_text(
        lambda one: f"{one[0]}。［{'/'.join(one[1:])}］", "注：［］内依次为牵头单位、配合单位、完成时限。"
    ),
    "labels as a list": lambda: _numbered_text(
        lambda one: f"**{one[0]}**\n   - 牵头：{one[1]}\n   - 配合：{one[2]}\n   - 时限：{one[3]}"
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_same_tasks_are_read_from_every_shape(shape: str) -> None:
    rows = read_notice(SHAPES[shape]()).rows
    assert [row.measure.lstrip("12345．. ").rstrip("。") for row in rows] == [task for task, *_ in TASKS]
    units = [
        ((lead,), tuple(helps.replace("无", "").split("、")) if helps != "无" else ()) for _, lead, helps, _ in TASKS
    ]
    assert [(row.lead, row.responsible) for row in rows] == units
    assert [[duty.due.kind for duty in row.duties if duty.due] for row in rows] == list(KINDS)


def test_standards_column_gives_frequency_and_deadline_column_date() -> None:
    rows = [("序号", "工作任务", "工作标准", "牵头单位", "完成时间")]
    rows += [(str(n), task, "全年不少于3起", lead, "12月5日前") for n, (task, lead, *_) in enumerate(TASKS, 1)]
    read = read_notice(_word(lambda made: _table(made, rows))).rows
    assert [row.measure for row in read] == [task for task, *_ in TASKS]
    assert {(duty.due.kind, duty.due.count) for duty in read[0].duties if duty.due} == {("by_date", None), ("times", 3)}


@pytest.mark.parametrize(
    ("words", "lead", "others"),
    [
        ("市教育局牵头实施，各区县人民政府参与", ("市教育局",), ("各区县人民政府",)),
        ("市教育局承办，市司法局协办", ("市教育局",), ("市司法局",)),
        ("市教育局会同市司法局组织，情况抄送市委编办", ("市教育局",), ("市司法局",)),
        ("主办单位为市教育局，协办单位为市司法局", ("市教育局",), ("市司法局",)),
        ("市教育局为牵头单位，市司法局为配合单位", ("市教育局",), ("市司法局",)),
        ("市教育局负责，市委督查室监督", (), ("市教育局",)),
    ],
)
def test_units_in_last_clauses_of_task_are_read(words: str, lead: tuple[str, ...], others: tuple[str, ...]) -> None:
    points = "".join(f"（{n}）公布第{n}批清单，{n}月底前完成，{words}。\n" for n in "四五六七")
    rows = read_notice(("\n".join((*FRONT, "一、重点领域", "")) + points).encode()).rows
    assert {(row.lead, row.responsible) for row in rows} == {(lead, others)}
