"""A notice whose table was torn apart, mended on the review screen by keyboard alone, at a person's pace in under ten minutes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import picture

pytestmark = pytest.mark.browser
NOTICE = Path(__file__).resolve().parents[3] / "shared" / "notices" / "2021-municipal.txt"
#: A person's pace: seconds for a key, to turn to a doubt, to choose a unit, to judge a guess; characters compared in a second.
KEY, TURN, CHOOSE, JUDGE, READ = 0.35, 1.0, 3.0, 5.0, 8.0
#: Looking the screen over before the first key.
OPENING = 20.0
#: Whom the sample city's office means by names that its directory does not know; w: written out.
MEANT = {
    "市、区县政府门户网站主办单位": "w市政府办公室",
    "市、区县政府门户网站承办单位": "w市融媒体中心",
    "市经济信息委": "w市工业和信息化局",
    "市政府电子政务中心": "w市融媒体中心",
}
OUTSIDE = {"市网信办", "市金融监管局", "市政府新闻办", "重庆行政学院", "重庆市人民政府办公厅"}
ALL_DONE = "已全部核对"
#: The doubt that has the focus.
FOCUS = """() => {
  const e = document.activeElement, row = e && e.closest('.nt-row');
  if (!row || !e.hasAttribute('data-unsure')) return null;
  const box = e.getBoundingClientRect(), pop = e.closest('details.nt-pop');
  return {unit: Boolean(pop), words: e.textContent.replace(/\\s+/g, ' ').trim(), row: row.id,
    text: (row.querySelector('.nt-text') || row.querySelector('.nt-duty p') || row).textContent.trim().length,
    doubts: [...row.querySelectorAll('.nt-flag')].map(one => one.textContent),
    keys: pop ? [...pop.querySelectorAll('[data-key]')].map(one => one.dataset.key) : [],
    seen: box.top >= 0 && box.bottom <= innerHeight};
}"""


@dataclass
class Person:
    """Somebody at the keyboard; adds up the seconds a person would take."""

    page: Page
    seconds: float = OPENING
    decisions: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.seconds += KEY

    def decide(self, key: str) -> None:
        """Press a key that corrects something, and wait until the screen has followed."""
        with self.page.expect_response(re.compile("/correct/")) as answer:
            self.press(key)
        assert answer.value.status == 200, answer.value.text()
        self.follow()
        self.decisions += 1

    def follow(self) -> None:
        """Wait until the next doubt has the focus or none is left, on a busy machine, too."""
        for _ in range(200):
            self.page.wait_for_timeout(150)
            if self.page.evaluate(FOCUS) or ALL_DONE in self.page.locator("#strip").inner_text():
                return

    def name(self, words: str, offered: list[str]) -> None:
        """Say who is meant by a printed unit."""
        name = words.removeprefix("▲ ").split(" ")[0]
        self.seconds += CHOOSE
        if written := MEANT.get(name, "").removeprefix("w"):
            self.press("w")
            self.page.keyboard.insert_text(written)
            self.seconds += 1 + len(written) / 2
            self.decide("Enter")
        elif name in OUTSIDE:
            self.decide("x")
        else:
            self.decide("1" if "1" in offered else "a")

    def judge(self, doubts: list[str], text: int) -> None:
        """Look at the doubts of a row and find it right."""
        for doubt in doubts:
            compares = "文字" in doubt or "正文没有" in doubt
            self.seconds += text / READ if compares else JUDGE
        self.decide("y")


@pytest.mark.slow
@pytest.mark.skipif(not NOTICE.exists(), reason="the notice is not here")
def test_a_torn_notice_is_mended_by_keyboard_in_under_ten_minutes(visit: Callable[..., Page]) -> None:
    page = visit("/admin/notices/import/", user="zwgk")
    page.set_input_files("input[type=file]", str(NOTICE))
    page.locator("form button.gk-btn--main").first.click()
    page.wait_for_url(re.compile(r"/review/"))
    address = page.url
    person = Person(page)
    person.press("n")
    for _ in range(120):
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        assert focus["seen"], f"{focus['row']}: the doubt is out of sight"
        person.seconds += TURN
        if focus["unit"]:
            person.name(focus["words"], focus["keys"])
        else:
            person.judge(focus["doubts"], focus["text"])
    expect(page.locator("#strip")).to_contain_text(ALL_DONE)
    assert page.evaluate("document.activeElement.textContent") == "去确认"
    picture(page, "review-done")
    assert person.seconds < 600, f"{person.decisions} decisions take {person.seconds:.0f} s"
    # The sample city is as it was.
    page.goto(address.replace("/review/", "/undo/"))
    page.locator(".gk form button").last.click()
    page.wait_for_url(re.compile(r"/admin/notices/$"))
