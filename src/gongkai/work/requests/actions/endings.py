"""Actions that close, transfer, merge, split, reopen and archive requests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.models import Movement
from gongkai.core.intake.actions import copy_party, schedule_erasures
from gongkai.core.intake.declared_fields import get_declared_values
from gongkai.core.intake.models import Party
from gongkai.core.ledger.clock import compute_deadline, copy_deadline, list_events, void_last_events
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.lapses import settle_entry_lapses
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.chinese.dictionary import split_words
from gongkai.lib.law import ClockStatus, Event
from gongkai.work.requests.actions.base import (
    check_day,
    end_with_full_stop,
    entry_act,
    list_matters,
    load_request,
    make_clock_event,
    record_first_ending,
    set_answered_late,
)
from gongkai.work.requests.actions.registration import register_request
from gongkai.work.requests.letters import (
    describe_contact,
    describe_remedies,
    expand_law_names,
    make_letter,
    strip_closing_marks,
)
from gongkai.work.requests.models import Dispute, Request
from gongkai.work.requests.models.request import CARRIED_OUTCOME, VOID_RESULT
from gongkai.work.requests.notifications import make_applicant_notifications
from gongkai.work.requests.pending_notices import (
    get_new_answer_order,
    get_notice_letter,
    get_pending_notice,
    is_given_up,
)
from gongkai.work.requests.queries.request_list import have_same_applicant, list_same_applicant_requests
from gongkai.work.requests.results import FEE_NOT_PAID, NOT_CORRECTED, OTHERWISE_ENDED, REQUEST_RESULTS
from gongkai.work.requests.states import RequestState

# Maximum number of requests that one request is split into.
MAX_SPLIT_PIECES = 100
#: Minimum similarity (0 to 1) at which two texts with the same numbers ask for the same.
SAME_MATTER_SIMILARITY_THRESHOLD = 0.6
_NUMBER_PATTERN = re.compile(r"[0-9]+")
# Words with which a request asks for something.
# fmt: off
_ASKING_WORDS = frozenset({
    "申请", "公开", "提供", "获取", "查询", "了解", "知道", "政府", "信息", "有关", "相关", "情况", "材料", "内容",
    "资料", "文件", "本人", "我们", "你们", "贵局", "你局", "单位", "希望", "要求", "需要", "关于", "以及", "全部",
    "所有", "一份", "复印件", "电子版", "纸质", "谢谢", "麻烦", "根据", "条例",
})
# fmt: on
# Clock events that a successor request does not take over: it has its own receipt and end.
_EVENTS_NOT_CARRIED_OVER = frozenset({"received", "ended"})


def _list_reasons_unless_given_up(entry: Entry) -> list[str]:
    """Return reasons unless the deadline for the correction or payment has passed."""
    if is_given_up(entry):
        return []
    if compute_deadline(entry).status is ClockStatus.ABANDONED:
        return ["申请人何时收到通知还没有登记，期限自收到之日起计算：请先“登记通知送达”。"]
    return ["补正或者缴费的期限还没有届满，不能视为放弃申请；申请人明确不再申请的，用“撤回申请”。"]


@entry_act("abandon", ready=_list_reasons_unless_given_up)
def close_given_up_request(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Close a request whose applicant missed the deadline, and write the letter.

    The deadline counts from the receipt of the notice, which two persons compared with its proof.
    """
    result = NOT_CORRECTED if entry.state == RequestState.CORRECTING else FEE_NOT_PAID
    record_first_ending(load_request(entry), timezone.localdate(), result)
    entry.outcome = result
    row = REQUEST_RESULTS[result]
    fields = {"事项": _describe_missed_notice(entry), "结果": row.said, "依据": expand_law_names(row.law)}
    fields["救济"] = describe_remedies(row, entry.body, document_name="本告知书")
    letter = make_letter(entry, "abandoned", fields=fields)
    text = "逾期不补正" if result == NOT_CORRECTED else "逾期未缴费"
    facts = {"result": result, "letter": letter.digest}
    words = f"{text}，不再处理{f'：{words}' if words else ''}"
    return ActionResult(words=words, facts=facts, events=(make_clock_event("ended", None),), past=True)


