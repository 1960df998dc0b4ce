"""Actions that move a decision: publication, submission, decision, evaluation, termination."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.core.acts.action import ActionResult, Refused, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.past_records import with_proof
from gongkai.core.ledger.rules import check_may_lead, check_system
from gongkai.work.participation import rules
from gongkai.work.participation.actions.announcing import cancel_pending_feedback, make_drafting_unit_notification
from gongkai.work.participation.announcement_barriers import find_submission_gaps, list_omitted_steps
from gongkai.work.participation.models import Announcement, Consultation, Examination
from gongkai.work.participation.queries import list_last_examinations
from gongkai.work.participation.states import DecisionState

# Documents of a submission (国令第713号第二十九条).
SUBMISSION_DOCUMENTS = {
    "draft": "决策草案及有关材料",
    "competition": "公平竞争审查的有关材料（涉及市场主体经济活动的）",
    "experts": "专家论证意见及采纳情况（经过论证的）",
    "risk": "风险评估报告（经过评估的）",
    "legality": "合法性审查意见",
}
# Documents without which a draft may not be discussed (第二十五条).
REQUIRED_DOCUMENTS = ("draft", "legality")


@entry_action("decision", "opened", label="开始征求意见", rule=check_system)
def open_comment_period(
    entry: Entry, *, by: Actor, announcement: Announcement, starts_on: date, ends_on: date, short: str
) -> ActionResult:
    """Open the comment period of a published draft, or update its days."""
    consultation = Consultation.objects.filter(pk=announcement.pk).first()
    if consultation is None:
        Consultation.objects.create(
            announcement=announcement, decision=entry.decision, starts_on=starts_on, ends_on=ends_on, short=short[:300]
        )
        text = f"公布决策草案，征求意见至{ends_on:%Y-%m-%d}"
    else:
        consultation.starts_on, consultation.ends_on, consultation.short = starts_on, ends_on, short[:300]
        consultation.save(update_fields=["starts_on", "ends_on", "short"])
        text = f"更新征求意见公告，截止日期{ends_on:%Y-%m-%d}"
    return ActionResult(words=text, facts={"announcement": announcement.pk})


@entry_action("decision", "answered", label="公布采纳情况", rule=check_system)
def record_adoption_table(entry: Entry, *, by: Actor, announcement: Announcement) -> ActionResult:
    """Record that the adoption table is public."""
    return ActionResult(words="公布意见采纳情况", facts={"announcement": announcement.pk})


@entry_action("decision", "exempt", label="依法不公开征求意见", rule=check_may_lead)
def exempt_from_comment(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Exempt a decision from public comment on a legal ground."""
    text = reason.strip()
    if len(text) < 8:
        raise Refused("请写明依据（法律法规名称和条款）和理由。")
    entry.decision.exempt = text[:300]
    entry.decision.save(update_fields=["exempt"])
    return ActionResult(words=text)


def _list_reasons_against_submitting(entry: Entry) -> list[str]:
    return find_submission_gaps(entry.decision)


@entry_action("decision", "examine", label="登记论证、评估、审查", rule=rules.list_reasons_unless_entry_staff)
@with_proof("decision.examine")
def record_examination(
    entry: Entry, *, by: Actor, what: str, on: date, organ: str, result: str, words: str = ""
) -> ActionResult:
    """Record a step before submission; return the `Examination`.

    `what` is the kind of step: expert opinion, risk, fair competition or legality.
    """
    if what not in Examination.What.values or result not in Examination.Result.values:
        raise Refused("没有这种环节或者结论。")
    if on > timezone.localdate():
        raise Refused("完成日期不能晚于今天。")
    text = words.strip()
    organ = require_text(organ, "请填写组织论证、评估或者审查的单位。")
    if result in {Examination.Result.FAILED, Examination.Result.NEEDLESS} and not text:
        raise Refused("不通过、不适用的，请写明理由。")
    if what == Examination.What.LEGALITY and result == Examination.Result.NEEDLESS:
        raise Refused("合法性审查不能免除（国令第713号第二十五条）。")
    examination = Examination.objects.create(
        decision=entry.decision, what=what, on=on, organ=organ[:120], result=result, words=text[:300]
    )
    return ActionResult(
        words=f"{examination}（{on:%Y-%m-%d}，{examination.organ}）{text}",
        facts={"examination": examination.pk},
        result=examination,
    )


