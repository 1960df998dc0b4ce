"""Actions that revoke a wrong answer or a wrong ending as given up, and reopen the request."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.actions import schedule_erasures
from gongkai.core.ledger.clock import get_rules, make_event
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.lib.law import compute_due, default_calendar
from gongkai.work.requests.actions.base import (
    check_day,
    check_not_before_receipt,
    describe_new_due_date,
    entry_act,
    list_matters,
    load_request,
    make_clock_event,
    set_answered_late,
)
from gongkai.work.requests.actions.corrections import check_not_before_notice
from gongkai.work.requests.actions.fees import book_payment, get_current_fee
from gongkai.work.requests.letters import make_letter, strip_closing_marks
from gongkai.work.requests.models import Decision, Letter, Material, Request
from gongkai.work.requests.results import FEE_NOT_PAID, NOT_CORRECTED

#: Results of requests that the applicant counts as having given up.
GIVEN_UP_RESULTS = frozenset({NOT_CORRECTED, FEE_NOT_PAID})


def _find_revocation_errors(entry: Entry) -> list[str]:
    decided = entry.request.decided
    if entry.outcome in GIVEN_UP_RESULTS or (decided and decided.result == entry.outcome):
        return []
    return ["没有作出过答复，也没有按放弃申请处理，不需要撤销。"]


@dataclass(frozen=True)
class OverlookedPayment:
    """A payment that was made but overlooked: day (`on`), channel (`way`) and receipt number."""

    on: date
    way: str
    receipt: str


@entry_act("revoke_answer", ready=_find_revocation_errors)
def revoke_answer(
    entry: Entry,
    *,
    by: Actor,
    reason: str,
    withhold: bool = False,
    wanted: str = "",
    corrected_on: date | None = None,
    paid: OverlookedPayment | None = None,
) -> ActionResult:
    """Revoke a wrong answer, or a wrong ending as given up, today; the request is answered anew.

    Everyone who was notified of the answer is told the reason. Released files can no longer be
    fetched and need a new secrecy review. No provision sets a period for the new answer, so the
    answer period restarts. The report counts the new result, unless the first one was counted in an
    earlier year or changed by a review. A late answer stays late.

    Args:
        reason: the reason, as the applicant reads it.
        withhold: true to also withdraw the letter, which itself discloses too much.
        wanted: the content of a correction that had come in time, or late for a good reason.
        paid: the payment that was overlooked, where the request was closed as unpaid.
    """
    revocation_reason = require_text(reason, "请写明撤销的理由，并告知申请人。", 4)
    request, revoked = load_request(entry), make_clock_event("revoked", None)
    since = _take_overlooked_reply(entry, request, wanted, corrected_on, paid)
    decision = request.decided if entry.outcome not in GIVEN_UP_RESULTS else None
    letters = _list_revoked_letters(request, decision)
    recalled = list(Material.objects.filter(request=request, released__isnull=False, recalled_on=None))
    set_answered_late(request)
    overlooked_words = _describe_overlooked_reply(entry, request, since, "补正" if wanted else "缴费")
    request.revoked_for = strip_closing_marks(revocation_reason)
    _mark_answer_revoked(request, decision, letters, recalled, withhold=withhold)
    entry.outcome = ""
    number = next((letter.number for letter in letters if letter.consultation_id is None), "")
    fields = {
        "事项": f"（{number}）" if number else "",
        "理由": strip_closing_marks(revocation_reason),
        "届满日期": describe_new_due_date(entry, revoked),
        "告知内容": "已经提供的材料不再提供。" if recalled else "",
    }
    notice_letter = make_letter(entry, "revoked", fields=fields)
    for letter in letters:
        if consultation := letter.consultation:
            make_letter(
                entry, "revoked_told", addressee=consultation.who.reveal(), fields=fields, consultation=consultation
            )
    return ActionResult(
        words=f"自行撤销原处理，重新办理：{revocation_reason.rstrip('。')}{overlooked_words}{f'；收回材料{len(recalled)}件' if recalled else ''}",
        facts={
            "letter": notice_letter.digest,
            "recalled": [material.released_id for material in recalled],
            "withheld": withhold,
        },
        events=(revoked,),
        tell=(_make_clerk_notification(entry, fields),),
    )


def _make_clerk_notification(entry: Entry, fields: dict[str, str]) -> Notification:
    """Return the notification to the clerks to answer the request again."""
    return Notification(
        subject=f"答复已撤销，请重新办理：{entry.number}",
        body=f"{entry.number}的答复已经撤销，理由：{fields['理由']}。请重新办理，于{fields['届满日期']}以前答复。",
        link=get_entry_url(entry),
        key=f"request/{entry.pk}/revoked/{entry.version}",
        posts=((Role.CLERK.value, entry.body_id),),
    )


def _take_overlooked_reply(
    entry: Entry, request: Request, wanted: str, corrected_on: date | None, paid: OverlookedPayment | None
) -> date | None:
    """Store the overlooked correction or payment; return its day, None if neither.

    Raises:
        Refused: when its day, content or receipt is missing.
    """
    if entry.outcome == NOT_CORRECTED:
        request.corrected_wanted = require_text(wanted, "请填写申请人补正后的申请内容；没有补正的，原处理没有错误。", 2)
        if corrected_on is None:
            raise Refused("请填写收到补正的日期。")
        check_not_before_notice(entry, corrected_on)
        return check_day(corrected_on)
    if entry.outcome == FEE_NOT_PAID:
        if paid is None:
            raise Refused("请填写申请人缴费的日期和票据号码；没有缴费的，原处理没有错误。")
        check_not_before_receipt(entry, check_day(paid.on))
        if get_current_fee(entry):  # an old register may not list the fee
            book_payment(entry, way=paid.way, receipt=paid.receipt, on=paid.on)
        return paid.on
    return None


def _describe_overlooked_reply(entry: Entry, request: Request, since: date | None, reply: str) -> str:
    """Return the log text on a reply received on the day `since`; "" without one.

    Marks the request as answered late if the answer period counted from that day is over.
    """
    if since is None:
        return ""
    text = f"；{reply}于{since:%Y-%m-%d}收到"
    if not _is_period_over(entry, since):
        return text
    request.answered_late = True
    return f"{text}，自该日起的答复期限已过，按逾期统计"


def _is_period_over(entry: Entry, since: date) -> bool:
    """Return true if the period for the answer, counted from `since`, has passed."""
    until = compute_due(
        [make_event("received", since)], get_rules(entry), default_calendar(), timezone.localdate()
    ).date
    return until is not None and timezone.localdate() > until


def _list_revoked_letters(request: Request, decision: Decision | None) -> list[Letter]:
    """Return the letters of the decision, or without one those on giving up, that are not yet revoked."""
    letters = decision.letters if decision else request.letters.filter(kind="abandoned")
    return list(letters.filter(revoked_on=None).select_related("consultation"))


def _mark_answer_revoked(
    request: Request, decision: Decision | None, letters: list[Letter], recalled: list[Material], *, withhold: bool
) -> None:
    """Revoke decision, letters and files; drop an ending of this year unless another decision is in force.

    `withhold` hides the answer letters from the applicant.
    """
    today = timezone.localdate()
    if decision:
        Decision.objects.filter(pk=decision.pk).update(revoked_on=today)
    for letter in letters:
        letter.revoked_on, letter.withheld = today, withhold and letter.consultation_id is None
        letter.save(update_fields=["revoked_on", "withheld"])
    for file in recalled:
        file.recalled_on = today
        file.save(update_fields=["recalled_on"])
    request.secrecy_reviews.update(outdated=True)
    request.proposal = {}
    has_other_decision = request.decisions.filter(revoked_on=None).exists()
    if request.ended_on and request.ended_on.year == today.year and not has_other_decision:
        request.ended_on, request.ended_as = None, ""
    fields = ["proposal", "ended_on", "ended_as", "corrected_wanted", "answered_late", "revoked_for"]
    request.save(update_fields=fields)
    schedule_erasures(list_matters(request), None)
