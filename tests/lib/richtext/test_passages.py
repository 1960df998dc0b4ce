"""HTML as one searchable string, and replacements written back into its tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.richtext import clean_html, to_plain_text
from gongkai.lib.richtext.depth import MAX_NESTING_DEPTH, get_depth
from gongkai.lib.richtext.passages import collect_passages, differs_from_printed_text, parse_fragment, transfer_edits

HTML = (
    "<h2>一、总体要求</h2><p>申请人<strong>刘志</strong>强，电话138<em>1234</em>5678。</p><ul><li>第一项</li></ul>"
    "<table><thead><tr><th>姓名</th><th>电话</th></tr></thead><tbody><tr><td>李秀英</td><td>13912345678</td></tr></tbody></table>"
    '<p>见<a href="mailto:wang@qq.com" title="王明">这里</a><img src="x" alt="张三的身份证"></p>'
)


def test_blocks_are_lines_and_cells_are_separated_by_tabs() -> None:
    lines = [line.strip() for line in collect_passages(HTML).text.split("\n") if line.strip()]
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
def test_offset_is_described_by_its_place(words: str, place: str) -> None:
    passages = collect_passages(HTML)
    assert passages.describe_place(passages.text.index(words)) == place


def test_replacement_across_tags_is_in_first() -> None:
    passages = collect_passages(HTML)
    start = passages.text.index("刘志强")
    passages.replace([(start, start + 3, "刘**")])
    assert "<strong>刘**</strong>，电话" in passages.html()


def test_attributes_are_replaced() -> None:
    passages = collect_passages(HTML)
    start = passages.text.index("张三")
    passages.replace([(start, start + 2, "张*")])
    assert 'alt="张*的身份证"' in passages.html()


def test_finding_in_cleaned_html_is_replaced_in_stored_html() -> None:
    kept = HTML.replace("</h2>", "</h2><p></p>") + '<p data-block-key="x1a2b"></p><p> </p>'
    shown, held = collect_passages(clean_html(kept)), collect_passages(kept)
    assert shown.text != held.text
    places = [(shown.text.index(words), words) for words in ("刘志强", "13812345678", "王明", "李秀英")]
    edits = transfer_edits([(at, at + len(words), "***") for at, words in places], shown, held)
    assert edits is not None
    held.replace(edits)
    assert not any(words in collect_passages(held.html()).text for _, words in places)
    assert held.html().count("<p") == kept.count("<p")
    assert transfer_edits([], shown, collect_passages(kept + "<p>又写了一句。</p>")) is None


@given(st.text("甲乙<&>丙 \n", max_size=30), st.text("丁戊", max_size=8))
def test_text_outside_replacement_is_unchanged(before: str, after: str) -> None:
    from html import escape

    html = f"<p>{escape(before)}<b>目标</b>{escape(after)}</p>"
    passages = collect_passages(html)
    start = passages.text.index("目标")
    passages.replace([(start, start + 2, "换")])
    again = collect_passages(passages.html())
    assert again.text == passages.text.replace("目标", "换")


NUMBER = "42010619900101001X"


@pytest.mark.parametrize("deep", [99, 100, 101, 3000])
@pytest.mark.parametrize("tags", ["<ul><li>", "<b>", "<table><tr><td>", "<blockquote>"])
def test_visible_text_is_searched_at_any_depth(tags: str, deep: int) -> None:
    html = clean_html(tags * deep + NUMBER)
    passages = collect_passages(html)
    assert NUMBER in html
    assert NUMBER in passages.text
    assert get_depth(parse_fragment(html)) <= MAX_NESTING_DEPTH + 2
    assert not differs_from_printed_text(html, passages)
    assert clean_html(html) == html


def test_shallow_html_is_unchanged() -> None:
    html = "<ul><li>甲<ul><li><strong>乙</strong><br></li></ul></li></ul>"
    assert clean_html(html) == html


def test_flattened_blocks_stay_separated() -> None:
    assert "甲 乙" in to_plain_text(clean_html("<blockquote>" * MAX_NESTING_DEPTH + "甲<blockquote>乙</blockquote>"))


def test_words_dropped_by_parser_are_detected() -> None:
    html = "<ul><li>" * 3000 + NUMBER + "</li></ul>" * 3000
    assert NUMBER not in collect_passages(html).text, "libxml2 reads deeper now: the limit may rise"
    assert differs_from_printed_text(html, collect_passages(html))


PIECES = "<ul> <li> </li> </ul> <p> </p> <table> <tr> <td> </table> <b> </b> <svg> <math> <select> <!-- --> <title> 甲 &lt; &nbsp; &#0; &#1; < & ]]>"


@given(st.lists(st.sampled_from([*PIECES.split(), "\x00", "\x01", "\ufffe", "\x85", " ", "\u200b"]), max_size=14))
def test_cleaned_html_is_searched_completely(parts: list[str]) -> None:
    html = clean_html("".join(parts))
    assert not differs_from_printed_text(html, collect_passages(html))


@pytest.mark.parametrize(
    "address",
    [
        f"https://a.cn/?id={NUMBER}",
        f"https://a.cn/people/{NUMBER}.html",
        f"https://a.cn/#{NUMBER}",
        f"/list/?q={NUMBER}",
        f"http://{NUMBER}@a.cn/",
        "https://a.cn/?id=4201061990%30101001X",
        "https://a.cn/?id=4201061990%2530101001X",
    ],
)
def test_link_address_is_searched_as_decoded_by_browser(address: str) -> None:
    passages = collect_passages(clean_html(f'<p>见<a href="{address}">这里</a></p>'))
    assert passages.describe_place(passages.text.index(NUMBER)) == "链接地址"


def test_masked_link_address_is_written_back() -> None:
    passages = collect_passages('<p><a href="https://a.cn/查询?who=%E5%88%98&amp;id=42010619900101001X">这里</a></p>')
    start = passages.text.index(NUMBER)
    passages.replace([(start, start + len(NUMBER), "4201**")])
    assert 'href="https://a.cn/%E6%9F%A5%E8%AF%A2?who=%E5%88%98&amp;id=4201**"' in passages.html()


def test_link_address_without_words_is_not_searched() -> None:
    assert "a.cn" not in collect_passages('<p><a href="https://a.cn/">这里</a></p>').text


def test_link_with_white_space_keeps_its_host() -> None:
    passages = collect_passages('<p><a href=" http://x.cn/张三\n.html">甲</a></p>')
    start = passages.text.index("张三")
    passages.replace([(start, start + 2, "某某")])
    assert passages.root.find(".//a").get("href") == "http://x.cn/%E6%9F%90%E6%9F%90.html"
