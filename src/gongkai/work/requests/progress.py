"""The applicant's progress page: state, deadline, steps, answer, documents, and their texts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from gongkai.core.intake.declared_fields import describe_values
from gongkai.core.intake.matter_access import has_second_key
from gongkai.core.intake.matters import AskerDocument, MatterProgress, ProgressSection, ProgressStage
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import describe_confirmed_records
from gongkai.lib.chinese.days import as_day, day_in_words, end_of_day
from gongkai.lib.law import ClockStatus, Deadline, get_figures_in_force
from gongkai.work.requests.actions.fees import get_current_fee
from gongkai.work.requests.letters import KINDS_TO_OTHERS, LETTER_KINDS, describe_remedies
from gongkai.work.requests.models import DeliveryRoute, Fee, Letter, Material, Request
from gongkai.work.requests.pending_notices import get_pending_notice, is_notice_unserved, list_applicant_duties
from gongkai.work.requests.results import FEE_NOT_PAID, NOT_CORRECTED, OTHERWISE_ENDED, REQUEST_RESULTS
from gongkai.work.requests.states import RequestState

#: Heading for the requests that were merged into this one.
MERGED_HEADING = "并入本件的申请"
_ENDING_EVENTS = ("replied", "withdrawn", "ended")
_DEFAULT_PAYMENT_HINT = "怎样缴纳见收费通知；没有收到通知的，请联系承办单位。"
_REAPPLY_HINT = "还需要这项信息的，可以重新提出申请。"


def is_answered(request: Request) -> bool:
    """Return whether the request's present outcome is the result of its decision."""
    decision = request.decided
    return decision is not None and decision.result == request.entry.outcome


def list_progress_parts(request: Request, deadline: Deadline) -> Iterator[ProgressSection]:
    """Yield the page's sections: open or ended, fee, past records, related requests."""
    entry = request.entry
    if entry.closed_at:
        yield from _list_ended_parts(request)
    else:
        yield from _list_open_parts(request, deadline)
    fee = Fee.objects.filter(request=request, notified_on__isnull=False).last()
    if fee:
        yield _make_fee_part(fee, entry, deadline)
    if past := describe_confirmed_records(entry):
        yield ProgressSection("补录的事项", tuple(f"{value}。" for value in past))
    merged = [one.entry.number for one in request.merged.select_related("entry")]
    if merged:
        yield ProgressSection(MERGED_HEADING, (f"{'、'.join(merged)}：本件的答复就是对它们的答复。",))
    passed = [one.entry for one in request.offspring.select_related("entry__body")]
    if passed:
        rows = tuple((one.number, _describe_location(one)) for one in passed)
        yield ProgressSection("转出或者拆分后的申请", (), rows)


def _describe_location(entry: Entry) -> str:
    unit = entry.body.successor
    phone = f"（电话{unit.phone}）" if unit.phone else ""
    return f"{unit.label}{phone}，{entry.state_label}"


def describe_reply_deadline(entry: Entry, deadline: Deadline) -> str:
    """Return the last day for correcting or paying in words, or "" if nothing is awaited.

    A notice that came too late does not pause the clock, so silence has no consequence.
    """
    notice = (
        get_pending_notice(entry) if deadline.status is ClockStatus.PAUSED and not is_notice_unserved(entry) else None
    )
    return f"{day_in_words(notice.until)}（含当日）" if notice else ""


# -- while it is open -----------------------------------------------------------------------------------------------


def _list_open_parts(request: Request, deadline: Deadline) -> Iterator[ProgressSection]:
    """Yield the sections of an open request, such as overdue or correction wanted."""
    entry = request.entry
    if revoked_section := _make_revoked_part(request):
        yield revoked_section
    if deadline.status is ClockStatus.OVERDUE and deadline.date:
        yield _make_overdue_part(day_in_words(deadline.date))
    if deadline.status is ClockStatus.ABANDONED and not is_notice_unserved(entry):
        yield ProgressSection("期限已经届满", tuple(step.text for step in deadline.steps[-1:]))
        return
    if RequestState.CORRECTING in list_applicant_duties(entry):
        yield ProgressSection(
            "需要您补正的事项", (request.asked_correction.reveal(), _describe_correction_deadline(entry, deadline))
        )
    if deadline.date is None:
        # Before the receipt of the notice there is no last day to name.
        steps = deadline.steps[:-1] if is_notice_unserved(entry) else deadline.steps
        reasons = tuple(step.text for step in steps)
        yield ProgressSection("答复期限", ("现在停止计算，恢复后重新确定答复日期。", *reasons))


