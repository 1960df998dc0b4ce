"""Actions on incoming mails: register, append to an inquiry, dismiss."""

from collections.abc import Sequence

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, action, require_text
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.files.losses import confirm_losses
from gongkai.core.intake.actions import issue_code, register_party, schedule_erasure
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.matter_access import format_code
from gongkai.core.intake.models import Party, Upload
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.rules import runs_installation
from gongkai.work.consultation import rules
from gongkai.work.consultation.actions.inquiries import (
    make_mail_thread_headers,
    make_unit_notification,
    register_inquiry,
)
from gongkai.work.consultation.answer_index import find_public_offers
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.mailbox.incoming_mails import describe_refused_files, move_uploads, record_mail_losses
from gongkai.work.consultation.models import OFFERED_CATEGORIES, IncomingMail, Inquiry, InquiryChannel, MailState
from gongkai.work.consultation.queries import find_repeated_inquiry, find_repeated_inquiry_of_party

MAX_MAIL_TITLE_CHARACTERS = 80


def make_mail_title(subject: str, text: str) -> str:
    """Return a title for a mail: its subject without Re:/Fwd:, else its first words."""
    mail_title = subject.strip()
    while True:
        short = mail_title.removeprefix("回复：").removeprefix("回复:").removeprefix("转发：").removeprefix("转发:")
        for prefix in ("Re:", "RE:", "re:", "Fw:", "FW:", "Fwd:"):
            short = short.removeprefix(prefix)
        if short.strip() == mail_title:
            break
        mail_title = short.strip()
    mail_title = mail_title or " ".join(text.split())[:40] or "（无主题来信）"
    return mail_title[:MAX_MAIL_TITLE_CHARACTERS]


def _list_reasons_unless_mail_handler(by: Actor, target: IncomingMail) -> list[str]:
    """Return a reason unless the user runs the installation or is staff of the mailbox's unit."""
    if by.system or runs_installation(by):
        return []
    folder = target.folder
    if folder.host and folder.body and not rules.list_reasons_unless_unit_staff(by, folder.body):
        return []
    return ["只有受理单位和政务公开办可以处理信箱里的来信。"]


def _list_reasons_unless_mail_held(mail: IncomingMail) -> list[str]:
    return [] if mail.state == MailState.HELD else [f"这封来信{mail.get_state_display()}，不需要再处理。"]


@action(
    "mails.take_in", label="登记为留言", rule=_list_reasons_unless_mail_handler, ready=_list_reasons_unless_mail_held
)
def register_mail_inquiry(
    mail: IncomingMail,
    *,
    by: Actor,
    receiver: Body,
    title: str,
    text: str,
    category: str = "consultation",
    said: SenderParticulars | None = None,
    uploads: Sequence[Upload] = (),
    refused: Sequence[str] = (),
    repeat_of: Inquiry | None = None,
    answer: bool = True,
    losses: Sequence[str] = (),
) -> ActionResult:
    """Register a mail with its sender and files as an inquiry of the unit `receiver`, and send a receipt.

    Args:
        by: the system, or the clerk who handles a held mail.
        category: an `InquiryCategory`.
        said: the sender; None if the sender is stored already.
        refused: the names of refused files.
        repeat_of: the earlier inquiry; else it is searched for.
        answer: true to send a receipt (never to automatic senders).
        losses: lines on content of the mail that the text lacks (`read_mail_losses`), which `by` has confirmed.
    """
    party = Party.objects.filter(matter=mail.matter, erased_at=None).first()
    facts = InquiryFacts(
        channel=InquiryChannel.MAILBOX,
        title=title,
        text=text,
        category=category,
        received_on=timezone.localdate(mail.at) if mail.at else None,
        repeat_of=repeat_of
        or (find_repeated_inquiry_of_party(text, party) if party else find_repeated_inquiry(text, said)),
    )
    inquiry: Inquiry = register_inquiry(receiver, by=by, facts=facts)
    record_mail_losses(inquiry.entry, losses)
    confirm_losses(inquiry.entry.stream, by.name, confirmed=True)
    if party:
        Party.objects.filter(pk=party.pk).update(matter=inquiry.matter, erase_on=None)
    elif said and not said.empty:
        party = register_party(None, by=ANONYMOUS, matter=inquiry.matter, particulars=said)
    move_uploads(inquiry.matter, [*Upload.objects.filter(matter=mail.matter), *uploads])
    code, _ = issue_code(None, by=ANONYMOUS, matter=inquiry.matter)
    mail.inquiry, mail.state, mail.why = inquiry, MailState.TAKEN, describe_refused_files(refused)
    mail.save()
    if party and answer:
        _offer_public_answer(inquiry, f"{title} {text}")
        write_messages([_make_receipt(inquiry, mail, party, code, refused)])
    return ActionResult(
        words=f"登记为{inquiry.entry.number}", facts={"inquiry": inquiry.pk, "refused": len(refused)}, result=inquiry
    )


