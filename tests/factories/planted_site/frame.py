"""The sample site: its responses, page frame, texts and columns."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zlib import crc32

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
    """Addresses and their responses (status, media type, body, headers); `texts` are searchable titles."""

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
    """Add a text."""
    number = crc32(path.encode()) % 5
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
    """Add the page of a column."""
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
