"""Asking a third party or another agency (条例第三十二条至第三十四条), and what they say. The clock stands still while any of a kind is asked."""

from datetime import date

from gongkai.acts.action import Refused, Step
from gongkai.acts.actors import Actor
from gongkai.law import Event
from gongkai.ledger.models import Entry
from gongkai.requests.actions.acting import act, happened, needed, not_to_come
from gongkai.requests.letters import make_letter
from gongkai.requests.machine import State
from gongkai.requests.models import Consultation, Opinion

_KIND = Consultation.Kind


@act("ask_third_party")
def ask_third_party(entry: Entry, *, by: Actor, who: str, on: date | None = None, past: bool = False) -> Step:
    """Put the request to a third party whose rights publication could hurt."""
    return _ask(entry, _KIND.THIRD_PARTY, who, on, past)


@act("ask_agency")
def ask_agency(entry: Entry, *, by: Actor, who: str, on: date | None = None, past: bool = False) -> Step:
    """Put the request to another agency: a co-author, or one that is concerned."""
    return _ask(entry, _KIND.AGENCY, who, on, past)


def _ask(entry: Entry, kind: str, who: str, on: date | None, past: bool) -> Step:
    name = needed(who, "请填写征求意见的对象。")
    waiting = Consultation.objects.filter(request=entry.pk, kind=kind, replied_on=None)
    if waiting.filter(who=name).exists():
        raise Refused(f"已经在征求{name}的意见，尚未答复。")
    first = not waiting.exists()
    asked = happened(f"{kind}_asked", on)
    Consultation.objects.create(request_id=entry.pk, kind=kind, who=name[:120], asked_on=not_to_come(on))
    label = _KIND(kind).label
    letter = None if past else make_letter(entry, kind, on=on, to=name)
    # While one of a kind is being asked the clock stands still already: a second one is no further stop.
    events: tuple[Event, ...] = (asked,) if first else ()
    return Step(
        words=f"书面征求{label}意见",
        facts={"kind": kind, **({"letter": letter.digest} if letter else {})},
        events=events,
        past=past,
    )


def _somebody_waits(entry: Entry) -> list[str]:
    waits = Consultation.objects.filter(request=entry.pk, replied_on=None).exists()
    return [] if waits else ["没有尚未答复的征求意见，请先“征求第三方意见”或者“征求其他机关意见”。"]


@act("take_opinion", ready=_somebody_waits)
def take_opinion(
    entry: Entry,
    *,
    by: Actor,
    consultation: int,
    opinion: str,
    reason: str = "",
    on: date | None = None,
    past: bool = False,
) -> Step:
    """Note what somebody who was asked said. The clock runs on once the last of a kind has answered."""
    asked = Consultation.objects.filter(request=entry.pk, pk=consultation, replied_on=None).first()
    if asked is None:
        raise Refused("这一方没有被征求意见，或者已经答复。")
    if opinion not in Opinion.values:
        raise Refused("请选择意见。")
    if opinion == Opinion.OBJECTS:
        needed(reason, "不同意公开的，请写明理由：有合理理由的才不予公开（《条例》第三十二条）。")
    asked.opinion, asked.reason, asked.replied_on = opinion, reason.strip(), not_to_come(on)
    if asked.replied_on < asked.asked_on:
        raise Refused("答复日期不能早于征求意见日期。")
    asked.save()
    open_ones = Consultation.objects.filter(request=entry.pk, replied_on=None)
    last = not open_ones.filter(kind=asked.kind).exists()
    return Step(
        words=f"{_KIND(asked.kind).label}答复：{Opinion(opinion).label}",
        facts={"consultation": asked.pk, "opinion": opinion},
        events=(happened(f"{asked.kind}_replied", on),) if last else (),
        past=past,
        to_state=State.CONSULTING if open_ones.exists() else State.OPEN,
    )
