"""Request the reports of a year from the units of an area."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.making import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law.annual import report_due
from gongkai.oversight.annual.kind import KIND
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.visible import is_government, members_of
from gongkai.oversight.annual.rules import collects

#: First year of the current form (国办公开办函〔2021〕30号); earlier reports are imported.
FIRST_YEAR = 2021


@action("annual_report.open_year", label="布置年度报告", rule=collects)
def open_year(
    government: Body, *, by: Actor, year: int, until: date | None = None, only: Collection[int] = ()
) -> ActionResult:
    """Open the missing reports of a year for a government and its units; return the new ones.

    Args:
        government: government of the area.
        by: person who requests the reports.
        year: the reported year.
        until: last day that counts (default: 31 December).
        only: numbers of the units (default: all).
    """
    if not is_government(government):
        raise Refused("年度报告由本级政府的政务公开办布置。")
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Refused(f"报告年度应在{FIRST_YEAR}年至{timezone.localdate().year}年之间。")
    last = date(year, 12, 31)
    if until and not date(year, 1, 1) <= until <= last:
        raise Refused("统计截止日期应在报告年度内。")
    there = set(Report.objects.filter(year=year).values_list("body_id", flat=True))
    bodies = [one for one in (government, *members_of(government)) if one.pk not in there]
    bodies = [one for one in bodies if not only or one.pk in only]
    if not bodies:
        raise Refused(f"{year}年度报告已经布置。")
    entries = make_entries([_entry(body, year) for body in bodies], by=by, words=f"布置{year}年度报告")
    rows = [
        Report(entry=entry, body=entry.body, year=year, area=is_government(entry.body), until=until or last)
        for entry in entries
    ]
    Report.objects.bulk_create(rows)
    return ActionResult(
        words=f"布置{year}年政府信息公开工作年度报告，共{len(rows)}个单位",
        facts={"year": year, "bodies": [report.body_id for report in rows]},
        stream=f"annual_year/{government.pk}/{year}",
        result=rows,
    )


def _entry(body: Body, year: int) -> Entry:
    due = report_due(year, government=is_government(body))
    return Entry(
        kind=KIND,
        title=f"{year}年政府信息公开工作年度报告",
        body=body,
        year=year,
        due_at=end_of_day(due),
    )
