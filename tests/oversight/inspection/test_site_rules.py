"""Inspection rules on single pages: name of the state, list data, sorted views, crawler traps."""

from datetime import date

import pytest

from gongkai.lib.outbound.crawling.addresses import list_urls_without_sorting
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.lib.outbound.crawling.traps import TrapDetector
from gongkai.lib.outbound.markup import ISLAND_ATTRIBUTE
from gongkai.oversight.inspection.site import columns, crawling, menus
from gongkai.oversight.inspection.site.breadcrumbs import find_section_names
from gongkai.oversight.inspection.site.checks import harmful, letters
from gongkai.oversight.inspection.site.checks import site_marks as marks_check
from gongkai.oversight.inspection.site.checks.wording import find_otherwise_labelled_cells, find_state_name_faults
from gongkai.oversight.inspection.site.data_lists import read_data_entries
from gongkai.oversight.inspection.site.lists import ListEntry, find_entries, group_links
from gongkai.oversight.inspection.site.menus import iterate_script_links
from gongkai.oversight.inspection.site.page import WebPage, parse_page
from gongkai.oversight.inspection.site.page_template import find_blocks
from gongkai.oversight.inspection.site.search_forms import read_search_form

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("《中华人民共合国行政许可法》", 1), ("中华人共和国", 1), ("中华人民国共和国", 1), ("中化人民共和国", 1),
        ("中华人民共和国", 0), ("中华民国时期", 0), ("老挝人民民主共和国", 0), ("中华全国总工会", 0),
    ],
)  # fmt: skip
def test_misspelt_name_of_the_state_is_found(text: str, slips: int) -> None:
    assert len(list(find_state_name_faults(text))) == slips


@pytest.mark.parametrize(
    "data",
    [
        '{"data": [{"title": "关于开展防汛检查的通知", "url": "/tz/1.html", "pubDate": "2026-11-02"}]}',
        'show({"rows": [{"docTitle": "关于开展防汛检查的通知", "link": "../tz/1.html", "fbsj": 1793577600}]})',
        'var list = [["关于开展防汛检查的通知", "/tz/1.html", "2026-11-02"]];',
    ],
)
def test_data_of_a_list_is_read(data: str) -> None:
    entries = read_data_entries(data.encode(), "http://www.yunling.gov.cn/tz/index.html", date(2026, 11, 24)) or []
    found = [(entry.address, entry.title, entry.day) for entry in entries]
    assert found == [("http://www.yunling.gov.cn/tz/1.html", "关于开展防汛检查的通知", date(2026, 11, 2))]


@pytest.mark.parametrize(
    ("title", "body", "words"),
    [
        ("澳门威尼斯娱乐城官网", "", "澳门威尼斯"),
        ("首页", "百家乐 老虎机 六合彩 真人娱乐", "百家乐、老虎机、六合彩、真人娱乐"),
        ("某银行", "极速放款 注册送积分 老虎机主题信用卡", ""),
        ("警方打掉一百家乐团伙", "百家乐 老虎机 六合彩", ""),
        ("社区新闻", "民警提醒：远离百家乐、老虎机、六合彩等网络赌博", ""),
    ],
)
def test_harmful_foreign_page_is_recognised_by_its_words(title: str, body: str, words: str) -> None:
    html = f"<html><title>{title}</title><body><p>{body}</p></body></html>"
    page = parse_page(html.encode(), "http://a.example/", 0, UrlCache())
    assert page is not None
    assert harmful.find_harmful_words(page) == words


def test_html_is_not_read_as_list_data() -> None:
    assert read_data_entries(b"<html><ul></ul></html>", "http://a.cn/", date(2026, 11, 24)) is None


def test_sorted_view_of_a_list_is_recognised() -> None:
    assert list_urls_without_sorting("http://a.cn/list?cid=3&sort=hits&page=1") == [
        "http://a.cn/list?cid=3&page=1",
        "http://a.cn/list?cid=3",
    ]
    assert list_urls_without_sorting("http://a.cn/list?cid=3") == []


