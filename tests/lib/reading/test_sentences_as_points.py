"""Second-level points that are whole sentences with units in brackets are tasks."""

import pytest

from gongkai.lib.reading.notice import read_notice

FRONT = "云岭市教育局关于印发2026年政务公开工作任务分解的通知\n云教办〔2026〕18号\n局机关各科室、局属各单位：\n现将任务分解如下，请抓好落实。\n"
SIGNED = "云岭市教育局办公室\n2026年11月20日"
POINTS = (
    "一、做好招生信息公开",
    "（一）2026年12月20日前，公开义务教育学校招生政策、学区划分和咨询电话。（基础教育科牵头，市招生考试中心配合）",
    "（二）每季度末公开教育经费使用情况。（责任科室：计划财务科）",
    "二、规范办事公开",
    "（三）教师资格认定结果自作出之日起5个工作日内公开。（人事科负责）",
)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("signed", [SIGNED, "二〇二六年十一月二十日", f"{SIGNED}\n附件：1.联络员名单"])
def test_last_point_is_task_and_signature_is_not(signed: str, gap: str) -> None:
    notice = read_notice((FRONT + gap.join((*POINTS, signed))).encode())
    assert [(row.section[:2], row.measure[:5], row.lead, row.responsible) for row in notice.rows] == [
        ("一、", "（一）20", ("基础教育科",), ("市招生考试中心",)),
        ("一、", "（二）每季", (), ("计划财务科",)),
        ("二、", "（三）教师", (), ("人事科",)),
    ]
    assert [duty.due.text for row in notice.rows for duty in row.duties if duty.due] == [
        "2026年12月20日前",
        "每季度末",
        "自作出之日起5个工作日内",
    ]
    assert notice.issued_on == "2026-11-20"
    assert not [one for one in notice.warnings if one.field == "measure"]


def test_heading_units_apply_to_points_below_but_not_to_signature() -> None:
    text = "一、做好招生公开（基础教育科牵头）\n公开义务教育学校招生政策。\n二、做好资助公开（学生资助中心牵头）\n公开资助政策和结果。\n"
    notice = read_notice((FRONT + text + SIGNED).encode())
    assert [row.measure for row in notice.rows] == ["公开义务教育学校招生政策。", "公开资助政策和结果。"]
    assert [row.lead for row in notice.rows] == [("基础教育科",), ("学生资助中心",)]


def test_sentence_point_is_sibling_of_heading_above() -> None:
    text = (
        "一、主要任务\n（一）优化办事公开。9月底前，完成办事指南梳理。（市政务服务管理局负责）\n"
        "（二）严格依法办理政府信息公开申请，自收到申请之日起20个工作日内答复。（各区县、各部门负责）\n"
    )
    notice = read_notice((FRONT + text + SIGNED).encode())
    assert [(row.item, row.measure[:4]) for row in notice.rows] == [
        ("（一）优化办事公开。", "9月底前"),
        ("", "（二）严"),
    ]


def test_deadline_line_below_units_belongs_to_same_point() -> None:
    text = (
        "（一）做好义务教育招生信息公开。\n责任单位：市教育局\n完成时限：2026年12月底前\n"
        "（二）做好医疗价格信息公开。\n责任单位：市医保局\n完成时限：每季度\n"
    )
    notice = read_notice((FRONT + "一、重点任务\n" + text + SIGNED).encode())
    assert [row.duties[0].due.text for row in notice.rows if row.duties[0].due] == [
        "2026年12月底前",
        "每季度",
    ]
    assert not [one for one in notice.warnings if one.row]


def test_text_below_last_heading_is_read_if_others_have_points() -> None:
    text = (
        "一、重点领域\n（一）财政信息。（牵头单位：市财政局）\n1.公开预决算。（2026年12月10日前）\n2.公开政府债务。\n"
        "（二）环境信息。（牵头单位：市生态环境局）\n公开空气质量排名，每月公布。\n"
    )
    notice = read_notice((FRONT + text + SIGNED).encode())
    assert [(row.item, row.measure, row.lead) for row in notice.rows][-1] == (
        "（二）环境信息。",
        "公开空气质量排名，每月公布。",
        ("市生态环境局",),
    )


def test_units_in_sentences_are_read_and_every_row_flagged() -> None:
    text = (
        "一、抓好重点\n（一）加强财政公开。市财政局要在6月底前公开决算，并每季度公布预算执行情况。\n"
        "（二）推进项目公开。由市发展改革委牵头，市住房城乡建设局、市交通运输局配合，于9月30日前公开项目清单。\n"
        "二、强化保障\n市教育局负责公开招生信息；市民政局负责公开低保标准。\n市政府办公室每半年组织一次培训。\n"
    )
    notice = read_notice((FRONT.replace("2026年", "2027年") + text + SIGNED).encode())
    assert [(row.item[:3], row.lead, row.responsible) for row in notice.rows] == [
        ("（一）", (), ("市财政局",)),
        ("（二）", ("市发展改革委",), ("市住房城乡建设局", "市交通运输局")),
        ("", (), ("市教育局",)),
        ("", (), ("市民政局",)),
        ("", (), ("市政府办公室",)),
    ]
    assert {one.row for one in notice.warnings if "推断" in one.message} == {1, 2, 3, 4, 5}
