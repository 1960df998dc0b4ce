"""Notices of other places: text without line breaks, text tables, traditional characters."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gongkai.lib.reading import Notice, NoticeRow
from gongkai.lib.reading.characters import simplify_document
from gongkai.lib.reading.document import CellState, Grid, GridCell, GridLine, NoticeDocument
from gongkai.lib.reading.notice import read_notice

MORE = (
    "02b-pingtan-2021-tabs",
    "03b-fujian-2018-lines",
    "04b-fujian-2017-pipe",
    "06-fujian-2019-paragraphs",
    "07-pingtan-finance-2018-brackets",
    "11-hangzhou-district-2022",
)


def _flat(text: str) -> str:
    return "".join(text.split())


def _key(row: NoticeRow) -> tuple[object, ...]:
    return (_flat(row.section), _flat(row.item), _flat(row.measure), row.lead, row.responsible)


@pytest.mark.parametrize("name", MORE)
def test_real_notices_of_other_places_are_exact(shared: Path, name: str) -> None:
    folder = shared / "gold" / "more"
    read = read_notice(folder / f"{name}.txt")
    wanted = [
        (_flat(r["task"]), _flat(r["item"]), _flat(r["measure"]), tuple(r["lead"]), tuple(r["responsible"]))
        for r in json.loads((folder / f"{name}.json").read_text())
    ]
    assert [_key(row) for row in read.rows][: len(wanted)] == wanted


def read(text: str) -> Notice:
    return read_notice(text.encode())


def test_unbroken_running_text_is_split_by_its_numbering() -> None:
    text = (
        "当前位置：首页>政务公开>通知 索引号：YL0001 发布机构：云岭市财政局 云岭市财政局关于印发2026年政务公开工作实施方案的通知"
        "云财办〔2026〕9号 局机关各科室、局属各单位：现将实施方案印发给你们，请认真组织实施。云岭市财政局 2026年5月6日 （此件主动公开）"
        "2026年政务公开工作实施方案为做好全年工作，制定本方案。一、总体要求以群众需要为先。二、主要任务"
        "（一）围绕预算推进公开1．公开预算。按时公开预算，做到表格齐全。（责任科室：预算科牵头，各科室配合）"
        "2．公开决算。按时公开决算，说明增减的原因。（责任科室：国库科）（二）围绕解读推进公开"
        "3．解读政策。政策出台后同步解读，用图表说话。（责任科室：办公室牵头，综合科、预算科等相关科室配合）"
        "三、工作保障各科室要明确专人负责。 上一篇：关于放假的通知 下一篇：没有了"
    )
    notice = read(text)
    assert [(row.section, row.item, row.lead, row.responsible) for row in notice.rows] == [
        ("二、主要任务", "（一）围绕预算推进公开", ("预算科",), ("各科室",)),
        ("二、主要任务", "（一）围绕预算推进公开", (), ("国库科",)),
        ("二、主要任务", "（二）围绕解读推进公开", ("办公室",), ("综合科", "预算科等相关科室")),
    ]
    assert notice.rows[0].measure == "1．公开预算。按时公开预算，做到表格齐全。"


def test_full_width_headings_and_numbered_points_are_read_between_bars() -> None:
    """An empty cell is not filled if every row has its own point; missing cells are covered from above."""
    text = """2026年政务公开主要任务分解表
工 作 任 务 | 牵头单位 | 责 任 单 位 | 工 作 要 求 |
一、推进决策公开 |||
（一）重大决策 |||
1.公开决策草案 | 市司法局 | 市直各部门，各县区政府 | 决策前公开草案，收集意见。 |
2.公开采纳情况 |  | 市直各部门，各县区政府 | 决策后公开意见采纳情况。 |
3.公开后评估 | | 评估结果向社会公开。 ||
"""
    rows = read(text).rows
    assert [(row.section, row.item, row.extras["工作任务"]) for row in rows] == [
        ("一、推进决策公开", "（一）重大决策", "1.公开决策草案"),
        ("一、推进决策公开", "（一）重大决策", "2.公开采纳情况"),
        ("一、推进决策公开", "（一）重大决策", "3.公开后评估"),
    ]
    assert [row.lead for row in rows] == [("市司法局",), (), ()]


def test_rows_longer_than_header_are_aligned_by_sections() -> None:
    text = """主要工作任务 | 任务内容 | 完成时限 | 责任单位 |
一、围绕中心工作推进公开 | （一）聚焦发展 | 1.按季公开项目进展。 | 全年 | 区发改局、各街道办事处 |
2.汇总发布各项政策。 | 12月底前 | 区财政局 |
（二）聚焦民生 | 3.公开学位情况。 | 6月底前 | 区教育局 |
"""
    rows = read(text).rows
    assert [(row.item, row.measure, row.responsible) for row in rows] == [
        ("（一）聚焦发展", "1.按季公开项目进展。", ("区发改局", "各街道办事处")),
        ("（一）聚焦发展", "2.汇总发布各项政策。", ("区财政局",)),
        ("（二）聚焦民生", "3.公开学位情况。", ("区教育局",)),
    ]


def test_notice_in_traditional_characters_is_read_unchanged() -> None:
    text = """重點任務 | 工作內容 | 責任科室 | 完成時限 |
