"""Faults of links and files: dead, circular, to internal hosts, of another type than declared."""

from factories.planted_site import DOC
from oversight.inspection.faults.planting import Fault, add, answer, change, redirect, several

LINKS = [
    Fault(
        "dead link within", 0, add("/yw/0.html", '<a href="/yw/none.html">查看详情</a>'), "link.inner", "/yw/none.html"
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
        "dead attachment", 0, add("/tz/0.html", '<a href="/files/none.xlsx">附件二</a>'), "link.attachment", "none.xlsx"
    ),
    Fault("dead picture", 0, add("/yw/2.html", '<img src="/img/none.jpg" alt="现场">'), "link.picture", "none.jpg"),
    Fault(
        "dead film", 0, add("/yw/2.html", '<video src="/files/none.mp4" controls></video>'), "link.media", "none.mp4"
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
        several(redirect("/jump", "http://10.1.2.3/secret"), add("/yw/3.html", '<a href="/jump">内网入口</a>')),
        "link.private",
        "/jump",
    ),
    Fault(
        "an address written wrong", 0, add("/yw/3.html", '<a href="http://[::bad/">外部网站</a>'), "link.broken", "bad"
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
            answer("/files/v.pdf", 200, "application/pdf", DOC), add("/tz/1.html", '<a href="/files/v.pdf">附件四</a>')
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
]
