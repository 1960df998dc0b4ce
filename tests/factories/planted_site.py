"""A government site of the invented 云岭市, clean, and the faults that tests plant in it. Served on this machine only."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TODAY = date(2026, 11, 20)
CODE = "5399990001"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PDF = b"%PDF-1.4\n" + b"0" * 200
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 100
DOC = b"PK\x03\x04" + b"\0" * 100
MENU = [
    ("市情概况", "/gk/"), ("机构职能", "/jg/"), ("领导信息", "/ld/"), ("云岭要闻", "/yw/"), ("通知公告", "/tz/"), ("政策文件", "/zc/"),
    ("政策解读", "/jd/"), ("办事服务", "/bs/"), ("办件统计", "/tj/"), ("互动交流", "/hd/"), ("来信选登", "/lx/"), ("留言统计", "/lt/"),
    ("征集调查", "/zj/"), ("规划信息", "/gh/"), ("政府信息公开指南", "/zn/"), ("政府信息公开制度", "/zd/"), ("法定主动公开内容", "/fd/"), ("政府信息公开年报", "/nb/"),
    ("依申请公开", "/sq/"),
]  # fmt: skip
LEGAL = [
    "统计信息", "行政许可", "行政处罚", "财政预决算", "行政事业性收费", "政府集中采购", "重大建设项目", "教育", "医疗卫生", "社会保障", "应急管理", "监督检查", "公务员招考",
]  # fmt: skip
TOPICS = [
    "春季防汛备汛",
    "老旧小区改造",
    "城乡供水一体化",
    "义务教育招生",
    "农村公路养护",
    "养老服务体系建设",
    "生活垃圾分类",
    "职业技能培训",
]
SENTENCES = [
    "会议要求各有关单位明确任务分工，细化工作措施，按时完成各项任务。",
    "市有关部门将组织专项检查，对发现的问题督促整改到位。",
    "群众可以到政务服务大厅现场咨询，也可以在网上提交申请。",
    "下一步，全市将继续加大投入力度，健全长效管理机制。",
    "今年以来，我市共完成投资三千二百万元，惠及居民一万余户。",
]


@dataclass
class Site:
    """Addresses and what they answer: status, media type, body; headers besides. `texts` are the titles that a search finds."""

    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    special: dict[str, Callable[[Any], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    search: bool = True
    other: str = ""
    robots: str = "User-agent: *\nDisallow: /manage/\n"

    def put(self, path: str, html: str, *, charset: str = "utf-8", status: int = 200) -> None:
        """Set a page."""
        self.answers[path] = (
            status,
            f"text/html; charset={charset}",
            html.encode(charset if charset != "none" else "utf-8"),
        )

    def html(self, path: str) -> str:
        """Return a page's HTML."""
        return self.answers[path][2].decode()

    def change(self, path: str, old: str, new: str) -> None:
        """Replace words on a page; they must stand there."""
        html = self.html(path)
        assert old in html, (path, old)
        self.put(path, html.replace(old, new))


def day(ago: int) -> str:
    return (TODAY - timedelta(days=ago)).isoformat()


