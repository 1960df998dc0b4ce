"""Who sees what of assessments."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.assessment.models import Assessed, Bulletin, Evaluator, Mark, Round, Scheme
from gongkai.assessment.states import BulletinState, RoundState, SchemeState
from gongkai.units.actors import Actor, actor_of
from gongkai.units.door import visible
from gongkai.units.models import Role
from gongkai.units.reach import SUPERVISING, over, spoken_for


@visible(Round)
def rounds_visible_to(user: object) -> QuerySet[Round, Round]:
    """Return the rounds that somebody sees: those supervised, run or led, and, once begun, those that assess a unit they speak for."""
    actor = actor_of(user)
    rows = Round.objects.select_related("scheme", "body", "office")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    led = Q(office_id__in=_led(actor)) | Q(body_id__in=_led(actor))
    own = Q(units__body_id__in=spoken_for(actor)) & ~Q(state=RoundState.PLANNED)
    return rows.filter(over(actor, "body__path") | led | own).distinct()


def _led(actor: Actor) -> list[int]:
    return [post.body_id for post in actor.posts if post.role == Role.LEAD]


def oversees_round(user: object, round_: Round) -> bool:
    """Whether somebody sees all units of a round: who supervises, runs or leads it."""
    actor = actor_of(user)
    if actor.system or actor.reaches(*SUPERVISING, path=round_.body.path):
        return True
    return bool({round_.office_id, round_.body_id} & set(_led(actor)))


@visible(Assessed)
def units_visible_to(user: object) -> QuerySet[Assessed, Assessed]:
    """Return the units in rounds whose sheet somebody sees: all of rounds overseen, else one's own."""
    actor = actor_of(user)
    rows = Assessed.objects.select_related("body", "round__scheme", "round__body", "round__office", "entry")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    led = Q(round__office_id__in=_led(actor)) | Q(round__body_id__in=_led(actor))
    own = Q(body_id__in=spoken_for(actor)) & ~Q(round__state=RoundState.PLANNED)
    return rows.filter(over(actor, "round__body__path") | led | own)


visible_to = units_visible_to


@visible(Scheme)
def schemes_visible_to(user: object) -> QuerySet[Scheme, Scheme]:
    """Return the systems that somebody sees: drafts only who works on them, those in force everybody who is assessed by them."""
    actor = actor_of(user)
    rows = Scheme.objects.select_related("body")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    own = Q(rounds__units__body_id__in=spoken_for(actor)) & ~Q(state=SchemeState.DRAFT)
    led = Q(rounds__office_id__in=_led(actor)) | Q(body_id__in=_led(actor))
    return rows.filter(over(actor, "body__path") | own | led).distinct()


@visible(Bulletin)
def bulletins_visible_to(user: object) -> QuerySet[Bulletin, Bulletin]:
    """Return the bulletins that somebody sees: all supervised, those to approve, and issued ones for all staff of the government."""
    actor = actor_of(user)
    rows = Bulletin.objects.select_related("body", "round")
    if actor.system:
        return rows
    if not actor.known:
        return rows.none()
    led = Q(body_id__in=_led(actor)) | Q(body__children__in=_led(actor))
    issued = Q(state=BulletinState.ISSUED) & (
        Q(units__in=spoken_for(actor)) | Q(body_id__in=actor.bodies) | Q(body__children__in=actor.bodies)
    )
    return rows.filter(over(actor, "body__path") | led | issued).distinct()


@visible(Mark)
def marks_visible_to(user: object) -> QuerySet[Mark, Mark]:
    """Return the marks of the units in rounds whose sheet somebody sees."""
    rows = Mark.objects.filter(unit__in=units_visible_to(user).order_by().values("pk"))
    return rows.select_related("unit__round", "indicator")


@visible(Evaluator)
def evaluations_of(user: object) -> QuerySet[Evaluator, Evaluator]:
    """Return what a third party's person may score today, by their login."""
    number: int = (user.user_id if isinstance(user, Actor) else getattr(user, "pk", None)) or 0
    today = timezone.localdate()
    rows = Evaluator.objects.select_related("round__body", "person")
    return rows.filter(
        person__user_id=number,
        ended_on=None,
        until__gte=today,
        round__state__in=[RoundState.SELF, RoundState.SCORING],
    )
