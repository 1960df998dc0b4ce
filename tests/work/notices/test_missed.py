"""Text of a notice that no row contains is listed and added with one click; misread files are refused with advice."""

from io import BytesIO

import docx
import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from factories.notices import City, draft, parsed, row
from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.document import Grid, GridCell, GridLine, Paragraph
from gongkai.lib.reading.document import NoticeDocument as Documented
from gongkai.work.notices.actions.imports import build_draft_rows, complete_rows
from gongkai.work.notices.importing import notice_parser
from gongkai.work.notices.importing.notice_parser import parse_notice
from gongkai.work.notices.importing.reading_checks import explain_typed_table
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.models import Measure
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, DraftUnit
from gongkai.work.notices.planning.paths import SiteColumnPaths
from gongkai.work.notices.planning.roles import RESPONSIBLE
from gongkai.work.notices.planning.row_checks import find_missing_numbers, flag_mismatches

LETTER = "各单位于12月5日前报送工作总结。"


def test_missed_sentence_is_added_as_row_or_dismissed(town: City, chief: Client) -> None:
    notice = draft(town, parsed(rows=[row("公开专项规划。", ["市发展改革委"], ["市教育局"])]))
    notice.source_text = f"公开专项规划。\n{LETTER}\n市财政局要落实所需经费。\n现将方案印发给你们，请认真贯彻执行。"
    notice.save(update_fields=["source_text"])
    page = chief.get(reverse("notices_review", args=[notice.pk]), {"missed": 1}).content.decode()
    assert "这些句子没有成为任务：2 句" in page
    answer = chief.post(reverse("notices_correct", args=[notice.pk]), {"do": "add_row", "text": LETTER})
    assert answer.status_code == 302
    made = Measure.objects.get(notice=notice, text=LETTER)
    assert (made.duties.get().due["date"][5:], made.dropped) == ("12-05", False)
    assert "各单位" in [unit.printed for unit in made.units.all()]
    chief.post(
        reverse("notices_correct", args=[notice.pk]),
        {"do": "add_row", "text": "市财政局要落实所需经费。", "dropped": "1"},
    )
    assert Measure.objects.get(notice=notice, text="市财政局要落实所需经费。").dropped
    address = reverse("notices_review", args=[notice.pk])
    assert "这些句子没有成为任务" not in chief.get(address, {"missed": 1}).content.decode()


def test_row_is_added_from_any_words_of_the_source(town: City, chief: Client) -> None:
    notice = draft(town, parsed(rows=[row("公开专项规划。", ["市发展改革委"], ["市教育局"])]))
    notice.source_text = "公开专项规划。\n区级和部门预算、\n决算\n区财政局"
    notice.save(update_fields=["source_text"])
    address = reverse("notices_correct", args=[notice.pk])
    assert "原文里还有任务没有读出来" in chief.get(reverse("notices_review", args=[notice.pk])).content.decode()
    asked = {"do": "add_row", "text": "区级和部门预算、决算"}
    assert chief.post(address, asked).status_code == 302
    assert Measure.objects.filter(notice=notice, text=asked["text"], dropped=False).count() == 1
    for refused in (asked["text"], "专项规划", "没有印在通知里的话"):
        chief.post(address, {"do": "add_row", "text": refused})
    assert Measure.objects.filter(notice=notice).count() == 2


def _make_docx(tables: list[list[list[str]]]) -> bytes:
    document = docx.Document()
    document.add_paragraph("石桥县人民政府办公室关于交办2027年政务公开任务的通知")
    for rows in tables:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for line, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(line.cells, texts, strict=True):
                cell.text = text
        document.add_paragraph("")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_cards_with_unknown_labels_are_refused() -> None:
    cards = [
        [
            ["交办编号", f"2027－0{place}", "任务名称", f"公开第{place}类信息"],
            ["主办单位", "县教育局", "协办单位", "县财政局"],
            ["办结时限", "6月底前", "发布平台", "门户网站"],
        ]
        for place in (1, 2, 3)
    ]
    with pytest.raises(ReadingError, match="表格没有读对。请整理成一张表格"):
        parse_notice(_make_docx(cards), {})