def page(title: str, body: str, *, metas: dict[str, str] | None = None, menu: str = "") -> str:
    """Return a page in the site's frame."""
    given = {
        "SiteName": "云岭市人民政府",
        "SiteDomain": "www.yunling.gov.cn",
        "SiteIDCode": CODE,
        **(metas or {}),
    }
    tags = "".join(f'<meta name="{name}" content="{value}">' for name, value in given.items())
    links = menu or "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in MENU)
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>{tags}<link rel="stylesheet" href="/css/site.css"></head><body>
<header><img src="/img/logo.png" alt="云岭市人民政府"><form action="/search" method="get"><input type="text" name="q" aria-label="搜索词"><button type="submit">搜索</button></form></header>
<nav><ul class="menu"><li><a href="/">首页</a></li>{links}</ul></nav>
{body}
<footer><p><a href="/dt/">网站地图</a> <a href="/jiucuo/">我为政府网站找错</a></p>
<p>主办单位：云岭市人民政府办公室　联系电话：0999-1234567</p><p>网站标识码：{CODE}　云ICP备12345678号-1　云公网安备 53999902000001号</p>
<p><img src="/img/red.png" alt="党政机关"><script>var conac = "党政机关网站标识";</script></p></footer></body></html>"""


def text(
    site: Site,
    path: str,
    title: str,
    ago: int,
    column: str,
    body: str = "",
    *,
    source: str = "云岭市人民政府办公室",
) -> None:
    """Set one text."""
    number = abs(hash(path)) % 5
    words = (
        body
        or f"<p>围绕{title}，现将有关情况公布如下。文号{path.strip('/').replace('/', '')}。</p><p>{SENTENCES[number]}</p><p>{SENTENCES[(number + 2) % 5]}</p>"
    )
    metas = {
        "ArticleTitle": title,
        "PubDate": f"{day(ago)} 09:30",
        "ContentSource": source,
        "ColumnName": column,
        "ColumnType": "信息公开",
    }
    site.put(
        path,
        page(
            f"{title}-云岭市人民政府",
            f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; {column}</div><article><h1>{title}</h1><p class="info">发布时间：{day(ago)} 09:30　来源：{source}</p><div class="content">{words}</div></article>',
            metas=metas,
        ),
    )
    site.texts[path] = title


def column(site: Site, path: str, name: str, entries: list[tuple[str, str, int]], body: str = "") -> None:
    """Set a column's page."""
    rows = "".join(
        f'<li><a href="{address}" title="{title}">{title}</a><span class="date">{day(ago)}</span></li>'
        for title, address, ago in entries
    )
    metas = {
        "ColumnName": name,
        "ColumnType": "信息公开",
        "ColumnDescription": f"{name}栏目",
        "ColumnKeywords": name,
    }
    shown = f'<ul class="list">{rows}</ul>' if entries else ""
    site.put(
        path,
        page(
            f"{name}-云岭市人民政府",
            f'<div class="crumb">当前位置：<a href="/">首页</a> &gt; {name}</div><h2>{name}</h2>{shown}{body}',
            metas=metas,
        ),
    )


