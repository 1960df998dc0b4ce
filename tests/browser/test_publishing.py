"""From a draft with an ID number in its attachment to the masked and signed, by `make test-all` to the published, withdrawn and restored document."""

import io
import time
from collections.abc import Callable

import docx
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import STAGES, picture, sign

#: One worker walks all browser tests: they share one server.
pytestmark = pytest.mark.browser
TITLE = f"云岭市教育局关于公布课后服务教师名单的通知（{time.monotonic_ns()}）"
NUMBER = "360102198803080013"


def word(*rows: tuple[str, ...], text: str = "") -> bytes:
    """A Word file: a paragraph, or a table."""
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


def drafted(author: Page, title: str) -> None:
    """Fill in a draft with a text and a list in which an ID number stands, and keep it; it is held back."""
    author.click("text=起草信息 >> nth=-1")
    author.fill("#id_title", title)
    author.select_option("#id_kind", "notice")
    author.fill("#id_formed_on", time.strftime("%Y-%m-%d"))
    author.select_option("#id_attribute", "proactive")
    author.select_option("#id_attribute_basis", "20.11")
    author.locator("input[name=columns]").first.focus()  # by key: the page still moves while the editor sets itself up
    author.keyboard.press("Space")
    expect(author.locator("input[name=columns]").first).to_be_checked()
    author.set_input_files("input[name=word]", upload("正文.docx", word(text="现将课后服务教师名单予以公布。")))
    rows = (("姓名", "身份证号", "联系电话"), ("林建国", NUMBER, "13907991234"))
    author.set_input_files("input[name=uploads]", upload("名单.docx", word(*rows)))
    author.click("button[name=action-gongkai-submit]")
    author.wait_for_url("**/admin/publishing/items/*/", timeout=60_000)
    expect(author.locator("body")).to_contain_text("个人信息没有处理")
    picture(author, "publishing-held")


def send(author: Page) -> None:
    author.click("form:has(textarea[name=note]) button:has-text('送审')")
    expect(author.locator("body")).to_contain_text("已送审")


def test_from_a_draft_with_an_id_number_to_its_first_signature(visit: Callable[..., Page]) -> None:
    title = f"{TITLE}第1号"
    author = visit("/admin/publishing/", user="jiaoyu")
    drafted(author, title)
    author.click("text=制作遮盖件")
    expect(author.locator("body")).to_contain_text("360102********0013", timeout=30_000)
    picture(author, "publishing-masked")
    author.click("text=采用遮盖件")
    expect(author.locator("body")).to_contain_text("是遮盖件")
    send(author)
    sign(visit, title, STAGES[:1])