def test_kind_of_page_with_little_new_is_skipped() -> None:
    traps = TrapDetector()
    for number in range(traps.WINDOW_PAGES):
        traps.record_page("a/#", barren=False, new=number % 20 == 0)
    assert traps.find_skip_reason("a/#") == "同类网页几乎都相同"
    assert traps.find_skip_reason("b/#") == ""


def test_endless_nested_folders_are_skipped() -> None:
    traps = TrapDetector()
    for number in range(traps.MAX_BARREN_PAGES + 1):
        traps.record_page(f"a.cn/topic/{'/'.join(f'{number:08b}')}/", barren=True, new=False)
        traps.record_page("a.cn/topic/a/", barren=False)
    assert traps.find_skip_reason("a.cn/topic/a/b/c/d/e/") == "同类网页没有尽头"
    assert traps.find_skip_reason("a.cn/topic/b/") == ""
    assert traps.find_skip_reason("a.cn/news/a/b/c/d/e/") == ""


ROWS = "".join(
    f'<record><![CDATA[<li><a href="/art/{n}.html">关于防汛检查的通知{n}</a><span>2026-08-0{n}</span></li>]]></record>'
    for n in (1, 2, 3)
)


@pytest.mark.parametrize(("rows", "days"), [(ROWS, [1, 2, 3]), ("", [])])
def test_rows_in_data_island_are_a_list(rows: str, days: list[int]) -> None:
    page = read(
        f'<div id="list"></div><script type="text/xml"><recordset>{rows}</recordset></script><script>show("list")</script>'
    )
    assert [entry.day.day for entry in find_entries(page, TODAY) if entry.day] == days
    assert [tag.get(ISLAND_ATTRIBUTE) for tag in page.by["div"]] == [None, ""]


LISTED = '<dl>{}</dl><div class="page">共3条</div>'.format(
    "".join(
        f'<dt><a href="/info/{n}.htm">道路交通安全办理指南{n}</a></dt><dd>清江县　<time>2025/08/0{n}</time></dd>'
        for n in (1, 2, 3)
    )
)
BESIDE = "<div><h3>热点推荐</h3><ul>{}</ul></div>".format(
    "".join(f'<li><a href="/dt/{n}.htm">县长调研农田建设工作{n}</a><em>2026-11-0{n}</em></li>' for n in range(1, 8))
)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f"<h2>在线访谈</h2>{LISTED}", False),
        (
            f"{BESIDE}<h1>农村饮水安全拟补助对象公示</h1><h6>日期：2025-08-21　文章来源：卫生健康局</h6><p>公示期五天。</p>",
            True,
        ),
        (
            "<h1>农村饮水安全公示</h1><p>发布 <time>2025-08-21</time> 更新 <time>2025-08-22</time></p><p>公示期五天。</p>",
            True,
        ),
        (
            "<h2>应急管理</h2>"
            + "".join(
                f'<article><div><b>{n:02}</b><span>2025.09</span></div><a href="/y/{n}.htm">地质灾害隐患巡查通报{n}</a></article>'
                for n in (24, 13, 3)
            ),
            False,
        ),
    ],
)
def test_list_is_no_text_whatever_is_next_to_it(source: str, text: bool) -> None:
    assert crawling._find_day_and_kind(read(source), TODAY, home=False)[1] is text


def test_column_is_named_as_on_its_own_page() -> None:
    page = read('<title>教育动态-教育体育局</title><p>首页 &gt; <a href="/dt/">教育动态</a></p>', "http://a.cn/dt/")
    assert menus.find_own_name(page, ["教育", *menus.list_own_names(page)]) == "教育动态"


