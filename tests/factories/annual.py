"""Fixtures for annual reports of the invented city 云岭市."""

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
    """Return a government with its general office, two bureaus and their staff."""
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


def make_reports(town: SimpleNamespace, year: int = YEAR) -> dict[int, Report]:
    """Open the annual reports of a year; return report by primary key of its body."""
    rows = actions.open_reports(town.government, by=town.chief, year=year)
    return {one.body_id: reload_report(one) for one in rows}


def reload_report(report: Report) -> Report:
    return Report.objects.select_related("entry__body", "body").get(pk=report.pk)


def entry_of(report: Report) -> Entry:
    return Entry.objects.select_related("body").get(pk=report.pk)


def report_of(body: Body, year: int = YEAR) -> Report:
    return Report.objects.select_related("entry__body", "body").get(body=body, year=year)


def complete_report(report: Report, by: Any) -> Report:
    """Enter 0 for all figures that no rows give, and write and confirm all sections."""
    lacking = {key: 0 for key, one in count_live_figures(reload_report(report)).items() if one.origin == NONE}
    if lacking:
        actions.enter_figures(entry_of(report), by=by, figures=lacking, source="行政执法统计年报")
    for number in SECTION_TITLES:
        actions.write_section(entry_of(report), by=by, number=number, text="无。")
    actions.confirm_sections(entry_of(report), by=by, numbers=list(SECTION_TITLES))
    return reload_report(report)


def submit_completed_report(report: Report, clerk: Any, head: Any) -> Report:
    """Complete, check and submit a report."""
    complete_report(report, clerk)
    actions.check_report(entry_of(report), by=clerk)
    actions.submit_report(entry_of(report), by=head)
    return reload_report(report)


def report_tables(**changed: Any) -> dict[str, Any]:
    """Return a report's tables with all figures 0 except the given rows."""
    from gongkai.oversight.annual.form import FIGURE_KEYS, to_tables

    made = to_tables(dict.fromkeys(FIGURE_KEYS, 0))
    for table, rows in changed.items():
        made[table] |= rows
    return made


LAST_DAY = date(YEAR, 12, 31)


def insert_random_requests(bodies: list[Body], count: int, *, year: int = YEAR, seed: int = 15) -> None:
    """Insert random requests of three years for some bodies, and disputes about a third of them."""
    rng = random.Random(seed)
    first = date(year - 1, 1, 1)
    entries = []
    for number in range(count):
        received = first + timedelta(days=rng.randrange(3 * 365))
        facts = {"kind": "request", "number": f"申请S-{number}", "title": "申请", "state": "open"}
        entries.append(Entry(**facts, body=rng.choice(bodies), year=received.year, opened_at=timezone.now()))
    Entry.objects.bulk_create(entries, batch_size=500)
    requests = [_random_request(one, rng) for one in entries]
    Request.objects.bulk_create(requests, batch_size=500)
    Dispute.objects.bulk_create([_random_dispute(one, rng) for one in requests[::3]], batch_size=500)


def _random_request(made: Entry, rng: random.Random) -> Request:
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


def _random_dispute(one: Request, rng: random.Random) -> Dispute:
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
