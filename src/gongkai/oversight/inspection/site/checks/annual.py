"""Check annual reports for presence, required tables and sums (`law.check_annual_report`)."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law import annual_form as form
from gongkai.lib.law.annual import check_annual_report
from gongkai.lib.law.annual_form import parse_tables
from gongkai.oversight.inspection.site.label_patterns import ANNUAL_REPORT_PATTERN
from gongkai.oversight.inspection.site.page import WebPage, get_text
from gongkai.oversight.inspection.site.site import CrawledSite

#: Faults of one report that are listed.
MAX_LISTED_FAULTS = 10
#: Maximum number of reports whose tables are read.
MAX_REPORTS_READ = 200
_REPORT_TITLE_RE = re.compile(
    r"^(.{2,40}?)(?:关于)?(?:发布|公布)?(?:《.{2,40}?)?((?:19|20)\d{2})\s*年?(?:度)?.{0,12}(?:政府信息公开|政务公开).{0,8}(?:年度)?报告"
)
#: Statements in a report's text about the number of requests.
_REQUEST_COUNT_STATEMENTS = (
    (
        "new",
        "本年新收",
        re.compile(
            r"(?:新收|收到|受理|共收到|接收)(?:的)?(?:政府信息)?(?:公开)?(?:依)?申请(?:公开)?(?:共|总数|数量)?(?:为)?\s*(\d{1,6})\s*[件条份宗]"
        ),
    ),
    ("carried_in", "上年结转", re.compile(r"上年(?:度)?结转(?:政府信息公开申请)?(?:共)?\s*(\d{1,6})\s*[件条份宗]")),
    (
        "carried_out",
        "结转下年度",
        re.compile(r"结转(?:至)?下(?:一)?年度?(?:继续办理)?(?:共)?\s*(\d{1,6})\s*[件条份宗]"),
    ),
)


def check_annual_reports(site: CrawledSite) -> None:
    """Check a site's annual reports: presence, latest year, years that units lack, and tables."""
    years: dict[int, str] = {}
    titles: dict[str, str] = {}
    for fact in site.facts.values():
        titles.setdefault(fact.address, fact.title)
    for column in site.columns:
        for entry in column.entries:
            if not ANNUAL_REPORT_PATTERN.search(titles.get(entry.address, "")):
                titles[entry.address] = entry.title
    for address, title in titles.items():
        _note_report_year(years, title, address)
    if not years:
        scripted = [column.name for column in site.of_kind("annual") if column.scripted]
        if scripted:
            site.skipped["annual.missing"] = "年报栏目的列表由脚本生成，未能读取"
            return
        site.add("annual.missing", site.home.address, "没有找到政府信息公开工作年度报告")
        return
    # Departments publish by 31 January, governments by 31 March (条例第五十条).
    due = site.today.year - (1 if (site.today.month, site.today.day) > (3, 31) else 2)
    if max(years) < due:
        site.add("annual.late", years[max(years)], f"没有{due}年度的政府信息公开年报，最近一份是{max(years)}年度")
    units = _group_by_unit(titles)
    _check_missing_years(site, units, due)
    _check_tables(site, units, years)


def _note_report_year(years: dict[int, str], title: str, address: str) -> None:
    """Store the address by year if the title is that of an annual report; the first address stays."""
    match = ANNUAL_REPORT_PATTERN.search(title)
    if match:
        years.setdefault(int(match[1] or match[2]), address)


def _group_by_unit(titles: dict[str, str]) -> dict[str, dict[int, str]]:
    """Return the addresses of annual reports by unit and year, as read from their titles."""
    reports: dict[str, dict[int, str]] = {}
    for address, title in titles.items():
        match = _REPORT_TITLE_RE.search("".join(title.split()))
        if match and "解读" not in title:
            reports.setdefault(match[1].removesuffix("关于"), {}).setdefault(int(match[2]), address)
    return reports


def _check_missing_years(site: CrawledSite, units: dict[str, dict[int, str]], due: int) -> None:
    """Report years without an annual report that the unit or most others should have."""
    founding = _list_founding_lines(site)
    for unit, own_years in units.items():
        young = any(unit in line for line in founding)
        other_units = [years for name, years in units.items() if name != unit]
        known_years = {year for years in units.values() for year in years if year <= due}
        for year in sorted((known_years | set(range(min(own_years), max(own_years)))) - set(own_years)):
            between = min(own_years) < year < max(own_years)
            have = sum(year in years for years in other_units)
            is_later_unit = year < min(own_years) and (min(own_years) - min(known_years) >= NEW_UNIT_YEARS or young)
            if between or (not is_later_unit and len(units) > 2 and have * 2 > len(other_units) and have > 1):
                site.add(
                    "annual.absent",
                    _find_column_address(site, own_years, year),
                    f"没有找到“{unit}”{year}年度的政府信息公开工作年度报告",
                    key=f"{unit} {year}",
                    shown=f"已有{'、'.join(map(str, sorted(own_years)))}年度；其他单位有该年度的{have}个",
                )


#: Years after the first report of other units from which a later first report is accepted.
NEW_UNIT_YEARS = 2
_UNIT_FOUNDATION_RE = re.compile(r"组建|成立|设立|新设|挂牌|起(?:编制|发布|公开|公布)")


