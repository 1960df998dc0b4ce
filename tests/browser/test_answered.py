"""An inquiry from the telephone to the next person's search: routed, transferred, answered late, published masked, turned into an answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE
from browser.test_public import faults, sideways

pytestmark = pytest.mark.browser


def test_a_person_on_a_phone_reads_the_answer_of_the_base(visit: Callable[..., Page]) -> None:
    page = visit("/answers/", size=PHONE)
    page.get_by_label("您想问什么").fill("没有本地户口孩子上学")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="外地户口的孩子怎样在云岭市上小学").click()
    expect(page.locator("main")).to_contain_text("不收取借读费")
    assert (faults(page), sideways(page)) == ([], 0)
    expect(page.get_by_role("link", name="提问", exact=True).first).to_be_visible()
    page.locator("main").get_by_role("link", name="云岭市义务教育阶段学校招生入学办法").click()
    expect(page.locator(".pk-policy")).to_contain_text("外地户口的孩子怎样在云岭市上小学")
    assert (faults(page), sideways(page)) == ([], 0)
    page.goto(page.url.split("/columns/")[0] + "/messages/figures/")
    expect(page.locator("main")).to_contain_text("答复率")
    assert (faults(page), sideways(page)) == ([], 0)
