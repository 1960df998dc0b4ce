"""Changes of staff and units, by the product's own actions and the people who may do them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from factories.checks import settle
from factories.publishing import item, read_whole
from gongkai.content.editions.models import Column, Shelf
from gongkai.content.publishing import actions as publishing
from gongkai.content.reviewing.models import Signature
from gongkai.content.reviewing.models.secrecy_sheets import list_questions
from gongkai.content.reviewing.waiting import list_signable
from gongkai.core.units import actions as units
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Appointment, Body, Person, Standing

if TYPE_CHECKING:
    from simulation.steps import Player, Step

Event = Callable[["Player", "Step"], None]
EVENTS: dict[str, Event] = {}


def event(function: Event) -> Event:
    """Register an event by its function's name."""
    EVENTS[function.__name__] = function
    return function


def _get(step: "Step", name: str) -> int:
    return int(step.data[name][0])


@event
def post_ends(player: "Player", step: "Step") -> None:
    """End an appointment."""
    units.end_appointment(Appointment.objects.get(pk=_get(step, "post")), by=player.actor(step.by))


@event
def leave_is_covered(player: "Player", step: "Step") -> None:
    """Let a colleague cover an appointment for some days."""
    start: date = timezone.localdate()
    units.cover(
        Appointment.objects.get(pk=_get(step, "post")),
        by=player.actor(step.by),
        person=Person.objects.get(pk=_get(step, "person")),
        start=start,
        end=start + timedelta(days=_get(step, "days")),
    )


@event
def post_begins(player: "Player", step: "Step") -> None:
    """Appoint a person who is there already."""
    body, person = Body.objects.get(pk=_get(step, "body")), Person.objects.get(pk=_get(step, "person"))
    units.appoint(body, by=player.actor(step.by), person=person, role=step.data["role"][0])


@event
def appointment_is_confirmed(player: "Player", step: "Step") -> None:
    """Let a security officer confirm what waits for confirmation."""
    waiting = Appointment.objects.filter(standing=Standing.WAITING).order_by("pk").first()
    if waiting is not None:
        units.confirm_appointment(waiting, by=player.actor(step.by))


@event
def unit_is_renamed(player: "Player", step: "Step") -> None:
    """Rename a unit."""
    body = Body.objects.get(pk=_get(step, "body"))
    units.rename(body, by=player.actor(step.by), name=step.data["name"][0], short_name="")


@event
def unit_is_merged(player: "Player", step: "Step") -> None:
    """Merge a unit into another one."""
    into = Body.objects.get(pk=_get(step, "into"))
    units.merge(Body.objects.get(pk=_get(step, "body")), by=player.actor(step.by), into=into)


@event
def unit_is_closed(player: "Player", step: "Step") -> None:
    """Close a unit without successor."""
    units.close(Body.objects.get(pk=_get(step, "body")), by=player.actor(step.by))


@event
def text_is_submitted(player: "Player", step: "Step") -> None:
    """Draft a text for a column, decide on what its checks found, and submit it."""
    clerk = player.actor(step.by)
    body = Body.objects.get(pk=clerk.posts[0].body_id)
    columns = [column for column in Column.objects.filter(fixed="").order_by("pk") if column.is_open][:1]
    formed = timezone.localdate() - timedelta(days=_get(step, "days"))
    page = item(body, columns, by=clerk, title=f"{body.name}第{_get(step, 'number')}号通报", formed_on=formed)
    settle(page, clerk)
    publishing.submit(page, by=clerk)


@event
def text_is_signed(player: "Player", step: "Step") -> None:
    """Sign the stage for which a text waits, after reading all of it; the last signature publishes it.

    The first signer fills in the secrecy sheet.
    """
    signer = player.actor(step.by)
    review = list_signable(signer).order_by("pk").first()
    if review is not None:
        if not Signature.objects.filter(review_id=review.pk).exists():
            answers = {question.name: "no" for question in list_questions(bulk=True)}
            publishing.fill_sheet(review, by=signer, answers=answers)
        publishing.approve(review, by=signer, sheet=read_whole(review, signer))


@event
def text_is_withdrawn(player: "Player", step: "Step") -> None:
    """Withdraw the newest public text that the person may withdraw."""
    by = player.actor(step.by)
    public = Shelf.objects.filter(from_at__lte=timezone.now(), until_at=None).exclude(column=None)
    for shelf in public.select_related("document").order_by("-pk")[:12]:
        if not publishing.withdraw.why_not(shelf.document, by=by):
            publishing.withdraw(shelf.document, by=by, reason="内容有误，更正后重新公开。")
            return


@event
def person_is_deactivated(player: "Player", step: "Step") -> None:
    """Deactivate a person's account: the system, as an administrator's import does."""
    units.deactivate(Person.objects.get(pk=_get(step, "person")), by=SYSTEM)
