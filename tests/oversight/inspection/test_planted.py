"""Each planted fault is found, and the clean site has no findings."""

from collections.abc import Iterator
from functools import cache

import pytest

from factories.planted_site import TODAY, Site, clean, page, served
from gongkai.lib.outbound.crawling import CrawlLimits
from gongkai.oversight.inspection.site.report import InspectionReport
from gongkai.oversight.inspection.site.run import InspectionParameters, inspect_site
from oversight.inspection.faults import FAULTS, Fault
from oversight.inspection.faults.planting import add

QUICK = CrawlLimits(rate=0, seconds=5)


DEAD = "http://127.0.0.1:9"


def inspect_with(faults: list[Fault]) -> InspectionReport:
    other = Site()
    other.put("/", page("省政府", "<p>省政府门户网站</p>"))
    other.put("/taken.html", "<html><title>亚博体育-真人娱乐</title><body></body></html>")
    other.put("/led.html", "<html><title>欢迎</title><body>百家乐 老虎机 六合彩 现金网</body></html>")
    with served(other) as address:
        site = clean(address)
        for fault in faults:
            fault.plant(site)
        with served(site) as here:
            return inspect_site(InspectionParameters(f"{here}/", bounds=QUICK, today=TODAY))


@cache
def inspect_round(number: int) -> InspectionReport:
    return inspect_with([one for one in FAULTS if one.round == number])


@pytest.fixture(scope="module")
def clean_report() -> Iterator[InspectionReport]:
    return inspect_with([])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_planted_fault_is_found(fault: Fault) -> None:
    report = inspect_round(fault.round)
    found = [one for one in report.findings if one.indicator == fault.indicator]
    assert any(fault.says in f"{one.url} {one.what} {one.also}" for one in found), [
        (one.what, one.url) for one in found
    ]


def test_finding_shows_its_context_and_no_fault_is_reported_twice() -> None:
    found = inspect_round(0).findings
    number = next(one for one in found if one.what.startswith("身份证件号码"))
    assert "110*************77" in str(number.evidence["shown"])
    assert "110101199003074477" not in f"{number.what} {number.evidence}"
    assert not [one for one in found if one.indicator == "words.wrong" and "锟斤拷" in one.what]


def test_clean_site_has_no_findings(clean_report: InspectionReport) -> None:
    assert [(one.indicator, one.what, one.url) for one in clean_report.findings] == []
    assert (clean_report.score.veto, clean_report.score.deductions, clean_report.score.passed) == ([], [], True)


def test_only_planted_faults_are_found() -> None:
    for number in (0, 1, 3):
        planted = {one.indicator for one in FAULTS if one.round == number}
        # Side effects of planted faults: an outdated column also affects the documents it linked to.
        brought = {
            "policy.not_linked",
            "interpretation.not_linked",
            "veto.guides",
            "tag.article",
            "tag.column",
            "link.attachment",
            "service.guide",
        }
        assert {one.indicator for one in inspect_round(number).findings} - planted - brought == set(), number


def test_without_external_answers_outer_links_are_not_judged() -> None:
    site = clean(DEAD)
    links = '<a href="http://www.bet365-cn.invalid/">协会网站</a><a href="http://jj.invalid/">交警在线</a>'
    add("/yw/6.html", links)(site)
    with served(site) as here:
        report = inspect_site(InspectionParameters(f"{here}/", bounds=QUICK, today=TODAY))
    assert [(one.indicator, one.url) for one in report.findings] == [("harmful.doubt", f"{here}/yw/6.html")]
    assert "本机连接不上任何其他网站（试了3个）" in report.skipped["link.outer"]
    assert report.skipped["veto.harmful"].startswith("待核实：1处")
    assert (report.score.veto, report.score.deductions) == ([], [])
    assert (report.score.passed, report.passed, report.verdict) == (True, False, "未能作出结论")