def _describe_correction_deadline(entry: Entry, deadline: Deadline) -> str:
    """Return the day until which to correct, or what counts without one."""
    if until := describe_reply_deadline(entry, deadline):
        return f"请在{until}以前补正；逾期不补正又没有正当理由的，视为放弃申请。"
    if is_notice_unserved(entry):
        return "请自收到补正告知书之日起，在告知书写明的期限内补正；逾期不补正又没有正当理由的，视为放弃申请。"
    return f"补正有助于承办单位找到您要的信息。{_describe_irregular_notice('告知补正', deadline)}"


def _describe_irregular_notice(notice: str, deadline: Deadline) -> str:
    text = f"{notice}的时间不合规定，不影响答复期限"
    due = f"，仍应在{day_in_words(deadline.date)}以前答复您" if deadline.date else ""
    return f"{text}{due if deadline.status is ClockStatus.RUNNING else ''}。"


def _make_overdue_part(day: str) -> ProgressSection:
    """Return the section on an overdue answer and what the applicant can do."""
    overdue_words = (
        f"应当在{day}以前答复，现在还没有答复。您可以联系承办单位询问办理情况。",
        "认为行政机关在政府信息公开工作中侵犯您的合法权益的，可以投诉、举报，也可以依法申请行政复议或者提起行政诉讼（《条例》第五十一条）。",
    )
    return ProgressSection("已经超过答复期限", overdue_words, links=(_get_complaint_link(),))


def _make_revoked_part(request: Request) -> ProgressSection | None:
    """Return the section on a revoked answer, or None; the reason only if the page also asks for phone digits."""
    row = request.entry.clock_events.filter(kind="revoked", voids=None, voided_by=None).last()
    if row is None:
        return None
    reason = (
        f"理由：{request.revoked_for.reveal()}。"
        if request.revoked_for and has_second_key(request.matter)
        else "理由见告知书。"
    )
    paragraphs = (f"承办单位已于{day_in_words(row.on)}撤销原来的处理，将重新答复您。", reason)
    return ProgressSection("原来的处理已经撤销", paragraphs)


# -- once it has ended ----------------------------------------------------------------------------------------------


def _list_ended_parts(request: Request) -> Iterator[ProgressSection]:
    """Yield the sections of an ended request: how it ended, and remedies."""
    entry = request.entry
    row = REQUEST_RESULTS.get(entry.outcome)
    if row is None:
        return
    if not is_answered(request):
        yield _make_unanswered_part(request)
    if is_answered(request) or entry.outcome in {NOT_CORRECTED, FEE_NOT_PAID}:
        document_name = "本答复" if is_answered(request) else "不再处理告知书"
        yield ProgressSection(
            "对处理有不同意见的",
            (describe_remedies(row, entry.body, document_name=document_name),),
            links=(_get_complaint_link(),),
        )


def _make_unanswered_part(request: Request) -> ProgressSection:
    """Return the section on a request that ended without an answer."""
    entry, links = request.entry, (("重新申请", reverse("portal:form", args=["request"])),)
    events = entry.clock_events.filter(kind__in=_ENDING_EVENTS, voids=None, voided_by=None)
    last_event = events.order_by("pk").last()
    ended_on = last_event.on if last_event else request.ended_on
    day = f"于{day_in_words(ended_on)}" if ended_on else ""
    if last_event and last_event.kind == "withdrawn":
        return ProgressSection(
            "申请已经撤回", (f"您已{day}撤回申请，承办单位不再办理，也不再答复。", _REAPPLY_HINT), links=links
        )
    if entry.outcome == OTHERWISE_ENDED:
        text = f"承办单位已{day}结案，登记为“其他处理”，没有作出答复。对此有疑问的，请联系承办单位。"
        return ProgressSection("办理结果", (text, _REAPPLY_HINT), links=links)
    row = REQUEST_RESULTS[entry.outcome]
    paragraphs = (f"{row.said}。依据：{row.law}。", f"已{day}结案。{_REAPPLY_HINT}")
    return ProgressSection("办理结果", paragraphs, links=links)


def _get_complaint_link() -> tuple[str, str]:
    return ("投诉", reverse("portal:form", args=["complaint"]))


def _describe_payment_ways(fee: Fee) -> str:
    return f"缴纳方式：{fee.pay_how.rstrip('。；')}。" if fee.pay_how else _DEFAULT_PAYMENT_HINT


