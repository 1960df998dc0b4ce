"""News, notices, documents with interpretations, plans, and pages about the government."""

from factories.planted_site.frame import SENTENCES, TOPICS, Site, column, day, text

#: Title, address, days ago.
Row = tuple[str, str, int]


def texts(site: Site) -> list[Row]:
    """Add texts and their columns; return those that the home page lists."""
    news = _news(site)
    notices = _notices(site)
    _policies(site)
    _about(site)
    _plans(site)
    return [*news[:6], *notices[:3]]


def _news(site: Site) -> list[Row]:
    news = [(f"云岭市扎实推进{topic}", f"/yw/{n}.html", 1 + 2 * n) for n, topic in enumerate(TOPICS)]
    for title, path, ago in news:
        text(site, path, title, ago, "云岭要闻")
    column(site, "/yw/", "云岭要闻", news)
    return news


def _notices(site: Site) -> list[Row]:
    notices = [(f"关于公布{topic}有关事项的公告", f"/tz/{n}.html", 6 + 11 * n) for n, topic in enumerate(TOPICS[:5])]
    for title, path, ago in notices:
        text(
            site,
            path,
            title,
            ago,
            "通知公告",
            f'<p>现将{title[4:-3]}公布如下，具体见附件。</p><p>{SENTENCES[ago % 5]}</p><p>附件：<a href="/files/{path[4]}.pdf">{title[4:-5]}一览表</a></p>',
        )
    column(site, "/tz/", "通知公告", notices, '<ul class="tabs"><li><a href="/tz/ls/">历史公告</a></li></ul>')
    # Not a fault: an archived column.
    told = f"<p>已归档。“历史公告”自<time>{day(30)}</time>起不再更新。</p>"
    column(site, "/tz/ls/", "历史公告", notices[-1:], told)
    return notices


def _policies(site: Site) -> None:
    policies = [
        (f"云岭市人民政府关于印发{topic}实施办法的通知", f"/zc/{n}.html", 20 + 9 * n)
        for n, topic in enumerate(TOPICS[:5])
    ]
    readings = [
        (f"《云岭市{topic}实施办法》政策解读", f"/jd/{n}.html", 19 + 9 * n) for n, topic in enumerate(TOPICS[:5])
    ]
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
    column(site, "/zc/", "政策文件", policies)
    # Not a fault: a list of interpretations below their documents.
    below = '<ul class="tabs"><li><a href="/jd/wz/">文字解读</a></li></ul>'
    column(site, "/jd/", "政策解读", readings, below)
    column(site, "/jd/wz/", "文字解读", readings)


def _about(site: Site) -> None:
    column(
        site,
        "/gk/",
        "市情概况",
        [],
        "<p>云岭市位于省境西部，辖三区四县，总面积八千平方公里，常住人口一百二十万人，是区域交通枢纽。</p>" * 2,
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


def _plans(site: Site) -> None:
    column(
        site,
        "/gh/",
        "规划信息",
        [(f"云岭市{topic}专项规划", f"/gh/{n}.html", 60 + 40 * n) for n, topic in enumerate(TOPICS[:4])],
    )
    for n, topic in enumerate(TOPICS[:4]):
        text(site, f"/gh/{n}.html", f"云岭市{topic}专项规划", 60 + 40 * n, "规划信息")
