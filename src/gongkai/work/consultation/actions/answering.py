"""Actions that draft, approve and rate answers to inquiries."""

from dataclasses import replace

from django.db.models import F
from django.utils import timezone

from gongkai.content.checks.grounds import get_finding_label
from gongkai.content.editions.models import Document
from gongkai.core.acts.action import ActionResult, Notification, Refused, require_text
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.files.losses import confirm_losses
from gongkai.core.intake.actions import schedule_erasure
from gongkai.core.ledger.clock import make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.kinds import get_entry_url, make_entry_notification
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.outbox import is_unstaffed
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.privacy import find
from gongkai.lib.writing.titles import quote_words
from gongkai.work.consultation import rules
from gongkai.work.consultation.actions.answer_search import describe_verified_flags, record_answer_use
from gongkai.work.consultation.actions.inquiries import make_answer_mails, make_unit_notification
from gongkai.work.consultation.actions.known_answers import GENERAL_FINDING_KINDS
from gongkai.work.consultation.answer_index import find_flags
from gongkai.work.consultation.models import (
    DECISIONS_BY_CATEGORY,
    AnswerSatisfaction,
    Contribution,
    Inquiry,
    KnownAnswer,
    Outcome,
    ProposalDecision,
    UseWay,
)
from gongkai.work.consultation.rules import mask_inquiry_text
from gongkai.work.consultation.states import SHOWN_STATES


@entry_action("inquiry", "conclude", label="登记研究结果", rule=rules.list_reasons_unless_decision_recorder)
def record_decision(
    entry: Entry, *, by: Actor, decision: str, words: str, document: Document | None = None
) -> ActionResult:
    """Record the decision on a proposal or blockage before it is answered.

    Args:
        decision: a decision that `DECISIONS_BY_CATEGORY` allows for the category.
        words: the reasons, or the solution of a blockage.
        document: the policy that was amended, if known already.
    """
    inquiry = entry.inquiry
    if decision not in DECISIONS_BY_CATEGORY.get(inquiry.category, ()):
        raise Refused("请选择研究结果。")
    words = require_text(words, "请填写理由或者解决办法。")
    if document and decision != ProposalDecision.AMENDED:
        raise Refused("只有采纳并修改政策的，才填写修改后的文件，请清空这一栏。")
    facts = {"decision": decision, "words": words, "document": document, "by": by.name, "at": timezone.now()}
    Outcome.objects.update_or_create(inquiry=inquiry, defaults=facts)
    return ActionResult(
        words=f"{ProposalDecision(decision).label}：{words}",
        facts={"decision": decision, "document": document.pk if document else None},
    )


@entry_action("inquiry", "draft", label="起草答复", rule=rules.list_reasons_unless_unit_staff)
def draft_answer(entry: Entry, *, by: Actor, answer: str, losses_seen: bool = False) -> ActionResult:
    """Draft the answer and notify the unit's head and signers, who approve it.

    `losses_seen`: a person has confirmed what the text of a mail lacks (`files.losses`).
    """
    confirm_losses(entry.stream, by.name, confirmed=losses_seen)
    answer = require_text(answer, "请填写答复内容。")
    inquiry = entry.inquiry
    inquiry.answer, inquiry.drafted_by = answer, by.person_id
    inquiry.save(update_fields=["answer", "drafted_by"])
    tell = make_entry_notification(
        entry,
        "答复待审核",
        "的答复已起草，请审核。",
        "inquiry.drafted",
        posts=((Role.LEAD, entry.body_id), (Role.SIGNER, entry.body_id)),
    )
    return ActionResult(words="起草答复", tell=(tell,))


