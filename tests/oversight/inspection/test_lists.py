"""Entries of lists and their dates are found in many layouts; a layout is learnt from one page."""

from datetime import date, timedelta

import pytest

from gongkai.lib.outbound.crawling import normalise_url
from gongkai.oversight.inspection.site.contents import has_scripted_list
from gongkai.oversight.inspection.site.data_lists import read_data_entries
from gongkai.oversight.inspection.site.dates import iterate_days
from gongkai.oversight.inspection.site.lists import find_entries, learn_list_layout
from gongkai.oversight.inspection.site.page import WebPage, parse_page

TODAY = date(2026, 11, 20)
TITLES = [
    f"云岭市关于{word}有关事项的公告"
    for word in (
        "供水管网改造",
        "义务教育招生",
        "农村公路养护",
        "老年优待证",
        "职业技能培训",
        "公共停车场",
        "节水型社会",
        "古树名木保护",
    )
]
DAYS = [TODAY - timedelta(days=3 + 9 * n) for n in range(len(TITLES))]
NAV = (
    "<ul class='nav'>"
    + "".join(
        f"<li><a href='/{n}/'>{name}</a></li>"
        for n, name in enumerate(("首页", "政务公开", "办事服务", "互动交流", "走进云岭"))
    )
    + "</ul>"
)
PAGES = "<div class=page><a href='/l/2.html'>2</a><a href='/l/3.html'>下一页</a><a href='/l/9.html'>尾页</a></div>"


def page(rows: str) -> WebPage:
    made = parse_page(
        f"<html><head><title>通知公告</title></head><body>{NAV}{rows}{PAGES}<div>版权所有 2018-2026</div></body></html>".encode(),
        "http://www.yunling.gov.cn/l/",
        1,
        normalise_url,
    )
    assert made is not None
    return made


def make_rows(row: str, *, of: str = "@", around: str = "<ul>{}</ul>") -> str:
    rows = ""
    for n, (title, day) in enumerate(zip(TITLES, DAYS, strict=True)):
        rows += (
            row.replace("@L", f"/l/{n}.html").replace("@T", title).replace("@C", title[:12] + "...").replace("@D", day.isoformat()).replace("@S", day.strftime("%m-%d"))
            .replace("@Y", f"{day.year}年{day.month}月{day.day}日").replace("@d", f"{day.day:02}").replace("@M", day.strftime("%Y-%m")).replace("@P", day.strftime("%Y.%m.%d"))
            .replace("@A", day.strftime("/%Y%m/t%Y%m%d_") + f"{n}.html")
        )  # fmt: skip
    return around.format(rows)


LAYOUTS = {
    "span behind": make_rows("<li><a href='@L'>@T</a><span>@D</span></li>"),
    "span before": make_rows("<li><span>@D</span><a href='@L'>@T</a></li>"),
    "inside the link": make_rows("<li><a href='@L'>@T<span>@D</span></a></li>"),
    "brackets, no year": make_rows("<li><a href='@L'>@T</a> [@S]</li>"),
    "brackets with year": make_rows("<li>[@D] <a href='@L'>@T</a></li>"),
    "table": make_rows("<tr><td>·</td><td><a href='@L'>@T</a></td><td>@D</td></tr>", around="<table>{}</table>"),
    "table of disclosure": make_rows("<tr><td>云政发〔2026〕1号</td><td><a href='@L'>@T</a></td><td>市政府</td><td>@Y</td></tr>", around="<table><tr><th>文号</th><th>标题</th><th>机关</th><th>日期</th></tr>{}</table>"),
    "cut title, whole in title": make_rows("<li><a href='@L' title='@T'>@C</a><em>@D</em></li>"),
    "definition list": make_rows("<dt><a href='@L'>@T</a></dt><dd>@D</dd>", around="<dl>{}</dl>"),
    "divs": make_rows("<div class='item'><div class='t'><a href='@L'>@T</a></div><div class='d'>@P</div></div>", around="<div class='box'>{}</div>"),
    "card with a picture": make_rows("<div class='card'><a href='@L'><img src='/p.jpg' alt=''></a><h3><a href='@L'>@T</a></h3><p>摘要：本市将于近期开展相关工作，请留意。</p><i>@D</i></div>", around="<div>{}</div>"),
    "day over month": make_rows("<li><div class='rq'><b>@d</b><span>@M</span></div><a href='@L'>@T</a></li>"),
    "time element": make_rows("<article><h2><a href='@L'>@T</a></h2><time datetime='@D'>近日</time></article>", around="<section>{}</section>"),
    "lines with br": make_rows("<a href='@L'>@T</a> @D<br>", around="<div class='list'>{}</div>"),
    "paragraphs": make_rows("<p><a href='@L'>@T</a>（@Y）</p>", around="<div>{}</div>"),
    "address alone": make_rows("<li><a href='@A'>@T</a></li>"),
    "data attribute": make_rows("<li data-date='@D'><a href='@L'>@T</a></li>"),
    "whole item a link": make_rows("<a class='it' href='@L'><h4>@T</h4><p>发布时间：@D</p></a>", around="<div>{}</div>"),
    "span on the right, first": make_rows("<li><span class='right'>@D</span>· <a target='_blank' href='@L' class='c1'>@T</a></li>"),
    "each item a table": make_rows("<table><tr><td><a href='@L'>@T</a></td><td>@D</td></tr></table>", around="<div>{}</div>"),
    "odd and even": make_rows("<li class='odd'><a href='@L'>@T</a><span>@D</span></li>").replace("odd", "even", 1),
    "script writes the day": make_rows("<li><a href='@L'>@T</a><script>document.write('@D')</script></li>"),
    "column before the title": make_rows("<li><a href='/l/'>[通知]</a> <a href='@L'>@T</a><span>@D</span></li>"),
    "source and day": make_rows("<li><h3><a href='@L'>@T</a></h3><p><span>来源：市政府办</span><span>发布时间：@D</span><span>浏览：12</span></p></li>"),
    "old frame": make_rows("<tr><td height=25><img src=/dot.gif><a href=@L><font color=#333>@T</font></a></td><td align=right><font>(@D)</font></td></tr>", around="<table border=0>{}</table>"),
}  # fmt: skip


