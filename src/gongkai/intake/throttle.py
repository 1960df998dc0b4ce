"""Limits: how often something may happen in a window of time, for one address, one text, one phone.

Counted in the database, so that all processes agree.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest

from gongkai.acts.action import Refused
from gongkai.intake.models import Hit
from gongkai.signin.addresses import parsed, sender
from gongkai.vault.sealing import keyed_digest


@dataclass(frozen=True)
class Limit:
    """At most so many (`most`) of one kind (`name`) in so many `seconds`."""

    name: str
    most: int
    seconds: int

    def used(self, value: str) -> int:
        """Return how often it happened in the running window."""
        row = Hit.objects.filter(key=self._key(value), window=self._window()).first()
        return row.count if row else 0

    def full(self, value: str) -> bool:
        """Whether no more of it is taken now."""
        return self.used(value) >= self.most

    def hit(self, value: str) -> int:
        """Count one more; return how many that makes."""
        key, window = self._key(value), self._window()
        rows = Hit.objects.filter(key=key, window=window)
        if not rows.update(count=F("count") + 1):
            until = datetime.fromtimestamp((window + 1) * self.seconds, UTC)
            Hit.objects.bulk_create([Hit(key=key, window=window, until=until)], ignore_conflicts=True)
            rows.update(count=F("count") + 1)
        return rows.values_list("count", flat=True).get()

    def over(self, value: str) -> bool:
        """Count one more; whether that is more than may be. Whoever asks at the same moment is counted, too."""
        return self.hit(value) > self.most

    def _window(self) -> int:
        return int(time.time()) // self.seconds

    def _key(self, value: str) -> str:
        return keyed_digest(f"limit {self.name}", value)


def sending_limit() -> Limit:
    """Return how many forms one address may send in ten minutes (`GONGKAI_FORM_RATE`); an office or a village may share one."""
    return Limit("sending", settings.GONGKAI_FORM_RATE, 600)


#: The same text is taken so often in a day, whoever sends it.
SAME_TEXT = Limit("text", 3, 86400)
#: Codes that opened nothing: from one address in ten minutes; with one code (a wrong second answer) in an hour.
WRONG_CODES = Limit("wrong code", 10, 600)
WRONG_SECONDS = Limit("wrong second", 5, 3600)
#: Wrong answers to the question of those without scripts; files; drafts; text messages to one phone and from one address.
WRONG_ANSWERS = Limit("wrong answer", 15, 600)
FILES = Limit("files", 60, 3600)
DRAFTS = Limit("drafts", 20, 3600)
PHONE_CODES = Limit("phone codes", 3, 3600)
PHONE_CODES_FROM = Limit("phone codes from", 10, 3600)
#: Mails that ask an address to confirm a subscription, whose owner may know nothing of it: to one address in a day, from one visitor and from one
#: network of visitors in an hour, and from all. Ten visitors' shares stay below half of what the site sends, so that nobody uses it up alone.
MAILS_TO = Limit("mails to", 3, 86400)
MAILS_FROM = Limit("mails from", 10, 3600)
MAILS_FROM_NETWORK = Limit("mails from network", 40, 3600)
MAILS = Limit("mails", 200, 3600)


def take_mail(visitor: str, email: str) -> bool:
    """Count a mail that asks an address to confirm, at a visitor's wish, in the transaction that causes it; whether the address takes one more today.

    Raises:
        Refused: this visitor, their network or all together asked for too many; undone with the transaction, nothing was counted.
    """
    if MAILS_FROM.over(visitor) or MAILS_FROM_NETWORK.over(network_of(visitor)):
        raise Refused("从您所在的网络申请的订阅太多，请一小时后再试。")
    if MAILS.over(""):
        raise Refused("现在申请订阅的人太多，请一小时后再试。")
    return not MAILS_TO.over(email.strip().lower())


def network_of(visitor: str) -> str:
    """Return the network that a visitor's address belongs to: the /48 of an IPv6 one (who is given that has 65,536 /64), else the address."""
    found = parsed(visitor.partition("/")[0])
    return str(ip_network((found, 48), strict=False)) if found and found.version == 6 else visitor


def client_address(request: HttpRequest) -> str:
    """Return where a request comes from, as limits count it: an IPv4 address, or the /64 of an IPv6 one."""
    text = sender(request)
    found = parsed(text)
    if found is None:
        return text[:64]
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
