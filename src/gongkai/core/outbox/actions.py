"""What people do with their messages, and what is noted of letters."""

from collections.abc import Callable, Iterable

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.outbox.bounces import read_bounce
from gongkai.core.outbox.models import Letter, Message, MessageState
from gongkai.core.outbox.queries import unread

#: Called in the transaction in which a letter was found to have come back.
ON_BOUNCE: list[Callable[[Letter], None]] = []


def mark_read(user: object, numbers: Iterable[int] | None = None) -> int:
    """Mark one's own messages as read: those named, or all; return how many. No business of the log: nothing is recorded but the time."""
    rows = unread(user)
    if numbers is not None:
        rows = rows.filter(pk__in=list(numbers))
    return rows.update(read_at=timezone.now())


def drop_link(message: Message) -> None:
    """Let a message point nowhere any more: what it spoke of no longer opens for its reader. Its words stay."""
    Message.objects.filter(pk=message.pk).update(link="")


def _system_only(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["这项操作由系统自动完成。"]


@action("outbox.note_bounce", label="记录退信", rule=_system_only)
def note_bounce(letter: Letter, *, by: Actor, reason: str) -> ActionResult:
    """Note that a letter came back, and let the room of its recipient know. `reason` must not hold the address."""
    if letter.bounced_at is None:
        letter.bounced_at, letter.state = timezone.now(), MessageState.BOUNCED
        letter.error, letter.retry_at = reason[:300], None
        letter.save(update_fields=["bounced_at", "state", "error", "retry_at"])
        for react in ON_BOUNCE:
            react(letter)
    return ActionResult(words=reason, facts={"recipient": letter.recipient, "channel": letter.channel})


def note_report(raw: bytes) -> Letter | None:
    """Note what a mail server reports of one of our letters; None where the mail is no such report."""

    try:
        found = read_bounce(raw)
    except ValueError:
        return None
    letter = Letter.objects.filter(message_id=found.message_id).first() if found else None
    if found is None or letter is None:
        return None
    if found.final:
        note_bounce(letter, by=SYSTEM, reason=f"邮件被退回（{found.status}）")
    return letter
