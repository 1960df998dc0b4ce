"""Last year's report of a unit, used to check carried-over figures."""

from dataclasses import dataclass

from gongkai.core.units.models import Body
from gongkai.oversight.annual.form import Values, as_tables, from_tables
from gongkai.oversight.annual.kind import GIVEN
from gongkai.oversight.annual.models import EarlierReport, Report
from gongkai.oversight.annual.queries.figures import values_of
from gongkai.oversight.annual.snapshot import figures_in


@dataclass(frozen=True)
class Previous:
    """Last year's figures with a description of their source."""

    tables: dict[str, object]
    words: str
    earlier: EarlierReport | None = None

    @property
    def values(self) -> Values:
        """Return the figures by key."""
        return from_tables(self.tables)


def previous_of(body: Body, year: int) -> Previous | None:
    """Return last year's report, made here or imported, or None."""
    own = Report.objects.filter(body=body, year=year - 1, entry__state__in=GIVEN).select_related("entry").first()
    last = own.standing if own else None
    if last:
        return Previous(as_tables(values_of(figures_in(last.content))), f"本系统{year - 1}年度报告")
    kept = EarlierReport.objects.filter(body=body, year=year - 1).first()
    return Previous(kept.tables, f"导入的{year - 1}年度报告（{kept.name}）", kept) if kept else None
