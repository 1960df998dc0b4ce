"""What this room puts on the first page: answers to decide, fees to clear, ask for, remit, requests that count as given up, answers to deliver."""

from typing import Any

from django.utils import timezone

from gongkai.law import Status
from gongkai.ledger.clock import deadline_of
from gongkai.ledger.models import Entry
from gongkai.ledger.queries import SUPERVISING, visible_to
from gongkai.requests.machine import RUNNING, WAITING, State
from gongkai.requests.models import Fee
from gongkai.requests.rules import decides
from gongkai.units.actors import Actor
from gongkai.units.models import Role

#: At most so many stand in a block.
MOST = 8
#: Of what waits for its applicant, so many are looked at.
_LOOKED = 200


def _mine(by: Actor, **conditions: Any) -> Any:
    """Requests of somebody's own units."""
    rows = Entry.objects.filter(kind="request", body_id__in=by.bodies, **conditions)
    return rows.select_related("body", "request").prefetch_related("clock_events").order_by("due_at", "pk")


def _block(title: str, rows: list[Entry], verb: str) -> dict[str, Any] | None:
    if not rows:
        return None
    return {"title": title, "entries": rows[:MOST], "verb": f"request.{verb}", "more": len(rows) > MOST}


def to_decide(by: Actor) -> dict[str, Any] | None:
    """Proposals that wait for whoever signs."""
    rows = _mine(by, closed_at=None, state__in=RUNNING).exclude(request__proposal={})[: MOST + 1]
    return _block("等我答复的信息公开申请", [one for one in rows if not decides(by, one)], "decide")


def lapsed(by: Actor) -> dict[str, Any] | None:
    """Requests that were not corrected or paid for in time: to be closed."""
    if by.has(*SUPERVISING) and not by.bodies:
        return None
    today = timezone.localdate()
    rows = _mine(by, closed_at=None, state__in=WAITING)[:_LOOKED]
    given_up = [one for one in rows if deadline_of(one, today=today).status is Status.ABANDONED]
    return _block("逾期不补正、不缴费，可以结案的申请", given_up, "abandon")


def to_clear(by: Actor) -> dict[str, Any] | None:
    """Fees that were calculated and wait for the 政务公开办."""
    if not by.has(Role.CHIEF):
        return None
    fees = Fee.objects.filter(cleared_on=None, waived="", request__entry__closed_at=None).values("request")
    rows = visible_to(by, kind="request").filter(pk__in=fees).select_related("body", "request")
    return _block("等我核准的信息处理费", list(rows.order_by("due_at", "pk")[: MOST + 1]), "clear_fee")


def to_notify(by: Actor) -> dict[str, Any] | None:
    """Fees that were cleared, and of which the applicant was not told yet."""
    fees = Fee.objects.filter(cleared_on__isnull=False, notified_on=None, waived="").values("request")
    rows = _mine(by, closed_at=None, state__in=RUNNING, pk__in=fees)[: MOST + 1]
    return _block("已核准、待发出收费通知的申请", list(rows), "notify_fee")


def to_remit(by: Actor) -> dict[str, Any] | None:
    """Fees that were paid and are not at the treasury yet."""
    fees = Fee.objects.filter(paid_on__isnull=False, treasury_on=None).values("request")
    return _block("已缴费、待缴入国库的申请", list(_mine(by, pk__in=fees)[: MOST + 1]), "remit_fee")


def to_deliver(by: Actor) -> dict[str, Any] | None:
    """Answers that were decided and have not reached the applicant."""
    rows = list(_mine(by, state=State.ANSWERED)[: MOST + 1])
    return _block("已答复、待送达的申请", rows, "deliver")
