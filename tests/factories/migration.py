"""Old pages and spreadsheets of the invented 云岭市, and migration runs from them."""

import io
import tempfile
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from factories.checks import pdf_with
from gongkai.content.editions.models import Website
from gongkai.content.migration import actions, row_samples
from gongkai.content.migration.models import MoveRow, MoveRun, MoveWindow, RunKind
from gongkai.content.migration.row_samples import list_unchecked_parts
from gongkai.content.migration.run_steps import work_on_run
from gongkai.content.migration.sources.sheet import OLD_ITEMS_SHEET
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PDF = pdf_with("年度计划清单")
OLD_SITE = "http://www.old.yunling.gov.cn/"

PAGE = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{title}-云岭市人民政府</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{date}">
<meta name="ContentSource" content="{source}"><meta name="ColumnName" content="通知公告">
<script>var a = 1;</script></head><body>
<div class="header"><a href="/">首页</a><a href="/zwgk/">政务公开</a></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/tzgg/">通知公告</a> &gt; 正文</div>
<h1>{title}</h1><div class="info">发布时间：{date}　来源：{source}</div>
{facts}<div id="zoom" class="TRS_Editor"><h1>{title}</h1>
<div>各县区人民政府，市政府各部门：</div><p style="text-indent:2em">{text}</p>
<p><img src="./W020190305.png" alt="位置图"></p>
{more}<p>附件：<a href="./P020190305.pdf">{title}清单</a>，另见<a href="/art/2018/1/2/art_1_1.html">去年的通知</a></p>
<div class="bdsharebuttonbox">分享到微信</div></div>
<div class="related"><a href="/a.html">相关：另一篇很长很长的标题的文章链接</a></div>
<div class="footer">版权所有</div></body></html>"""


def page(
    title: str = "关于做好2019年防汛工作的通知",
    *,
    date: str = "2019-03-05 09:20",
    source: str = "云岭市住房和城乡建设局",
    text: str = "为做好今年的防汛工作，请各单位落实责任，加强值守，及时报送情况。",
    charset: str = "gb2312",
    more: str = "",
    facts: str = "",
) -> bytes:
    """Return an old site's page; `facts` come before its text, `more` after it."""
    words = PAGE.format(title=title, date=date, source=source, text=text, charset=charset, more=more, facts=facts)
    return words.encode("gb18030" if charset.startswith("gb") else charset)


def save_pages(folder: Path, count: int = 3, **facts: Any) -> Path:
    """Save pages with a picture and a file to a folder."""
    here = folder / "art" / "2019"
    here.mkdir(parents=True)
    for number in range(1, count + 1):
        (here / f"art_{number}.html").write_bytes(page(f"关于做好2019年防汛工作的通知（之{number}）", **facts))
    (here / "W020190305.png").write_bytes(PNG)
    (here / "P020190305.pdf").write_bytes(PDF)
    return folder


def row(number: int = 1, **facts: Any) -> dict[str, Any]:
    """Return a row of the spreadsheet."""
    return {
        "title": f"云岭市住房发展年度计划（第{number}号）",
        "column": "规划信息",
        "unit": "云岭市住房和城乡建设局",
        "published": f"2018-05-{number % 28 + 1:02d} 10:00",
        "text": "为改善居民居住条件，制定本计划。",
        "old": f"/view.asp?id={number}",
    } | facts


def sheet(*rows: dict[str, Any]) -> bytes:
    """Return a spreadsheet of these rows."""
    return write_xlsx(
        OLD_ITEMS_SHEET,
        [{"files": "、".join(r.get("files", []))} | {k: v for k, v in r.items() if k != "files"} for r in rows],
    )


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a .zip with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return out.getvalue()


