"""Faults of single pages: layout, hidden content, accessibility, mobile display."""

from factories.planted_site import page, text
from oversight.inspection.faults.planting import Fault, add, change, lonely

FORM = [
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
        "a page that leads to gambling by itself",
        0,
        lambda site: lonely(
            "/led.html",
            page("跳转", f'<p>正在打开</p><script>location.href="{site.other}/led.html";</script>').encode(),
        )(site),
        "veto.harmful",
        "自动转向有害网站",
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
        "a page that leaves by its script",
        0,
        lonely(
            "/away.html",
            page("跳转", '<p>正在打开</p><script>location.href="http://elsewhere.invalid/";</script>').encode(),
        ),
        "security.refresh",
        "elsewhere.invalid",
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
    Fault("a link without words", 0, add("/yw/7.html", '<a href="/zc/"><span></span></a>'), "access.link", "/zc/"),
    Fault("a frame without a title", 0, add("/yw/7.html", '<iframe src="/jg/"></iframe>'), "access.frame", "/jg/"),
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
    Fault("no zoom", 0, change("/jd/", "initial-scale=1", "initial-scale=1, user-scalable=no"), "mobile.zoom", "/jd/"),
    Fault(
        "a fixed width", 0, change("/gk/", "width=device-width, initial-scale=1", "width=1200"), "mobile.width", "1200"
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
            and add("/yw/7.html", '<a href="/tz/twice1.html">通告一览</a><a href="/tz/twice2.html">通告二览</a>')(site)
        ),
        "page.duplicate",
        "消防安全检查",
    ),
]
