"""Fetching sources: every failure ends in a clear message, never in an error, and internal hosts are not requested."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from factories.bad_server import TITLES, Server, run_server
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.oversight.gathering import list_walk
from gongkai.oversight.gathering.duplicate_rules import ComparedEntry, is_duplicate
from gongkai.oversight.gathering.list_walk import LIST_FINISHED, ListWalk, ResumePoint, SourceListPage
from gongkai.oversight.gathering.near_duplicates import are_near_duplicates, hash_bands, titles_agree
from gongkai.oversight.gathering.reader import SourceReader, SourceReadError
from gongkai.oversight.gathering.source_reader import FetchPlan, read_source
from gongkai.oversight.gathering.texts import SourceEntry, SourcePages, fetch_page_state
from gongkai.oversight.inspection.site.list_pages import find_next_page, read_page_count
from gongkai.oversight.inspection.site.page import parse_page

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def good() -> Iterator[Server]:
    with run_server() as server:
        yield server


def make_reader(server: Server, whole: float = 5.0, most: int = 1_000_000) -> SourceReader:
    host = urlsplit(server.root).netloc
    made = SourceReader([host, "10.0.0.8"], inside=[host], rate=0)
    made.reach = replace(made.reach, whole=whole, most=most)
    return made


@pytest.mark.parametrize(
    ("way", "path", "example"),
    [
        ("list", "/list/", TITLES[1]),
        ("list", "/leads", TITLES[1]),
        ("feed", "/feed/", ""),
        ("gongkai", "/api/v1/documents/", ""),
        ("wagtail", "/api/v2/pages/", ""),
    ],
)
def test_four_kinds_of_sources_are_read(good: Server, way: str, path: str, example: str) -> None:
    made = read_source(FetchPlan(way, f"{good.root}{path}", example=example), make_reader(good), TODAY)
    assert made.failed == ""
    assert [one.title for one in made.entries] == list(TITLES)
    assert made.entries[0].text.startswith("用水实行计划管理"), "declared gb2312, written GB18030"
    assert made.entries[0].address == f"{good.root}/text/0"
    assert made.entries[0].written_at is not None
    known = frozenset(one.address for one in made.entries)
    again = read_source(FetchPlan(way, f"{good.root}{path}", made.layout, known=known), make_reader(good), TODAY)
    assert [one.text for one in again.entries] == [""] * 3, "what is known is not read again"


@pytest.mark.parametrize(
    ("way", "path", "said"),
    [
        ("list", "/loop", "转向次数过多"),
        ("list", "/inner", "内部网络"),
        ("list", "/endless", "内容过大"),
        ("list", "/short", "不完整"),
        ("list", "/slow", ""),
        ("list", "/noise", ""),
        ("list", "/empty", ""),
        ("list", "/nothing", "返回错误404"),
        ("list", "/secret/", "robots.txt 不允许"),
        ("feed", "/list/", "不是RSS、Atom格式"),
        ("gongkai", "/list/", "不是JSON"),
        ("wagtail", "/feed/", "不是JSON"),
    ],
)
def test_bad_server_gives_message(good: Server, way: str, path: str, said: str) -> None:
    made = read_source(FetchPlan(way, f"{good.root}{path}"), make_reader(good, whole=0.4), TODAY)
    assert made.failed
    assert said in made.failed
    assert not made.entries


def test_busy_server_is_retried(good: Server) -> None:
    good.broken = True
    made = read_source(FetchPlan("feed", f"{good.root}/feed/"), make_reader(good), TODAY)
    good.broken = False
    assert (made.retry, made.failed) == (True, "返回错误503（网站忙，稍后自动再试）")


def test_unlisted_and_internal_hosts_are_not_requested(good: Server) -> None:
    outside = SourceReader(["www.gov.example"], rate=0)
    assert "名单" in read_source(FetchPlan("list", f"{good.root}/list/"), outside, TODAY).failed
    before = len(good.asked)
    inner = SourceReader([urlsplit(good.root).netloc], rate=0)
    assert "robots.txt 读不到" in read_source(FetchPlan("list", f"{good.root}/list/"), inner, TODAY).failed
    assert len(good.asked) == before, "not one request reached the inner address"


def test_state_of_an_address_is_determined(good: Server) -> None:
    there = fetch_page_state(f"{good.root}/text/0", SourcePages(make_reader(good), ()))
    assert (there.status, there.is_complete) == ("there", True)
    assert fetch_page_state(f"{good.root}/text/9", SourcePages(make_reader(good), ())).status == "gone"
    assert fetch_page_state(f"{good.root}/loop", SourcePages(make_reader(good), ())).status == "unknown"


FORM = (
    "根据《中华人民共和国政府信息公开条例》和有关规定，现将{0}2026年度城乡居民基本医疗保险参保资助对象名单公示如下，公示期为五个工作日。"
    "公示期间如有异议，请向{0}医疗保障局反映，受理地址为政务服务中心二楼，反映情况应当实事求是，并提供真实姓名和联系方式。"
)
NOTICE = (
    "各县区人民政府，市政府各部门：《云岭市节约用水管理办法》已经市政府同意，现印发给你们，请结合实际认真贯彻执行，"
    "执行中的问题请向市水务局反映。"
)


def make_entry(title: str, text: str, day: int = 3, unit: str = "云岭市人民政府", laws: bool = False) -> ComparedEntry:
    return ComparedEntry(title, text, date(2026, 11, day), unit, laws)


AIDED, WATER = "参保资助对象公示", "关于印发云岭市节约用水管理办法的通知"
GREEN, CLOUD = FORM.format("青溪县"), FORM.format("云山县")


@pytest.mark.parametrize(
    ("row", "other", "same"),
    [
        (make_entry(f"青溪县{AIDED}", GREEN), make_entry(f"云山县{AIDED}", CLOUD), False),
        (make_entry(f"关于{AIDED}", GREEN, unit="青溪县人民政府"), make_entry(AIDED, CLOUD, unit="云山县人民政府"), False),
        (make_entry(f"关于云岭市{AIDED}", FORM.format("云岭市")), make_entry(f"云岭市{AIDED}", FORM.format("云岭市"), unit="青溪县"), True),
        (make_entry(WATER, NOTICE), make_entry(WATER, NOTICE[:60], unit="青溪县人民政府"), True),
        (make_entry(WATER, NOTICE), make_entry(WATER, GREEN), False),
        (make_entry(WATER, ""), make_entry(WATER, NOTICE), True),
        (make_entry(WATER, "", day=4), make_entry(WATER, NOTICE), False),
        (make_entry(WATER, NOTICE), make_entry(f"{WATER}（修订）", NOTICE.replace("水务局", "城管局")), True),
        (make_entry(WATER, NOTICE, laws=True), make_entry(f"{WATER}（修订）", NOTICE.replace("水务局", "城管局"), laws=True), False),
        (make_entry(WATER, NOTICE, laws=True), make_entry(WATER, NOTICE, day=4, laws=True), True),
        (make_entry(WATER, "", laws=True), make_entry(WATER, NOTICE, day=4, laws=True), False),
        (make_entry("行政处罚信息公示（第3期）", GREEN), make_entry("行政处罚信息公示（第4期）", GREEN), False),
        (make_entry("城区施工交通管制的通告", f"{NOTICE}自11月25日起。"), make_entry("城区施工交通管制的通告", f"{NOTICE}自11月28日起。"), False),
        (make_entry(WATER, NOTICE, day=4), make_entry("（转发）节约用水管理办法印发", f"云岭晚报11月9日讯{NOTICE}责任编辑甲乙丙丁", day=9), True),
        (make_entry("青溪县政府信息公开工作年度报告", ""), make_entry("云山县政府信息公开工作年度报告", ""), False),
    ],
)  # fmt: skip
def test_duplicates_are_recognised_in_both_directions(row: ComparedEntry, other: ComparedEntry, same: bool) -> None:
    assert is_duplicate(row, other) is same
    assert is_duplicate(other, row) is same


def test_near_duplicates_share_hash_bands() -> None:
    words = (
        "各单位应当建立用水台账，按月核对用水量，发现漏损及时维修。" * 6
        + "本办法自公布之日起施行，由市水务局负责解释。"
    )
    changed = words.replace("市水务局", "市水利局")
    assert are_near_duplicates(words, changed)
    assert set(hash_bands(words)) & set(hash_bands(changed))
    other = "教育部门公布秋季学期招生计划，学区划分和报名办法同时公布，报名时间另行通知，请家长留意学校公告。"
    assert not are_near_duplicates(words, other)
    assert not titles_agree("青溪县召开防汛备汛工作会议", "青溪县城乡供水一体化工程通水")
    assert titles_agree("节水办法印发", "关于印发节约用水管理办法的通知")
    assert hash_bands("太短") == [None] * 8


# Lists with several pages: finding the next page, how far back to read, where the next fetch resumes


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
def test_next_page_of_list_is_found(pager: str, number: int, onward: str) -> None:
    html = f"<html><body><ul><li><a href='1.html'>关于印发节水办法的通知</a></li></ul>{pager}</body></html>"
    page = parse_page(html.encode(), HERE, 0, UrlCache())
    assert page is not None
    assert find_next_page(page, number) == (f"http://a.example{onward}" if onward else "")
    assert read_page_count(page) == (32 if "32" in pager else 0)


class Site:
    """A list with ten entries a page, newest first; `each` is the number of entries on a page."""

    def __init__(self, count: int, each: int = 10) -> None:
        self.rows, self.each, self.bad = [*range(count)], each, dict[str, str]()

    def read(self, address: str, number: int) -> SourceListPage:
        """Return a page by its address."""
        if address in self.bad:
            raise SourceReadError(self.bad[address])
        at = (int(address) - 1) * self.each
        rows = [SourceEntry(f"/{one}", "标题") for one in self.rows[at : at + self.each]]
        return SourceListPage(rows, str(int(address) + 1) if at + self.each < len(self.rows) else "")


def walk_list(site: Site, had: set[str], back: ResumePoint = LIST_FINISHED, spent: float = 0.0) -> ListWalk:
    walk = ListWalk(site.read, SimpleNamespace(spent=spent), frozenset(had), back)
    had |= {entry.address for entry in walk.read_entries("1")}
    return walk


def test_list_is_read_back_to_known_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_walk, "MAX_PAGES_PER_FETCH", 4)
    site, had = Site(95), set[str]()
    walk = walk_list(site, had)
    assert (len(had), walk.back, walk.more) == (40, ResumePoint("5", 5), True)
    assert walk.notes == ["列表读到第4页，更早的稍后自动接着收取"]
    site.rows = [*range(200, 212), *site.rows]  # more than a page came in meanwhile: nothing is passed over
    while walk.back.at:
        walk = walk_list(site, had, walk.back)
    assert had == {f"/{one}" for one in site.rows}
    assert not walk.more
    assert len(walk_list(site, had).entries) == 10, "nothing new: only the first page is asked for"
    site.rows = [300, *site.rows]
    assert len(walk_list(site, had).entries) == 20


def test_page_with_more_entries_than_limit_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_walk, "MAX_NEW_ENTRIES_PER_FETCH", 20)
    site, had = Site(50, each=50), set[str]()
    walk = walk_list(site, had)
    assert (len(had), walk.more, walk.notes) == (20, True, ["这一页有50条，其余30条稍后自动接着收取"])
    walk = walk_list(site, had, walk.back)
    walk = walk_list(site, had, walk.back)
    assert (len(had), walk.more, walk.back) == (50, False, ResumePoint())
    monkeypatch.setattr(list_walk, "MAX_SOURCE_ENTRIES", 50)
    site.rows = [99, *site.rows]
    assert "已满50条" in walk_list(site, had).notes[0]
    assert "/99" in had, "what is new is taken all the same"


def test_unreadable_further_page_is_reported_and_retried() -> None:
    site, had = Site(30), set[str]()
    site.bad = {"2": "返回错误503"}
    walk = walk_list(site, had)
    assert (len(had), walk.back, walk.more) == (10, ResumePoint("2", 2), False)
    assert walk.notes == ["列表第2页没有读到（返回错误503），下次再试"]
    site.bad = {}
    assert walk_list(site, had, walk.back).back == ResumePoint()
    assert len(had) == 30
    site.rows, site.bad = [*range(100, 140)], {"3": "返回错误404"}
    assert walk_list(site, had).back == ResumePoint(), "a pager that names pages which are none: the list ends there"
    assert walk_list(Site(30), set(), spent=0.6).back == ResumePoint("2", 2), "half of the time is for the texts"


def test_endless_pager_ends() -> None:
    site = Site(10)
    site.read = lambda address, number: SourceListPage(
        [SourceEntry("/1", "一"), SourceEntry("/2", "二")], str(number + 1)
    )  # type: ignore[method-assign]
    walk = walk_list(site, set())
    assert (len(walk.entries), walk.more, walk.back) == (2, False, ResumePoint())
