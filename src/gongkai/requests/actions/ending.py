"""How a request ends without an answer, goes elsewhere, comes back, and is put away."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from gongkai.acts.action import ActionResult, Refused
from gongkai.acts.actors import SYSTEM, Actor
from gongkai.chinese.days import day_in_words
from gongkai.intake.actions import carry_party_over, schedule_erasures
from gongkai.intake.models import Party
from gongkai.law import Status
from gongkai.ledger.clock import deadline_of
from gongkai.ledger.models import Entry
from gongkai.requests.actions.acting import (
    act,
    end,
    facts_of,
    happened,
    matters_of,
    needed,
    not_to_come,
    note_lateness,
    with_stop,
)
from gongkai.requests.actions.registering import register
from gongkai.requests.letters import contact_of, in_full, make_letter, remedies
from gongkai.requests.machine import State
from gongkai.requests.models import Dispute, Request
from gongkai.requests.models.request import VOID
from gongkai.requests.results import NOT_CORRECTED, NOT_PAID, OTHERWISE, RESULTS
from gongkai.requests.timing import given_up, notice_of, ordered_anew, waited_for
from gongkai.units.models import Body

#: Most pieces that one request is split into at once.
MOST = 100


def _given_up(entry: Entry) -> list[str]:
    if given_up(entry):
        return []
    if deadline_of(entry).status is Status.ABANDONED:
        return ["申请人何时收到通知还没有登记，期限自收到之日起计算：请先“登记通知送达”。"]
    return ["补正或者缴费的期限还没有届满，不能视为放弃申请；申请人明确不再申请的，用“撤回申请”。"]


@act("abandon", ready=_given_up)
def abandon(entry: Entry, *, by: Actor, words: str = "", on: date | None = None) -> ActionResult:
    """Close what was not corrected or paid for in time (the clock says whether)."""
    result = NOT_CORRECTED if entry.state == State.CORRECTING else NOT_PAID
    day = not_to_come(on)
    if on and not given_up(entry, today=on):
        raise Refused("该日补正或者缴费的期限还没有届满，届满以后再办。")
    end(facts_of(entry), day, result)
    entry.outcome = result
    row = RESULTS[result]
    fields = {
        "事项": _waited_for(entry),
        "结果": row.said,
        "依据": in_full(row.law),
        "救济": remedies(row, entry.body, of="本告知书"),
    }
    letter = make_letter(entry, "abandoned", on=day, fields=fields)
    said = "逾期不补正" if result == NOT_CORRECTED else "逾期未缴费"
    return ActionResult(
        words=f"{said}，不再处理{f'：{words}' if words else ''}",
        facts={"result": result, "letter": letter.digest},
        events=(happened("ended", on),),
        past=True,
    )


def _waited_for(entry: Entry) -> str:
    """Return, for the letter, what was asked for when, and when the time for it was over: what giving up rests on."""
    notice = waited_for(entry)
    if notice is None:
        return ""
    asked, until = day_in_words(notice.on), day_in_words(notice.until)
    got = "" if notice.received == notice.on else f"，您于{day_in_words(notice.received)}收到"
    if entry.state == State.CORRECTING:
        what = entry.request.asked_correction.reveal().strip().rstrip("。；")
        return f"本机关于{asked}告知您补正下列事项：{what}{got}。补正期限（{notice.days}个工作日）于{until}届满，没有收到您的补正。"
    return f"本机关于{asked}向您发出收费通知{got}。缴纳期限（{notice.days}个工作日）于{until}届满，没有收到您的缴费。"


@act("record_ended")
def record_ended(
    entry: Entry, *, by: Actor, result: str, on: date | None = None, words: str = ""
) -> ActionResult:
    """Record how a request ended that was kept elsewhere: given up, or otherwise."""
    if result not in {NOT_CORRECTED, NOT_PAID, OTHERWISE}:
        raise Refused("请选择“其他处理”中的一种；作出答复的请用“作出答复”。")
    if result in {NOT_CORRECTED, NOT_PAID} and notice_of(entry):
        raise Refused("通知是在本系统发出的：期限届满以后用“不再处理”结案，并书面告知申请人。")
    end(facts_of(entry), not_to_come(on), result)
    entry.outcome = result
    said = f"补录结案：{RESULTS[result].label}{f'：{words}' if words else ''}"
    return ActionResult(words=said, facts={"result": result}, events=(happened("ended", on),), past=True)


@act("withdraw")
def withdraw(entry: Entry, *, by: Actor, words: str = "", on: date | None = None) -> ActionResult:
    """Close what the applicant took back."""
    day = not_to_come(on)
    end(facts_of(entry), day, OTHERWISE)
    entry.outcome = OTHERWISE
    return ActionResult(
        words=f"申请人撤回{f'：{words}' if words else ''}",
        facts={"result": OTHERWISE},
        events=(happened("withdrawn", on),),
    )


@act("transfer")
def transfer(entry: Entry, *, by: Actor, body: Body, words: str) -> ActionResult:
    """Pass a request to the unit that answers for it: a request of its own there, from today on."""
    if body.pk == entry.body_id:
        raise Refused("已经由这个单位办理。")
    why = needed(words, "请写明不属于本机关负责公开的理由，并告知申请人（《条例》第三十六条第（五）项）。", 4)
    request = facts_of(entry)
    made = _anew(request, body, request.content.reveal(), by=by, received=timezone.localdate())
    contact = contact_of(body)
    fields = {
        "事项": body.name,
        "理由": with_stop(why),
        "告知内容": f"转办后的编号：{made.number}。{f'{body.name}的联系方式：{contact}' if contact else ''}",
    }
    letter = make_letter(entry, "transfer", fields=fields)
    said = {"to": made.pk, "letter": letter.digest}
    return _leave(request, entry, f"转{body.label}办理：{why}", said)


@act("merge")
def merge(entry: Entry, *, by: Actor, into: str, words: str = "") -> ActionResult:
    """Take a request that came in twice as one: this one goes along with the other."""
    number = into.strip()
    other = (
        Request.objects.select_related("entry").filter(entry__number=number, entry__body=entry.body).first()
    )
    if other is None or other.pk == entry.pk:
        raise Refused("本单位没有这个编号的另一件申请。")
    if other.ended_as == VOID:
        raise Refused("那一件已经转出或者并入其他申请。")
    if other.entry.closed_at:
        raise Refused("那一件已经办结，不能再并入；已经答复过的，按“重复申请”办理。")
    request = facts_of(entry)
    request.merged_into = other
    request.save(update_fields=["merged_into"])
    return _leave(request, entry, f"并入{number}{f'：{words}' if words else ''}", {"into": other.pk})


@act("split")
def split(entry: Entry, *, by: Actor, pieces: Sequence[str]) -> ActionResult:
    """Make several requests of one; they keep its day of receipt, and count from the year in which they were made."""
    wanted = [piece.strip() for piece in pieces if piece.strip()]
    if not 2 <= len(wanted) <= MOST:
        raise Refused(f"请写出拆分后的各项内容，每行一项，2至{MOST}项。")
    request = facts_of(entry)
    received = request.received_on
    made = [_anew(request, entry.body, value, by=by, received=received) for value in wanted]
    words = f"拆分为{len(made)}件：{made[0].number}至{made[-1].number}"
    return _leave(request, entry, words, {"pieces": [one.pk for one in made]})


def _anew(request: Request, body: Body, wanted: str, *, by: Actor, received: date) -> Entry:
    """Register a request that comes out of another; the old one's rule has been asked."""
    today = timezone.localdate()
    counted = received if received.year == today.year and request.counted_on.year == today.year else today
    made: Entry = register(
        body,
        by=SYSTEM,
        wanted=wanted,
        applicant_kind=request.applicant_kind,
        channel=request.channel,
        submitted_on=request.submitted_on if received == request.received_on else received,
        received_on=received,
        counted_on=counted,
        origin=request,
        form_wanted=request.form_wanted,
        route_wanted=request.route_wanted,
        wishes=request.wishes,
        reference=request.reference,
    )
    for party in Party.objects.filter(matter=f"request/{request.pk}", erased_at=None):
        carry_party_over(party, by=SYSTEM, matter=f"request/{made.pk}")
    return made


