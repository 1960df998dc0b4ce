"""Interview plans, duties of members, and sentences that assign work after a point."""

import pytest

from gongkai.lib.reading import Notice
from gongkai.lib.reading.notice import read_notice
from gongkai.lib.reading.words.units import read_units

FRONT = (
    "云岭市人民政府办公室关于印发2026年政务公开工作安排的通知\n云府办发〔2026〕9号\n各区县人民政府，市政府各部门：\n"
    "现将工作安排印发给你们，请认真落实。\n云岭市人民政府办公室\n2026年3月3日\n2026年政务公开工作安排\n"
)


def read(text: str, front: str = FRONT) -> Notice:
    return read_notice((front + text).encode())


def row_warnings(notice: Notice, row: int) -> list[str]:
    return [warning.message for warning in notice.warnings if warning.row == row]


PLAN = ["访谈时间", "访谈单位", "访谈主题", "5月9日 9:00-10:30", "市统计局", "解读一季度经济运行情况"]
PLAN += ["6月份", "市残联、市民政局", "残疾人两项补贴怎么领", "7月20日", "市水利局", "汛期值守情况"]


@pytest.mark.parametrize("laid", ["\n".join(PLAN), "\n\n".join(PLAN)])
def test_interviewed_unit_is_responsible_and_text_below_is_not_topic(laid: str) -> None:
    notice = read(laid)
    assert [(row.measure, row.responsible) for row in notice.rows] == [
        ("解读一季度经济运行情况", ("市统计局",)),
        ("残疾人两项补贴怎么领", ("市残联", "市民政局")),
        ("汛期值守情况", ("市水利局",)),
    ]
    assert [[duty.due.date for duty in row.duties if duty.due] for row in notice.rows] == [
        ["2026-05-09"],
        ["2026-06-30"],
        ["2026-07-20"],
    ]
    assert not any(row_warnings(notice, row) for row in (1, 2, 3))


def test_interview_plan_with_bars_is_read() -> None:
    rows = [" | ".join(PLAN[n : n + 3]) + " |" for n in range(0, len(PLAN), 3)]
    assert [row.responsible for row in read("\n".join(rows)).rows] == [
        ("市统计局",),
        ("市残联", "市民政局"),
        ("市水利局",),
    ]


def test_last_sentence_assigning_work_is_removed_from_measure() -> None:
    notice = read(
        "（一）规范服务大厅。出台办法，统一标识。此项工作由市政务服务局负责，市编办、市财政局配合。\n"
        "（二）设立查阅点。在档案馆设立查阅点。该项任务由市档案局牵头，市图书馆参与。\n"
        "（三）公布抽检结果。每周五公布抽检结果，市市场监管局负责实施。\n"
        "（四）公布水质状况。每月公布水质状况，由市生态环境局负责，市水利局予以配合。\n"
    )
    rows = [(row.item, row.measure, row.lead, row.responsible) for row in notice.rows]
    assert rows[:2] == [
        ("（一）规范服务大厅。", "出台办法，统一标识。", ("市政务服务局",), ("市编办", "市财政局")),
        ("（二）设立查阅点。", "在档案馆设立查阅点。", ("市档案局",), ("市图书馆",)),
    ]
    assert [row[2:] for row in rows[2:]] == [((), ("市市场监管局",)), (("市生态环境局",), ("市水利局",))]
    assert row_warnings(notice, 2) == []


def test_points_describing_unit_make_it_responsible() -> None:
    notice = read(
        "一、职责划分\n门户网站由市政府办公室主办。日常保障由各部门共同承担。\n"
        "（一）市政府办公室是门户网站的组织单位，负责统筹规划。\n"
        "（二）市数据局是门户网站的技术支撑单位，负责平台运维。\n"
        "（三）市档案局负责查阅点的建设。\n（四）各部门负责本部门信息的采集。\n"
    )
    rows = [(row.measure[:3], row.responsible) for row in notice.rows][-4:]
    assert rows == [
        ("（一）", ("市政府办公室",)),
        ("（二）", ("市数据局",)),
        ("（三）", ("市档案局",)),
        ("（四）", ("各部门",)),
    ]


def test_two_points_with_units_are_enough_if_there_are_no_others() -> None:
    notice = read("四、其他事项\n1.党政办负责布置会场；\n2.文化站负责留存影像资料。\n")
    assert [row.responsible for row in notice.rows] == [("党政办",), ("文化站",)]
    assert all(row_warnings(notice, row) for row in (1, 2))


