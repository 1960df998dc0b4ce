"""A request for information from an applicant's phone to the clerk's desk and back: sent, asked to be corrected, corrected, answered, fetched."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import DESK, PHONE, picture
from browser.test_public import faults as public_faults
from browser.test_public import sideways
from browser.test_work import faults

pytestmark = pytest.mark.browser
#: Of this run alone: a city that is served already may have been walked before.
WANTED = f"云岭市教育局2026年度校车服务采购合同第{time.time_ns() % 10**8}号的验收报告"


def look_up(visit: Callable[..., Page], code: str) -> Page:
    page = visit("/query/", size=PHONE)
    page.get_by_label("查询码", exact=True).fill(code)
    page.get_by_label(re.compile("后四位")).fill("5678")
    page.get_by_role("button", name="查询", exact=True).click()
    return page


def send(visit: Callable[..., Page]) -> str:
    page = visit("/requests/", size=PHONE)
    assert (public_faults(page), sideways(page)) == ([], 0)
    page.get_by_role("link", name="申请公开", exact=True).first.click()
    page.get_by_label("受理单位").select_option(label="云岭市教育局")
    page.get_by_label("所需政府信息").fill(WANTED)
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
    assert sideways(page) == 0
    return code


def act(page: Page, name: str) -> None:
    """Open the form of an act from the page of the request."""
    page.get_by_role("link", name=name, exact=True).first.click()


def test_from_the_phone_to_the_desk_and_back(visit: Callable[..., Page]) -> None:
    code = send(visit)
    desk = visit(f"/admin/requests/?q={WANTED}", size=DESK, user="jiaoyu")
    desk.get_by_role("link", name=re.compile("校车服务")).click()
    expect(desk.get_by_text("应当给予指导和释明")).to_be_visible()
    assert faults(desk) == []
    address = desk.url
    act(desk, "要求补正")
    desk.get_by_label("需要补正的事项").fill("请写明采购项目的名称或者编号。")
    desk.get_by_role("button", name="要求补正").click()
    phone = look_up(visit, code)
    expect(phone.get_by_text("请写明采购项目的名称或者编号。")).to_be_visible()
    assert (public_faults(phone), sideways(phone)) == ([], 0)
    assert "李晓云" not in phone.content()
    picture(phone, "requests-correcting-360")
    phone.get_by_label("补正后的申请内容").fill(f"{WANTED}（项目编号YL2026-017）")
    phone.get_by_role("button", name="提交补正").click()
    expect(phone.get_by_text("补正已收到")).to_be_visible()
    phone.get_by_role("link", name="首页").first.click()
    phone.go_back()  # which no browser does by itself to the answer of a form
    expect(phone.get_by_role("heading", name="政府信息公开申请", level=1)).to_be_visible()
    # The same address again: the next person is at this machine.
    phone.get_by_role("link", name="查询另一件").click()
    expect(phone.get_by_label("查询码", exact=True)).to_be_visible()
    phone.reload()
    expect(phone.get_by_label("查询码", exact=True)).to_be_visible()
    head = visit(address.partition("/admin")[1] + address.partition("/admin")[2], user="jiaoyu-qf")
    act(head, "作出答复")
    head.get_by_label("办理结果").select_option(label="本机关不掌握相关政府信息")
    head.get_by_label(re.compile("^理由")).fill("经检索校车服务采购档案，没有制作过验收报告。")
    head.get_by_role("button", name="作出答复").click()
    expect(head.get_by_text("政府信息公开申请答复书")).to_be_visible()
    assert faults(head) == []
    picture(head, "requests-answered-1280")
    phone = look_up(visit, code)
    with phone.expect_download() as fetched:
        phone.get_by_role("button", name="下载").last.click()
    assert fetched.value.suggested_filename.endswith(".docx")
    phone = look_up(visit, code)
    expect(phone.get_by_text("已送达", exact=True)).to_be_visible()
    assert (public_faults(phone), sideways(phone)) == ([], 0)
    picture(phone, "requests-delivered-360")
