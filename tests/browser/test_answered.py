"""An inquiry from the telephone to the next person's search: routed, transferred, answered late, published masked, turned into an answer."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, picture, sign
from browser.test_public import faults, sideways

pytestmark = pytest.mark.browser
TITLE = "体育中考可以缓考吗"
TEXT = "我叫李晓云，电话13800138000，孩子脚伤，想问体育中考可以缓考吗。"
ANSWER = "因伤病不能按时参加体育中考的，考前凭医院证明向学校提出缓考，六月统一补考。"


def act(
    visit: Callable[..., Page],
    user: str,
    entry: str,
    verb: str,
    fill: Callable[[Page], None],
    behind: str = "",
) -> Page:
    """Do one act on an entry by its form; `behind` it stands the entry, unless another address is named."""
    page = visit(f"{entry}act/inquiry.{verb}/", user=user)
    fill(page)
    page.locator("main form button.gk-btn--main").last.click()
    page.wait_for_url(re.compile(re.escape(behind or entry) + r"(\?.*)?$"))
    expect(page.locator(".messages")).to_contain_text("已")
    return page


def choose(unit: str) -> Callable[[Page], None]:
    def fill(page: Page) -> None:
        options = page.locator("select[name=body] option", has_text=unit)
        page.select_option("select[name=body]", value=options.first.get_attribute("value"))

    return fill


def write(name: str, words: str) -> Callable[[Page], None]:
    return lambda page: page.locator(f"[name={name}]").fill(words)


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


@pytest.mark.slow
def test_asked_by_telephone_transferred_answered_late_published_and_found_by_the_next(
    visit: Callable[..., Page],
) -> None:
    page = visit("/admin/inquiries/hotline/", user="zwgk")
    page.get_by_label("群众所问").fill("体育中考缓考")
    page.get_by_role("link", name="登记并转办").click()
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=received_on]").fill((timezone.localdate() - timedelta(days=20)).isoformat())
    page.get_by_label("同意隐去个人信息后公开").check()
    page.locator("main form button.gk-btn--main").click()
    expect(page.locator("main")).to_contain_text("逾期")
    entry = re.search(r"/admin/ledger/\d+/", page.url)[0]  # type: ignore[index]
    picture(page, "answered-red")
    act(visit, "zwgk", entry, "assign", choose("云岭市财政局"))
    act(visit, "caizheng", entry, "decline", write("reason", "应由市教育局答复"), behind="/admin/")
    act(visit, "zwgk", entry, "assign", choose("云岭市教育局"))
    act(visit, "jiaoyu", entry, "draft", write("answer", ANSWER))
    page = act(visit, "jiaoyu-ld", entry, "answer", lambda _: None)
    expect(page.locator("main")).to_contain_text("逾期办结")
    picture(page, "answered-late")

    page = visit(entry, user="jiaoyu")
    page.get_by_role("link", name="选登公开").click()
    assert "李晓云" not in page.locator("[name=summary]").input_value()
    page.locator("main form button.gk-btn--main").click()
    page.get_by_role("button", name="送审").click()
    expect(page.locator("main")).to_contain_text("审签中")
    sign(visit, TITLE)
    public = visit("/messages/", size=PHONE)
    public.get_by_role("link", name=TITLE).click()
    expect(public.locator("main")).to_contain_text("答复内容")
    assert not re.search("李晓云|13800138000", public.content())
    assert (faults(public), sideways(public)) == ([], 0)
    picture(public, "answered-published")

    page.goto(page.url.split("/admin/")[0] + entry)
    page.get_by_role("link", name="收入问答库").click()
    page.locator("[name=question]").fill("体育中考因伤可以缓考吗")
    page.locator("main form button.gk-btn--main").click()
    page.get_by_role("button", name="提交初审").click()
    known = re.search(r"/admin/answers/\d+/", page.url)[0]  # type: ignore[index]
    for user, button in (("jiaoyu-sh", "初审通过"), ("jiaoyu-qf", "签发")):
        visit(known, user=user).get_by_role("button", name=button, exact=True).click()
    public.goto(public.url.split("/columns/")[0] + "/answers/?q=中考受伤缓考")
    expect(public.get_by_role("link", name="体育中考因伤可以缓考吗")).to_be_visible()
