"""Fake external sites of a county and a bureau with an HTTP server for them, and a finished migration of old pages.

They are served on this machine under their registered host names, without other network access.
"""

import io
import json
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import uuid4

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.migration import actions, row_samples
from gongkai.content.migration.models import MoveRun, RunKind
from gongkai.content.migration.queries import list_column_mappings
from gongkai.content.migration.run_steps import work_on_run
from gongkai.content.publishing import actions as publishing
from gongkai.core.files.storage import get_working_folder
from gongkai.core.units.models import Role
from gongkai.lib.outbound.permitted_hosts import resolve_to_local_port
from gongkai.ops.demo.people import SampleStaff, read_rows

#: Number of old pages in the small city.
SMALL_CITY_PAGES = 6
OLD_SITE = "http://old.yunling.gov.example/"
_OLD_ARTICLE_HTML = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>{title}</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{date}"><meta name="ContentSource" content="{unit}">
</head><body><div class="position">当前位置：首页 &gt; {column} &gt; 正文</div>
<div id="zoom"><p>{text}</p></div></body></html>"""


def create_migration(staff: SampleStaff, *, small: bool = False) -> None:
    """Request, read and order the migration of the old pages, and archive their columns."""
    website = Website.objects.get(body=staff.bodies["shi"])
    administrator = staff.actor(Role.ADMINISTRATOR, staff.bodies["shiban"])
    today = timezone.localdate()
    facts = {
        "reason": "迁移原网站2016—2019年的信息",
        "live_on": today,
        "until": today + timedelta(days=60),
    }
    actions.open_window(actions.request_window(website, by=administrator, **facts), by=staff.chief)
    run = MoveRun(
        kind=RunKind.PAGES,
        website=website,
        body=staff.bodies["shiban"],
        name="云岭市人民政府原网站（2016—2019年）",
        base=OLD_SITE,
        bundle=_write_saved_pages(SMALL_CITY_PAGES if small else None),
        uploaded=True,
    )
    run = work_on_run(actions.start_run(run, by=administrator), seconds=60)
    targets = {row["path"]: row["path"] for row in list_column_mappings(run)}
    actions.set_column_mapping(run, by=administrator, targets=targets, open_columns=True)
    run = MoveRun.objects.get(pk=run.pk)
    for sampled_row in row_samples.list_sampled_rows(run, staff.chief):
        for row_part, digest in row_samples.map_row_parts(sampled_row.row):
            row_samples.record_opened_part(sampled_row.row, staff.chief, row_part, digest)
    actions.order_run(run, by=staff.chief)
    work_on_run(run, seconds=60)
    old_column = Column.objects.filter(website=website, name="历史信息").first()
    for column in Column.objects.filter(parent=old_column, archived_at=None) if old_column else ():
        publishing.archive_column(column, by=staff.chief, note="原网站2016—2019年的信息。")


def _write_saved_pages(limit: int | None) -> str:
    """Write the pages (at most `limit`) into an uploaded .zip; return its path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, row in enumerate(read_rows("old_site")[:limit], 1):
            facts = {
                "title": row["标题"],
                "date": row["日期"],
                "unit": row["单位"],
                "column": row["栏目"].replace(">", "&gt;"),
                "text": row["正文"],
            }
            bundle.writestr(
                f"art/{row['日期'][:4]}/art_{number}.html", _OLD_ARTICLE_HTML.format(**facts).encode("gb18030")
            )
    folder = get_working_folder("migration")
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{uuid4().hex}.zip"
    place.write_bytes(buffer.getvalue())
    return str(place)


