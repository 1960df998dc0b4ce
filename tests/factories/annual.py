"""Annual reports of the invented 云岭市."""

import random
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from factories.units import BodyFactory, actor
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.form import SECTION_TITLES
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.area import count_live_figures
from gongkai.oversight.annual.queries.figures import NONE
from gongkai.work.requests.models import Dispute, DisputeKind, DisputeResult, Request
from gongkai.work.requests.models.request import VOID_RESULT
from gongkai.work.requests.results import REQUEST_RESULTS, ApplicantKind

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
    rows = actions.open_reports(town.government, by=town.chief, year=year)
    return {one.body_id: fresh(one) for one in rows}


def fresh(report: Report) -> Report:
    return Report.objects.select_related("entry__body", "body").get(pk=report.pk)


def entry(report: Report) -> Entry:
    return Entry.objects.select_related("body").get(pk=report.pk)


def report_of(body: Body, year: int = YEAR) -> Report:
    return Report.objects.select_related("entry__body", "body").get(body=body, year=year)


def complete(report: Report, by: Any) -> Report:
    """Fill in what rows do not give (nought), and have all texts written and confirmed."""
    lacking = {key: 0 for key, one in count_live_figures(fresh(report)).items() if one.origin == NONE}
    if lacking:
        actions.enter_figures(entry(report), by=by, figures=lacking, source="行政执法统计年报")
    for number in SECTION_TITLES:
        actions.write_section(entry(report), by=by, number=number, text="无。")
    actions.confirm_sections(entry(report), by=by, numbers=list(SECTION_TITLES))
    return fresh(report)


def handed_in(report: Report, clerk: Any, head: Any) -> Report:
    """Complete a report, have it checked and handed in."""
    complete(report, clerk)
    actions.check_report(entry(report), by=clerk)
    actions.submit_report(entry(report), by=head)
    return fresh(report)


def tables(**changed: Any) -> dict[str, Any]:
    """A report's tables, all nought but what is said."""
    from gongkai.oversight.annual.form import FIGURE_KEYS, to_tables

    made = to_tables(dict.fromkeys(FIGURE_KEYS, 0))
    for table, rows in changed.items():
        made[table] |= rows
    return made


LAST_DAY = date(YEAR, 12, 31)


def synthetic(bodies: list[Body], count: int, *, year: int = YEAR, seed: int = 15) -> None:
    """Requests of three years over some units that end in every way or not at all, and disputes over a third of them; written straight in."""
    rng = random.Random(seed)
    first = date(year - 1, 1, 1)
    entries = []
    for number in range(count):
        received = first + timedelta(days=rng.randrange(3 * 365))
        facts = {"kind": "request", "number": f"申请S-{number}", "title": "申请", "state": "open"}
        entries.append(Entry(**facts, body=rng.choice(bodies), year=received.year, opened_at=timezone.now()))
    Entry.objects.bulk_create(entries, batch_size=500)
    requests = [_synthetic_request(one, rng) for one in entries]
    Request.objects.bulk_create(requests, batch_size=500)
    Dispute.objects.bulk_create([_synthetic_dispute(one, rng) for one in requests[::3]], batch_size=500)


def _synthetic_request(made: Entry, rng: random.Random) -> Request:
    received = date(made.year, 1, 1) + timedelta(days=rng.randrange(365))
    ended = rng.choice([None, received, received + timedelta(days=rng.randrange(500))])
    return Request(
        entry=made,
        applicant_kind=rng.choice(ApplicantKind.values),
        channel="page",
        submitted_on=received,
        received_on=received,
        counted_on=received,
        wanted="申请",
        ended_on=ended,
        ended_as=rng.choice([*REQUEST_RESULTS, VOID_RESULT]) if ended else "",
    )


def _synthetic_dispute(one: Request, rng: random.Random) -> Dispute:
    accepted = one.received_on + timedelta(days=rng.randrange(200))
    decided = rng.choice([None, accepted + timedelta(days=rng.randrange(300))])
    return Dispute(
        request=one,
        body=one.entry.body,
        kind=rng.choice(DisputeKind.values),
        organ="云岭市人民政府",
        accepted_on=accepted,
        decided_on=decided,
        result=rng.choice(DisputeResult.values) if decided else "",
    )
