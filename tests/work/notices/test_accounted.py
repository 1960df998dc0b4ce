"""What a row prints is in its fields, or asked: once for all rows of a kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.work.notices.actions.imports import build_draft_rows, complete_rows
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.planning.drafting import DraftDuty, DraftMeasure, DraftUnit
from gongkai.work.notices.planning.paths import ExistingColumns
from gongkai.work.notices.planning.roles import RESPONSIBLE
from gongkai.work.notices.planning.row_checks import find_missing_numbers, flag_mismatches

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
        rows, source.parsed, source.text, {}, lambda unit: frozenset({unit.printed}), ExistingColumns()
    )


def _asked(row: DraftMeasure) -> str:
    return "；".join(str(flag["message"]) for flag in row.flags)


def test_columns_in_brackets_and_boards_are_told_from_channels_and_what_is_neither_is_asked() -> None:
    first, second, third = _read(HEADS, *ROWS)
    assert [path[-1] for path in first.duties[0].paths] == ["规范性文件库"]
    assert "村务公开栏" in second.duties[0].channels
    assert "“学校大门口”" in _asked(second)
    assert "时限里的“3、9”没有读进期限" in _asked(third) or "“9”没有读进期限" in _asked(third)


def test_lines_that_lack_merged_cells_go_below_their_heads() -> None:
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
    assert "几种对法" in _asked(rows[3])


@pytest.mark.parametrize(
    ("text", "rules", "left"),
    [
        ("每年6月、12月底前", [{"kind": "recurring", "period": "half_year"}], []),
        (
            "6月、11月",
            [{"kind": "by_date", "date": "2027-06-30"}, {"kind": "by_date", "date": "2027-11-30"}],
            [],
        ),
        ("20个工作日内", [{"kind": "working_days", "count": 2}], ["20"]),
    ],
)
def test_numbers_of_a_limit_are_all_in_its_rules(text: str, rules: list[dict[str, object]], left: list[str]) -> None:
    assert find_missing_numbers(text, rules) == left


@given(st.integers(1, 12), st.integers(1, 28), st.integers(1, 12))
def test_a_day_that_a_rule_has_is_never_asked_and_another_one_always(month: int, day: int, other: int) -> None:
    rule = {"kind": "by_date", "date": f"2027-{month:02}-{day:02}"}
    assert find_missing_numbers(f"{month}月{day}日前", [rule]) == []
    assert (find_missing_numbers(f"{other}月底前", [rule]) == []) == (other in {month, day, 20, 27})


def test_one_question_names_all_rows_of_a_kind() -> None:
    rows = [
        DraftMeasure("", 1, "", text, (DraftUnit(RESPONSIBLE, "县司法局"),), (DraftDuty(text),))
        for text in ("县财政局", "公布清单", "县教体局")
    ]
    made = flag_mismatches(rows, ExistingColumns())
    assert [len(row.flags) for row in made] == [1, 0, 0]
    assert made[0].flags[0]["rows"] == [1, 3]


def test_a_bracket_below_the_title_says_who_issued_the_notice_and_when() -> None:
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
