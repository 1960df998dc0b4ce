"""Actions on a request, each run in a child process killed before its statements and around its commit (`test_killed.py`)."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "content" / "publishing"))

import killed

from factories.requests import do, head, register, staff
from factories.units import actor
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Role
from gongkai.work.requests import actions
from gongkai.work.requests.models import Decision, Letter

Run = Callable[[], Any]


def make_request() -> Entry:
    """Return a request with a known applicant."""
    entry = register()
    said = SenderParticulars(kind="person", name="李晓云", phone="13800138000", address="云岭市文昌路1号")
    register_party(None, by=ANONYMOUS, matter=f"request/{entry.pk}", particulars=said)
    return entry


def make_reviewed_request() -> Entry:
    """Return a request whose paper copies passed the secrecy review."""
    return do(make_request(), "review_secrecy", verdict="publish", opinion="复印件3页，不涉及国家秘密")


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("body").get(pk=entry.pk)


def decide() -> Run:
    entry = fresh(make_reviewed_request())
    by = head(entry.body)
    return lambda: actions.decide_request(entry, by=by, result="3.1", told="见附件")


def extend() -> Run:
    entry = fresh(make_request())
    by = head(entry.body)
    return lambda: actions.extend_answer_period(entry, by=by, days=20, reason="需要查找历年档案")


def notify_fee() -> Run:
    entry = do(make_request(), "calculate_fee", basis="pages", count=160)
    entry = fresh(do(entry, "clear_fee", by=actor(Role.CHIEF, entry.body)))
    by = staff(entry.body)
    return lambda: actions.send_fee_notice(entry, by=by, pay_how="到政务大厅收费窗口缴纳")


def take_payment() -> Run:
    entry = do(make_request(), "calculate_fee", basis="pages", count=160)
    entry = fresh(do(do(entry, "clear_fee", by=actor(Role.CHIEF, entry.body)), "notify_fee"))
    by, receipt = staff(entry.body), f"云票{os.urandom(4).hex()}"
    return lambda: actions.record_payment(entry, by=by, way="转账", receipt=receipt)


def halved_decision() -> Run:
    """A case that must be detected: a decision without its letter."""
    entry = make_reviewed_request()
    by = head(entry.body)

    def work() -> None:
        Decision.objects.create(request_id=entry.pk, result="3.1", law="", decided_on="2026-01-01", decided_by="")
        actions.decide_request(fresh(entry), by=by, result="3.1", told="见附件")

    return work


def letterless() -> list[str]:
    """Return decisions that have no letter, and answers that have no decision."""
    replies = dict.fromkeys(Letter.objects.filter(kind="reply").values_list("request", flat=True), 0)
    decided = set(Decision.objects.filter(past=False).values_list("request", flat=True))
    return [f"request {pk}: decision or letter alone" for pk in decided ^ set(replies)]


killed.ACTS = {one.__name__: one for one in (decide, extend, notify_fee, take_payment, halved_decision)}
_in_part = killed.in_part
killed.in_part = lambda: [*_in_part(), *letterless()]

if __name__ == "__main__":
    killed.main(*sys.argv[1:])
