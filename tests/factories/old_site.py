"""The saved folder of a messy old content management system of 云岭市, with the truth about each page.

Seeded, so that a run can be repeated. Encodings that are not what they claim, four layouts, dates in six spellings, files and pictures beside, above
and missing, frames, pages saved twice, titles used twice, list pages, error pages, what is no page at all.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from PIL import Image

BASE = "http://www.old.yunling.gov.cn/"
COLUMNS = ["通知公告", "规划计划", "人事任免", "财政资金", "应急管理", "政策文件"]
UNITS = ["云岭市住房和城乡建设局", "云岭市水务局", "云岭市教育局"]
#: Characters in GBK and GB18030 but not in GB2312: pages declared as gb2312 often contain them.
NOT_IN_GB2312 = "镕喆堃煊㙍垚犇"
MATTERS = [
    "防汛",
    "道路养护",
    "老旧小区改造",
    "学校招生",
    "河道清淤",
    "职业培训",
    "消防安全",
    "供水管网",
    "绿化养护",
    "住房公积金",
]
ACTS = [
    "关于做好{y}年{m}工作的通知",
    "{y}年{m}实施方案",
    "关于公布{y}年{m}项目名单的公告",
    "关于{m}有关事项的通告",
]
DIGITS = "〇一二三四五六七八九"


@dataclass
class Truth:
    """Expected reading of a page: `kind` is item, again (saved twice), list, error, frame or junk."""

    place: str
    kind: str
    title: str = ""
    day: date | None = None
    column: str = ""
    unit: str = ""
    body: str = ""
    files: list[str] = field(default_factory=list)
    missing: bool = False
    person: bool = False


Layout = Callable[[Truth, str, str], str]


def _meta(truth: Truth, text: str, charset: str) -> str:
    assert truth.day
    return f"""<html><head><meta http-equiv=Content-Type content="text/html; charset={charset}"><title>{truth.title}_云岭市</title>
<meta name="ArticleTitle" content="{truth.title}"><meta name="PubDate" content="{truth.day:%Y-%m-%d} 09:20">
<meta name="ContentSource" content="{truth.unit}"><meta name="ColumnName" content="{truth.column}"></head><body>
<div class="header"><a href="/">首页</a></div><h1>{truth.title}</h1><div id="zoom" class="TRS_Editor">{text}</div></body></html>"""


def _tables(truth: Truth, text: str, charset: str) -> str:
    """Nested tables, some of them unclosed, with a Chinese date."""
    assert truth.day
    return f"""<HTML><HEAD><META content="text/html; charset={charset}" http-equiv=Content-Type><TITLE>{truth.title}</TITLE></HEAD>
<BODY topMargin=0><TABLE width=980><TR><TD><IMG src="../../images/spacer.gif"><A href="/index.asp">首页</A> | <A href="/bbs/">论坛</A>
<TABLE><TR><TD class=weizhi>您现在的位置：<A href="/">云岭市政府网</A> &gt;&gt; <A href="/c.asp">{truth.column}</A> &gt;&gt; 正文
<TABLE width="96%"><TR><TD align=center><FONT size=5><B>{truth.title}</B></FONT>
<TR><TD align=center>
发布时间：{truth.day.year}年{truth.day.month}月{truth.day.day}日　来源：{truth.unit}
点击数：<SCRIPT src="/hits.asp?id=3"></SCRIPT>
<TR><TD id=content>{text}</TABLE></TABLE><HR>版权所有 云岭市人民政府</BODY></HTML>"""


def _facts(truth: Truth, text: str, charset: str) -> str:
    """The metadata table of a disclosure page."""
    assert truth.day
    return f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>{truth.title}</title></head><body>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/x/">{truth.column}</a> &gt; 正文</div>
<table class="xxgk"><tr>
<td>索 引 号：</td><td>5309-{truth.day:%Y}-{len(truth.place):04d}{truth.day:%d}</td>
<td>发布机构：</td><td>{truth.unit}</td></tr>
<tr><td>信息名称：</td><td>{truth.title}</td><td>发布日期：</td><td>{truth.day:%Y-%m-%d}</td></tr></table>
<div class="xxgk-content">{text}</div></body></html>"""


def _bare(truth: Truth, text: str, charset: str) -> str:
    """No markup for metadata; the date has a two-digit year or Chinese digits."""
    assert truth.day
    return f"""<html><head><title>{truth.title}-云岭市人民政府门户网站</title></head><body>
<div>您的位置：<a href="/">首页</a> &gt; <a href="/y/">{truth.column}</a></div>
<h2>{truth.title}</h2><p>信息来源：{truth.unit} 日期：{truth.day:%Y/%m/%d} 字号：<a href="javascript:f(1)">大</a></p>{text}
<p align=right>{truth.unit}<br>{_chinese(truth.day)}</p></body></html>"""


LAYOUTS: list[Layout] = [_meta, _tables, _facts, _bare]


def _chinese(day: date) -> str:
    year = "".join(DIGITS[int(n)] for n in str(day.year))

    def small(n: int) -> str:
        tens = "" if n < 10 else ("十" if n < 20 else f"{DIGITS[n // 10]}十")
        return tens + (DIGITS[n % 10] if n % 10 else "")

    return f"{year}年{small(day.month)}月{small(day.day)}日"


