"""Deadlines stated once for several tasks, in whole sample notices: date of each duty, its source, flags."""

from collections.abc import Sequence

import pytest

from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.planning.descriptions import describe_rule
from gongkai.work.notices.planning.draft_rows import DraftMeasure, build_drafts
from gongkai.work.notices.planning.rules import find_last_day
from gongkai.work.notices.planning.shared_deadlines import apply_deadlines, describe_source

HEADS = ("工作任务", "贯彻举措", "牵头单位", "责任单位")
LETTER = "现将任务分工印发给你们，请认真落实。"


def read(text: str) -> list[DraftMeasure]:
    """Return the draft rows read from a file's text."""
    source = read_source(text.encode(), "通知.html" if text.startswith("<") else "通知.txt")
    return apply_deadlines(build_drafts(source.parsed), source.parsed, source.text)


def page(
    rows: Sequence[Sequence[str]],
    *,
    letter: str = LETTER,
    above: str = "",
    below: str = "",
    heads: Sequence[str] = HEADS,
) -> str:
    """Return a notice as an HTML page; a row with one cell spans the table."""
    texts = [
        "云岭市人民政府办公室关于印发云岭市2026年政务公开工作要点任务分工的通知",
        "云府办发〔2026〕18号",
        "各区县人民政府，市政府各部门：",
        letter,
        "云岭市人民政府办公室",
        "2026年4月16日",
        above,
    ]
    lines = [
        f'<td colspan="{len(heads)}">{row[0]}</td>' if len(row) == 1 else "".join(f"<td>{one}</td>" for one in row)
        for row in rows
    ]
    table = "".join(f"<tr>{line}</tr>" for line in ("".join(f"<th>{one}</th>" for one in heads), *lines))
    paragraphs = "".join(f"<p>{one}</p>" for one in texts if one)
    return f"<html><body>{paragraphs}<table>{table}</table>{''.join(f'<p>{one}</p>' for one in below.split('|') if one)}</body></html>"


def row(measure: str, section: str = "一、推进公开", *more: str) -> tuple[str, ...]:
    """Return a row of the table."""
    return section, measure, "市司法局", "市政府各部门", *more