def _describe_missed_notice(entry: Entry) -> str:
    """Return that the correction or payment did not come in time; "" without a notice."""
    notice = get_pending_notice(entry)
    if notice is None:
        return ""
    asked_on, until = day_in_words(notice.on), day_in_words(notice.until)
    receipt = "" if notice.received == notice.on else f"，您于{day_in_words(notice.received)}收到"
    if entry.state == RequestState.CORRECTING:
        items = strip_closing_marks(entry.request.asked_correction.reveal())
        return f"本机关于{asked_on}告知您补正下列事项：{items}{receipt}。补正期限（{notice.days}个工作日）于{until}届满，没有收到您的补正。"
    return f"本机关于{asked_on}向您发出收费通知{receipt}。缴纳期限（{notice.days}个工作日）于{until}届满，没有收到您的缴费。"


@entry_act("record_ended")
def record_ending(entry: Entry, *, by: Actor, result: str, on: date | None = None, words: str = "") -> ActionResult:
    """Record how a request ended outside the system; no letter is written."""
    if result not in {NOT_CORRECTED, FEE_NOT_PAID, OTHERWISE_ENDED}:
        raise Refused("请选择“其他处理”中的一种；作出答复的请用“作出答复”。")
    if result in {NOT_CORRECTED, FEE_NOT_PAID} and get_notice_letter(entry):
        raise Refused("通知是在本系统发出的：期限届满以后用“不再处理”结案，并书面告知申请人。")
    record_first_ending(load_request(entry), check_day(on), result)
    entry.outcome = result
    text = f"补录结案：{REQUEST_RESULTS[result].label}{f'：{words}' if words else ''}"
    return ActionResult(words=text, facts={"result": result}, events=(make_clock_event("ended", on),), past=True)


@entry_act("withdraw")
def withdraw_request(entry: Entry, *, by: Actor, words: str = "", on: date | None = None) -> ActionResult:
    """Close a request that the applicant withdrew; `words` is a note."""
    day = check_day(on)
    record_first_ending(load_request(entry), day, OTHERWISE_ENDED)
    entry.outcome = OTHERWISE_ENDED
    return ActionResult(
        words=f"申请人撤回{f'：{words}' if words else ''}",
        facts={"result": OTHERWISE_ENDED},
        events=(make_clock_event("withdrawn", on),),
    )


@entry_act("transfer")
def transfer_request(entry: Entry, *, by: Actor, body: Body, words: str) -> ActionResult:
    """Transfer a request to the unit in charge, as a new one received today.

    A request that returns to an earlier unit continues with the clock it had there.
    """
    if body.pk in {entry.body_id, entry.body.successor.pk}:
        raise Refused("已经由这个单位办理。")
    reason = require_text(words, "请写明不属于本机关负责公开的理由，并告知申请人（《条例》第三十六条第（五）项）。", 4)
    request = load_request(entry)
    earlier_request = _find_earlier_request(request, body)
    content, received = (
        request.content.reveal(),
        earlier_request.received_on if earlier_request else timezone.localdate(),
    )
    clock = list_events(earlier_request.entry) if earlier_request else ()
    successor = _register_successor(request, body, content, received=received, clock=clock)
    if earlier_request:
        settle_entry_lapses(earlier_request.entry)
    contact = describe_contact(body)
    fields = {
        "事项": body.name,
        "理由": end_with_full_stop(reason),
        "告知内容": f"转办后的编号：{successor.number}。{f'{body.name}的联系方式：{contact}' if contact else ''}",
    }
    letter = make_letter(entry, "transfer", fields=fields)
    values = {"to": successor.pk, "letter": letter.digest}
    return_note = f"（退回原承办单位，期限按{earlier_request.entry.number}连续计算）" if earlier_request else ""
    return _close_as_void(request, entry, f"转{body.label}办理{return_note}：{reason}", values, VOID_RESULT)


