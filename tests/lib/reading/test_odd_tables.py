"""Tables in unusual forms: numbered cells, unknown headers, date columns, remarks."""

import pytest

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice


def _page(rows: list[list[str]], after: str = "") -> Notice:
    lines = [[text.replace("\n", "<br>") for text in row] for row in rows]
    cells = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in lines)
    head = "<h1>云岭市2027年政务公开任务分解表</h1><p>2026年11月20日</p>"
    return read_notice(f"<html><body>{head}<table>{cells}</table><p>{after}</p></body></html>".encode())


def _row_warnings(notice: Notice, row: int) -> str:
    return " ".join(warning.message for warning in notice.warnings if warning.row == row)


def test_numbering_mismatch_is_removed_from_names_and_flagged() -> None:
    notice = _page(
        [
            ["工作任务", "责任单位"],
            ["公开预算决算。", "1.市财政局\n2.各预算单位"],
            ["公开规划。", "市发展改革委"],
        ]
    )
    assert notice.rows[0].responsible == ("市财政局", "各预算单位")
    assert "编号" in _row_warnings(notice, 1)


def test_date_column_under_unknown_header_is_deadline_and_flagged() -> None:
    notice = _page(
        [
            ["工作任务", "牵头单位", "收官"],
            ["公开预算。", "市财政局", "4月底前"],
            ["公开招生方案。", "市教育局", "6月底前"],
        ]
    )
    assert [row.duties[0].due and row.duties[0].due.date for row in notice.rows] == [
        "2027-04-30",
        "2027-06-30",
    ]
    assert all("按完成时限读取" in _row_warnings(notice, row) for row in (1, 2))


def test_end_column_is_deadline_rather_than_start() -> None:
    notice = _page(
        [
            ["行动", "工作措施", "牵头单位", "启动", "完成"],
            ["政策进社区", "编印口袋书。", "市民政局", "4月", "6月"],
            ["政策进校园", "讲解就业政策。", "市教育局", "3月", "7月"],
        ]
    )
    assert [row.duties[0].due and row.duties[0].due.date for row in notice.rows] == [
        "2027-06-30",
        "2027-07-31",
    ]


def test_rows_repeating_their_heading_are_not_joined() -> None:
    notice = _page(
        [
            ["领域", "工作内容", "责任单位", "完成时限"],
            ["财政", "公开预算", "市财政局", "4月底前"],
            ["财政", "公开决算", "市财政局", "9月底前"],
        ]
    )
    assert [row.measure for row in notice.rows] == ["公开预算", "公开决算"]


def test_remark_applies_to_its_own_row_only() -> None:
    text = "序号 | 工作任务 | 责任单位 | 备注\n1 | 公开预算 | 市财政局 | 首次\n2 | 公开决算 | 市财政局 |\n3 | 公开规划 | 市发展改革委 |\n"
    assert [row.extras["备注"] for row in read_notice(text.encode()).rows] == ["首次", "", ""]


@pytest.mark.parametrize("stop", ["，请认真落实。", "，"])
def test_reporting_deadline_in_opening_paragraph_is_read(stop: str) -> None:
    text = (
        f"关于印发云岭市2027年政务公开任务的通知\n各单位：\n现将任务印发给你们{stop}请于每季度末月25日前将进展情况报市政府办公室。\n"
        "2026年11月20日\n工作任务\t责任单位\n公开预算\t市财政局\n公开规划\t市发展改革委\n"
    )
    (duty,) = read_notice(text.encode()).preamble_duties
    assert duty.due is not None
    assert (duty.due.period, duty.due.month, duty.due.day) == ("quarter", 3, 25)


def test_last_sentence_naming_units_is_removed_from_measure() -> None:
    text = (
        "关于印发云岭市2027年政务公开工作分工方案的通知\n2026年11月20日\n一、信息公开\n"
        "1.公布审批情况。由审批处牵头，监管处配合，6月底前完成。\n2.编写问答。由宣传处牵头，各检查分局配合。\n"
        "3.公布抽检公告。由监管处负责。\n"
    )
    rows = read_notice(text.encode()).rows
    assert [(row.measure, row.lead) for row in rows[:2]] == [
        ("1.公布审批情况。", ("审批处",)),
        ("2.编写问答。", ("宣传处",)),
    ]
    assert rows[0].duties[0].due is not None
    assert rows[0].duties[0].due.date == "2027-06-30"


