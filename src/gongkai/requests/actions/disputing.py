"""Reviews and lawsuits over a request, and their results (table four)."""

from datetime import date, timedelta

from django.utils import timezone

from gongkai.acts.action import Refused, Step, Tell
from gongkai.acts.actors import SYSTEM, Actor
from gongkai.ledger.kinds import url_of
from gongkai.ledger.models import Entry
from gongkai.ledger.rectification import Found, order_rectification
from gongkai.requests.actions.acting import act, needed, not_to_come
from gongkai.requests.models import Dispute, DisputeKind, DisputeResult
from gongkai.units.models import Role

#: Days for mending what was found wrong, where nobody says another date: an office's habit, no provision names one.
MEND_DAYS = 30


@act("open_dispute")
def open_dispute(
    entry: Entry, *, by: Actor, kind: str, organ: str, number: str = "", on: date | None = None
) -> Step:
    """Note that a review or a lawsuit over a request was accepted; the result is the `Dispute`."""
    if kind not in DisputeKind.values:
        raise Refused("请选择行政复议或者行政诉讼。")
    made = Dispute.objects.create(
        request_id=entry.pk,
        body=entry.body,
        kind=kind,
        organ=needed(organ, "请填写复议机关或者法院。")[:120],
        number=number.strip()[:80],
        accepted_on=not_to_come(on),
    )
    words = f"{DisputeKind(kind).label}：{made.organ}{made.number}"
    return Step(words=words, facts={"dispute": made.pk, "kind": kind}, result=made)


def _pending(entry: Entry) -> list[str]:
    pending = Dispute.objects.filter(request=entry.pk, result="").exists()
    return [] if pending else ["没有尚未审结的行政复议或者行政诉讼，请先“登记复议诉讼”。"]


@act("conclude_dispute", ready=_pending)
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
) -> Step:
    """Note the result of a review or a lawsuit. What was found wrong, whatever the result, is told to head and 政务公开办, and is to be mended.

    Args:
        entry: the request.
        by: who notes it.
        dispute: the case.
        result: how it ended, as table four counts it.
        finding: what was found wrong: has to be said where the result is corrected, may be said with any other (common problems, inaction).
        orders_anew: whether the request is to be answered anew.
        mend_by: until when the unit has to mend what was found (`MEND_DAYS` from today).
        on: the day of the decision (today).
    """
    found = Dispute.objects.filter(request=entry.pk, pk=dispute, result="").first()
    if found is None:
        raise Refused("没有这个尚未审结的案件。")
    if result not in DisputeResult.values:
        raise Refused("请选择结果。")
    if orders_anew and result != DisputeResult.CORRECTED:
        raise Refused("责令重新处理的，结果为“结果纠正”。")
    day = not_to_come(on)
    if day < found.accepted_on:
        raise Refused("结案日期不能早于受理日期。")
    found.result, found.decided_on, found.orders_anew = result, day, orders_anew
    found.finding = finding.strip()
    if result == DisputeResult.CORRECTED:
        needed(finding, "结果纠正的，请写明认定的问题。", 4)
    found.save()
    _rectify(entry, found, mend_by)
    words = f"{found.get_kind_display()}结果：{DisputeResult(result).label}"
    return Step(
        words=words, facts={"dispute": found.pk, "result": result}, tell=_tell(entry, found), result=found
    )


def _rectify(entry: Entry, found: Dispute, mend_by: date | None) -> None:
    """Order the unit to mend what a review or a judgment found."""
    if not found.finding:
        return
    what = Found(
        source="requests",
        ref=f"dispute/{found.pk}",
        title=f"{found.get_kind_display()}认定的问题：{entry.number}",
        what=found.finding,
        demand="逐项整改，查明原因，对同类申请一并核查，并报告整改情况。",
        basis=f"{found.organ}{found.number}",
        facts={"申请": entry.number, "案件": f"{found.get_kind_display()} {found.organ}{found.number}"},
    )
    until = mend_by or timezone.localdate() + timedelta(days=MEND_DAYS)
    order_rectification(found.body, by=SYSTEM, found=what, until=until)


def _tell(entry: Entry, found: Dispute) -> tuple[Tell, ...]:
    if not found.finding:
        return ()
    posts = [(Role.LEAD.value, entry.body_id)]
    posts += [(Role.CHIEF.value, body.pk) for body in (entry.body, entry.body.parent) if body]
    said = found.finding[:300].rstrip("。")
    body = f"{entry.number}的{found.get_kind_display()}{found.get_result_display()}，认定的问题：{said}。已向{found.body.label}下达整改要求。"
    return (
        Tell(
            subject=f"复议诉讼认定的问题：{entry.number}",
            body=body,
            link=url_of(entry),
            key=f"dispute/{found.pk}/found",
            posts=tuple(posts),
        ),
    )