def _find_earlier_request(request: Request, body: Body) -> Request | None:
    """Return the request from which this one came and which the unit handled before, or None."""
    visited, origin = {request.pk}, request.origin
    while origin is not None and origin.pk not in visited:
        if body.pk in {origin.entry.body_id, origin.entry.body.successor.pk}:
            return origin
        visited.add(origin.pk)
        origin = origin.origin
    return None


def _list_reasons_against_merging(entry: Entry) -> list[str]:
    """Return reasons if there is no other open request to merge into, or each refuses."""
    candidates = _list_open_requests_of_applicant(entry)
    if not candidates:
        return [
            "本单位没有同一申请人的另一件在办申请（证件号码相同，或者姓名和联系方式都相同的；联系方式更正过的，须证件号码相同）。"
            "不同的人申请相同内容的，答复其中一件后用“一并答复相同申请”。"
        ]
    obstacles = [_find_merging_obstacle(entry, candidate) for candidate in candidates]
    return list(dict.fromkeys(obstacles)) if all(obstacles) else []


def list_mergeable_requests(entry: Entry) -> list[Request]:
    """Return the applicant's open requests at the unit into which this one can merge."""
    return [one for one in _list_open_requests_of_applicant(entry) if not _find_merging_obstacle(entry, one)]


def _list_open_requests_of_applicant(entry: Entry) -> list[Request]:
    """Return the same applicant's open requests at the same unit."""
    rows = list_same_applicant_requests(entry).filter(entry__closed_at=None).exclude(ended_as=VOID_RESULT)
    return [row for row in rows.order_by("received_on", "pk") if have_same_applicant(entry.pk, row.pk)]


def _find_merging_obstacle(entry: Entry, target: Request) -> str:
    """Return why not to merge into `target`: another matter, or due later; or ""."""
    number = target.entry.number
    if not _is_same_matter(load_request(entry).content.reveal(), target.content.reveal()):
        return (
            f"与{number}申请的内容不同，不能并为一件：每件申请都须答复（《条例》第三十六条）。请分别答复；"
            "内容只有部分相同的，答复其中一件后用“一并答复相同申请”。"
        )
    if _is_due_later(target.entry, entry):
        return f"{number}的答复期限比这一件晚，或者正在停止计时：请打开{number}，把它并入{entry.number}，期限按较早的计算。"
    return ""


@entry_act("merge", ready=_list_reasons_against_merging)
def merge_request(entry: Entry, *, by: Actor, into: str, words: str = "") -> ActionResult:
    """Merge a duplicate request into another of the same applicant, `into` by number.

    The other request must be due no later, so that merging postpones no deadline.
    """
    number = into.strip()
    target = next(
        (candidate for candidate in _list_open_requests_of_applicant(entry) if candidate.entry.number == number), None
    )
    if target is None:
        raise Refused("只能并入本单位同一申请人的另一件在办申请。已经答复过的，按“重复申请”办理。")
    if obstacle := _find_merging_obstacle(entry, target):
        raise Refused(obstacle)
    request = load_request(entry)
    request.merged_into = target
    request.save(update_fields=["merged_into"])
    text = f"并入{number}{f'：{words}' if words else ''}"
    step = _close_as_void(request, entry, text, {"into": target.pk}, CARRIED_OUTCOME)
    # The applicant's data of both requests is erased when the other one ends.
    schedule_erasures(list_matters(request), None)
    body = (
        f"您提交的政府信息公开申请（编号：{entry.number}）与编号{number}的申请内容相同，已并为一件办理，答复期限按先到期的计算。"
        "凭任一查询码都可以查看答复；内容不同的，请与承办单位联系。"
    )
    return replace(step, tell=make_applicant_notifications(request, "申请已经并案办理", body, f"merged/{target.pk}"))


