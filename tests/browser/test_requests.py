"""An information request in a real browser: sent from a phone, corrected on request, answered by the office, downloaded by the applicant."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import DESKTOP, PHONE, save_screenshot
from browser.test_office import find_accessibility_faults
from browser.test_public import find_accessibility_faults as public_faults
from browser.test_public import get_horizontal_overflow

pytestmark = pytest.mark.browser
#: Unique in each run: a city that is served already may contain earlier requests.
REQUESTED_INFORMATION = f"云岭市教育局2026年度校车服务采购合同第{time.time_ns() % 10**8}号的验收报告"


def open_progress_page(visit: Callable[..., Page], code: str) -> Page:
    page = visit("/query/", size=PHONE)
    page.get_by_label("查询码", exact=True).fill(code)
    page.get_by_label(re.compile("后四位")).fill("5678")
    page.get_by_role("button", name="查询", exact=True).click()
    return page


def submit_request(visit: Callable[..., Page]) -> str:
    page = visit("/requests/", size=PHONE)
    assert (public_faults(page), get_horizontal_overflow(page)) == ([], 0)
    page.get_by_role("link", name="申请公开", exact=True).first.click()
    page.get_by_label("受理单位").select_option(label="云岭市教育局")
    page.get_by_label("所需政府信息").fill(REQUESTED_INFORMATION)
    page.get_by_role("button", name="继续").click()
    page.get_by_label("姓名或者名称").fill("李晓云")
    page.get_by_label("证件类型").select_option(label="护照")
    page.get_by_label("证件号码").fill("E12345678")
    page.get_by_label("联系电话").fill("13800138000")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_label("网上查询")).to_be_visible()
    page.go_back()  # one step, without a new page
    expect(page.get_by_label("联系电话")).to_be_visible()
    expect(page.get_by_label("联系电话")).to_have_value("13800138000")
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="提交申请").click()
    code = page.locator(".pk-code--large").inner_text()
    assert get_horizontal_overflow(page) == 0
    return code


def open_action_form(page: Page, name: str) -> None:
    """Open the form of an action from the page of the request."""
    page.get_by_role("link", name=name, exact=True).first.click()


def test_request_from_submission_to_delivered_answer(visit: Callable[..., Page]) -> None:
    code = submit_request(visit)
    desk = visit(f"/admin/requests/?q={REQUESTED_INFORMATION}", size=DESKTOP, user="jiaoyu")
    desk.get_by_role("link", name=re.compile("校车服务")).click()
    expect(desk.get_by_text("应当给予指导和释明")).to_be_visible()
    assert find_accessibility_faults(desk) == []
    address = desk.url
    open_action_form(desk, "要求补正")
    desk.get_by_label("需要补正的事项").fill("请写明采购项目的名称或者编号。")
    desk.get_by_role("button", name="要求补正").click()
    phone = open_progress_page(visit, code)
    expect(phone.get_by_text("请写明采购项目的名称或者编号。")).to_be_visible()
    assert (public_faults(phone), get_horizontal_overflow(phone)) == ([], 0)
    assert "李晓云" not in phone.content()
    save_screenshot(phone, "requests-correcting-360")
    phone.get_by_label("补正后的申请内容").fill(f"{REQUESTED_INFORMATION}（项目编号YL2026-017）")
    phone.get_by_role("button", name="提交补正").click()
    expect(phone.get_by_text("补正已收到")).to_be_visible()
    phone.get_by_role("link", name="首页").first.click()
    phone.go_back()  # browsers do not restore the answer of a form by themselves
    expect(phone.get_by_role("heading", name="政府信息公开申请", level=1)).to_be_visible()
    # The same URL again, as the next person at this machine would open it.
    phone.get_by_role("link", name="查询另一件").click()
    expect(phone.get_by_label("查询码", exact=True)).to_be_visible()
    phone.reload()
    expect(phone.get_by_label("查询码", exact=True)).to_be_visible()
    head = visit(address.partition("/admin")[1] + address.partition("/admin")[2], user="jiaoyu-qf")
    open_action_form(head, "作出答复")
    head.get_by_label("办理结果").select_option(label="本机关不掌握相关政府信息")
    head.get_by_label(re.compile("^理由")).fill("经检索校车服务采购档案，没有制作过验收报告。")
    head.get_by_role("button", name="作出答复").click()
    expect(head.get_by_text("政府信息公开申请答复书")).to_be_visible()
    assert find_accessibility_faults(head) == []
    save_screenshot(head, "requests-answered-1280")
    phone = open_progress_page(visit, code)
    with phone.expect_download() as fetched:
        phone.get_by_role("button", name="下载").last.click()
    assert fetched.value.suggested_filename.endswith(".docx")
    phone = open_progress_page(visit, code)
    expect(phone.get_by_text("已送达", exact=True)).to_be_visible()
    assert (public_faults(phone), get_horizontal_overflow(phone)) == ([], 0)
    save_screenshot(phone, "requests-delivered-360")