def open_move_window(site: Website, **facts: Any) -> MoveWindow:
    """Return the site's migration window, approved by two people."""
    today = timezone.localdate()
    given = {"live_on": today, "until": today + timedelta(days=30), "opened_at": timezone.now()}
    people = {"asked_by": "周一", "asker_id": 900_001, "opened_by": "周二", "opener_id": 900_002}
    found = MoveWindow.objects.filter(website=site, closed_at=None).first()
    return found or MoveWindow.objects.create(website=site, reason="新网站建设", **{**given, **people, **facts})


def saved_page(said: dict[str, str]) -> bytes:
    """Return the old site's page for a spreadsheet row: its fields, text and file links."""
    links = "".join(f'<p><a href="../{one}">{one}</a></p>' for one in said.get("附件", "").split("、") if one)
    labels = ("发文字号", "发文机关", "成文日期", "施行日期", "索引号", "主题词", "内容概述")
    facts = "".join(f"<p>{name}：{said[name]}</p>" for name in labels if said.get(name))
    source = {"source": said["信息来源"]} if said.get("信息来源") else {}
    facts += f"<p>{said.get('发布单位', '')}</p>"
    day = said.get("发布时间", "")
    return page(said["标题"], date=day, text=said.get("正文", ""), charset="utf-8", more=links, facts=facts, **source)


def with_saved_pages(facts: dict[str, Any]) -> dict[str, Any]:
    """Add a saved page as evidence to each row of a spreadsheet."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(facts["sheet"]))
    page_ = book.active
    assert page_ is not None
    heads = {str(cell.value).rstrip("*").strip(): cell.column for cell in page_[1]}
    given = facts.get("bundle")
    beside = given is not None and Path(str(given)).is_dir()
    folder = Path(str(given)) if beside else Path(tempfile.mkdtemp())
    if given is not None and not beside:
        zipfile.ZipFile(str(given)).extractall(folder)
    (folder / "原网页").mkdir(exist_ok=True)
    for number in range(2, page_.max_row + 1):
        said = {name: str(page_.cell(number, place).value or "") for name, place in heads.items()}
        if said.get("标题") and "原网页" in heads and not said["原网页"]:
            (folder / "原网页" / f"{number}.html").write_bytes(saved_page(said))
            page_.cell(number, heads["原网页"]).value = f"原网页/{number}.html"
    out = io.BytesIO()
    book.save(out)
    return {**facts, "sheet": out.getvalue(), "bundle": folder}


def read_run(site: Website, by: Actor, *, body: Body | None = None, prove: bool = True, **facts: Any) -> MoveRun:
    """Return a migration run that another person started and that waits for approval."""
    open_move_window(site)
    if prove and "sheet" in facts:
        facts = with_saved_pages(facts)
    kind = RunKind.SHEET if "sheet" in facts else RunKind.PAGES
    made = MoveRun(
        kind=kind,
        website=site,
        body=body,
        name="旧网站",
        base=OLD_SITE,
        **{name: str(value) if isinstance(value, Path) else value for name, value in facts.items()},
    )
    reader = replace(by, person_id=(by.person_id or 0) + 900_000, user_id=None)
    return view_run(work_on_run(actions.start_run(made, by=reader), seconds=1e9), by)


def view_run(run: MoveRun, by: Actor) -> MoveRun:
    """Record that a user viewed all of a run, as its approval requires."""
    for one in run.rows.exclude(content_digest=""):
        for part, digest in row_samples.map_row_parts(one):
            row_samples.record_opened_part(one, by, part, digest)
    return run


def view_row(row: MoveRow, by: Actor) -> list[str]:
    """Record that a user viewed all unsearchable content of a row; return the marks to send."""
    row_samples.record_opened_part(row, by, row_samples.TEXT, row.content_digest)
    parts = list_unchecked_parts(row)
    for part in parts:
        row_samples.record_opened_part(row, by, row_samples.FILE, part.mark)
    return [part.mark for part in parts]


def approve_and_process(run: MoveRun, by: Actor) -> MoveRun:
    """Approve a migration run and process it."""
    actions.order_run(view_run(run, by), by=by)
    return work_on_run(run, seconds=1e9)