def _offer_public_answer(inquiry: Inquiry, text: str) -> None:
    """Store the best public answer, if any, as offer to the asker."""
    if inquiry.category in OFFERED_CATEGORIES:
        inquiry.offered = next(iter(find_public_offers(text)), None)
        inquiry.save(update_fields=["offered"])


def _make_receipt(
    inquiry: Inquiry, mail: IncomingMail, party: Party, code: str, refused: Sequence[str]
) -> Notification:
    """Return the receipt for a mail: number, due date, lookup code, a similar answer."""
    due = inquiry.entry.due_at
    lines = [f"您的来信已经收到，编号{inquiry.entry.number}。"]
    if due:
        lines.append(f"我们将在{timezone.localdate(due).isoformat()}前答复。")
    if refused:
        lines.append(f"以下附件没有能够收下：{'、'.join(refused)}。需要的请用常见格式（图片、PDF、Word）重新发送。")
    lines.append(f"查询码：{format_code(code)}。在网站“查办理情况”页面输入查询码可以查看办理情况，请勿告诉他人。")
    if inquiry.offered:
        lines.append(
            f"政策问答库中已有相近的答复，供您参考：\n问：{inquiry.offered.question}\n答：{inquiry.offered.answer}\n"
            "已经解决您的问题的，请在查询页面选择“已经解决，不用再答复”；没有解决的不用操作，我们照常答复。"
        )
    lines.append("补充情况请直接回复本邮件。")
    return Notification(
        f"已收到您的来信（{inquiry.entry.number}）",
        "\n\n".join(lines),
        "",
        f"received/{inquiry.matter}",
        outside=(party.recipient,),
        headers=make_mail_thread_headers(inquiry),
    )


@entry_action("inquiry", "supplement", label="补充情况", rule=rules.list_reasons_unless_unit_staff)
def append_to_inquiry(entry: Entry, *, by: Actor, text: str) -> ActionResult:
    """Append further words of the asker, dated; the deadline does not change."""
    text = require_text(text, "请填写补充的内容。")
    inquiry = entry.inquiry
    day = timezone.localdate().isoformat()
    recorder = "" if by.system else f"，{by.name}登记"
    inquiry.text = f"{inquiry.text.reveal()}\n\n（{day}补充{recorder}）\n{text}"
    inquiry.save(update_fields=["text"])
    return ActionResult(
        words="提出人补充情况",
        tell=(make_unit_notification(entry, "提出人补充情况", "请查看补充的内容。", "supplement"),),
    )


@action("mails.dismiss", label="不予登记", rule=_list_reasons_unless_mail_handler, ready=_list_reasons_unless_mail_held)
def dismiss_mail(mail: IncomingMail, *, by: Actor, reason: str) -> ActionResult:
    """Dismiss a held mail that needs no answer, with a reason; its original is erased after retention."""
    reason = require_text(reason, "请写明不予登记的理由。")
    mail.state, mail.why = MailState.DISMISSED, reason[:300]
    mail.save()
    if not Party.objects.filter(matter=mail.matter).exists():  # its sender could not be read; erasure follows the party
        register_party(None, by=ANONYMOUS, matter=mail.matter, particulars=SenderParticulars())
    schedule_erasure(mail.matter, timezone.localdate())
    return ActionResult(words=reason)