def test_more_link_is_named_by_the_heading_above() -> None:
    page = read(
        '<div><h3>项目进展</h3><p><a href="/x.htm">更多&gt;&gt;</a> <a href="/y.htm" title="更多">更多</a></p></div>'
    )
    assert next(menus.iterate_menu_items(page)) == ("http://a.cn/x.htm", "项目进展")


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        ("<tr><td>回复</td><td>您好，已修好。</td></tr>", True),
        ("<tr><td>回复</td><td></td></tr><tr><td>回复时间</td><td></td></tr>", False),
        ("<tr><td>回复</td><td></td></tr><tr><td>路灯已经修好。</td></tr>", True),
        ("<tr><td>状态</td><td>受理</td></tr>", None),
    ],
)
def test_answer_is_found_next_to_its_label_or_below(answer: str, there: bool | None) -> None:
    card = (
        "<tr><td>主题</td><td>路灯</td></tr><tr><td>网名</td><td>李先生</td><td>留言时间</td><td>2026-09-30</td></tr>"
    )
    page = read(f"<table>{card}<tr><td>内容</td><td>不亮</td></tr>{answer}</table>")
    assert letters._is_letter_page(page, TODAY)
    assert letters._has_answer(page, frozenset()) is there


def test_labelled_number_of_another_kind_is_no_telephone() -> None:
    row = "<tr><td>车衡之</td><td>14190318011</td><td>13900001111</td></tr>"
    page = read(f"<table><tr><td>姓名</td><td>执法证号</td><td>手机号</td></tr>{row}</table>")
    assert "14190318011" in find_otherwise_labelled_cells(page)
    assert "13900001111" not in find_otherwise_labelled_cells(page)


def read(source: str, address: str = "http://a.cn/l.htm") -> WebPage:
    page = parse_page(f"<html><body>{source}</body></html>".encode(), address, 1, UrlCache())
    assert page is not None
    return page


def test_sidebar_entries_also_count_in_their_own_list() -> None:
    """Table layouts of 2008 use the same markup for the sidebar and the column's list."""
    beside = "".join(f'<td><font>※<a href="/s{n}.htm">养老服务有了新变化之{n}</a></font></td>' for n in (1, 2))
    rows = "".join(
        f'<td><font>○ <a href="/s{n}.htm">养老服务有了新变化之{n}</a></font> 2026-11-0{n}</td>' for n in (1, 2, 3)
    )
    page = read(f'<table><tr>{beside}</tr><tr>{rows}</tr></table><a href="/l.htm">县里要闻栏目</a>')
    common = frozenset((group.way, f"http://a.cn/s{n}.htm") for group in group_links(page) for n in (1, 2))
    found = find_blocks(page, "要闻", common, TODAY).blocks
    assert [(entry.address[-6:-4], entry.day and entry.day.day) for block in found for entry in block.entries] == [
        ("s1", 1), ("s2", 2), ("s3", 3)
    ]  # fmt: skip


def test_menu_naming_own_page_is_counted_whole_and_breadcrumb_is_no_list() -> None:
    menu = '<ul><li><a href="/l.htm">教育动态</a></li><li><a href="/g.htm">教育公告</a></li></ul>'
    page = read(f'{menu}<p>2026-11-02 <a href="/l.htm">教育动态</a></p>')
    assert [len(block.entries) for block in find_blocks(page, "教育动态", frozenset(), TODAY).blocks] == [2]


@pytest.mark.parametrize(
    ("way", "section"),
    [
        ('您的位置：<a href="/">首页</a> >> <a href="/x.htm">新闻中心</a> >> <a href="/l.htm">镇村见闻</a>', [["新闻中心"], ["新闻中心", "镇村见闻"]]),
        ('<ul><li><a href="/x.htm">水利要闻</a></li><li><a href="/l.htm">基层水利</a></li></ul>', [["水利要闻", "基层水利"]]),
        ('<ul><li><a href="/">首页</a></li><li><a href="/x.htm">教育要闻</a></li></ul>', []),
    ],
)  # fmt: skip
def test_page_names_its_section(way: str, section: list[list[str]]) -> None:
    assert find_section_names(read(f"<div>{way}</div>"), frozenset()) == section


def test_weekly_column_in_news_section_is_news() -> None:
    def kind(days: list[int], *section: str) -> str:
        entries = [ListEntry(f"http://a.cn/{n}.htm", "村里修渠忙", date(2026, 8, n)) for n in days]
        column = columns.InspectedColumn(1, "http://a.cn/l.htm", "镇村见闻", "other", entries)
        columns._set_kind(column, [list(section)], TODAY)
        return column.kind

    weekly = [1, 8, 15, 23]
    assert kind(weekly, "新闻中心") == "news"
    assert {kind(weekly, "政务公开"), kind([1, 30], "新闻中心"), kind(weekly, "县里要闻", "政策文件")} == {"other"}


