"""Ledger kind of proactive disclosure: state machine and deadline."""

from datetime import date

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from gongkai.content.editions.vocabulary import Attribute
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.acts.machine import Machine, move
from gongkai.core.ledger.kinds import Kind
from gongkai.lib.law import Calendar, Deadline, Event
from gongkai.lib.law import deadline as law_deadline

RULES = "disclosure"


#: An attribute that is not decided yet counts as owed: disclosure is the rule (条例第五条).
OWED = ("", Attribute.PROACTIVE)


class State:
    """States of a disclosure."""

    OPEN = "open"
    PUBLIC = "public"
    TAKEN_DOWN = "taken_down"
    WITHHELD = "withheld"
    GONE = "gone"


_S = State
DISCLOSURE = Machine(
    labels={
        _S.OPEN: "待公开",
        _S.PUBLIC: "已公开",
        _S.TAKEN_DOWN: "已撤回，待重新公开",
        _S.WITHHELD: "不主动公开",
        _S.GONE: "草稿已删除",
    },
    moves={
        "publish": move({_S.OPEN, _S.TAKEN_DOWN}, _S.PUBLIC),
        "take_down": move(_S.PUBLIC, _S.TAKEN_DOWN),
        "withhold": move({_S.OPEN, _S.TAKEN_DOWN}, _S.WITHHELD),
        "resume": move({_S.WITHHELD, _S.GONE}, _S.OPEN),
        "correct": move({_S.OPEN, _S.TAKEN_DOWN}, _S.OPEN),
        "drop": move({_S.OPEN, _S.TAKEN_DOWN}, _S.GONE),
    },
    closed=frozenset({_S.PUBLIC, _S.WITHHELD, _S.GONE}),
)


def deadline(formed_on: date, published_on: date | None, calendar: Calendar, today: date) -> Deadline:
    """Return until when an item formed on a day must be public, with the steps that explain it.

    Source: 政府信息公开条例第二十六条, before 2019-05-15 第十八条 (rule set `disclosure`).
    """
    events = [Event("formed", formed_on)]
    if published_on and published_on >= formed_on:
        events.append(Event("published", published_on))
    return law_deadline(RULES, events, calendar, today, nearest=True)


def _under_review() -> Q:
    """While a text is with those who sign, its writers have nothing to do."""
    source = Concat(Value("item/"), Cast(OuterRef("disclosure__item_id"), CharField()))
    return Q(Exists(Review.objects.filter(source=source, state=ReviewState.WAITING)))


DISCLOSURE_KIND = Kind(
    name="disclosure",
    label="主动公开",
    prefix="公开",
    machine=DISCLOSURE,
    rules=RULES,
    related=("disclosure",),
    resting=_under_review,
    still_late=frozenset({"withheld", "gone"}),
)