_LETTER_FORM_HTML = '<form action="/hd/send" method="post"><label>内容<textarea name="words"></textarea></label><button>提交</button></form>'
_MENU_ENTRIES = (
    "县情概况=/gk/ 青溪要闻=/yw/ 通知公告=/tz/ 政策文件=/zc/ 政策解读=/jd/ 规划信息=/gh/ 机构职能=/jg/ 领导信息=/ld/ "
    "办事服务=/bs/ 互动交流=/hd/ 来信选登=/lx/ 留言统计=/lt/ 征集调查=/zj/ 政府信息公开指南=/zn/ 政府信息公开制度=/zd/ "
    "法定主动公开内容=/fd/ 依申请公开=/sq/ 政府信息公开年报=/nb/ 财政预决算=/cz/ 行政处罚=/cf/"
)
_PAGE_HTML = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}-{site.name}</title>{tags}</head><body>
<form action="/search"><input name="q" aria-label="搜索词"><button>搜索</button></form>
<nav><ul><li><a href="/">首页</a></li>{menu}</ul></nav>
{body}<footer><p><a href="/ditu/">网站地图</a> 我为政府网站找错</p>
<p>主办单位：{site.name}　联系电话：{site.phone}　网站标识码：{site.code}</p>
<p>云ICP备53990200号-1　云公网安备 53990202000001号　党政机关网站标识</p></footer></body></html>"""
_SERVICE_GUIDE_ROWS = (
    ("事项名称", "取水许可"), ("设定依据", "《青溪县公共服务管理办法》第八条"), ("申请条件", "在本县登记的单位和常住居民"),
    ("申请材料", "申请表一份"), ("办理地点", "青溪县政务服务中心二楼"), ("办理时间", "工作日上午九时至十七时"),
    ("联系电话", "0799-5207654"), ("办理流程", "受理、审核、决定、送达"),
)  # fmt: skip
_FIXED_PAGES = (
    ("县情概况", "/gk/", "青溪县位于云岭市西部，辖二镇一乡一街道，总面积一千二百平方公里，常住人口十八万人，是全市重要的水源地。"),
    ("机构职能", "/jg/", "青溪县人民政府办公室负责县政府会议的准备工作，协助县政府领导组织会议决定事项的实施，承担政务公开工作。"),
    ("领导信息", "/ld/", "县长：李志远，主持县政府全面工作，分管审计工作。副县长：周静，负责教育、文化、卫生健康方面的工作。"),
    ("互动交流", "/hd/", "来信来电请写明事由和联系方式，我们在规定时间内答复。"),
    ("留言统计", "/lt/", "本年共收到有效留言四十二件，已按期答复三十九件，平均用时四个工作日，群众满意率百分之九十五。"),
    ("政府信息公开指南", "/zn/", "本指南说明县政府主动公开的范围、方式和申请公开的程序。受理机构为县政府办公室，地址为城关镇人民路一号。"),
    ("政府信息公开制度", "/zd/", "本县建立信息发布协调、公开审查、考核评议制度，由县政府办公室负责组织实施并接受社会监督。"),
    ("法定主动公开内容", "/fd/", "本栏目公开法律法规规定主动公开的内容，包括规划信息、财政预决算和行政处罚等，由有关单位更新。"),
    ("依申请公开", "/sq/", "申请人可以当面、邮寄或者在线提交申请，县政府办公室自收到申请之日起按规定期限答复。"),
)  # fmt: skip
_FILLER_SENTENCES = (
    "县政府办公室会同有关单位明确任务分工，细化工作措施，按时完成各项任务。",
    "有关部门将组织专项检查，对发现的问题督促整改到位。",
    "群众可以到政务服务大厅现场咨询，也可以在网上提交申请。",
    "下一步将继续加大投入力度，健全长效管理机制。",
)


@dataclass
class OuterSite:
    """A site: pages by path, search results, and the common page frame."""

    name: str
    host: str
    code: str
    phone: str
    today: date
    columns: list[tuple[str, str]] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def day(self, ago: int) -> str:
        """Return the day `ago` days before the inspection, as text."""
        return (self.today - timedelta(days=ago)).isoformat()

    def wrap_page(self, title: str, body: str, metas: Mapping[str, str] | None = None) -> str:
        """Return a page with the site's header, menu and footer."""
        meta_tags = {"SiteName": self.name, "SiteDomain": self.host, "SiteIDCode": self.code, **(metas or {})}
        tags = "".join(f'<meta name="{name}" content="{value}">' for name, value in meta_tags.items() if value)
        menu = "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in self.columns)
        return _PAGE_HTML.format(site=self, title=title, tags=tags, menu=menu, body=body)

    def add_column(self, name: str, path: str, entries: list[tuple[str, int, str]], body: str = "") -> None:
        """Add a column page with its texts (title, days ago, HTML; "" for invented text), each a page of its own."""
        rows = ""
        for number, (title, ago, text) in enumerate(entries):
            address = f"{path}{number}.html"
            rows += f'<li><a href="{address}">{title}</a><span>{self.day(ago)}</span></li>'
            self.add_article(address, title, ago, name, text or self._make_text(title, number))
        metas = {
            "ColumnName": name,
            "ColumnType": "政务公开",
            "ColumnDescription": f"{name}栏目",
            "ColumnKeywords": name,
        }
        shown = f"<ul>{rows}</ul>" if rows else ""
        self.pages[path] = self.wrap_page(name, f"<h2>{name}</h2>{shown}{body}", metas)

    def add_article(self, path: str, title: str, ago: int, column: str, text: str) -> None:
        """Add the page of a text, published `ago` days ago."""
        metas = {
            "ArticleTitle": title,
            "PubDate": f"{self.day(ago)} 09:30",
            "ContentSource": self.name,
            "ColumnName": column,
            "ColumnType": "政务公开",
        }
        body = f"<article><h1>{title}</h1><p>发布时间：{self.day(ago)} 09:30</p><div>{text}</div></article>"
        self.pages[path] = self.wrap_page(title, body, metas)
        self.titles[path] = title

    def _make_text(self, title: str, number: int) -> str:
        return f"<p>围绕{title}，现将有关情况公布如下。</p><p>{_FILLER_SENTENCES[number % 4]}{_FILLER_SENTENCES[(number + 1) % 4]}</p>"

    def replace_words(self, *words: str) -> "OuterSite":
        """Return a copy with words replaced in pairs (old, new) in name, host, pages and titles."""
        text = json.dumps([self.name, self.host, self.pages, self.titles], ensure_ascii=False)
        for old_word, new_word in zip(words[::2], words[1::2], strict=True):
            text = text.replace(old_word, new_word)
        name, host, pages, titles = json.loads(text)
        return OuterSite(name, host, self.code, self.phone, self.today, self.columns, pages, titles)

    def respond(self, path: str) -> tuple[int, str]:
        """Return (status, HTML) for a path; /search finds titles."""
        url_parts = urlsplit(path)
        if url_parts.path == "/search":
            query_text = parse_qs(url_parts.query).get("q", [""])[0]
            rows = "".join(f'<li><a href="{at}">{t}</a></li>' for at, t in self.titles.items() if query_text in t)
            return 200, self.wrap_page("搜索结果", f"<ul>{rows}</ul>")
        html = self.pages.get(unquote(url_parts.path))
        return (200, html) if html is not None else (404, "没有这个网页")