LONG = (*HEADS, "完成时限")
PROSE = f"""云岭市人民政府办公室关于印发云岭市2026年政务公开工作要点任务分工的通知
云府办发〔2026〕18号

各区县人民政府，市政府各部门：
{LETTER}

云岭市人民政府办公室
2026年4月16日

一、推进决策公开
（一）公开重大行政决策事项目录。（牵头单位：市司法局；责任单位：市政府各部门）
（二）公开决策草案征求意见情况。（牵头单位：市司法局；责任单位：市政府各部门）
上述任务均于8月底前完成。
二、加强解读
本部分任务除注明外于10月底前完成。
（一）组织政府开放日活动。（牵头单位：市文化旅游委；责任单位：市政府各部门）
（二）6月底前公开年度计划。（牵头单位：市发展改革委；责任单位：市政府各部门）
三、夯实基础
（一）更新栏目。（牵头单位：市文化旅游委；责任单位：市政府各部门）
以上各项工作均于12月10日前完成并报送情况。
"""
NOVEMBER = "2026-11-30"
#: Description, file, date of each row's first duty ("": none), words of the flag of each flagged row.
FORMS: list[tuple[str, str, list[str], dict[int, str]]] = [
    (
        "a heading over the width",
        page(
            [
                ("一、推进决策公开（本部分各项任务9月底前完成）",),
                row("公开决策事项目录。", ""),
                row("7月15日前公开决策草案。", ""),
                row("公开意见采纳情况。", ""),
                ("二、加强解读",),
                row("公开解读材料。", ""),
            ]
        ),
        ["2026-09-30", "2026-07-15", "2026-09-30", ""],
        {},
    ),
    (
        "headings with units, and in their own words",
        page(
            [
                row("公开目录。", "一、推进公开（责任单位：市司法局；完成时限：10月底前）"),
                row("公开指南。", "二、9月底前完成专栏建设"),
            ]
        ),
        ["2026-10-31", "2026-09-30"],
        {2: "标题“二、9月底前完成专栏建设”写有"},
    ),
    (
        "a sentence of the letter",
        page(
            [row("公开目录。"), row("6月30日前公开草案。"), row("及时更新栏目。")],
            letter="除另有说明外，各项任务均于2026年11月30日前完成。请于5月20日前报送任务清单。",
        ),
        [NOVEMBER, "2026-06-30", "", "2026-05-20"],
        {4: "没有列出责任单位"},
    ),
    (
        "a note inside the table",
        page([row("公开目录。"), row("6月底前公开草案。"), ("注：时限栏空白的，按11月30日前掌握。",)]),
        [NOVEMBER, "2026-06-30"],
        {},
    ),
    (
        "notes below the table: blanks, and a word that is explained",
        page(
            [
                row("公开目录。", "一、推进公开", "年底前"),
                row("公开草案。", "一、推进公开", ""),
                row("公开意见。", "一、推进公开", "9月底前"),
            ],
            heads=LONG,
            below="说明：1．完成时限未填写的，一律于11月30日前完成。|2．“年底前”均指12月15日前。",
        ),
        ["2026-12-15", NOVEMBER, "2026-09-30"],
        {},
    ),
    (
        "a head that says it",
        page(
            [row("公开目录。", "一、推进公开", "9月底前"), row("公开草案。", "一、推进公开", "")],
            heads=(*HEADS, "完成时限（未注明的为11月底前）"),
        ),
        ["2026-09-30", NOVEMBER],
        {},
    ),
    (
        "marks and the rest",
        page([row("★公开目录。"), row("公开草案。")], below="注：标★的任务于6月底前完成，其余任务于11月底前完成。"),
        ["2026-06-30", NOVEMBER],
        {},
    ),
    (
        "numbers of tasks",
        page(
            [("1", *row("公开目录。")[1:]), ("2", *row("公开草案。")[1:]), ("3", *row("公开意见。")[1:])],
            heads=("序号", *HEADS[1:]),
            below="第1至2项任务于9月底前完成，第3项任务于10月底前完成。",
        ),
        ["2026-09-30", "2026-09-30", "2026-10-31"],
        {},
    ),
    (
        "a last sentence inside a cell is about that row",
        page([row("1．公开目录。<br>2．公开草案。<br>以上工作均于9月底前完成。"), row("公开意见。")]),
        ["2026-09-30", ""],
        {},
    ),
    (
        "behind several sections it may mean the last alone",
        page([row("公开目录。"), row("公开意见。", "二、加强解读")], below="上述任务均于10月底前完成。"),
        ["2026-10-31", "2026-10-31"],
        {1: "也可能只指最后一部分", 2: "也可能只指最后一部分"},
    ),
    (
        "two rules for the same tasks",
        page([row("公开目录。")], below="时限栏空白的，按11月30日前掌握。|各项任务均于10月底前完成。"),
        ["2026-10-31"],
        {1: "有几处规定"},
    ),
    (
        "an explained year's end, a limit whose reach is not said",
        page([row("公开目录。")], below="市级部门牵头的任务应于10月底前完成，区县的可延至11月底。"),
        [""],
        {1: "可能适用于这一行"},
    ),
    (
        "a limit for some beside the one for all",
        page(
            [row("公开目录。"), row("9月底前公开指南。")],
            letter=f"{LETTER}市级部门牵头的重点任务应于10月底前完成。",
            below="注：时限未写明的，按11月30日前掌握。",
        ),
        [NOVEMBER, "2026-09-30"],
        {1: "也可能适用于这一行"},
    ),
    (
        "sentences of whose reach nothing is said",
        page([row("公开目录。"), row("9月底前公开指南。")], letter=f"{LETTER}请各单位抓紧推进，11月15日前全面完成。"),
        ["", "2026-09-30"],
        {1: "可能适用于这一行"},
    ),
    (
        "one limit for the bureaus, one for the districts",
        page([row("公开目录。")], below="以上各项，市直部门9月底前、区县10月底前完成。"),
        ["2026-09-30"],
        {1: "也可能适用于这一行"},
    ),
    (
        "numbers, and the rest in a word; each its own tasks",
        page(
            [row("公开目录。"), row("公开草案。"), row("公开意见。")],
            below="第一项、第三项于5月底前完成，其余9月底前完成。|各单位须于12月10日前完成各自承担的任务。",
        ),
        ["2026-05-31", "2026-12-10", "2026-05-31"],
        {1: "按第1、3行读取", 3: "按第1、3行读取"},
    ),
    (
        "the last task, and what the office does itself",
        page([row("公开目录。")], below="最后一项任务5月底前完成。|市政府办公室将于10月组织检查，各项任务按季通报。"),
        [""],
        {1: "最后一项任务"},
    ),
    (
        "what is to be reported by a day is no limit of the tasks",
        page(
            [row("公开目录。")],
            below="各项任务完成情况于11月30日前报送市政府办公室。|请于5月20日前将任务落实方案报送市政府办公室。",
        ),
        [""],
        {},
    ),
    ("running text", PROSE, ["2026-08-31", "2026-08-31", "", "2026-10-31", "2026-06-30", "2026-12-10"], {}),
]


