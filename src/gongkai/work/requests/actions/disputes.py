"""Actions on administrative reviews and lawsuits over requests (table four)."""

import re
from datetime import date, timedelta

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.units.models import Role
from gongkai.work.requests.actions.base import check_day, entry_act
from gongkai.work.requests.deidentification import deidentify_for_addressee
from gongkai.work.requests.letters import strip_closing_marks
from gongkai.work.requests.models import Dispute, DisputeKind, DisputeResult

# Default number of days for a rectification: office practice, not law.
RECTIFICATION_DAYS = 30


def _list_reasons_unless_dispute_pending(entry: Entry) -> list[str]:
    pending = Dispute.objects.filter(request=entry.pk, result="").exists()
    return [] if pending else ["没有尚未审结的行政复议或者行政诉讼，请先“登记复议诉讼”。"]


@entry_act("open_dispute")
def open_dispute(
    entry: Entry,
    *,
    by: Actor,
    kind: str,
    organ: str,
    number: str = "",
    copy_on: date | None = None,
    simple: bool = False,
    on: date | None = None,
) -> ActionResult:
    """Record that a review or lawsuit was accepted; the action's result is the `Dispute`.

    Args:
        kind: a `DisputeKind`.
        organ: the review body or court.
        copy_on: the day on which the unit received the copy of the application or complaint; the
            time for its answer counts from it.
        simple: true for a review in the simplified procedure (行政复议法第五十三条).
        on: the day of acceptance (default: today).
    """
    if kind not in DisputeKind.values:
        raise Refused("请选择行政复议或者行政诉讼。")
    dispute = Dispute(
        request_id=entry.pk,
        body=entry.body,
        kind=kind,
        organ=require_text(organ, "请填写复议机关或者法院。", 2)[:120],
        number=_normalise_case_number(number),
        accepted_on=check_day(on),
        copy_on=check_day(copy_on) if copy_on else None,
        simple=simple and kind == DisputeKind.REVIEW,
    )
    if reasons := _list_dispute_conflicts(entry, dispute):
        raise Refused(reasons)
    dispute.save()
    return ActionResult(words=dispute.called, facts={"dispute": dispute.pk, "kind": kind}, result=dispute)


def _list_dispute_conflicts(entry: Entry, candidate: Dispute) -> list[str]:
    """Return reasons against a dispute: copy before acceptance, known, pending, or a suit during a review."""
    other_disputes = Dispute.objects.filter(request=entry.pk)
    if candidate.copy_on and candidate.copy_on < candidate.accepted_on:
        return ["收到副本的日期不能早于受理日期。"]
    for dispute in other_disputes.filter(kind=candidate.kind, organ=candidate.organ):
        if candidate.number and _normalise_case_number(dispute.number) == candidate.number:
            return [f"这件{dispute.called}已经登记过。"]
        if dispute.result == "" and not (candidate.number and dispute.number):
            pending_case = (
                f"{candidate.organ}已有一件{dispute.get_kind_display()}尚未审结（{dispute.number or '未填案号'}）"
            )
            return [f"{pending_case}：案号用“登记复议诉讼进展”补填；确是另一件的，两件都填写案号。"]
    pending = other_disputes.filter(kind=DisputeKind.REVIEW, result="").first()
    if candidate.kind == DisputeKind.DIRECT and pending:
        return [
            f"{pending.organ}的行政复议尚未审结，不是“未经复议直接起诉”：复议期间不能起诉（行政诉讼法第四十四条）；复议逾期不作决定而起诉的，选“复议后起诉”。"
        ]
    return []


def _normalise_case_number(number: str) -> str:
    bare = "".join(number.split())
    return re.sub(r"[(（\[【〔](\d{4})[)）\]】〕]", r"〔\1〕", bare)[:80]


@entry_act("record_dispute_step", ready=_list_reasons_unless_dispute_pending)
def record_dispute_step(
    entry: Entry,
    *,
    by: Actor,
    dispute: int,
    number: str = "",
    copy_on: date | None = None,
    simple: bool = False,
    answered_on: date | None = None,
    heard_on: date | None = None,
) -> ActionResult:
    """Record the changed days, number or simplified procedure of a pending case."""
    pending = _get_pending_dispute(entry, dispute)
    step_days = {"copy_on": copy_on, "answered_on": answered_on, "heard_on": heard_on}
    changed = {name: day for name, day in step_days.items() if day and day != getattr(pending, name)}
    eased = simple and not pending.simple and pending.kind == DisputeKind.REVIEW
    new_number = _normalise_case_number(number) if _normalise_case_number(number) != pending.number else ""
    if not changed and not eased and not new_number:
        raise Refused("没有改动：请填写新的日期，或者补填案号。")
    same_kind = Dispute.objects.filter(request=entry.pk, kind=pending.kind, organ=pending.organ).exclude(pk=pending.pk)
    if new_number and new_number in {_normalise_case_number(other.number) for other in same_kind}:
        raise Refused(f"案号{new_number}的{pending.get_kind_display()}已经登记过。")
    pending.number = new_number or pending.number
    for name, day in changed.items():
        if name != "heard_on":
            check_day(day)
        setattr(pending, name, day)
    pending.simple = pending.simple or eased
    if pending.copy_on and pending.copy_on < pending.accepted_on:
        raise Refused("收到副本的日期不能早于受理日期。")
    if pending.copy_on and pending.answered_on and pending.answered_on < pending.copy_on:
        raise Refused("提交日期不能早于收到副本的日期。")
    if pending.heard_on and pending.heard_on < pending.accepted_on:
        raise Refused("听证、开庭日期不能早于受理日期。")
    pending.save()
    called = {"copy_on": "收到副本", "answered_on": f"提交{pending.answer_called}", "heard_on": "听证、开庭"}
    changed_words = [f"{day:%Y-%m-%d}{called[name]}" for name, day in changed.items()]
    changed_words += ["适用简易程序"] * eased + [f"案号{new_number}"] * bool(new_number)
    return ActionResult(words=f"{pending.called}：{'，'.join(changed_words)}", facts={"dispute": pending.pk})


