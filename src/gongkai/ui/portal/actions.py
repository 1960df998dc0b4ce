"""Actions on mail subscriptions: subscribe, confirm, unsubscribe."""

from datetime import timedelta

from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.held_forms import digest_for_search
from gongkai.ui.portal.models import Scope, Subscriber, Subscription

#: Maximum number of unconfirmed subscriptions requested per site, address and day.
MAX_CONFIRMATION_MAILS_PER_DAY = 3
#: Maximum number of subscriptions of one address.
MAX_SUBSCRIPTIONS = 30


def _list_no_reasons(_by: object, _target: object) -> list[str]:
    return []


@action("portal.subscribe", label="订阅", rule=_list_no_reasons)
def subscribe(website: Website, *, by: Actor, email: str, scope: str, value: str = "") -> ActionResult:
    """Record a requested subscription; only a confirmation mail is sent.

    The result is the subscription if a mail should be sent, else `NO_CONFIRMATION_MAIL`: already confirmed, requested
    again within ten minutes, or too many requests. The page shows no difference.
    """
    now = timezone.now()
    if scope not in Scope.values:
        raise Refused("请选择订阅的内容。")
    subscriber, _ = Subscriber.objects.get_or_create(
        website=website, email_digest=digest_for_search("email", email), defaults={"email": email.strip().lower()}
    )
    subscriptions = subscriber.subscriptions.filter(asked_at__gt=now - timedelta(days=1), confirmed_at=None)
    subscription = subscriber.subscriptions.filter(scope=scope, value=value).first()
    if (
        (subscription and subscription.confirmed_at)
        or subscriptions.count() >= MAX_CONFIRMATION_MAILS_PER_DAY
        or subscriber.subscriptions.count() >= MAX_SUBSCRIPTIONS
    ):
        return ActionResult(
            words="重复申请", stream=f"website/{website.pk}", facts={"scope": scope}, result=NO_CONFIRMATION_MAIL
        )
    if subscription is None:
        subscription = Subscription.objects.create(subscriber=subscriber, scope=scope, value=value, asked_at=now)
    elif subscription.asked_at > now - timedelta(minutes=10):
        return ActionResult(
            words="重复申请", stream=subscription.stream, facts={"scope": scope}, result=NO_CONFIRMATION_MAIL
        )
    else:
        Subscription.objects.filter(pk=subscription.pk).update(asked_at=now)
    return ActionResult(words="申请订阅", stream=subscription.stream, facts={"scope": scope}, result=subscription)


class _NoMail:
    """Result of `subscribe` without mail; None would mean the action's target."""

    def __bool__(self) -> bool:
        return False


#: Result of `subscribe` if no mail is to be sent.
NO_CONFIRMATION_MAIL = _NoMail()


def _list_reasons_if_subscription_confirmed(subscription: Subscription) -> list[str]:
    return ["这项订阅已经确认过了。"] if subscription.confirmed_at else []


@action(
    "portal.confirm_subscription",
    label="确认订阅",
    rule=_list_no_reasons,
    ready=_list_reasons_if_subscription_confirmed,
)
def confirm_subscription(subscription: Subscription, *, by: Actor) -> ActionResult:
    """Confirm a subscription by the link in its mail; earlier news is not sent."""
    moment = timezone.now()
    subscription.confirmed_at = moment
    subscription.save()
    has_earlier = subscription.subscriber.subscriptions.filter(confirmed_at__lt=moment).exists()
    if not has_earlier:
        Subscriber.objects.filter(pk=subscription.subscriber_id).update(seen_at=moment)
    return ActionResult(words="确认订阅", facts={"scope": subscription.scope})


@action("portal.unsubscribe", label="退订", rule=_list_no_reasons)
def unsubscribe(subscriber: Subscriber, *, by: Actor, subscription: Subscription | None = None) -> ActionResult:
    """Delete a subscription, or all of an address; return their number. An address without any is deleted."""
    rows = subscriber.subscriptions.all()
    subscriptions = list(rows.filter(pk=subscription.pk) if subscription else rows)
    stream = f"website/{subscriber.website_id}"
    for one in subscriptions:
        one.delete()
    if not subscriber.subscriptions.exists():
        subscriber.delete()
    return ActionResult(words="退订", stream=stream, facts={"count": len(subscriptions)}, result=len(subscriptions))