def clean(other: str = "") -> Site:
    """Return a clean site. `other` is the address of another site that it links to."""
    site = Site(other=other)
    news = [(f"云岭市扎实推进{topic}", f"/yw/{n}.html", 1 + 2 * n) for n, topic in enumerate(TOPICS)]
    notices = [
        (f"关于公布{topic}有关事项的公告", f"/tz/{n}.html", 6 + 11 * n) for n, topic in enumerate(TOPICS[:5])
    ]
    policies = [
        (f"云岭市人民政府关于印发{topic}实施办法的通知", f"/zc/{n}.html", 20 + 9 * n)
        for n, topic in enumerate(TOPICS[:5])
    ]
    readings = [
        (f"《云岭市{topic}实施办法》政策解读", f"/jd/{n}.html", 19 + 9 * n)
        for n, topic in enumerate(TOPICS[:5])
    ]
    for title, path, ago in news:
        text(site, path, title, ago, "云岭要闻")
    for title, path, ago in notices:
        text(
            site,
            path,
            title,
            ago,
            "通知公告",
            f'<p>现将{title[4:-3]}公布如下，具体见附件。</p><p>{SENTENCES[ago % 5]}</p><p>附件：<a href="/files/{path[4]}.pdf">{title[4:-5]}一览表</a></p>',
        )
    for n, (title, path, ago) in enumerate(policies):
        text(
            site,
            path,
            title,
            ago,
            "政策文件",
            f'<p>各区县人民政府，市政府各部门：</p><p>现将《云岭市{TOPICS[n]}实施办法》印发给你们，请认真贯彻执行。{SENTENCES[n]}</p><p>政策解读：<a href="/jd/{n}.html">{readings[n][0]}</a></p>',
        )
        text(
            site,
            f"/jd/{n}.html",
            readings[n][0],
            readings[n][2],
            "政策解读",
            f'<p>为便于公众了解《云岭市{TOPICS[n]}实施办法》，现从制定背景和主要内容两方面作如下说明。{SENTENCES[n]}</p><p>相关文件：<a href="{path}">{title}</a></p>',
        )
    column(site, "/yw/", "云岭要闻", news)
    column(site, "/tz/", "通知公告", notices, '<ul class="tabs"><li><a href="/tz/ls/">历史公告</a></li></ul>')
    column(site, "/zc/", "政策文件", policies)
    # What looks like a fault and is none: a list of interpretations below theirs, an archived column.
    below = '<ul class="tabs"><li><a href="/jd/wz/">文字解读</a></li></ul>'
    column(site, "/jd/", "政策解读", readings, below)
    column(site, "/jd/wz/", "文字解读", readings)
    told = f"<p>已归档。“历史公告”自<time>{day(30)}</time>起不再更新。</p>"
    column(site, "/tz/ls/", "历史公告", [(title, path, ago) for title, path, ago in notices[-1:]], told)
    column(
        site,
        "/gk/",
        "市情概况",
        [],
        "<p>云岭市位于省境西部，辖三区四县，总面积八千平方公里，常住人口一百二十万人，是区域交通枢纽。</p>"
        * 2,
    )
    column(
        site,
        "/jg/",
        "机构职能",
        [],
        "<p>云岭市人民政府办公室负责市政府会议的准备工作，协助市政府领导组织会议决定事项的实施，并承担政务公开工作的推进和指导。</p>",
    )
    column(
        site,
        "/ld/",
        "领导信息",
        [],
        "<p>市长：陈立明，主持市政府全面工作，分管审计工作。</p><p>副市长：周文，负责教育、文化、卫生健康方面的工作。</p>",
    )
    column(
        site,
        "/gh/",
        "规划信息",
        [(f"云岭市{topic}专项规划", f"/gh/{n}.html", 60 + 40 * n) for n, topic in enumerate(TOPICS[:4])],
    )
    for n, topic in enumerate(TOPICS[:4]):
        text(site, f"/gh/{n}.html", f"云岭市{topic}专项规划", 60 + 40 * n, "规划信息")
    _services(site)
    _interaction(site)
    _disclosure(site)
    rows = "".join(
        f'<li><a href="{path}">{title}</a><em>[{day(ago)[5:]}]</em></li>'
        for title, path, ago in [*news[:6], *notices[:3]]
    )
    film = '<video src="/files/film.mp4" controls title="宣传片"></video>'
    outside = f'<p>友情链接：<a href="{other}/">省政府门户网站</a></p>' if other else ""
    site.put(
        "/",
        page(
            "云岭市人民政府",
            f'<section><h2>云岭要闻</h2><ul class="news">{rows}</ul>{film}</section>{outside}',
        ),
    )
    site.put(
        "/dt/",
        page(
            "网站地图-云岭市人民政府",
            "<h2>网站地图</h2><ul>"
            + "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in MENU)
            + "</ul>",
        ),
    )
    site.put(
        "/jiucuo/",
        page(
            "我为政府网站找错-云岭市人民政府",
            '<h2>我为政府网站找错</h2><form action="/jiucuo/send" method="post"><label>问题<textarea name="words"></textarea></label><button type="submit">提交</button></form>',
        ),
    )
    for name in ("/img/logo.png", "/img/red.png"):
        site.answers[name] = (200, "image/png", PNG)
    for n in range(5):
        site.answers[f"/files/{n}.pdf"] = (200, "application/pdf", PDF)
    site.answers["/files/form.docx"] = (
        200,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        DOC,
    )
    site.answers["/files/film.mp4"] = (200, "video/mp4", MP4)
    site.answers["/css/site.css"] = (200, "text/css", b"body{margin:0}")
    return site


GUIDE = (
    "事项名称|{0}", "设定依据|《云岭市公共服务管理办法》第八条", "申请条件|在本市登记的单位和常住居民", "申请材料|申请表一份，身份证明原件核验",
    "办理地点|云岭市政务服务中心二楼综合窗口", "办理时间|工作日上午九时至十七时", "联系电话|0999-7654321", "办理流程|受理、审核、决定、送达",
)  # fmt: skip


