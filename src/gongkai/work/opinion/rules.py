"""Permissions of cases and promises; each rule returns the reasons against the action.

| action | allowed users |
|---|---|
| register a case or a promise | staff of a unit (promise: of that unit, or the 政务公开办 over it), the system |
| assign, call to account, watch fields, spokespeople, feeds | the 政务公开办 over the unit |
| consult, record guidance, draft an answer, order measures, relate | staff of the answering unit, the 政务公开办 over it |
| contribute | staff of a consulted unit; the 政务公开办 of a consulted government |
| judge, evaluate, have the unit respond again | head or signer of the answering unit, the 政务公开办 over it |
| judge as grave emergency, or as needing no answer | the 政务公开办 over the unit only |
| record a public answer | spokesperson of the unit or of its government, head or signer, the 政务公开办 over it |
| report progress, a kept or broken promise, a new date | staff of the unit; the head decides by signing |
| extend or cancel a duty (not of their own unit), void or reopen a promise | the 政务公开办 over the unit |
"""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.acts.rows import insert_row
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions.evidence import attach
from gongkai.core.ledger.models import Entry, Evidence, EvidenceKind, EvidenceVerdict
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units import unit_filters
from gongkai.core.units.actors import Actor, in_force_q
from gongkai.core.units.another_person import check_clears_other_unit
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.core.widgets.request_cache import ask_once
from gongkai.work.opinion.models import Consulted, OpinionCase, Promise, Spokesperson
from gongkai.work.opinion.models.cases import MEETING_LABEL

if TYPE_CHECKING:
    from gongkai.work.opinion.models import Feed


def store_evidence(
    entry: Entry, *, by: Actor, title: str, url: str = "", file: NamedStoredFile | None = None, text: str = ""
) -> Evidence | None:
    """Store a URL, a file or both as evidence of an entry; call inside an action.

    Returns:
        The row of the file, else of the address, or None if neither was given.
    """
    evidence = None
    facts = {
        "entry": entry,
        "captured_at": timezone.now(),
        "machine": EvidenceVerdict.UNCHECKED,
        "words": text[:300],
        "added_by": by.name,
    }
    if url:
        evidence = insert_row(
            Evidence(kind=EvidenceKind.ADDRESS, title=title[:300], url=normalize_entered_url(url), **facts)
        )
    if file is not None:
        attachment = attach(entry, [file], by=by)[0]
        evidence = Evidence.objects.create(
            kind=EvidenceKind.FILE, title=file.name[:300], attachment=attachment, digest=file.stored.pk, **facts
        )
    return evidence


#: Roles that work on cases in a unit.
WORKING_ROLES = ENTRY_STAFF_ROLES
#: Roles that decide on cases for a unit.
DECIDING_ROLES = (Role.LEAD, Role.SIGNER)


def get_unit(target: object) -> Body:
    """Return the unit responsible for a case, promise, entry, feed or unit."""
    return unit_filters.get_owner_body(target.entry if isinstance(target, OpinionCase | Promise) else target)


def is_supervising_office(by: Actor, target: object) -> bool:
    """Return True for the open-government office above the unit, and for jobs."""
    return unit_filters.is_above(by, get_unit(target))


def list_reasons_unless_supervisor(by: Actor, target: object) -> list[str]:
    """Return a Chinese reason unless the user is in the open-government office above the unit."""
    return [] if is_supervising_office(by, target) else ["只有政务公开办可以办理。"]


def list_reasons_unless_impartial_supervisor(by: Actor, target: Entry) -> list[str]:
    """Return reasons unless the user works for the office above the unit, and not for the unit.

    Nobody may postpone or cancel duties of their own unit.
    """
    return list_reasons_unless_supervisor(by, target) or check_clears_other_unit(
        by, target.body, "延长或者免除本单位的任务", strict=False
    )


def list_reasons_unless_unit_staff(by: Actor, target: "Feed | Entry | Body") -> list[str]:
    """Return reasons unless the user is staff of the unit or its 政务公开办."""
    body = get_unit(target)
    if is_supervising_office(by, target) or by.has(*WORKING_ROLES, body_id=body.pk):
        return []
    return [f"只有责任单位（{body.label}）的工作人员可以办理。"]


