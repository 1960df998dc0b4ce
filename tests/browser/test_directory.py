"""A catalogue from the file to its coverage; an institution with a missing field found, mended, confirmed; what the public reads of both."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, picture
from browser.test_public import faults, sideways
from factories.directory import LIMIT, book

pytestmark = pytest.mark.browser
AID = "云岭市民政局"
ROWS = [
    ("综合业务", "办事指南", "条件、材料、流程", "养老服务规定", LIMIT, AID),
    ("综合业务", "机构名录", "名称、地址、电话", "养老服务规定", LIMIT, AID),
]


@pytest.mark.slow
def test_a_catalogue_from_the_file_to_its_coverage(visit: Callable[..., Page]) -> None:
    page = visit("/admin/directory/", user="zwgk")
    page.get_by_role("link", name="导入目录").click()
    content = book(("养老服务", "云岭市养老服务领域基层政务公开标准目录", ROWS))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("input[type=file]", {"name": "目录.xlsx", "mimeType": kind, "buffer": content})
    page.locator("main form button.gk-btn--main").first.click()
    expect(page.locator("main")).to_contain_text("将新增 2")
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator("main")).to_contain_text("写入的内容")
    page.get_by_role("link", name="基层政务公开标准目录", exact=True).click()
    page.get_by_role("link", name="养老服务领域第1版").click()
    page.get_by_role("button", name="按名称对应栏目").click()
    expect(page.locator("main")).to_contain_text("0项")
    page.get_by_role("button", name="核对无误，启用").click()
    page.get_by_role("link", name="公开情况", exact=True).last.click()
    expect(page.locator("main")).to_contain_text("事项和单位")
    expect(page.locator("main")).to_contain_text("综合业务 › 机构名录")
    picture(page, "catalogue-coverage")
    assert faults(page) == []
    page = visit("/catalogue/", size=PHONE)
    page.get_by_role("link", name=re.compile("养老服务")).click()
    expect(page.locator("main")).to_contain_text(AID)
    picture(page, "catalogue-phone")
    assert (faults(page), sideways(page)) == ([], 0)


@pytest.mark.slow
def test_a_missing_field_is_found_mended_and_confirmed(visit: Callable[..., Page]) -> None:
    page = visit("/tables/school/", size=PHONE)
    expect(page.locator("main")).to_contain_text("云岭市晨光学校")
    assert (faults(page), sideways(page)) == ([], 0)
    page = visit("/admin/", user="jiaoyu")
    page.get_by_role("link", name="教育机构名录（市教育局）", exact=True).click()
    expect(page.locator("main")).to_contain_text("办公时间没有填写；联系电话没有填写")
    picture(page, "institution-missing")
    assert faults(page) == []
    entry = page.locator(".gk-note a[href*='/admin/ledger/']").first.get_attribute("href")
    page.get_by_role("link", name="云岭市晨光学校").click()
    page.get_by_label("办公时间").fill("工作日 8:00—17:00")
    page.get_by_label("联系电话").fill("0799-8103004")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("表中已没有缺项")
    page = visit(f"{entry}act/rectification.report/", user="jiaoyu")
    page.locator("[name=text]").fill("已补填办公时间和联系电话，送审后更新公开。")
    page.locator("main form button.gk-btn--main").last.click()
    page = visit(f"{entry}act/rectification.confirm/", user="zwgk")
    page.locator("[name=url]").fill("https://www.yunling.gov.example/jyjg/")
    page.locator("main form button.gk-btn--main").last.click()
    expect(page.locator("body")).to_contain_text("已整改")
