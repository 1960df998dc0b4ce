"""The applicant's progress page: state, deadline, steps, answer and documents."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.template.defaultfilters import filesizeformat

from gongkai.core.intake.declared import describe_values
from gongkai.core.intake.matters import Paper, Part, Progress, Stage
from gongkai.core.ledger.clock import deadline_of
from gongkai.core.ledger.models import Entry
from gongkai.lib.chinese.days import as_day, day_in_words, end_of_day
from gongkai.lib.law import Deadline, Status
from gongkai.work.requests.actions.fees import get_current_fee
from gongkai.work.requests.letters import KINDS_TO_OTHERS, LETTER_KINDS
from gongkai.work.requests.machine import RequestState
from gongkai.work.requests.models import Fee, Letter, Material, Request
from gongkai.work.requests.pending_notices import is_notice_unserved, list_applicant_duties
from gongkai.work.requests.progress_texts import (
    MERGED_HEADING,
    describe_reply_deadline,
    is_answered,
    progress_parts,
)
from gongkai.work.requests.results import RESULTS

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


def _get_receipt_time(request: Request) -> datetime:
    registered = request.entry.opened_at
    return registered if as_day(registered) == request.received_on else end_of_day(request.received_on)


def request_progress(number: int) -> Progress | None:
    """Return the progress of a request for its applicant, without personal data."""
    request = Request.objects.select_related("entry__body").filter(pk=number).first()
    if request is None:
        return None
    if request.merged_into_id:
        return _merged_request_progress(request)
    entry = request.entry
    closed, deadline = entry.closed_at is not None, deadline_of(entry)
    told = closed and is_answered(request)
    return Progress(
        title="政府信息公开申请",
        number=entry.number,
        state=entry.state_label,
        received_at=_get_receipt_time(request),
        closed=closed,
        due=None if closed else deadline.date,
        why=() if closed else tuple(step.text for step in deadline.steps),
        stages=tuple(_progress_stages(request, deadline)),
        unit=entry.body.successor.name,
        contact=entry.body.successor.phone,
        answer=_describe_answer(request) if told else "",
        answered_at=entry.closed_at if told else None,
        parts=tuple(progress_parts(request, deadline)),
    )


def _merged_request_progress(request: Request) -> Progress | None:
    into = get_merge_target(request)
    found = request_progress(into.pk)
    if found is None:
        return None
    said = f"与您提交的编号{into.entry.number}的申请内容相同，已并为一件办理，那一件的答复就是对这一件的答复。补正、撤回等请凭那一件的查询码办理。"
    part = Part("并案办理", (said,))
    return replace(
        found,
        number=request.entry.number,
        state=f"已并入{into.entry.number}（{into.entry.state_label}）",
        parts=(part, *(one for one in found.parts if one.title != MERGED_HEADING)),
    )


def get_merge_target(request: Request) -> Request:
    """Return the request into which this one was merged in the end, or itself."""
    while request.merged_into:
        request = request.merged_into
    return request


def _progress_stages(request: Request, deadline: Deadline) -> Iterator[Stage]:
    entry = request.entry
    yield Stage("收到申请", detail=f"{request.received_on:%Y-%m-%d}", done=True)
    rows = entry.clock_events.filter(kind__in=_STEP_LABELS, voids=None, voided_by=None)
    for row in rows.order_by("on", "pk"):
        yield Stage(_STEP_LABELS[row.kind], detail=f"{row.on:%Y-%m-%d}", done=True)
    if entry.state == RequestState.DELIVERED:
        last = request.deliveries.last()
        yield Stage("送达", detail=f"{last.on:%Y-%m-%d}，{last.get_route_display()}" if last else "", done=True)
    if not entry.closed_at:
        waits = {
            RequestState.CORRECTING: "等待您补正",
            RequestState.UNPAID: "等待您缴费",
            RequestState.CONSULTING: "征求意见",
        }
        until = describe_reply_deadline(entry, deadline)
        if deadline.status is Status.ABANDONED and not is_notice_unserved(entry):
            yield Stage("期限已经届满", current=True, detail="等待承办单位结案")
        else:
            said = f"{until}以前" if until else ""
            asked = next(iter(list_applicant_duties(entry)), entry.state)
            yield Stage(waits.get(asked, "审查、办理"), current=True, detail=said)
        yield Stage("答复")


def _describe_answer(request: Request) -> str:
    decision, result = request.decided, RESULTS[request.entry.outcome]
    assert decision  # callers check `answered`
    told = f"\n{decision.told}" if decision.told else ""
    return f"{result.said}。依据：{decision.law}。{told}"


def list_request_papers(number: int) -> list[Paper]:
    """Return the letters and files for the applicant, including those of the merged request."""
    request = Request.objects.get(pk=number)
    numbers = {number, get_merge_target(request).pk}
    letters = (
        Letter.objects.filter(request__in=numbers)
        .exclude(Q(kind__in=KINDS_TO_OTHERS) | Q(key="") | Q(withheld=True))
        .defer("content")
    )
    found = [
        Paper(
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
        found.append(
            Paper(
                f"material-{one.pk}",
                f"提供的材料{place}",
                f"{kind}，遮盖副本" if one.released_masked else kind,
            )
        )
    return found


def list_released_materials(number: int) -> list[tuple[int, Material]]:
    """Return the files the applicant may fetch, numbered: file names may identify people."""
    into = get_merge_target(Request.objects.get(pk=number))
    files = Material.objects.filter(request=into, released__isnull=False, recalled_on=None)
    return list(enumerate(files.select_related("released"), 1))


def applicant_texts(number: int) -> list[Part]:
    """Return the applicant's own words: request, original before a correction, supplements."""
    request = Request.objects.get(pk=number)
    others = [(label, str(value)) for label, value in describe_values(request, "wanted", reveal=True)]
    chosen = f"答复按您选择的方式提供：{request.get_form_wanted_display()}，{request.get_route_wanted_display()}。"
    parts = [Part("您申请的内容", (request.content.reveal(), chosen), others)]
    if request.corrected_wanted:
        parts.append(Part("补正以前的申请内容", (request.wanted.reveal(),)))
    supplements = [f"{supplement.on:%Y-%m-%d}：{supplement.text.reveal()}" for supplement in request.supplements.all()]
    return [*parts, Part("您补充的说明", supplements)] if supplements else parts


def get_owed_fee(number: int) -> Fee | None:
    """Return the fee that the applicant has to pay now."""
    entry = Entry.objects.filter(pk=number, kind="request", closed_at=None).first()
    return get_current_fee(entry) if entry and RequestState.UNPAID in list_applicant_duties(entry) else None
