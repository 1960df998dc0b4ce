"""A title discloses a matter only if every word of it is explained; titles of budgets."""

import pytest

from gongkai.lib.matching.disclosures import (
    DisclosureMatch,
    extract_matter_name,
    find_published_budgets,
    list_author_words,
    list_unit_words,
    match_title,
)

UNIT = list_unit_words("云岭市教育局", "市教育局", government="云岭市人民政府")
AUTHOR = list_author_words("云岭市教育局", "市教育局", government="云岭市人民政府")
GOVERNMENT = list_unit_words(government="云岭市人民政府")


@pytest.mark.parametrize(
    ("title", "name", "match"),
    [
        ("云岭市救助电话", "救助电话", DisclosureMatch.IS),
        ("市教育局救助电话一览表", "救助电话公开", DisclosureMatch.IS),
        ("救助电话", "/", DisclosureMatch.UNSURE),
        ("未公开救助电话的说明", "救助电话", DisclosureMatch.UNSURE),
        ("救助电话停用公告", "救助电话", DisclosureMatch.UNSURE),
        ("救助电话采购中标公告", "救助电话", DisclosureMatch.UNSURE),
        ("关于救助电话移交12345热线的通知", "救助电话", DisclosureMatch.UNSURE),
        ("关于公开救助电话的通知", "救助电话", DisclosureMatch.UNSURE),
        ("关于《普惠性幼儿园管理办法》公开征求意见的公告", "普惠性幼儿园管理办法", DisclosureMatch.UNSURE),
        ("关于印发《普惠性幼儿园管理办法（试行）》的通知", "普惠性幼儿园管理办法", DisclosureMatch.IS),
        ("停车收费目录", "收费目录", DisclosureMatch.UNSURE),
        ("云岭市收费目录（２０２６年）", "收费目录", DisclosureMatch.IS),
        ("收费目录（二〇二五年）", "收费目录", DisclosureMatch.OTHER_YEAR),
        ("云岭市教育局收费目录（第二批）", "收费目录", DisclosureMatch.IS),
        ("云岭市教育局办公室关于印发收费目录的通知", "收费目录", DisclosureMatch.IS),
        ("云岭市人民政府办公室关于印发收费目录的通知", "收费目录", DisclosureMatch.UNSURE),
        ("权责清单汇总表", "权责清单", DisclosureMatch.IS),
        ("权责清单汇总情况", "权责清单", DisclosureMatch.UNSURE),
        ("收费标准有关情况", "收费标准", DisclosureMatch.UNSURE),
        ("财政收支情况", "财政收支情况", DisclosureMatch.IS),
        ("应急预案（2026年修订）", "应急预案", DisclosureMatch.IS),
        ("应急预案修订版", "应急预案", DisclosureMatch.IS),
        ("应急预案修订", "应急预案", DisclosureMatch.UNSURE),
        ("收费目录公开情况统计表", "收费目录", DisclosureMatch.UNSURE),
        ("收费目录（云发改〔2024〕5号）", "收费目录", DisclosureMatch.IS),
        ("低保申请办理指南", "申请办理", DisclosureMatch.UNSURE),  # no item is named 低保 here
        ("申请办理指南", "申请办理", DisclosureMatch.IS),
        ("2026年第三季度低保对象名单公示", "低保对象名单", DisclosureMatch.IS),
        ("低保对象拟纳入名单公示", "低保对象名单", DisclosureMatch.UNSURE),
    ],
)
def test_title_matches_if_every_word_is_explained(title: str, name: str, match: DisclosureMatch) -> None:
    assert match_title(title, extract_matter_name(name), years=[2026], allowed_words=AUTHOR) is match