def test_table_typed_with_spaces_is_refused_with_advice() -> None:
    error = explain_typed_table(ReadingError("没有找到任务表"), "序号  工作任务   牵头单位   完成时限\n1  公开预算")
    assert "序号、工作任务、牵头单位、完成时限" in str(error)
    with pytest.raises(ReadingError, match="只是栏名"):
        parse_notice(_make_docx([[["甲", "乙", "牵头单位"], *([["主办单位", "完成时限", "协办单位"]] * 4)]]), {})


# Each part of a printed row is in its fields or flagged, once for all similar rows.


HEADS = "序号\t类别\t工作任务\t完成时限\t公开渠道（栏目）\t责任单位"
ROWS = (
    "1\t政策\t公布文件清理结果\t5月底前\t县政府网站（规范性文件库）\t县司法局",
    "2\t教育\t公布招生范围\t7月5日前\t“云溪教育”公众号、村务公开栏、学校大门口\t县教体局",
    "3\t名单\t公布机构名单\t每年3月、9月底前\t县政府网站\t县民政局",
)


def _read(*lines: str) -> list[DraftMeasure]:
    text = "\n".join(("云溪县2027年政务公开任务分解表", "云政办〔2027〕9号", *lines, "2027年3月22日"))
    source = read_source(text.encode(), "粘贴的文字.txt")
    rows = build_draft_rows(source, {})
    return complete_rows(
        rows, source.parsed, source.text, {}, lambda unit: frozenset({unit.printed}), SiteColumnPaths()
    )


def _flag_messages(row: DraftMeasure) -> str:
    return "；".join(str(flag["message"]) for flag in row.flags)


def test_columns_in_brackets_are_paths_and_unknown_places_are_flagged() -> None:
    first, second, third = _read(HEADS, *ROWS)
    assert [path[-1] for path in first.duties[0].paths] == ["规范性文件库"]
    assert "村务公开栏" in second.duties[0].channels
    assert "“学校大门口”" in _flag_messages(second)
    assert "时限里的“3、9”没有读进期限" in _flag_messages(third) or "“9”没有读进期限" in _flag_messages(third)


def test_lines_without_merged_cells_are_placed_below_their_headings() -> None:
    heads = "工作任务\t具体措施\t牵头单位\t责任单位\t完成时限"
    whole = (
        "一、农业\t1.公开补贴政策\t县农业农村局\t县财政局\t6月30日前",
        "二、民生\t3.公开救助标准\t县民政局\t县残联\t7月底前",
    )
    rows = _read(
        heads,
        whole[0],
        "2.公开发放明细\t县财政局\t各乡镇\t8月底前",
        whole[1],
        "4.公开试点名单\t县数据局\t12月底前",
    )
    assert [row.duties[0].text for row in rows] == [
        "公开补贴政策",
        "公开发放明细",
        "公开救助标准",
        "公开试点名单",
    ]
    assert {unit.printed for unit in rows[1].units} == {"县财政局", "各乡镇"}
    assert "几种对法" in _flag_messages(rows[3])


@pytest.mark.parametrize(
    ("text", "rules", "left"),
    [
        ("每年6月、12月底前", [{"kind": "recurring", "period": "half_year"}], []),
        ("6月、11月", [{"kind": "by_date", "date": "2027-06-30"}, {"kind": "by_date", "date": "2027-11-30"}], []),
        ("20个工作日内", [{"kind": "working_days", "count": 2}], ["20"]),
    ],
)
def test_numbers_of_deadline_missing_from_rules_are_found(
    text: str, rules: list[dict[str, object]], left: list[str]
) -> None:
    assert find_missing_numbers(text, rules) == left


@given(st.integers(1, 12), st.integers(1, 28), st.integers(1, 12))
def test_day_in_rule_is_never_missing_and_another_always_is(month: int, day: int, other: int) -> None:
    rule = {"kind": "by_date", "date": f"2027-{month:02}-{day:02}"}
    assert find_missing_numbers(f"{month}月{day}日前", [rule]) == []
    assert (find_missing_numbers(f"{other}月底前", [rule]) == []) == (other in {month, day, 20, 27})