def test_menu_link_to_archive_does_not_archive_its_neighbour() -> None:
    page = read('<p><a href="/h.htm">行业资讯（已归档）</a> | 镇街传真</p>')
    assert not columns._says_archived(page, page.lines)
    assert columns._says_archived(page, ["本栏目已归档，不再更新"])


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ('<form action="/so" ><input name="q">', ("http://a.cn/so?q=%B7%C0%D1%B4", None)),
        (
            '<form action="/s.do" method="post"><input type="hidden" name="m" value="1"><input name="key"><input type="submit" value="搜 索">',
            ("http://a.cn/s.do", b"m=1&key=%B7%C0%D1%B4"),
        ),
        ('<form action="/x.do" method="post"><input name="key"><button>查询信件</button>', None),
        ('<form action="/x.do" method="post"><input name="key"><textarea></textarea><button>搜索</button>', None),
    ],
)  # fmt: skip
def test_search_request_is_built_from_its_form(form: str, asked: tuple[str, bytes | None] | None) -> None:
    page = read(f"<meta charset=gb2312>{form}</form>")
    found = read_search_form(page.by["form"][0], page.address, page.source)
    assert (found and found.build_request("防汛")) == asked
    assert page.has_posted_form is (asked is None)


def _make_footers(template: int, *marks: int, path: str = "t") -> list[marks_check._Footer]:
    return [marks_check._Footer(f"http://a.cn/{path}/{at}.htm", path, template, mark) for at, mark in enumerate(marks)]


@pytest.mark.parametrize(
    ("pages", "named"),
    [
        (_make_footers(1, *[31] * 9, 15), ["http://a.cn/t/9.htm"]),
        (_make_footers(1, *[31] * 6, *[15] * 4), []),  # what many lack is not usual
        (
            [*_make_footers(1, *[31] * 17), *_make_footers(1, *[15] * 3, path="print")],
            [],
        ),  # a form without it, for print
        ([*_make_footers(1, *[31] * 9), *_make_footers(1, 15, path="list")], ["http://a.cn/list/0.htm"]),
        (
            [*_make_footers(1, *[31] * 9), *_make_footers(1, 15 | marks_check._FEW_LINKS_BIT, path="map")],
            [],
        ),  # a picture of few links
        (
            [*_make_footers(1, *[31] * 9), *_make_footers(2, 15, path="topic")],
            [],
        ),  # another frame, and nothing known of it
    ],
)
def test_footer_lacking_parts_of_its_peers_is_found(pages: list[marks_check._Footer], named: list[str]) -> None:
    peers = [page for page in pages if page.template == 1]
    found = [*marks_check._iterate_lacking_parts(peers, same_template=True)]
    found += [one for one in marks_check._iterate_lacking_parts(pages, same_template=False) if one[0].template == 2]
    assert [(row.address, name) for row, name in found] == [(address, "联系方式") for address in named]


def test_further_pages_of_list_are_read_from_pager_script() -> None:
    source = '<html><body><ul></ul><script>createPageHTML(3, 0, "index", "html");</script></body></html>'
    page = parse_page(source.encode(), "http://a.cn/tz/", 1, UrlCache())
    assert page is not None
    assert [address for address, _, _ in iterate_script_links(page)] == [
        "http://a.cn/tz/index_1.html",
        "http://a.cn/tz/index_2.html",
    ]


@pytest.mark.parametrize(("field", "fills"), [('<input id="kw">', False), ('<input name="phone">', True)])
def test_form_around_whole_page_is_not_fillable(field: str, *, fills: bool) -> None:
    source = f'<form method="post" action="List.aspx?cid=1"><input type="hidden" name="__VIEWSTATE">{field}</form>'
    page = parse_page(source.encode(), "http://a.cn/List.aspx?cid=1", 1, UrlCache())
    assert page is not None
    assert page.has_input_form() is fills