def test_heading_with_bracket_is_split_and_site_mark_is_flagged() -> None:
    long = "选择有条件的地方先行试点，将与市民生活密切相关的服务事项纳入中心办理。" * 4
    notice = read(
        f"[接上页] 牵头单位：市政务服务局。 责任单位：市政府各部门。 七、试点建设区（市）县服务中心 {long} 牵头单位：市委编办。 "
        f"责任单位：有关区县政府。 八、做好市长信箱办理 {long} 牵头单位：市信访局。 责任单位：市政府各部门。\n",
        front="",
    )
    assert [(row.section, row.measure[:5], row.lead) for row in notice.rows][1:] == [
        ("七、试点建设区（市）县服务中心", "选择有条件", ("市委编办",)),
        ("八、做好市长信箱办理", "选择有条件", ("市信访局",)),
    ]
    assert row_warnings(notice, 1) == ["举措只有“[接上页]”，不像要做的事，请核对"]


def test_page_without_letterhead_takes_title_below_salutation() -> None:
    notice = read(
        "云岭市2026年政务公开工作要点\n一、推进公开\n1.公布目录，6月底前完成。（责任单位：市财政局）\n"
        "2.公布清单，9月底前完成。（责任单位：市教育局）\n",
        front="各区县人民政府，市政府各部门：\n为做好今年工作，现将要点印发给你们。\n",
    )
    assert notice.title == "云岭市2026年政务公开工作要点"
    assert [[duty.due.date for duty in row.duties if duty.due] for row in notice.rows] == [
        ["2026-06-30"],
        ["2026-09-30"],
    ]


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        (
            "办公室、基教处；各市、县（市、区）教育局；各高校",
            ["办公室", "基教处", "各市、县（市、区）教育局", "各高校"],
        ),
        ("市教育局，各县、区民政局", ["市教育局", "各县、区民政局"]),
        ("各镇、县教育局", ["各镇", "县教育局"]),
        ("各市、省教育厅", ["各市", "省教育厅"]),
    ],
)
def test_offices_of_every_city_and_county_are_one_group(cell: str, units: list[str]) -> None:
    assert read_units(cell).others == units


@pytest.mark.parametrize(
    "cell", ["派出所工商质监所", "财务科人事科", "文化站广播站", "市财政局、评估中心等有关处室（单位）"]
)
def test_ambiguous_names_and_open_lists_are_flagged(cell: str) -> None:
    assert read_units(cell).doubts


@pytest.mark.parametrize(
    "cell",
    ["国家税务总局云岭市税务局", "市公安局城区分局", "市政府办公室政务公开办", "市公安局交警支队高速大队"],
)
def test_nested_office_names_are_one_unit_without_doubt(cell: str) -> None:
    units = read_units(cell)
    assert (units.others, units.doubts) == ([cell], [])


def test_unit_label_directly_after_task_is_recognised() -> None:
    """Earlier words before the colon were read as units and the units as the task, without a warning."""
    notice = read(
        "1.解读“十五五”规划责任单位：市发展改革委。\n2.“阳光政务”活动责任单位：市妇联。\n"
        "3.古城保护与利用专题责任单位：市文化旅游局、市住建局。\n"
    )
    assert [(row.measure, row.responsible) for row in notice.rows] == [
        ("1.解读“十五五”规划", ("市发展改革委",)),
        ("2.“阳光政务”活动", ("市妇联",)),
        ("3.古城保护与利用专题", ("市文化旅游局", "市住建局")),
    ]


@pytest.mark.parametrize("title", ["", "2026年工作要点\n", "2026年政务公开工作安排\n"])
def test_requirement_with_purpose_clause_is_measure_below_any_title(title: str) -> None:
    notice = read(
        f"{title}编号\n总体任务\n具体要求\n承办单位\n时限\n1\n做好常态化信息发布\n围绕预警、处置等发布权威信息\n应急科\n全年\n"
        "2\n公开接种安排，方便群众查询\n疾控科\n6月底前\n3\n落实日常公开事项\n公开执法检查结果\n法规科\n持续推进\n"
    )
    assert [(row.section, row.measure, row.responsible) for row in notice.rows] == [
        ("做好常态化信息发布", "围绕预警、处置等发布权威信息", ("应急科",)),
        ("做好常态化信息发布", "公开接种安排，方便群众查询", ("疾控科",)),
        ("落实日常公开事项", "公开执法检查结果", ("法规科",)),
    ]
