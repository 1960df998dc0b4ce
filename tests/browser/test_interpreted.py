"""A policy document from the library to the public page, with the interpretation that its plan asks for, both signed and linked."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import picture, sign
from browser.test_publishing import upload, word

#: One worker walks all browser tests: they share one server.
pytestmark = pytest.mark.browser
SERIAL = time.monotonic_ns() % 100_000
TITLE = f"云岭市民办学校年度检查办法（第{SERIAL}次征求意见后定稿）"
EXPLAINS = f"《{TITLE}》文字解读"
RULES = (
    "第一条　为了规范民办学校年度检查，根据《中华人民共和国民办教育促进法》，制定本办法。",
    "第二条　经批准设立的民办中小学、幼儿园的年度检查，适用本办法。",
    "第三条　本办法自2027年1月1日起施行，有效期至2031年12月31日。",
)
WORDS = (
    "一、为什么制定这个办法？近几年民办学校多了，各地检查的尺度不一样，家长和学校都盼着统一。",
    "二、哪些学校要检查？市内的民办中小学和幼儿园都要检查，一年一次。",
    "三、查什么？主要看办学条件、收费、老师待遇和安全，结果都上网。",
)


def write(page: Page, number: str, paragraphs: tuple[str, ...]) -> None:
    """Upload a text for an item from Word and save it."""
    page.goto(re.sub(r"/admin/.*", f"/admin/pages/{number}/edit/", page.url))
    page.set_input_files("input[name=word]", upload("正文.docx", word(text="\n".join(paragraphs))))
    page.click("button[name=action-gongkai-submit]")
    page.wait_for_url(f"**/admin/publishing/items/{number}/", timeout=60_000)


def number_in(page: Page) -> str:
    found = re.search(r"/(?:items|pages)/(\d+)/", page.url)
    assert found
    return found.group(1)


def enter(author: Page) -> str:
    """Put the document into the library and draft its item; return the item's number."""
    author.click("a:text-is('入库')")
    for name, value in {
        "title": TITLE,
        "number": f"云教规〔2026〕{SERIAL}号",
        "unified_number": f"YLJY-2026-{SERIAL}",
        "made_on": "2026-11-16",
        "effective_on": "2027-01-01",
        "ends_on": "2031-12-31",
        "consulted_from": "2026-09-01",
        "consulted_to": "2026-10-08",
        "consultation": "收到意见12条，采纳9条",
    }.items():
        author.fill(f"[name={name}]", value)
    author.select_option("[name=level]", "normative")
    author.click("form:has([name=title]) button:text-is('入库')")
    expect(author.locator("body")).to_contain_text("已入库")
    author.locator("label.gp-boxes__one[title*='现行有效'] input").first.check()
    author.click("button:has-text('起草公开')")
    expect(author.locator("body")).to_contain_text("已起草")
    return number_in(author)


@pytest.mark.slow
def test_a_policy_goes_out_with_its_interpretation(visit: Callable[..., Page], city: str) -> None:
    author = visit("/admin/policies/", user="jiaoyu")
    policy = enter(author)
    write(author, policy, RULES)
    author.click("a[href='#panel-interpretation_plan'] >> nth=0")
    author.click("#panel-interpretation_plan a:has-text('填写解读方案')")
    author.fill("[name=outline]", "为什么检查、查什么、结果怎么用")
    author.fill("[name=before_how]", "征求意见时附了说明")
    author.fill("[name=during_on]", "2027-05-20")
    author.click("button:has-text('保存方案')")
    expect(author.locator("body")).to_contain_text("等待主要负责人审定")

    head = visit("/admin/", user="jiaoyu-ld")
    head.click(f".gk-todo li:has-text('解读方案'):has-text('{SERIAL}') a.gk-btn")
    head.click("button:has-text('审定方案')")
    expect(head.locator("body")).to_contain_text("已审定解读方案")

    author.reload()
    author.click("summary:has-text('起草解读')")
    author.click("button:has-text('建立解读稿')")
    author.wait_for_url("**/edit/")
    explains = number_in(author)
    write(author, explains, WORDS)
    author.click("a:has-text('填写八个方面')")
    expect(author.locator("[name=audience_text]")).to_have_value("见“哪些学校要检查？”")
    picture(author, "interpretation-elements")
    for name in ("standard", "keywords", "terms", "difference"):
        author.fill(f"[name={name}_none]", "首次制定，全文用日常用语")
    author.click("button:has-text('保存八个方面')")
    for number in (policy, explains):
        author.goto(f"{city}/admin/publishing/items/{number}/")
        author.click("form:has(textarea[name=note]) button:has-text('送审')")
        expect(author.locator("body")).to_contain_text("已送审")
    for title in (TITLE, EXPLAINS):
        sign(visit, title)

    reader = visit(f"/search/?q={TITLE}")
    reader.click(f"main a:has-text('{EXPLAINS}')")
    reader.click(f"main a:has-text('{TITLE}') >> nth=-1")
    expect(reader.locator("h1")).to_have_text(TITLE)
    expect(reader.locator("body")).to_contain_text("尚未施行，自2027年1月1日起施行")
    picture(reader, "interpretation-policy")
    reader.click(f"main a:has-text('{EXPLAINS}')")
    expect(reader.locator("h1")).to_have_text(EXPLAINS)
