"""Sample data: a corrected report, and the government's report summed from its units'."""

from datetime import date

from gongkai.content.reviewing.models import Review
from gongkai.core.units.models import Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.annual import (
    GOVERNMENT_REPORT_DAY,
    PROBLEMS_TEXT,
    explain_differences,
    get_last_reported_year,
    publish_report,
    reload_entry,
    reload_report,
)
from gongkai.ops.demo.people import SampleStaff
from gongkai.ops.demo.site import sign_review
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.form import SECTION_TITLES
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.area import count_live_figures, list_all_contributions
from gongkai.oversight.annual.queries.figures import NONE

#: The unit whose report was corrected, and the month and day.
CORRECTED, ON = "zhujian", (3, 3)
AREA_REPORT_TEXT = (
    "本报告由各单位报送的年度报告汇总编制。全市通过政府网站主动公开信息，依法办理政府信息公开申请，按期答复率持续提高。"
)


def create_area_report(staff: SampleStaff, today: date) -> None:
    """Create the correction and the government's report."""
    last = get_last_reported_year(today)
    with clock.travel_to(clock.office_hour(date(last + 1, *ON), 40)):
        _correct_report(staff, reload_report(staff.bodies[CORRECTED], last))
    with clock.travel_to(clock.office_hour(date(last + 1, *GOVERNMENT_REPORT_DAY), 40)):
        _publish_government_report(staff, reload_report(staff.bodies["shi"], last))


def _correct_report(staff: SampleStaff, report: Report) -> None:
    """Correct a published report whose 行政许可 lacked nine cases, and publish it again."""
    clerk, head = (staff.actor(role, report.body) for role in (Role.CLERK, Role.LEAD))
    actions.reopen_for_correction(reload_entry(report), by=head, reason="行政许可漏计12月下旬办结的9件")
    source = "行政许可台账（12月16日至31日）"
    actions.enter_figures(reload_entry(report), by=clerk, figures={"table2/licences/value": 321}, source=source)
    actions.check_report(reload_entry(report), by=clerk)
    actions.submit_report(reload_entry(report), by=head)
    actions.accept_report(reload_entry(report), by=staff.chief)
    publish_report(staff, report)


def _publish_government_report(staff: SampleStaff, report: Report) -> None:
    """Sum the units' figures, write the texts, explain differences, and have the government's report published."""
    parts = list_all_contributions(report)
    lacking = [key for key, figure in count_live_figures(report).items() if figure.origin == NONE]
    figures = {key: sum(member.values.get(key) or 0 for member in parts) for key in lacking}
    source = "各单位在原网站公布的年度报告，行政执法统计年报"
    actions.enter_figures(reload_entry(report), by=staff.chief, figures=figures, source=source)
    actions.redraft_report_texts(reload_entry(report), by=staff.chief)
    actions.write_section(reload_entry(report), by=staff.chief, number=1, text=AREA_REPORT_TEXT)
    actions.write_section(reload_entry(report), by=staff.chief, number=5, text=PROBLEMS_TEXT)
    actions.confirm_sections(reload_entry(report), by=staff.chief, numbers=list(SECTION_TITLES))
    explain_differences(
        report,
        staff.chief,
        "上年各单位登记簿合并时统计口径不同，本年按台账计算",
        of_members="已在原网站公布年度报告，按台账和公布的数据计入",
    )
    actions.check_report(reload_entry(report), by=staff.chief)
    actions.submit_report(reload_entry(report), by=staff.chief)
    office = report.unit
    actions.submit_for_review(reload_entry(report), by=staff.chief)
    sign_review(staff, Review.objects.get(source=report.stream, state="waiting"), office)