def _leave(request: Request, entry: Entry, words: str, facts: dict[str, object]) -> ActionResult:
    """End a request that is none of its own any more."""
    end(request, timezone.localdate(), VOID)
    entry.outcome = VOID
    return ActionResult(words=words, facts=facts, events=(happened("ended", None),))


def _ordered_anew(entry: Entry) -> list[str]:
    if ordered_anew(entry):
        return []
    if entry.clock_events.filter(kind="reopened", voids=None, voided_by=None).exists():
        return ["这件复议决定或者判决已经据以重新办理过。"]
    return ["没有责令重新处理的复议决定或者判决，请先登记其结果。"]


def _to_answer_anew(entry: Entry) -> list[str]:
    ruled = ordered_anew(entry)
    return [f"{ruled.called}责令重新处理，还没有重新办理，不能归档。"] if ruled else []


@act("reopen", ready=_ordered_anew)
def reopen(
    entry: Entry, *, by: Actor, words: str = "", on: date | None = None, past: bool = False
) -> ActionResult:
    """Answer anew as a review or a judgment orders; the period starts on the day it was received.

    The first result stays counted; what was proposed then is no proposal any more.
    """
    entry.outcome = ""
    request = facts_of(entry)
    request.proposal = {}
    note_lateness(request)
    request.save(update_fields=["proposal", "answered_late"])
    schedule_erasures(matters_of(request), None)
    said = needed(words, "请写明复议决定或者判决的文号。")
    ruled = Dispute.objects.filter(request=entry.pk, orders_anew=True).order_by("decided_on").last()
    if ruled and ruled.decided_on and not_to_come(on) < ruled.decided_on:
        raise Refused(f"收到日期不能早于复议决定或者判决之日（{ruled.decided_on:%Y-%m-%d}）。")
    return ActionResult(words=f"重新办理：{said}", events=(happened("reopened", on),), past=past)


@act("archive", ready=_to_answer_anew)
def archive(entry: Entry, *, by: Actor, archived_as: str) -> ActionResult:
    """Put the file away under its number."""
    request = facts_of(entry)
    request.archived_as = needed(archived_as, "请填写档号。")[:80]
    request.save(update_fields=["archived_as"])
    return ActionResult(words=f"归档：{request.archived_as}")
