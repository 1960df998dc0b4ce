"""Which edition is shown when: pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from gongkai.content.editions.models.editions import Act, Audience


class HasTime(Protocol):
    """What an edition must say of itself here."""

    number: int
    act: str
    visible_from: datetime
    audience: str
    circle: str


class Span(NamedTuple):
    """The time in which one edition is the one shown; `until` None means until further notice."""

    edition: HasTime
    since: datetime
    until: datetime | None


def spans(editions: Iterable[HasTime]) -> list[Span]:
    """Return the spans of the editions that are ever shown, oldest first.

    The latest number whose time has come is what the public has: a later decision wins over an earlier one, also where
    the earlier was scheduled for a later time. A withdrawal shows nothing.
    """
    shown: list[Span] = []
    until: datetime | None = None
    for edition in sorted(editions, key=lambda e: -e.number):
        if until is None or edition.visible_from < until:
            shown.append(Span(edition, edition.visible_from, until))
            until = edition.visible_from
    return [span for span in reversed(shown) if span.edition.act == Act.PUBLISH]


def public_from(editions: Iterable[HasTime]) -> datetime | None:
    """Return since when, or from when on, everybody can read a document; None where it is not out, or not for everybody."""
    shown = spans(editions)
    if not shown or shown[-1].until is not None or shown[-1].edition.audience != Audience.ALL:
        return None
    return min(span.since for span in shown)


def was_public(editions: Iterable[HasTime], now: datetime) -> bool:
    """Return whether any edition was shown to its readers by now. One withdrawn before its scheduled time was not."""
    return any(span.since <= now for span in spans(editions))