@pytest.mark.parametrize(
    ("title", "match"),
    [
        ("云岭市教育局2026年部门预算", DisclosureMatch.IS),
        ("2017年部门预算", DisclosureMatch.OTHER_YEAR),
        ("部门预算", DisclosureMatch.OTHER_YEAR),
        ("2026年上半年部门预算", DisclosureMatch.UNSURE),
        ("2026年部门预算公开情况表", DisclosureMatch.UNSURE),
        ("2026年部门预算公开目录", DisclosureMatch.UNSURE),
        ("云岭市第一中学2026年部门预算", DisclosureMatch.UNSURE),
        ("云岭市人民政府2026年部门预算", DisclosureMatch.UNSURE),
    ],
)
def test_yearly_matter_requires_year_in_title(title: str, match: DisclosureMatch) -> None:
    assert (
        match_title(title, extract_matter_name("部门预算公开"), years=[2026], yearly=True, allowed_words=AUTHOR)
        is match
    )


@pytest.mark.parametrize(
    ("title", "column", "match"),
    [
        ("申请办理指南", "社会救助低保", DisclosureMatch.IS),
        ("低保申请办理指南", "社会救助", DisclosureMatch.IS),
        ("申请办理指南", "社会救助", DisclosureMatch.UNSURE),
        ("临时救助申请办理指南", "社会救助低保", DisclosureMatch.UNSURE),
    ],
)
def test_ambiguous_matter_name_requires_context(title: str, column: str, match: DisclosureMatch) -> None:
    found = match_title(title, extract_matter_name("申请办理"), years=[2026], contexts=["低保"], column=column)
    assert found is match


@pytest.mark.parametrize(
    ("title", "budgets", "whole"),
    [
        ("2026年防汛物资预算价公告", [], False),
        ("2026年部门预算公开培训通知", [], False),
        ("2026年校舍维修工程预算价中标公示", [], False),
        ("2026年部门预算调整公告", [], False),
        ("2026年部门预算公开目录", [], False),
        ("云岭市第一中学2026年单位预算", [], False),
        ("部门预算", [], False),
        ("云岭市教育局2026年部门预算公开情况", [], False),
        ("云岭市教育局2026年部门预算公示通知", [], False),
        ("云岭市教育局2026年部门预算第一季度", [], False),
        ("云岭市教育局2026年1月部门预算", [], False),
        ("云岭市教育局2026年上半年预算", [], False),
        ("云岭市教育局2026年部门预算公开一览表", [], False),
        ("2026年全市部门预算一览表", [], False),
        ("2026年全市部门预算", [], False),
        ("云岭市教育局2026年部门三公经费预算", [], False),
        ("2026年单位“三公”经费收支预算", [], False),
        ("云岭市教育局2026年市本级财政预算", [], False),
        ("2026年本级预算", [], False),
        ("云岭市教育局本级2026年预算", [(2026, "预算")], False),
        ("关于云岭市教育局2026年度部门预算信息公开的说明", [(2026, "预算")], False),
        ("部门预算（2026年）", [(2026, "预算")], False),
        ("2026 年部门预算", [(2026, "预算")], False),
        ("二〇二六年部门预算", [(2026, "预算")], False),
        ("２０２６年部门预算", [(2026, "预算")], False),
        ("2026部门预算", [(2026, "预算")], False),
        ("云岭市教育局（本级）2026年单位预算公开", [(2026, "预算")], False),
        ("云岭市教育局2025年度部门决算", [(2025, "决算")], False),
        ("云岭市教育局2026年部门预算和“三公”经费预算情况说明", [(2026, "预算")], False),
        ("公开2025年决算和2026年预算", [(2025, "决算"), (2026, "预算")], False),
        ("云岭市2026年政府预算", [(2026, "预算")], True),
        ("云岭市2026年市本级财政预算", [(2026, "预算")], True),
        ("云岭市本级2026年预算", [(2026, "预算")], True),
        ("云岭市2025年财政总决算报表", [(2025, "决算")], True),
    ],
)
def test_titles_of_published_budgets_are_recognised(title: str, budgets: list[tuple[int, str]], whole: bool) -> None:
    assert find_published_budgets(title, UNIT, GOVERNMENT) == (budgets, whole)
