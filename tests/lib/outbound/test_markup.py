"""Foreign pages and feeds that are expensive for their length are limited before parsing."""

import time
from datetime import date

import pytest

from factories.bombs import FEED_BOMBS, PAGE_BOMBS
from gongkai.content.migration.bundles import EmptySource, FileBundle
from gongkai.content.migration.sources.pages import read_page
from gongkai.lib.confined import BOUNDS_BY_NAME
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.lib.outbound.markup import limit_page, parse_tree
from gongkai.lib.richtext import to_plain_text
from gongkai.oversight.inspection.site.page import parse_page
from gongkai.oversight.inspection.site.publication_dates import find_publication_date
from gongkai.work.opinion.feeds import FeedReadError, read_feed


def test_page_is_cut_at_limit_of_tags_and_characters():
    most = BOUNDS_BY_NAME["page tags"].most
    assert limit_page("<p>" * most) == ("<p>" * most, "")
    assert limit_page("<p>" * (most + 1)) == ("<p>" * most, "网页的标记超过20万个，请另存为文件后作为附件迁移。")
    assert limit_page("字" * 6_000_000)[1].startswith("网页超过500万字")
    root = parse_tree("<p>" * (most + 9))
    assert root is not None
    assert len(list(root.iter("p"))) <= most


def test_migrated_page_that_exceeds_limit_is_left_out():
    """Otherwise a page would be migrated incompletely without notice."""
    item = read_page(b"<title>x</title>" + b"<p>" * 200_001, "a.html", FileBundle(EmptySource()))
    assert "20万个" in item.unknown
    assert not item.html


@pytest.mark.parametrize(
    "make", [PAGE_BOMBS["a line of 220,000 days"], PAGE_BOMBS["5 MB of <"], PAGE_BOMBS["divisions without end"]]
)
def test_hostile_page_is_parsed_in_bounded_time(make):
    begun = time.process_time()
    page = parse_page(make()[:3_000_000], "http://a.example/x", 1, UrlCache())
    if page is not None:
        find_publication_date(page, date(2026, 11, 24))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("name", FEED_BOMBS)
def test_hostile_feed_is_read_in_bounded_time(name):
    data, begun = FEED_BOMBS[name](), time.process_time()
    if name == "a description of <":
        assert len(read_feed(data)) == 1
    else:
        with pytest.raises(FeedReadError):
            read_feed(data)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<meta charset="gb18030"><p>' + b"\xfe\x59" + "⽔利局".encode("gb18030"), "龴水利局"),
        ("<p>&#xE81E;\uf9e1\u200b明&#1;<ruby>䶮<rt>yan</rt></ruby>村</p><td>姓　名</td>".encode(), "龴李明䶮村 姓名"),
        ("<p>补助＝<math><mi>人数</mi><msup><mi>r</mi><mn>2</mn></msup></math>元</p>".encode(), "补助＝人数r^2元"),
        (
            "<html><p>關於公開預算的通知</p></html>".encode("big5") + "請遵照".encode("big5"),
            "關於公開預算的通知 請遵照",
        ),
        ("<p>通知</p><td>&#2;</td>".encode("utf-16-le"), "通知"),
    ],
)
def test_foreign_pages_are_decoded_and_normalised(data, words):
    page = parse_page(data, "http://a.example/x", 1, UrlCache())
    assert page is not None
    assert " ".join(page.lines) == words


def test_text_that_looks_like_tags_is_kept():
    assert to_plain_text("<p>a &lt; b</p><p>1 < 2") == "a < b\n1 < 2"