def test_first_level_point_with_deadline_is_not_heading() -> None:
    text = (
        "云岭市2027年政务公开工作要点\n2026年11月20日\n一、公开招商政策。2027年3月底前完成。（市商务局）\n"
        "二、公开土地供应结果，征求意见时间不少于30日。（市自然资源局，长期坚持）\n三、公开安全检查结果。（市应急局；每季度末月20日前）\n"
    )
    rows = read_notice(text.encode()).rows
    assert [(row.section, row.measure[:4]) for row in rows] == [
        ("", "一、公开"),
        ("", "二、公开"),
        ("", "三、公开"),
    ]


@pytest.mark.parametrize("sign", [",", "\t", "|"])
def test_empty_unit_cell_is_flagged_in_typed_table(sign: str) -> None:
    rows = [
        ["序号", "工作任务", "牵头单位", "责任单位", "完成时限"],
        ["1", "公开城市更新计划", "市住房城乡建设局", "各区县人民政府", "2027年4月30日"],
        ["2", "公开教师招聘公告", "市教育局", "", "2027年9月30日"],
        ["3", "公开学区划分", "", "", "2027年5月30日"],
    ]
    notice = read_notice("\n".join(sign.join(row) for row in rows).encode())
    assert [row.lead for row in notice.rows][1:] == [("市教育局",), ("市教育局",)]
    assert [one.row for one in notice.warnings if "栏空白" in one.message] == [2]


def _table(rows: list[str]) -> str:
    width = rows[0].count("|") + 1
    cells = (
        [f"<td colspan={width}>{row}</td>"] if "|" not in row else [f"<td>{text}</td>" for text in row.split("|")]
        for row in rows
    )
    return f"<table>{''.join('<tr>' + ''.join(row) + '</tr>' for row in cells)}</table>"


def _read_tables(*tables: list[str], note: str = "") -> Notice:
    head = "<h1>云岭市2027年政务公开任务分解表</h1><p>2026年11月20日</p>"
    return read_notice(f"<html><body>{head}{note}{'<p>续表</p>'.join(map(_table, tables))}</body></html>".encode())


def test_second_table_is_read_by_its_own_columns() -> None:
    notice = _read_tables(
        ["工作任务|工作举措|责任单位", "一、公开|公开教育政策。|市教育局"],
        ["工作任务|工作举措|牵头单位|责任单位", "二、解读|解读住房政策。|市住建局|各区县政府"],
    )
    assert [(row.lead, row.responsible) for row in notice.rows] == [
        ((), ("市教育局",)),
        (("市住建局",), ("各区县政府",)),
    ]


def test_third_heading_of_second_table_is_kept() -> None:
    notice = _read_tables(
        ["序号|工作举措|责任单位", "一、公开", "1|公开教育政策。|市教育局"],
        ["工作任务|工作举措|责任单位", "（一）解读", "住房政策|解读住房政策。|市住建局"],
    )
    assert (notice.rows[1].section, notice.rows[1].item) == ("一、公开", "（一）解读")
    assert notice.rows[1].extras["工作任务"] == "住房政策"


@pytest.mark.parametrize("names", ["一二三四", "1234"])
def test_day_of_ticked_quarter_is_read(names: str) -> None:
    rows = ["工作任务|工作举措|责任单位|" + "|".join(f"{name}季度" for name in names)]
    rows += ["一、公开|公开教育政策。|市教育局||√||", "二、解读|解读住房政策。|市住建局|||√|"]
    notice = _read_tables(rows, note="<p>注：某一季度打“√”的，于该季度末月25日前完成。</p>")
    assert [row.duties[0].due and row.duties[0].due.date for row in notice.rows] == ["2027-06-25", "2027-09-25"]
