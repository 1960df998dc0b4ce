"""Sending what waits. Selects by state; may be missed, repeated and run twice at once."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from gongkai.outbox.channels import Channel, ChannelError, ChannelOff, channels
from gongkai.outbox.models import Message, MessageState

logger = logging.getLogger(__name__)

#: Minutes until the next attempt, by attempts made. After the last one a message is given up and shown as failed.
BACKOFF = (1, 5, 15, 60, 180, 720, 1440)
#: Messages of one channel in one run; the rest waits for the next.
PORTION = 500


def due(now: datetime) -> QuerySet[Message]:
    """Return what should be tried now."""
    waiting = Message.objects.filter(state=MessageState.WAITING)
    return waiting.filter(Q(retry_at=None) | Q(retry_at__lte=now))


def deliver(now: datetime | None = None) -> dict[str, int]:
    """Send what is due through every channel; a channel that fails does not hold up the others.

    Returns:
        Counts by result: sent, retried (failed, to be tried again), failed (given up), closed (the channel is not set up).
    """
    moment = now or timezone.now()
    counts = dict.fromkeys(("sent", "retried", "failed", "closed"), 0)
    known = channels()
    for name in list(due(moment).order_by().values_list("channel", flat=True).distinct()):
        if name not in known:
            counts["closed"] += due(moment).filter(channel=name).count()
            continue
        for result, count in _through(name, known[name], moment).items():
            counts[result] += count
    return counts


def _through(name: str, channel: Channel, now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    rows = due(now).filter(channel=name).select_related("person").order_by("-urgent", "pk")[:PORTION]
    for message in list(rows):
        if not _claim(message, now):
            continue
        try:
            channel.send(message)
        except ChannelOff as error:
            counts[_put_off(message, error)] += 1
            logger.warning("channel %s is closed: %s", name, error)
            break
        except ChannelError as error:
            counts[_put_off(message, error)] += 1
        except Exception as error:  # a plug-in's own fault must not stop the other channels
            logger.exception("channel %s failed", name)
            counts[_put_off(message, error)] += 1
            break
        else:
            Message.objects.filter(pk=message.pk).update(
                state=MessageState.SENT, sent_at=now, error="", retry_at=None
            )
            counts["sent"] += 1
    return counts


def _claim(message: Message, now: datetime) -> bool:
    """Take a message for this run: whoever comes second finds the count of attempts moved on and leaves it.

    The next attempt is set before sending, so that a process killed in between loses nothing.
    """
    wait = timedelta(minutes=BACKOFF[min(message.attempts, len(BACKOFF) - 1)])
    taken = Message.objects.filter(
        pk=message.pk, state=MessageState.WAITING, attempts=message.attempts
    ).update(attempts=message.attempts + 1, retry_at=now + wait)
    message.attempts += 1
    return bool(taken)


def _put_off(message: Message, error: Exception) -> str:
    given_up = message.attempts > len(BACKOFF)
    Message.objects.filter(pk=message.pk).update(
        error=str(error)[:300], state=MessageState.FAILED if given_up else MessageState.WAITING
    )
    return "failed" if given_up else "retried"
