"""Mail subscriptions: form, tokens and letters, and the job that sends the daily digest."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Unpack

from django import forms
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import get_template
from django.utils import timezone

from gongkai.content.editions.hosts import home_url
from gongkai.content.editions.models import Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.search.query import find_newest_hits
from gongkai.core.acts.action import Notification
from gongkai.core.intake.encryption_job import register_row_preparation
from gongkai.core.intake.held_forms import digest_for_search
from gongkai.core.outbox.actions import BOUNCE_CALLBACKS
from gongkai.core.outbox.channels import OutsideContact
from gongkai.core.outbox.jobs import send_now
from gongkai.core.outbox.models import Letter
from gongkai.core.outbox.outbox import register_recipient, write_messages
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.forms.base import INVALID_MAIL_ERROR
from gongkai.core.units.models import Body
from gongkai.core.widgets.forms import FormFacts, Posted, Sent
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.privacy import find
from gongkai.ui.portal.actions import unsubscribe
from gongkai.ui.portal.models import Scope, Subscriber, Subscription
from gongkai.ui.portal.tree import SiteTree, load_sites


class SubscribeForm(forms.Form):
    """Form for an address and the scope of the subscription."""

    email = forms.EmailField(
        label="邮箱",
        max_length=200,
        error_messages={"required": "请填写邮箱。", "invalid": INVALID_MAIL_ERROR},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    scope = forms.ChoiceField(label="订阅什么", choices=Scope.choices)
    value = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    words = forms.CharField(label="关键词", max_length=50, required=False, help_text="订阅关键词时填写")

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        tree: SiteTree,
        following: tuple[str, str],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.tree = tree
        scope, value = following
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (Scope.SITE.value, "全站最新公开"),
            *([(scope, describe_scope(tree, scope, value))] if scope in {Scope.COLUMN, Scope.UNIT} else []),
            (Scope.WORDS.value, "含有关键词的信息"),
        ]
        self.initial = {**self.initial, "scope": scope, "value": value}
        if scope == Scope.WORDS:
            self.initial["words"] = value
        for field in self.fields.values():  # no browser keeps what was typed
            field.widget.attrs["data-private"] = ""

    def clean(self) -> dict[str, object]:
        """Check that column or unit exist, and that the words are long enough and not personal."""
        data = super().clean() or {}
        scope = data.get("scope", "")
        if scope == Scope.WORDS:
            data["value"] = " ".join(data.get("words", "").split())
            if len(data["value"]) < 2:
                self.add_error("words", "请填写两个字以上的关键词。")
            elif find(data["value"]):
                self.add_error("words", "关键词中请不要写个人信息。")
        elif scope == Scope.SITE:
            data["value"] = ""
        elif scope and not describe_scope(self.tree, scope, data.get("value", "")):
            self.add_error("scope", "没有这个栏目或单位。")
        return data


def describe_scope(tree: SiteTree, scope: str, value: str) -> str:
    """Return the scope of a subscription in Chinese, or "" if it does not exist."""
    if scope == Scope.SITE:
        return "全站最新公开"
    if scope == Scope.WORDS:
        return f"关键词“{value}”"
    number = parse_whole_number(value)
    if number is None:
        return ""
    if scope == Scope.COLUMN:
        node = tree.nodes.get(number)
        return f"栏目“{node.name}”" if node else ""
    body = Body.objects.filter(pk=number).first()
    return f"单位“{body.name}”" if body else ""


_CONFIRM_SIGNER = signing.Signer(salt="gongkai.portal.confirm")
_LEAVE_SIGNER = signing.Signer(salt="gongkai.portal.leave")


def make_confirmation_token(subscription: Subscription) -> str:
    """Return the token that confirms a subscription; repeated requests get the same one."""
    return _CONFIRM_SIGNER.sign(f"{subscription.pk}.{int(subscription.subscriber_id)}").replace(":", "~")


def find_subscription_by_token(token: str) -> Subscription | None:
    """Return the subscription of a confirmation token, or None."""
    value = _read_token(_CONFIRM_SIGNER, token)
    rows = Subscription.objects.select_related("subscriber__website")
    return rows.filter(pk=value[0], subscriber=value[1]).first() if value else None


def make_unsubscribe_token(subscriber: Subscriber) -> str:
    """Return the token that unsubscribes an address."""
    return _LEAVE_SIGNER.sign(f"{subscriber.pk}.{subscriber.website_id}").replace(":", "~")


def find_subscriber_by_token(token: str) -> Subscriber | None:
    """Return the subscriber of an unsubscribe token, or None."""
    value = _read_token(_LEAVE_SIGNER, token)
    return Subscriber.objects.filter(pk=value[0], website=value[1]).first() if value else None


def _read_token(signer: signing.Signer, token: str) -> tuple[int, int] | None:
    """Return the two numbers of a token that we signed, or None for others."""
    try:
        first_text, _, second_text = signer.unsign(token.replace("~", ":")).partition(".")
        return int(first_text), int(second_text)
    except (signing.BadSignature, ValueError):
        return None


def register_subscriptions() -> None:
    """Register subscribers as recipients, the removal of those that bounce, and the digest of their address; called at start-up."""
    register_recipient("subscriber", find_contact)
    BOUNCE_CALLBACKS.append(remove_bounced)
    register_row_preparation(Subscriber, _set_address_digest)


def _set_address_digest(subscriber: Subscriber) -> str:
    """Set, unsaved, the keyed hash of a subscriber's address, unless another has it; return "" (no title changes)."""
    digest = digest_for_search("email", subscriber.email.reveal())
    if not Subscriber.objects.filter(website=subscriber.website_id, email_digest=digest).exists():
        subscriber.email_digest = digest
    return ""


