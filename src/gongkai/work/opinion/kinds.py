"""Ledger entry kinds of cases, duties and promises; cases are confidential."""

from django.db.models import Q

from gongkai.core.ledger.kinds import EntryKind
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import GOVERNING_KINDS, own_units_q
from gongkai.core.widgets.request_cache import ask_once
from gongkai.work.opinion.models import Consulted, OpinionDuty
from gongkai.work.opinion.rules import DECIDING_ROLES, make_speaker_condition
from gongkai.work.opinion.states import CASE_MACHINE, DUTY_MACHINE, PROMISE_MACHINE, PromiseState

CASE_KIND_NAME = "opinion"
DUTY_KIND_NAME = "opinion_duty"
PROMISE_KIND_NAME = "promise"


def _get_cached_led_units_condition(actor: Actor) -> Q:
    """Return the cached condition of `_make_led_units_condition`."""
    return ask_once(("bodies of cases", actor), lambda: _make_led_units_condition(actor))


def _make_led_units_condition(actor: Actor) -> Q:
    """Return the condition for units whose head or spokesperson the user is."""
    heading = actor.body_ids(*DECIDING_ROLES)
    condition = make_speaker_condition(actor)
    for path in Body.objects.filter(pk__in=heading, kind__in=GOVERNING_KINDS).values_list("path", flat=True):
        condition |= Q(path__startswith=path)
    return condition


def _make_reader_filter(actor: Actor) -> Q | None:
    """Return the filter for further readers of cases, None without units.

    These are consulted units and the offices over them, the collecting unit, leaders and
    spokespeople. Others may not read a case before it is answered. Matters for the open-government
    office only stay with it.
    """
    if not actor.bodies:
        return None
    # Nobody holds a post in a government itself, so its 政务公开办 gets the messages.
    consulted_cases = Consulted.objects.filter(own_units_q(actor, supervising=(Role.CHIEF,))).values("case_id")
    duties = OpinionDuty.objects.filter(own_units_q(actor, "entry__body", supervising=(Role.CHIEF,)))
    involved = (
        Q(pk__in=consulted_cases) | Q(pk__in=duties.values("case_id")) | Q(opinion_case__collector_id__in=actor.bodies)
    )
    return (involved | Q(body__in=Body.objects.filter(_get_cached_led_units_condition(actor)))) & ~Q(
        audience=Audience.CHIEF
    )


def _make_duty_reader_filter(actor: Actor) -> Q | None:
    """Return the filter for further readers of duties; None without units."""
    if not actor.bodies:
        return None
    led = Body.objects.filter(_get_cached_led_units_condition(actor))
    involved = Q(opinion_duty__case__entry__body_id__in=actor.bodies) | Q(body__in=led)
    return involved & ~Q(audience=Audience.CHIEF)


def _can_judge(actor: Actor, entry: Entry) -> bool:
    return actor.has(*DECIDING_ROLES, body_id=entry.body_id)


CASE_KIND = EntryKind(
    name=CASE_KIND_NAME,
    label="政务舆情",
    prefix="舆情",
    machine=CASE_MACHINE,
    actions=(
        "opinion.consult",
        "opinion.contribute",
        "opinion.judge",
        "opinion.judge_again",
        "opinion.draft_response",
        "opinion.submit_response",
        "opinion.record_response",
        "opinion.evaluate",
        "opinion.record_further",
        "opinion.draft_further",
        "opinion.respond_again",
        "opinion.consult_further",
        "opinion.guide",
        "opinion.assign",
        "opinion.order_measure",
        "opinion.relate",
        "opinion.talk",
    ),
    onward=(
        "opinion.evaluate",
        "opinion.submit_response",
        "opinion.draft_response",
        "opinion.record_response",
        "opinion.contribute",
        "opinion.consult",
        "opinion.judge",
    ),
    visible=_make_reader_filter,
    judges=_can_judge,
    rules="opinion",
    related=("opinion_case",),
    secret=True,
    excused=frozenset({"dismissed"}),
)
DUTY_KIND = EntryKind(
    name=DUTY_KIND_NAME,
    label="舆情处置事项",
    prefix="舆情处置",
    machine=DUTY_MACHINE,
    actions=("opinion_duty.report", "opinion_duty.extend", "opinion_duty.excuse"),
    onward=("opinion_duty.report",),
    visible=_make_duty_reader_filter,
    rules="opinion_measure",
    related=("opinion_duty__case",),
    secret=True,
    excused=frozenset({"excused"}),
)
#: The ledger kind of public promises.
PROMISE_KIND = EntryKind(
    name=PROMISE_KIND_NAME,
    label="公开承诺",
    prefix="承诺",
    machine=PROMISE_MACHINE,
    actions=(
        "promise.submit",
        "promise.report_kept",
        "promise.report_progress",
        "promise.change_date",
        "promise.report_broken",
        "promise.reword",
        "promise.take_back",
        "promise.void",
        "promise.reopen",
    ),
    onward=("promise.submit", "promise.report_kept"),
    rules="promise",
    related=("promise",),
    waiting=frozenset({PromiseState.REPORTED}),
    excused=frozenset({"voided"}),
)
