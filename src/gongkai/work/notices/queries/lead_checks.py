"""Results of checks by a lead unit: one verdict for each responsible unit and measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, Prefetch
from django.utils import timezone

from gongkai.core.ledger.models import Evidence, EvidenceVerdict
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.writing.tasks import FAILS, HOLDS, UNCHECKED, LeadCheck, LeadReport
from gongkai.work.notices.actions.permissions import WORKER_ROLES
from gongkai.work.notices.entries.columns import find_site_address, to_absolute_url
from gongkai.work.notices.models import Assignment, Measure, Notice
from gongkai.work.notices.models.notice import list_large_fields
from gongkai.work.notices.queries.lights import LightCounts, count_lights_by
from gongkai.work.notices.queries.visible import assignments_visible_to
from gongkai.work.notices.states import ASSIGNED, CANCELLED_OUTCOMES, NoticeState


def list_leads(notice: Notice) -> list[Body]:
    """Return the lead units of a notice."""
    through = Assignment.leads.through.objects.filter(assignment__notice=notice)
    return list(Body.objects.filter(pk__in=through.values("body_id")).order_by("position", "pk"))


@dataclass(frozen=True)
class LedMeasure:
    """A measure led by the user's unit and owed by others.

    `account` counts its tasks by traffic light, `due` is the next due date.
    """

    measure: Measure
    account: LightCounts
    due: datetime


def list_led_measures(by: Actor, limit: int) -> tuple[list[LedMeasure], int]:
    """Return (at most `limit` measures, worst first; number of all) that the user's units lead and others owe.

    Only measures of governments' notices in force with open tasks of the notice's year.
    """
    leading_units = find_own_unit_keys(by)
    tasks = assignments_visible_to(by).filter(
        leads__in=leading_units, notice__state=NoticeState.LIVE, notice__own=False, entry__kind=ASSIGNED
    )
    other_assignments = tasks.filter(entry__year=F("notice__year")).exclude(entry__body__in=leading_units)
    waiting = other_assignments.filter(entry__closed_at=None).order_by().values_list("measure")
    due = dict(waiting.annotate(due=Min("entry__due_at")))
    accounts = count_lights_by(other_assignments.filter(measure__in=due), "measure", prefix="entry__")
    order = sorted(due, key=lambda pk: (-accounts[pk,].red, -accounts[pk,].yellow, due[pk]))
    rows = Measure.objects.select_related("notice").defer(*list_large_fields("notice")).in_bulk(order[:limit])
    return [LedMeasure(rows[pk], accounts[pk,], due[pk]) for pk in order[:limit]], len(due)


def find_own_unit_keys(by: Actor) -> set[int]:
    """Return the keys of the units in which the user is a clerk or head."""
    return by.body_ids(*WORKER_ROLES)


def build_lead_report(notice: Notice, lead: Body, user: object) -> LeadReport:
    """Return the report of a lead unit on tasks not cancelled, in a constant number of queries."""
    standing = Evidence.objects.filter(withdrawn=False).order_by("pk")
    rows = (
        assignments_visible_to(user)
        .filter(notice=notice, leads=lead, entry__year=notice.year)
        .exclude(entry__outcome__in=CANCELLED_OUTCOMES)
        .select_related("entry__body", "measure")
        .prefetch_related(Prefetch("entry__evidence", standing, to_attr="standing"), "lead_checks")
        .order_by("measure__position", "entry__body__position", "pk")
    )
    home = find_site_address(notice.government)
    return LeadReport(
        lead=lead.name,
        title=notice.title,
        doc_number=notice.doc_number,
        year=notice.year,
        made_on=timezone.localdate(),
        rows=tuple(_build_lead_check(row, home) for row in rows),
    )


def _build_lead_check(row: Assignment, home: str) -> LeadCheck:
    """Return the lead unit's latest check or verdict on a task."""
    evidence_list: Sequence[Evidence] = row.entry.standing  # type: ignore[attr-defined]
    verdict, at, text = find_evidence_verdict(evidence_list)
    addresses = [to_absolute_url(evidence.url, home) or evidence.title for evidence in evidence_list]
    lead_check_made = next((lead_check for lead_check in row.lead_checks.all()), None)
    if lead_check_made is not None and (at is None or lead_check_made.checked_at > at):
        verdict, at, text = (
            (HOLDS if lead_check_made.holds else FAILS),
            lead_check_made.checked_at,
            lead_check_made.words,
        )
        addresses = [lead_check_made.url, *addresses]
    return LeadCheck(
        content=row.measure.title,
        unit=row.entry.body.name,
        state=row.entry.state_label,
        verdict=verdict,
        addresses=tuple(dict.fromkeys(addresses))[:5],
        checked_at=timezone.localtime(at) if at else None,
        words=text,
    )


def find_evidence_verdict(evidence: Sequence[Evidence]) -> tuple[str, datetime | None, str]:
    """Return (verdict, time, words) on a unit's evidence.

    It holds if a user or the system verified one piece; it fails if all judged pieces fail.
    """
    judged = [piece for piece in evidence if piece.judged_at]
    true = [piece.judged_at for piece in judged if piece.lead == EvidenceVerdict.HOLDS and piece.judged_at]
    if true:
        return HOLDS, max(true), ""
    verified_times = [
        piece.captured_at
        for piece in evidence
        if piece.machine == EvidenceVerdict.HOLDS and piece.lead != EvidenceVerdict.FAILS
    ]
    if verified_times:
        return HOLDS, max(verified_times), "系统核验"
    if not judged:
        return UNCHECKED, None, ""
    last_judged = max(piece.judged_at for piece in judged if piece.judged_at)
    return FAILS, last_judged, "；".join(piece.words for piece in judged if piece.words)
