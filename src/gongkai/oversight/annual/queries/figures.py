"""Count a report's figures from rows; each figure is a filter that also lists its rows.

A document counts for its issuing unit; joint documents count for the first one (牵头制作机关: 条例第十条).
The year of issue is that of signing, else of publication. Abolition needs a 废止 decision of the
year; documents in force are those of the library on the last day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gongkai.content.policies.models import Decision, PolicyLevel, PolicyRecord
from gongkai.content.policies.models.records import Span as Stretch
from gongkai.content.policies.validity import VALID_STANDINGS, DecisionKind
from gongkai.core.units.models import Alias, Body
from gongkai.core.units.queries import map_successors
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.law import annual_form as form
from gongkai.lib.typed_json import read_number, read_text
from gongkai.oversight.annual.form import FIGURE_KEYS, TYPED_FIGURE_KEYS, Number, Values, add_sums, is_sum, to_number
from gongkai.oversight.annual.models import Report
from gongkai.work.requests.models import Dispute, Request
from gongkai.work.requests.queries.statistics import ReportPeriod, compute_tables3, compute_tables4

#: Rows of table two → rank of the documents they count.
LEVELS_BY_ROW = {"rules": PolicyLevel.GOVERNMENT_RULE, "normative_documents": PolicyLevel.NORMATIVE}
#: Origin of a figure.
ROWS, SUM, ENTERED, TOTAL, NONE = "rows", "sum", "entered", "total", "none"
#: Origin of a figure → its label.
ORIGIN_LABELS = {ROWS: "按台账计算", SUM: "各单位合计", ENTERED: "单位填报", TOTAL: "表内合计", NONE: "待填报"}


@dataclass(frozen=True)
class ReportFigure:
    """A figure of an annual report: key, value and origin.

    `value` is None if unknown. It has an origin (key of `ORIGIN_LABELS`) and a source, and the
    counted value if an entered one overrides it.
    """

    key: str
    value: Number | None
    origin: str
    source: str = ""
    counted: Number | None = None

    @property
    def differs(self) -> bool:
        """Return True if the entered value differs from the counted one."""
        return self.origin == ENTERED and self.counted is not None and self.counted != self.value


Figures = dict[str, ReportFigure]


def get_period(report: Report) -> ReportPeriod:
    """Return the period of a report."""
    return ReportPeriod.of(report.year, report.until)


def list_counted_requests(*bodies: Body) -> "QuerySet[Request, Request]":
    """Return the requests that count for units, including those of merged units."""
    return Request.objects.filter(entry__body__in=map_successors(body.pk for body in bodies))


def list_counted_disputes(*bodies: Body) -> "QuerySet[Dispute, Dispute]":
    """Return the reviews and lawsuits that count for units, including merged units."""
    return Dispute.objects.filter(body__in=map_successors(body.pk for body in bodies))


def list_issued_documents(body: Body) -> "QuerySet[PolicyRecord]":
    """Return the library documents that a unit issued alone or as the first of several."""
    names = {body.name, body.short_name, *body.aliases.values_list("name", flat=True)} - {""}
    issued = Q(issuers_key="、、", body=body)
    for name in sorted(names):
        issued |= Q(issuers_key__startswith=f"、{name}、")
    return PolicyRecord.objects.filter(issued)


def make_documents_condition(row: str, column: str, span: ReportPeriod) -> Q:
    """Return the filter for the documents of a cell of table two.

    Raises:
        KeyError: there is no such cell.
    """
    level = Q(level=LEVELS_BY_ROW[row])
    days = (span.first, span.until)
    if column == "issued":
        return level & (Q(made_on__range=days) | Q(made_on=None, published_on__range=days))
    if column == "abolished":
        decisions = Decision.objects.counting().filter(record=OuterRef("pk"), what=DecisionKind.REPEAL, on__range=days)
        return level & Q(Exists(decisions))
    if column == "in_force":
        valid = Stretch.objects.filter(
            record=OuterRef("pk"), since__lte=span.until, until__gte=span.until, state__in=VALID_STANDINGS
        )
        query = Q(made_on__lte=span.until) | Q(made_on=None, published_on__lte=span.until)
        return level & query & Q(Exists(valid))
    raise KeyError(column)


def count_figures(body: Body, span: ReportPeriod) -> Values:
    """Return a unit's typed figures counted from its rows; None for figures without rows."""
    return count_figures_by_unit([body], span)[body.pk]


def count_figures_by_unit(bodies: Sequence[Body], span: ReportPeriod) -> dict[int, Values]:
    """Return the counted figures of several units, in as many queries as for one; counted once a page."""
    asked = ("annual figures", frozenset(body.pk for body in bodies), span)
    return {pk: dict(values) for pk, values in ask_once(asked, lambda: _count_uncached(bodies, span)).items()}


