"""Missing or long outdated columns: faults that would hide others."""

from factories.planted_site import GUIDE, column, guide, message, report_tables, text
from oversight.inspection.faults.planting import Fault, everywhere, no_menu_entry, several

MISSING = [
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
    Fault("a search that finds nothing", 3, lambda site: site.texts.clear(), "search.not_found"),
    Fault(
        "a code of nine figures", 3, everywhere("网站标识码：5399990001", "网站标识码：539999000"), "mark.id_code_wrong"
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
                site, "/nb/", "政府信息公开年报", [("云岭市人民政府2023年政府信息公开工作年度报告", "/nb/1.html", 900)]
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
                [("关于路灯维修安排的咨询", "/lx/0.html", 120), ("关于公交线路延伸的咨询", "/lx/1.html", 121)],
            )
        ),
        "interaction.stale",
        "来信选登",
    ),
]
