"""An opinion case walked to its evaluation, and a promise to the public word that it was kept, by those who do it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browser.conftest import OFFICE_RULES, PHONE, picture, sign

pytestmark = pytest.mark.browser
OURS = {"include": [[".gk"]]}
CASE = "家长质疑课后服务收费标准不一"
PROMISE = "课后服务收费标准逐校公示"


def faults(page: Page) -> list[str]:
    found = Axe().run(page, context=OURS, options=OFFICE_RULES).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:140]}" for v in found]


def act(page: Page, label: str, said: str, **fields: str) -> None:
    """Do one act from an entry's page: its button, its fields, its main button."""
    page.click(f".go-acts a:text-is('{label}'), .gk-btn--main:text-is('{label}')")
    for name, value in fields.items():
        field = page.locator(f"[name={name}]").first
        if field.get_attribute("type") == "radio":
            page.check(f"[name={name}][value={value}]")
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    picture(page, f"opinion-act-{said}")
    page.click(f"form button:text-is('{label}')")
    expect(page.locator("body")).to_contain_text(f"已{label}")


@pytest.mark.slow
def test_a_case_from_the_clerk_to_its_evaluation(visit: Callable[..., Page]) -> None:
    page = visit("/admin/", user="jiaoyu")
    expect(page.locator("body")).to_contain_text(CASE)
    page = visit("/admin/opinion/", user="jiaoyu")
    picture(page, "opinion-cases")
    page.click(f"a:has-text('{CASE}')")
    act(page, "组织会商", "consult", held="与价格主管部门核对，三所学校课时不同，按课时计费标准一致。")
    address = page.url.split("/admin")[1]
    page = visit(f"/admin{address}", user="jiaoyu-ld")
    words = "属于误解，由市教育局公布收费标准和计费办法。"
    act(page, "研判", "judge", kind="misread", words=words)
    page = visit(f"/admin{address}", user="fayanren")
    act(
        page,
        "登记已作出的回应",
        "record",
        means="interview",
        channel="云岭日报",
        speaker="市政府新闻发言人",
        text="三所学校每周课时不同，每课时标准一致，各校已在公示栏公布。",
        url="https://news.yunling.example/after-school.html",
    )
    expect(page.locator(".gy-stages [aria-current]")).to_contain_text("评估")
    picture(page, "opinion-responded")
    page = visit(f"/admin{address}", user="jiaoyu-ld")
    lessons = "收费标准应当一开始就写明课时。"
    act(page, "评估并办结", "evaluate", effect="settled", evaluation="质疑平息。", lessons=lessons)
    expect(page.locator("body")).to_contain_text("已评估办结")
    assert not faults(page)
    picture(page, "opinion-evaluated")


@pytest.mark.slow
def test_the_office_sees_what_is_late_and_sifts_leads(visit: Callable[..., Page]) -> None:
    page = visit("/admin/opinion/?tab=late", user="zwgk")
    expect(page.locator(".gk-scroll tbody tr")).to_have_count(2)
    assert not faults(page)
    picture(page, "opinion-late")
    page = visit("/admin/opinion/leads/", user="zwgk")
    picture(page, "opinion-leads")
    page.click("tr:has-text('看房活动') a:has-text('不立案')")
    page.fill("[name=reason]", "商业广告")
    page.click("form button:text-is('不立案')")
    page.click("tr:has-text('公交线路') button:has-text('立案')")
    expect(page.locator("h1")).to_contain_text("公交线路")
    page = visit("/admin/opinion/figures/", user="zwgk")
    assert not faults(page)
    picture(page, "opinion-figures")


@pytest.mark.slow
def test_a_promise_is_kept_when_the_public_can_read_it(visit: Callable[..., Page]) -> None:
    page = visit("/admin/promises/", user="jiaoyu")
    picture(page, "promises")
    page.click(f"a:has-text('{PROMISE}')")
    address = page.url.split("/admin")[1]
    act(page, "送审公开", "submit")
    sign(visit, f"公开承诺：{PROMISE}")
    public = visit("/promises/", size=PHONE)
    expect(public.locator(f"li:has-text('{PROMISE}')")).to_contain_text("兑现中")
    page = visit(f"/admin{address}", user="jiaoyu")
    picture(page, "promise-running")
    today, proof = datetime.now(UTC).date().isoformat(), "https://news.yunling.example/fees.html"
    act(page, "报告已兑现", "kept", text="全部学校已经逐校公示。", on=today, url=proof)
    act(page, "送审公开", "submit-kept")
    sign(visit, f"公开承诺：{PROMISE}")
    public = visit("/promises/", size=PHONE)
    expect(public.locator(f"li:has-text('{PROMISE}')")).to_contain_text("已兑现")
    assert not faults(public)
    picture(public, "public-promises-phone")
    public.click(f"a:has-text('{PROMISE}')")
    expect(public.locator("article")).to_contain_text("全部学校已经逐校公示")
    assert not faults(public)
    picture(public, "public-promise-phone")
    public = visit("/promises/?standing=broken")
    expect(public.locator(".pk-promises li")).to_contain_text("隔离改造资金没有落实")
    picture(public, "public-promises-broken")