def list_reasons_unless_decider(by: Actor, target: object) -> list[str]:
    """Return a reason unless the user leads or signs for the unit or is above it."""
    body = get_unit(target)
    if is_supervising_office(by, target) or by.has(*DECIDING_ROLES, body_id=body.pk):
        return []
    return [f"只有责任单位（{body.label}）负责人、签发人或者政务公开办可以办理。"]


def list_reasons_unless_contributor(by: Actor, target: Entry) -> list[str]:
    """Return reasons unless the user is staff of a consulted unit.

    A unit whose opinion was recorded at a meeting does not count.
    """
    return [] if list_answerable_consultations(by, target) else ["只有参加会商的单位可以提出会商意见。"]


def list_answerable_consultations(by: Actor, entry: Entry) -> list[Consulted]:
    """Return the consultations that the user may answer, unanswered ones first."""
    rows = entry.opinion_case.consulted.filter(guidance=False).exclude(asked=MEETING_LABEL).select_related("body")
    governed = by.reached_paths(Role.CHIEF)
    own_rows = [row for row in rows if by.has(*WORKING_ROLES, body_id=row.body_id) or row.body.path in governed]
    return sorted(own_rows, key=lambda one: (one.at is not None, one.pk))


def list_possible_spokespeople(body: Body) -> QuerySet[Person]:
    """Return people with a post in the unit or, for a government, its units."""
    query = Q(body=body)
    if body.kind in GOVERNING_KINDS:
        query |= Q(body__parent=body) & ~Q(body__kind__in=GOVERNING_KINDS)
    return Person.objects.filter(pk__in=Appointment.objects.filter(in_force_q(), query).values("person"))


def _make_term_condition() -> Q:
    """Return the condition that a term of office includes today."""
    today = timezone.localdate()
    return Q(start__lte=today) & (Q(end=None) | Q(end__gt=today))


def is_speaker_for(by: Actor, body: Body) -> bool:
    """Return True if the user is a spokesperson of the unit or of its government."""
    return any(
        one.pk == body.pk or (one.kind in GOVERNING_KINDS and body.path.startswith(one.path))
        for one in _list_bodies_spoken_for(by)
    )


def _list_bodies_spoken_for(by: Actor) -> list[Body]:
    """Return the units whose spokesperson the user is."""
    if by.person_id is None:
        return []
    rows = Spokesperson.objects.filter(_make_term_condition(), person_id=by.person_id).select_related("body")
    return ask_once(("spoken for", by), lambda: [row.body for row in rows])


def list_reasons_unless_speaker(by: Actor, target: Entry) -> list[str]:
    """Return a Chinese reason unless the user may speak for the unit.

    Spokespeople, heads and signers of the unit may, and the office above it.
    """
    if not list_reasons_unless_decider(by, target) or is_speaker_for(by, get_unit(target)):
        return []
    return [f"只有责任单位（{target.body.label}）的新闻发言人、负责人、签发人或者政务公开办可以登记已作出的回应。"]


def list_reasons_unless_drafter(by: Actor, target: Entry) -> list[str]:
    """Return reasons unless the user is staff or spokesperson of the unit, or above it."""
    return [] if is_speaker_for(by, get_unit(target)) else list_reasons_unless_unit_staff(by, target)


def make_speaker_condition(by: Actor) -> Q:
    """Return the filter for units that the user speaks for; without any it selects none."""
    condition = Q(pk__in=[])
    for body in _list_bodies_spoken_for(by):
        condition |= Q(path__startswith=body.path) if body.kind in GOVERNING_KINDS else Q(pk=body.pk)
    return condition


def list_supervised_units(by: Actor) -> QuerySet[Body]:
    """Return the active units under the user's open-government office, by position."""
    rows = Body.objects.filter(active_to=None, merged_into=None)
    bodies = rows.none()
    for post in by.posts:
        if post.role == Role.CHIEF:
            bodies = bodies | rows.filter(path__startswith=post.reach)
    return bodies.distinct().order_by("position", "pk")
