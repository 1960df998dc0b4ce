"""Who may do what to a task, in which state, and that every step is on record."""

import pytest

from factories.notices import City, entry_of, fresh, live, submitted
from factories.units import actor
from gongkai.acts.action import REGISTRY
from gongkai.acts.models import Movement
from gongkai.ledger.actions import add_evidence
from gongkai.ledger.models import Entry
from gongkai.notices.actions import (
    accept,
    submit,
)
from gongkai.notices.states import ASSIGNMENT, CLOSED, OPEN, State
from gongkai.units.actors import ANONYMOUS, Actor
from gongkai.units.models import Role

URL = "https://www.yunling.gov.cn/gh/1.html"


# Who may, in which state: the whole table

UNIT = ("tick", "submit", "recall", "not_applicable", "more_time", "other_unit", "send_back")
LEAD = ("accept", "return", "grant", "refuse")
CHIEF = ("reopen", "cancel", "carry_over", "reschedule")


@pytest.mark.parametrize("verb", [*UNIT, *LEAD, *CHIEF])
def test_each_role_may_do_its_own(town: City, entry: Entry, verb: str) -> None:
    roles = {
        "unit clerk": actor(Role.CLERK, town.education),
        "unit head": actor(Role.LEAD, town.education),
        "unit signer": actor(Role.SIGNER, town.education),
        "lead clerk": actor(Role.CLERK, town.planning),
        "lead head": actor(Role.LEAD, town.planning),
        "stranger": actor(Role.CLERK, town.health),
        "chief": town.chief,
        "auditor": actor(Role.AUDITOR, town.office),
        "administrator": actor(Role.ADMINISTRATOR, town.office),
        "public": ANONYMOUS,
    }
    groups = {UNIT: {"unit clerk", "unit head"}, LEAD: {"lead clerk", "lead head"}, CHIEF: {"chief"}}
    may = next(who for verbs, who in groups.items() if verb in verbs)
    act = REGISTRY[f"assignment.{verb}"]
    assert {name for name, who in roles.items() if not act.rule(who, entry)} == may


def test_a_unit_that_leads_itself_is_accepted_by_its_head_or_the_office_never_by_who_submitted(
    town: City,
) -> None:
    entry = entry_of(live(town), town.health)
    head, clerk = actor(Role.LEAD, town.health), actor(Role.CLERK, town.health)
    submitted(entry, head)
    rule = REGISTRY["assignment.accept"].rule
    assert rule(head, fresh(entry))
    assert rule(clerk, fresh(entry))
    assert not rule(actor(Role.LEAD, town.health), fresh(entry))
    assert not rule(town.chief, fresh(entry))


def test_where_nobody_is_appointed_in_the_lead_unit_the_office_decides(town: City, entry: Entry) -> None:
    rule = REGISTRY["assignment.accept"].rule
    assert not rule(actor(Role.CHIEF, town.office), entry)
    actor(Role.CLERK, town.planning)
    assert rule(actor(Role.CHIEF, town.office), fresh(entry))


@pytest.mark.parametrize("verb", sorted(ASSIGNMENT.moves))
def test_a_verb_is_refused_in_every_state_it_does_not_start_from(verb: str) -> None:
    for state in ASSIGNMENT.labels:
        reasons = ASSIGNMENT.why_not(verb, state, verb)
        assert bool(reasons) == (state not in ASSIGNMENT.moves[verb].sources)


def test_every_state_is_open_or_closed_and_can_be_left_or_is_final() -> None:
    assert set(ASSIGNMENT.labels) == OPEN | CLOSED
    reached = {target for move in ASSIGNMENT.moves.values() for target in move.to}
    assert set(ASSIGNMENT.labels) == reached


def test_every_step_is_on_record(entry: Entry, educator: Actor, planner: Actor) -> None:
    submitted(entry, educator)
    accept(fresh(entry), by=planner)
    actions = Movement.objects.filter(stream=entry.stream).order_by("seq").values_list("action", flat=True)
    assert list(actions) == [
        "assignment.open",
        "assignment.submit",
        "assignment.accept",
    ]


def test_evidence_added_before_counts(entry: Entry, educator: Actor) -> None:
    add_evidence(entry, by=educator, url=URL)
    assert submit(fresh(entry), by=educator, statement="已公开，清单见附件").state == State.SUBMITTED
