"""Printed layouts are read back exactly, or flagged where the layout is ambiguous."""

from dataclasses import replace
from datetime import date

import pytest

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice
from lib.reading import render
from lib.reading.collection import PRINTED
from lib.reading.pdf import pdf
from lib.reading.sample_notices import (
    BAIYU,
    CANGLAN,
    CHIXIA,
    JINGHU,
    SHUIWU,
    WANGSHU,
    XICHUAN,
    YANQI,
    PrintableNotice,
    SampleNotice,
    Task,
    with_equal_units,
)


def rows_of(read: Notice) -> list[Task]:
    return [Task(r.section, r.item, r.measure, tuple(r.lead), tuple(r.responsible), dict(r.extras)) for r in read.rows]


#: Alternate notices of one and two levels over the layouts; prose layouts print no deadline header.
NOTICES = [(layout, CHIXIA if "prose" in layout or n % 2 else CANGLAN) for n, layout in enumerate(PRINTED)]


@pytest.mark.parametrize(("layout", "sample"), NOTICES)
def test_layout_is_read_back(layout: str, sample: SampleNotice) -> None:
    notice = sample.notice
    read = read_notice(PRINTED[layout](notice))
    assert rows_of(read) == list(notice.tasks)
    if layout != "xlsx":
        day = date.fromisoformat(read.issued_on or "")
        assert f"{day.year}年{day.month}月{day.day}日" == notice.day
        assert (read.title, read.doc_number, read.issuer) == (notice.title, notice.number, notice.issuer)


@pytest.mark.parametrize(("layout", "sample"), NOTICES)
def test_merged_units_are_copied_down_or_flagged(layout: str, sample: SampleNotice) -> None:
    notice = with_equal_units((CANGLAN if sample is CHIXIA and "prose" not in layout else WANGSHU).notice)
    assert_copied_or_flagged(read_notice(PRINTED[layout](notice)), notice)


def assert_copied_or_flagged(read: Notice, notice: PrintableNotice) -> None:
    wrong = {n for n, (a, b) in enumerate(zip(rows_of(read), notice.tasks, strict=True), 1) if a != b}
    assert wrong <= {warning.row for warning in read.warnings}
    assert len(wrong) <= 1


@pytest.mark.parametrize("sample", [XICHUAN, CANGLAN, WANGSHU])
def test_cells_separated_by_spaces_are_read_back_without_paragraphs(sample: SampleNotice) -> None:
    first, *others = sample.notice.tasks
    numbered = "公开专项规划（公开路径：1．政府网站>规划信息>专项规划，2．其他渠道）。"
    notice = replace(sample.notice, tasks=(replace(first, measure=numbered), *others))
    read = rows_of(read_notice(render.spaced_line(notice).encode()))
    assert [_flat(task) for task in read] == [_flat(task) for task in notice.tasks]


@pytest.mark.parametrize("layout", ["html", "bars", "one cell a line"])
def test_person_column_names_no_units(layout: str) -> None:
    tasks = tuple(replace(task, extras={"责任人": "张建国"}) for task in CHIXIA.notice.tasks)
    notice = replace(CHIXIA.notice, heads=(*CHIXIA.heads, "责任人"), tasks=tasks)
    assert rows_of(read_notice(PRINTED[layout](notice))) == list(tasks)


def _flat(task: Task) -> Task:
    return replace(task, measure="".join(task.measure.split()))


def long_notice(*samples: SampleNotice) -> PrintableNotice:
    """Return a notice of several pages: the tasks of all samples with the front matter of the first."""
    return replace(samples[0].notice, tasks=tuple(task for sample in samples for task in sample.notice.tasks))


#: Two levels without deadlines, one level with deadlines.
LONG_NOTICES = {2: long_notice(WANGSHU, CHIXIA, BAIYU, JINGHU), 1: long_notice(CANGLAN, SHUIWU, YANQI)}
LONG_NOTICES[1] = replace(
    LONG_NOTICES[1],
    tasks=tuple(replace(one, extras={LONG_NOTICES[1].heads[4]: "6月底前"}) for one in LONG_NOTICES[1].tasks),
)


@pytest.mark.parametrize(
    ("levels", "merged", "cut"), [(1, False, False), (1, True, True), (2, True, False), (2, True, True)]
)
def test_pdf_over_pages_is_read_back(levels: int, merged: bool, cut: bool) -> None:
    read = read_notice(pdf(LONG_NOTICES[levels], merged=merged, cut=cut, repeat=not (cut and merged)))
    assert_copied_or_flagged(read, LONG_NOTICES[levels])
    assert max(row.source.page or 0 for row in read.rows) > 1