def make_county_site(today: date, *, mended: bool) -> OuterSite:
    """Return 青溪县's site, before or after some faults were corrected (`mended`)."""
    site = OuterSite(
        "青溪县人民政府", "www.qingxi.example", "5399020001" if mended else "53990200", "0799-5201234", today
    )
    site.columns = [
        (name, path) for name, _, path in (menu_entry.partition("=") for menu_entry in _MENU_ENTRIES.split())
    ]
    news = [("青溪县召开防汛备汛工作会议", 2 if mended else 21, ""), ("青溪县城乡供水一体化工程通水", 24, "")]
    misspelled_html = "" if mended else "<p>会议要求认真布署秋冬季森林防火，切实把责任落实到位。</p>"
    news.append(("青溪县启动秋冬季森林防火", 30, misspelled_html))
    site.add_column("青溪要闻", "/yw/", news)
    person = "青溪镇王晓琴，身份证号" + _INVENTED_ID_NUMBER + "，补助金额1200元。"
    names = "名单可以到各镇便民服务中心查询。" if mended else person
    broken_link = f'<p>附件：<a href="/{quote("附件")}/mingdan.pdf">补助对象名单</a></p>'
    site.add_column(
        "通知公告",
        "/tz/",
        [
            ("关于公布2026年临时救助对象的公告", 12, f"<p>现将临时救助对象公布如下。{names}</p>"),
            ("关于组织申报农村公路养护项目的通知", 33, f"<p>请各镇按要求组织申报。</p>{broken_link}"),
        ],
    )
    plan = '<p>各镇人民政府：现将《青溪县养老服务实施办法》印发给你们，请认真执行。</p><p>解读：<a href="/jd/0.html">政策解读</a></p>'
    link_to_document = '<p>相关文件：<a href="/zc/0.html">青溪县养老服务实施办法</a></p>'
    site.add_column("政策文件", "/zc/", [("青溪县人民政府关于印发养老服务实施办法的通知", 60, plan)])
    read = "<p>为便于公众了解《青溪县养老服务实施办法》，从制定背景和主要内容作如下说明。</p>"
    site.add_column(
        "政策解读", "/jd/", [("《青溪县养老服务实施办法》政策解读", 59, read + (link_to_document if mended else ""))]
    )
    for name, path, text in _FIXED_PAGES:
        site.add_column(name, path, [], f"<p>{text}</p>{_LETTER_FORM_HTML if path in ('/hd/', '/sq/') else ''}")
    site.add_column("规划信息", "/gh/", [("青溪县城乡供水专项规划", 200, "")])
    _add_services(site, mended=mended)
    return site


