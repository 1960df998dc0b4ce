"""Hostile HTML is cleaned in time that is not quadratic, and no word is lost without notice."""

import re
import time
from contextlib import suppress

import nh3
import pytest

from gongkai.lib.richtext import clean_html, tidy_html, to_plain_text
from gongkai.lib.richtext.clean import MAX_TAGS_WITHOUT_CHECK
from gongkai.lib.richtext.depth import (
    MAX_HTML_CHARACTERS,
    MAX_NESTING_DEPTH,
    MAX_TAG_ATTRIBUTES,
    UnfitText,
    remove_comments,
)

#: HTML whose processing time was quadratic: seconds at 20,000 characters.
N = 30_000
#: Processor seconds: ten times the usual duration.
MAX_SECONDS = 2.5
SHAPES = {
    "div": "<div>" * N + "字" + "</div>" * N,
    "never closed": "<blockquote>" * N + "字",
    "lists": "<ul><li>" * N + "字",
    "tables": "<table><tr><td>" * (N // 3) + "字",
    "bold": "<b><div>" * (N // 2) + "字",
    "links": "<a href='x'><div>" * (N // 2) + "字",
    "comments that never end": "字" + "<!--" * N,
    "conditions that never end": "字" + "<![if" * N,
    "instructions that never end": "字" + "<?xml" * N,
    "tags that never end": "字" + "<a" * N,
    "attributes": f"<p {' '.join(f'a{n}=1' for n in range(N))}>字</p>",
    "attributes without spaces": f"<p {''.join(f'a{n}=&quot;&quot;/' for n in range(N))}>字</p>",
    "lines of a preformatted part": "<pre>" + "字\n" * (N // 2) + "</pre>",
    "a rule for a long name": "<style>" + "content" * N + "{}</style>字",
    "many lines of one paragraph": "<p>一二三四五六七八九十一二三四五六七八九十，</p>" * (N // 8),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_cleaning_time_is_bounded(shape: str) -> None:
    begun = time.process_time()
    clean_html(SHAPES[shape])
    with suppress(UnfitText):  # too deep: said in one line
        tidy_html(SHAPES[shape])
    assert time.process_time() - begun < MAX_SECONDS


def get_nesting_depth(html: str) -> int:
    depth = most = 0
    for closing, name in re.findall(r"<(/?)([a-z0-9]+)", html):
        if name not in ("br", "hr", "img"):
            depth += -1 if closing else 1
            most = max(most, depth)
    return most


@pytest.mark.parametrize("shape", ["div", "never closed", "lists", "tables", "bold"])
def test_cleaner_library_gets_no_deep_html(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time is quadratic in the depth."""
    given: list[str] = []
    real = nh3.clean

    def seen(html: str, **settings: object) -> str:
        given.append(html)
        return real(html, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(nh3, "clean", seen)
    clean_html(SHAPES[shape])
    assert [
        get_nesting_depth(html) <= MAX_NESTING_DEPTH or html.count("<") <= MAX_TAGS_WITHOUT_CHECK for html in given
    ] == [True]


@pytest.mark.parametrize("depth", [10, MAX_NESTING_DEPTH, 1_000, 1_990, 2_100, 9_000, N])
def test_all_words_are_kept(depth: int) -> None:
    """This includes words after elements that are nested too deeply, which the parser would drop."""
    html = "<div>" * depth + "<p>里面</p>" + "</div>" * depth + "<p>后面</p>" + "<i></i>" * MAX_TAGS_WITHOUT_CHECK
    assert to_plain_text(clean_html(html)).split() == ["里面", "后面"]


def test_many_tags_are_cleaned_like_few() -> None:
    link = '<a href="https://x.cn/?a=1&amp;b=2" title="说明">链接</a>'
    few = f'<h1>标题</h1><p>甲&lt;乙 &amp; {link}<br>第二行</p><table><tr><td colspan="2">格</td></tr></table>'
    many = few + "<p>句</p>" * MAX_TAGS_WITHOUT_CHECK
    assert clean_html(many) == clean_html(few) + "<p>句</p>" * MAX_TAGS_WITHOUT_CHECK


def test_scripts_are_removed_also_among_many_tags() -> None:
    html = "<script>alert(1)</script><p onclick='x()'>甲</p>" + "<div>" * 9_000 + "<style>乙</style>丙"
    made = clean_html(html)
    assert "alert" not in made
    assert "onclick" not in made
    assert "乙" not in made
    assert "丙" in made


def test_tag_with_too_many_attributes_loses_them() -> None:
    crowd = " ".join(f"a{n}" for n in range(MAX_TAG_ATTRIBUTES + 1))
    assert clean_html(f'<a href="https://x.cn/" {crowd}>甲</a>') == '<a rel="noopener noreferrer">甲</a>'


def test_long_pasted_picture_is_kept() -> None:
    kept: list[str] = []

    def keep(source: str) -> str:
        kept.append(source)
        return "gongkai-file:" + "a" * 64

    source = "data:image/png;base64," + "iVBOR/w0K+" * 5_000
    assert "<img" in tidy_html(f'<p>甲</p><img src="{source}">', keep=keep).html
    assert kept == [source]


def test_too_long_html_is_refused_with_one_line() -> None:
    with pytest.raises(UnfitText, match="内容过长"):
        tidy_html("字" * (MAX_HTML_CHARACTERS + 1))


def test_comments_are_removed() -> None:
    assert remove_comments("甲<!-- 乙 -->丙<!--丁--><!-- 戊") == "甲丙<!-- 戊"
