"""Requests of the invented 云岭市, in every state."""

from contextlib import nullcontext
from datetime import date
from typing import Any

import time_machine
from django.utils import timezone

from factories.units import BodyFactory, actor
from gongkai.core.acts.action import ACTIONS_BY_NAME, get_log_stream
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.acts.shown_content import record_shown
from gongkai.core.intake.actions import issue_code, register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger.models import Entry, PastRecord
from gongkai.core.ledger.past_records import PAPER, PastProof, confirm_past, needs_proof
from gongkai.core.units.models import Body, Role
from gongkai.work.requests import actions
from gongkai.work.requests.actions.materials import find_missing_secrecy_review
from gongkai.work.requests.pending_notices import LETTER_WRITING_ACTS
from gongkai.work.requests.states import UNIT_STATES

REQUESTED_INFORMATION = "云岭市2024年度老旧小区改造项目清单及资金安排"


def register(body: Body | None = None, received: date | None = None, **facts: Any) -> Entry:
    """Register a request made at the counter."""
    given = {"wanted": REQUESTED_INFORMATION, "applicant_kind": "person", "channel": "counter", **facts}
    if received:
        given |= {"submitted_on": received, "received_on": received}
    unit = body or BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局")
    made: Entry = actions.register_request(unit, by=staff(unit), **given)
    return Entry.objects.get(pk=made.pk)


def add_applicant(entry: Entry, code: str = "", **said: Any) -> Entry:
    """Record the applicant of a request and its query code."""
    facts = {"kind": "person", "name": "李晓云", "phone": "13800138000", **said}
    matter, applicant = f"request/{entry.pk}", SenderParticulars(**facts)
    register_party(None, by=ANONYMOUS, matter=matter, particulars=applicant)
    if code:
        issue_code(None, by=ANONYMOUS, matter=matter, second=applicant.last_four, given=code)
    return entry


def staff(body: Body) -> Actor:
    return actor(Role.CLERK, body)


def head(body: Body) -> Actor:
    return actor(Role.LEAD, body)


def do(entry: Entry, verb: str, by: Actor | None = None, **facts: Any) -> Entry:
    """Perform an action as the head of the unit and reload the entry.

    A notice to correct or to pay is received on the day it is written, unless `is_notice_unserved`;
    what is given on paper was reviewed for secrets, unless `find_missing_secrecy_review`. A record of the past has its proof (`ledger.past_records`).
    """
    served = not facts.pop("unserved", False) and verb in {"ask_correction", "notify_fee"} and not facts.get("past")
    others = {"clear_fee": Role.CHIEF, "propose": Role.CLERK}
    who = by or actor(others.get(verb, Role.LEAD), entry.body)
    if facts.get("result") == "3.2":
        facts.setdefault("withheld", "3.3.4")
    if verb == "decide" and not facts.get("past"):
        facts.setdefault("unasked", "第三方已书面表示不同意公开")
    if verb == "decide" and facts.get("result") in {"3.1", "3.2"} and not facts.get("past"):
        facts.setdefault("told", "复印件，当面提供")
        if not facts.pop("unreviewed", False):
            _review_secrecy(entry)
    if verb == "calculate_fee":
        facts = {"why": "number", "grounds": "一件申请涉及文件数百页", **facts}
    if verb == "notify_fee":
        facts.setdefault("pay_how", "市财政局一楼收费窗口，电话0799-8001001")
    if verb == "transfer":
        facts.setdefault("words", "该信息由其他单位制作")
    on, live = facts.get("on"), verb in LETTER_WRITING_ACTS and not facts.get("past")
    with (
        time_machine.travel(f"{on} 10:00+08:00", tick=False)
        if live and on and on < timezone.localdate()
        else nullcontext()
    ):
        if needs_proof(f"request.{verb}", entry, facts, who):
            facts["past_proof"] = CHECKED_PROOF
        ACTIONS_BY_NAME[f"request.{verb}"](Entry.objects.get(pk=entry.pk), by=who, **facts)
        if served:
            got = Entry.objects.get(pk=entry.pk)
            actions.record_notice_receipt(got, by=who, route="pick_up", proof="当面签收", past_proof=CHECKED_PROOF)
    return Entry.objects.get(pk=entry.pk)


#: A proof that a second person has checked.
CHECKED_PROOF = PastProof("凭证1号，甲登记，乙核对", {"checked_by": 0})


def _review_secrecy(entry: Entry) -> None:
    """Review the secrecy of the paper that is provided, if that is pending and there are no files."""
    now = Entry.objects.get(pk=entry.pk)
    if now.state in UNIT_STATES and not now.request.materials.exists() and find_missing_secrecy_review(now):
        said = "复印件3页，不涉及国家秘密和第三方权益"
        actions.review_secrecy(now, by=actor(Role.LEAD, now.body), verdict="publish", opinion=said)


def confirm_past_record(record: PastRecord, by: Actor) -> None:
    """View the paper of a past record and confirm it."""
    record_shown(get_log_stream(record), by, [(PAPER, str(record.paper_id))])
    confirm_past(record, by=by)
