"""Queries of cases, all based on `visible_to`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Avg, Case, Count, DurationField, F, Q, QuerySet, When
from django.utils import timezone

from gongkai.core.ledger.queries import visible_to as visible_entries
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.lib.chinese.numerals import compute_mean, compute_percent
from gongkai.work.opinion.models import CaseTalk, Lead, LeadState, OpinionCase, OpinionKind, Response
from gongkai.work.opinion.rules import WORKING_ROLES
from gongkai.work.opinion.states import BEFORE_RESPONSE, CaseState

#: Tabs of the list by name: label and filter; the filter of `late` is added by the query.
CASE_TABS: dict[str, tuple[str, Q]] = {
    "open": ("办理中", Q(entry__closed_at=None)),
    "judge": ("待会商研判", Q(entry__state__in=[CaseState.COLLECTED, CaseState.CONSULTING])),
    "respond": ("待回应", Q(entry__state=CaseState.JUDGED)),
    "evaluate": ("待评估", Q(entry__state=CaseState.RESPONDED)),
    "late": ("逾期（含逾期回应）", Q()),
    "closed": ("已办结", Q(entry__closed_at__isnull=False)),
    "all": ("全部", Q()),
}


@register_visible_to(OpinionCase)
def visible_to(user: object) -> QuerySet[OpinionCase]:
    """Return the cases whose entries the user may see."""
    entries = visible_entries(user).filter(kind="opinion")
    return OpinionCase.objects.filter(entry__in=entries).select_related("entry__body", "collector", "field")


@register_visible_to(Response, drafts=True)
def responses_visible_to(user: object) -> QuerySet[Response]:
    """Return the answers to cases visible to the user."""
    return Response.objects.filter(case__in=visible_to(user).values("pk"))


def filter_late_cases(rows: QuerySet[OpinionCase]) -> QuerySet[OpinionCase]:
    """Return the cases that are overdue or were answered late."""
    unanswered = Q(entry__state__in=BEFORE_RESPONSE, entry__due_at__lt=timezone.now())
    return rows.filter(unanswered | Q(responded_at__gt=F("entry__due_at")))


def filter_cases_by_tab(rows: QuerySet[OpinionCase], tab: str) -> QuerySet[OpinionCase]:
    """Return the cases of a tab; all cases for an unknown tab."""
    if tab == "late":
        return filter_late_cases(rows)
    return rows.filter(CASE_TABS[tab][1]) if tab in CASE_TABS else rows


@register_visible_to(Lead)
def leads_visible_to(user: object) -> QuerySet[Lead]:
    """Return the leads of the feeds of the user's units and of units under the user's office."""
    actor = get_actor(user)
    rows = Lead.objects.select_related("feed__body", "case__entry")
    return rows if actor.system else rows.filter(_make_feed_filter(actor))


def _make_feed_filter(actor: Actor) -> Q:
    """Return the condition for leads of the user's units or those under their office."""
    condition = Q(feed__body_id__in=actor.body_ids(*WORKING_ROLES))
    for post in actor.posts:
        if post.role == Role.CHIEF:
            condition |= Q(feed__body__path__startswith=post.reach)
    return condition


def list_pending_leads(user: object) -> QuerySet[Lead]:
    """Return the pending leads."""
    return leads_visible_to(user).filter(state=LeadState.NEW)


@dataclass(frozen=True)
class UnitCaseFigures:
    """Case statistics of a unit in a year.

    `waiting`: unanswered; `overdue`: those of them after their date; `hours`: mean hours from discovery to answer,
    None without answers; `talks`: how often the unit was held accountable.
    """

    body: Body
    total: int
    in_time: int
    late: int
    waiting: int
    overdue: int
    dismissed: int
    evaluated: int
    hours: float | None
    talks: int

    @property
    def rate(self) -> int | None:
        """Return the percentage answered in time of the answered and overdue cases or None."""
        due = self.in_time + self.late + self.overdue
        return compute_percent(self.in_time, due)


def count_cases_by_unit(rows: QuerySet[OpinionCase], year: int) -> list[UnitCaseFigures]:
    """Return a year's statistics by answering unit."""
    moment = timezone.now()
    query = Q(responded_at__isnull=False)
    dismissed = Q(entry__state=CaseState.DISMISSED)
    waited = Case(  # an unexpected event may be answered before it is found in the media
        When(responded_at__gt=F("found_at"), then=F("responded_at") - F("found_at")),
        default=timedelta(0),
        output_field=DurationField(),
    )
    counted = (
        rows.filter(entry__year=year)
        .order_by()
        .values("entry__body")
        .annotate(
            total=Count("pk"),
            in_time=Count("pk", filter=query & Q(responded_at__lte=F("entry__due_at"))),
            late=Count("pk", filter=query & Q(responded_at__gt=F("entry__due_at"))),
            waiting=Count("pk", filter=~query & ~dismissed),
            overdue=Count("pk", filter=~query & ~dismissed & Q(entry__due_at__lt=moment)),
            dismissed=Count("pk", filter=dismissed),
            evaluated=Count("pk", filter=Q(entry__state=CaseState.EVALUATED)),
            waited=Avg(waited, filter=query),
        )
    )
    rows_by_unit = list(counted)
    bodies = Body.objects.in_bulk([row["entry__body"] for row in rows_by_unit])
    talks = count_accountability_talks(list(bodies), year)
    unit_figures = [
        UnitCaseFigures(
            bodies[row["entry__body"]],
            row["total"],
            row["in_time"],
            row["late"],
            row["waiting"],
            row["overdue"],
            row["dismissed"],
            row["evaluated"],
            _to_hours(row["waited"]),
            talks.get(row["entry__body"], 0),
        )
        for row in rows_by_unit
    ]
    return sorted(unit_figures, key=lambda one: (one.body.position, one.body.pk))


def _to_hours(waited: timedelta | None) -> float | None:
    return compute_mean(int(waited.total_seconds()), 3600) if waited is not None else None


def count_cases_by_kind(rows: QuerySet[OpinionCase], year: int) -> list[tuple[str, int]]:
    """Return (label of a kind, number of a year's cases) of all kinds, unjudged ones last."""
    counted = dict(rows.filter(entry__year=year).order_by().values_list("kind").annotate(Count("pk")))
    counts = [(str(label), counted.get(value, 0)) for value, label in OpinionKind.choices]
    return [*counts, ("待研判", counted[""])] if counted.get("") else counts


def count_accountability_talks(bodies: Sequence[int], year: int) -> dict[int, int]:
    """Return {unit: how often it was held accountable in a year (M-08)}; units that never were are missing."""
    rows = CaseTalk.objects.filter(body__in=bodies, on__year=year).order_by().values_list("body")
    return dict(rows.annotate(Count("pk")))