def share_found(entries: list) -> float:
    """Return the share of entries found with title and date."""
    by = {one.title: one.day for one in entries}
    return sum(by.get(title) == day for title, day in zip(TITLES, DAYS, strict=True)) / len(TITLES)


def test_data_that_no_database_stores_is_read() -> None:
    data = rb'[{"title": "\u8282\u6c34\ud800\u0000\u529e\u6cd5\u5370\u53d1", "url": "/a.html", "date": "2026-11-01"}]'
    entries = read_data_entries(data, "http://a.cn/", date(2026, 11, 2))
    assert entries is not None
    assert [entry.title for entry in entries] == ["节水办法印发"]


def test_empty_list_with_an_id_waits_for_a_script() -> None:
    for attribute, waits in (('id="list"', True), ('data-src="a"', True), ('class="list"', False)):
        made = parse_page(f"<html><body><ul {attribute}></ul></body></html>".encode(), "http://a/", 1, normalise_url)
        assert made is not None
        assert has_scripted_list(made) == waits


@pytest.mark.parametrize("layout", LAYOUTS)
def test_entries_and_dates_are_found(layout: str) -> None:
    entries = find_entries(page(LAYOUTS[layout]), TODAY)
    assert share_found(entries) == 1.0, [(one.title, one.day) for one in entries]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_learnt_from_one_page_reads_the_next(layout: str) -> None:
    example = page(LAYOUTS[layout])
    learnt = learn_list_layout(example, [TITLES[0]], today=TODAY)
    assert learnt is not None
    following = page("<div class='ad'><a href='/ad.html'>专题：全市文明城市创建工作</a></div>" + LAYOUTS[layout])
    entries = learnt.entries(following, TODAY)
    assert share_found(entries) == 1.0
    assert len(entries) <= len(TITLES) + 1


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("平均用时 2.2日", 0),
        ("3-5个工作日", 0),
        ("2.2万元", 0),
        ("3-5人", 0),
        ("11.20", 1),
        ("11-20项目公示", 1),
        ("11/20 人社局", 1),
        ("11月20日", 1),
    ],
)
def test_quantity_is_no_date(said: str, days: int) -> None:
    assert len(list(iterate_days(said, TODAY, without_year=True))) == days


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<a href=/a>通知公告</a><a href=/b>公告公示</a>", 2),
        ("<span><a href=/a>通知公告</a></span> <span><b><a href=/b>公告公示</a></b></span>", 2),
        ("<a href=/a>关于印发</a><a href=/a>印发的通知</a>", 1),
        ("见<a href=/a>公告</a>和<a href=/b>公示</a>", 1),
    ],
)
def test_neighbouring_links_are_separate_lines(source: str, lines: int) -> None:
    made = parse_page(f"<html><body><p>{source}</p></body></html>".encode(), "http://a/", 1, normalise_url)
    assert made is not None
    assert len(made.lines) == lines
