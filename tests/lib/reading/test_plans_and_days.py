"""Interpretation plans, column lists, forms above the headers, and positions of the issue date."""

import pytest

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice


def _page(table: str, before: str = "<p>云岭市2026年任务清单</p>") -> Notice:
    return read_notice(f"<html><body>{before}<table>{table}</table></body></html>".encode())


def _rows(*rows: str) -> str:
    return "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" for row in rows)


def _read(notice: Notice) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(row.section, row.measure, row.responsible) for row in notice.rows]


def test_interpretation_plan_and_column_list_are_read() -> None:
    notice = _page(
        _rows(
            "序号|拟解读政策文件名称|解读主要内容|解读形式|解读单位|解读时间",
            "1|促进消费若干措施|消费券发放范围|图解|县商务局|3月",
            "2|燃气管理办法|用户义务|专家解读|县住建局|第二季度",
        )
    )
    assert _read(notice) == [
        ("促进消费若干措施", "消费券发放范围", ("县商务局",)),
        ("燃气管理办法", "用户义务", ("县住建局",)),
    ]
    notice = _page(
        _rows(
            "序号|一级栏目|二级栏目|更新内容|责任部门|更新频率|栏目ID",
            "1|政府信息公开|领导信息|领导简历|党建办|每季度|10231",
            "2|动态信息|通知公告|各类通知|党政办|每月20日前|10235",
        )
    )
    assert _read(notice) == [("政府信息公开", "领导简历", ("党建办",)), ("动态信息", "各类通知", ("党政办",))]


def test_form_fields_above_header_row_are_not_tasks() -> None:
    notice = _page(
        "<tr><td>会议名称</td><td colspan=3>领导小组第1次会议</td></tr><tr><td>会议时间</td><td>5月31日</td><td>主持人</td><td>邓某</td></tr>"
        + _rows("序号|议定事项|牵头单位|完成时限", "1|落实经费|县财政局|6月20日前", "2|整合网站|县政府办|8月底前")
    )
    assert [(row.measure, row.lead) for row in notice.rows] == [
        ("落实经费", ("县财政局",)),
        ("整合网站", ("县政府办",)),
    ]


def test_months_as_numbers_and_periods_over_two_columns_are_read() -> None:
    notice = _page(_rows("月份|主题|主办科室", "3|消费维权|消保科", "11|电梯安全|特设科"))
    assert [duty.due.date for row in notice.rows for duty in row.duties if duty.due] == [
        "2026-03-31",
        "2026-11-30",
    ]
    notice = _page(
        "<tr><td rowspan=2>任务</td><td rowspan=2>责任科室</td><td colspan=2>时间</td></tr><tr><td>开始</td><td>完成</td></tr>"
        + _rows("更新职能|党政办|3月1日|3月20日", "公开实事|公服办|4月|11月底")
    )
    assert [duty.due.date for row in notice.rows for duty in row.duties if duty.due] == [
        "2026-03-20",
        "2026-11-30",
    ]


@pytest.mark.parametrize(
    "head",
    [
        "云岭市2026年任务清单\n（云岭市人民政府办公室  2026年6月1日）\n",
        "云岭市2026年任务清单\n云岭市人民政府办公室    2026年6月1日\n",
        "云岭市2026年督查清单\n交办单位：市政府督查室    交办日期：2026年6月1日\n",
        "关于整改分工的公示\n作者：党政办公室 时间：2026-06-01 点击：97\n",
        "[ 成文日期 ] 2026-06-01\n云岭市2026年任务清单\n",
        "云岭市2026年度\n政务公开任务书\n云岭市政务公开领导小组办公室制    2026年6月1日\n",
    ],
)
def test_issue_date_is_read_in_various_forms(head: str) -> None:
    body = "1.公开预算，2026 年 10 月底前完成。（市财政局）\n2.公开规划。（市发展改革委）\n"
    notice = read_notice((head + body).encode())
    assert notice.issued_on == "2026-06-01"
    assert [duty.due.date for duty in notice.rows[0].duties if duty.due] == ["2026-10-31"]


def test_year_is_read_from_title_over_two_lines() -> None:
    text = "东屏县教育体育局2026年政务公开\n考核指标分解表\n1.公布招生范围，7月10日前。（基教股）\n2.公开预算，1月31日前。（计财股）\n"
    assert [duty.due.date for row in read_notice(text.encode()).rows for duty in row.duties if duty.due] == [
        "2026-07-10",
        "2026-01-31",
    ]


def test_units_of_long_heading_apply_to_points_below() -> None:
    text = (
        "云岭市2026年安排\n一、推进运行公开\n（一）审批信息（市编办、市法制办负责）\n1.公开审批目录。\n"
        "二、推进民生信息公开（牵头单位：市食安办，责任单位：市农业局、市卫生局、市质监局、市工商局、市商务局）\n1．抽检名单每月发布1次；\n2．事故信息及时发布。\n"
        "三、推进住房公开\n（一）棚改（住房股）\n1.补偿结果，会同征收办每季度公开一次。\n"
    )
    rows = read_notice(text.encode()).rows
    assert next(row.lead for row in rows if "抽检" in row.measure or "事故" in row.measure) == ("市食安办",)
    assert (rows[-1].lead, rows[-1].responsible) == (("住房股",), ("征收办",))


def test_short_measures_with_date_stay_measures() -> None:
    notice = _page(
        _rows(
            "工作任务|贯彻举措|牵头单位",
            "规划公开|2027年6月底前公开专项规划。|市发展改革委",
            "财政公开|9月底前公开决算。|市财政局",
        )
    )
    assert [(row.section, row.measure) for row in notice.rows] == [
        ("规划公开", "2027年6月底前公开专项规划。"),
        ("财政公开", "9月底前公开决算。"),
    ]
    assert not [warning for warning in notice.warnings if "只写了时间" in warning.message]


@pytest.mark.parametrize("title", ["专题会议纪要", "工作提示", "政务公开任务书", "领导批示督办通知单"])
def test_titles_of_other_document_kinds_are_read(title: str) -> None:
    text = f"洪渡区人民政府\n{title}\n一、要点\n1.公开预算。（区财政局）\n2.公开规划。（区发改局）\n"
    assert read_notice(text.encode()).title.endswith(title)