def _make_fee_part(fee: Fee, entry: Entry, deadline: Deadline) -> ProgressSection:
    """Return the section on the fee: its calculation, and how it was or can be paid."""
    unit = "件" if fee.basis == "items" else "页"
    rows = [
        (
            f"第{line['first']}至{line['last']}{unit}",
            (f"每{unit}{line['price']}元，" if line["price"] is not None else "") + f"计{line['yuan']}元",
        )
        for line in fee.lines
    ]
    rows.append(("合计", f"{fee.yuan}元"))
    paragraphs = ["依据：《条例》第四十二条，国办函〔2020〕109号。"]
    if fee.paid_on:
        paragraphs.append(f"已于{day_in_words(fee.paid_on)}缴纳，票据号码{fee.receipt}。")
    elif entry.closed_at:
        paragraphs.append("申请已经结束，这笔费用不用再缴纳。")
    elif until := describe_reply_deadline(entry, deadline):
        paragraphs.append(
            f"请在{until}以前缴纳；逾期未缴纳的，视为放弃申请。缴费后答复期限重新计算。{_describe_payment_ways(fee)}"
        )
    elif is_notice_unserved(entry):
        paragraphs.append(
            f"请自收到收费通知次日起{get_figures_in_force()['request.payment'].words}内缴纳；逾期未缴纳的，视为放弃申请。缴费后答复期限重新计算。{_describe_payment_ways(fee)}"
        )
    elif RequestState.UNPAID in list_applicant_duties(entry) and deadline.status is not ClockStatus.ABANDONED:
        paragraphs.append(
            f"缴费后向您提供信息。{_describe_irregular_notice('收费通知', deadline)}{_describe_payment_ways(fee)}"
        )
    return ProgressSection("信息处理费", tuple(paragraphs), tuple(rows))


_STEP_LABELS = {
    "correction_notice": "告知补正",
    "corrected": "收到补正",
    "third_party_asked": "征求第三方意见",
    "third_party_served": "第三方收到征求意见书",
    "third_party_replied": "第三方答复",
    "agency_asked": "征求其他机关意见",
    "agency_served": "其他机关收到征求意见书",
    "agency_replied": "其他机关答复",
    "extended": "延长答复期限",
    "correction_served": "收到补正告知书",
    "fee_notice": "发出收费通知",
    "fee_served": "收到收费通知",
    "fee_paid": "缴费",
    "replied": "作出答复",
    "withdrawn": "撤回申请",
    "ended": "结案",
    "reopened": "重新办理",
    "revoked": "撤销原处理，重新办理",
}


# Words for the delivery of the answer, by the route that the applicant chose.
_DELIVERY_WORDS = {
    DeliveryRoute.PAGE: "可以在本页下载",
    DeliveryRoute.EMAIL: "将发到您填写的电子邮箱，也可以在本页下载",
    DeliveryRoute.MAIL: "将邮寄到您填写的地址，也可以在本页下载",
    DeliveryRoute.FAX: "将传真到您填写的号码，也可以在本页下载",
    DeliveryRoute.PICK_UP: "请到承办单位领取，也可以在本页下载",
}


def _get_receipt_time(request: Request) -> datetime:
    registered = request.entry.opened_at
    return registered if as_day(registered) == request.received_on else end_of_day(request.received_on)


def get_request_progress(number: int) -> MatterProgress | None:
    """Return the applicant's progress of a request or of its merge target; None if there is no such request."""
    request = Request.objects.select_related("entry__body").filter(pk=number).first()
    if request is None:
        return None
    if request.merged_into_id:
        return _get_merged_request_progress(request)
    entry = request.entry
    is_closed, deadline = entry.closed_at is not None, compute_deadline(entry)
    has_answer = is_closed and is_answered(request)
    return MatterProgress(
        title="政府信息公开申请",
        number=entry.number,
        state="已答复" if entry.state == RequestState.ANSWERED else entry.state_label,
        received_at=_get_receipt_time(request),
        closed=is_closed,
        due=None if is_closed else deadline.date,
        why=() if is_closed else tuple(step.text for step in deadline.steps),
        stages=tuple(_list_progress_stages(request, deadline)),
        unit=entry.body.successor.name,
        contact=entry.body.successor.phone,
        answer=_describe_answer(request) if has_answer else "",
        answered_at=entry.closed_at if has_answer else None,
        parts=tuple(list_progress_parts(request, deadline)),
    )


def _get_merged_request_progress(request: Request) -> MatterProgress | None:
    """Return the progress of the merge target, under this request's number; None if it was deleted."""
    into = get_merge_target(request)
    progress = get_request_progress(into.pk)
    if progress is None:
        return None
    text = f"与您提交的编号{into.entry.number}的申请内容相同，已并为一件办理，那一件的答复就是对这一件的答复。补正、撤回等请凭那一件的查询码办理。"
    merging_note = ProgressSection("并案办理", (text,))
    return replace(
        progress,
        number=request.entry.number,
        state=f"已并入{into.entry.number}（{into.entry.state_label}）",
        parts=(merging_note, *(section for section in progress.parts if section.title != MERGED_HEADING)),
    )


def get_merge_target(request: Request) -> Request:
    """Return the request into which this one was merged in the end, or itself."""
    while request.merged_into:
        request = request.merged_into
    return request


