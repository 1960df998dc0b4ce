"""Measure how many planted faults are found in a small generated site, in four constructions, and what is reported of its fault-free twin.

The site is `tests/factories/planted_site`, its faults are in `tests/oversight/inspection/faults`, separate from the
checks. A construction (`SKINS`) changes the HTML of the same pages after the faults were planted. In the script-built
one no page names the data of its lists.

    python -m benchmarks inspection_planted
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from factories.planted_site import TODAY, Site, clean, page, served
from gongkai.lib.outbound.crawling import CrawlLimits
from gongkai.oversight.inspection.site.report import InspectionReport
from gongkai.oversight.inspection.site.run import InspectionParameters, inspect_site
from oversight.inspection.faults import FAULTS, Fault

FAST_LIMITS = CrawlLimits(rate=0, seconds=5)
_LIST = re.compile(r'<ul class="(list|news)">(.*?)</ul>', re.DOTALL)
_ROW = re.compile(r"<li>(<a\b.*?</a>)<(span|em)[^>]*>\[?([\d-]+)\]?</\2></li>", re.DOTALL)


def _tables(html: str) -> str:
    """Rewrite a page as on a site of 2008: lists and menus in tables, days in brackets."""

    def table(found: re.Match[str]) -> str:
        rows = _ROW.sub(r'<tr><td width="80%">·\1</td><td align="right">[\3]</td></tr>', found[2])
        return f'<table width="100%" border="0"><tbody>{rows}</tbody></table>'

    html = _LIST.sub(table, html)
    return html.replace("<article>", '<table><tr><td class="zw">').replace("</article>", "</td></tr></table>")


def _blocks(html: str) -> str:
    """Rewrite a page as on a platform with a template for each section: blocks with the day before the title, or definition lists."""
    own = sum(html.encode()) % 2

    def block(found: re.Match[str]) -> str:
        row = r'<div class="item"><i class="d">\3</i><p>\1</p></div>' if own else r"<dt>\3</dt><dd>\1</dd>"
        rows = _ROW.sub(row, found[2])
        return f'<div class="con">{rows}</div>' if own else f"<dl>{rows}</dl>"

    return _LIST.sub(block, html)


def _scripts(html: str) -> str:
    """Rewrite lists so that a script builds them from data that no page names."""
    return _LIST.sub(r'<div id="list" class="\1"></div><script src="/js/app.js"></script>', html)


SKINS: dict[str, tuple[Callable[[str], str], str]] = {
    "lists": (lambda html: html, "utf-8"),
    "tables, GBK": (_tables, "gb18030"),
    "blocks, templates by section": (_blocks, "utf-8"),
    "lists by script": (_scripts, "utf-8"),
}


def rebuild_pages(site: Site, skin: str) -> Site:
    """Rebuild the pages of a site in another construction."""
    change, charset = SKINS[skin]
    pages = {path: answer for path, answer in site.answers.items() if answer[1] == "text/html; charset=utf-8"}
    for path, (status, media, body) in pages.items():
        # A page whose bytes do not fit its declared encoding is a planted fault, and stays unchanged.
        if "\ufffd" in body.decode(errors="replace"):
            continue
        html = change(body.decode())
        if charset != "utf-8":
            html = html.replace('charset="utf-8"', 'charset="gb2312"')
        site.answers[path] = (status, media.replace("utf-8", charset), html.encode(charset, errors="replace"))
    site.answers["/js/app.js"] = (200, "text/javascript", b"start()")
    return site


def inspect_planted_site(faults: list[Fault], skin: str) -> InspectionReport:
    """Plant faults, build the site and inspect it."""
    other = Site()
    other.put("/", page("省政府", "<p>省政府门户网站</p>"))
    other.put("/taken.html", "<html><title>亚博体育-真人娱乐</title><body></body></html>")
    other.put("/led.html", "<html><title>欢迎</title><body>百家乐 老虎机 六合彩 现金网</body></html>")
    with served(other) as address:
        site = clean(address)
        for fault in faults:
            fault.plant(site)
        with served(rebuild_pages(site, skin)) as here:
            return inspect_site(InspectionParameters(f"{here}/", bounds=FAST_LIMITS, today=TODAY, screenshots=False))


def count_differing_findings(skin: str) -> int:
    """Count the findings that differ between two runs on an unchanged site."""
    site = clean("http://127.0.0.1:9")
    for fault in FAULTS:
        if fault.round == 0:
            fault.plant(site)
    with served(rebuild_pages(site, skin)) as here:
        wanted = InspectionParameters(f"{here}/", bounds=FAST_LIMITS, today=TODAY, screenshots=False)
        first, second = ({row.mark for row in inspect_site(wanted).findings} for _ in range(2))
    return len(first ^ second)


def is_found(report: InspectionReport, fault: Fault) -> bool:
    """Return true if a report names a fault."""
    rows = [row for row in report.findings if row.indicator == fault.indicator]
    return any(fault.says in f"{row.url} {row.what} {row.also}" for row in rows)


def run() -> dict[str, float]:
    """Count the found faults and the false findings."""
    figures: dict[str, float] = {}
    for skin in SKINS:
        found, missed = 0, []
        for number in sorted({fault.round for fault in FAULTS}):
            planted = [fault for fault in FAULTS if fault.round == number]
            report = inspect_planted_site(planted, skin)
            missed += [fault.name for fault in planted if not is_found(report, fault)]
            found += sum(is_found(report, fault) for fault in planted)
        twin = inspect_planted_site([], skin).findings
        figures |= {
            f"{skin}: planted": len(FAULTS),
            f"{skin}: found": found,
            f"{skin}: said of the clean twin": len(twin),
            f"{skin}: two runs differ in": count_differing_findings(skin),
        }
        if missed:
            print(f"    missed, {skin}: {'、'.join(missed)}")
        for row in twin:
            print(f"    reported of the clean twin, {skin}: {row.indicator} {row.what} {row.url}")
    return figures