class OldSite:
    """Write a folder of pages; `truths` are the expected readings."""

    def __init__(self, folder: Path, pages: int, seed: int = 7) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.truths: list[Truth] = []
        self._things()
        for number in range(pages):
            self._one(number)

    def _things(self) -> None:
        """Pictures and files in places that pages name relatively."""
        for place in ("upload/2009", "images", "art/files"):
            (self.folder / place).mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (300, 200), "navy").save(self.folder / "upload/2009/W1.jpg")
        Image.new("RGB", (1, 1)).save(self.folder / "images/spacer.gif")
        for n in range(20):
            (self.folder / "upload/2009" / f"附表{n}.TXT").write_bytes(f"第{n}号项目清单，共{n}项。".encode("gb18030"))
            (self.folder / "art/files" / f"b{n}.csv").write_bytes(f"项目,数量\n第{n}项,{n}\n".encode("gb18030"))

    def _one(self, number: int) -> None:
        what = self.chance.random()
        kinds = [
            (0.86, self._item),
            (0.89, self._again),
            (0.92, self._list),
            (0.94, self._error),
            (0.97, self._frame),
        ]
        next((make for most, make in kinds if what < most), self._junk)(number)

    def _item(self, number: int) -> Truth:
        day = date(2003, 1, 6) + timedelta(days=self.chance.randrange(6500))
        matter = self.chance.choice(MATTERS)
        title = self.chance.choice(ACTS).format(y=day.year, m=matter)
        if self.chance.random() > 0.05:  # the others share their titles
            title += f"（第{number}号）"
        place = self.chance.choice([f"art/{day:%Y/%m}/t{number}.html", f"view.asp@id={number}", f"html/{number}.htm"])
        truth = Truth(place, "item", title, day, self.chance.choice(COLUMNS), self.chance.choice(UNITS))
        truth.body = f"为做好{matter}工作，现将有关事项通知如下。经办科室{self.chance.choice(NOT_IN_GB2312)}处，编号{number:05d}。"
        self._write(truth, self._text(truth, number))
        return truth

    def _text(self, truth: Truth, number: int) -> str:
        up = "../" * truth.place.count("/")
        parts = [f"<p>{truth.body}</p>", "<p>请各单位落实责任，及时报送情况。<br>联系科室：办公室。</p>"]
        roll = self.chance.random()
        if roll < 0.2:
            name = f"upload/2009/附表{number % 20}.TXT"
            link = name.replace("TXT", "txt") if number % 3 else f"{BASE}{name}"
            parts.append(f'<p>附件：<a href="{link if link.startswith("http") else up + link}">附表</a></p>')
            truth.files.append(name)
        elif roll < 0.3:
            parts.append(f'<p><a href="{up}upload/2001/gone{number}.doc">附件下载</a></p>')
            truth.missing = True
        elif roll < 0.35:
            parts.append(f'<p><img src="{up}upload/2009/W1.jpg" onload="f()"></p>')
        elif roll < 0.4:
            parts.append(
                '<p><img src="file:///C:/DOCUME~1/a.jpg"><a href="javascript:void(0)">打印</a><a href="#">顶部</a></p>'
            )
        elif roll < 0.43:
            truth.person = True
            parts.append("<p>申请人刘志强，身份证号42010619900101001X，电话13812345678。</p>")
        if number % 4 == 0:
            parts.append(
                f'<p>另见<a href="{up}html/{max(number - 7, 0)}.htm">有关通知</a>、<a href="/no/such.htm">旧规定</a></p>'
            )
        return "\n".join(parts)

    def _write(self, truth: Truth, text: str) -> None:
        layout = self.chance.choice(LAYOUTS)
        says, is_ = self.chance.choice(
            [("gb2312", "gb18030")] * 6
            + [("utf-8", "utf-8"), ("utf-8", "gb18030"), ("gb2312", "utf-8"), ("GBK", "gb18030")]
        )
        self._put(truth, layout(truth, text, says).encode(is_))

    def _put(self, truth: Truth, data: bytes) -> None:
        place = self.folder / truth.place
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        self.truths.append(truth)

    def _again(self, number: int) -> None:
        """An item that was saved under a second name."""
        items = [t for t in self.truths if t.kind == "item"]
        if not items:
            self._item(number)
            return
        first = self.chance.choice(items)
        data = (self.folder / first.place).read_bytes()
        self._put(Truth(f"mirror/{number}.html", "again", first.title, first.day, first.column, first.unit), data)

    def _list(self, number: int) -> None:
        links = "".join(
            f'<li><a href="/html/{n}.htm">关于{MATTERS[n % 10]}的通知</a> 2009-03-{n % 28 + 1:02d}</li>'
            for n in range(25)
        )
        html = f"<html><head><title>通知公告</title></head><body><ul>{links}</ul><a href='list_2.html'>下一页</a></body></html>"
        self._put(Truth(f"list/list_{number}.html", "list"), html.encode("gb18030"))

    def _error(self, number: int) -> None:
        html = (
            "<html><head><title>提示</title></head><body><h1>您访问的页面不存在</h1><p>404 Not Found</p></body></html>"
        )
        self._put(Truth(f"html/e{number}.htm", "error"), html.encode("gb18030"))

    def _frame(self, number: int) -> None:
        html = f"""<html><head><title>云岭市</title></head><frameset cols="180,*"><frame src="left.htm"><frame src="../html/{number - 1}.htm">
<noframes><body>您的浏览器不支持框架</body></noframes></frameset></html>"""
        self._put(Truth(f"frame/{number}.html", "frame"), html.encode("gb18030"))

    def _junk(self, number: int) -> None:
        data = [
            b"",
            b"\xff\xfe\x00\x00<\x00h",
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
            b"<html><body><scr",
            b"<" * 3000,
        ]
        self._put(Truth(f"junk/{number}.htm", "junk"), data[number % len(data)])
