"""Visibility of rounds, sheets, schemes, bulletins and marks."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import (
    GOVERNING_KINDS,
    SUPERVISING_ROLES,
    list_responsible_units,
    make_reach_condition,
)
from gongkai.core.widgets.request_cache import ask_once
from gongkai.oversight.assessment.models import Assessed, Bulletin, Evaluator, Mark, Round, Scheme
from gongkai.oversight.assessment.states import STATES_WITH_SHOWN_SCORES, BulletinState, RoundState, SchemeState


@register_visible_to(Round)
def rounds_visible_to(user: object) -> QuerySet[Round, Round]:
    """Return the rounds that the user supervises or runs as head or staff, and begun ones that assess the user's unit."""
    actor = get_actor(user)
    rows = Round.objects.select_related("scheme", "body", "office")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    led = Q(office_id__in=_list_led_bodies(actor)) | Q(body_id__in=_list_led_bodies(actor))
    query = Q(units__body_id__in=list_responsible_units(actor)) & ~Q(state=RoundState.PLANNED)
    return rows.filter(make_reach_condition(actor, "body__path") | led | query).distinct()


def _list_led_bodies(actor: Actor) -> list[int]:
    """Return the ids of the units whose rounds the user runs as head or bureau staff; cached for the request."""
    return ask_once(("led bodies", actor), lambda: _find_led_bodies(actor))


def _find_led_bodies(actor: Actor) -> list[int]:
    """Return the ids of the units of which the actor is head, or staff of a bureau."""
    running = actor.body_ids(*ENTRY_STAFF_ROLES)
    bureaus = Body.objects.filter(pk__in=running).exclude(kind__in=[*GOVERNING_KINDS, BodyKind.GENERAL_OFFICE])
    leading = actor.body_ids(Role.LEAD)
    return sorted({*leading, *bureaus.values_list("pk", flat=True)})


def can_oversee_round(user: object, round_: Round) -> bool:
    """Return True if the user supervises or runs the round as head or staff, and so sees all its units."""
    actor = get_actor(user)
    if actor.system or actor.reaches(*SUPERVISING_ROLES, path=round_.body.path):
        return True
    return bool({round_.office_id, round_.body_id} & set(_list_led_bodies(actor)))


def list_managed_governments(user: object) -> QuerySet[Body, Body]:
    """Return the governments for whose open-government office the user acts, in directory order."""
    actor = get_actor(user)
    rows = Body.objects.filter(active_to=None, kind__in=GOVERNING_KINDS).order_by("path")
    return rows if actor.system else rows.filter(make_reach_condition(actor, "path", (Role.CHIEF,)))


def list_assessing_bodies(user: object) -> QuerySet[Body, Body]:
    """Return the governments and bureaus for which the user may assess (V-03)."""
    actor = get_actor(user)
    own_bodies = actor.body_ids(*ENTRY_STAFF_ROLES)
    has_children = Q(children__active_to=None, children__isnull=False) | Q(
        offices__active_to=None, offices__isnull=False
    )
    bureaus = Body.objects.filter(has_children, pk__in=own_bodies, active_to=None)
    bureaus = bureaus.exclude(kind__in=[*GOVERNING_KINDS, BodyKind.GENERAL_OFFICE])
    numbers = [*list_managed_governments(actor).values_list("pk", flat=True), *bureaus.values_list("pk", flat=True)]
    return Body.objects.filter(pk__in=numbers).order_by("position", "pk")


def can_see_scores(user: object, unit: Assessed) -> bool:
    """Return True if the user may see scores: overseers always, the unit after publication."""
    return unit.round.state in STATES_WITH_SHOWN_SCORES or can_oversee_round(user, unit.round)


@register_visible_to(Assessed)
def units_visible_to(user: object) -> QuerySet[Assessed, Assessed]:
    """Return the assessed units whose sheet the user may see."""
    actor = get_actor(user)
    rows = Assessed.objects.select_related("body", "office", "round__scheme", "round__body", "round__office", "entry")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    query = Q(body_id__in=list_responsible_units(actor)) & ~Q(round__state=RoundState.PLANNED)
    return rows.filter(_make_overseer_condition(actor) | query)


def _make_overseer_condition(actor: Actor) -> Q:
    """Return the condition for units in rounds that the user supervises, or runs as head or staff."""
    led = Q(round__office_id__in=_list_led_bodies(actor)) | Q(round__body_id__in=_list_led_bodies(actor))
    return make_reach_condition(actor, "round__body__path") | led


visible_to = units_visible_to


@register_visible_to(Scheme)
def schemes_visible_to(user: object) -> QuerySet[Scheme, Scheme]:
    """Return the schemes that the user supervises or runs as head or staff, and enacted ones that assess the user's unit."""
    actor = get_actor(user)
    rows = Scheme.objects.select_related("body")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    query = Q(rounds__units__body_id__in=list_responsible_units(actor)) & ~Q(state=SchemeState.DRAFT)
    led = Q(rounds__office_id__in=_list_led_bodies(actor)) | Q(body_id__in=_list_led_bodies(actor))
    return rows.filter(make_reach_condition(actor, "body__path") | query | led).distinct()


@register_visible_to(Bulletin)
def bulletins_visible_to(user: object) -> QuerySet[Bulletin, Bulletin]:
    """Return the bulletins visible to the user.

    These are supervised ones, all of a government that the user heads directly or as head of its office, and
    issued ones of the user's government.
    """
    actor = get_actor(user)
    rows = Bulletin.objects.select_related("body", "round")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    offices = Body.objects.filter(pk__in=actor.body_ids(Role.LEAD), kind=BodyKind.GENERAL_OFFICE)
    led = Q(body_id__in=_list_led_bodies(actor)) | Q(body_id__in=offices.values("parent"))
    issued = Q(state=BulletinState.ISSUED) & (
        Q(units__in=list_responsible_units(actor)) | Q(body_id__in=actor.bodies) | Q(body__children__in=actor.bodies)
    )
    return rows.filter(make_reach_condition(actor, "body__path") | led | issued).distinct()


@register_visible_to(Mark)
def marks_visible_to(user: object) -> QuerySet[Mark, Mark]:
    """Return the marks of units whose scores the user may see: overseers always, the unit after publication."""
    actor = get_actor(user)
    units = units_visible_to(actor).order_by()
    if not actor.system:
        units = units.filter(Q(round__state__in=STATES_WITH_SHOWN_SCORES) | _make_overseer_condition(actor))
    rows = Mark.objects.filter(unit__in=units.values("pk"))
    return rows.select_related("unit__round", "indicator")


@register_visible_to(Evaluator)
def list_evaluations(user: object) -> QuerySet[Evaluator, Evaluator]:
    """Return the evaluator records of a login that are valid today, in rounds that are being scored."""
    number: int = (user.user_id if isinstance(user, Actor) else getattr(user, "pk", None)) or 0
    today = timezone.localdate()
    rows = Evaluator.objects.select_related("round__body", "person")
    return rows.filter(
        person__user_id=number, ended_on=None, until__gte=today, round__state__in=[RoundState.SELF, RoundState.SCORING]
    )
