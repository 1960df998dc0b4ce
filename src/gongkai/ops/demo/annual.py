"""Sample data: annual reports of two years, published, late, missing, or in preparation."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from gongkai.content.reviewing.models import Review
from gongkai.core.files.store import store_parsed_content
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.ops.demo.site import sign_review
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.checks import list_problems
from gongkai.oversight.annual.form import SECTION_TITLES, TYPED_FIGURE_KEYS, Number, add_sums, to_tables
from gongkai.oversight.annual.models import EarlierReport, Report
from gongkai.oversight.annual.queries.area import count_live_figures, count_now
from gongkai.oversight.annual.queries.figures import NONE

if TYPE_CHECKING:
    from gongkai.core.ledger.models import Entry

#: Unit → month and day on which it published last year's report in this system.
PUBLISHED_REPORT_DAYS = (("jiaoyu", (1, 22)), ("zhujian", (2, 9)))
#: Unit that submitted last year's report and did not publish it.
UNPUBLISHED_UNIT = "zhengwu"
#: Reports on older sites: (unit, years ago, month, day of publication).
REPORTS_ON_OLD_SITES = (
    ("shi", 2, 3, 25),
    ("fagai", 1, 1, 20),
    ("caizheng", 1, 1, 28),
    ("minzheng", 1, 2, 3),
    ("jiaoyu", 2, 1, 23),
    ("zhujian", 2, 1, 30),
)
#: Unit whose imported report awaits a second person's confirmation.
UNCONFIRMED_UNIT = "minzheng"
#: Month and day on which the government's own report is published.
GOVERNMENT_REPORT_DAY = (3, 20)
#: Requests of last year from paper registers: row → natural persons, companies.
REQUEST_FIGURES = {
    "1": (23, 6),
    "2": (2, 0),
    "3.1": (12, 3),
    "3.2": (3, 1),
    "3.4.1": (4, 1),
    "3.5.1": (3, 0),
    "4": (3, 1),
}
#: Other figures of the report: cell → value.
OTHER_FIGURES: dict[str, Number] = {
    "table2/licences/value": 312,
    "table2/penalties/value": 18,
    "table2/coercive_measures/value": 0,
    "table2/fees_10k_yuan/value": 46,
    "table4/review/upheld": 1,
    "table4/review/corrected": 1,
}
PROBLEMS_TEXT = (
    "存在的主要问题：部分信息公开不够及时，个别答复说理不充分。\n"
    "改进措施：按月核对公开台账，答复一律经法制机构审核，第二季度组织一次培训。"
)


def create_annual_reports(staff: SampleStaff, today: date) -> None:
    """Create last year's reports (older sites, published, unpublished) and begin this year's."""
    last_year = get_last_reported_year(today)
    government = staff.bodies["shi"]
    asked_bodies = [
        staff.bodies[key].pk for key in (*(key for key, _ in PUBLISHED_REPORT_DAYS), UNPUBLISHED_UNIT, "shi")
    ]
    for key, ago, month, day in REPORTS_ON_OLD_SITES:
        _import_older_report(staff, key, last_year + 1 - ago, date(last_year + 2 - ago, month, day), followed=ago > 1)
    with clock.travel_to(clock.office_hour(date(last_year, 12, 8), 20)):
        actions.open_reports(government, by=staff.chief, year=last_year, only=asked_bodies)
    for unit_key, (in_month, on_day) in PUBLISHED_REPORT_DAYS:
        with clock.travel_to(clock.office_hour(date(last_year + 1, in_month, on_day), 40)):
            report = reload_report(staff.bodies[unit_key], last_year)
            _submit_annual_report(staff, report)
            actions.accept_report(reload_entry(report), by=staff.chief)
            publish_report(staff, report)
    with clock.travel_to(clock.office_hour(date(last_year + 1, 1, 30), 60)):
        _submit_annual_report(staff, reload_report(staff.bodies[UNPUBLISHED_UNIT], last_year))
    _request_current_reports(staff, government, today, last_year + 1)


def get_last_reported_year(today: date) -> int:
    """Return the year of the latest published reports: last year from 21 March on, before that the year before."""
    return today.year - 1 if today > date(today.year, *GOVERNMENT_REPORT_DAY) else today.year - 2


def reload_report(body: Body, year: int) -> Report:
    """Return a unit's report of a year, read again from the database."""
    return Report.objects.select_related("entry__body", "body").get(body=body, year=year)


def reload_entry(report: Report) -> "Entry":
    """Return a report's entry, read again from the database."""
    return Report.objects.select_related("entry__body").get(pk=report.pk).entry


def _make_figures(report: Report, size: int) -> dict[str, Number]:
    """Return figures to enter for last year: those not counted here, and the paper register's requests times `size`."""
    live = count_live_figures(report)
    given: dict[str, Number] = {key: OTHER_FIGURES.get(key, 0) for key, figure in live.items() if figure.origin == NONE}
    # That register is the whole of it: what this system was tried with is not counted once more.
    given |= {
        key: 0 for key, figure in live.items() if key in TYPED_FIGURE_KEYS and key.startswith("table3") and figure.value
    }
    for row, (people, companies) in REQUEST_FIGURES.items():
        given[f"table3/{row}/natural_person"] = people * size
        given[f"table3/{row}/company"] = companies * size
    return given | {key: value for key, value in OTHER_FIGURES.items() if key.startswith("table4")}