@entry_action("inquiry", "send_back", label="退回修改", rule=rules.list_reasons_unless_answer_approver)
def return_draft_answer(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return a drafted answer and send the reason to the unit's clerks and heads."""
    reason = require_text(reason, "请写明需要修改的地方。")
    return ActionResult(words=reason, tell=(make_unit_notification(entry, "答复退回修改", reason, "send_back"),))


def find_identifying_data(answer: str) -> list[str]:
    """Return each identifying datum in an answer, such as a number or address, as label and quoted text.

    Names and illnesses may be general and are left out.
    """
    findings = [finding for finding in find(answer) if finding.kind not in GENERAL_FINDING_KINDS]
    return list(dict.fromkeys(f"{get_finding_label('privacy', finding.kind)}“{finding.text}”" for finding in findings))


def _list_reasons_against_answering(entry: Entry) -> list[str]:
    """Return the reasons why an inquiry cannot be answered: missing opinions or decision.

    A unit that was closed without a successor owes no opinion.
    """
    owed = entry.inquiry.contributions.filter(at=None).select_related("body")
    owed = owed.exclude(body__active_to__lte=timezone.localdate(), body__merged_into=None)
    owing_units = [contribution.body.label for contribution in owed]
    return [
        *([f"会办单位还没有提交意见：{'、'.join(owing_units)}。"] if owing_units else []),
        *_list_reasons_unless_decision_recorded(entry),
    ]


def _list_reasons_unless_decision_recorded(entry: Entry) -> list[str]:
    """Return the Chinese reason if a decision of the inquiry's category is missing before the answer, else nothing."""
    inquiry = entry.inquiry
    decisions = DECISIONS_BY_CATEGORY.get(inquiry.category)
    if decisions is None or Outcome.objects.filter(pk=inquiry.pk, decision__in=decisions).exists():
        return []
    return [f"这是{inquiry.get_category_display()}，请先登记研究结果，再答复。"]


def _list_reasons_unless_known_answer_exists(entry: Entry) -> list[str]:
    """Return reasons against closing with an answer of the Q&A base."""
    if reasons := _list_reasons_unless_decision_recorded(entry):
        return reasons
    answers = KnownAnswer.objects.filter(state__in=SHOWN_STATES)
    return [] if answers.exists() else ["问答库中还没有在用的问答，请起草答复。"]


@entry_action(
    "inquiry",
    "answer",
    label="审核并答复",
    rule=rules.list_reasons_unless_answer_approver,
    ready=_list_reasons_against_answering,
)
def approve_draft_answer(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Approve the drafted answer and send it to the asker; `words`: remark or ground.

    Raises:
        Refused: the answer contains personal data and `words` gives no legal ground.
    """
    identifying_data = find_identifying_data(entry.inquiry.answer)
    if identifying_data and not words.strip():
        raise Refused(
            f"答复中有个人信息：{'、'.join(identifying_data)}。请“退回修改”删去；"
            "依法应当告知本人的，在“说明”中写明依据，再点“审核并答复”。"
        )
    entry.inquiry.answered_at = timezone.now()
    entry.inquiry.save(update_fields=["answered_at"])
    entry.outcome = "answered"
    return ActionResult(
        words=words or "审核通过，予以答复",
        events=(make_event("replied"),),
        tell=make_answer_mails(entry, "您的留言已答复"),
    )


@entry_action(
    "inquiry",
    "answer_at_once",
    label="当场答复",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_unless_known_answer_exists,
)
def answer_with_known_answer(
    entry: Entry, *, by: Actor, known: KnownAnswer, words: str = "", checked: str = "", losses_seen: bool = False
) -> ActionResult:
    """Answer with a released answer of the Q&A base, unchanged, without approval (C-02).

    If the answer has flags (its basis ended or it expired), `checked` describes the verification.
    """
    confirm_losses(entry.stream, by.name, confirmed=losses_seen)
    if known.state not in SHOWN_STATES:
        raise Refused("这条问答没有在用，请起草答复。")
    doubts = describe_verified_flags(known, checked)
    text = f"{words or f'以问答库“{known.question}”答复'}{doubts}"
    return replace(_close_with_known_answer(entry, known, text), tell=make_answer_mails(entry, "您的留言已答复"))


def _close_with_known_answer(entry: Entry, answer: KnownAnswer, text: str) -> ActionResult:
    """Store an answer of the Q&A base as the inquiry's answer, count its use and end the clock."""
    inquiry = entry.inquiry
    inquiry.answer, inquiry.known, inquiry.answered_at = answer.answer, answer, timezone.now()
    inquiry.save(update_fields=["answer", "known", "answered_at"])
    record_answer_use(answer, UseWay.REPLIED, inquiry=inquiry)
    entry.outcome = "answered"
    return ActionResult(words=text, facts={"answer": answer.pk}, events=(make_event("replied"),))


def _list_reasons_unless_asker(by: Actor, _: Entry) -> list[str]:
    return [] if by == ANONYMOUS else ["由提出人在查询页面办理。"]


def _list_reasons_unless_answer_offered(entry: Entry) -> list[str]:
    """Return the reasons why the asker cannot accept the offered answer."""
    answer = entry.inquiry.offered
    if answer is None or answer.state not in SHOWN_STATES or find_flags(answer):
        return ["没有提供过可以直接答复的问答，请等待答复。"]
    return _list_reasons_unless_decision_recorded(entry)


@entry_action(
    "inquiry",
    "settle",
    label="提出人确认已有答复",
    rule=_list_reasons_unless_asker,
    ready=_list_reasons_unless_answer_offered,
)
def close_settled_inquiry(entry: Entry, *, by: Actor) -> ActionResult:
    """Close an inquiry whose asker accepts the answer offered with the receipt (C-02)."""
    answer = entry.inquiry.offered
    assert answer is not None  # `_list_reasons_unless_answer_offered` guarantees it
    schedule_erasure(entry.inquiry.matter, timezone.localdate())
    notification = make_unit_notification(
        entry, "提出人确认已有答复，不用再办", f"已以问答库“{answer.question}”答复。", "settled"
    )
    return replace(
        _close_with_known_answer(entry, answer, f"提出人确认问答库“{answer.question}”已经答复所问"),
        tell=(notification,),
    )


@entry_action("inquiry", "ask_joint", label="请其他单位会办", rule=rules.list_reasons_unless_unit_staff)
def request_contribution(entry: Entry, *, by: Actor, body: Body, asked: str, kept_because: str = "") -> ActionResult:
    """Ask another staffed unit, once, to contribute to the answer (联合答复).

    The question is de-identified, unless `kept_because` gives the reason for sending it unchanged.
    """
    if body.pk == entry.body_id:
        raise Refused("承办单位不需要会办。")
    asked = require_text(asked, "请写明需要会办的内容。")
    if is_unstaffed(body.pk):
        raise Refused(f"{body.label}目前没有经办人和负责人，不能会办。请改请其他单位，或者先请系统管理员为它任职。")
    text = asked if kept_because.strip() else mask_inquiry_text(entry.inquiry, asked)
    _, is_new = Contribution.objects.get_or_create(inquiry=entry.inquiry, body=body, defaults={"asked": text[:300]})
    if not is_new:
        raise Refused(f"已经请{body.label}会办。")
    tell = Notification(
        subject=f"请会办：{entry.title[:60]}",
        body=f"{entry.body.label}请你单位会办{quote_words(entry.title)}（{entry.number}）：{text}",
        link=get_entry_url(entry),
        key=f"inquiry.joint:{entry.pk}:{body.pk}",
        posts=((Role.CLERK, body.pk), (Role.LEAD, body.pk)),
    )
    masked_reason = mask_inquiry_text(entry.inquiry, kept_because.strip())
    reason_note = f"（按原文发出，理由：{masked_reason}）" if masked_reason else ""
    facts = {"body": body.pk, "as_typed": bool(masked_reason)}
    logged = mask_inquiry_text(entry.inquiry, asked)
    return ActionResult(words=f"请{body.label}会办：{logged}{reason_note}", facts=facts, tell=(tell,))


@entry_action("inquiry", "contribute", label="提交会办意见", rule=rules.list_reasons_unless_contributor)
def submit_contribution(entry: Entry, *, by: Actor, text: str) -> ActionResult:
    """Submit a contribution for a unit of whose staff the user is, first for one that has not submitted any."""
    text = require_text(text, "请填写会办意见。")
    own = entry.inquiry.contributions.filter(body_id__in=by.body_ids(*rules.STAFF_ROLES))
    contribution = own.order_by(F("at").asc(nulls_first=True)).first()
    assert contribution is not None
    contribution.text, contribution.by, contribution.at = text, by.name, timezone.now()
    contribution.save()
    notification = make_unit_notification(
        entry, "收到会办意见", f"{contribution.body.label}：{contribution.text}", f"joint_said.{contribution.pk}"
    )
    return ActionResult(
        words=f"{contribution.body.label}提交会办意见", facts={"body": contribution.body_id}, tell=(notification,)
    )


def _list_reasons_if_rated(entry: Entry) -> list[str]:
    return ["已经评价过，谢谢。"] if entry.inquiry.satisfaction else []


@entry_action("inquiry", "rate", label="评价", rule=_list_reasons_unless_asker, ready=_list_reasons_if_rated)
def rate_inquiry_answer(entry: Entry, *, by: Actor, satisfaction: str, rating: str = "") -> ActionResult:
    """Record the asker's rating of the answer, once; a dissatisfied rating is reported to the unit at once.

    Their words are stored encrypted with the inquiry only, and are erased with it.
    """
    inquiry = entry.inquiry
    if satisfaction not in AnswerSatisfaction.values:
        raise Refused("请选择是否满意。")
    inquiry.satisfaction, inquiry.rating = satisfaction, rating.strip()
    inquiry.save(update_fields=["satisfaction", "rating"])
    notifications: tuple[Notification, ...] = ()
    if satisfaction == AnswerSatisfaction.UNSATISFIED:
        text = "附有意见，请在办理页面查看。" if rating.strip() else "未写理由。"
        notifications = (make_unit_notification(entry, "对答复不满意", text, "unsatisfied", urgent=True),)
    return ActionResult(
        words=f"评价：{AnswerSatisfaction(satisfaction).label}{'，附有意见' if rating.strip() else ''}",
        tell=notifications,
    )


@entry_action("inquiry", "call_back", label="登记回访", rule=rules.list_reasons_unless_unit_staff)
def record_follow_up_call(entry: Entry, *, by: Actor, words: str, satisfaction: str = "") -> ActionResult:
    """Record a follow-up call; the asker's words are stored with the inquiry only.

    The unit's record of the call has the recorder's name; the rating is the asker's own
    (`rate_inquiry_answer`).
    """
    words = require_text(words, "请填写回访情况。")
    if satisfaction and satisfaction not in AnswerSatisfaction.values:
        raise Refused("请选择是否满意。")
    label = f"：{AnswerSatisfaction(satisfaction).label}" if satisfaction else ""
    text = f"，电话中表示{AnswerSatisfaction(satisfaction).label}" if satisfaction else ""
    inquiry = entry.inquiry
    inquiry.called_back_at = timezone.now()
    _append_asker_view(inquiry, f"{words}（{timezone.localdate():%Y-%m-%d}{by.name}登记{text}）")
    inquiry.save(update_fields=["called_back", "called_back_at"])
    return ActionResult(words=f"已回访{label}")


def _append_asker_view(inquiry: Inquiry, text: str) -> None:
    """Append a line to the record of the asker's view; the caller saves the inquiry."""
    inquiry.called_back = "\n".join(filter(None, (inquiry.called_back.reveal(), text)))


@entry_action("inquiry", "reopen", label="重新办理", rule=rules.list_reasons_unless_assigner)
def reopen_inquiry(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Reopen an inquiry with a reason and tell the unit; the deadline restarts, and no erasure is due any more.

    The rating moves to the record of the asker's view, so that the next answer can be rated.
    """
    require_text(reason, "请写明重新办理的理由。")
    inquiry = entry.inquiry
    facts = {
        "answer": mask_inquiry_text(inquiry, inquiry.answer),
        "answered_at": (inquiry.answered_at.isoformat() if inquiry.answered_at else None),
        "satisfaction": inquiry.satisfaction,
        "known": inquiry.known_id,
    }
    if inquiry.satisfaction:
        rating_words = filter(None, (inquiry.get_satisfaction_display(), inquiry.rating.reveal()))
        _append_asker_view(inquiry, f"提出人对原答复的评价：{'，'.join(rating_words)}")
    inquiry.answered_at, inquiry.satisfaction, inquiry.rating, inquiry.known = None, "", "", None
    inquiry.save(update_fields=["answered_at", "satisfaction", "rating", "called_back", "known"])
    schedule_erasure(inquiry.matter, None)
    entry.outcome = ""
    return ActionResult(
        words=reason,
        facts=facts,
        events=(make_event("reopened"),),
        tell=(make_unit_notification(entry, "重新办理", reason, "reopened", urgent=True),),
    )
