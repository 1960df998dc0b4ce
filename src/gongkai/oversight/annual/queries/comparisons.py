"""Compare a report's main figures with last year and with other units of the government."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from gongkai.core.units.models import Body
from gongkai.lib.law import annual_form as form
from gongkai.oversight.annual.form import Number, Values, format_figure, from_tables, to_tables
from gongkai.oversight.annual.models import EarlierReport, Report
from gongkai.oversight.annual.queries.area import map_report_values
from gongkai.oversight.annual.queries.figures import get_values
from gongkai.oversight.annual.snapshot import get_figures
from gongkai.oversight.annual.states import SUBMITTED_STATES

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class PreviousFigures:
    """Last year's tables of a report, with Chinese words on their source; `earlier` if an imported report
    is the source.
    """

    tables: dict[str, object]
    words: str
    earlier: EarlierReport | None = None

    @property
    def values(self) -> Values:
        """Return last year's figures by key."""
        return from_tables(self.tables)


def get_previous_figures(body: Body, year: int) -> PreviousFigures | None:
    """Return last year's figures from a submitted report made here, else from an imported one, or None."""
    report = (
        Report.objects.filter(body=body, year=year - 1, entry__state__in=SUBMITTED_STATES)
        .select_related("entry")
        .first()
    )
    submission = report.standing if report else None
    if submission:
        return PreviousFigures(to_tables(get_values(get_figures(submission.content))), f"本系统{year - 1}年度报告")
    earlier_report = EarlierReport.objects.filter(body=body, year=year - 1).first()
    return (
        PreviousFigures(earlier_report.tables, f"导入的{year - 1}年度报告（{earlier_report.name}）", earlier_report)
        if earlier_report
        else None
    )


#: Keys of the compared figures → labels.
COMPARED_FIGURE_LABELS = {
    "table2/normative_documents/issued": "制发规范性文件",
    "table2/normative_documents/in_force": "现行有效规范性文件",
    "table2/licences/value": "行政许可",
    "table2/penalties/value": "行政处罚",
    "table2/coercive_measures/value": "行政强制",
    f"table3/{form.NEW}/total": "新收申请",
    f"table3/{form.CARRIED_IN}/total": "上年结转",
    "table3/3.1/total": "予以公开",
    "table3/3.2/total": "部分公开",
    f"table3/{form.RESULTS_TOTAL}/total": "办结申请",
    f"table3/{form.CARRIED_OUT}/total": "结转下年",
    "table4/review/total": "行政复议",
    "table4/review/corrected": "复议纠正",
    "table4/litigation_direct/total": "直接诉讼",
    "table4/litigation_after_review/total": "复议后诉讼",
}


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of a report: its value `now` and last year's (`before`), None if unknown."""

    key: str
    label: str
    now: Number | None
    before: Number | None

    @property
    def change(self) -> str:
        """Return the signed change; empty if a value is unknown."""
        if self.now is None or self.before is None:
            return ""
        step = self.now - self.before
        return f"+{format_figure(step)}" if step > 0 else f"-{format_figure(-step)}" if step < 0 else "0"

    @property
    def percent(self) -> str:
        """Return the change in percent of last year; empty without a base."""
        if self.now is None or not self.before or self.now == self.before:
            return ""
        change = Decimal(self.now - self.before) * 100 / Decimal(self.before)
        return f"{change.quantize(Decimal('0.1'), ROUND_HALF_UP):+f}%"


def compare_with_last_year(report: Report, values: Values) -> list[ComparedFigure]:
    """Return the main figures with those of last year."""
    previous = get_previous_figures(report.body, report.year)
    old = previous.values if previous else {}
    return [ComparedFigure(key, label, values.get(key), old.get(key)) for key, label in COMPARED_FIGURE_LABELS.items()]


def list_other_figures(report: Report, visible_reports: "QuerySet[Report]") -> list[tuple[Report, Values]]:
    """Return (report, figures) of the units directly under the report's government in that year.

    The report of a unit is among them, that of the government itself is not.

    Args:
        report: the report that is compared.
        visible_reports: the visible reports (`reports_visible_to`).
    """
    government = report.body if report.area else report.body.parent
    rows = visible_reports.filter(year=report.year, body__parent=government).order_by("body__position", "body__pk")
    reports = list(rows.prefetch_related("entered", "submissions"))
    values = map_report_values(reports)
    return [(row, values[row.pk]) for row in reports]
