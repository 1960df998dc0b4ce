"""Signed tokens in mail links, for people without account; nothing is stored."""

from django.core import signing

from gongkai.ui.portal.models import Subscriber, Subscription

_CONFIRM_SIGNER = signing.Signer(salt="gongkai.portal.confirm")
_LEAVE_SIGNER = signing.Signer(salt="gongkai.portal.leave")


def confirm_token(subscription: Subscription) -> str:
    """Return the token that confirms a subscription, valid for its request only."""
    return _CONFIRM_SIGNER.sign(f"{subscription.pk}.{int(subscription.subscriber_id)}").replace(":", "~")


def confirmed_by(token: str) -> Subscription | None:
    """Return the subscription of a confirmation token, or None."""
    value = _read_token(_CONFIRM_SIGNER, token)
    rows = Subscription.objects.select_related("subscriber__website")
    return rows.filter(pk=value[0], subscriber=value[1]).first() if value else None


def leave_token(subscriber: Subscriber) -> str:
    """Return the token that unsubscribes an address."""
    return _LEAVE_SIGNER.sign(f"{subscriber.pk}.{subscriber.website_id}").replace(":", "~")


def leaving(token: str) -> Subscriber | None:
    """Return the subscriber of an unsubscribe token, or None."""
    value = _read_token(_LEAVE_SIGNER, token)
    return Subscriber.objects.filter(pk=value[0], website=value[1]).first() if value else None


def _read_token(signer: signing.Signer, token: str) -> tuple[int, int] | None:
    try:
        first, _, second = signer.unsign(token.replace("~", ":")).partition(".")
        return int(first), int(second)
    except (signing.BadSignature, ValueError):
        return None