def _list_progress_stages(request: Request, deadline: Deadline) -> Iterator[ProgressStage]:
    """Yield the stages so far, and for an open request the present and the last one."""
    entry = request.entry
    yield ProgressStage("收到申请", detail=f"{request.received_on:%Y-%m-%d}", done=True)
    rows = entry.clock_events.filter(kind__in=_STEP_LABELS, voids=None, voided_by=None)
    for row in rows.order_by("on", "pk"):
        yield ProgressStage(_STEP_LABELS[row.kind], detail=f"{row.on:%Y-%m-%d}", done=True)
    if entry.state == RequestState.DELIVERED:
        last_delivery = request.deliveries.last()
        yield ProgressStage(
            "送达",
            detail=f"{last_delivery.on:%Y-%m-%d}，{last_delivery.get_route_display()}" if last_delivery else "",
            done=True,
        )
    elif entry.state == RequestState.ANSWERED:
        yield ProgressStage(
            "送达", current=True, detail=f"答复书{_DELIVERY_WORDS[DeliveryRoute(request.route_wanted)]}"
        )
    if not entry.closed_at:
        waiting_labels = {
            RequestState.CORRECTING: "等待您补正",
            RequestState.UNPAID: "等待您缴费",
            RequestState.CONSULTING: "征求意见",
        }
        until = describe_reply_deadline(entry, deadline)
        if deadline.status is ClockStatus.ABANDONED and not is_notice_unserved(entry):
            yield ProgressStage("期限已经届满", current=True, detail="等待承办单位结案")
        else:
            text = f"{until}以前" if until else ""
            awaited_state = next(iter(list_applicant_duties(entry)), entry.state)
            yield ProgressStage(waiting_labels.get(awaited_state, "审查、办理"), current=True, detail=text)
        yield ProgressStage("答复")


def _describe_answer(request: Request) -> str:
    decision, result = request.decided, REQUEST_RESULTS[request.entry.outcome]
    assert decision  # callers check `is_answered`
    text = f"\n{decision.told}" if decision.told else ""
    return f"{result.state(decision.law)}。依据：{decision.law}。{text}"


def list_request_papers(number: int) -> list[AskerDocument]:
    """Return the applicant's readable letters and released files, of merge targets too."""
    request = Request.objects.get(pk=number)
    numbers = {number, get_merge_target(request).pk}
    letters = (
        Letter.objects.filter(request__in=numbers)
        .exclude(Q(kind__in=KINDS_TO_OTHERS) | Q(key="") | Q(withheld=True))
        .defer("content")
    )
    documents = [
        AskerDocument(
            f"letter-{letter.pk}",
            f"{LETTER_KINDS[letter.kind].title}{'（已撤销）' if letter.revoked_on else ''}",
            f"{letter.number}，{day_in_words(letter.made_on)}",
        )
        for letter in letters
    ]
    for place, one in list_released_materials(number):
        assert one.released is not None
        size = filesizeformat(one.released.size)
        kind = f"{one.suffix.upper()}，{size}"
        documents.append(
            AskerDocument(
                f"material-{one.pk}", f"提供的材料{place}", f"{kind}，遮盖副本" if one.released_masked else kind
            )
        )
    return documents


def list_released_materials(number: int) -> list[tuple[int, Material]]:
    """Return (number from 1, material) of the files the applicant may fetch."""
    into = get_merge_target(Request.objects.get(pk=number))
    files = Material.objects.filter(request=into, released__isnull=False, recalled_on=None)
    return list(enumerate(files.select_related("released"), 1))


def list_applicant_texts(number: int) -> list[ProgressSection]:
    """Return the applicant's own words: request, original before a correction, supplements."""
    request = Request.objects.get(pk=number)
    values = describe_values(request, "wanted", "form_wanted", "route_wanted", reveal=True)
    chosen = f"答复按您选择的方式提供：{request.get_form_wanted_display()}，{request.get_route_wanted_display()}。"
    parts = [
        ProgressSection(
            "您申请的内容", (request.content.reveal(), chosen), [(label, str(value)) for label, value in values]
        )
    ]
    if request.corrected_wanted:
        parts.append(ProgressSection("补正以前的申请内容", (request.wanted.reveal(),)))
    supplements = [f"{supplement.on:%Y-%m-%d}：{supplement.text.reveal()}" for supplement in request.supplements.all()]
    return [*parts, ProgressSection("您补充的说明", supplements)] if supplements else parts


def get_owed_fee(number: int) -> Fee | None:
    """Return the fee that the applicant has to pay now, or None."""
    entry = Entry.objects.filter(pk=number, kind="request", closed_at=None).first()
    return get_current_fee(entry) if entry and RequestState.UNPAID in list_applicant_duties(entry) else None
