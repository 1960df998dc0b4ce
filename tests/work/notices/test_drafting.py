"""Draft rows from a parsed notice, with its warnings as flags of the rows concerned."""

from datetime import date

import pytest

from gongkai.work.notices.importing.flags import flag_unknown_year
from gongkai.work.notices.planning.draft_rows import (
    build_drafts,
    build_duty,
    find_named_year,
    find_year,
    list_remarks,
    number_sections,
)

PARSED = {
    "title": "云岭市2026年政务公开工作要点任务分工",
    "doc_number": "云府办发〔2026〕8号",
    "issuer": "云岭市人民政府办公室",
    "issued_on": "2026-04-20",
    "status": "issued",
    "basis": [],
    "rows": [
        {
            "section": "一、公开规划",
            "item": "（一）规划",
            "measure": "公开专项规划。",
            "lead": ["市发展改革委"],
            "responsible": ["市教育局", "市民政局等"],
            "extras": {},
            "source": {"page": 2, "cells": ["a", "b"]},
            "duties": [
                {
                    "text": "公开专项规划",
                    "paths": [["政府网站", "政府信息公开", "规划信息"]],
                    "channels": ["政务新媒体"],
                    "due": {"kind": "months", "count": 3, "after": "国家层面印发", "text": "印发后3个月内"},
                }
            ],
        },
        {
            "section": "一、公开规划",
            "item": "",
            "measure": "归集历史规划。",
            "lead": [],
            "responsible": ["—"],
            "extras": {},
            "source": {},
            "duties": [],
        },
    ],
    "preamble_duties": [{"text": "各单位5月31日前报送任务清单", "paths": [], "channels": [], "due": None}],
    "warnings": [
        {"row": 2, "message": "责任单位没有读到", "field": "responsible", "alternative": None},
        {"row": None, "message": "没有找到落款日期"},
    ],
}


def test_preamble_duties_follow_rows() -> None:
    first, second, order = build_drafts(PARSED)
    assert [(row.text, row.section_no, row.preamble) for row in (first, second, order)] == [
        ("公开专项规划。", 1, False),
        ("归集历史规划。", 1, False),
        ("各单位5月31日前报送任务清单", 2, True),
    ]
    assert [(unit.printed, unit.open_list) for unit in first.units] == [
        ("市发展改革委", False),
        ("市教育局", False),
        ("市民政局", False),
        ("等", True),
    ]
    assert first.duties[0].awaits == "国家层面印发"
    assert second.units == (), "a dash names nobody"
    assert [duty.text for duty in second.duties] == ["归集历史规划。"]
    assert ([flag["message"] for flag in second.flags], first.flags) == (["责任单位没有读到"], ())
    assert list_remarks(PARSED) == ["没有找到落款日期"]
    assert [(u.part, u.printed, u.everyone) for u in order.units] == [
        ("lead", "云岭市人民政府办公室", False),
        ("responsible", "各部门、各单位", True),
    ]
    assert order.flags, "its units are proposed, never taken for granted"


def test_heading_repeated_after_page_break_is_same_section() -> None:
    assert number_sections(["一、甲", "一、甲", "二、乙", "一、 甲"]) == [1, 1, 2, 3]
    assert number_sections(["一、 甲", "二、乙", "一、  甲"]) == [1, 2, 1]


def test_year_in_title_has_priority() -> None:
    today = date(2026, 11, 20)
    assert find_year({"title": "2021年要点", "issued_on": "2022-01-05"}, today) == 2021
    assert find_year({"title": "任务分工", "issued_on": "2022-01-05"}, today) == 2022
    assert find_year({"title": "任务分工"}, today) == 2026
    assert find_year({"title": "2024—2026年任务清单"}, today) == 2024
    assert find_year({"title": "zwgk/t20231109_1.htm", "issued_on": "2019-05-28"}, today) == 2019


def test_missing_year_is_taken_from_common_deadlines_or_flagged() -> None:
    def parsed(*days: str) -> dict[str, object]:
        return {"title": "任务分工", "rows": [{"duties": [{"due": {"date": day}}]} for day in days]}

    assert find_named_year(parsed("2027-06-30", "2027-12-31")) == 2027
    assert find_named_year(parsed("2027-06-30", "2028-01-31")) is None
    first = build_drafts(PARSED)[0]
    assert flag_unknown_year(first, parsed("2027-06-30"), 2027) is first
    assert "2026年度" in str(flag_unknown_year(first, parsed(), 2026).flags[-1]["message"])


@pytest.mark.parametrize(
    ("text", "guides"),
    [
        ("加强对基层单位的指导，定期督查。", True),
        ("主管部门要指导公共企事业单位做好信息公开。", True),
        ("主动对接省级主管部门。", True),
        ("督促各单位整改。", True),
        ("在市司法局的指导下，每年清理规范性文件。", False),
        ("贯彻落实《指导意见》。", False),
        ("公布办事指南。", False),
        ("按照省里出台的指导目录公开。", False),
    ],
)
def test_only_unit_that_guides_others_has_guidance_duty(text: str, guides: bool) -> None:
    assert build_duty({"text": text}).guides is guides


def test_unlikely_unit_name_is_flagged_once() -> None:
    doubt = {"row": 1, "field": "responsible", "alternative": None}
    odd = {**doubt, "message": "“市民政居”不像单位名称"}
    other = {**doubt, "message": "“市民政居”以“等”收尾，名单没有列全"}
    first = {**PARSED["rows"][0], "responsible": ["市民政居"]}  # type: ignore[index]
    row = build_drafts({**PARSED, "rows": [first], "warnings": [odd, other, {**odd, "alternative": ["市民政局"]}]})[0]
    assert [flag["message"] for flag in row.flags] == [other["message"], odd["message"]]
