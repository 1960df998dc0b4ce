"""Texts of the applicant's page: duties, overdue answers, endings and remedies."""

from collections.abc import Iterator

from django.urls import reverse

from gongkai.core.intake.matters import Part
from gongkai.core.intake.opening import has_second
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past import confirmed
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law import Deadline, Status, figures
from gongkai.work.requests.letters import describe_remedies
from gongkai.work.requests.machine import RequestState
from gongkai.work.requests.models import Fee, Request
from gongkai.work.requests.pending_notices import get_pending_notice, is_notice_unserved, list_applicant_duties
from gongkai.work.requests.results import FEE_NOT_PAID, NOT_CORRECTED, OTHERWISE_ENDED, RESULTS

# The heading of the requests that were merged into this one; clock events that end a request.
MERGED_HEADING = "并入本件的申请"
_ENDING_EVENTS = ("replied", "withdrawn", "ended")
_DEFAULT_PAYMENT_HINT = "怎样缴纳见收费通知；没有收到通知的，请联系承办单位。"
_REAPPLY_HINT = "还需要这项信息的，可以重新提出申请。"


def is_answered(request: Request) -> bool:
    """Return whether the request ended by an answer."""
    decision = request.decided
    return decision is not None and decision.result == request.entry.outcome


def progress_parts(request: Request, deadline: Deadline) -> Iterator[Part]:
    """Yield the paragraphs of the applicant's page: duties, paused clock and ending."""
    entry = request.entry
    if entry.closed_at:
        yield from _ended_parts(request)
    else:
        yield from _open_parts(request, deadline)
    fee = Fee.objects.filter(request=request, notified_on__isnull=False).last()
    if fee:
        yield _fee_part(fee, entry, deadline)
    if past := confirmed(entry):
        yield Part("补录的事项", tuple(f"{one}。" for one in past))
    merged = [one.entry.number for one in request.merged.select_related("entry")]
    if merged:
        yield Part(MERGED_HEADING, (f"{'、'.join(merged)}：本件的答复就是对它们的答复。",))
    passed = [one.entry for one in request.offspring.select_related("entry__body")]
    if passed:
        rows = tuple((one.number, _describe_location(one)) for one in passed)
        yield Part("转出或者拆分后的申请", (), rows)


def _describe_location(entry: Entry) -> str:
    unit = entry.body.successor
    phone = f"（电话{unit.phone}）" if unit.phone else ""
    return f"{unit.label}{phone}，{entry.state_label}"


def describe_reply_deadline(entry: Entry, deadline: Deadline) -> str:
    """Return the last day for correcting or paying in words, or "" if nothing is awaited.

    A notice that came too late does not pause the clock, so silence has no consequence.
    """
    notice = get_pending_notice(entry) if deadline.status is Status.PAUSED and not is_notice_unserved(entry) else None
    return f"{day_in_words(notice.until)}（含当日）" if notice else ""


# -- while it is open -----------------------------------------------------------------------------------------------


def _open_parts(request: Request, deadline: Deadline) -> Iterator[Part]:
    entry = request.entry
    if why := _revoked_part(request):
        yield why
    if deadline.status is Status.OVERDUE and deadline.date:
        yield _overdue_part(day_in_words(deadline.date))
    if deadline.status is Status.ABANDONED and not is_notice_unserved(entry):
        yield Part("期限已经届满", tuple(step.text for step in deadline.steps[-1:]))
        return
    if RequestState.CORRECTING in list_applicant_duties(entry):
        yield Part(
            "需要您补正的事项",
            (request.asked_correction.reveal(), _describe_correction_deadline(entry, deadline)),
        )
    if deadline.date is None:
        # Before the receipt of the notice there is no last day to name.
        steps = deadline.steps[:-1] if is_notice_unserved(entry) else deadline.steps
        said = tuple(step.text for step in steps)
        yield Part("答复期限", ("现在停止计算，恢复后重新确定答复日期。", *said))


def _describe_correction_deadline(entry: Entry, deadline: Deadline) -> str:
    if until := describe_reply_deadline(entry, deadline):
        return f"请在{until}以前补正；逾期不补正又没有正当理由的，视为放弃申请。"
    if is_notice_unserved(entry):
        return "请自收到补正告知书之日起，在告知书写明的期限内补正；逾期不补正又没有正当理由的，视为放弃申请。"
    return f"补正有助于承办单位找到您要的信息。{_describe_irregular_notice('告知补正', deadline)}"


def _describe_irregular_notice(what: str, deadline: Deadline) -> str:
    said = f"{what}的时间不合规定，不影响答复期限"
    due = f"，仍应在{day_in_words(deadline.date)}以前答复您" if deadline.date else ""
    return f"{said}{due if deadline.status is Status.RUNNING else ''}。"


