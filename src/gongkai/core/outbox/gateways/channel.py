"""Channels of the configured gateways: a cache of the active ones, and permissions to configure them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from time import monotonic
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from gongkai.core.acts.action import Notification
from gongkai.core.outbox.channels import MessageChannel, OutsideContact, SmsChannel
from gongkai.core.outbox.gateways.kinds import get_gateway_type
from gongkai.core.outbox.gateways.senders.base import MessageSender, TextMessage
from gongkai.core.outbox.mailing import ChannelError
from gongkai.core.outbox.models import Delivery, Gateway, Letter, Message, MessageState
from gongkai.core.units.actors import Actor, in_force_q
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy import mask

#: Signature at the start of our texts; the gateway adds its own.
_SIGNATURE_PATTERN = re.compile(r"^【[^】]*】")
#: Maximum length of a chat message in characters.
MAX_CHAT_CHARACTERS = 200


def decrypt_secrets(gateway: Gateway) -> dict[str, str]:
    """Return name of the parameter → decrypted secret of a gateway."""
    stored: object = json.loads(gateway.secrets.reveal() or "{}")
    return {str(name): str(value) for name, value in stored.items()} if isinstance(stored, dict) else {}


def list_missing_parameters(kind: str, terms: Mapping[str, str], secrets: Mapping[str, str]) -> list[str]:
    """Return the labels of required parameters that neither the open settings (`terms`) nor the secrets contain."""
    return [
        term.label
        for term in get_gateway_type(kind).terms
        if term.required and not (secrets if term.secret else terms).get(term.name)
    ]


def is_filled_in(gateway: Gateway) -> bool:
    """Return true if all required parameters of a gateway are set."""
    return not list_missing_parameters(gateway.kind, gateway.terms, decrypt_secrets(gateway))


def make_sender(gateway: Gateway) -> MessageSender:
    """Return the object that sends through a gateway's service, with its secrets."""
    return get_gateway_type(gateway.kind).sender({**gateway.terms, **decrypt_secrets(gateway)})


def strip_country_code(number: str) -> str:
    """Return a mobile number as digits without country code.

    >>> strip_country_code("+86 138-0000-0000")
    '13800000000'
    """
    digits = "".join(sign for sign in number if sign.isdecimal())
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def end_of_quiet_hours(now: datetime, begins: time | None, ends: time | None) -> datetime | None:
    """Return the end of the quiet hours at a moment, or None; they may span midnight.

    >>> end_of_quiet_hours(datetime(2026, 11, 20, 23), time(22), time(7, 30))
    datetime.datetime(2026, 11, 21, 7, 30)
    >>> end_of_quiet_hours(datetime(2026, 11, 20, 12), time(22), time(7, 30)) is None
    True
    """
    if begins is None or ends is None or begins == ends:
        return None
    clock = now.time().replace(tzinfo=None)
    over_midnight = begins > ends
    is_quiet = clock >= begins or clock < ends if over_midnight else begins <= clock < ends
    if not is_quiet:
        return None
    day = now.date() + timedelta(days=1 if over_midnight and clock >= begins else 0)
    return datetime.combine(day, ends, tzinfo=now.tzinfo)


class GatewayChannel(MessageChannel):
    """Channel of a gateway: recipients, quiet hours, text without personal data."""

    def __init__(self, gateway: Gateway, people: Collection[int], sender: MessageSender) -> None:
        self.gateway, self.people, self.sender = gateway, people, sender
        self.kind = get_gateway_type(gateway.kind)

    def wants(self, person: Person, tell: Notification) -> bool:
        """Return true for the gateway's people if it sends this notification; a group gets only messages to posts."""
        row = self.gateway
        if person.pk not in self.people or (row.urgent_only and not tell.urgent):
            return False
        if self.kind.reaches == "group":
            return bool(tell.posts) and person.pk not in tell.persons
        return not self.kind.by_number or bool(person.mobile)

    def address(self, person: Person) -> str:
        """Return the mobile number if the gateway finds people by it, else ""."""
        return person.mobile if self.kind.by_number else ""

    def hold_until(self, delivery: Delivery, now: datetime) -> datetime | None:
        """Return the end of the quiet hours if they apply, or None."""
        row = self.gateway
        if delivery.urgent and row.quiet_urgent:
            return None
        return end_of_quiet_hours(timezone.localtime(now), row.quiet_from, row.quiet_until)

    def send(self, message: Message) -> None:
        """Send the subject and the link; a group gets each message once (ChannelError: no mobile number)."""
        number = strip_country_code(message.address or message.person.mobile) if self.kind.by_number else ""
        if self.kind.by_number and not number:
            raise ChannelError("没有手机号码")
        mention: tuple[str, ...] = ()
        if self.kind.reaches == "group":
            same_messages = Message.objects.filter(channel=message.channel, key=message.key)
            if same_messages.filter(state=MessageState.SENT).exists():
                return
            numbers = same_messages.exclude(person__mobile="").values_list("person__mobile", flat=True)
            mention = tuple(strip_country_code(number) for number in numbers)
        text_message = TextMessage(
            self.words(message),
            number,
            f"{message.key}/{message.person_id}",
            mention=mention,
            facts=self._make_webhook_fields(message),
        )
        message.reference = self.sender.send(text_message)

    def words(self, message: Message) -> str:
        """Return the text: the masked subject, never the body."""
        link = urljoin(settings.BASE_URL, message.link) if message.link else ""
        subject = mask(message.subject)[0][:MAX_CHAT_CHARACTERS]
        return f"{'【紧急】' if message.urgent else ''}{subject}" + (f"\n办理：{link}" if link else "")

    def _make_webhook_fields(self, message: Message) -> dict[str, object]:
        """Return person, subject, link and urgency of a message for a webhook; {} for other gateways."""
        if self.kind.reaches != "hook":
            return {}
        person = message.person
        login = person.user.get_username() if person.user is not None else ""
        link = urljoin(settings.BASE_URL, message.link) if message.link else ""
        return {"person": login, "subject": mask(message.subject)[0], "link": link, "urgent": message.urgent}