def _is_same_matter(request_text: str, other_text: str) -> bool:
    """Return whether a text asks for nothing that another does not ask for.

    Both are equal except for punctuation, or nearly equal with the same numbers and subject words.
    """
    from gongkai.lib.matching.duplicates import compute_similarity, make_fingerprint  # imports numpy

    if make_fingerprint(request_text) == make_fingerprint(other_text):
        return True
    numbers = [sorted(set(_NUMBER_PATTERN.findall(text))) for text in (request_text, other_text)]
    more = {word for word in split_words(request_text) if len(word) > 1 and word not in other_text} - _ASKING_WORDS
    return (
        numbers[0] == numbers[1]
        and not more
        and compute_similarity(request_text, other_text) >= SAME_MATTER_SIMILARITY_THRESHOLD
    )


def _is_due_later(other: Entry, entry: Entry) -> bool:
    """Return true if the entry `other` is due later than `entry`; a paused clock counts as later."""
    if other.paused != entry.paused:
        return other.paused
    if other.paused:
        return other.request.received_on > entry.request.received_on
    return bool(other.due_at and entry.due_at and other.due_at > entry.due_at)


def _list_reasons_unless_merged(entry: Entry) -> list[str]:
    return [] if entry.request.merged_into_id else ["没有并入其他申请。"]