def _list_founding_lines(site: CrawledSite) -> list[str]:
    """Return the lines of the annual report columns that tell of new units or first reports."""
    pages = (site.page(column.id) for column in site.of_kind("annual"))
    return [line for page in pages if page for line in page.lines if _UNIT_FOUNDATION_RE.search(line)]


def _find_column_address(site: CrawledSite, own_reports: dict[int, str], year: int) -> str:
    """Return the address of the column that should list a unit's report of the year; else the home page."""
    columns = site.of_kind("annual")
    for column in columns:
        years = [
            match[1] or match[2] for entry in column.entries if (match := ANNUAL_REPORT_PATTERN.search(entry.title))
        ]
        if len(years) > 1 and set(years) == {str(year)}:
            return column.address
    lists = {column.address: {entry.address for entry in column.entries} for column in columns}
    own_addresses = set(own_reports.values())
    return max(
        lists,
        key=lambda address: (len(lists[address] & own_addresses), -len(lists[address])),
        default=site.home.address,
    )


def _check_tables(site: CrawledSite, units: dict[str, dict[int, str]], years: dict[int, str]) -> None:
    """Check the newest reports' tables against their text and the year before."""
    latest = max(years)
    reports = {(unit, year): address for unit, own_years in units.items() for year, address in own_years.items()}
    if years[latest] not in reports.values():
        reports["", latest] = years[latest]
    read: dict[tuple[str, int], dict[str, object]] = {}
    for unit, year in sorted(reports, key=lambda key: (-key[1], key[0]))[:MAX_REPORTS_READ]:
        facts = site.facts.get(reports[unit, year])
        page = site.page(facts.id) if facts else None
        if page is None:
            if year == latest:
                site.skipped["annual.wrong"] = f"{latest}年度年报不是站内网页，表格未核对"
            continue
        report = read_report_tables(page)
        if report:
            read[unit, year] = report
        if report or reports[unit, year] == years[latest]:
            _judge_report_tables(site, page, year, report)
            _compare_with_text(site, page, year, report)
    for (unit, year), report in read.items():
        report_before = read.get((unit, year - 1))
        if unit and report_before:
            addresses = reports[unit, year], reports[unit, year - 1]
            _compare_carried(site, addresses, unit, year, report, report_before)


def _find_table3_row(report: dict[str, object], name: str) -> list[int] | None:
    """Return a row of table three (`new`, `carried_in` or `carried_out`); None if the report lacks it."""
    table = report.get("table3")
    if not isinstance(table, dict):
        return None
    keys = list(form.TABLE3_ROWS)
    key = {"new": keys[0], "carried_in": keys[1], "carried_out": keys[-1]}[name]
    return table.get(key)


def _compare_carried(
    site: CrawledSite,
    addresses: tuple[str, str],
    unit: str,
    year: int,
    report: dict[str, object],
    previous: dict[str, object],
) -> None:
    """Report two consecutive years whose carried-over requests differ.

    Neither report is known to be the wrong one, so the finding names both.
    """
    address, address_before = addresses
    into, out = _find_table3_row(report, "carried_in"), _find_table3_row(previous, "carried_out")
    if into and out and into[-1] != out[-1]:
        site.add(
            "annual.carry",
            address,
            f"“{unit}”{year}年度年报：上年结转{into[-1]}件，上一年度年报的结转下年度为{out[-1]}件",
            key=f"{address} carried",
            shown=f"上一年度年报 {address_before}",
        )


def _compare_with_text(site: CrawledSite, page: WebPage, year: int, report: dict[str, object]) -> None:
    """Report figures in a report's text that differ from the total in its table."""
    text = "".join(page.text.split())
    for name, called, pattern in _REQUEST_COUNT_STATEMENTS:
        row = _find_table3_row(report, name)
        figures_in_text = {int(value) for value in pattern.findall(text)}
        if row and figures_in_text and row[-1] not in figures_in_text:
            site.add(
                "annual.text",
                page.address,
                f"{year}年度年报：正文说{called}{min(figures_in_text)}件，表格为{row[-1]}件",
                key=f"{page.address} {name}",
            )


def _judge_report_tables(site: CrawledSite, page: WebPage, year: int, report: dict[str, object]) -> None:
    """Report missing tables and wrong sums of an annual report."""
    if not report:
        if any(
            re.search(r"\.(?:pdf|docx?|wps|ofd)$", link.address, re.IGNORECASE)
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
        fault for fault in check_annual_report(report).errors if fault.table in report and fault.rule != "missing"
    ]
    for fault in faults[:MAX_LISTED_FAULTS]:
        site.add(
            "annual.wrong", page.address, f"{year}年度年报：{fault.message}", key=f"{page.address} {fault.message}"
        )


def read_report_tables(page: WebPage) -> dict[str, object]:
    """Return the tables found on a report's page, in the form that `check_annual_report` expects."""
    grids = [
        [[get_text(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
        for table in page.by["table"]
        if next(table.iterdescendants("table"), None) is None
    ]
    return parse_tables(grids)
