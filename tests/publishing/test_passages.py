"""A text as one string, and back again into its tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.publishing.text.passages import walk

HTML = (
    "<h2>一、总体要求</h2><p>申请人<strong>刘志</strong>强，电话138<em>1234</em>5678。</p><ul><li>第一项</li></ul>"
    "<table><thead><tr><th>姓名</th><th>电话</th></tr></thead><tbody><tr><td>李秀英</td><td>13912345678</td></tr></tbody></table>"
    '<p>见<a href="mailto:wang@qq.com" title="王明">这里</a><img src="x" alt="张三的身份证"></p>'
)


def test_blocks_stand_on_lines_and_cells_are_parted_by_tabs() -> None:
    lines = [line.strip() for line in walk(HTML).text.split("\n") if line.strip()]
    assert lines[:4] == ["一、总体要求", "申请人刘志强，电话13812345678。", "第一项", "姓名\t电话"]
    assert lines[4] == "李秀英\t13912345678"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("一、总体", "正文第1段"),
        ("刘志强", "正文第2段"),
        ("第一项", "正文第3段"),
        ("李秀英", "正文表1第2行第1列"),
        ("13912345678", "正文表1第2行第2列"),
        ("这里", "正文第4段"),
        ("张三的身份证", "图片说明1"),
        ("王明", "链接提示"),
        ("mailto:wang", "链接地址"),
    ],
)
def test_an_offset_has_a_place(words: str, place: str) -> None:
    passages = walk(HTML)
    assert passages.place(passages.text.index(words)) == place


def test_a_replacement_over_several_tags_stands_in_the_first() -> None:
    passages = walk(HTML)
    start = passages.text.index("刘志强")
    passages.replace([(start, start + 3, "刘**")])
    assert "<strong>刘**</strong>，电话" in passages.html()


def test_attributes_are_replaced_too() -> None:
    passages = walk(HTML)
    start = passages.text.index("张三")
    passages.replace([(start, start + 2, "张*")])
    assert 'alt="张*的身份证"' in passages.html()


@given(st.text("甲乙<&>丙 \n", max_size=30), st.text("丁戊", max_size=8))
def test_what_is_not_replaced_stays(before: str, after: str) -> None:
    from html import escape

    html = f"<p>{escape(before)}<b>目标</b>{escape(after)}</p>"
    passages = walk(html)
    start = passages.text.index("目标")
    passages.replace([(start, start + 2, "换")])
    again = walk(passages.html())
    assert again.text == passages.text.replace("目标", "换")