def guide(site: Site, n: int, name: str, rows: tuple[str, ...] = GUIDE) -> None:
    table = "".join(
        f"<tr><th>{row.split('|')[0]}</th><td>{row.split('|')[1].format(name)}</td></tr>" for row in rows
    )
    text(
        site,
        f"/bs/{n}.html",
        f"{name}办事指南",
        100 + n,
        "办事服务",
        f'<table>{table}</table><p>表格下载：<a href="/files/form.docx">申请表样表</a></p>',
    )


def _services(site: Site) -> None:
    names = ["食品经营许可", "社会保障卡申领", "户外广告设置许可", "老年人优待证办理", "取水许可"]
    for n, name in enumerate(names):
        guide(site, n, name)
    column(
        site,
        "/bs/",
        "办事服务",
        [(f"{name}办事指南", f"/bs/{n}.html", 100 + n) for n, name in enumerate(names)],
    )
    column(
        site,
        "/tj/",
        "办件统计",
        [(f"云岭市{11 - n}月办件情况统计", f"/tj/{n}.html", 15 + 30 * n) for n in range(3)],
    )
    for n in range(3):
        text(site, f"/tj/{n}.html", f"云岭市{11 - n}月办件情况统计", 15 + 30 * n, "办件统计")


def message(site: Site, n: int, matter: str, ago: int, *, answered: bool = True, fields: bool = True) -> None:
    said = f"<p>留言时间：{day(ago + 4)}</p><p>留言内容：想了解{matter}的办理进度。</p>"
    if answered:
        said += "<p>答复单位：云岭市住房城乡建设局</p>" if fields else ""
        said += (
            f"<p>答复时间：{day(ago)}</p><p>答复内容：您反映的{matter}已列入本季度计划，感谢您的关注。</p>"
        )
    else:
        said += "<p>状态：未答复</p>"
    text(site, f"/lx/{n}.html", f"关于{matter}的咨询", ago, "来信选登", said)


def _interaction(site: Site) -> None:
    matters = ["路灯维修安排", "公交线路延伸", "自来水管道改造", "小区加装电梯"]
    for n, matter in enumerate(matters):
        message(site, n, matter, 9 + 7 * n)
    column(
        site,
        "/lx/",
        "来信选登",
        [(f"关于{matter}的咨询", f"/lx/{n}.html", 9 + 7 * n) for n, matter in enumerate(matters)],
        # A form among the messages is no message; a name before what is said of it is no doubled word.
        '<ul class="ways"><li><a href="/lx/cx/">用查询码查看办理情况</a></li><li><a href="/hd/"><strong>互动交流</strong>互动交流栏目可以写信</a></li></ul>',
    )
    look_up = '<form action="/lx/cx/" method="post"><label>查询码<input name="code"></label><button type="submit">查询</button></form>'
    site.put(
        "/lx/cx/",
        page(
            "办理情况查询-云岭市人民政府",
            f"<h2>办理情况查询</h2><p>答复时间、办理结果凭查询码查看。</p>{look_up}",
        ),
    )
    column(
        site,
        "/lt/",
        "留言统计",
        [],
        "<p>本年共收到有效留言一百二十件，已全部按期答复，平均用时三个工作日，群众满意率百分之九十八。</p>",
    )
    column(
        site,
        "/hd/",
        "互动交流",
        [],
        '<form action="/hd/send" method="post"><label>姓名<input name="name"></label><label>内容<textarea name="words"></textarea></label><button type="submit">提交</button></form>',
    )
    asked = [
        ("关于《云岭市城市绿化办法》公开征求意见的公告", "/zj/0.html", 10),
        ("《云岭市停车管理办法》征求意见采纳情况", "/zj/1.html", 150),
        ("关于《云岭市停车管理办法》公开征求意见的公告", "/zj/2.html", 200),
    ]
    text(
        site,
        "/zj/0.html",
        asked[0][0],
        10,
        "征集调查",
        f"<p>现就办法草案公开征求意见，截止时间：{day(-20)}，可来信来电反映意见，欢迎社会各界参与。</p>",
    )
    text(
        site,
        "/zj/1.html",
        asked[1][0],
        150,
        "征集调查",
        "<p>共收到意见十二条，采纳九条，未采纳三条的理由是与上位法不一致。</p>",
    )
    text(
        site,
        "/zj/2.html",
        asked[2][0],
        200,
        "征集调查",
        f"<p>现就办法草案公开征求意见，截止时间：{day(170)}，可来信来电反映意见，欢迎社会各界参与。</p>",
    )
    column(site, "/zj/", "征集调查", asked)