def find_contact(number: int) -> OutsideContact | None:
    """Return a subscriber's address, or None."""
    subscriber = Subscriber.objects.filter(pk=number).first()
    return OutsideContact(mail=subscriber.email.reveal()) if subscriber else None


def remove_bounced(letter: Letter) -> None:
    """Delete a subscriber whose address is invalid; other recipients are ignored."""

    kind, _, number = letter.recipient.partition("/")
    subscriber = Subscriber.objects.filter(pk=int(number)).first() if kind == "subscriber" else None
    if subscriber:
        unsubscribe(subscriber, by=SYSTEM)


def send_confirmation_mail(subscription: Subscription, name: str) -> bool:
    """Write the confirmation mail and try to send it; return true if the server accepted it."""
    website = subscription.subscriber.website
    link = f"{home_url(website)}/subscribe/confirm/{make_confirmation_token(subscription)}/"
    text = get_template("portal/mail/confirm.txt").render({"website": website, "name": name, "link": link})
    # A repeated request needs another key.
    key = f"confirm/{subscription.pk}/{int(subscription.asked_at.timestamp())}"
    recipient = subscription.subscriber.recipient
    write_messages(
        [Notification(f"请确认订阅：{website.name}"[:150], text, "", key, urgent=True, outside=(recipient,))]
    )
    return send_now(key, recipient)


def write_digest(subscriber: Subscriber, groups: Sequence[tuple[str, Sequence[Shelf]]], key: str) -> None:
    """Write a digest to the outbox."""
    website = subscriber.website
    root = home_url(website)
    leave = f"{root}/subscribe/leave/{make_unsubscribe_token(subscriber)}/"
    count = len({row.document_id for _, rows in groups for row in rows})
    context = {"website": website, "groups": groups, "root": root, "leave": leave}
    text = get_template("portal/mail/digest.txt").render(context)
    headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    subject = f"{website.name}：新公开信息{count}条"[:150]
    write_messages([Notification(subject, text, "", key, outside=(subscriber.recipient,), headers=headers)])


#: Hour from which digests are sent; very recent content is left to the next day, as its transaction may be open.
FIRST_SENDING_HOUR = 8
#: Age from which content is included.
SETTLING_PERIOD = timedelta(minutes=5)
#: Maximum number of rows of one subscription in a digest.
MAX_ROWS_PER_SUBSCRIPTION = 20
#: Maximum number of subscribers per run.
BATCH_SIZE = 500
#: Time after which unconfirmed addresses are deleted.
UNCONFIRMED_RETENTION = timedelta(days=2)


