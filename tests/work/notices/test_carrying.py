"""Carrying a correction of a text into the parts that were cut from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.work.notices.importing.text_patches import transfer_parts

ROW = "1．6月底前公开专项规划。\n2．每季度公开财政收支情况（公开路径：政府网站>财政>预算）。"
PARTS = ["6月底前公开专项规划。", "每季度公开财政收支情况（公开路径：政府网站>财政>预算）。"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("专项规划", "专项规划和区域规划"), ["6月底前公开专项规划和区域规划。", PARTS[1]]),
        (("6月底前", "9月底前"), ["9月底前公开专项规划。", PARTS[1]]),
        (("1．", "1.及时"), ["及时6月底前公开专项规划。", PARTS[1]]),
        (("\n2．", "\n（二）"), PARTS),
        (("收支", "收入支出"), [PARTS[0], PARTS[1].replace("收支", "收入支出")]),
        ((">预算）。", ">预算）。\n3．补充说明。"), [PARTS[0], f"{PARTS[1]}\n3．补充说明。"]),
        (("1．6月底前公开专项规划。\n2．", ""), [None, PARTS[1]]),
    ],
)
def test_a_part_follows_its_text(change: tuple[str, str], expected: list[str | None]) -> None:
    assert transfer_parts(ROW, ROW.replace(*change), PARTS) == expected


def test_another_text_carries_nothing() -> None:
    assert transfer_parts("公开专项规划。", "开展政策解读和新闻发布", ["公开专项规划。"]) == [None]


def test_what_was_never_there_is_not_found() -> None:
    assert transfer_parts(ROW, ROW.replace("6月", "9月"), ["公开目录。"]) == [None]


@given(st.text("甲乙丙，。", min_size=4, max_size=40), st.data())
def test_what_the_correction_does_not_touch_stays(text: str, data: st.DataObject) -> None:
    """A word put in behind a part leaves the part's beginning, one before it leaves its end."""
    at = data.draw(st.integers(1, len(text) - 1))
    head, tail = text[:at], text[at:]
    assert transfer_parts(text, f"{text}丁丁", [head, tail])[0] == head
    assert transfer_parts(text, f"丁丁{text}", [head, tail])[1] == tail


@given(st.text("甲乙丙，。", max_size=30), st.text("甲乙丙，。", max_size=30))
def test_any_two_texts_give_an_answer_for_each_part(before: str, after: str) -> None:
    found = transfer_parts(before, after, [before, "丁"])
    assert len(found) == 2
    assert found[1] is None
