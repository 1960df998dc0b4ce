"""Each planted fault is found; of the clean twin nothing is said."""

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


def inspected(faults: list[Fault]) -> InspectionReport:
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
def round_of(number: int) -> InspectionReport:
    return inspected([one for one in FAULTS if one.round == number])


@pytest.fixture(scope="module")
def twin() -> Iterator[InspectionReport]:
    return inspected([])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_a_planted_fault_is_found(fault: Fault) -> None:
    report = round_of(fault.round)
    found = [one for one in report.findings if one.indicator == fault.indicator]
    assert any(fault.says in f"{one.url} {one.what} {one.also}" for one in found), [
        (one.what, one.url) for one in found
    ]


def test_what_was_found_shows_where_it_stands_and_no_fault_is_told_twice() -> None:
    found = round_of(0).findings
    number = next(one for one in found if one.what.startswith("身份证件号码"))
    assert "110*************77" in str(number.evidence["shown"])
    assert "110101199003074477" not in f"{number.what} {number.evidence}"
    assert not [one for one in found if one.indicator == "words.wrong" and "锟斤拷" in one.what]


def test_of_the_clean_twin_nothing_is_said(twin: InspectionReport) -> None:
    assert [(one.indicator, one.what, one.url) for one in twin.findings] == []
    assert (twin.score.veto, twin.score.deductions, twin.score.passed) == ([], [], True)


def test_nothing_is_said_that_was_not_planted() -> None:
    for number in (0, 1, 3):
        planted = {one.indicator for one in FAULTS if one.round == number}
        # What a planted fault brings with it: a column that is old takes what it linked to with it.
        brought = {
            "policy.not_linked",
            "interpretation.not_linked",
            "veto.guides",
            "tag.article",
            "tag.column",
            "link.attachment",
            "service.guide",
        }
        assert {one.indicator for one in round_of(number).findings} - planted - brought == set(), number


def test_where_nothing_outside_answers_outer_links_are_not_judged_and_what_only_looks_harmful_waits() -> None:
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