def send_digests(now: datetime | None = None) -> dict[str, int]:
    """Write the due digests to the outbox, and delete unconfirmed addresses."""
    moment = now or timezone.now()
    counts = {"written": 0, "nothing": 0, "forgotten": delete_unconfirmed(moment)}
    local = timezone.localtime(moment)
    if local.hour < FIRST_SENDING_HOUR:
        return counts
    today = timezone.make_aware(datetime.combine(local.date(), time(FIRST_SENDING_HOUR)))
    trees = {tree.website.pk: tree for tree in load_sites()}
    for subscriber in _list_due_subscribers(today):
        tree = trees.get(subscriber.website_id)
        result = _write_digest_once(subscriber, tree, moment - SETTLING_PERIOD) if tree else ""
        if result:
            counts[result] += 1
    return counts


def _list_due_subscribers(today: datetime) -> list[Subscriber]:
    """Return up to `BATCH_SIZE` confirmed subscribers who have not had today's digest."""
    confirmed = Subscription.objects.filter(subscriber=OuterRef("pk"), confirmed_at__isnull=False)
    rows = Subscriber.objects.filter(Exists(confirmed), seen_at__lt=today - SETTLING_PERIOD)
    return list(rows.select_related("website").order_by("pk")[:BATCH_SIZE])


def _write_digest_once(subscriber: Subscriber, tree: SiteTree, until: datetime) -> str:
    """Write a subscriber's digest once; return "written", "nothing" or "" (done elsewhere)."""
    groups = list_news(subscriber, tree, until)
    with transaction.atomic():
        subscribers = Subscriber.objects.filter(pk=subscriber.pk, seen_at=subscriber.seen_at)
        if not subscribers.update(seen_at=until):
            return ""
        if groups:
            write_digest(subscriber, groups, f"digest/{int(until.timestamp())}")
    return "written" if groups else "nothing"


def list_news(subscriber: Subscriber, tree: SiteTree, until: datetime) -> list[tuple[str, list[Shelf]]]:
    """Return (subscription in Chinese, public news) of a subscriber; each document once."""
    listed_ids: set[int] = set()
    groups = []
    for subscription in subscriber.subscriptions.filter(confirmed_at__isnull=False).order_by("pk"):
        since = max(subscriber.seen_at, subscription.confirmed_at or until)
        name = describe_scope(tree, subscription.scope, subscription.value)
        rows = (
            [row for row in _list_rows(subscription, tree, since, until) if row.document_id not in listed_ids]
            if name
            else []
        )
        listed_ids |= {row.document_id for row in rows}
        if rows:
            groups.append((name, rows))
    return groups


def _list_rows(subscription: Subscription, tree: SiteTree, since: datetime, until: datetime) -> list[Shelf]:
    """Return the documents for a subscription that became visible between two moments.

    There are at most `MAX_ROWS_PER_SUBSCRIPTION`. Unless found by words, those published more than 30 days before
    are left out: they were migrated.
    """
    site = tree.website.pk
    if subscription.scope == Scope.WORDS:
        shelves = find_newest_hits(ANONYMOUS, site, subscription.value, 200, since=since)
        return [row for row in shelves if row.from_at <= until][:MAX_ROWS_PER_SUBSCRIPTION]
    rows = shelf_visible_to(ANONYMOUS).filter(from_at__gt=since, from_at__lte=until, website=site)
    if subscription.scope == Scope.COLUMN:
        rows = rows.filter(column=int(subscription.value))
    else:
        rows = rows.filter(column=None)
        rows = rows.filter(body=int(subscription.value)) if subscription.scope == Scope.UNIT else rows
    # Published long before it became visible here: migrated content is no news.
    rows = rows.filter(published_at__gt=since - timedelta(days=30))
    return list(rows.order_by("-published_at", "-document")[:MAX_ROWS_PER_SUBSCRIPTION])


def delete_unconfirmed(now: datetime) -> int:
    """Delete old unconfirmed subscriptions and addresses; return the number of subscriptions."""
    deleted_count = Subscription.objects.filter(confirmed_at=None, asked_at__lt=now - UNCONFIRMED_RETENTION).delete()[0]
    Subscriber.objects.filter(subscriptions__isnull=True).delete()
    return deleted_count
