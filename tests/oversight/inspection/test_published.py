"""The publication date is found in many layouts, next to other dates."""

from datetime import date

import pytest

from gongkai.lib.outbound.crawling import normalise_url
from gongkai.oversight.inspection.site.page import parse_page
from gongkai.oversight.inspection.site.publication_dates import find_publication_date

TODAY = date(2026, 11, 20)
TRUE = date(2026, 3, 5)
TITLE = "关于做好春季农业生产工作的通知"
#: A text that contains other dates, as notices do.
BODY = """<p>各乡镇人民政府：</p><p>为做好春季农业生产，根据2025年12月28日市政府常务会议精神，现通知如下。</p><p>一、请于2026年4月30日前报送方案，
联系人见附件。二、自2026年5月1日起施行，有效期至2028年4月30日。</p><p>2023年1月1日印发的办法同时废止。</p>"""
SIGNED = "<p style='text-align:right'>云岭市农业农村局</p><p style='text-align:right'>2026年3月2日</p>"
HEAD = "<div class='top'>今天是2026年11月20日 星期五</div><ul class='nav'><li><a href='/'>首页</a></li><li><a href='/a/'>政务公开</a></li></ul>"
FOOT = """<div class='side'><h3>相关信息</h3><ul><li><a href='/b/1.html'>另一条信息的标题</a><span>2026-10-11</span></li><li><a href='/b/2.html'>又一条信息的标题</a>
<span>2026-09-10</span></li></ul></div><div class='foot'>版权所有 © 2018-2026 云岭市人民政府　备案号：云ICP备20180101号</div>"""
AT = "http://www.yunling.gov.cn/c/1038211.html"


def make_html(inner: str, head: str = "", body: str = BODY + SIGNED) -> str:
    return f"<html><head><title>{TITLE}_云岭市人民政府</title>{head}</head><body>{HEAD}{inner.replace('@B', f'<div id=zoom>{body}</div>')}{FOOT}</body></html>"