@entry_act("withdraw_dispute", ready=_list_reasons_unless_dispute_pending)
def withdraw_dispute(entry: Entry, *, by: Actor, dispute: int, reason: str) -> ActionResult:
    """Withdraw a case that was registered by mistake; the row stays but counts nowhere."""
    pending_dispute = _get_pending_dispute(entry, dispute)
    pending_dispute.mistaken = require_text(reason, "请写明登记有误的原因。", 4)[:300]
    pending_dispute.save(update_fields=["mistaken"])
    return ActionResult(
        words=f"撤销登记：{pending_dispute.called}（{pending_dispute.mistaken}）", facts={"dispute": pending_dispute.pk}
    )


def _get_pending_dispute(entry: Entry, dispute: int) -> Dispute:
    pending_dispute = Dispute.objects.filter(request=entry.pk, pk=dispute, result="").first()
    if pending_dispute is None:
        raise Refused("没有这个尚未审结的案件。")
    return pending_dispute


@entry_act("conclude_dispute", ready=_list_reasons_unless_dispute_pending)
def conclude_dispute(
    entry: Entry,
    *,
    by: Actor,
    dispute: int,
    result: str,
    finding: str = "",
    orders_anew: bool = False,
    mend_by: date | None = None,
    on: date | None = None,
) -> ActionResult:
    """Record the result of a review or lawsuit; a finding orders a rectification.

    Args:
        dispute: the primary key of the case.
        result: a `DisputeResult`.
        finding: the fault that was found; required if the result is corrected.
        orders_anew: true if a new answer is ordered.
        mend_by: the due date of the rectification (default: `RECTIFICATION_DAYS` from today).
        on: the day of the decision (default: today).
    """
    pending_dispute = _get_pending_dispute(entry, dispute)
    if result not in DisputeResult.values:
        raise Refused("请选择结果。")
    if orders_anew and result != DisputeResult.CORRECTED:
        raise Refused("责令重新处理的，结果为“结果纠正”。")
    day = check_day(on)
    if day < pending_dispute.accepted_on:
        raise Refused("结案日期不能早于受理日期。")
    pending_dispute.result, pending_dispute.decided_on, pending_dispute.orders_anew = result, day, orders_anew
    pending_dispute.finding = finding.strip()
    if result == DisputeResult.CORRECTED:
        require_text(finding, "结果纠正的，请写明认定的问题。", 4)
    pending_dispute.save()
    _order_rectification(entry, pending_dispute, mend_by)
    text = f"{pending_dispute.get_kind_display()}结果：{DisputeResult(result).label}"
    return ActionResult(
        words=text,
        facts={"dispute": pending_dispute.pk, "result": result},
        tell=_make_finding_notifications(entry, pending_dispute),
        result=pending_dispute,
    )


def _order_rectification(entry: Entry, dispute: Dispute, mend_by: date | None) -> None:
    """Order the unit to mend the de-identified finding of a review or court, if any."""
    if not dispute.finding:
        return
    fault = FoundFault(
        source="requests",
        ref=f"dispute/{dispute.pk}",
        title=f"{dispute.get_kind_display()}认定的问题：{entry.number}",
        what=deidentify_for_addressee(entry.request, dispute.finding, "").text,
        demand=f"{_describe_new_answer_duty(entry) if dispute.orders_anew else ''}逐项整改，查明原因，对同类申请一并核查，并报告整改情况。",
        basis=f"{dispute.organ}{dispute.number}",
        facts={"申请": entry.number, "案件": f"{dispute.get_kind_display()} {dispute.organ}{dispute.number}"},
    )
    until = mend_by or timezone.localdate() + timedelta(days=RECTIFICATION_DAYS)
    order_rectification(dispute.body, by=SYSTEM, found=fault, until=until)


def _describe_new_answer_duty(entry: Entry) -> str:
    return f"责令重新处理的，对{entry.number}“重新办理”，在期限内重新作出答复；"


def _make_finding_notifications(entry: Entry, dispute: Dispute) -> tuple[Notification, ...]:
    """Return the notification of a finding to lead and chiefs, and to clerks if a new answer is ordered.

    () without a finding.
    """
    if not dispute.finding:
        return ()
    posts = [(Role.LEAD.value, entry.body_id)]
    posts += [(Role.CHIEF.value, body.pk) for body in (entry.body, entry.body.parent) if body]
    text = strip_closing_marks(deidentify_for_addressee(entry.request, dispute.finding[:300], "").text)
    body = f"{entry.number}的{dispute.get_kind_display()}{dispute.get_result_display()}，认定的问题：{text}。已向{dispute.body.label}下达整改要求。"
    if dispute.orders_anew:
        posts.append((Role.CLERK.value, entry.body_id))
        body += "决定或者判决责令重新处理，请打开申请“重新办理”，期限自收到之日起重新计算。"
    return (
        Notification(
            subject=f"复议诉讼认定的问题：{entry.number}",
            body=body,
            link=get_entry_url(entry),
            key=f"dispute/{dispute.pk}/found",
            posts=tuple(posts),
        ),
    )
