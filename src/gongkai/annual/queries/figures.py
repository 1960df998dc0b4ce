"""The figures of a report, counted from rows: of requests, disputes, the library. Each is a condition, so that it lists what it counts.

A document counts for the unit that issued it; of those issued together, for the first (牵头制作机关: 条例第十条). Issued in the year by its day
of making, else of publication; abolished by a decision 废止 of the year; in force as the library has it on the last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.annual.form import KEYS, TYPED, Number, Values, as_number, is_sum, with_sums
from gongkai.annual.models import Report
from gongkai.law import annual_form as form
from gongkai.policies.models import Decision, Level, PolicyRecord
from gongkai.policies.models.records import Span as Stretch
from gongkai.policies.states import VALID, What
from gongkai.requests.models import Dispute, Request
from gongkai.requests.queries.figures import Span, table3, table4
from gongkai.units.models import Body

LEVELS = {"rules": Level.GOVERNMENT_RULE, "normative_documents": Level.NORMATIVE}
#: Where a figure comes from.
ROWS, SUM, ENTERED, TOTAL, NONE = "rows", "sum", "entered", "total", "none"
ORIGINS = {
    ROWS: "按台账计算",
    SUM: "各单位合计",
    ENTERED: "单位填报",
    TOTAL: "表内合计",
    NONE: "待填报",
}


@dataclass(frozen=True)
class Figure:
    """One figure: its value (None: not known), where it comes from, the source that was said, and what rows give where it was entered."""

    key: str
    value: Number | None
    origin: str
    source: str = ""
    counted: Number | None = None

    @property
    def differs(self) -> bool:
        """Whether something else was entered than the rows give."""
        return self.origin == ENTERED and self.counted is not None and self.counted != self.value


Figures = dict[str, Figure]


def span_of(report: Report) -> Span:
    """Return the days that a report counts."""
    return Span.of(report.year, report.until)


def requests_of(body: Body) -> "QuerySet[Request, Request]":
    """Return the requests that count in a unit's own report."""
    return Request.objects.filter(entry__body=body)


def disputes_of(body: Body) -> "QuerySet[Dispute, Dispute]":
    """Return the reviews and lawsuits that count in a unit's own report."""
    return Dispute.objects.filter(body=body)


def documents_of(body: Body) -> "QuerySet[PolicyRecord]":
    """Return the documents of the library that a unit issued, alone or first of several."""
    names = {body.name, body.short_name, *body.aliases.values_list("name", flat=True)} - {""}
    issued = Q(issuers_key="、、", body=body)
    for name in sorted(names):
        issued |= Q(issuers_key__startswith=f"、{name}、")
    return PolicyRecord.objects.filter(issued)


def cell_of_documents(row: str, column: str, span: Span) -> Q:
    """Return the condition for the documents that a cell of table two counts.

    Raises:
        KeyError: there is no such cell.
    """
    level = Q(level=LEVELS[row])
    days = (span.first, span.until)
    if column == "issued":
        return level & (Q(made_on__range=days) | Q(made_on=None, published_on__range=days))
    if column == "abolished":
        gone = Decision.objects.filter(
            record=OuterRef("pk"), what=What.REPEAL, on__range=days, undone_at=None
        )
        return level & Q(Exists(gone))
    if column == "in_force":
        valid = Stretch.objects.filter(
            record=OuterRef("pk"), since__lte=span.until, until__gte=span.until, state__in=VALID
        )
        made = Q(made_on__lte=span.until) | Q(made_on=None, published_on__lte=span.until)
        return level & made & Q(Exists(valid))
    raise KeyError(column)


def counted(body: Body, span: Span) -> Values:
    """Return the typed figures of a unit's own rows; None for what Gongkai has no rows of."""
    made: Values = dict.fromkeys(TYPED)
    three, four = table3(requests_of(body), span), table4(disputes_of(body), span)
    for row, cells in three.items():
        made |= {f"table3/{row}/{column}": cells[at] for at, column in enumerate(form.TABLE3_COLUMNS)}
    for row, cells in four.items():
        made |= {f"table4/{row}/{column}": cells[at] for at, column in enumerate(form.TABLE4_COLUMNS)}
    documents = documents_of(body)
    if documents.exists():
        for row in form.TABLE2_DOCUMENTS:
            for column in form.TABLE2_COLUMNS:
                found = documents.filter(cell_of_documents(row, column, span))
                made[f"table2/{row}/{column}"] = found.count()
    return {key: value for key, value in made.items() if not is_sum(key)}


def joined(
    given: Mapping[str, Number | None], entered: Mapping[str, tuple[Number, str]], origin: str
) -> Figures:
    """Return all figures of a report: counted, entered in their place, and the sums of the form.

    Args:
        given: what rows (or units' reports) give, by key.
        entered: what was entered: value and source.
        origin: where `given` comes from (`ROWS` or `SUM`).
    """
    typed = {key: entered[key][0] if key in entered else given.get(key) for key in TYPED}
    values = with_sums(typed)
    made: Figures = {}
    for key in KEYS:
        if is_sum(key):
            made[key] = Figure(key, values[key], TOTAL)
        elif key in entered:
            made[key] = Figure(key, typed[key], ENTERED, entered[key][1], given.get(key))
        else:
            made[key] = Figure(key, typed[key], NONE if typed[key] is None else origin)
    return made


def entered_in(report: Report) -> dict[str, tuple[Number, str]]:
    """Return what was entered in a report: value and source, by key."""
    return {row.key: (as_number(row.value), row.source) for row in report.entered.all()}


def unit_figures(report: Report) -> Figures:
    """Return the figures of a unit's report as they are now."""
    return joined(counted(report.body, span_of(report)), entered_in(report), ROWS)


def values_of(figures: Figures) -> Values:
    """Return the numbers alone."""
    return {key: one.value for key, one in figures.items()}