@entry_act("unmerge", ready=_list_reasons_unless_merged)
def undo_merger(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Undo a merger: reopen the request in its earlier state, and notify applicants and clerks."""
    why = require_text(words, "请写明为什么撤销并入。", 4)
    request = load_request(entry)
    into = request.merged_into
    assert into is not None  # `_list_reasons_unless_merged` guarantees it
    log = Movement.objects.filter(stream=entry.stream, action="request.merge").order_by("-seq")
    state = log.values_list("from_state", flat=True).first() or RequestState.OPEN
    void_last_events(entry, 1, by=by)  # the merger; an earlier ending was revoked
    entry.closed_at, entry.outcome = None, ""  # before the due date is computed
    copy_deadline(entry, compute_deadline(entry))
    if request.ended_on and request.ended_on.year < (today := timezone.localdate()).year:
        request.counted_on = today  # the reports of earlier years do not change
    request.merged_into, request.ended_on, request.ended_as = None, None, ""
    request.save(update_fields=["merged_into", "ended_on", "ended_as", "counted_on"])
    schedule_erasures(list_matters(request), None)
    number = into.entry.number
    body = f"您提交的政府信息公开申请（编号：{entry.number}）不再与编号{number}的申请并案，恢复单独办理，答复期限按原收到日期计算。"
    return ActionResult(
        words=f"撤销并入{number}，恢复办理：{why}",
        facts={"into": into.pk},
        to_state=state,
        tell=(
            *make_applicant_notifications(request, "申请恢复单独办理", body, f"unmerged/{entry.version}"),
            Notification(
                subject=f"撤销并入，恢复办理：{entry.number}",
                body=f"{entry.number}不再并入{number}，恢复单独办理：{why}",
                link=get_entry_url(entry),
                key=f"request/{entry.pk}/unmerged/{entry.version}",
                posts=((Role.CLERK.value, entry.body_id),),
            ),
        ),
    )


@entry_act("split")
def split_request(entry: Entry, *, by: Actor, pieces: Sequence[str]) -> ActionResult:
    """Split a request into several that continue its clock, and close it as void."""
    contents = [piece.strip() for piece in pieces if piece.strip()]
    if not 2 <= len(contents) <= MAX_SPLIT_PIECES:
        raise Refused(f"请写出拆分后的各项内容，每行一项，2至{MAX_SPLIT_PIECES}项。")
    request = load_request(entry)
    body, clock = entry.body.successor, list_events(entry)
    entries = [
        _register_successor(request, body, value, received=request.received_on, clock=clock) for value in contents
    ]
    text = f"拆分为{len(entries)}件：{entries[0].number}至{entries[-1].number}"
    return _close_as_void(
        request, entry, text, {"pieces": [piece_entry.pk for piece_entry in entries]}, CARRIED_OUTCOME
    )


def _register_successor(request: Request, body: Body, content: str, *, received: date, clock: Sequence[Event]) -> Entry:
    """Register a request that continues this one, with the events of a clock that it takes over."""
    today = timezone.localdate()
    counted = received if received.year == today.year and request.counted_on.year == today.year else today
    entry: Entry = register_request(
        body,
        by=SYSTEM,
        applicant_kind=request.applicant_kind,
        channel=request.channel,
        submitted_on=request.submitted_on if received == request.received_on else received,
        received_on=received,
        counted_on=counted,
        origin=request,
        **get_declared_values(request) | {"wanted": content},
        earlier=[event for event in clock if event.kind not in _EVENTS_NOT_CARRIED_OVER],
    )
    for party in Party.objects.filter(matter=f"request/{request.pk}", erased_at=None):
        copy_party(party, by=SYSTEM, matter=f"request/{entry.pk}")
    return entry


def _close_as_void(request: Request, entry: Entry, reason: str, facts: dict[str, object], outcome: str) -> ActionResult:
    """End the request today as void, with `outcome` on its entry; return the result that ends the clock."""
    record_first_ending(request, timezone.localdate(), VOID_RESULT)
    entry.outcome = outcome
    return ActionResult(words=reason, facts=facts, events=(make_clock_event("ended", None),))


def _list_reasons_unless_new_answer_ordered(entry: Entry) -> list[str]:
    """Return reasons unless an order for a new answer is not yet carried out."""
    if get_new_answer_order(entry):
        return []
    if entry.clock_events.filter(kind="reopened", voids=None, voided_by=None).exists():
        return ["这件复议决定或者判决已经据以重新办理过。"]
    return ["没有责令重新处理的复议决定或者判决，请先登记其结果。"]


def _list_reasons_if_order_pending(entry: Entry) -> list[str]:
    ruled = get_new_answer_order(entry)
    return [f"{ruled.called}责令重新处理，还没有重新办理，不能归档。"] if ruled else []


@entry_act("reopen", ready=_list_reasons_unless_new_answer_ordered)
def reopen_request(
    entry: Entry, *, by: Actor, words: str = "", on: date | None = None, past: bool = False
) -> ActionResult:
    """Reopen a request on the order (`words`: its number) of a review or judgment.

    The first result stays counted; the earlier proposal is dropped.
    """
    entry.outcome = ""
    request = load_request(entry)
    request.proposal = {}
    set_answered_late(request)
    request.save(update_fields=["proposal", "answered_late"])
    schedule_erasures(list_matters(request), None)
    text = require_text(words, "请写明复议决定或者判决的文号。", 2)
    ruled = Dispute.objects.filter(request=entry.pk, orders_anew=True).order_by("decided_on").last()
    if ruled and ruled.decided_on and check_day(on) < ruled.decided_on:
        raise Refused(f"收到日期不能早于复议决定或者判决之日（{ruled.decided_on:%Y-%m-%d}）。")
    return ActionResult(words=f"重新办理：{text}", events=(make_clock_event("reopened", on),), past=past)


@entry_act("archive", ready=_list_reasons_if_order_pending)
def archive_request(entry: Entry, *, by: Actor, archived_as: str) -> ActionResult:
    """Store the file number of a request, at most 80 characters."""
    request = load_request(entry)
    request.archived_as = require_text(archived_as, "请填写档号。", 2)[:80]
    request.save(update_fields=["archived_as"])
    return ActionResult(words=f"归档：{request.archived_as}")