def _day(draft: DraftMeasure) -> str:
    day = find_last_day(draft.duties[0].due, 2026)
    return day.isoformat() if day and not draft.dropped else ""


@pytest.mark.parametrize(("text", "days", "asked"), [form[1:] for form in FORMS], ids=[form[0] for form in FORMS])
def test_each_task_has_its_date_or_is_flagged(text: str, days: list[str], asked: dict[int, str]) -> None:
    drafts = read(text)
    assert [_day(draft) for draft in drafts] == days
    doubts = {at: "；".join(str(flag["message"]) for flag in draft.flags) for at, draft in enumerate(drafts, 1)}
    assert {at for at, words in doubts.items() if words} == set(asked)
    assert all(words in doubts[at] for at, words in asked.items())


def test_deadline_names_its_source() -> None:
    rows = [
        row("公开目录。", "一、推进公开（9月底前完成）", ""),
        row("公开草案。", "二、加强解读", "8月底前"),
        row("公开意见。", "二、加强解读", ""),
        row("7月底前公开指南。", "二、加强解读", ""),
    ]
    drafts = read(page(rows, heads=LONG, below="注：时限栏空白的，按11月30日前掌握。"))
    assert [describe_source(draft.duties[0].due) for draft in drafts] == [
        "出自标题“一、推进公开（9月底前完成）”",
        "出自本行“完成时限”栏",
        "出自通知中“时限栏空白的，按11月30日前掌握。”",
        "",
    ]


def test_heading_may_give_recurrence_or_standing_duty() -> None:
    drafts = read(
        page([row("公开材料。", "一、解读（每季度末25日前更新）"), row("维护栏目。", "二、基础（持续推进）")])
    )
    assert describe_rule(drafts[0].duties[0].due) == "每季度第3个月25日前"
    assert drafts[1].duties[0].due["kind"] == "ongoing"


def test_parts_of_a_count_have_own_dates() -> None:
    drafts = read(
        page(
            [
                row("开展新闻发布会不少于2次，其中上半年不少于1次。"),
                row("开展培训不少于4次，其中每季度不少于1次。"),
                row("上、下半年各1次组织开放日。"),
                row("每年召开发布会不少于4次，其中主要负责同志出席不少于1次。"),
            ]
        )
    )
    said = [[describe_rule(duty.due) for duty in draft.duties] for draft in drafts]
    assert said == [
        ["每年不少于2次，其中上半年不少于1次", "2026年6月30日前"],
        ["每年不少于4次", "每季度不少于1次"],
        ["每半年1次"],
        ["每年不少于4次，其中主要负责同志出席不少于1次"],
    ]


def test_preamble_order_with_only_a_deadline_is_marked() -> None:
    order = read(page([row("公开目录。")], letter="各责任单位要于2026年11月30日前完成各项任务。"))[-1]
    assert order.preamble
    assert "已作为没有另写时限的任务的时限（涉及1行）" in str(order.flags[-1]["message"])


def _heading_flags(rows: Sequence[DraftMeasure]) -> list[list[str]]:
    return [[str(flag["message"]) for flag in one.flags if "标题" in str(flag["message"])] for one in rows]


def test_heading_date_next_to_recurrence_or_vague_word_is_flagged() -> None:
    section = "二、民生领域（8月31日前完成）"
    rows = read(
        page([row("公开菜价，每周更新。", section), row("及时下线过期信息。", section), row("公开公厕。", section)])
    )
    assert [bool(words) for words in _heading_flags(rows)[:2]] == [True, True]
    assert rows[2].duties[0].due["date"] == "2026-08-31"


def test_heading_for_undated_tasks_yields_to_recurrence_and_own_cell() -> None:
    section = "二、民生领域（没有写明时间的8月31日前完成）"
    rows = read(page([row("公开菜价，每周更新。", section)]))
    assert _heading_flags(rows) == [[]]
    own = read(page([row("公开停水安排；变动的提前2日张贴。", "二、民生（8月31日前）", "9月15日前")], heads=LONG))
    assert {duty.due.get("date") for duty in own[0].duties} <= {"2026-09-15", None}
