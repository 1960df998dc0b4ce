"""Actions that consult third parties and other agencies (条例第三十二条至第三十四条).

The clock is paused while a consultation is pending.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM, Actor
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.matter_access import format_code
from gongkai.core.ledger.clock import void_events
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.units.another_person import is_address_of
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law import Event
from gongkai.work.requests.actions.base import check_day, describe_attachments, entry_act, make_clock_event
from gongkai.work.requests.deidentification import deidentify_for_addressee
from gongkai.work.requests.letters import make_letter, quote_request, strip_closing_marks
from gongkai.work.requests.models import Consultation, PartyOpinion, Request
from gongkai.work.requests.notifications import get_main_website
from gongkai.work.requests.states import RequestState

_PARTY_KIND = Consultation.Kind


@entry_act("ask_third_party")
def ask_third_party(
    entry: Entry,
    *,
    by: Actor,
    who: str,
    phone: str = "",
    email: str = "",
    wording: str = "",
    kept_because: str = "",
    on: date | None = None,
    past: bool = False,
) -> ActionResult:
    """Ask the opinion of a third party whose rights disclosure could harm.

    Args:
        who: the name of the third party.
        phone: the opinion page asks for its last four digits next to the code.
        email: the address to which the letter is announced.
        wording: the request as the letter quotes it; empty: the content, de-identified.
        kept_because: the reason for sending `wording` unchanged; empty: it is de-identified.
        on: the day of the letter (default: today).
        past: true to record a consultation afterwards, without a letter.
    """
    wanted = _ConsultationWording(wording, kept_because)
    return _create_consultation(
        entry, _PARTY_KIND.THIRD_PARTY, SenderParticulars("other", who, phone, email), wanted, by, on, past
    )


@entry_act("ask_agency")
def ask_agency(
    entry: Entry,
    *,
    by: Actor,
    who: str,
    phone: str = "",
    email: str = "",
    wording: str = "",
    kept_because: str = "",
    on: date | None = None,
    past: bool = False,
) -> ActionResult:
    """Ask the opinion of another agency. The arguments are those of `ask_third_party`."""
    wanted = _ConsultationWording(wording, kept_because)
    return _create_consultation(
        entry, _PARTY_KIND.AGENCY, SenderParticulars("other", who, phone, email), wanted, by, on, past
    )


@dataclass(frozen=True)
class _ConsultationWording:
    """The text of a consultation letter; `kept_because`: why it shows the request without de-identification."""

    text: str
    kept_because: str

    def make_letter_text(self, request: Request, addressee: str) -> str:
        """Return `text`, or the quoted request if empty; de-identified unless `kept_because` is given."""
        text = strip_closing_marks(self.text) or quote_request(request)
        return text if self.kept_because.strip() else deidentify_for_addressee(request, text, addressee).text


def _create_consultation(
    entry: Entry,
    kind: str,
    particulars: SenderParticulars,
    wording: _ConsultationWording,
    by: Actor,
    on: date | None,
    is_past_record: bool,
) -> ActionResult:
    """Send a consultation letter, or record an earlier one (`is_past_record`).

    `wording` is the clerk's text for the letter.

    Raises:
        Refused: when this party is consulted already, or its e-mail address is the unit's own.
    """
    name = require_text(particulars.name, "请填写征求意见的对象。", 2)
    waiting = Consultation.objects.filter(request=entry.pk, kind=kind, replied_on=None)
    if any(consultation.who.reveal() == name for consultation in waiting):
        raise Refused(f"已经在征求{name}的意见，尚未答复。")
    ancestor_keys = [int(key) for key in entry.body.path.strip("/").split("/")]
    units = Body.objects.filter(pk__in=ancestor_keys) if kind == _PARTY_KIND.AGENCY else Body.objects.all()
    if particulars.email and is_address_of(particulars.email, units):  # the code for the answer goes there
        raise Refused("这是本单位或者工作人员登记的邮箱：请填写对方自己的邮箱；没有的不填，意见由对方书面提出。")
    is_first = not waiting.exists()
    asked_event = make_clock_event(f"{kind}_asked", on)
    request = Request.objects.get(pk=entry.pk)
    proposed = deidentify_for_addressee(request, quote_request(request), name).text
    text = wording.make_letter_text(request, name)
    consulted = Consultation.objects.create(
        request=request, kind=kind, who=name[:120], asked_on=check_day(on), wording="" if is_past_record else text
    )
    label = _PARTY_KIND(kind).label
    facts: dict[str, object] = {"kind": kind, "reworded": text != proposed and not is_past_record}
    tell: tuple[Notification, ...] = ()
    if not is_past_record:
        tell, letter = _send_consultation_letter(entry, consulted, particulars, by, on)
        facts["letter"] = letter
    # The clock is already paused while another consultation of this kind is pending.
    events: tuple[Event, ...] = (asked_event,) if is_first else ()
    reworded = "（申请内容经办理人改写）" if facts["reworded"] else ""
    if wording.kept_because.strip() and not is_past_record:
        reason = deidentify_for_addressee(request, wording.kept_because.strip(), "").text
        reworded = f"（申请内容按办理人填写的原文告知，理由：{reason}）"
    return ActionResult(
        words=f"书面征求{label}意见{reworded}", facts=facts, events=events, past=is_past_record, tell=tell
    )


def _send_consultation_letter(
    entry: Entry, consultation: Consultation, particulars: SenderParticulars, by: Actor, on: date | None
) -> tuple[tuple[Notification, ...], str]:
    """Write the letter and issue its code; return (mail to the party, () without address; digest of the letter)."""
    party = register_party(None, by=by, matter=consultation.matter, particulars=particulars)
    # A code in the letter is read by the clerk, too: it only shows. One that goes to the party alone decides.
    mailed = bool(particulars.email and particulars.last_four)
    code, _ = issue_code(None, by=SYSTEM if mailed else by, matter=consultation.matter, second=particulars.last_four)
    site = get_main_website()
    site_words = f"{site.name.removesuffix('网站')}网站（{site.host}）" if site else "本机关网站"
    page = f"在{site_words}“查办理情况”页面，凭"
    online_sentence = f"您也可以{page}发到您电子邮箱的查询码和联系电话后四位在网上提出意见。"
    online = f"也可以{page}查询码{format_code(code)}和联系电话后四位在网上提出意见。"
    if not mailed:
        online = f"可以{page}查询码{format_code(code)}{'和联系电话后四位' if particulars.last_four else ''}查看；意见请书面提出。"
        online_sentence = f"您{online}"
    letter = make_letter(
        entry,
        consultation.kind,
        on=on,
        addressee=particulars.name,
        fields={"网上答复": online_sentence},
        consultation=consultation,
    )
    if not particulars.email:
        return (), letter.digest
    lines = [
        f"{entry.body.successor.name}就一件政府信息公开申请（编号{entry.number}）书面征求您的意见，意见书文号为{letter.number}。",
        f"请在{day_in_words(consultation.until)}（含当日）以前书面提出意见，{online}",
    ]
    mail = Notification(
        f"征求意见：{entry.number}", "\n\n".join(lines), "", f"asked/{consultation.pk}", outside=(party.recipient,)
    )
    return (mail,), letter.digest


def _list_reasons_unless_consultation_pending(entry: Entry) -> list[str]:
    waits = Consultation.objects.filter(request=entry.pk, replied_on=None).exists()
    return [] if waits else ["没有尚未答复的征求意见，请先“征求第三方意见”或者“征求其他机关意见”。"]


@entry_act("record_service", ready=_list_reasons_unless_consultation_pending)
def record_consultation_receipt(
    entry: Entry, *, by: Actor, consultation: int, on: date, reason: str = ""
) -> ActionResult:
    """Record the receipt of a consultation's letter, from which the party's term counts.

    A `reason` is required to correct a recorded day.
    """
    pending = Consultation.objects.filter(request=entry.pk, pk=consultation, replied_on=None).first()
    if pending is None:
        raise Refused("这一方没有被征求意见，或者已经答复。")
    previous_day = pending.served_on
    pending.served_on = check_day(on)
    if pending.served_on < pending.asked_on:
        raise Refused("收到日期不能早于征求意见日期。")
    put_right = ""
    if previous_day:
        correction_reason = require_text(
            reason, f"已经登记为{day_in_words(previous_day)}收到；登记有误的，请填写更正的理由。", 4
        )
        put_right = f"（原登记为{previous_day:%Y-%m-%d}，更正理由：{correction_reason}）"
    pending.save(update_fields=["served_on"])
    text = (
        f"{_PARTY_KIND(pending.kind).label}{on:%Y-%m-%d}收到征求意见书，{pending.until:%Y-%m-%d}以前提出意见{put_right}"
    )
    facts = {
        "consultation": pending.pk,
        "on": on.isoformat(),
        "before": previous_day.isoformat() if previous_day else "",
    }
    return ActionResult(words=text, facts=facts, events=_renew_receipts(entry, pending.kind, by))


def _renew_receipts(entry: Entry, kind: str, by: Actor) -> tuple[Event, ...]:
    """Void the receipt events of a kind of party; return new ones, one for each recorded day of receipt."""
    void_events(entry, [f"{kind}_served"], by=by)
    served = Consultation.objects.filter(request=entry.pk, kind=kind, served_on__isnull=False).order_by("served_on")
    return tuple(make_clock_event(f"{kind}_served", day) for day in served.values_list("served_on", flat=True))


@entry_act("take_opinion", ready=_list_reasons_unless_consultation_pending)
def record_party_opinion(
    entry: Entry,
    *,
    by: Actor,
    consultation: int,
    opinion: str,
    reason: str = "",
    files: Sequence[str] = (),
    on: date | None = None,
    past: bool = False,
    unsaid: bool = False,
) -> ActionResult:
    """Record a consulted party's opinion; the clock resumes after the last of its kind.

    A late opinion is accepted and marked as late; the clock has already resumed. `files` are
    digests of attachments. `unsaid` is true for imported rows that give the day only.
    """
    pending = Consultation.objects.filter(request=entry.pk, pk=consultation, replied_on=None).first()
    if pending is None:
        raise Refused("这一方没有被征求意见，或者已经答复。")
    pending.opinion, pending.reason, pending.replied_on = opinion, reason.strip(), check_day(on)
    if reasons := [] if unsaid else _find_opinion_faults(pending, past):
        raise Refused(reasons)
    pending.save()
    open_ones = Consultation.objects.filter(request=entry.pk, replied_on=None)
    is_last = not open_ones.filter(kind=pending.kind).exists()
    # Silence is no reply: the clock resumed by itself at the end of the period.
    silent = opinion == PartyOpinion.SILENT and not past
    late = f"逾期（应于{day_in_words(pending.until)}以前）" if pending.late else ""
    online = "在网上" if by == ANONYMOUS else ""
    text = f"{_PARTY_KIND(pending.kind).label}{online}{late}答复：{PartyOpinion(opinion).label}{describe_attachments(files)}"
    return ActionResult(
        words=text,
        facts={"consultation": pending.pk, "opinion": opinion, **({"files": list(files)} if files else {})},
        events=(make_clock_event(f"{pending.kind}_replied", on),) if is_last and not silent else (),
        past=past,
        to_state=RequestState.CONSULTING if open_ones.exists() else RequestState.OPEN,
        tell=_make_opinion_notifications(entry, pending) if by == ANONYMOUS else (),
    )


def _find_opinion_faults(consultation: Consultation, is_past_record: bool) -> list[str]:
    """Return reasons against an opinion, such as silence before the term is over."""
    assert consultation.replied_on is not None
    if consultation.opinion not in PartyOpinion.values:
        return ["请选择意见。"]
    if consultation.replied_on < consultation.asked_on:
        return ["答复日期不能早于征求意见日期。"]
    if consultation.opinion == PartyOpinion.OBJECTS and len(consultation.reason.reveal()) < 2:
        return ["不同意公开的，请写明理由：有合理理由的才不予公开（《条例》第三十二条）。"]
    # A last day in the future has not passed, even for a record made afterwards.
    if (
        consultation.opinion == PartyOpinion.SILENT
        and (timezone.localdate() if is_past_record else consultation.replied_on) <= consultation.until
    ):
        return [f"提出意见的期限到{day_in_words(consultation.until)}（含当日）才届满，不能登记为逾期未答复。"]
    return []


def _make_opinion_notifications(entry: Entry, consultation: Consultation) -> tuple[Notification, ...]:
    """Return the notification that a consulted party answered, for the clerks of the unit."""
    return (
        Notification(
            subject=f"{_PARTY_KIND(consultation.kind).label}提出了意见：{entry.number}",
            body=f"{entry.number}征求的意见已经收到，期限恢复计算的，请继续办理。",
            link=get_entry_url(entry),
            key=f"asked/{consultation.pk}/answered",
            posts=((Role.CLERK, entry.body_id),),
        ),
    )