#: An identity number of no person: no region has this code.
_INVENTED_ID_NUMBER = "539902198503124525"


def _add_services(site: OuterSite, *, mended: bool) -> None:
    """Add the site's service and disclosure pages, front page and site map; `mended` is the state after corrections."""
    rows = "".join(
        f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in _SERVICE_GUIDE_ROWS[: 8 if mended else 5]
    )
    site.add_column("办事服务", "/bs/", [("取水许可办事指南", 100, f"<table>{rows}</table>")])
    letters = [("关于路灯维修安排的咨询", 9, _make_letter(site, "路灯维修安排", 9, "已列入本季度计划"))]
    letters.append(
        (
            "关于公交线路延伸的咨询",
            64,
            _make_letter(site, "公交线路延伸", 64, "" if not mended else "已开通试运行"),
        )
    )
    site.add_column("来信选登", "/lx/", letters)
    draft = f"<p>现公开征求意见，截止时间：{site.day(-10)}，欢迎社会各界参与。</p>"
    site.add_column("征集调查", "/zj/", [("关于《青溪县停车管理办法》公开征求意见的公告", 20, draft)])
    site.add_column("政府信息公开年报", "/nb/", [("青溪县人民政府2024年政府信息公开工作年度报告", 600, "")])
    site.add_column("财政预决算", "/cz/", [("青溪县2026年财政预算公开", 240, "")])
    site.add_column("行政处罚", "/cf/", [("青溪县2026年行政处罚情况公布", 30, "")] if mended else [])
    days = (2 if mended else 21, 24, 30)
    addresses = [f"/yw/{number}.html" for number in range(3)]
    rows = "".join(
        f'<li><a href="{at}">{site.titles[at]}</a> {site.day(ago)}</li>'
        for at, ago in zip(addresses, days, strict=True)
    )
    site.pages["/"] = site.wrap_page("首页", f"<h2>青溪要闻</h2><ul>{rows}</ul>")
    links = "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in site.columns)
    site.pages["/ditu/"] = site.wrap_page("网站地图", f"<ul>{links}</ul>")


def _make_letter(site: OuterSite, matter: str, ago: int, text: str) -> str:
    """Return the HTML of a letter, answered `ago` days ago unless `text` is empty."""
    answer = f"<p>答复单位：青溪县住房城乡建设局</p><p>答复时间：{site.day(ago)}</p><p>答复内容：{text}，感谢关注。</p>"
    return (
        f"<p>留言时间：{site.day(ago + 3)}</p><p>留言内容：想了解{matter}的进度。</p>"
        f"{answer if text else '<p>状态：未答复</p>'}"
    )


@contextmanager
def serve_site(host: str, site: OuterSite) -> Iterator[None]:
    """Context manager that serves a site on a local port to which its host name resolves."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer with a page."""
            status, html = site.respond(self.path)
            data = html.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Do not log that the inspector closed a reused connection."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        with resolve_to_local_port(host, server.server_port):
            yield
    finally:
        server.shutdown()
        server.server_close()