def _count_uncached(bodies: Sequence[Body], span: ReportPeriod) -> dict[int, Values]:
    """Return the counted figures of each body by primary key, without sums."""
    keys = [body.pk for body in bodies]
    successors = map_successors(keys)
    three = _add_to_successors(compute_tables3(list_counted_requests(*bodies), span, "entry__body"), successors)
    four = _add_to_successors(compute_tables4(list_counted_disputes(*bodies), span, "body"), successors)
    two = _count_documents_by_unit(bodies, span)
    each: dict[int, Values] = {}
    for pk in keys:
        cells: Values = dict.fromkeys(TYPED_FIGURE_KEYS)
        cells |= _make_cells("table3", form.TABLE3_ROWS, form.TABLE3_COLUMNS, three.get(pk))
        cells |= _make_cells("table4", form.TABLE4_ROWS, form.TABLE4_COLUMNS, four.get(pk))
        cells |= two.get(pk, {})
        each[pk] = {key: value for key, value in cells.items() if not is_sum(key)}
    return each


def _add_to_successors(
    tables: Mapping[int, Mapping[str, Sequence[int]]], successors: Mapping[int, int]
) -> dict[int, dict[str, list[int]]]:
    """Add the tables of abolished bodies to their successors (`successors`: body → successor)."""
    tables_by_body: dict[int, dict[str, list[int]]] = {}
    for pk, table in tables.items():
        table_sums = tables_by_body.setdefault(successors[pk], {})
        for row, cells in table.items():
            sums = table_sums.get(row, [0] * len(cells))
            table_sums[row] = [cell + addend for cell, addend in zip(sums, cells, strict=True)]
    return tables_by_body


def _make_cells(
    table: str, rows: Iterable[str], columns: Iterable[str], figures: Mapping[str, Sequence[int]] | None
) -> Values:
    """Return figures by key (`table/row/column`) from {row: numbers in the order of `columns`}; zeros for None."""
    column_names = list(columns)
    return {
        f"{table}/{row}/{column}": figures[row][index] if figures else 0
        for row in rows
        for index, column in enumerate(column_names)
    }


def _count_documents_by_unit(bodies: Sequence[Body], span: ReportPeriod) -> dict[int, Values]:
    """Return the document cells of table two by unit, counted as by `list_issued_documents`; units without are omitted."""
    cells = {
        f"{row}__{column}": Count("pk", filter=make_documents_condition(row, column, span))
        for row in form.TABLE2_DOCUMENTS
        for column in form.TABLE2_COLUMNS
    }
    names = _map_names_to_keys(bodies)
    records = list_issued_documents(bodies[0]) if len(bodies) == 1 else PolicyRecord.objects.all()
    values_by_body: dict[int, Values] = {}
    counted_rows: Iterable[Mapping[str, object]] = records.order_by().values("issuers_key", "body").annotate(**cells)
    for row in counted_rows:
        # Joint documents count for the first issuer; documents without issuer count for the unit that entered them.
        first_issuer = read_text(row, "issuers_key").split("、")[1]
        for pk in names.get(first_issuer, ()) if first_issuer else {read_number(row, "body")}:
            values = values_by_body.setdefault(pk, {})
            for cell in cells:
                key = f"table2/{cell.replace('__', '/')}"
                values[key] = (values.get(key) or 0) + read_number(row, cell)
    return values_by_body


def _map_names_to_keys(bodies: Iterable[Body]) -> dict[str, set[int]]:
    """Return the primary keys of the bodies by each of their names, short names and aliases."""
    names: dict[str, set[int]] = defaultdict(set)
    for body in bodies:
        for name in (body.name, body.short_name):
            names[name].add(body.pk)
    aliases = Alias.objects.filter(body__in=[body.pk for body in bodies])
    for pk, name in aliases.values_list("body", "name"):
        names[name].add(pk)
    return names


def merge_figures(
    counted: Mapping[str, Number | None], entered: Mapping[str, tuple[Number, str]], origin: str
) -> Figures:
    """Merge counted and entered figures, and add the form's sums.

    Args:
        counted: counted or summed figures by key.
        entered: entered value and source by key.
        origin: origin of `counted` (`ROWS` or `SUM`).
    """
    typed = {key: entered[key][0] if key in entered else counted.get(key) for key in TYPED_FIGURE_KEYS}
    values = add_sums(typed)
    figures: Figures = {}
    for key in FIGURE_KEYS:
        if is_sum(key):
            figures[key] = ReportFigure(key, values[key], TOTAL)
        elif key in entered:
            figures[key] = ReportFigure(key, typed[key], ENTERED, entered[key][1], counted.get(key))
        else:
            figures[key] = ReportFigure(key, typed[key], NONE if typed[key] is None else origin)
    return figures


def get_entered_figures(report: Report) -> dict[str, tuple[Number, str]]:
    """Return (value, source) of the entered figures of a report, by key."""
    return {row.key: (to_number(row.value), row.source) for row in report.entered.all()}


def get_unit_figures(report: Report, rows: Values | None = None) -> Figures:
    """Return a unit report's current figures; `rows` are figures already counted from its rows."""
    given = count_figures(report.body, get_period(report)) if rows is None else rows
    return merge_figures(given, get_entered_figures(report), ROWS)


def get_values(figures: Figures) -> Values:
    """Return {key: value} of figures, without their origin."""
    return {key: figure.value for key, figure in figures.items()}
