"""The two mails: the one that asks to confirm, and the daily digest. Plain text; links, no pictures, nothing that tells who read it."""

from collections.abc import Sequence

from django.template.loader import get_template

from gongkai.outbox.channels.base import ChannelError
from gongkai.outbox.mailing import post
from gongkai.portal.models import Subscriber, Subscription
from gongkai.portal.subscribing.tokens import confirm_token, leave_token
from gongkai.publishing.hosts import home
from gongkai.publishing.models import Shelf


def ask_to_confirm(subscription: Subscription, name: str) -> bool:
    """Send the mail with the link that confirms; whether the server took it."""
    website = subscription.subscriber.website
    link = f"{home(website)}/subscribe/confirm/{confirm_token(subscription)}/"
    text = get_template("portal/mail/confirm.txt").render({"website": website, "name": name, "link": link})
    return _send(
        f"请确认订阅：{website.name}", text, subscription.subscriber, f"confirm/{subscription.pk}", {}
    )


def send_digest(subscriber: Subscriber, groups: Sequence[tuple[str, Sequence[Shelf]]], identity: str) -> bool:
    """Send a digest; whether the server took it. A repeated attempt carries the same Message-ID, so that servers drop the second."""
    website = subscriber.website
    root = home(website)
    leave = f"{root}/subscribe/leave/{leave_token(subscriber)}/"
    count = len({row.document_id for _, rows in groups for row in rows})
    facts = {"website": website, "groups": groups, "root": root, "leave": leave}
    text = get_template("portal/mail/digest.txt").render(facts)
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return _send(f"{website.name}：新公开信息{count}条", text, subscriber, identity, headers)


def _send(subject: str, text: str, to: Subscriber, identity: str, headers: dict[str, str]) -> bool:
    headers = {**headers, "Auto-Submitted": "auto-generated"}
    try:
        post(to.email, subject[:150], text, identity=f"{identity} {to.pk}", headers=headers)
    except ChannelError:
        return False
    return True
