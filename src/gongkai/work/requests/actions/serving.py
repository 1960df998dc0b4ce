"""Actions that record the receipt of notices: the applicant's days count from receipt.

The clock of the request is paused from the notice, so postal delays harm no applicant.
"""

from datetime import date

from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.ledger.clock import deadline_of, event, strike_out
from gongkai.core.ledger.models import Entry
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law import Event, Status
from gongkai.work.requests.actions.acting import check_day, entry_act, require_text
from gongkai.work.requests.models import DeliveryRoute, Letter
from gongkai.work.requests.timing import (
    RECEIPT_EVENTS,
    get_notice_letter,
    get_notice_receipt_day,
    get_pending_notice,
    is_notice_pending,
    is_notice_unserved,
)


def _check_notice_pending(entry: Entry) -> list[str]:
    return [] if is_notice_pending(entry) else ["没有等待申请人答复的通知。"]


@entry_act("record_notice_service", ready=_check_notice_pending)
def record_notice_service(
    entry: Entry, *, by: Actor, route: str, proof: str, on: date | None = None, reason: str = ""
) -> ActionResult:
    """Record the receipt of a notice to correct or pay; changing the day needs a `reason`.

    The applicant's days count from the day after receipt (条例第三十条; 国办函〔2020〕109号).
    """
    letter, notice = get_notice_letter(entry), get_pending_notice(entry)
    if route not in DeliveryRoute.values:
        raise Refused("没有这种送达方式。")
    said, day = require_text(proof, "请填写送达凭证，如挂号信编号、签收人、发送记录。"), check_day(on)
    made_on = letter.made_on if letter else notice.on if notice else day
    if day < made_on:
        raise Refused(f"收到日期不能早于通知的日期（{made_on:%Y-%m-%d}）。")
    before, put_right = get_notice_receipt_day(entry), ""
    if before:
        known = f"已经登记为{day_in_words(before)}收到；登记有误的，请填写更正的理由。"
        put_right = f"（原登记为{before:%Y-%m-%d}，更正理由：{require_text(reason, known, 4)}）"
    strike_out(entry, [RECEIPT_EVENTS[entry.state]], by=by)
    what = letter.number if letter else "补录的通知"
    words = f"申请人{day:%Y-%m-%d}收到{what}（{DeliveryRoute(route).label}，{said}）{put_right}"
    digest = letter.digest if letter else ""
    facts = {"letter": digest, "route": route, "before": before.isoformat() if before else ""}
    return ActionResult(words=words, facts=facts, events=(_record_receipt(entry, letter, day),))


def _record_receipt(entry: Entry, letter: Letter | None, day: date) -> Event:
    if letter:
        letter.served_on = day
        letter.save(update_fields=["served_on"])
    return event(RECEIPT_EVENTS[entry.state], day)


def record_opened_notice(letter: Letter) -> None:
    """Record a notice as received on the day on which the applicant opened it online."""
    entry = Entry.objects.select_related("body").get(pk=letter.request_id)
    waits = get_notice_letter(entry)
    if waits is None or waits.pk != letter.pk or waits.served_on:
        return
    record_notice_service(entry, by=SYSTEM, route=DeliveryRoute.PAGE, proof="申请人凭查询码打开")


def implied_receipt_events(entry: Entry, day: date, *, by: Actor) -> tuple[Event, ...]:
    """Return the receipt event of a notice answered before its receipt was recorded.

    Returns nothing if the receipt is known or the period is still running.
    """
    if not is_notice_unserved(entry) or deadline_of(entry, today=day).status is not Status.ABANDONED:
        return ()
    return (_record_receipt(entry, get_notice_letter(entry), day),)
