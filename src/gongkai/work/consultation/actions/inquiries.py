"""Actions that register, assign, classify, extend and reject inquiries."""

from datetime import datetime

from django.utils import timezone

from gongkai.content.interpretation.queries import list_specialists_for_text
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.rows import insert_row
from gongkai.core.files.losses import confirm_losses
from gongkai.core.intake.actions import register_party, schedule_erasure
from gongkai.core.intake.declared_fields import ERASED_TEXT_PLACEHOLDER
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Party
from gongkai.core.ledger.clock import find_extension_errors, make_event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.kinds import make_entry_notification
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import check_may_register_entries
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.work.consultation import rules
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.kinds import INQUIRY_KIND_NAME
from gongkai.work.consultation.models import IncomingMail, Inquiry, InquiryCategory, InquiryChannel, KnownAnswer
from gongkai.work.consultation.models.inquiry import get_rule_set
from gongkai.work.consultation.queries import find_repeated_inquiry
from gongkai.work.consultation.states import InquiryState

# The notification key of a new assignment.
ASSIGNED_KEY = "assigned"


def get_current_inquiry_title(inquiry: Inquiry) -> str:
    """Return the title that an inquiry has by today's rule; old ones have the asker's words as title.

    The old title becomes its subject; nothing is saved.
    """
    if not inquiry.subject and inquiry.entry.title != ERASED_TEXT_PLACEHOLDER:
        inquiry.subject = inquiry.entry.title
    return make_inquiry_title(inquiry.receiver, inquiry.channel, inquiry.category)


def make_inquiry_title(receiver: Body, channel: str, category: str) -> str:
    """Return the ledger title of an inquiry: receiver, category and channel."""
    return f"{receiver.label}收到的{InquiryCategory(category).label}（{InquiryChannel(channel).label}）"


def make_unit_notification(entry: Entry, subject: str, body: str, key: str, *, urgent: bool = False) -> Notification:
    """Return a notification to the responsible unit's clerks and heads.

    A new assignment also goes to its policy interpretation specialists (政策解读专员) (I-11).
    """
    specialists = (
        list_specialists_for_text(entry.body, entry.inquiry.question, timezone.localdate())
        if key == ASSIGNED_KEY
        else []
    )
    return make_entry_notification(
        entry,
        subject,
        body,
        f"inquiry.{key}",
        posts=((Role.CLERK, entry.body_id), (Role.LEAD, entry.body_id)),
        persons=tuple(row.person_id for row in specialists),
        urgent=urgent,
    )


def make_mail_thread_headers(inquiry: Inquiry) -> dict[str, str]:
    """Return the headers (name: value) that put an answer into the thread of the first mail; {} without one."""
    mails = IncomingMail.objects.filter(inquiry=inquiry).exclude(message_id="").select_related("folder")
    first_mail = mails.order_by("pk").first()
    if first_mail is None:
        return {}
    headers = {"In-Reply-To": first_mail.message_id, "References": first_mail.message_id}
    if "@" in first_mail.folder.account:  # replies go to the mailbox of the unit that was written to
        headers["Reply-To"] = first_mail.folder.account
    return headers


def make_answer_mails(entry: Entry, subject: str) -> tuple[Notification, ...]:
    """Return the mails with the answer; schedule the erasure of the asker's data."""
    matter = f"inquiry/{entry.pk}"
    schedule_erasure(matter, timezone.localdate())
    return _make_asker_mails(entry, subject, f"{entry.inquiry.answer}\n\n{entry.body.label}", "answered")


def _make_asker_mails(entry: Entry, subject: str, body: str, key: str) -> tuple[Notification, ...]:
    """Return a mail to each stored asker, as reply in the thread of the asker's mail."""
    matter, headers = f"inquiry/{entry.pk}", make_mail_thread_headers(entry.inquiry)
    return tuple(
        Notification(
            f"{subject}（{entry.number}）",
            body,
            "",
            f"{matter}/{key}/{entry.version}",
            outside=(party.recipient,),
            headers=headers,
        )
        for party in Party.objects.filter(matter=matter, erased_at=None)
    )


