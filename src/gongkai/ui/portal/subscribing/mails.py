"""Texts of the confirmation mail and the daily digest; plain text without tracking.

Both are letters in the outbox.
"""

from collections.abc import Sequence

from django.template.loader import get_template

from gongkai.content.editions.hosts import home
from gongkai.content.editions.models import Shelf
from gongkai.core.acts.action import Notification
from gongkai.core.outbox.jobs import send_now
from gongkai.core.outbox.outbox import tell
from gongkai.ui.portal.models import Subscriber, Subscription
from gongkai.ui.portal.subscribing.tokens import confirm_token, leave_token


def ask_to_confirm(subscription: Subscription, name: str) -> bool:
    """Write the confirmation mail and try to send it; return true if the server accepted it."""
    website = subscription.subscriber.website
    link = f"{home(website)}/subscribe/confirm/{confirm_token(subscription)}/"
    text = get_template("portal/mail/confirm.txt").render({"website": website, "name": name, "link": link})
    # A repeated request needs another key.
    key = f"confirm/{subscription.pk}/{int(subscription.asked_at.timestamp())}"
    recipient = subscription.subscriber.recipient
    tell([Notification(f"请确认订阅：{website.name}"[:150], text, "", key, urgent=True, outside=(recipient,))])
    return send_now(key, recipient)


def write_digest(subscriber: Subscriber, groups: Sequence[tuple[str, Sequence[Shelf]]], key: str) -> None:
    """Write a digest to the outbox."""
    website = subscriber.website
    root = home(website)
    leave = f"{root}/subscribe/leave/{leave_token(subscriber)}/"
    count = len({row.document_id for _, rows in groups for row in rows})
    facts = {"website": website, "groups": groups, "root": root, "leave": leave}
    text = get_template("portal/mail/digest.txt").render(facts)
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    subject = f"{website.name}：新公开信息{count}条"[:150]
    tell([Notification(subject, text, "", key, outside=(subscriber.recipient,), headers=headers)])
