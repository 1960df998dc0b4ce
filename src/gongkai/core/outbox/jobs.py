"""Job that sends pending messages and letters; selects by state, idempotent."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import SYSTEM
from gongkai.core.outbox.actions import note_bounce
from gongkai.core.outbox.channels import AddressRefused, ChannelError, ChannelOff, MessageChannel, channels
from gongkai.core.outbox.models import Delivery, Letter, Message, MessageState
from gongkai.core.outbox.outbox import find_contact_of_recipient

logger = logging.getLogger(__name__)

#: Minutes until the next attempt, by attempts made; after the last one the message has failed.
BACKOFF_MINUTES = (1, 5, 15, 60, 180, 720, 1440)
#: Maximum number of messages per channel and run.
MAX_MESSAGES_PER_RUN = 500
#: Retention of a letter's text after sending; the digest stays.
LETTER_TEXT_RETENTION = timedelta(days=30)


class RecipientGone(Exception):
    """Raised when the recipient no longer exists."""


def filter_due_deliveries(now: datetime, table: type[Delivery] = Message) -> QuerySet[Delivery]:
    """Return the messages or letters (`table`) that are pending and whose next attempt is due."""
    every: QuerySet[Delivery] = (
        Message.objects.select_related("person") if table is Message else table._default_manager.all()
    )
    waiting = every.filter(state=MessageState.WAITING)
    return waiting.filter(Q(retry_at=None) | Q(retry_at__lte=now))


def send_due(now: datetime | None = None) -> dict[str, int]:
    """Send the messages that are due through every channel; a failing channel does not block the others.

    Returns:
        Counts by result: sent, retried, failed (given up), bounced,
        dropped, closed (channel not configured), held (quiet hours), forgotten (deleted texts).
    """
    moment = now or timezone.now()
    counts = dict.fromkeys(("sent", "retried", "failed", "bounced", "dropped", "closed", "held"), 0)
    open_channels = channels()
    for table in (Message, Letter):
        for name in list(filter_due_deliveries(moment, table).order_by().values_list("channel", flat=True).distinct()):
            if name not in open_channels:
                counts["closed"] += filter_due_deliveries(moment, table).filter(channel=name).count()
                continue
            for result, count in _deliver_through(table, name, open_channels[name], moment).items():
                counts[result] += count
    return {**counts, "forgotten": delete_old_texts(moment)}


def delete_old_texts(now: datetime) -> int:
    """Delete the texts of letters older than `LETTER_TEXT_RETENTION` that are not pending; return their number. The
    digest stays."""
    old_letters = Letter.objects.exclude(body="").filter(
        Q(sent_at__lt=now - LETTER_TEXT_RETENTION) | Q(sent_at=None, created_at__lt=now - LETTER_TEXT_RETENTION)
    )
    return old_letters.exclude(state=MessageState.WAITING).update(body="")


def _deliver_through(table: type[Delivery], name: str, channel: MessageChannel, now: datetime) -> Counter[str]:
    """Send the due deliveries of a channel until it fails as a whole; count them by result."""
    counts: Counter[str] = Counter()
    for delivery in list(
        filter_due_deliveries(now, table).filter(channel=name).order_by("-urgent", "pk")[:MAX_MESSAGES_PER_RUN]
    ):
        if (until := channel.hold_until(delivery, now)) is not None:
            table._default_manager.filter(pk=delivery.pk, state=MessageState.WAITING).update(retry_at=until)
            counts["held"] += 1
            continue
        if not _claim_delivery(delivery, now):
            continue
        result, is_usable = _try_delivery(delivery, name, channel, now)
        counts[result] += 1
        if not is_usable:
            break
    return counts


def send_now(key: str, recipient: str) -> bool:
    """Try to send the letter with this key to a recipient immediately; return true if it was sent.
    The job retries otherwise."""
    now = timezone.now()
    open_channels = channels()
    rows = Letter.objects.filter(key=key, recipient=recipient, state=MessageState.WAITING, attempts=0)
    tried = [
        _try_delivery(letter, letter.channel, open_channels[letter.channel], now)
        for letter in rows
        if letter.channel in open_channels and _claim_delivery(letter, now)
    ]
    return any(result == MessageState.SENT for result, _ in tried)


def _try_delivery(delivery: Delivery, name: str, channel: MessageChannel, now: datetime) -> tuple[str, bool]:
    """Send a delivery and store the result; return (result, false if the channel is unusable)."""
    try:
        _send_through(delivery, channel)
    except RecipientGone:
        return _finish_delivery(delivery, MessageState.DROPPED, "", now), True
    except AddressRefused as error:
        return _finish_delivery(delivery, MessageState.BOUNCED, str(error), now), True
    except ChannelOff as error:
        logger.warning("channel %s is closed: %s", name, error)
        return _schedule_retry(delivery, str(error)), False
    except ChannelError as error:
        return _schedule_retry(delivery, str(error)), True
    except Exception as error:  # a plug-in's own fault must not stop the other channels
        # The text of an unknown error may contain an address.
        logger.error("channel %s failed: %s", name, _describe_error_origin(error))
        return _schedule_retry(delivery, type(error).__name__), False
    return _finish_delivery(delivery, MessageState.SENT, "", now), True


def _send_through(delivery: Delivery, channel: MessageChannel) -> None:
    """Send a message or a letter through a channel.

    Raises:
        RecipientGone: the recipient of a letter has no contact any more.
    """
    if isinstance(delivery, Message):
        channel.send(delivery)
        return
    assert isinstance(delivery, Letter)
    contact = find_contact_of_recipient(delivery.recipient)
    if contact is None:
        raise RecipientGone
    channel.send_letter(delivery, contact)


def _describe_error_origin(error: BaseException) -> str:
    """Return the type of an error and its file and line, without its text."""
    innermost = error.__traceback__
    while innermost and innermost.tb_next:
        innermost = innermost.tb_next
    line = f" in {innermost.tb_frame.f_code.co_filename}:{innermost.tb_lineno}" if innermost else ""
    return f"{type(error).__name__}{line}"


def _claim_delivery(delivery: Delivery, now: datetime) -> bool:
    """Count an attempt of a delivery and set the next one; return false if another worker was faster."""
    wait = timedelta(minutes=BACKOFF_MINUTES[min(delivery.attempts, len(BACKOFF_MINUTES) - 1)])
    waiting = type(delivery)._default_manager.filter(
        pk=delivery.pk, state=MessageState.WAITING, attempts=delivery.attempts
    )
    claimed_rows = waiting.update(attempts=delivery.attempts + 1, retry_at=now + wait)
    delivery.attempts += 1
    return bool(claimed_rows)


def _finish_delivery(delivery: Delivery, state: MessageState, error: str, now: datetime) -> str:
    """Store the end state of a delivery and return it; a bounced letter is recorded by its own action."""
    if state == MessageState.BOUNCED and isinstance(delivery, Letter):
        note_bounce(delivery, by=SYSTEM, reason=error)
        return state.value
    rows = type(delivery)._default_manager.filter(pk=delivery.pk)
    if state == MessageState.SENT:
        # The stored address is no longer needed.
        emptied = {"address": ""} if isinstance(delivery, Message) else {}
        rows.update(state=state, error="", retry_at=None, sent_at=now, reference=delivery.reference, **emptied)
    else:
        rows.update(state=state, error=error[:300], retry_at=None)
    return state.value


def _schedule_retry(delivery: Delivery, error: str) -> str:
    """Store the error and schedule a retry, or give up after the last one; return `retried` or `failed`."""
    given_up = delivery.attempts > len(BACKOFF_MINUTES)
    type(delivery)._default_manager.filter(pk=delivery.pk).update(
        error=error[:300], state=MessageState.FAILED if given_up else MessageState.WAITING
    )
    return "failed" if given_up else "retried"
