"""Start tags are parsed as in browsers, in any order, case and quoting of attributes."""

import time

import pytest

from gongkai.lib.richtext import clean_html, to_comparable_text
from gongkai.lib.richtext.pictures import add_picture_addresses, add_picture_sizes, list_picture_digests
from gongkai.lib.richtext.tags import iterate_start_tags, rewrite_tags

MARK, SMALL = "a" * 64, "b" * 64
IMAGE_TAGS = [
    f'<img src="gongkai-file:{MARK}" alt="图">',
    f'<img alt="图" src="gongkai-file:{MARK}">',
    f"<IMG\nalt='图' SRC='gongkai-file:{MARK}' />",
    f"<img alt=图 src=gongkai-file:{MARK}>",
    f'<img alt="图"src="gongkai-file&#58;{MARK}">',
]


@pytest.mark.parametrize("html", IMAGE_TAGS)
def test_stored_picture_gets_address_in_any_spelling(html: str) -> None:
    assert list_picture_digests(html) == [MARK]
    assert add_picture_addresses(html, lambda digest: f"/f/{digest[0]}") == '<img src="/f/a" alt="图">'
    files = [
        {"digest": MARK, "picture": True, "width": 960, "height": 480},
        {"digest": SMALL, "picture": True, "width": 480, "of": MARK},
    ]
    shown = add_picture_sizes(html, files, lambda digest: f"/f/{digest[0]}")
    assert next(iterate_start_tags(shown, {"img"})).attributes == {
        "src": "/f/a",
        "width": "960",
        "height": "480",
        "srcset": "/f/b 480w, /f/a 960w",
        "sizes": "(max-width: 800px) 100vw, 800px",
        "loading": "lazy",
        "alt": "图",
    }


def test_cleaning_keeps_stored_pictures_but_no_link_to_stored_file() -> None:
    html = f'<p><img alt="图" src="gongkai-file:{MARK}"><img alt="外" src="http://a.cn/b.png"></p>'
    assert clean_html(html) == f'<p><img alt="图" src="gongkai-file:{MARK}"></p>'
    assert "gongkai-file" not in clean_html(f'<a title="x" href="gongkai-file:{MARK}">下载</a>')


def test_comparable_text_names_cell_spans_and_links_in_any_order() -> None:
    cell = '<table><tbody><tr><td rowspan="2" colspan="3">合计</td></tr></tbody></table>'
    assert "［占2行］［占3列］合计" in to_comparable_text(cell)
    first = to_comparable_text('<a title="提示" href="http://a.cn/">字</a>')
    assert first == to_comparable_text('<a href="http://a.cn/" title="提示">字</a>') == "字（链接：http://a.cn/，提示）"


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ('<a title="1>2" href="/x">', ["a"]),
        ("<!-- <img> --><!--><img>", ["img"]),
        ('<script>if (a<b) "<img>"</script><img>', ["script", "img"]),
        ("<textarea><img></TEXTAREA ><p>", ["textarea", "p"]),
        ("<p><img", ["p"]),
        ('<p><a href="never closed>', ["p"]),
        ("1 < 2 <3 </p><br/>", ["br"]),
    ],
)
def test_comments_raw_text_and_unclosed_tags_are_skipped(html: str, names: list[str]) -> None:
    assert [tag.name for tag in iterate_start_tags(html)] == names
    assert rewrite_tags(html, {"i"}, lambda tag: "") == html


@pytest.mark.parametrize(
    "part", ["<a ", '<a "', "<a b='", "<a =", "<!--", "<script>", "<title></titl", "<a\t/", "<a b= ="]
)
def test_reading_tags_is_linear(part: str) -> None:
    begun = time.process_time()
    list(iterate_start_tags(part * 200_000))
    assert time.process_time() - begun < 5