H = f"<h1>{TITLE}</h1>"
LAYOUTS: dict[str, tuple[str, str]] = {
    "data written wrong": (
        make_html(H + "@B", r'<script type="application/ld+json">{"datePublished":"2026-03-05\q"}</script>'),
        AT,
    ),
    "PubDate": (make_html(H + "@B", '<meta name="PubDate" content="2026-03-05 10:00">'), AT),
    "publishdate meta, other case": (make_html(H + "@B", '<META NAME="PublishDate" CONTENT="2026年03月05日">'), AT),
    "open graph": (make_html(H + "@B", '<meta property="article:published_time" content="2026-03-05T10:00:00+08:00">'), AT),
    "schema.org": (make_html(H + "@B", '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-03-05T08:00:00+08:00","dateModified":"2026-06-01"}</script>'), AT),
    "time element": (make_html(H + '<p><time datetime="2026-03-05">3月5日</time></p>@B'), AT),
    "label in a line": (make_html(H + "<div>发布时间：2026-03-05 10:12　来源：市农业农村局　浏览：120次</div>@B"), AT),
    "label in Chinese days": (make_html(H + "<div>发布日期：2026年3月5日</div>@B"), AT),
    "label apart from its day": (make_html(H + "<table><tr><td>索引号</td><td>0123/2026-001</td><td>成文日期</td><td>2026-03-02</td></tr><tr><td>发布机构</td><td>市农业农村局</td><td>发布日期</td><td>2026-03-05</td></tr></table>@B"), AT),
    "disclosure table, one cell": (make_html("<table><tr><td>生成日期：2026-03-02</td><td>公开日期：2026-03-05</td></tr></table>" + H + "@B"), AT),
    "definition list": (make_html(H + "<dl><dt>名称</dt><dd>通知</dd><dt>成文时间</dt><dd>2026-03-02</dd><dt>发布时间</dt><dd>2026-03-05</dd></dl>@B"), AT),
    "day alone under the title": (make_html(H + "<p>2026-03-05</p>@B"), AT),
    "day with dots": (make_html(H + "<p class=info>2026.03.05　来源：本站</p>@B"), AT),
    "day with slashes": (make_html(H + "<span>2026/3/5 9:08:00</span>@B"), AT),
    "day over month": (make_html("<div class='rili'><b>05</b><i>2026-03</i></div>" + H + "@B"), AT),
    "brackets": (make_html(H + "<div>【发布时间：2026-03-05】【字体：大 中 小】【打印】</div>@B"), AT),
    "brackets of day": (make_html(H + "<div>[2026-03-05]　[来源：云岭日报]</div>@B"), AT),
    "time and author": (make_html(H + "<div>时间：2026-03-05 作者：王编 点击数：30</div>@B"), AT),
    "day first": (make_html(H + "<div>日期：2026-03-05 | 来源：政府办</div>@B"), AT),
    "update beside publishing": (make_html(H + "<div>发布时间：2026-03-05　更新时间：2026-06-18</div>@B"), AT),
    "update first": (make_html(H + "<div>更新时间：2026-06-18　发布时间：2026-03-05</div>@B"), AT),
    "marked span": (make_html(H + '<span class="pub-time">2026-03-05 10:00</span>@B'), AT),
    "marked by pinyin": (make_html(H + '<p id="fbsj">2026年03月05日</p>@B'), AT),
    "hidden field": (make_html(H + '<input type="hidden" name="pubdate" value="2026-03-05">@B', body=BODY), AT),
    "script writes it": (make_html(H + '<p>发布日期：<script>document.write("2026-03-05")</script></p>@B'), AT),
    "script variable": (make_html(H + '<script>var publishTime = "2026-03-05 10:00:00";</script>@B', body=BODY), AT),
    "address alone": (make_html(H + "@B", body=BODY), "http://www.yunling.gov.cn/tz/202603/t20260305_12345.html"),
    "address in folders": (make_html(H + "@B", body=BODY), "http://www.yunling.gov.cn/art/2026/3/5/art_12_345.html"),
    "address with month": (make_html(H + "@B", body=BODY), "http://www.yunling.gov.cn/2026-03/05/content_123.htm"),
    "Chinese numerals": (make_html(H + "<p>发布时间：二〇二六年三月五日</p>@B"), AT),
    "full width": (make_html(H + "<p>发布时间：２０２６－０３－０５</p>@B"), AT),
    "English": ("<html><head><title>Notice on spring farming - Yunling</title></head><body><h1>Notice on spring farming</h1><p>Updated: Mar 5, 2026 | By: Yunling Daily</p><p>The notice applies from May 1, 2026 to all townships of the city.</p></body></html>", AT),
    "posted on": ("<html><head><title>Notice</title></head><body><h1>Notice on spring farming</h1><p>Posted on 5 March 2026</p><p>It applies from May 1, 2026.</p></body></html>", AT),
    "itemprop": (make_html(H + '<span itemprop="datePublished" content="2026-03-05">上周</span>@B'), AT),
    "title twice, day behind the second": (make_html(f"<div class=pos>首页 > {TITLE}</div><div class=bt>{TITLE}</div><div>2026年03月05日 10:00　来源：办公室</div>@B"), AT),
    "no h1, title in a div": (make_html(f"<div class=title>{TITLE}</div><div>来源：办公室　　2026-03-05 10:00</div>@B"), AT),
    "foot of the text": (make_html(H + "@B<div>（编辑：李某　发布时间：2026-03-05）</div>"), AT),
    "in a cell behind source": (make_html(f"<table><tr><td>{TITLE}</td></tr><tr><td>信息来源：市政府办</td><td>2026-03-05</td></tr><tr><td>@B</td></tr></table>"), AT),
    "printed on": (make_html(H + "<p>信息索取号：1234　公开时间：2026-03-05　公开形式：主动公开</p>@B"), AT),
    "release with spaces": (make_html(H + "<p>发 布 时 间 ： 2026 - 03 - 05</p>@B"), AT),
    "two-digit year": (make_html(H + "<p>发布：26-03-05</p>@B"), AT),
    "short month": (make_html(H + "<p class='date'>2026-3-5</p>@B"), AT),
    "before the title": (make_html("<p>2026-03-05</p>" + H + "@B"), AT),
    "entered by": (make_html(H + "<p>录入时间：2026-03-05 录入：admin</p>@B", body=BODY), AT),
    "reading count between": (make_html(H + "<ul class=info><li>来源：办公室</li><li>阅读：33</li><li>2026-03-05</li></ul>@B"), AT),
    "small under the title": (make_html(f"<h2>{TITLE}</h2><small>2026年3月5日 09:00</small>@B"), AT),
    "share box between": (make_html(H + "<div>分享到：微信 微博</div><div>字号：大 中 小</div><div>2026-03-05 10:30:00</div>@B"), AT),
    "day in its own address and page": (make_html(H + "<p>发布时间：2026-03-05</p>@B"), "http://www.yunling.gov.cn/tz/202602/t20260228_1.html"),
    "signed only": (make_html(H + "@B", body=BODY + SIGNED.replace("3月2日", "3月5日")), AT),
    "numbers beside": (make_html(H + "<p>云政发〔2026〕12号　　发布日期：2026-03-05　　主题分类：农业</p>@B"), AT),
    "month of two figures in English label": (make_html(H + "<p>Date: 2026-03-05</p>@B"), AT),
}  # fmt: skip


def find_date(layout: str) -> date | None:
    source, address = LAYOUTS[layout]
    page = parse_page(source.encode(), address, 1, normalise_url)
    assert page is not None
    said = find_publication_date(page, TODAY)
    return said.day if said else None


@pytest.mark.parametrize("layout", LAYOUTS)
def test_publication_date_is_found(layout: str) -> None:
    assert find_date(layout) == TRUE


@pytest.mark.parametrize(
    "source",
    [
        make_html(H + "@B", body="<p>正文没有任何日期。</p>"),
        "<html><title>指南</title><body><p>办理时间：工作日9:00-17:00</p><p>有效期至2028年4月30日</p></body></html>",
        "<html><title>x</title><body><div>今天是2026年11月20日</div><p>联系电话：023-12345678</p></body></html>",
    ],
)
def test_no_date_is_found_where_none_is_given(source: str) -> None:
    page = parse_page(source.encode(), AT, 1, normalise_url)
    assert page is not None
    said = find_publication_date(page, TODAY)
    assert said is None or said.weight < 60


@pytest.mark.parametrize(
    "said", ["<p>数据截至<time>2026-11-20</time>。</p>", "<p>本栏目自<time>2026-11-20</time>起不再更新。</p>"]
)
def test_statistics_date_is_no_publication_date(said: str) -> None:
    page = parse_page(f"<html><body><h1>公开成效</h1>{said}</body></html>".encode(), "http://a/", 0, normalise_url)
    assert page is not None
    assert find_publication_date(page, TODAY) is None
