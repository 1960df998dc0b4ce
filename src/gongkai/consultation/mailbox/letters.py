"""Messages as matters of people outside, and what of them waits on the first page."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from gongkai.consultation.models import IncomingMail, MailState
from gongkai.intake.matters import Matter, Progress
from gongkai.units.actors import Actor, actor_of
from gongkai.units.rules import runs_installation


def visible_to(user: object) -> QuerySet[IncomingMail]:
    """Return the messages that somebody may see: all, to the 政务公开办 of the government at the top (one mailbox); nothing to others."""
    by = actor_of(user)
    rows = IncomingMail.objects.select_related("inquiry__entry")
    return rows if by.system or runs_installation(by) else rows.none()


def waiting(by: Actor) -> dict[str, Any] | None:
    """The block of the first page: messages that wait for somebody's word."""
    if not runs_installation(by):
        return None
    held = IncomingMail.objects.filter(state=MailState.HELD)
    count = held.count()
    return {"mails": held.order_by("pk")[:8], "count": count} if count else None


def _may_read(by: Actor, number: int) -> list[str]:
    return [] if runs_installation(by) else ["只有政务公开办可以查看信箱里的来信。"]


def _progress(number: int) -> Progress | None:
    """Nobody has a code of a message that is no inquiry."""
    return None


def _erase(number: int) -> None:
    IncomingMail.objects.filter(pk=number).update(subject="", message_id="")


MAIL_MATTER = Matter(
    name="mail",
    label="信箱来信",
    may_read=_may_read,
    progress=_progress,
    erase=_erase,
    office=lambda number: reverse("consultation:mail", args=[number]),
)
