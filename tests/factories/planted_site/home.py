"""The home page, the site map, the error report form and linked files."""

from factories.planted_site.frame import DOC, MENU, MP4, PDF, PNG, Site, day, page
from factories.planted_site.texts import Row


def home(site: Site, newest: list[Row]) -> None:
    """Add the home page with the newest texts."""
    rows = "".join(f'<li><a href="{path}">{title}</a><em>[{day(ago)[5:]}]</em></li>' for title, path, ago in newest)
    film = '<video src="/files/film.mp4" controls title="宣传片"></video>'
    outside = f'<p>友情链接：<a href="{site.other}/">省政府门户网站</a></p>' if site.other else ""
    site.put(
        "/",
        page(
            "云岭市人民政府",
            f'<section><h2>云岭要闻</h2><ul class="news">{rows}</ul>{film}</section>{outside}',
        ),
    )


def site_map_and_error_form(site: Site) -> None:
    """Add the site map and the error report form."""
    site.put(
        "/dt/",
        page(
            "网站地图-云岭市人民政府",
            "<h2>网站地图</h2><ul>" + "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in MENU) + "</ul>",
        ),
    )
    site.put(
        "/jiucuo/",
        page(
            "我为政府网站找错-云岭市人民政府",
            '<h2>我为政府网站找错</h2><form action="/jiucuo/send" method="post"><label>问题<textarea name="words"></textarea></label><button type="submit">提交</button></form>',
        ),
    )


def files(site: Site) -> None:
    """Add pictures, styles and files."""
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
