"""Actions on messages: mark as read, and record returned letters."""

from collections.abc import Callable, Iterable

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.outbox.channels import MailChannel, channels
from gongkai.core.outbox.models import Letter, Message, MessageState
from gongkai.core.outbox.queries import filter_unread_messages
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.mails import read_mail

#: Callbacks called in the transaction that records a returned letter.
BOUNCE_CALLBACKS: list[Callable[[Letter], None]] = []


def mark_read(user: object, numbers: Iterable[int] | None = None) -> int:
    """Mark the user's own messages as read, all or those with these `numbers`; return their count. Not logged."""
    rows = filter_unread_messages(user)
    if numbers is not None:
        rows = rows.filter(pk__in=list(numbers))
    return rows.update(read_at=timezone.now())


def drop_link(message: Message) -> None:
    """Remove the link of a message whose target no longer opens for its reader."""
    Message.objects.filter(pk=message.pk).update(link="")


def _check_is_system(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["这项操作由系统自动完成。"]


@action("outbox.note_bounce", label="记录退信", rule=_check_is_system)
def note_bounce(letter: Letter, *, by: Actor, reason: str) -> ActionResult:
    """Record that a letter was returned, and notify the app that sent it.

    `reason` must not contain the address.
    """
    if letter.bounced_at is None:
        letter.bounced_at, letter.state = timezone.now(), MessageState.BOUNCED
        letter.error, letter.retry_at = reason[:300], None
        letter.save(update_fields=["bounced_at", "state", "error", "retry_at"])
        for react in BOUNCE_CALLBACKS:
            react(letter)
    return ActionResult(words=reason, facts={"recipient": letter.recipient, "channel": letter.channel})


def record_delivery_report(raw_mail: bytes) -> Letter | None:
    """Read a mail: if it is a delivery report, return its letter after recording a final failure; else None.

    Letters of one notification have one Message-ID in all channels; the report is about the mail.
    """
    try:
        report = read_mail(raw_mail).returned
    except UnreadFile:
        return None
    mail_channels = [name for name, channel in channels().items() if isinstance(channel, MailChannel)]
    letters = Letter.objects.filter(channel__in=mail_channels)
    letter = letters.filter(message_id=report.message_id).first() if report else None
    if report is None or letter is None:
        return None
    if report.final:
        note_bounce(letter, by=SYSTEM, reason=f"邮件被退回（{report.status}）")
    return letter
