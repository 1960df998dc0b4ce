"""Annual reports of the invented 云岭市."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from factories.units import BodyFactory, actor
from gongkai.annual import actions
from gongkai.annual.form import SECTIONS
from gongkai.annual.models import Report
from gongkai.annual.queries.area import live_figures
from gongkai.annual.queries.figures import NONE
from gongkai.ledger.models import Entry
from gongkai.units.models import Body, BodyKind, Role

YEAR = 2025


def city() -> SimpleNamespace:
    """A government with its general office and two bureaus, and who works there."""
    government = BodyFactory(government=True)
    office = BodyFactory(
        name="云岭市人民政府办公室",
        short_name="市政府办公室",
        kind=BodyKind.GENERAL_OFFICE,
        parent=government,
    )
    housing = BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=government)
    schools = BodyFactory(name="云岭市教育局", short_name="市教育局", parent=government)
    return SimpleNamespace(
        government=government,
        office=office,
        housing=housing,
        schools=schools,
        chief=actor(Role.CHIEF, office),
        clerk=actor(Role.CLERK, housing),
        head=actor(Role.LEAD, housing),
    )


def opened(town: SimpleNamespace, year: int = YEAR) -> dict[int, Report]:
    """Ask for the reports of a year; body → report."""
    rows = actions.open_year(town.government, by=town.chief, year=year)
    return {one.body_id: fresh(one) for one in rows}


def fresh(report: Report) -> Report:
    return Report.objects.select_related("entry__body", "body").get(pk=report.pk)


def entry(report: Report) -> Entry:
    return Entry.objects.select_related("body").get(pk=report.pk)


def report_of(body: Body, year: int = YEAR) -> Report:
    return Report.objects.select_related("entry__body", "body").get(body=body, year=year)


def complete(report: Report, by: Any) -> Report:
    """Fill in what rows do not give (nought), and have all texts written and confirmed."""
    lacking = {key: 0 for key, one in live_figures(fresh(report)).items() if one.origin == NONE}
    if lacking:
        actions.fill(entry(report), by=by, figures=lacking, source="行政执法统计年报")
    for number in SECTIONS:
        actions.write(entry(report), by=by, number=number, text="无。")
        actions.confirm(entry(report), by=by, number=number)
    return fresh(report)


def handed_in(report: Report, clerk: Any, head: Any) -> Report:
    """Complete a report, have it checked and handed in."""
    complete(report, clerk)
    actions.check(entry(report), by=clerk)
    actions.hand_in(entry(report), by=head)
    return fresh(report)


def tables(**changed: Any) -> dict[str, Any]:
    """A report's tables, all nought but what is said."""
    from gongkai.annual.form import KEYS, as_tables

    made = as_tables(dict.fromkeys(KEYS, 0))
    for table, rows in changed.items():
        made[table] |= rows
    return made


LAST_DAY = date(YEAR, 12, 31)
