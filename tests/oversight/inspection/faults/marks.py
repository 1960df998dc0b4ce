"""Faults of meta tags, links between documents and interpretations, footers, and search."""

from factories.planted_site import day, text
from oversight.inspection.faults.planting import Fault, change, everywhere, several

MARKS = [
    Fault("SiteName", 1, change("/gk/", '<meta name="SiteName" content="云岭市人民政府">', ""), "tag.site", "SiteName"),
    Fault(
        "ColumnName", 1, change("/zc/", '<meta name="ColumnName" content="政策文件">', ""), "tag.column", "ColumnName"
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
    Fault("an interpretation without its document", 1, lambda site: None, "interpretation.not_linked", "/jd/"),
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
    Fault("the entry for errors", 1, everywhere('<a href="/jiucuo/">我为政府网站找错</a>', ""), "mark.report_error"),
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
]