def _overdue_part(day: str) -> Part:
    said = (
        f"应当在{day}以前答复，现在还没有答复。您可以联系承办单位询问办理情况。",
        "认为行政机关在政府信息公开工作中侵犯您的合法权益的，可以投诉、举报，也可以依法申请行政复议或者提起行政诉讼（《条例》第五十一条）。",
    )
    return Part("已经超过答复期限", said, links=(_complaint_link(),))


def _revoked_part(request: Request) -> Part | None:
    row = request.entry.clock_events.filter(kind="revoked", voids=None, voided_by=None).last()
    if row is None:
        return None
    why = (
        f"理由：{request.revoked_for.reveal()}。"
        if request.revoked_for and has_second(request.matter)
        else "理由见告知书。"
    )
    said = (f"承办单位已于{day_in_words(row.on)}撤销原来的处理，将重新答复您。", why)
    return Part("原来的处理已经撤销", said)


# -- once it has ended ----------------------------------------------------------------------------------------------


def _ended_parts(request: Request) -> Iterator[Part]:
    entry = request.entry
    row = RESULTS.get(entry.outcome)
    if row is None:
        return
    if not is_answered(request):
        yield _unanswered_part(request)
    if is_answered(request) or entry.outcome in {NOT_CORRECTED, FEE_NOT_PAID}:
        what = "本答复" if is_answered(request) else "不再处理告知书"
        yield Part("对处理有不同意见的", (describe_remedies(row, entry.body, of=what),), links=(_complaint_link(),))


def _unanswered_part(request: Request) -> Part:
    entry, links = request.entry, (("重新申请", reverse("portal:form", args=["request"])),)
    events = entry.clock_events.filter(kind__in=_ENDING_EVENTS, voids=None, voided_by=None)
    last = events.order_by("pk").last()
    on = last.on if last else request.ended_on
    day = f"于{day_in_words(on)}" if on else ""
    if last and last.kind == "withdrawn":
        return Part("申请已经撤回", (f"您已{day}撤回申请，承办单位不再办理，也不再答复。", _REAPPLY_HINT), links=links)
    if entry.outcome == OTHERWISE_ENDED:
        said = (
            f"承办单位已{day}结案，登记为“其他处理”，没有作出答复。对此有疑问的，请联系承办单位。",
            _REAPPLY_HINT,
        )
        return Part("办理结果", said, links=links)
    row = RESULTS[entry.outcome]
    said = (f"{row.said}。依据：{row.law}。", f"已{day}结案。{_REAPPLY_HINT}")
    return Part("办理结果", said, links=links)


def _complaint_link() -> tuple[str, str]:
    return ("投诉", reverse("portal:form", args=["complaint"]))


def _describe_payment_ways(fee: Fee) -> str:
    return f"缴纳方式：{fee.pay_how.rstrip('。；')}。" if fee.pay_how else _DEFAULT_PAYMENT_HINT


def _fee_part(fee: Fee, entry: Entry, deadline: Deadline) -> Part:
    unit = "件" if fee.basis == "items" else "页"
    rows = [
        (
            f"第{line['first']}至{line['last']}{unit}",
            (f"每{unit}{line['price']}元，" if line["price"] is not None else "") + f"计{line['yuan']}元",
        )
        for line in fee.lines
    ]
    rows.append(("合计", f"{fee.yuan}元"))
    said = ["依据：《条例》第四十二条，国办函〔2020〕109号。"]
    if fee.paid_on:
        said.append(f"已于{day_in_words(fee.paid_on)}缴纳，票据号码{fee.receipt}。")
    elif entry.closed_at:
        said.append("申请已经结束，这笔费用不用再缴纳。")
    elif until := describe_reply_deadline(entry, deadline):
        said.append(
            f"请在{until}以前缴纳；逾期未缴纳的，视为放弃申请。缴费后答复期限重新计算。{_describe_payment_ways(fee)}"
        )
    elif is_notice_unserved(entry):
        said.append(
            f"请自收到收费通知次日起{figures()['request.payment'].words}内缴纳；逾期未缴纳的，视为放弃申请。缴费后答复期限重新计算。{_describe_payment_ways(fee)}"
        )
    elif RequestState.UNPAID in list_applicant_duties(entry) and deadline.status is not Status.ABANDONED:
        said.append(
            f"缴费后向您提供信息。{_describe_irregular_notice('收费通知', deadline)}{_describe_payment_ways(fee)}"
        )
    return Part("信息处理费", tuple(said), tuple(rows))
