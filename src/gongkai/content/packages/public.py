"""Which editions of a document the public has, and which of their texts may leave the inner network. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from gongkai.content.editions.models.editions import Act, Audience


class Made(NamedTuple):
    """What matters of an edition here."""

    pk: int
    number: int
    act: str
    visible_from: datetime
    audience: str


class PublicPart(NamedTuple):
    """What goes along: editions, and those of them with their text."""

    editions: list[int]
    texts: set[int]


def public_part(
    editions: Sequence[Made], now: datetime, *, carried: bool, sent: Collection[int], limited: bool
) -> PublicPart | None:
    """Return what of a document goes along; None where it is none of the other side's business.

    Editions go up to the last one whose time has come: a schedule stays inside until then. Their rows are needed without gaps (digests,
    history); texts go only of those that the public ever had and may read now. A document that nobody may read now and that
    was never carried does not go; one that was carried goes on, so that its withdrawal arrives.

    Args:
        editions: all editions of one document.
        now: the moment of the export.
        carried: whether the other side has the document.
        sent: editions whose text the other side has.
        limited: whether limited items go along (限定范围公开).
    """
    come = [e.number for e in editions if e.visible_from <= now]
    if not come:
        return None
    rows = sorted((e for e in editions if e.number <= max(come)), key=lambda e: e.number)
    audiences = {Audience.ALL.value, Audience.LIMITED.value} if limited else {Audience.ALL.value}
    shown = rows[-1]
    live = shown.act == Act.PUBLISH and shown.audience in audiences
    if not live and not carried:
        return None
    had = {
        e.pk for e in rows if e.act == Act.PUBLISH and e.audience in audiences and _ever_shown(e, rows, now)
    }
    kept = {e.pk for e in rows if e.pk in sent}
    return PublicPart([e.pk for e in rows], had | kept if live else kept)


def _ever_shown(one: Made, rows: Sequence[Made], now: datetime) -> bool:
    later = (e for e in rows if e.number > one.number)
    return one.visible_from <= now and all(e.visible_from > one.visible_from for e in later)
