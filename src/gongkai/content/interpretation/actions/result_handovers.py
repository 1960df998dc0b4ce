"""Actions on the results of a news release: hand them over to the publishing unit (成果移交), and link them."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.interpretation.models import HandOver, HandoverMaterial, PressEvent, PressEventKind
from gongkai.content.interpretation.publication import map_public_start_times
from gongkai.content.interpretation.rules import check_writer
from gongkai.content.interpretation.states import RESULT_HANDOVER_KIND
from gongkai.content.publishing.models import get_document_title
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.addresses import find_url_errors
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.actions.evidence import attach
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_judge, check_may_work
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Office, Role
from gongkai.core.units.unit_filters import GOVERNING_KINDS, find_government
from gongkai.lib.chinese.days import end_of_day


def has_public_result(event: PressEvent) -> bool:
    """Return true if the result of a release is public: a URL, or a document not withdrawn."""
    return bool(event.address or (event.result_id and event.result_id in map_public_start_times([event.result_id])))


def _find_no_result_reasons(event: PressEvent) -> list[str]:
    """Return the Chinese reasons why an event can have no result: it was dropped, or is material for the press."""
    if event.dropped:
        return ["这条登记已经作废。"]
    return ["向媒体提供素材不需要公开结果。"] if event.kind == PressEventKind.SUPPLY else []


def _check_without_result(event: PressEvent) -> list[str]:
    """Return reasons why no result can be added: the event can have none, or has one."""
    return _find_no_result_reasons(event) or (["这场发布已有公开的结果。"] if has_public_result(event) else [])


def _check_may_hand_over(event: PressEvent) -> list[str]:
    return _check_without_result(event) or (["这场发布的成果已经移交，尚未办结。"] if find_open_handover(event) else [])


def _describe_sender(event: PressEvent, receiver: Body) -> str:
    """Return the unit of a release in brackets, or "" if it is the receiver."""
    return "" if event.body_id == receiver.pk else f"（{event.body.label}移交）"


def find_open_handover(event: PressEvent) -> Entry | None:
    """Return the handover of a release that is not finished, or None."""
    hand_over = event.handovers.select_related("entry__body").filter(entry__closed_at=None).first()
    return hand_over.entry if hand_over else None


@action("interpretation.hand_over", label="移交成果", rule=check_writer, ready=_check_may_hand_over)
def hand_over(
    event: PressEvent,
    *,
    by: Actor,
    body: Body,
    until: date,
    materials: Sequence[str],
    place: str = "",
    files: Sequence[NamedStoredFile] = (),
    sender: str = "",
    office: Office | None = None,
    note: str = "",
) -> ActionResult:
    """Transfer the results of a release to the unit that publishes them in 政策解读; returns the entry.

    Args:
        body: the unit that receives and publishes; one's own or another one of the same government.
        until: the day by which they must be public.
        materials: `HandoverMaterial` values.
        place: the location of files that are too large to upload.
        sender: the office that hands over (宣传处).
        office: the receiving office of `body`.
    """
    reasons = _find_handover_errors(event, until, materials, place, files, body, office)
    if reasons:
        raise Refused(reasons)
    entry = Entry(
        kind=RESULT_HANDOVER_KIND.name,
        title=f"公开新闻发布成果：{event.topic}{_describe_sender(event, body)}"[:300],
        body=body,
        office=office,
        year=timezone.localdate().year,
        due_at=end_of_day(until),
    )
    make_entries([entry], by=by, words="移交新闻发布成果")
    made = HandOver.objects.create(
        entry=entry,
        event=event,
        sender=sender.strip()[:80],
        materials=list(dict.fromkeys(materials)),
        place=place.strip()[:300],
        note=note.strip()[:300],
        handed_by=by.name,
        handed_at=timezone.now(),
    )
    attach(entry, files, by=by)
    text = f"移交{made.listed}，请在{until.isoformat()}前公开"
    facts = {"event": event.pk, "entry": entry.pk, "files": [file.stored.pk for file in files]}
    return ActionResult(
        words=text, facts=facts, tell=(_make_receiver_notification(entry, text, "handed"),), result=entry
    )


def list_receivers(body: Body) -> QuerySet[Body]:
    """Return the units to which a unit can transfer results: itself, its government, and that government's units."""
    top = find_government(body)
    rows = Body.objects.filter(active_to=None, merged_into=None)
    query = Q(parent=top) & ~Q(kind__in=GOVERNING_KINDS)
    return rows.filter(Q(pk__in=[top.pk, body.pk]) | query).order_by("position", "pk")


