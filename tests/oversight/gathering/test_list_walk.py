"""Lists of several pages: how a page names the next one, how far back they are read, where the next pull goes on."""

from types import SimpleNamespace

import pytest

from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.oversight.gathering import list_walk
from gongkai.oversight.gathering.list_walk import LIST_FINISHED, ListPage, ListWalk, ResumePoint
from gongkai.oversight.gathering.reader import SourceReadError
from gongkai.oversight.gathering.texts import SourceEntry
from gongkai.oversight.inspection.site.list_pages import find_next_page, read_page_count
from gongkai.oversight.inspection.site.page import parse_page

HERE = "http://a.example/zwgk/tz/index.html"


@pytest.mark.parametrize(
    ("pager", "number", "onward"),
    [
        ('<script>createPageHTML(12, 0, "index", "html");</script>', 1, "/zwgk/tz/index_1.html"),
        ('<script>createPageHTML(12, 11, "index", "html");</script>', 12, ""),
        ('<a href="index_2.html">下一页</a>', 1, "/zwgk/tz/index_2.html"),
        ('<a href="?page=2"><img alt="下页"></a>', 1, "/zwgk/tz/index.html?page=2"),
        ('<a href="/more.jsp?p=2" rel="next">往后</a>', 1, "/more.jsp?p=2"),
        ('<a href="index.html">1</a><a href="list_2.html">2</a><a href="list_3.html">3</a>', 2, "/zwgk/tz/list_3.html"),
        ('<a href="list_2.html">»</a>', 1, "/zwgk/tz/list_2.html"),
        ('<a href="/album/2.html">»</a><a href="/y/2">2</a>', 1, ""),
        ('<a href="http://b.example/index_2.html">下一页</a>', 1, ""),
        ('<a href="javascript:go(2)">下一页</a>共32页', 1, ""),
        ('<a href="index.html">下一页</a>', 1, ""),
    ],
)  # fmt: skip
def test_how_a_page_of_a_list_names_the_next_one(pager: str, number: int, onward: str) -> None:
    html = f"<html><body><ul><li><a href='1.html'>关于印发节水办法的通知</a></li></ul>{pager}</body></html>"
    page = parse_page(html.encode(), HERE, 0, UrlCache())
    assert page is not None
    assert find_next_page(page, number) == (f"http://a.example{onward}" if onward else "")
    assert read_page_count(page) == (32 if "32" in pager else 0)


class Site:
    """A list of ten entries a page, the newest first; how many entries stand on the first page, where it holds more."""

    def __init__(self, count: int, each: int = 10) -> None:
        self.rows, self.each, self.bad = [*range(count)], each, dict[str, str]()

    def read(self, address: str, number: int) -> ListPage:
        """Return a page by its address."""
        if address in self.bad:
            raise SourceReadError(self.bad[address])
        at = (int(address) - 1) * self.each
        rows = [SourceEntry(f"/{one}", "标题") for one in self.rows[at : at + self.each]]
        return ListPage(rows, str(int(address) + 1) if at + self.each < len(self.rows) else "")


def walked(site: Site, had: set[str], back: ResumePoint = LIST_FINISHED, spent: float = 0.0) -> ListWalk:
    walk = ListWalk(site.read, SimpleNamespace(spent=spent), frozenset(had), back)
    had |= {entry.address for entry in walk.go("1")}
    return walk


def test_a_list_is_read_back_to_what_is_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_walk, "MOST_PAGES", 4)
    site, had = Site(95), set[str]()
    walk = walked(site, had)
    assert (len(had), walk.back, walk.more) == (40, ResumePoint("5", 5), True)
    assert walk.notes == ["列表读到第4页，更早的稍后自动接着收取"]
    site.rows = [*range(200, 212), *site.rows]  # more than a page came in meanwhile: nothing is passed over
    while walk.back.at:
        walk = walked(site, had, walk.back)
    assert had == {f"/{one}" for one in site.rows}
    assert not walk.more
    assert len(walked(site, had).entries) == 10, "nothing new: only the first page is asked for"
    site.rows = [300, *site.rows]
    assert len(walked(site, had).entries) == 20


def test_a_page_with_more_than_one_pull_takes_is_taken_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_walk, "MOST_NEW", 20)
    site, had = Site(50, each=50), set[str]()
    walk = walked(site, had)
    assert (len(had), walk.more, walk.notes) == (20, True, ["这一页有50条，其余30条稍后自动接着收取"])
    walk = walked(site, had, walk.back)
    walk = walked(site, had, walk.back)
    assert (len(had), walk.more, walk.back) == (50, False, ResumePoint())
    monkeypatch.setattr(list_walk, "MAX_SOURCE_ENTRIES", 50)
    site.rows = [99, *site.rows]
    assert "已满50条" in walked(site, had).notes[0]
    assert "/99" in had, "what is new is taken all the same"


def test_a_further_page_that_cannot_be_read_is_said_and_tried_again() -> None:
    site, had = Site(30), set[str]()
    site.bad = {"2": "返回错误503"}
    walk = walked(site, had)
    assert (len(had), walk.back, walk.more) == (10, ResumePoint("2", 2), False)
    assert walk.notes == ["列表第2页没有读到（返回错误503），下次再试"]
    site.bad = {}
    assert walked(site, had, walk.back).back == ResumePoint()
    assert len(had) == 30
    site.rows, site.bad = [*range(100, 140)], {"3": "返回错误404"}
    assert walked(site, had).back == ResumePoint(), "a pager that names pages which are none: the list ends there"
    assert walked(Site(30), set(), spent=0.6).back == ResumePoint("2", 2), "half of the time is for the texts"


def test_an_endless_pager_ends() -> None:
    site = Site(10)
    site.read = lambda address, number: ListPage([SourceEntry("/1", "一"), SourceEntry("/2", "二")], str(number + 1))  # type: ignore[method-assign]
    walk = walked(site, set())
    assert (len(walk.entries), walk.more, walk.back) == (2, False, ResumePoint())
