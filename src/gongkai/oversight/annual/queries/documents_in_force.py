"""Explain a change in the number of documents in force, by cause and document.

The form's own sum (上年现行有效 + 制发 − 废止) ignores 宣布失效, expired validity, and documents that were
recorded later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from gongkai.content.policies.models import Decision, PolicyRecord
from gongkai.content.policies.validity import DecisionKind
from gongkai.lib.law import annual_form as form
from gongkai.oversight.annual.form import Number
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.area import list_counted_units
from gongkai.oversight.annual.queries.figures import get_period, list_issued_documents, make_documents_condition
from gongkai.work.requests.queries.statistics import ReportPeriod

DECLARED, EXPIRED, ABOLISHED, NOT_YET, LATER, FORMER = (
    "declared",
    "expired",
    "abolished",
    "not_yet",
    "later",
    "former",
)
#: Cause of a change → text with the number of documents.
CAUSE_TEXTS = {
    DECLARED: "宣布失效{}件",
    EXPIRED: "有效期届满失效{}件",
    ABOLISHED: "当年废止而未施行或者未计入上年现行有效{}件",
    NOT_YET: "本年制发尚未施行或者当年失效{}件",
    LATER: "往年制发、本年施行或者恢复有效{}件",
}


@dataclass(frozen=True)
class StockChangeCause:
    """A cause of a change in the number of documents in force: its key (of `CAUSE_TEXTS` or `FORMER`) and documents."""

    key: str
    change: int
    records: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """Return the cause of a change in Chinese."""
        if self.key == FORMER:
            return f"上年报告较文件库{'少' if self.change > 0 else '多'}计{abs(self.change)}件"
        return CAUSE_TEXTS[self.key].format(abs(self.change))


def find_causes_of_change(report: Report, row: str, last_year: Number | None) -> list[StockChangeCause]:
    """Return the causes of a change in the number of documents in force; together they explain it fully.

    Args:
        report: report of a unit, or of a government with all its units.
        row: `rules` or `normative_documents`.
        last_year: last year's number, or None.
    """
    bodies = list_counted_units(report.body, report.year) if report.area else [report.body]
    documents, span = reduce(or_, map(list_issued_documents, bodies)), get_period(report)
    last_period = ReportPeriod.of(report.year - 1, date(report.year - 1, 12, 31))
    in_force_before, in_force, issued, abolished = (
        _list_keys(documents, make_documents_condition(row, column, period))
        for column, period in (("in_force", last_period), ("in_force", span), ("issued", span), ("abolished", span))
    )
    ended = in_force_before - in_force - abolished
    declared, abolished_before = _list_expired_records(ended, span), abolished - (in_force_before - in_force) - issued
    not_in_force = issued - in_force - abolished
    causes = [
        StockChangeCause(DECLARED, -len(declared), tuple(sorted(declared))),
        StockChangeCause(EXPIRED, -len(ended - declared), tuple(sorted(ended - declared))),
        StockChangeCause(ABOLISHED, len(abolished_before), tuple(sorted(abolished_before))),
        StockChangeCause(NOT_YET, -len(not_in_force), tuple(sorted(not_in_force))),
        StockChangeCause(
            LATER, len(in_force - in_force_before - issued), tuple(sorted(in_force - in_force_before - issued))
        ),
        StockChangeCause(FORMER, len(in_force_before) - int(last_year) if last_year is not None else 0),
    ]
    return [cause for cause in causes if cause.change]


def _list_keys(documents: "QuerySet[PolicyRecord]", condition: Q) -> set[int]:
    return set(documents.filter(condition).values_list("pk", flat=True))


def _list_expired_records(records: set[int], span: ReportPeriod) -> set[int]:
    """Return those of the records that a decision declared expired in the period."""
    rows = Decision.objects.counting().filter(
        record__in=records, what=DecisionKind.EXPIRE, on__range=(span.first, span.until)
    )
    return set(rows.values_list("record", flat=True))


def describe_causes(causes: list[StockChangeCause]) -> str:
    """Return causes as an explanatory sentence; empty without causes."""
    return "，".join(cause.words for cause in causes) + "。" if causes else ""


def suggest_explanations(
    report: Report, keys: Sequence[str], last_year: Mapping[str, Number | None]
) -> Iterator[tuple[str, str]]:
    """Yield (mark, suggested text) for those `keys` that are differences in documents in force."""
    for mark in keys:
        rule, _, row_path = mark.partition("/")
        row = row_path.partition("/")[0]
        if rule == "in_force" and row in form.TABLE2_DOCUMENTS:
            causes = describe_causes(find_causes_of_change(report, row, last_year.get(f"table2/{row}/in_force")))
            if causes:
                yield mark, causes
