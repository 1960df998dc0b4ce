"""How sites and accounts stand, logs of reading, rehearsals of restoring, as spreadsheets."""

from gongkai.platform.queries import Standing
from gongkai.spreadsheets import Column, Sheet


def _missing(one: Standing) -> str:
    return "、".join(day.isoformat() for day in one.missing)


PLACES = Sheet(
    "网站和账号运行情况",
    (
        Column("upkeep", "网站或者账号", write=lambda one: str(one.upkeep), width=28),
        Column("what", "类别", write=lambda one: "网站" if one.what == "site" else "政务新媒体", width=12),
        Column(
            "supervisor",
            "主管单位",
            write=lambda one: one.upkeep.supervisor.name if one.upkeep.supervisor else "",
            width=26,
        ),
        Column("body", "主办单位", write=lambda one: one.upkeep.body.name, width=26),
        Column("undertaker", "承办单位", write=lambda one: one.upkeep.undertaker, width=26),
        Column("texts", "现行制度（项）", width=14),
        Column("missing", "近30天缺读网日志的日期", write=_missing, width=40),
        Column("budget", "当年预算（万元）", width=14),
        Column("members", "团队（人）", width=10),
        Column("handed", "已签字移交（项）", width=14),
        Column("lacks", "缺少", write=lambda one: "、".join(one.lacks), width=50),
    ),
)
LOGS = Sheet(
    "读网日志",
    (
        Column("day", "日期", width=12),
        Column("by", "值班人", width=12),
        Column("words", "检查情况", width=60),
        Column("finds", "发现的问题", write=lambda one: "\n".join(f.what for f in one.finds.all()), width=60),
        Column(
            "entries",
            "整改编号",
            write=lambda one: "、".join(f.entry.number for f in one.finds.all()),
            width=20,
        ),
        Column("at", "登记时间", width=18),
    ),
)