@entry_action("decision", "submit", label="提请审议", rule=check_may_lead, ready=_list_reasons_against_submitting)
def submit_draft_decision(
    entry: Entry, *, by: Actor, on: date | None = None, pack: Sequence[str] = (), words: str = ""
) -> ActionResult:
    """Submit the draft for deliberation with the required documents.

    Args:
        on: day of the submission, not later than today (default: today).
        pack: keys of `SUBMISSION_DOCUMENTS`; registered steps are added.
        words: must explain omitted steps (国令第713号第二十九条).

    Raises:
        Refused: a document is missing, omitted steps are not explained, or the day is later than today.
    """
    pack = [
        *pack,
        *(
            examination.what
            for examination in list_last_examinations(entry.decision)
            if examination.result != Examination.Result.NEEDLESS
        ),
    ]
    missing = [SUBMISSION_DOCUMENTS[name] for name in REQUIRED_DOCUMENTS if name not in pack]
    if missing:
        raise Refused(f"提请审议还缺：{'、'.join(missing)}（国令第713号第二十五条、第二十九条）。")
    if (omitted_steps := list_omitted_steps(entry.decision)) and len(words.strip()) < 4:
        raise Refused(f"没有登记{'、'.join(omitted_steps)}：请先登记，或者在“说明”中写明不进行的理由。")
    decision, day = entry.decision, on or timezone.localdate()
    if day > timezone.localdate():
        raise Refused("提请审议的日期不能晚于今天。")
    decision.submitted_on = day
    decision.submitted = {"pack": [name for name in SUBMISSION_DOCUMENTS if name in pack], "words": words.strip()[:500]}
    decision.save(update_fields=["submitted_on", "submitted"])
    listed = "、".join(SUBMISSION_DOCUMENTS[name] for name in decision.submitted["pack"])
    return ActionResult(words=f"提请审议，随附{listed}。{words.strip()}", facts={"on": day.isoformat()})


@entry_action("decision", "return", label="退回修改", rule=check_may_lead)
def return_for_changes(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return the draft for changes after the meeting, with a reason; a recorded decision no longer counts."""
    reason = require_text(reason, "请写明退回的理由。")
    decision = entry.decision
    state = DecisionState.EXEMPT if decision.exempt else DecisionState.ANSWERED
    facts = {"decided_on": decision.decided_on.isoformat(), "meeting": decision.meeting} if decision.decided_on else {}
    decision.decided_on, decision.meeting = None, ""
    decision.save(update_fields=["decided_on", "meeting"])
    return ActionResult(words=reason, facts=facts, to_state=state)


@entry_action("decision", "decide", label="登记审议决定", rule=check_may_lead)
@with_proof("decision.decide")
def record_meeting_decision(entry: Entry, *, by: Actor, on: date, meeting: str, words: str = "") -> ActionResult:
    """Record the meeting that took the decision, and its day, which is not before the submission."""
    if on > timezone.localdate():
        raise Refused("决定日期不能晚于今天。")
    decision = entry.decision
    if decision.submitted_on and on < decision.submitted_on:
        raise Refused("决定日期不能早于提请审议的日期。")
    meeting = require_text(meeting, "请填写审议的会议，如：市政府第20次常务会议。")
    decision.decided_on, decision.meeting = on, meeting[:200]
    decision.save(update_fields=["decided_on", "meeting"])
    return ActionResult(words=f"{on:%Y-%m-%d}经{decision.meeting}审议决定。{words.strip()}")


@entry_action("decision", "link", label="关联决定文件", rule=rules.list_reasons_unless_entry_staff)
def link_policy_document(entry: Entry, *, by: Actor, document: Document | None) -> ActionResult:
    """Link the policy document that the decision became; None removes the link."""
    earlier_id = entry.decision.document_id
    entry.decision.document = document
    entry.decision.save(update_fields=["document"])
    text = "关联决定文件" if document else "取消关联决定文件"
    return ActionResult(words=text, facts={"from": earlier_id, "to": document.pk if document else None})


@entry_action("decision", "published", label="公布决策结果", rule=check_system)
def record_published_result(entry: Entry, *, by: Actor, announcement: Announcement) -> ActionResult:
    """Close the decision as decided: its result is public."""
    entry.outcome = "decided"
    return ActionResult(words="公布决策结果", facts={"announcement": announcement.pk}, events=(make_event("decided"),))


@entry_action("decision", "evaluate", label="安排后评估", rule=check_may_lead)
def order_evaluation(entry: Entry, *, by: Actor, words: str) -> ActionResult:
    """Order an evaluation (`words`: why, by whom, when) of a decision (国令第713号第三十六条)."""
    words = require_text(words, "请写明后评估的缘由、组织单位和时间。")
    entry.decision.evaluation = words[:300]
    entry.decision.save(update_fields=["evaluation"])
    return ActionResult(words=entry.decision.evaluation)


@entry_action("decision", "evaluated", label="公布后评估", rule=check_system)
def record_published_evaluation(entry: Entry, *, by: Actor, announcement: Announcement) -> ActionResult:
    """Record that the evaluation of a decision is public."""
    return ActionResult(words="公布执行和后评估情况", facts={"announcement": announcement.pk})


@entry_action("decision", "cease", label="终止决策", rule=check_may_lead)
def terminate_decision(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Terminate a decision with a reason and close its pending feedback."""
    reason = require_text(reason, "请写明终止的理由。")
    cancel_pending_feedback(entry.decision, reason)
    entry.outcome = "ceased"
    notification = make_drafting_unit_notification(entry, "决策终止", reason, f"decision.cease:{entry.pk}")
    return ActionResult(words=reason, events=(make_event("ceased"),), tell=(notification,))