def report_tables(*, wrong: bool = False) -> str:
    rows = [
        [3, 1, 0, 0, 0, 0, 4],
        [0] * 7,
        *[[2, 1, 0, 0, 0, 0, 3], *[[0] * 7] * 19, [1, 0, 0, 0, 0, 0, 1]],
        [3, 1, 0, 0, 0, 0, 5 if wrong else 4],
        [0] * 7,
    ]
    from gongkai.law import annual_form as form

    third = "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
        for name, row in zip(form.TABLE3_ROWS.values(), rows, strict=True)
    )
    fourth = (
        f"<tr><td>行政复议</td><td>未经复议直接起诉</td><td>复议后起诉</td></tr><tr>{'<td>0</td>' * 15}</tr>"
    )
    return f"<table>{third}</table><table>{fourth}</table>"


def _disclosure(site: Site) -> None:
    column(
        site,
        "/zn/",
        "政府信息公开指南",
        [],
        "<p>本指南说明市政府主动公开的范围、方式，以及公民、法人申请公开的程序。受理机构为市政府办公室，地址为云岭市人民路一号。</p>",
    )
    column(
        site,
        "/zd/",
        "政府信息公开制度",
        [],
        "<p>本市建立信息发布协调、公开审查、考核评议制度，由市政府办公室负责组织实施并接受社会监督。</p>",
    )
    column(
        site,
        "/fd/",
        "法定主动公开内容",
        [],
        "<ul class='legal'>"
        + "".join(f'<li><a href="/fd/{n}.html">{name}</a></li>' for n, name in enumerate(LEGAL))
        + "</ul>",
    )
    for n, name in enumerate(LEGAL):
        column(site, f"/fd/{n}.html", name, [(f"云岭市2026年{name}情况公布", f"/fd/{n}/1.html", 30 + n)])
        text(site, f"/fd/{n}/1.html", f"云岭市2026年{name}情况公布", 30 + n, name)
    title = "云岭市人民政府2025年政府信息公开工作年度报告"
    text(
        site,
        "/nb/1.html",
        title,
        240,
        "政府信息公开年报",
        f"<p>本报告按照规定编制，由总体情况、主动公开情况等部分组成。</p>{report_tables()}",
    )
    column(site, "/nb/", "政府信息公开年报", [(title, "/nb/1.html", 240)])
    column(
        site,
        "/sq/",
        "依申请公开",
        [],
        '<p>申请人可以当面、邮寄或者在线提交申请。</p><form action="/sq/send" method="post"><label>内容<textarea name="words"></textarea></label><button type="submit">提交</button></form>',
    )


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve a site on this machine; yield its address without a slash at the end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            special = site.special.get(self.path.partition("?")[0])
            if special:
                special(self)
                return
            if self.path == "/robots.txt":
                self.answer(200, "text/plain", site.robots.encode())
            elif self.path.startswith("/search?") and site.search:
                self.answer(200, "text/html; charset=utf-8", self.found().encode())
            else:
                status, kind, body = site.answers.get(
                    unquote(self.path), (404, "text/html; charset=utf-8", "没有这个网页".encode())
                )
                self.answer(status, kind, body, **site.headers.get(self.path, {}))

        def found(self) -> str:
            asked = parse_qs(urlsplit(self.path).query).get("q", [""])[0]
            rows = "".join(
                f'<li><a href="{path}">{title}</a></li>'
                for path, title in site.texts.items()
                if asked in title
            )
            return page("搜索结果", f"<p>搜索“{asked}”</p><ul>{rows}</ul>")

        def answer(self, status: int, kind: str, body: bytes, **headers: str) -> None:
            self.send_response(status)
            if kind:
                self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def version_string(self) -> str:
            return "web"

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