class SmsGatewayChannel(GatewayChannel, SmsChannel):
    """Channel of an SMS gateway."""

    def __init__(self, gateway: Gateway, people: Collection[int], sender: MessageSender) -> None:
        super().__init__(gateway, people, sender)
        self.sends_codes = gateway.outside

    def words(self, message: Message) -> str:
        """Return the subject, cut to one SMS."""
        return self._cut(mask(message.subject)[0])

    def reaches(self, contact: OutsideContact, tell: Notification) -> bool:
        """Return true if the gateway also serves the public (`outside`) and `SmsChannel.reaches` the person."""
        return self.gateway.outside and SmsChannel.reaches(self, contact, tell)

    def send_letter(self, letter: Letter, contact: OutsideContact) -> None:
        """Send the subject of a letter as a text message."""
        text = self._cut(mask(letter.subject)[0])
        letter.reference = self.sender.send(TextMessage(text, strip_country_code(contact.mobile), letter.message_id))

    def submit(self, number: str, text: str) -> None:
        """Send one text message."""
        self.sender.send(TextMessage(text, strip_country_code(number), text))

    def submit_code(self, number: str, code: str, text: str) -> None:
        """Send a code, with the service's template for codes if required."""
        signed = _SIGNATURE_PATTERN.sub("", text) if self.sender["sign"] else text
        self.sender.send(
            TextMessage(signed, strip_country_code(number), f"code {timezone.now().timestamp()}", code=code)
        )


def make_gateway_channel(gateway: Gateway, people: Collection[int], sender: MessageSender) -> GatewayChannel:
    """Return the notification channel of a gateway."""
    return (SmsGatewayChannel if get_gateway_type(gateway.kind).is_sms else GatewayChannel)(gateway, people, sender)


#: Seconds after which a process looks for changes by other processes.
CACHE_REFRESH_SECONDS = 15.0


@dataclass
class _GatewayCache:
    """The channels of the active gateways in this process; `looked`: when they were loaded (monotonic seconds)."""

    channels: dict[str, GatewayChannel] = field(default_factory=dict)
    looked: float | None = None


_known = _GatewayCache()


def gateways() -> Mapping[str, GatewayChannel]:
    """Return the active gateway channels by name."""
    now = monotonic()
    if _known.looked is None or now - _known.looked >= CACHE_REFRESH_SECONDS:
        _known.channels = {
            row.channel: _make_channel(row, _known.channels.get(row.channel)) for row in _load_gateways()
        }
        _known.looked = now
    return _known.channels


def _make_channel(row: Gateway, previous: GatewayChannel | None) -> GatewayChannel:
    """Return the channel of a gateway; for an unchanged gateway the sender object of the `previous` channel is used again."""
    is_unchanged = previous is not None and previous.gateway.version == row.version
    return make_gateway_channel(
        row, _load_people(row), previous.sender if previous and is_unchanged else make_sender(row)
    )


def _load_gateways() -> list[Gateway]:
    return list(Gateway.objects.filter(active=True).select_related("body"))


def _load_people(row: Gateway) -> frozenset[int]:
    """Return the ids of the people with an appointment in or below the gateway's unit."""
    at = Appointment.objects.filter(in_force_q(), body__path__startswith=row.body.path)
    return frozenset(at.values_list("person_id", flat=True))


def expire_cache() -> None:
    """Reload the active gateways at the next call."""
    _known.looked = None


def disable_gateways() -> None:
    """Assume no gateways and never refresh; for tests that count queries."""
    _known.channels, _known.looked = {}, float("inf")


_ADMINISTRATORS_ONLY_REFUSAL = "消息渠道由系统管理员设置。"


def check_may_set_up(by: Actor, body: Body) -> list[str]:
    """Return reasons against all actors except an administrator whose reach covers the unit."""
    return [] if by.system or by.reaches(Role.ADMINISTRATOR, path=body.path) else [_ADMINISTRATORS_ONLY_REFUSAL]


def check_may_administer(by: Actor, gateway: Gateway) -> list[str]:
    """Return reasons against all actors except an administrator over the gateway's unit."""
    return check_may_set_up(by, gateway.body)


def make_configurable_filter(by: Actor, path: str) -> Q:
    """Return the filter for rows whose unit the actor administers; `path` is the lookup of the unit's path."""
    query = Q(pk__in=[])
    for reach in by.reached_paths(Role.ADMINISTRATOR):
        query |= Q(**{f"{path}__startswith": reach})
    return query
