"""Process a new notice of eight rows in a real browser, from its file to the progress page."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import save_screenshot
from browser.test_office import find_accessibility_faults

pytestmark = pytest.mark.browser
#: Limit of keys pressed until all doubts are settled.
MAX_KEYS = 60


def make_notice(today: date) -> str:
    """Return a notice with paths without brackets, a misspelt unit (市教肓局), a vague group (有关部门), a section printed once for three rows."""
    year, later = today.year, today + timedelta(days=40)
    rows = [
        (
            "一、深化重点领域信息公开",
            f"{later:%Y年%-m月%-d日}前公开义务教育招生政策。公开路径：政府网站>政务公开>招生政策",
            "市财政局",
            "市教育局",
        ),
        ("", "每季度公开财政收支情况，并通过其他渠道发布。", "市财政局", "市财政局"),
        ("", "印发后1个月内公开年度重点项目清单。", "市发展改革委", "市发展改革委"),
        (
            "二、加强政策解读",
            "政策文件公布后及时发布解读材料，动态更新。",
            "市政府办公室",
            "市教肓局、市财政局",
        ),
        ("", f"{year}年12月底前公开解读目录。", "市政府办公室", "有关部门"),
        ("三、完善公开平台", "每月10日前公开空气质量情况。", "市生态环境局", "市生态环境局"),
        ("", f"{later:%Y年%-m月%-d日}前更新公开指南。", "市政府办公室", "市教育局"),
        ("", "自印发之日起20个工作日内公布监督电话。", "市财政局", "市财政局"),
    ]
    table = "\n".join("\n".join(f"\t{cell}" for cell in row) + "\n" for row in rows)
    return (
        f"云岭市人民政府办公室\n关于印发云岭市{year}年政务公开补充任务分工的通知\n云府办发〔{year}〕93号\n\n"
        "市政府各部门：\n现将补充任务分工印发给你们，请认真落实。\n"
        f"云岭市人民政府办公室\n{today:%Y年%-m月%-d日}\n\n\t工作任务\n\t贯彻举措\n\t牵头单位\n\t责任单位\n\n{table}"
    )


#: The page moves to the next doubt after its swap has settled; an earlier key would reach another row.
#: The next row may have the same number of doubts, so the text is compared, too.
NEXT_DOUBT_JS = """([left, words]) => {
    const doubts = document.querySelectorAll("#rows [data-unsure]").length, here = document.activeElement;
    return !doubts || (here.closest("#rows") && (doubts !== left || here.textContent !== words));
}"""


#: The row with the next doubt has been opened.
IN_OPENED_ROW_JS = "() => document.activeElement.matches('.nt-row:not(.nt-line) [data-unsure]')"


def settle_doubts(page: Page) -> None:
    """Settle every doubt by keyboard: the first proposal for a misspelt unit, all units for a vague group, confirm the rest."""
    for _ in range(MAX_KEYS):
        if not page.locator("#rows [data-unsure]").count():
            return
        page.keyboard.press("n")
        page.wait_for_function(IN_OPENED_ROW_JS)
        left = page.locator("#rows [data-unsure]").count()
        words = page.evaluate("document.activeElement.textContent")
        unit = page.evaluate("Boolean(document.activeElement.closest('details.nt-pop'))")
        key = ("1" if "教肓" in words else "a") if unit else "y"
        with page.expect_response(re.compile("/correct/")) as answer:
            page.keyboard.press(key)
        assert answer.value.status == 200, answer.value.text()
        page.wait_for_function(NEXT_DOUBT_JS, arg=[left, words])
    raise AssertionError("doubts are left")


def test_new_notice_from_file_to_progress_page(visit: Callable[..., Page], city: str, tmp_path: Path) -> None:
    today = date.today()  # noqa: DTZ011
    file = tmp_path / "补充任务.txt"
    file.write_text(make_notice(today), encoding="utf-8")

    office = visit("/admin/notices/import/", user="zwgk")
    office.set_input_files("input[type=file]", str(file))
    office.locator("form button.gk-btn--main").first.click()
    office.wait_for_url(re.compile(r"/admin/notices/\d+/"))
    number = re.search(r"/notices/(\d+)/", office.url)[1]  # type: ignore[index]
    home = f"{city}/admin/notices/{number}"
    expect(office.locator(".nt-row")).to_have_count(8)
    assert find_accessibility_faults(office) == []
    settle_doubts(office)

    office.goto(f"{home}/confirm/")
    lines = office.locator("#lines tbody tr")
    days = [text[:10] for text in lines.locator("td.gk-nowrap").all_inner_texts()]
    assert days == sorted(days)
    assert len(days) >= 8
    expect(office.locator("#lines")).to_contain_text("年底")
    save_screenshot(office, "walk-dry-run")
    known = office.locator("input[name=leaderless]")
    if known.count():
        known.check()
    office.locator("form button.gk-btn--main").first.click()
    expect(office.locator("body")).to_contain_text("任务已交办")

    office.goto(f"{home}/review/?order=source")
    row = office.locator(".nt-row", has_text="义务教育招生政策")
    measure = re.search(r"\d+", row.get_attribute("id") or "")[0]  # type: ignore[index]
    clerk = visit(f"/admin/notices/{number}/measures/{measure}/", user="jiaoyu")
    close_task(clerk, visit, "义务教育招生政策")

    corrected = today + timedelta(days=30)
    office.locator(".nt-line", has_text="更新公开指南").locator("a").first.click()
    office.locator(".nt-row:not(.nt-line)", has_text="更新公开指南").locator("a", has_text="更正").click()
    words = office.locator("textarea[name=text]")
    words.fill(re.sub(r"\d+年\d+月\d+日", f"{corrected:%Y年%-m月%-d日}", words.input_value()))
    office.fill("textarea[name=reason]", "印发时写错")
    office.click("button[value=look]")
    expect(office.locator("#effects")).to_contain_text(corrected.isoformat())
    save_screenshot(office, "walk-amend")
    office.click("button[value=save]")
    expect(office.locator("#amended")).to_contain_text("印发时写错")

    office.goto(f"{home}/undo/")
    expect(office.locator("body")).to_contain_text("整份通知作废")

    public = visit(f"/progress/{today.year}/")
    shown = public.locator(".pk-notice", has_text="补充任务分工")
    figures = [int(one) for one in shown.locator(".pk-counts dd").all_inner_texts()]
    assert figures[0] == sum(figures[1:])
    body = shown.inner_text()
    assert "公开路径：" not in body
    assert "市教肓局" not in body
    save_screenshot(public, "walk-progress")


def close_task(clerk: Page, visit: Callable[..., Page], title: str) -> None:
    """Submit a task as a clerk, return it once as the lead unit, and accept it after its evidence was checked."""
    clerk.locator("table a").first.click()
    task = clerk.url
    submit_task(clerk)
    lead = visit("/admin/notices/queue/", user="caizheng")
    queue = lead.url
    card = lead.locator(".nt-waiting", has_text=title)
    card.locator("input[name=entry]").check()
    lead.fill("textarea[name=words]", "缺咨询电话")
    lead.click("button[value=return]")
    clerk.goto(task)
    expect(clerk.locator("body")).to_contain_text("缺咨询电话")
    submit_task(clerk)
    lead.goto(queue)
    card = lead.locator(".nt-waiting", has_text=title)
    card.locator("input[name=entry]").check()
    lead.click("button[value=accept]")
    expect(lead.locator("body")).to_contain_text("佐证还没有核验")
    card = lead.locator(".nt-waiting", has_text=title)
    card.locator("input[name=entry]").check()
    for proof in card.locator("input[name=holds]").all():
        proof.check()
    lead.click("button[value=accept]")
    expect(lead.locator("body")).to_contain_text("已通过1项")


def submit_task(page: Page) -> None:
    """Submit a task with a URL and a complete checklist."""
    for box in page.locator("#task input[name=done]").all():
        box.check()
    page.fill("#task textarea[name=urls]", "https://www.yunling.gov.example/zs/1.html")
    page.fill("#task textarea[name=statement]", "已公开。")
    page.locator("#task button.gk-btn--main", has_text="提交").click()
    expect(page.locator("body")).to_contain_text("待审核")