def _find_handover_errors(
    event: PressEvent,
    until: date,
    materials: Sequence[str],
    place: str,
    files: Sequence[NamedStoredFile],
    body: Body,
    office: Office | None,
) -> list[str]:
    """Return the Chinese reasons against handing over an event's materials."""
    checks = [
        (until < timezone.localdate(), "公开的期限不能早于今天。"),
        (
            not materials or any(material not in HandoverMaterial.values for material in materials),
            "请选择移交的内容。",
        ),
        (not place.strip() and not files, "请上传文件，或者写明存放位置（网盘、光盘等）。"),
        (not body.alive, "接收单位已经撤销。"),
        (not list_receivers(event.body).filter(pk=body.pk).exists(), "只能移交给本单位或者同一政府的单位。"),
        (office is not None and office.body_id != body.pk, "接收处室不属于接收单位。"),
    ]
    return [sentence for wrong, sentence in checks if wrong]


def _make_receiver_notification(entry: Entry, text: str, key_suffix: str) -> Notification:
    """Return the notification to the unit that received the result; `key_suffix` makes its key unique."""
    return Notification(
        subject=entry.title[:120],
        body=text,
        link=get_entry_url(entry),
        key=f"press_result/{entry.pk}/{key_suffix}/{entry.version}",
        posts=((Role.CLERK, entry.body_id),),
    )


def _make_sender_notification(entry: Entry, text: str, outcome: str) -> Notification:
    """Return the notification to the unit that handed over; `outcome` is Chinese."""
    return Notification(
        subject=f"{outcome}：{entry.title[:100]}",
        body=f"{entry.body.label}：{text}",
        link=get_entry_url(entry),
        key=f"press_result/{entry.pk}/{outcome}/{entry.version}",
        posts=((Role.CLERK, entry.handover.event.body_id),),
    )


def _check_sender(by: Actor, entry: Entry) -> list[str]:
    """Restrict to writers of the unit of the release."""
    return [] if not check_writer(by, entry.handover.event) else ["只有移交单位可以办理。"]


def _record_receipt(entry: Entry, by: Actor) -> None:
    """Store who acknowledged the receipt of the results, and when."""
    HandOver.objects.filter(pk=entry.pk).update(received_by=by.name, received_at=timezone.now())


@entry_action("press_result", "receive", label="签收", rule=check_may_work)
def receive_results(entry: Entry, *, by: Actor) -> ActionResult:
    """Acknowledge the receipt of a news release's results."""
    _record_receipt(entry, by)
    text = f"签收{entry.handover.listed}"
    return ActionResult(words=text, tell=(_make_sender_notification(entry, text, "已签收"),))


