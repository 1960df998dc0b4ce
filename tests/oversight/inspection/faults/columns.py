"""Faults of columns: outdated, empty, missing required content."""

import re

from factories.planted_site import GUIDE, column, day, guide, message, report_tables, text
from oversight.inspection.faults.planting import Fault, change, empties, old, several, undated

COLUMNS = [
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
    Fault("statistics of services are old", 1, old("/tj/", "办件统计", 120), "service.statistics", "办件统计"),
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
        "elements of a guide", 1, lambda site: guide(site, 0, "食品经营许可", GUIDE[:6]), "service.guide", "联系电话"
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
                site, "/zj/", "征集调查", [("关于《云岭市停车管理办法》公开征求意见的公告", "/zj/2.html", 200)]
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
]
