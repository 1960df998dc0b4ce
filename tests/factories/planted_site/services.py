"""Service guides and their statistics."""

from factories.planted_site.frame import Site, column, text

GUIDE = (
    "事项名称|{0}", "设定依据|《云岭市公共服务管理办法》第八条", "申请条件|在本市登记的单位和常住居民", "申请材料|申请表一份，身份证明原件核验",
    "办理地点|云岭市政务服务中心二楼综合窗口", "办理时间|工作日上午九时至十七时", "联系电话|0999-7654321", "办理流程|受理、审核、决定、送达",
)  # fmt: skip


def guide(site: Site, n: int, name: str, rows: tuple[str, ...] = GUIDE) -> None:
    """Add a service guide."""
    table = "".join(f"<tr><th>{row.split('|')[0]}</th><td>{row.split('|')[1].format(name)}</td></tr>" for row in rows)
    text(
        site,
        f"/bs/{n}.html",
        f"{name}办事指南",
        100 + n,
        "办事服务",
        f'<table>{table}</table><p>表格下载：<a href="/files/form.docx">申请表样表</a></p>',
    )


def services(site: Site) -> None:
    """Add the guides and the statistics."""
    names = ["食品经营许可", "社会保障卡申领", "户外广告设置许可", "老年人优待证办理", "取水许可"]
    for n, name in enumerate(names):
        guide(site, n, name)
    column(
        site,
        "/bs/",
        "办事服务",
        [(f"{name}办事指南", f"/bs/{n}.html", 100 + n) for n, name in enumerate(names)],
    )
    column(
        site,
        "/tj/",
        "办件统计",
        [(f"云岭市{11 - n}月办件情况统计", f"/tj/{n}.html", 15 + 30 * n) for n in range(3)],
    )
    for n in range(3):
        text(site, f"/tj/{n}.html", f"云岭市{11 - n}月办件情况统计", 15 + 30 * n, "办件统计")
