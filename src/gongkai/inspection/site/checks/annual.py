"""The yearly report on open government: is last year's there, has it the form's tables, do their sums hold (`law.check_annual`)."""

import re

from gongkai.inspection.site.page import Page, words
from gongkai.inspection.site.site import Site
from gongkai.law import annual_form as form
from gongkai.law.annual import check_annual
from gongkai.law.annual_tables import tables_of

REPORT = re.compile(
    r"((?:19|20)\d{2})\s*年?(?:度)?.{0,30}(?:政府信息公开|政务公开).{0,8}(?:年度)?报告|(?:政府信息公开|政务公开).{0,12}年度?报告.{0,6}((?:19|20)\d{2})"
)
MOST_SHOWN = 10


def check_reports(site: Site) -> None:
    """Judge the reports of a site."""
    years: dict[int, str] = {}
    for column in site.columns:
        for entry in column.entries:
            _note(years, entry.title, entry.address)
    for one in site.facts.values():
        _note(years, one.title, one.address)
    if not years:
        site.add("annual.missing", site.home.address, "没有找到政府信息公开工作年度报告")
        return
    # Departments publish by 31 January, governments by 31 March (条例第五十条).
    due = site.today.year - (1 if (site.today.month, site.today.day) > (3, 31) else 2)
    if max(years) < due:
        site.add(
            "annual.late", years[max(years)], f"没有{due}年度的政府信息公开年报，最近一份是{max(years)}年度"
        )
    latest = max(years)
    facts = site.facts.get(years[latest])
    page = site.page(facts.id) if facts else None
    if page is None:
        site.skipped["annual.wrong"] = f"{latest}年度年报不是站内网页，表格未核对"
        return
    _judge(site, page, latest)


def _note(years: dict[int, str], title: str, address: str) -> None:
    match = REPORT.search(title)
    if match:
        years.setdefault(int(match[1] or match[2]), address)


def _judge(site: Site, page: Page, year: int) -> None:
    report = report_of(page)
    if not report:
        if any(
            re.search(r"\.(?:pdf|docx?|wps|ofd)$", link.address, re.I)
            for link in page.links
            if link.tag == "a"
        ):
            site.skipped["annual.wrong"] = f"{year}年度年报的表格在附件中，未核对"
            return
        site.add("annual.tables", page.address, f"{year}年度年报没有统一格式的表格", key=page.address)
        return
    missing = [form.TABLE_NAMES[value] for value in ("table3", "table4") if value not in report]
    if missing:
        site.add("annual.tables", page.address, f"{year}年度年报缺少{'、'.join(missing)}", key=page.address)
    faults = [
        fault for fault in check_annual(report).errors if fault.table in report and fault.rule != "missing"
    ]
    for fault in faults[:MOST_SHOWN]:
        site.add(
            "annual.wrong",
            page.address,
            f"{year}年度年报：{fault.message}",
            key=f"{page.address} {fault.message}",
        )


def report_of(page: Page) -> dict[str, object]:
    """Return the tables of a report that stand on its page, as `check_annual` takes them; those that are not there are left out."""
    grids = [
        [[words(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
        for table in page.by["table"]
        if next(table.iterdescendants("table"), None) is None
    ]
    return tables_of(grids)
