"""From a draft with an ID number in its attachment to the masked and signed text."""

import io
import time
from collections.abc import Callable

import docx
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import SIGNER_LOGINS, save_screenshot, sign_text

#: One worker process runs all browser tests: they share one server.
pytestmark = pytest.mark.browser
TITLE = f"云岭市教育局关于公布课后服务教师名单的通知（{time.monotonic_ns()}）"
ID_NUMBER = "360102198803080013"


def make_word_file(*rows: tuple[str, ...], text: str = "") -> bytes:
    """Return a Word file with a paragraph or a table."""
    made = docx.Document()
    if text:
        made.add_paragraph(text)
    if rows:
        table = made.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def upload(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def cells(data: bytes) -> str:
    return " ".join(c.text for row in docx.Document(io.BytesIO(data)).tables[0].rows for c in row.cells)


def fill_in_draft(author: Page, title: str) -> None:
    """Fill in and submit a draft with a text and a list that contains an ID number; the checks hold it back."""
    author.click("text=起草信息 >> nth=-1")
    author.fill("#id_title", title)
    author.select_option("#id_kind", "notice")
    author.fill("#id_formed_on", time.strftime("%Y-%m-%d"))
    author.select_option("#id_attribute", "proactive")
    author.select_option("#id_attribute_basis", "20.11")
    author.locator("input[name=columns]").first.focus()  # by keyboard: the page still moves while the editor loads
    author.keyboard.press("Space")
    expect(author.locator("input[name=columns]").first).to_be_checked()
    author.set_input_files(
        "input[name=word]", upload("正文.docx", make_word_file(text="现将课后服务教师名单予以公布。"))
    )
    rows = (("姓名", "身份证号", "联系电话"), ("林建国", ID_NUMBER, "13907991234"))
    author.set_input_files("input[name=uploads]", upload("名单.docx", make_word_file(*rows)))
    author.click("button[name=action-gongkai-submit]")
    author.wait_for_url("**/admin/publishing/items/*/", timeout=60_000)
    expect(author.locator("body")).to_contain_text("个人信息没有处理")
    save_screenshot(author, "publishing-held")


def submit_for_review(author: Page) -> None:
    author.click("form:has(textarea[name=note]) button:has-text('送审')")
    expect(author.locator("body")).to_contain_text("已送审")


def test_draft_with_id_number_is_masked_and_signed(visit: Callable[..., Page]) -> None:
    title = f"{TITLE}第1号"
    author = visit("/admin/publishing/", user="jiaoyu")
    fill_in_draft(author, title)
    author.click("text=制作遮盖件")
    expect(author.locator("body")).to_contain_text("360102********0013", timeout=30_000)
    save_screenshot(author, "publishing-masked")
    author.click("text=采用遮盖件")
    expect(author.locator("body")).to_contain_text("是遮盖件")
    submit_for_review(author)
    sign_text(visit, title, SIGNER_LOGINS[:1])
