"""Faults planted in the clean site, each with the indicator that must name it and where. Faults of one round do not touch each other."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from factories.planted_site import (
    DOC,
    GUIDE,
    TOPICS,
    Site,
    column,
    day,
    guide,
    message,
    page,
    report_tables,
    text,
)


@dataclass(frozen=True)
class Fault:
    """A fault: what it is called, its round, how it is planted, the indicator, and what stands in the address or the words of its finding."""

    name: str
    round: int
    plant: Callable[[Site], Any]
    indicator: str
    says: str = ""


def change(path: str, old: str, new: str) -> Callable[[Site], None]:
    return lambda site: site.change(path, old, new)


def add(path: str, html: str, end: str = "</article>") -> Callable[[Site], None]:
    """Add to a page, before an end."""
    return lambda site: site.change(path, end, html + end)


def everywhere(old: str, new: str) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        for path, (status, kind, body) in list(site.answers.items()):
            if kind.startswith("text/html"):
                site.answers[path] = (status, kind, body.decode().replace(old, new).encode())

    return plant


def several(*plants: Callable[[Site], Any]) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        for one in plants:
            one(site)

    return plant


def answer(path: str, status: int, kind: str, body: bytes) -> Callable[[Site], None]:
    return lambda site: site.answers.update({path: (status, kind, body)})


def redirect(path: str, to: str) -> Callable[[Site], None]:
    return lambda site: site.special.update(
        {path: lambda handler: handler.answer(302, "text/html", b"", Location=to)}
    )


def lonely(path: str, body: bytes, kind: str = "text/html; charset=utf-8") -> Callable[[Site], None]:
    """A page that a text links to."""
    return several(answer(path, 200, kind, body), add("/yw/7.html", f'<a href="{path}">更多情况介绍</a>'))


def old(path: str, name: str, ago: int) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        titles = [(f"关于{topic}的{name}", f"{path}{n}.html", ago + n) for n, topic in enumerate(TOPICS[:5])]
        for title, address, when in titles:
            text(site, address, title, when, name)
        column(site, path, name, titles)

    return plant


def undated(site: Site) -> None:
    for n, topic in enumerate(TOPICS[:4]):
        words = f"<p>{topic}是本市今年的重点任务，分三个阶段实施，由市卫生健康部门牵头组织。</p>"
        site.put(
            f"/fd/8/{n}.html", page(f"{topic}工作要点", f"<article><h1>{topic}工作要点</h1>{words}</article>")
        )
    rows = "".join(
        f'<li><a href="/fd/8/{n}.html">{topic}工作要点</a></li>' for n, topic in enumerate(TOPICS[:4])
    )
    column(site, "/fd/8.html", "医疗卫生", [], f"<ul class='list'>{rows}</ul>")


def garbled(site: Site) -> None:
    site.change("/yw/4.html", "<article>", "<article><p>锟斤拷锟斤拷拷贝内容</p>")


def declared_wrong(site: Site) -> None:
    body = site.html("/yw/5.html").replace('charset="utf-8"', 'charset="utf-8"').encode("gb18030")
    site.answers["/yw/5.html"] = (200, "text/html; charset=utf-8", body)


def no_menu_entry(path: str) -> Callable[[Site], None]:
    """Take a column out of the menus of every page, and its page away."""

    def plant(site: Site) -> None:
        for place, (status, kind, body) in list(site.answers.items()):
            if kind.startswith("text/html"):
                words = re.sub(rf'<li><a href="{path}">[^<]*</a></li>', "", body.decode())
                site.answers[place] = (status, kind, words.encode())
        for place in [one for one in site.answers if one.startswith(path)]:
            del site.answers[place]

    return plant


def empties(*numbers: int) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        for n in numbers:
            name = re.search(r"<h2>(.*?)</h2>", site.html(f"/fd/{n}.html"))
            assert name
            column(site, f"/fd/{n}.html", name[1], [], "<p>暂无内容</p>" if n % 2 else "")

    return plant


FAULTS = [
    # round 0: links, files, words, safety of single pages
    Fault(
        "dead link within",
        0,
        add("/yw/0.html", '<a href="/yw/none.html">查看详情</a>'),
        "link.inner",
        "/yw/none.html",
    ),
    Fault(
        "dead link on the home page",
        0,
        add("/", '<a href="/gone/">专题专栏页</a>', "</section>"),
        "link.home",
        "/gone/",
    ),
    Fault(
        "dead link to another site",
        0,
        lambda site: add("/yw/1.html", f'<a href="{site.other}/none">省级文件</a>')(site),
        "link.outer",
        "/none",
    ),
    Fault(
        "another site that is not there",
        0,
        add("/yw/1.html", '<a href="http://127.0.0.1:9/">协作单位</a>'),
        "link.outer",
        "127.0.0.1:9",
    ),
    Fault(
        "dead attachment",
        0,
        add("/tz/0.html", '<a href="/files/none.xlsx">附件二</a>'),
        "link.attachment",
        "none.xlsx",
    ),
    Fault(
        "dead picture",
        0,
        add("/yw/2.html", '<img src="/img/none.jpg" alt="现场">'),
        "link.picture",
        "none.jpg",
    ),
    Fault(
        "dead film",
        0,
        add("/yw/2.html", '<video src="/files/none.mp4" controls></video>'),
        "link.media",
        "none.mp4",
    ),
    Fault("dead style", 0, change("/yw/2.html", "/css/site.css", "/css/none.css"), "link.asset", "none.css"),
    Fault(
        "a server that fails",
        0,
        several(
            answer("/yw/fails.html", 500, "text/html", b"oops"),
            add("/yw/3.html", '<a href="/yw/fails.html">进展情况</a>'),
        ),
        "link.inner",
        "fails",
    ),
    Fault(
        "redirects in a circle",
        0,
        several(
            redirect("/loop/a", "/loop/b"),
            redirect("/loop/b", "/loop/a"),
            add("/yw/3.html", '<a href="/loop/a">办理入口</a>'),
        ),
        "link.loop",
        "/loop/",
    ),
    Fault(
        "a redirect into an inner network",
        0,
        several(
            redirect("/jump", "http://10.1.2.3/secret"), add("/yw/3.html", '<a href="/jump">内网入口</a>')
        ),
        "link.private",
        "/jump",
    ),
    Fault(
        "an address written wrong",
        0,
        add("/yw/3.html", '<a href="http://[::bad/">外部网站</a>'),
        "link.broken",
        "bad",
    ),
    Fault(
        "an attachment that is a page",
        0,
        several(
            answer("/files/w.pdf", 200, "application/pdf", b"<html><body>login</body></html>"),
            add("/tz/1.html", '<a href="/files/w.pdf">附件三</a>'),
        ),
        "file.wrong",
        "w.pdf",
    ),
    Fault(
        "an attachment of another kind",
        0,
        several(
            answer("/files/v.pdf", 200, "application/pdf", DOC),
            add("/tz/1.html", '<a href="/files/v.pdf">附件四</a>'),
        ),
        "file.wrong",
        "v.pdf",
    ),
    Fault(
        "an empty attachment",
        0,
        several(
            answer("/files/e.docx", 200, "application/msword", b""),
            add("/tz/1.html", '<a href="/files/e.docx">附件五</a>'),
        ),
        "file.empty",
        "e.docx",
    ),
    Fault("a wrong word", 0, add("/yw/0.html", "<p>各单位要认真布署，抓好落实。</p>"), "words.wrong", "布署"),
    Fault(
        "another wrong word",
        0,
        add("/yw/1.html", "<p>截止目前，已完成全部任务。</p>"),
        "words.wrong",
        "截止目前",
    ),
    Fault(
        "a set phrase of politics",
        0,
        add("/yw/2.html", "<p>要增强“四个意思”，坚定信心。</p>"),
        "veto.serious_words",
        "四个意思",
    ),
    Fault(
        "an old name of a body",
        0,
        add("/yw/2.html", "<p>联合国家工商行政管理总局开展检查。</p>"),
        "words.wrong",
        "工商行政管理总局",
    ),
    Fault(
        "an identity number",
        0,
        add("/tz/2.html", "<p>申请人张小明，身份证号110101199003074477。</p>"),
        "privacy.exposed",
        "身份证",
    ),
    Fault(
        "a mobile",
        0,
        add("/tz/3.html", "<p>获补贴人员李大山，手机13912345678。</p>"),
        "privacy.exposed",
        "电话",
    ),
    Fault(
        "a bank card",
        0,
        add("/tz/4.html", "<p>王小花，银行卡号6222021234567890123，补贴三百元。</p>"),
        "privacy.exposed",
        "银行",
    ),
    Fault("a placeholder", 0, add("/yw/6.html", "<p>测试内容</p>"), "page.placeholder", "测试内容"),
    Fault("garbled words", 0, garbled, "page.garbled", "/yw/4.html"),
    Fault("another encoding than declared", 0, declared_wrong, "page.charset", "/yw/5.html"),
    Fault(
        "an error of a program",
        0,
        lonely("/err.html", page("查询", "<p>Traceback (most recent call last):</p>").encode()),
        "page.error",
        "/err.html",
    ),
    Fault(
        "a folder that lists itself",
        0,
        lonely("/dir/", page("Index of /dir", "<p>a.bak</p>").encode()),
        "security.listing",
        "/dir/",
    ),
    Fault(
        "gone, but answered with 200",
        0,
        lonely("/soft.html", page("提示", "<p>您访问的页面不存在</p>").encode()),
        "page.soft_404",
        "/soft.html",
    ),
    Fault(
        "no title",
        0,
        lonely("/untitled.html", page("", "<p>第一季度数据说明</p>").encode()),
        "page.untitled",
        "/untitled.html",
    ),
    Fault(
        "a hidden link",
        0,
        add("/yw/6.html", '<div style="display:none"><a href="http://shop.invalid/">优惠商品</a></div>'),
        "security.hidden_link",
        "shop.invalid",
    ),
    Fault(
        "a link to gambling",
        0,
        add("/yw/6.html", '<a href="http://game.invalid/">澳门威尼斯娱乐城</a>'),
        "veto.harmful",
        "game.invalid",
    ),
    Fault(
        "a link that was hijacked",
        0,
        lambda site: add("/yw/6.html", f'<a href="{site.other}/taken.html">协会网站</a>')(site),
        "veto.harmful",
        "taken",
    ),
    Fault(
        "a script that hides what it does",
        0,
        add("/yw/6.html", "<script>eval(function(p,a,c,k,e,d){return p}('x'))</script>"),
        "security.script",
    ),
    Fault(
        "a hidden frame",
        0,
        add("/yw/6.html", '<iframe src="http://bad.invalid/x" width="0" height="0" title="x"></iframe>'),
        "security.frame",
        "bad.invalid",
    ),
    Fault(
        "a page that leaves by itself",
        0,
        lonely(
            "/go.html",
            page("跳转", "<p>正在跳转</p>")
            .replace("<title>", '<meta http-equiv="refresh" content="0;url=http://away.invalid/"><title>')
            .encode(),
        ),
        "security.refresh",
        "away.invalid",
    ),
    Fault(
        "advertising",
        0,
        add("/yw/6.html", '<script src="http://pagead2.googlesyndication.com/x.js"></script>'),
        "advert",
        "googlesyndication",
    ),
    Fault("no lang", 0, change("/tz/", '<html lang="zh-CN">', "<html>"), "access.lang", "/tz/"),
    Fault("a picture without words", 0, add("/yw/7.html", '<img src="/img/logo.png">'), "access.alt", "logo"),
    Fault(
        "a field without a label",
        0,
        change("/hd/", '<label>姓名<input name="name"></label>', '<input name="name">'),
        "access.label",
        "name",
    ),
    Fault(
        "a link without words",
        0,
        add("/yw/7.html", '<a href="/zc/"><span></span></a>'),
        "access.link",
        "/zc/",
    ),
    Fault(
        "a frame without a title",
        0,
        add("/yw/7.html", '<iframe src="/jg/"></iframe>'),
        "access.frame",
        "/jg/",
    ),
    Fault(
        "sound that plays by itself",
        0,
        add("/yw/7.html", '<audio src="/files/film.mp4" autoplay></audio>'),
        "access.autoplay",
    ),
    Fault(
        "no viewport",
        0,
        change("/zc/", '<meta name="viewport" content="width=device-width, initial-scale=1">', ""),
        "mobile.viewport",
        "/zc/",
    ),
    Fault(
        "no zoom",
        0,
        change("/jd/", "initial-scale=1", "initial-scale=1, user-scalable=no"),
        "mobile.zoom",
        "/jd/",
    ),
    Fault(
        "a fixed width",
        0,
        change("/gk/", "width=device-width, initial-scale=1", "width=1200"),
        "mobile.width",
        "1200",
    ),
    Fault(
        "a software's version",
        0,
        lambda site: site.headers.update({"/": {"X-Powered-By": "PHP/5.3.10"}}),
        "security.banner",
        "PHP/5.3",
    ),
    Fault(
        "a page that is too large",
        0,
        lonely("/large.html", page("大", "<p>" + "数据说明，" * 200_000 + "</p>").encode()),
        "page.large",
        "/large.html",
    ),
    Fault(
        "no body",
        0,
        lambda site: text(site, "/gh/3.html", "云岭市开展重点项目观摩活动", 7, "规划信息", "<p></p>"),
        "page.empty",
        "/gh/3.html",
    ),
    Fault(
        "a day ahead",
        0,
        lambda site: (
            text(site, "/yw/5b.html", "云岭市召开年终总结大会", -40, "云岭要闻")
            or add("/yw/7.html", '<a href="/yw/5b.html">云岭市召开年终总结大会</a>')(site)
        ),
        "page.future",
        "/yw/5b.html",
    ),
    Fault(
        "published twice",
        0,
        lambda site: (
            [
                text(
                    site,
                    f"/tz/twice{n}.html",
                    "关于开展消防安全检查工作的通告",
                    30,
                    "通知公告",
                    "<p>现就有关事项通告如下，自发布之日起施行，请各单位遵照执行并做好宣传。</p>",
                )
                for n in (1, 2)
            ]
            and add(
                "/yw/7.html", '<a href="/tz/twice1.html">通告一览</a><a href="/tz/twice2.html">通告二览</a>'
            )(site)
        ),
        "page.duplicate",
        "消防安全检查",
    ),
    # round 1: columns, services, interaction, disclosure, tags, marks
    Fault("the news are old", 1, old("/yw/", "云岭要闻", 40), "news.stale", "云岭要闻"),
    Fault("notices are old", 1, old("/tz/", "通知公告", 220), "policy.stale", "通知公告"),
    Fault("interpretations are old", 1, old("/jd/", "政策解读", 300), "interpretation.stale", "政策解读"),
    Fault(
        "the home page is old",
        1,
        lambda site: site.put("/", re.sub(r"\[\d\d-\d\d\]", f"[{day(40)[5:]}]", site.html("/"))),
        "veto.home_stale",
        "首页",
    ),
    Fault(
        "statistics of services are old", 1, old("/tj/", "办件统计", 120), "service.statistics", "办件统计"
    ),
    Fault("a column without days", 1, undated, "column.undated", "医疗卫生"),
    Fault("an empty column", 1, empties(0, 1, 2, 3, 4), "column.empty", "/fd/0.html"),
    Fault("another empty column, said so", 1, lambda site: None, "column.empty", "/fd/1.html"),
    Fault(
        "another column that is long old",
        1,
        lambda site: [
            text(site, "/fd/7/1.html", "云岭市2024年教育情况公布", 700, "教育"),
            column(site, "/fd/7.html", "教育", [("云岭市2024年教育情况公布", "/fd/7/1.html", 700)]),
        ],
        "column.stale",
        "教育",
    ),
    Fault(
        "elements of a guide",
        1,
        lambda site: guide(site, 0, "食品经营许可", GUIDE[:6]),
        "service.guide",
        "联系电话",
    ),
    Fault(
        "a form that is gone",
        1,
        change("/bs/1.html", "/files/form.docx", "/files/lost.docx"),
        "service.form",
        "lost.docx",
    ),
    Fault(
        "a message that waits for weeks",
        1,
        lambda site: message(site, 2, "自来水管道改造", 40, answered=False),
        "interaction.unanswered",
        "自来水",
    ),
    Fault(
        "a message that waits for months",
        1,
        lambda site: message(site, 3, "小区加装电梯", 150, answered=False),
        "veto.unanswered",
        "加装电梯",
    ),
    Fault(
        "who answered is not said",
        1,
        lambda site: message(site, 1, "公交线路延伸", 16, fields=False),
        "interaction.fields",
        "答复单位",
    ),
    Fault(
        "no button to send",
        1,
        lambda site: site.put(
            "/hd/", site.html("/hd/").replace('</label><button type="submit">提交</button>', "</label>")
        ),
        "interaction.form",
        "/hd/",
    ),
    Fault(
        "a result that is owed",
        1,
        several(
            lambda site: site.answers.pop("/zj/1.html"),
            lambda site: column(
                site,
                "/zj/",
                "征集调查",
                [("关于《云岭市停车管理办法》公开征求意见的公告", "/zj/2.html", 200)],
            ),
        ),
        "consultation.result",
        "停车管理",
    ),
    Fault(
        "a report whose sums fail",
        1,
        lambda site: site.put(
            "/nb/1.html", site.html("/nb/1.html").replace(report_tables(), report_tables(wrong=True))
        ),
        "annual.wrong",
        "2025年度年报",
    ),
    Fault(
        "SiteName",
        1,
        change("/gk/", '<meta name="SiteName" content="云岭市人民政府">', ""),
        "tag.site",
        "SiteName",
    ),
    Fault(
        "ColumnName",
        1,
        change("/zc/", '<meta name="ColumnName" content="政策文件">', ""),
        "tag.column",
        "ColumnName",
    ),
    Fault(
        "ContentSource",
        1,
        change("/zc/0.html", '<meta name="ContentSource" content="云岭市人民政府办公室">', ""),
        "tag.article",
        "ContentSource",
    ),
    Fault(
        "a PubDate written otherwise",
        1,
        change(
            "/zc/1.html",
            f'<meta name="PubDate" content="{day(29)} 09:30">',
            f'<meta name="PubDate" content="{day(29).replace("-", "/")}">',
        ),
        "tag.wrong",
        "PubDate",
    ),
    Fault(
        "an interpretation without its document", 1, lambda site: None, "interpretation.not_linked", "/jd/"
    ),
    Fault(
        "a document without its interpretation",
        1,
        several(
            lambda site: text(
                site,
                "/jd/9.html",
                "《云岭市春季防汛备汛实施办法》政策解读",
                19,
                "政策解读",
                '<p>办法的制定背景和主要内容说明如下，供公众了解。</p><a href="/zc/0.html">云岭市人民政府关于印发春季防汛备汛实施办法的通知</a>',
            ),
            lambda site: site.change(
                "/jd/",
                '<ul class="list">',
                '<ul class="list"><li><a href="/jd/9.html">《云岭市春季防汛备汛实施办法》政策解读</a><span class="date">2025-02-01</span></li>',
            ),
        ),
        "policy.not_linked",
        "/zc/0.html",
    ),
    Fault("the code at the foot", 1, everywhere("网站标识码：5399990001", ""), "mark.id_code"),
    Fault("ICP", 1, everywhere("云ICP备12345678号-1", ""), "mark.icp"),
    Fault("the police's record", 1, everywhere("云公网安备 53999902000001号", ""), "mark.police"),
    Fault("who keeps the site", 1, everywhere("主办单位：云岭市人民政府办公室", ""), "mark.sponsor"),
    Fault("how to reach them", 1, everywhere("联系电话：0999-1234567", ""), "mark.contact"),
    Fault(
        "the entry for errors",
        1,
        everywhere('<a href="/jiucuo/">我为政府网站找错</a>', ""),
        "mark.report_error",
    ),
    Fault("the map", 1, everywhere('<a href="/dt/">网站地图</a>', ""), "mark.map"),
    Fault(
        "the mark of party and government",
        1,
        everywhere('<script>var conac = "党政机关网站标识";</script>', ""),
        "mark.party",
    ),
    Fault(
        "a search that fails",
        1,
        lambda site: site.special.update({"/search": lambda handler: handler.answer(500, "text/html", b"")}),
        "search.broken",
    ),
    # round 2: what is not there at all
    *(
        Fault(f"no {path}", 2, no_menu_entry(path), indicator)
        for path, indicator in (
            ("/gk/", "overview.missing"),
            ("/jg/", "institution.missing"),
            ("/ld/", "leaders.missing"),
            ("/jd/", "interpretation.missing"),
            ("/zn/", "disclosure.guide"),
            ("/zd/", "disclosure.system"),
            ("/fd/", "disclosure.catalogue"),
            ("/sq/", "disclosure.request"),
            ("/nb/", "annual.missing"),
            ("/lx/", "interaction.none_public"),
            ("/lt/", "interaction.statistics"),
            ("/zj/", "consultation.missing"),
            ("/hd/", "veto.no_channel"),
        )
    ),
    Fault("no services", 2, several(no_menu_entry("/bs/"), no_menu_entry("/tj/")), "veto.no_services"),
    Fault(
        "no search",
        2,
        everywhere(
            '<form action="/search" method="get"><input type="text" name="q" aria-label="搜索词"><button type="submit">搜索</button></form>',
            "",
        ),
        "search.missing",
    ),
    Fault("what art. 20 wants", 2, lambda site: None, "disclosure.items", "行政许可"),
    # round 3
    Fault("a search that finds nothing", 3, lambda site: site.texts.clear(), "search.not_found"),
    Fault(
        "a code of nine figures",
        3,
        everywhere("网站标识码：5399990001", "网站标识码：539999000"),
        "mark.id_code_wrong",
    ),
    Fault(
        "last year's report",
        3,
        lambda site: [
            text(
                site,
                "/nb/1.html",
                "云岭市人民政府2023年政府信息公开工作年度报告",
                900,
                "政府信息公开年报",
                f"<p>本报告由总体情况等部分组成。</p>{report_tables()}",
            ),
            column(
                site,
                "/nb/",
                "政府信息公开年报",
                [("云岭市人民政府2023年政府信息公开工作年度报告", "/nb/1.html", 900)],
            ),
        ],
        "annual.late",
        "2025年度",
    ),
    Fault(
        "guides without most elements",
        3,
        lambda site: [guide(site, n, f"事项{n}办理", GUIDE[:3]) for n in range(5)],
        "veto.guides",
        "缺少5类",
    ),
    Fault(
        "messages long not shown",
        3,
        lambda site: (
            [message(site, n, matter, 120 + n) for n, matter in enumerate(("路灯维修安排", "公交线路延伸"))]
            and column(
                site,
                "/lx/",
                "来信选登",
                [
                    ("关于路灯维修安排的咨询", "/lx/0.html", 120),
                    ("关于公交线路延伸的咨询", "/lx/1.html", 121),
                ],
            )
        ),
        "interaction.stale",
        "来信选登",
    ),
]
