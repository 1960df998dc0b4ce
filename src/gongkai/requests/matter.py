"""What the applicant meets with their query code: the state of the request, its due date with its sentences, correcting and withdrawing it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone

from gongkai.acts.actors import ANONYMOUS, Actor
from gongkai.intake.matters import FollowUp, Matter, Progress, Stage
from gongkai.ledger.clock import deadline_of
from gongkai.ledger.models import Entry
from gongkai.ledger.rules import work
from gongkai.requests.actions import take_correction, withdraw
from gongkai.requests.machine import OPEN_STATES, State
from gongkai.requests.models import Request
from gongkai.requests.results import RESULTS

ERASED = "（保存期满，已清除）"


def handles(by: Actor, number: int) -> list[str]:
    """Who may read who asks, and their files: whoever works on the request, nobody else."""
    entry = Entry.objects.select_related("body").filter(pk=number, kind="request").first()
    return work(by, entry) if entry else ["没有这条记录。"]


def progress(number: int) -> Progress | None:
    """Return what the applicant reads: nothing that tells who they are."""
    request = Request.objects.select_related("entry__body").filter(pk=number).first()
    if request is None:
        return None
    entry = request.entry
    closed, deadline = entry.closed_at is not None, deadline_of(entry)
    decision = request.decisions.last()
    return Progress(
        title="政府信息公开申请",
        number=entry.number,
        state=entry.state_label,
        received_at=entry.opened_at,
        closed=closed,
        due=None if closed else deadline.date,
        why=() if closed else tuple(step.text for step in deadline.steps),
        stages=tuple(_stages(request)),
        unit=entry.body.label,
        answer=_answer(request) if closed else "",
        answered_at=entry.closed_at if closed and decision else None,
    )


def _stages(request: Request) -> Iterator[Stage]:
    """Return the steps so far, and what comes next."""
    entry = request.entry
    labels = {
        "correction_notice": "告知补正",
        "corrected": "收到补正",
        "third_party_asked": "征求第三方意见",
        "agency_asked": "征求其他机关意见",
        "extended": "延长答复期限",
        "fee_notice": "送达收费通知",
        "fee_paid": "缴费",
    }
    yield Stage("收到申请", entry.opened_at)
    for row in entry.clock_events.filter(kind__in=labels, voids=None, voided_by=None).order_by("on", "pk"):
        yield Stage(labels[row.kind], row.recorded_at, detail=f"{row.on:%Y-%m-%d}")
    if entry.closed_at:
        yield Stage(entry.state_label, entry.closed_at)
    else:
        waits = {State.CORRECTING: "等待您补正", State.UNPAID: "等待您缴费", State.CONSULTING: "征求意见"}
        yield Stage(waits.get(entry.state, "审查、办理"), None, current=True)
        yield Stage("答复")


def _answer(request: Request) -> str:
    """Return the result in the words of its letter; without the reasons, which may name somebody: those are in the letter itself."""
    decision = request.decisions.last()
    result = RESULTS.get(request.entry.outcome)
    if result is None:
        return ""
    told = f"\n{decision.told}" if decision and decision.told else ""
    return f"{result.said}。依据：{result.law}。{told}"


class CorrectionForm(forms.Form):
    """What is asked for now."""

    wanted = forms.CharField(
        label="补正后的申请内容",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "gk-input"}),
    )


class WithdrawalForm(forms.Form):
    """That it is meant."""

    sure = forms.BooleanField(label="我确认撤回这件申请", error_messages={"required": "请勾选确认后再撤回。"})


def _correct(number: int, data: dict[str, Any]) -> None:
    take_correction(Entry.objects.get(pk=number, kind="request"), by=ANONYMOUS, wanted=data["wanted"])


def _withdraw(number: int, data: dict[str, Any]) -> None:
    withdraw(Entry.objects.get(pk=number, kind="request"), by=ANONYMOUS)


def _in(*states: str) -> Any:
    return lambda number: Entry.objects.filter(pk=number, kind="request", state__in=states).exists()


def erase(number: int) -> None:
    """Forget the applicant's own words; results, dates and kinds stay for the figures."""
    request = Request.objects.select_related("entry").get(pk=number)
    request.wanted, request.wishes, request.reference = ERASED, "", ""
    request.corrected_wanted = ERASED if request.corrected_wanted else ""
    request.save(update_fields=["wanted", "wishes", "reference", "corrected_wanted"])
    for letter in request.letters.all():  # without its key nobody reads it; number, date and digest stay
        letter.key, letter.content = "", b""
        letter.save(update_fields=["key", "content"])
    Entry.objects.filter(pk=number).update(
        title=f"政府信息公开申请（{timezone.localdate(request.entry.opened_at):%Y}）"
    )


REQUEST_MATTER = Matter(
    name="request",
    label="依申请公开",
    asker="申请人",
    may_read=handles,
    progress=progress,
    erase=erase,
    office=lambda number: reverse("ledger_entry", kwargs={"pk": number}),
    follow_ups=(
        FollowUp(
            "correct",
            "补正申请",
            CorrectionForm,
            _correct,
            _in(State.CORRECTING),
            "补正已收到，答复期限重新计算。",
        ),
        FollowUp(
            "withdraw", "撤回申请", WithdrawalForm, _withdraw, _in(*sorted(OPEN_STATES)), "申请已撤回。"
        ),
    ),
)