@pytest.mark.parametrize(("levels", "merged"), [(1, True), (2, False)])
def test_pdf_without_lines_is_read_by_position_and_flagged(levels: int, merged: bool) -> None:
    read = read_notice(pdf(LONG_NOTICES[levels], merged=merged, ruled=False))
    assert rows_of(read) == list(LONG_NOTICES[levels].tasks)
    assert {warning.row for warning in read.warnings} >= set(range(1, len(read.rows) + 1))


def test_lead_and_assisting_units_are_read_from_label_lines() -> None:
    text = "\n".join(
        f"{number}.{words}\n牵头责任单位：县卫健委、县民政局\n主要协作单位：县财政局、县医保局\n"
        for number, words in ((1, "加快发展养老服务。"), (2, "创建国家卫生县城。"))
    )
    notice = read_notice(f"云岭县2026年重点工作任务分解\n\n{text}".encode())
    assert [row.measure for row in notice.rows] == ["1.加快发展养老服务。", "2.创建国家卫生县城。"]
    assert {(row.lead, row.responsible) for row in notice.rows} == {
        (("县卫健委", "县民政局"), ("县财政局", "县医保局"))
    }


def test_finer_of_two_task_columns_is_measure() -> None:
    rows = [
        ("推动产业链发展", "聚力发展芯片。", "设立芯片方向的产业化项目。"),
        ("推动产业链发展", "聚力发展芯片。", "支持芯片研发攻关。"),
        ("推动产业链发展", "推动软件串链。", "开展全流程工具链攻关。"),
        ("推动产业链发展", "推动软件串链。", "建立设计服务协同机制。"),
    ]
    head = "<tr><th>重点任务</th><th>主要举措</th><th>具体任务</th><th>牵头单位</th><th>配合单位</th></tr>"
    body = "".join(
        f"<tr><td>{first}</td><td>{second}</td><td>{third}</td><td>市科技局</td><td>市财政局</td></tr>"
        for first, second, third in rows
    )
    notice = read_notice(f"<html><body><p>重点任务清单</p><table>{head}{body}</table></body></html>".encode())
    assert [row.measure for row in notice.rows] == [third for *_, third in rows]
    assert {row.item for row in notice.rows} == {"聚力发展芯片。", "推动软件串链。"}
    assert {warning.field for warning in notice.warnings if warning.row} == {"measure"}


def test_division_of_work_in_state_council_style_is_read() -> None:
    text = (
        "云岭市人民政府办公室关于有关政策措施分工的通知\n各区县政府，市政府各部门：\n现将工作分工通知如下。\n一、工作分工\n"
        "（一）关于“守住耕地红线”的问题，由市自然资源局会同市农业农村局等部门负责落实。\n"
        "（二）关于“完善粮食储备”的问题，由市发展改革委会同市财政局、市农业农村局研究提出意见。\n"
    )
    notice = read_notice(text.encode())
    assert [(row.lead, row.responsible) for row in notice.rows] == [
        (("市自然资源局",), ("市农业农村局",)),
        (("市发展改革委",), ("市财政局", "市农业农村局")),
    ]


def test_names_on_separate_lines_of_cell_are_separate_units() -> None:
    head = "<tr><th>项目名称</th><th>主要内容</th><th>牵头单位</th><th>配合单位</th></tr>"
    body = "<tr><td>增加学位</td><td>新建学校12所。</td><td>教育局</td><td><p>经开区</p><p>高新园(云东镇)</p><p>各街道</p></td></tr>"
    notice = read_notice(f"<html><body><table>{head}{body}{body}</table></body></html>".encode())
    assert notice.rows[0].responsible == ("经开区", "高新园(云东镇)", "各街道")


@pytest.mark.parametrize("layout", ["html", "tabs, one row a line", "bars", "one cell a line"])
@pytest.mark.parametrize(("place", "head"), [(0, "战略支点"), (1, "怎么做"), (2, "谁来抓"), (3, "参战力量")])
def test_rows_under_unknown_header_are_read_or_flagged(layout: str, place: int, head: str) -> None:
    known = CHIXIA.notice
    heads = tuple(head if at == place else one for at, one in enumerate(known.heads))
    read = read_notice(PRINTED[layout](replace(known, heads=heads)))
    flagged = {warning.row for warning in read.warnings}
    wrong = {n for n, (row, task) in enumerate(zip(rows_of(read), known.tasks, strict=False), 1) if row != task}
    assert wrong <= flagged
    assert not wrong or (place in (0, 3) and layout in ("bars", "one cell a line"))


def test_wrong_rows_of_columns_printed_separately_are_flagged() -> None:
    read = read_notice(render.columns_apart(LONG_NOTICES[2]).encode())
    rows = list(
        zip([_flat(row) for row in rows_of(read)], [_flat(task) for task in LONG_NOTICES[2].tasks], strict=True)
    )
    assert [row.measure for row, _ in rows] == [task.measure for _, task in rows]
    assert {n for n, (row, task) in enumerate(rows, 1) if row != task} <= {warning.row for warning in read.warnings}
