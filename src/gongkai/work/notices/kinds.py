"""Kinds of entries of this app, for the registry of the ledger."""

from dataclasses import replace

from django.db.models import Q

from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.core.units.unit_filters import list_responsible_units, make_reach_condition, own_units_q
from gongkai.work.notices.actions.contributions import list_reasons_against_receiving_contribution
from gongkai.work.notices.actions.delegation import list_reasons_against_collecting_share
from gongkai.work.notices.actions.permissions import is_turn_to_decide
from gongkai.work.notices.models import Assignment, Contribution, Delegation
from gongkai.work.notices.models.notice import list_large_fields
from gongkai.work.notices.queries.visible import visible_to
from gongkai.work.notices.states import (
    ASSIGNED,
    ASSIGNMENT_MACHINE,
    CONTRIBUTION_MACHINE,
    DELEGATED_KIND_NAME,
    INNER,
    INNER_MACHINE,
    PENDING_STATES,
    REQUEST_STATES,
    SHARE_MACHINE,
    SUPPORT_KIND_NAME,
    UPWARD_MACHINE,
    AssignmentState,
    ShareState,
    UpwardState,
)


def _make_led_entries_condition(actor: Actor) -> Q | None:
    """Return the condition for entries that the actor's units or governments lead."""
    if not (units := list_responsible_units(actor)):
        return None
    through = Assignment.leads.through
    return Q(pk__in=through.objects.filter(body_id__in=units).values("assignment_id"))


def _can_see_owner(actor: Actor, entry: Entry) -> bool:
    return entry.audience != Audience.CHIEF and visible_to(actor).filter(assignments=entry.pk).exists()


ASSIGNMENT_KIND = EntryKind(
    name=ASSIGNED,
    label="任务",
    machine=ASSIGNMENT_MACHINE,
    actions=(
        "assignment.submit",
        "assignment.delegate",
        "assignment.accept",
        "assignment.return",
        "assignment.grant",
        "assignment.refuse",
        "assignment.not_applicable",
        "assignment.more_time",
        "assignment.other_unit",
        "assignment.send_back",
        "assignment.recall",
        "assignment.tick",
        "assignment.check_cycle",
        "assignment.record_channel",
        "assignment.lead_check",
        "assignment.reopen",
        "assignment.carry_over",
        "assignment.cancel",
    ),
    onward=("assignment.submit", "assignment.accept", "assignment.grant"),
    awaited={"assignment.accept": "审核是否销号", "assignment.grant": "审核申请"},
    visible=_make_led_entries_condition,
    judges=is_turn_to_decide,
    rules="assignment",
    still_late=frozenset({AssignmentState.REASSIGNED, AssignmentState.WITHDRAWN, AssignmentState.CARRIED}),
    excused=frozenset({AssignmentState.NOT_APPLICABLE, AssignmentState.CANCELLED}),
    related=("assignment__measure", "assignment__notice__government"),
    unlisted=list_large_fields("assignment__notice"),
    waiting=PENDING_STATES,
    asked=REQUEST_STATES,
    owner_known=_can_see_owner,
    ordered_in="assignment__measure__text",
)
# Tasks from a unit's own notice.
INNER_KIND = replace(
    ASSIGNMENT_KIND,
    name=INNER,
    label="内部任务",
    machine=INNER_MACHINE,
    actions=tuple(action for action in ASSIGNMENT_KIND.actions if action != "assignment.delegate"),
    inner=True,
    giver=lambda entry: entry.assignment.notice.government_id,
)


def _filter_own_shares(actor: Actor) -> Q | None:
    """Return the condition for shares of a task of one of the actor's units; None without units."""
    if not actor.bodies:
        return None
    return Q(pk__in=Delegation.objects.filter(task__body_id__in=actor.bodies).values("pk"))


DELEGATED_KIND = EntryKind(
    name=DELEGATED_KIND_NAME,
    label="分解任务",
    machine=SHARE_MACHINE,
    actions=("delegated.submit", "delegated.accept", "delegated.return", "delegated.cancel"),
    onward=("delegated.submit", "delegated.accept"),
    awaited={"delegated.accept": "汇总"},
    visible=_filter_own_shares,
    judges=lambda by, entry: not list_reasons_against_collecting_share(by, entry),
    still_late=frozenset({ShareState.ENDED}),
    excused=frozenset({ShareState.CANCELLED}),
    related=("delegation__task",),
    waiting=frozenset({ShareState.SUBMITTED}),
    inner=True,
)


def _filter_own_contributions(actor: Actor) -> Q | None:
    """Return the condition for contributions to tasks of own and supervised units; None without units."""
    if not actor.bodies:
        return None
    rows = Contribution.objects.filter(own_units_q(actor, "task__body", supervising=(Role.CHIEF,)))
    # An office sees the entries of units that it supervises anyway.
    return Q(pk__in=rows.exclude(make_reach_condition(actor, "entry__body__path", (Role.CHIEF,))).values("pk"))


SUPPORT_KIND = EntryKind(
    name=SUPPORT_KIND_NAME,
    label="配合任务",
    machine=CONTRIBUTION_MACHINE,
    actions=("support.submit", "support.accept", "support.return", "support.cancel"),
    onward=("support.submit", "support.accept"),
    awaited={"support.accept": "确认"},
    visible=_filter_own_contributions,
    judges=lambda by, entry: not list_reasons_against_receiving_contribution(by, entry),
    excused=frozenset({ShareState.CANCELLED}),
    related=("contribution__task__body",),
    waiting=frozenset({ShareState.SUBMITTED}),
    beside=True,
    ordered_in="contribution__words",
)
UPWARD_KIND = EntryKind(
    name="upward",
    label="报送",
    machine=UPWARD_MACHINE,
    actions=("upward.send", "upward.receipt", "upward.reopen"),
    onward=("upward.send", "upward.receipt"),
    excused=frozenset({UpwardState.CANCELLED}),
    rules="assignment",
    related=("upward",),
)