def _fill_section_from_register(report: Report) -> str:
    """Return the text of section 1 with its placeholders filled from the paper register."""
    text = report.sections.get(number=1).text
    text = re.sub(r"公开信息〔请补充[^〕]*〕", "公开信息36条", text)
    return re.sub(r"〔请补充[^〕]*〕", "按申请登记簿核对，没有超过法定期限的", text)


def _submit_annual_report(staff: SampleStaff, report: Report) -> None:
    """Fill in, explain, check and submit a unit's annual report; its clerk and head do so."""
    clerk, head = (staff.actor(role, report.body) for role in (Role.CLERK, Role.LEAD))
    source = "行政执法统计年报、启用本系统前的申请登记簿"
    actions.enter_figures(reload_entry(report), by=clerk, figures=_make_figures(report, 1), source=source)
    actions.redraft_report_texts(reload_entry(report), by=clerk)
    actions.write_section(reload_entry(report), by=clerk, number=1, text=_fill_section_from_register(report))
    actions.write_section(reload_entry(report), by=clerk, number=5, text=PROBLEMS_TEXT)
    actions.confirm_sections(reload_entry(report), by=clerk, numbers=list(SECTION_TITLES))
    explain_differences(report, clerk, "启用本系统前的登记簿口径不同，已逐件核对")
    actions.check_report(reload_entry(report), by=clerk)
    actions.submit_report(reload_entry(report), by=head)


def explain_differences(report: Report, by: Actor, text: str, *, of_members: str = "") -> None:
    """Explain all open differences of a report that may be explained; `of_members`: text for those of member units."""
    problems = list_problems(reload_report(report.body, report.year), count_now(report), today=timezone.localdate())
    marks = [problem.mark for problem in problems if problem.open and not problem.must]
    for explanation, chosen in (
        (of_members, [mark for mark in marks if of_members and mark.startswith("member")]),
        (text, [mark for mark in marks if not (of_members and mark.startswith("member"))]),
    ):
        if chosen:
            actions.explain_differences(reload_entry(report), by=by, marks=chosen, text=explanation)


def publish_report(staff: SampleStaff, report: Report) -> None:
    """Submit an accepted report for review, and have it signed and published."""
    body = report.body
    actions.submit_for_review(reload_entry(report), by=staff.actor(Role.CLERK, body))
    sign_review(staff, Review.objects.get(source=report.stream, state="waiting"), body)


def _import_older_report(staff: SampleStaff, key: str, year: int, day: date, *, followed: bool) -> None:
    """Import a unit's report of a year published on an older site; a second person confirms it, but for one unit."""
    body = staff.bodies[key]
    tables = to_tables(_make_balanced_figures(followed=followed))
    by, second = staff.actors.get((Role.CLERK, body.pk)) or SYSTEM, staff.chief
    name = f"{body.name}{year}年政府信息公开工作年度报告.html"
    with clock.travel_to(clock.office_hour(day, 90)):
        stored = store_parsed_content(f"<h1>{name}</h1>".encode(), by)
        facts = {"tables": tables, "name": name, "stored": stored, "published_on": day}
        address = f"https://old.yunling.example/nb/{year}/{body.pk}.html"
        actions.import_earlier_report(body, by=by, year=year, address=address, **facts)
        if key != UNCONFIRMED_UNIT:
            report = EarlierReport.objects.get(body=body, year=year)
            actions.confirm_earlier_report(report, by=second)


def _make_balanced_figures(*, followed: bool) -> Mapping[str, Number | None]:
    """Return figures of an older report with consistent sums; with `followed`, its carry-over agrees with the beginning
    of the next year's report."""
    typed: dict[str, Number | None] = dict.fromkeys(TYPED_FIGURE_KEYS, 0)
    typed |= OTHER_FIGURES
    for row, (people, companies) in REQUEST_FIGURES.items():
        typed[f"table3/{row}/natural_person"], typed[f"table3/{row}/company"] = people, companies
    if followed:  # its carry-over opened the next year
        typed["table3/4/natural_person"], typed["table3/3.1/natural_person"] = 2, 13
        typed["table3/4/company"], typed["table3/3.1/company"] = 0, 4
    return add_sums(typed)


def _request_current_reports(staff: SampleStaff, government: Body, today: date, year: int) -> None:
    """Request this year's reports (from 9 November, or today); one unit has begun, one has a wrong sum."""
    with clock.travel_to(clock.office_hour(date(year, 11, 9) if today >= date(year, 11, 12) else today, 15)):
        actions.open_reports(government, by=staff.chief, year=year)
    schools, finance = (reload_report(staff.bodies[key], year) for key in ("jiaoyu", "caizheng"))
    clerk: Actor = staff.actor(Role.CLERK, schools.body)
    actions.enter_figures(
        reload_entry(schools), by=clerk, figures={"table2/licences/value": 287}, source="1至10月行政许可台账"
    )
    actions.redraft_report_texts(reload_entry(schools), by=clerk)
    clerk = staff.actor(Role.CLERK, finance.body)
    actions.enter_figures(
        reload_entry(finance), by=clerk, figures={"table3/1/natural_person": 5}, source="部门自建登记簿，待核对"
    )
