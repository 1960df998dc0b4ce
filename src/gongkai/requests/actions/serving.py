"""When the applicant got what they were to answer: the days for correcting and paying count from then, not from the day on the letter."""

from datetime import date

from gongkai.acts.action import Refused, Step
from gongkai.acts.actors import SYSTEM, Actor
from gongkai.chinese.days import day_in_words
from gongkai.law import Event, Status, default_calendar, figures
from gongkai.ledger.clock import deadline_of, event, strike_out
from gongkai.ledger.models import Entry
from gongkai.requests.actions.acting import act, needed, not_to_come, state_while
from gongkai.requests.machine import State
from gongkai.requests.models import Fee, Letter, Route
from gongkai.requests.timing import notice_of


def _written(entry: Entry) -> list[str]:
    if notice_of(entry):
        return []
    return ["通知是按“补录”登记的，登记的日期就是申请人收到的日期。"]


@act("record_notice_service", ready=_written)
def record_notice_service(
    entry: Entry, *, by: Actor, route: str, proof: str, on: date | None = None, reason: str = ""
) -> Step:
    """Note when the applicant got the notice to correct or to pay; what was noted before is put right with a `reason`.

    The days of 条例第三十条 and of the rules on fees (国办函〔2020〕109号) count from the day after receipt.
    """
    letter = notice_of(entry)
    assert letter is not None  # `_written`
    if route not in Route.values:
        raise Refused("没有这种送达方式。")
    said, day = needed(proof, "请填写送达凭证，如挂号信编号、签收人、发送记录。"), not_to_come(on)
    if day < letter.made_on:
        raise Refused(f"收到日期不能早于通知的日期（{letter.made_on:%Y-%m-%d}）。")
    before, put_right = letter.served_on, ""
    if before:
        known = f"已经登记为{day_in_words(before)}收到；登记有误的，请填写更正的理由。"
        put_right = f"（原登记为{before:%Y-%m-%d}，更正理由：{needed(reason, known, 4)}）"
    told = counted_from(entry, letter, day, by=by)
    words = f"申请人{day:%Y-%m-%d}收到{letter.number}（{Route(route).label}，{said}）{put_right}"
    facts = {"letter": letter.digest, "route": route, "before": before.isoformat() if before else ""}
    waiting = State.CORRECTING if letter.kind == "correction" else State.UNPAID
    state = state_while(entry, told, waiting, past=True, otherwise=State.OPEN)
    return Step(words=words, facts=facts, events=(told,), past=True, to_state=state)


def counted_from(entry: Entry, letter: Letter, day: date, *, by: Actor) -> Event:
    """Let the days that a notice gives count from its receipt; return the event that stands instead of the one of the day it was written.

    A notice to correct was given on its own day, whatever the post takes (the seven working days for giving it are the unit's): its days grow by
    those of the post. A fee notice is an event of the applicant's receiving it.
    """
    kind = "correction_notice" if letter.kind == "correction" else "fee_notice"
    standing = entry.clock_events.filter(kind=kind, voids=None, voided_by=None).last()
    if standing is None:
        raise Refused("没有等待申请人答复的通知。")
    strike_out(entry, [kind], by=by)
    before, letter.served_on = letter.served_on, day
    letter.save(update_fields=["served_on"])
    if letter.kind == "fee":
        Fee.objects.filter(request=entry.pk, waived="").update(notified_on=day)
        return event("fee_notice", day)
    days = default_calendar()
    given = (standing.value or 0) - (days.between(letter.made_on, before) if before else 0)
    return event("correction_notice", standing.on, value=given + days.between(letter.made_on, day))


def note_opened(letter: Letter) -> None:
    """Note a notice as received on the day on which the applicant opened it on their page."""
    entry = Entry.objects.select_related("body").get(pk=letter.request_id)
    waits = notice_of(entry)
    if waits is None or waits.pk != letter.pk or waits.served_on:
        return
    record_notice_service(entry, by=SYSTEM, route=Route.PAGE, proof="申请人凭查询码打开")


def received_by(entry: Entry, day: date, *, by: Actor) -> tuple[Event, ...]:
    """Return the event of a notice's receipt where the applicant answers, or pays, before anybody noted it: they had got it by then.

    Nothing where its receipt is known, or its own days are not over on that day: then nothing hangs on it.
    """
    letter = notice_of(entry)
    if letter is None or letter.served_on or deadline_of(entry, today=day).status is not Status.ABANDONED:
        return ()
    got = day
    if letter.kind == "fee":  # received so many days before at the latest, the payment is in time
        got = default_calendar().subtract(day, figures()["request.payment"].count)
    return (counted_from(entry, letter, got, by=by),)