政策解讀 | 對起草的政策文件同步解讀,形式便於群眾理解。 | 綜合科 | 全年 |
財務公開 | 按時公開預算決算,接受監督。 | 財務科 | 9月底前 |
"""
    rows = read(text).rows
    assert [(row.section, row.measure, row.responsible, row.extras["完成時限"]) for row in rows] == [
        ("政策解讀", "對起草的政策文件同步解讀,形式便於群眾理解。", ("綜合科",), "全年"),
        ("財務公開", "按時公開預算決算,接受監督。", ("財務科",), "9月底前"),
    ]


def test_fault_of_cell_in_traditional_table_is_kept() -> None:
    line = GridLine(
        [
            GridCell("重點任務開展與執行監督檢查辦理結果與責任單位"),
            GridCell("", CellState.NONE, fault="公式没有计算结果"),
        ]
    )
    document, printed = simplify_document(NoticeDocument([Grid([line])]))
    assert printed is not None
    assert document.blocks[0] == Grid(
        [replace(line, cells=[GridCell("重点任务开展与执行监督检查办理结果与责任单位"), line.cells[1]])]
    )


def test_column_under_unknown_header_is_always_flagged() -> None:
    """Units under it become responsible units with a warning; other content is reported as unread."""
    text = """工作任务\t工作要求\t牵头单位\t谁来干\t怎么看
一、推进公开\t1.公开目录。\t市司法局\t市财政局、市教育局\t亮点
二、强化解读\t2.同步解读。\t市政府办公室\t各县区政府\t亮点
"""
    notice = read(text)
    assert [row.responsible for row in notice.rows] == [("市财政局", "市教育局"), ("各县区政府",)]
    messages = [(warning.row, warning.message) for warning in notice.warnings]
    assert (1, "表头“谁来干”不认识，按内容读作责任单位，请核对") in messages
    assert (2, "表头“怎么看”不认识，放在其他栏，请核对") in messages


@pytest.mark.parametrize(
    "head",
    ["配合/责任单位", "责任（配合）单位", "协办单位", "落实单位", "承办科室", "责任处室", "配合、责任单位"],
)
def test_units_are_read_under_synonymous_headers(head: str) -> None:
    text = f"工作任务\t工作要求\t牵头单位\t{head}\n一、推进公开\t1.公开目录。\t市司法局\t市财政局、市教育局\n"
    assert read(text).rows[0].responsible == ("市财政局", "市教育局")


def test_units_joined_by_及_are_split_and_deadline_is_not_unit() -> None:
    text = """关于印发2026年工作要点的通知
一、推进公开
1.公开目录。（市司法局牵头，市人力资源和社会保障局及各县区政府负责）
2.清理文件。（牵头单位：市政府办公室；责任单位：市直各部门，各县区政府，6月底完成）
"""
    rows = read(text).rows
    assert rows[0].responsible == ("市人力资源和社会保障局", "各县区政府")
    assert (rows[1].responsible, rows[1].extras) == (("市直各部门", "各县区政府"), {"完成时限": "6月底完成"})


def test_running_text_below_metadata_table_is_read() -> None:
    page = """<html><body><table><tr><td>索引号</td><td>YL01</td></tr><tr><td>发文字号</td><td>云府办发〔2026〕5号</td></tr></table>
<p>关于印发2026年工作要点的通知</p><p>一、推进公开</p><p>（一）公开目录。按时更新目录。（市司法局牵头，各县区政府配合）</p>
<p>（二）公开清单。按时公开清单。（责任单位：市财政局、市教育局）</p></body></html>"""
    assert [(row.item, row.lead, row.responsible) for row in read(page).rows] == [
        ("（一）公开目录。", ("市司法局",), ("各县区政府",)),
        ("（二）公开清单。", (), ("市财政局", "市教育局")),
    ]


def test_short_headings_followed_by_units_are_measures() -> None:
    text = """关于印发2026年主要目标任务责任分解方案的通知
各街道办事处、区政府各部门：
现将方案印发给你们，请认真贯彻执行。
一、主要预期目标
（一）地区生产总值增长6%以上
责任单位：区发展和改革局
（二）规上工业增加值增长8%以上
责任单位：区科技和经信局
上一篇：关于放假的通知
"""
    assert [(row.item, row.measure, row.responsible) for row in read(text).rows] == [
        ("", "（一）地区生产总值增长6%以上", ("区发展和改革局",)),
        ("", "（二）规上工业增加值增长8%以上", ("区科技和经信局",)),
    ]


def test_first_row_wider_than_header_splits_task_column() -> None:
    text = """工作任务 | 目标和要求 | 责任单位 | 备注 |
深化公开内容 | 推进重要信息公开 | 重点推进规划和财政信息公开，逐步公开审计结果 | 市规划局、市财政局 | |
完善草案公开 | 对涉及公众权益的决定草案公开征求意见并说明采纳情况 | 市司法局 | |
推行政策解读 | 文件出台时编写配套的解读材料并同步发布 | 各政府机关 | |
"""
    assert [(row.section, row.item, row.responsible) for row in read(text).rows] == [
        ("深化公开内容", "推进重要信息公开", ("市规划局", "市财政局")),
        ("深化公开内容", "完善草案公开", ("市司法局",)),
        ("深化公开内容", "推行政策解读", ("各政府机关",)),
    ]


def test_cells_one_a_line_are_read_under_leader_and_lead_headers() -> None:
    text = """重点工作目标任务分解表
序号 |
目标与任务 |
分 管 县领导 |
牵头责任单位 |
责任单位 |
1 |
新增普惠托位400个以上，办好公办幼儿园。 |
王云 |
县教育局 |
县各有关单位 |
2 |
支持职业学校发展，完成新校区建设。 |
李岭 |
县教育局 |
县各有关单位 |
"""
    assert [(row.measure, row.lead, row.responsible) for row in read(text).rows] == [
        ("新增普惠托位400个以上，办好公办幼儿园。", ("县教育局",), ("县各有关单位",)),
        ("支持职业学校发展，完成新校区建设。", ("县教育局",), ("县各有关单位",)),
    ]