@entry_action("press_result", "send_back", label="退回补充", rule=check_may_work)
def send_back_results(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return results with a request for missing material; the deadline pauses until then."""
    text = reason.strip()
    if len(text) < 2:
        raise Refused("请写明缺少什么、怎样补充。")
    return ActionResult(
        words=text, events=(make_event("sent_back"),), tell=(_make_sender_notification(entry, text, "成果退回补充"),)
    )


@entry_action("press_result", "send_again", label="补充后重新移交", rule=_check_sender)
def send_results_again(entry: Entry, *, by: Actor, words: str, files: Sequence[NamedStoredFile] = ()) -> ActionResult:
    """Send returned results a second time, with a remark on the missing material (`words`)."""
    text = words.strip()[:300]
    if len(text) < 2 and not files:
        raise Refused("请写明补充了什么，或者上传文件。")
    attach(entry, files, by=by)
    facts = {"files": [file.stored.pk for file in files]}
    notification = _make_receiver_notification(entry, text or "已补充文件", "again")
    return ActionResult(
        words=text or "已补充文件", facts=facts, events=(make_event("sent_again"),), tell=(notification,)
    )


@entry_action("press_result", "extend", label="延长期限", rule=check_may_judge)
def extend_results(entry: Entry, *, by: Actor, until: date, reason: str) -> ActionResult:
    """Extend the deadline for publishing a news release's results, with a reason."""
    reason = require_text(reason, "请写明延长的理由。", 2)
    if until < timezone.localdate() or (entry.due_at and until <= timezone.localtime(entry.due_at).date()):
        raise Refused("延长后的期限应晚于今天和原来的期限。")
    text = f"延长到{until.isoformat()}：{reason}"
    return ActionResult(words=text, events=(make_event("extended", until=until),))


@entry_action("press_result", "withdraw", label="撤回移交", rule=_check_sender)
def withdraw_results(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Withdraw a handover; the row stays with its reason."""
    reason = require_text(reason, "请写明撤回的理由。", 2)
    entry.outcome = "withdrawn"
    return ActionResult(
        words=reason,
        events=(make_event("closed"),),
        tell=(_make_receiver_notification(entry, f"移交已撤回：{reason}", "withdrawn"),),
    )


@entry_action("press_result", "show", label="登记公开结果", rule=check_may_work)
def record_public_results(
    entry: Entry, *, by: Actor, result: Document | None = None, address: str = ""
) -> ActionResult:
    """Record where the results are public; this closes the handover."""
    event = entry.handover.event
    reasons = _check_without_result(event) or _find_result_errors(result, address)
    if reasons:
        raise Refused(reasons)
    if entry.handover.received_at is None:
        _record_receipt(entry, by)
    entry.outcome = "shown"
    _set_result(event, result, address)
    text = f"成果已公开：{_name_result(result, address)}"
    return ActionResult(
        words=text,
        facts={"event": event.pk, "result": result.pk if result else None, "address": address},
        events=(make_event("closed"),),
        tell=(_make_sender_notification(entry, text, "成果已公开"),),
    )


@action("interpretation.link_result", label="登记公开结果", rule=check_writer, ready=_check_without_result)
def link_result(event: PressEvent, *, by: Actor, result: Document | None = None, address: str = "") -> ActionResult:
    """Record where the results of a release are public; this closes an unfinished handover."""
    reasons = _find_result_errors(result, address)
    running = find_open_handover(event)
    if running is not None and running.state == "returned":
        reasons.append("成果已退回补充，请先重新移交或者撤回移交。")
    if reasons:
        raise Refused(reasons)
    if running is not None:
        if running.handover.received_at is None:
            _record_receipt(running, by)
        record_public_results(running, by=SYSTEM, result=result, address=address)
        event.refresh_from_db()
    else:
        _set_result(event, result, address)
    return ActionResult(words=_name_result(result, address), facts=_make_place_facts(result, address))


@action("interpretation.correct_result", label="更正公开结果", rule=check_writer, ready=_find_no_result_reasons)
def correct_result(
    event: PressEvent, *, by: Actor, reason: str, result: Document | None = None, address: str = ""
) -> ActionResult:
    """Correct where the results of a release are public, with a reason; old and new values are logged."""
    reasons = _find_result_errors(result, address)
    if len(reason.strip()) < 2:
        reasons.append("请写明更正的理由。")
    if reasons:
        raise Refused(reasons)
    before = _make_place_facts(event.result, event.address)
    _set_result(event, result, address)
    text = f"更正为：{_name_result(result, address)}。理由：{reason.strip()}"
    return ActionResult(words=text[:1000], facts={"before": before, "after": _make_place_facts(result, address)})


def _make_place_facts(result: Document | None, address: str) -> dict[str, object]:
    """Return the facts for the log on where a result is: its document or address."""
    return {"result": result.pk if result else None, "address": address}


def _find_result_errors(result: Document | None, address: str) -> list[str]:
    """Return the Chinese errors of a result that is neither a public document nor a valid URL."""
    if result is None and not address.strip():
        return ["请选择本平台公开的信息，或者填写网址。"]
    if result is not None and result.pk not in map_public_start_times([result.pk]):
        return ["所选信息没有公开，或者已经撤下。"]
    return find_url_errors(address)


def _set_result(event: PressEvent, result: Document | None, address: str) -> None:
    """Save where the result is public: a document here, or a URL."""
    event.result, event.address = result, address.strip()[:500]
    event.save(update_fields=["result", "address"])


def _name_result(result: Document | None, address: str) -> str:
    """Return the title of a result published here, else its URL on another site."""

    return get_document_title(result) if result is not None else address.strip()
