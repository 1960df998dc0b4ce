"""The content that article 20 of the Regulation requires: guide, rules, legal columns, annual report, requests."""

from factories.planted_site.frame import LEGAL, Site, column, text
from gongkai.lib.law import annual_form as form


def report_tables(*, wrong: bool = False) -> str:
    """Return tables 3 and 4 of a report, with a wrong sum on demand."""
    rows = [
        [3, 1, 0, 0, 0, 0, 4],
        [0] * 7,
        *[[2, 1, 0, 0, 0, 0, 3], *[[0] * 7] * 19, [1, 0, 0, 0, 0, 0, 1]],
        [3, 1, 0, 0, 0, 0, 5 if wrong else 4],
        [0] * 7,
    ]
    third = "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
        for name, row in zip(form.TABLE3_ROWS.values(), rows, strict=True)
    )
    fourth = f"<tr><td>行政复议</td><td>未经复议直接起诉</td><td>复议后起诉</td></tr><tr>{'<td>0</td>' * 15}</tr>"
    return f"<table>{third}</table><table>{fourth}</table>"


def disclosure(site: Site) -> None:
    """Add the disclosure section."""
    column(
        site,
        "/zn/",
        "政府信息公开指南",
        [],
        "<p>本指南说明市政府主动公开的范围、方式，以及公民、法人申请公开的程序。受理机构为市政府办公室，地址为云岭市人民路一号。</p>",
    )
    column(
        site,
        "/zd/",
        "政府信息公开制度",
        [],
        "<p>本市建立信息发布协调、公开审查、考核评议制度，由市政府办公室负责组织实施并接受社会监督。</p>",
    )
    column(
        site,
        "/fd/",
        "法定主动公开内容",
        [],
        "<ul class='legal'>"
        + "".join(f'<li><a href="/fd/{n}.html">{name}</a></li>' for n, name in enumerate(LEGAL))
        + "</ul>",
    )
    for n, name in enumerate(LEGAL):
        column(site, f"/fd/{n}.html", name, [(f"云岭市2026年{name}情况公布", f"/fd/{n}/1.html", 30 + n)])
        text(site, f"/fd/{n}/1.html", f"云岭市2026年{name}情况公布", 30 + n, name)
    title = "云岭市人民政府2025年政府信息公开工作年度报告"
    text(
        site,
        "/nb/1.html",
        title,
        240,
        "政府信息公开年报",
        f"<p>本报告按照规定编制，由总体情况、主动公开情况等部分组成。</p>{report_tables()}",
    )
    column(site, "/nb/", "政府信息公开年报", [(title, "/nb/1.html", 240)])
    column(
        site,
        "/sq/",
        "依申请公开",
        [],
        '<p>申请人可以当面、邮寄或者在线提交申请。</p><form action="/sq/send" method="post"><label>内容<textarea name="words"></textarea></label><button type="submit">提交</button></form>',
    )