@action("inquiry.register", label="登记", rule=check_may_register_entries, quiet=True, held=False)
def register_inquiry(
    receiver: Body, *, by: Actor, facts: InquiryFacts, said: SenderParticulars | None = None
) -> ActionResult:
    """Register an inquiry and notify its unit, or without a unit the users who can assign one.

    Args:
        receiver: the receiving unit or government.
        said: the asker's particulars; they serve to detect repeated inquiries.

    Returns:
        The `Inquiry`.
    """
    facts.check()
    entry = _open_entry(receiver, facts, by=by)
    found_repeat = None if facts.repeat_of or facts.first_of_asker else find_repeated_inquiry(facts.text, said)
    inquiry = insert_row(
        Inquiry(
            entry=entry,
            channel=facts.channel,
            category=facts.category,
            asker=facts.asker,
            subject=facts.subject,
            text=facts.text.strip(),
            received_on=facts.day,
            receiver=receiver,
            may_publish=facts.may_publish,
            **facts.others,
            repeat_of=facts.repeat_of or found_repeat,
        )
    )
    if said and not said.empty:
        register_party(None, by=by, matter=inquiry.matter, particulars=said)
    notification = (
        make_unit_notification(entry, "新的咨询", "已转你单位办理，请按期答复。", ASSIGNED_KEY)
        if facts.body
        else _make_routing_notification(entry, new=True)
    )
    return ActionResult(
        words=f"登记{InquiryChannel(facts.channel).label}，编号{entry.number}",
        facts={"entry": entry.pk, "channel": facts.channel},
        tell=(notification,),
        result=inquiry,
        stream=f"inquiry/{entry.pk}",
    )


def record_answered_inquiry(receiver: Body, facts: InquiryFacts, *, by: Actor, answer: KnownAnswer) -> Inquiry:
    """Register an inquiry answered from the Q&A base (M-04). Call it inside an action."""
    facts.check()
    now = timezone.now()
    entry = _open_entry(receiver, facts, by=by, answered_at=now)
    return Inquiry.objects.create(
        entry=entry,
        channel=facts.channel,
        category=facts.category,
        subject=facts.subject,
        text=facts.text.strip(),
        received_on=facts.day,
        receiver=receiver,
        known=answer,
        answer=answer.answer,
        answered_at=now,
    )


def _open_entry(receiver: Body, facts: InquiryFacts, *, by: Actor, answered_at: datetime | None = None) -> Entry:
    """Store the entry of an inquiry, answered already if `answered_at` is given."""
    entry = Entry(
        kind=INQUIRY_KIND_NAME,
        title=make_inquiry_title(receiver, facts.channel, facts.category),
        body=facts.body or receiver,
        year=facts.day.year,
        rules=get_rule_set(facts.channel, facts.category),
        audience=Audience.PARTIES,
        external_ref=facts.external_ref.strip()[:120],
        state=InquiryState.ASSIGNED if facts.body else "",
    )
    events, text = [make_event("received", facts.day)], f"{InquiryChannel(facts.channel).label}收到"
    if answered_at:
        entry.state, entry.outcome, entry.closed_at = InquiryState.ANSWERED, "answered", answered_at
        events, text = [*events, make_event("replied")], f"{text}，当场答复"
    make_entries([entry], by=by, words=text, events=lambda _: events)
    return entry


def _make_routing_notification(entry: Entry, *, new: bool = False) -> Notification:
    """Return the notification that an inquiry must be assigned; `new`: for the first time."""
    return make_entry_notification(
        entry,
        "待分办",
        "等待分办。",
        "inquiry.received",  # a returned one is announced again
        posts=((Role.CHIEF, entry.body_id), (Role.LEAD, entry.body_id), (Role.CLERK, entry.body_id)),
        settled=new,  # nobody was notified before
    )