def test_one_flag_lists_all_rows_with_same_mismatch() -> None:
    rows = [
        DraftMeasure("", 1, "", text, (DraftUnit(RESPONSIBLE, "县司法局"),), (DraftDuty(text),))
        for text in ("县财政局", "公布清单", "县教体局")
    ]
    made = flag_mismatches(rows, SiteColumnPaths())
    assert [len(row.flags) for row in made] == [1, 0, 0]
    assert made[0].flags[0]["rows"] == [1, 3]


def test_bracket_below_title_gives_issuer_number_and_date() -> None:
    text = "\n".join(
        (
            "云溪县2027年政务公开任务分解表",
            "（云政办〔2027〕9号，2027年3月22日云溪县人民政府办公室印发）",
            "序号\t工作任务\t完成时限\t责任单位",
            "1\t重要文件公布后3个工作日内公布解读\t公布后3个工作日内\t县司法局",
            "2\t公布招生范围\t7月5日前\t县教体局",
        )
    )
    source = read_source(text.encode(), "粘贴的文字.txt")
    assert [source.parsed[key] for key in ("issuer", "doc_number", "issued_on")] == [
        "云溪县人民政府办公室",
        "云政办〔2027〕9号",
        "2027-03-22",
    ]
    assert len(build_draft_rows(source, {})[0].duties) == 1


# A small table next to tasks in paragraphs does not hide them.


FRONT = ("云岭市人民政府办公室", "关于分解落实2027年政务公开重点任务的通知", "云府办〔2027〕33号")
TASKS = {
    "一、市教育局": ("1. 公布义务教育学校招生范围，6月底前完成。", "2. 每季度更新一次民办学校年检情况，市民政局配合。"),
    "二、市财政局": ("1. 公开2027年部门预算，2月底前完成。", "2. 公开政府债务情况，12月10日前。"),
}


def make_file(lines: tuple[str, ...], table: tuple[tuple[str, ...], ...]) -> bytes:
    document = Document()
    for line in (*FRONT, *lines):
        document.add_paragraph(line)
    grid = document.add_table(len(table), len(table[0]))
    for cells, words in zip(grid.rows, table, strict=True):
        for cell, word in zip(cells.cells, words, strict=True):
            cell.text = word
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def lines_by_unit() -> tuple[str, ...]:
    return tuple(line for unit, tasks in TASKS.items() for line in (unit, *tasks))


@pytest.mark.parametrize(
    "table",
    [
        (("单位", "联系人", "电话"), ("市政府办公室", "王某", "0812-3344556")),
        (("工作任务", "责任单位", "完成时限"), ("报送任务清单", "各有关单位", "3月15日")),
    ],
    ids=["contacts", "one task"],
)
def test_tasks_in_paragraphs_are_read_despite_small_table_below(table: tuple[tuple[str, ...], ...]) -> None:
    parsed = read_source(make_file(lines_by_unit(), table), "通知.docx").parsed
    assert [row["responsible"] for row in parsed["rows"]] == [["市教育局"]] * 2 + [["市财政局"]] * 2
    assert any("没有读作任务" in warning["message"] for warning in parsed["warnings"])


def test_paragraphs_not_read_as_tasks_are_refused_in_one_line() -> None:
    lines = [Paragraph(f"收支情况表第{n}类，{n}月底前") for n in range(1, 9)]
    grid = Grid(
        [GridLine([GridCell("单位"), GridCell("电话")]), GridLine([GridCell("市政府办公室"), GridCell("0812-3344556")])]
    )
    with pytest.raises(ReadingError, match="还有8段像任务的文字没有读入"):
        notice_parser._read_paragraphs(Documented(blocks=[*lines, grid]), {"rows": []}, 1)


def test_requirements_below_task_table_do_not_replace_it() -> None:
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
    parsed = read_source(make_file(lines, table), "通知.docx").parsed
    assert len([row for row in parsed["rows"] if "第" in str(row["measure"])]) == 6
