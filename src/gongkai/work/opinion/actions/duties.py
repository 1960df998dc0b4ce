"""Duties of a case with their own deadline: press conferences and concrete measures."""

from datetime import date, datetime

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, require_text
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.clock import make_event, void_events
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.past_records import with_proof
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.work.opinion import rules
from gongkai.work.opinion.actions.notifications import make_speaker_notifications, make_unit_notification
from gongkai.work.opinion.kinds import DUTY_KIND_NAME
from gongkai.work.opinion.models import DutySort, OpinionCase, OpinionDuty
from gongkai.work.opinion.rules import store_evidence
from gongkai.work.opinion.states import DutyState

PRESS_RULE_SET = "opinion_press"


def create_press_duty(case: OpinionCase, *, by: Actor, renewed: bool = False) -> None:
    """Create the press conference duty of a case, once (国办发〔2016〕80号: within 24 hours).

    Call this inside an action. An open duty gets a new deadline if the time of the event changed.
    Instead of a cancelled one a new duty is created only if `renewed`.
    """
    started_at = case.occurred_at or case.found_at
    duties = case.duties.filter(sort=DutySort.PRESS).order_by("pk").select_related("entry")
    if (duty := duties.last()) and not (renewed and duty.entry.state == DutyState.EXCUSED):
        if duty.entry.closed_at is None:
            restart_press_deadline(duty.entry, by=SYSTEM, at=started_at)
        return
    entry = Entry(
        kind=DUTY_KIND_NAME,
        title=f"举行新闻发布会：{case.entry.title}"[:300],
        body=case.entry.body,
        year=timezone.localdate().year,
        rules=PRESS_RULE_SET,
        audience=Audience.PARTIES,
    )
    make_entries(
        [entry], by=by, words="研判为特别重大、重大突发事件", events=lambda _: [make_event("occurred", started_at)]
    )
    OpinionDuty.objects.create(
        entry=entry, case=case, sort=DutySort.PRESS, what="举行新闻发布会，发布权威信息，回答提问。"
    )


@entry_action("opinion", "order_measure", label="交办处置措施", rule=rules.list_reasons_unless_unit_staff)
def order_measure(entry: Entry, *, by: Actor, body: Body, what: str, until: date) -> ActionResult:
    """Order a unit to carry out a concrete measure (`what`) by a day (M-09)."""
    what = require_text(what, "请写明要采取的措施。")
    if until < timezone.localdate():
        raise Refused("完成期限不能早于今天。")
    owed = Entry(
        kind=DUTY_KIND_NAME,
        title=what.splitlines()[0][:300],
        body=body,
        year=timezone.localdate().year,
        due_at=end_of_day(until),
        audience=Audience.PARTIES,
    )
    make_entries([owed], by=by, words=f"由舆情{entry.number}交办")
    OpinionDuty.objects.create(entry=owed, case=entry.opinion_case, sort=DutySort.MEASURE, what=what)
    return ActionResult(
        words=f"{body.label}于{until.isoformat()}前落实：{what}",
        facts={"entry": owed.pk, "body": body.pk},
        tell=(make_unit_notification(owed, "舆情处置措施", f"请于{until.isoformat()}前落实：{what}", "ordered"),),
    )


@entry_action(DUTY_KIND_NAME, "report", label="报告落实情况", rule=rules.list_reasons_unless_unit_staff)
@with_proof(f"{DUTY_KIND_NAME}.report")
def report_duty(
    entry: Entry,
    *,
    by: Actor,
    text: str,
    at: datetime | None = None,
    url: str = "",
    file: NamedStoredFile | None = None,
) -> ActionResult:
    """Report the completion of a duty with evidence; `at`: time of a press conference."""
    text = require_text(text, "请写明怎样落实的。", 5)
    duty = entry.opinion_duty
    if duty.sort == DutySort.PRESS and at is None:
        raise Refused("请填写新闻发布会举行的时间。")
    if at and at > timezone.now():
        raise Refused("时间不能晚于现在。")
    if store_evidence(entry, by=by, title="落实情况", url=url, file=file) is None:
        raise Refused("请填写网址或者上传文件作为佐证。")
    duty.report = text
    duty.save(update_fields=["report"])
    return _end_duty(entry, text, at)


@entry_action(DUTY_KIND_NAME, "met", label="已举行", rule=check_system)
def close_met_duty(entry: Entry, *, by: Actor, at: datetime, words: str) -> ActionResult:
    """Close a press conference duty that an answer fulfils, as held `at`."""
    OpinionDuty.objects.filter(pk=entry.pk).update(report=words)
    return _end_duty(entry, words, at)


def _end_duty(entry: Entry, text: str, ended_at: datetime | None) -> ActionResult:
    """End a duty as done; a press conference ends at the time `ended_at` when it was held."""
    press = entry.rules == PRESS_RULE_SET
    entry.outcome = "done"
    return ActionResult(
        words=text, events=(make_event("responded" if press else "done", ended_at if press else None),), past=True
    )


@entry_action(DUTY_KIND_NAME, "begin_again", label="重新起算", rule=check_system)
def restart_press_deadline(entry: Entry, *, by: Actor, at: datetime) -> ActionResult:
    """Recompute a press duty's deadline from the corrected time of the event `at`."""
    if entry.clock_events.filter(kind="occurred", voids=None, voided_by=None, at=at).exists():
        return ActionResult(words="事件发生时间没有改变")
    void_events(entry, ["occurred"], by=by)
    return ActionResult(
        words=f"按研判，事件发生于{timezone.localtime(at):%Y-%m-%d %H:%M}", events=(make_event("occurred", at),)
    )


def remove_press_duty(case: OpinionCase, *, by: Actor, reason: str) -> None:
    """Cancel the open press duty of a case with a reason. Call in an action."""
    for duty in case.duties.filter(sort=DutySort.PRESS, entry__closed_at=None).select_related("entry"):
        cancel_duty(duty.entry, by=by, reason=reason)


def _list_reasons_against_extending(entry: Entry) -> list[str]:
    return ["新闻发布会的时限由规定确定，不能延长。"] if entry.rules == PRESS_RULE_SET else []


@entry_action(
    DUTY_KIND_NAME,
    "extend",
    label="延长期限",
    rule=rules.list_reasons_unless_impartial_supervisor,
    ready=_list_reasons_against_extending,
)
def extend_duty(entry: Entry, *, by: Actor, until: date, reason: str) -> ActionResult:
    """Extend the deadline of a measure with a reason; press conferences cannot be extended."""
    reason = require_text(reason, "请写明延长的理由。")
    if until < timezone.localdate() or (entry.due_at and until <= timezone.localdate(entry.due_at)):
        raise Refused("延长后的期限应晚于今天和原来的期限。")
    return ActionResult(words=f"延长到{until.isoformat()}：{reason}", events=(make_event("extended", until=until),))


@entry_action(DUTY_KIND_NAME, "excuse", label="不再要求", rule=rules.list_reasons_unless_impartial_supervisor)
def cancel_duty(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Cancel a duty with a reason, and tell the unit's spokespeople."""
    reason = require_text(reason, "请写明不再要求的理由。")
    entry.outcome = "excused"
    notifications = make_speaker_notifications(entry, "不再要求", reason, "excused")
    return ActionResult(words=reason, events=(make_event("excused"),), tell=notifications)
