"""What people do on the portal: subscribe, confirm from their address, leave."""

from datetime import timedelta

from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.intake.particulars import find_by
from gongkai.ui.portal.models import Scope, Subscriber, Subscription

#: Mails that one site sends an address in a day for it to confirm; whoever asks for them is limited by `intake.throttle.take_mail`.
MOST_A_DAY = 3
#: Subscriptions of one address.
MOST = 30


def _anybody(_by: object, _target: object) -> list[str]:
    """Whoever reads may subscribe; that it was them is shown by confirming from the address."""
    return []


@action("portal.subscribe", label="订阅", rule=_anybody)
def subscribe(website: Website, *, by: Actor, email: str, scope: str, value: str = "") -> ActionResult:
    """Note that an address asked to be told; nothing is sent but the mail that asks to confirm.

    The result is the subscription where a confirmation should be sent, else None: confirmed already, asked too often. A stranger
    learns from the page neither the one nor the other.
    """
    now = timezone.now()
    if scope not in Scope.values:
        raise Refused("请选择订阅的内容。")
    subscriber, _ = Subscriber.objects.get_or_create(
        website=website, email_digest=find_by("email", email), defaults={"email": email.strip().lower()}
    )
    asked = subscriber.subscriptions.filter(asked_at__gt=now - timedelta(days=1), confirmed_at=None)
    made = subscriber.subscriptions.filter(scope=scope, value=value).first()
    if (
        (made and made.confirmed_at)
        or asked.count() >= MOST_A_DAY
        or subscriber.subscriptions.count() >= MOST
    ):
        return ActionResult(
            words="重复申请", stream=f"website/{website.pk}", facts={"scope": scope}, result=NOTHING
        )
    if made is None:
        made = Subscription.objects.create(subscriber=subscriber, scope=scope, value=value, asked_at=now)
    elif made.asked_at > now - timedelta(minutes=10):
        return ActionResult(words="重复申请", stream=made.stream, facts={"scope": scope}, result=NOTHING)
    else:
        Subscription.objects.filter(pk=made.pk).update(asked_at=now)
    return ActionResult(words="申请订阅", stream=made.stream, facts={"scope": scope}, result=made)


class _Nothing:
    """The answer of `subscribe` where no mail goes out (an action's None would mean its target)."""

    def __bool__(self) -> bool:
        return False


NOTHING = _Nothing()


def _waits(subscription: Subscription) -> list[str]:
    return ["这项订阅已经确认过了。"] if subscription.confirmed_at else []


@action("portal.confirm_subscription", label="确认订阅", rule=_anybody, ready=_waits)
def confirm_subscription(subscription: Subscription, *, by: Actor) -> ActionResult:
    """Begin to tell an address, which is proved by the link in its mail. What was there before is not told."""
    now = timezone.now()
    subscription.confirmed_at = now
    subscription.save()
    others = subscription.subscriber.subscriptions.filter(confirmed_at__lt=now).exists()
    if not others:
        Subscriber.objects.filter(pk=subscription.subscriber_id).update(seen_at=now)
    return ActionResult(words="确认订阅", facts={"scope": subscription.scope})


@action("portal.unsubscribe", label="退订", rule=_anybody)
def unsubscribe(
    subscriber: Subscriber, *, by: Actor, subscription: Subscription | None = None
) -> ActionResult:
    """Forget an address, or one thing it follows; with the last one the address goes."""
    rows = subscriber.subscriptions.all()
    gone = list(rows.filter(pk=subscription.pk) if subscription else rows)
    stream = f"website/{subscriber.website_id}"
    for one in gone:
        one.delete()
    if not subscriber.subscriptions.exists():
        subscriber.delete()
    return ActionResult(words="退订", stream=stream, facts={"count": len(gone)}, result=len(gone))