@entry_action("inquiry", "assign", label="分办", rule=rules.list_reasons_unless_assigner)
def assign_inquiry(entry: Entry, *, by: Actor, body: Body, words: str = "") -> ActionResult:
    """Assign an inquiry with a remark (`words`) to a unit; the deadline does not change."""
    if entry.body_id == body.pk and entry.state == "assigned":
        raise Refused("已经由这个单位办理。")
    previous_body, entry.body, entry.office = entry.body, body, None
    entry.inquiry.declined = ""
    entry.inquiry.save(update_fields=["declined"])
    route = f"由{previous_body.label}转{body.label}" if previous_body.pk != body.pk else f"由{body.label}"
    return ActionResult(
        words=f"{route}办理{f'：{words}' if words else ''}",
        facts={"from": previous_body.pk, "to": body.pk},
        tell=(make_unit_notification(entry, "新的咨询", f"已转你单位办理。{words}", ASSIGNED_KEY),),
    )


@entry_action("inquiry", "decline", label="退回改派", rule=rules.list_reasons_unless_unit_staff)
def decline_inquiry(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Return an inquiry with a reason to the receiver, who assigns it again."""
    reason = require_text(reason, "请写明退回的理由和应由哪个单位办理。")
    receiver = entry.inquiry.receiver
    previous_body, entry.body, entry.office = entry.body, receiver, None
    entry.inquiry.declined = f"{previous_body.label}：{reason}"
    entry.inquiry.save(update_fields=["declined"])
    return ActionResult(
        words=reason,
        facts={"from": previous_body.pk, "to": receiver.pk},
        tell=(_make_routing_notification(entry),),
    )


@entry_action("inquiry", "classify", label="更正类别", rule=rules.list_reasons_unless_unit_staff)
def classify_inquiry(entry: Entry, *, by: Actor, category: str, complex: bool = False, words: str = "") -> ActionResult:
    """Set the category of an inquiry, and whether it is complex and may be extended."""
    if category not in InquiryCategory.values:
        raise Refused("请选择类别。")
    inquiry = entry.inquiry
    inquiry.category, inquiry.complex = category, complex
    inquiry.save(update_fields=["category", "complex"])
    entry.title = make_inquiry_title(inquiry.receiver, inquiry.channel, category)
    return ActionResult(
        words=f"类别为{InquiryCategory(category).label}{'，复杂事项' if complex else ''}{f'：{words}' if words else ''}"
    )


@entry_action(
    "inquiry", "extend", label="延长期限", rule=rules.list_reasons_unless_answer_approver, ready=find_extension_errors
)
def extend_inquiry(entry: Entry, *, by: Actor, reason: str) -> ActionResult:
    """Extend a complex inquiry to the longer deadline, and tell the asker the reason."""
    reason = require_text(reason, "请写明延长期限的理由。")
    entry.inquiry.complex = True
    entry.inquiry.save(update_fields=["complex"])
    body = f"您的留言情况复杂，需要延长办理期限：{reason}。新的答复日期可以凭查询码在网站查看。\n\n{entry.body.label}"
    notifications = _make_asker_mails(entry, "您的留言延长办理期限", body, "extended")
    return ActionResult(words=reason, events=(make_event("extended"),), tell=notifications)


@entry_action("inquiry", "reject", label="不受理", rule=rules.list_reasons_unless_assigner)
def reject_inquiry(entry: Entry, *, by: Actor, reason: str, losses_seen: bool = False) -> ActionResult:
    """Reject an inquiry that needs no answer; the reason is sent to the asker as the answer."""
    confirm_losses(entry.stream, by.name, confirmed=losses_seen)
    reason = require_text(reason, "请写明不受理的理由，提出人会看到。")
    entry.inquiry.answer, entry.inquiry.answered_at = reason, timezone.now()
    entry.inquiry.save(update_fields=["answer", "answered_at"])
    entry.outcome = "rejected"
    return ActionResult(words=reason, events=(make_event("replied"),), tell=make_answer_mails(entry, "您的留言不受理"))
