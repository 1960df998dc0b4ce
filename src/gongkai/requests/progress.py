"""What the applicant reads on their page: the state, the date with its sentences, what is waited for, what it costs, the papers to fetch."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from gongkai.chinese.days import as_day, day_in_words, end_of_day
from gongkai.intake.matters import Paper, Part, Progress, Stage
from gongkai.law import Deadline, Status, default_calendar, figures
from gongkai.ledger.clock import deadline_of
from gongkai.ledger.models import Entry
from gongkai.requests.actions.money import current
from gongkai.requests.letters import KINDS, TO_OTHERS, remedies
from gongkai.requests.machine import State
from gongkai.requests.models import Fee, Material, Request
from gongkai.requests.results import RESULTS

_LABELS = {
    "correction_notice": "告知补正",
    "corrected": "收到补正",
    "third_party_asked": "征求第三方意见",
    "third_party_replied": "第三方答复",
    "agency_asked": "征求其他机关意见",
    "agency_replied": "其他机关答复",
    "extended": "延长答复期限",
    "fee_notice": "送达收费通知",
    "fee_paid": "缴费",
    "replied": "作出答复",
    "withdrawn": "撤回申请",
    "ended": "结案",
    "reopened": "重新办理",
    "revoked": "撤销原处理，重新办理",
}


def _received(request: Request) -> datetime:
    """Return when it was received: of one that was registered later (on paper, from an old register) its day, not that of the registration."""
    registered = request.entry.opened_at
    return registered if as_day(registered) == request.received_on else end_of_day(request.received_on)


def progress(number: int) -> Progress | None:
    """Return what the applicant reads: nothing that tells who they are."""
    request = Request.objects.select_related("entry__body").filter(pk=number).first()
    if request is None:
        return None
    entry = request.entry
    closed, deadline = entry.closed_at is not None, deadline_of(entry)
    decision = request.decided
    return Progress(
        title="政府信息公开申请",
        number=entry.number,
        state=entry.state_label,
        received_at=_received(request),
        closed=closed,
        due=None if closed else deadline.date,
        why=() if closed else tuple(step.text for step in deadline.steps),
        stages=tuple(_stages(request, lapsed=deadline.status is Status.ABANDONED)),
        unit=entry.body.label,
        contact=entry.body.phone,
        answer=_answer(request) if closed else "",
        answered_at=entry.closed_at if closed and decision else None,
        parts=tuple(_parts(request, deadline)),
    )


def _stages(request: Request, *, lapsed: bool) -> Iterator[Stage]:
    """Return the steps so far, each with its day, and what comes next."""
    entry = request.entry
    yield Stage("收到申请", detail=f"{request.received_on:%Y-%m-%d}", done=True)
    rows = entry.clock_events.filter(kind__in=_LABELS, voids=None, voided_by=None)
    for row in rows.order_by("on", "pk"):
        yield Stage(_LABELS[row.kind], detail=f"{row.on:%Y-%m-%d}", done=True)
    if entry.state == State.DELIVERED:
        last = request.deliveries.last()
        yield Stage(
            "送达", detail=f"{last.on:%Y-%m-%d}，{last.get_route_display()}" if last else "", done=True
        )
    if not entry.closed_at:
        waits = {State.CORRECTING: "等待您补正", State.UNPAID: "等待您缴费", State.CONSULTING: "征求意见"}
        until = _last_day(entry)
        if lapsed:
            yield Stage("期限已经届满", current=True, detail="等待承办单位结案")
        else:
            said = f"{until}以前" if until else ""
            yield Stage(waits.get(entry.state, "审查、办理"), current=True, detail=said)
        yield Stage("答复")


def _answer(request: Request) -> str:
    """Return the result in the words of its letter; without the reasons, which may name somebody: those are in the letter itself."""
    decision = request.decided
    result = RESULTS.get(request.entry.outcome)
    if result is None:
        return ""
    told = f"\n{decision.told}" if decision and decision.told else ""
    law = decision.law if decision and decision.result == result.key else result.law
    return f"{result.said}。依据：{law}。{told}"


def _parts(request: Request, deadline: Deadline) -> Iterator[Part]:
    """Return what the applicant is asked for, and what the clock says while it stands still."""
    entry = request.entry
    lapsed = deadline.status is Status.ABANDONED
    until = "" if lapsed else _last_day(entry)
    if deadline.status is Status.OVERDUE and deadline.date:
        yield _overdue(entry, day_in_words(deadline.date))
    if entry.state == State.CORRECTING and not lapsed:
        yield Part(
            "需要您补正的事项",
            (request.asked_correction, f"请在{until}以前补正；逾期不补正又没有正当理由的，视为放弃申请。"),
        )
    fee = Fee.objects.filter(request=request, notified_on__isnull=False).last()
    if fee:
        yield _fee(fee, until if entry.state == State.UNPAID else "")
    if deadline.status is Status.ABANDONED and not entry.closed_at:
        yield Part("期限已经届满", tuple(step.text for step in deadline.steps[-1:]))
    elif not entry.closed_at and deadline.date is None:
        said = tuple(step.text for step in deadline.steps)
        yield Part("答复期限", ("现在停止计算，恢复后重新确定答复日期。", *said))
    if entry.closed_at and (row := RESULTS.get(entry.outcome)):
        complain = ("投诉", reverse("portal:form", args=["complaint"]))
        yield Part("对处理有不同意见的", (remedies(row, entry.body),), links=(complain,))
    if request.merged_into:
        into = request.merged_into.entry
        yield Part("并入的申请", (), ((into.number, f"{into.body.label}，{into.state_label}"),))
    passed = [one.entry for one in request.offspring.select_related("entry__body")]
    if passed:
        rows = tuple((one.number, f"{one.body.label}，{one.state_label}") for one in passed)
        yield Part("转出或者拆分后的申请", (), rows)


def _overdue(entry: Entry, day: str) -> Part:
    """Return what the applicant may do where nobody answered in time (条例第五十一条)."""
    said = (
        f"应当在{day}以前答复，现在还没有答复。您可以联系承办单位询问办理情况。",
        "认为行政机关在政府信息公开工作中侵犯您的合法权益的，可以投诉、举报，也可以依法申请行政复议或者提起行政诉讼（《条例》第五十一条）。",
    )
    return Part("已经超过答复期限", said, links=(("投诉", reverse("portal:form", args=["complaint"])),))


def _last_day(entry: Entry) -> str:
    """Return the last day for correcting or paying, in words; "" where neither is waited for."""
    kind = {State.CORRECTING: "correction_notice", State.UNPAID: "fee_notice"}.get(entry.state)
    asked = entry.clock_events.filter(kind=kind, voids=None, voided_by=None).last() if kind else None
    if asked is None:
        return ""
    days = asked.value if entry.state == State.CORRECTING else int(figures()["request.payment"].value)
    return f"{day_in_words(default_calendar().add(asked.on, days))}（含当日）" if days else ""


def _fee(fee: Fee, until: str) -> Part:
    """Return what a fee is made of, line by line, and what became of it."""
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
    elif until:
        said.append(f"请在{until}以前缴纳；逾期未缴纳的，视为放弃申请。缴费后答复期限重新计算。")
    return Part("信息处理费", tuple(said), tuple(rows))


def papers(number: int) -> list[Paper]:
    """Return the letters to the applicant and what is handed out, without a word of who they are."""
    request = Request.objects.get(pk=number)
    letters = request.letters.exclude(Q(kind__in=TO_OTHERS) | Q(key="") | Q(withheld=True)).defer("content")
    found = [
        Paper(
            f"letter-{one.pk}",
            f"{KINDS[one.kind].title}{'（已撤销）' if one.revoked_on else ''}",
            f"{one.number}，{one.made_on:%Y-%m-%d}",
        )
        for one in letters
    ]
    for place, one in handed_out(number):
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


def handed_out(number: int) -> list[tuple[int, Material]]:
    """Return the files that the applicant may fetch now, numbered as their page has them: a file's own name may say whose it is."""
    files = Material.objects.filter(request=number, released__isnull=False, recalled_on=None)
    return list(enumerate(files.select_related("released"), 1))


def own_words(number: int) -> list[Part]:
    """Return what the applicant asked for, in their words; with a correction, as it was before and is now."""
    request = Request.objects.get(pk=number)
    parts = [Part("您申请的内容", (request.content,))]
    if request.corrected_wanted:
        parts.append(Part("补正以前的申请内容", (request.wanted,)))
    supplements = [f"{one.on:%Y-%m-%d}：{one.text}" for one in request.supplements.all()]
    return [*parts, Part("您补充的说明", supplements)] if supplements else parts


def owes(number: int) -> Fee | None:
    """Return the fee that the applicant is asked to pay now."""
    entry = Entry.objects.filter(pk=number, kind="request", state=State.UNPAID).first()
    return current(entry) if entry else None
