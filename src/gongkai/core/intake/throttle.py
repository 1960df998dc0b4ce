"""Limits: how often something may happen in a window of time, for one address, one text, one phone.

Counted in the database, so that all processes agree.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from gongkai.core.acts.action import Refused
from gongkai.core.intake.models import Hit
from gongkai.core.signin.addresses import parsed, sender
from gongkai.core.vault.sealing import keyed_digest


@dataclass(frozen=True)
class Limit:
    """At most so many (`most`) of one kind (`name`) in so many `seconds`."""

    name: str
    most: int
    seconds: int

    def used(self, value: str) -> int:
        """Return how often it happened in the running window."""
        row = Hit.objects.filter(key=self.key(value), window=self.window).first()
        return row.count if row else 0

    def full(self, value: str) -> bool:
        """Whether no more of it is taken now."""
        return self.used(value) >= self.most

    def hit(self, value: str) -> int:
        """Count one more; return how many that makes."""
        return count([(self, value)])[0]

    def over(self, value: str) -> bool:
        """Count one more; whether that is more than may be. Whoever asks at the same moment is counted, too."""
        return self.hit(value) > self.most

    @property
    def window(self) -> int:
        """The number of the running window."""
        return int(time.time()) // self.seconds

    def key(self, value: str) -> str:
        """Return under which key something is counted."""
        return keyed_digest(f"limit {self.name}", value)


#: Something that is limited, and by what.
Counted = tuple[Limit, str]
#: Counts one more of each; the database says how many that makes.
_COUNT = """INSERT INTO intake_hit (key, "window", count, until) VALUES … ON CONFLICT (key, "window")
DO UPDATE SET count = intake_hit.count + 1 RETURNING key, count"""


def count(things: Sequence[Counted]) -> list[int]:
    """Count one more of several things in one statement; return how many that makes of each, in this order."""
    rows = {limit.key(value): limit for limit, value in things}
    until = Hit._meta.get_field("until")
    values: list[str | int] = []
    for key, limit in sorted(
        rows.items()
    ):  # whoever counts the same at the same moment holds the rows in the same order
        ends = datetime.fromtimestamp((limit.window + 1) * limit.seconds, UTC)
        values += [key, limit.window, 1, str(until.get_db_prep_save(ends, connection))]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.replace("…", ", ".join(["(%s, %s, %s, %s)"] * len(rows))), values)
        found = dict(cursor.fetchall())
    return [int(found[limit.key(value)]) for limit, value in things]


def full(things: Sequence[Counted]) -> Counted | None:
    """Return the first of several things of which no more is taken now, asked in one query; None where there is room in all."""
    keys = {limit.key(value): limit for limit, value in things}
    rows = Hit.objects.filter(key__in=keys).values_list("key", "window", "count")
    used = {key: number for key, window, number in rows if keys[key].window == window}
    return next((one for one in things if used.get(one[0].key(one[1]), 0) >= one[0].most), None)


def sending_limit() -> Limit:
    """Return how many forms one address may send in ten minutes (`GONGKAI_FORM_RATE`); an office or a village may share one."""
    return Limit("sending", settings.GONGKAI_FORM_RATE, 600)


#: One party sends the same to the same unit so often in a day. Other parties are not counted together with it (条例第二十七条、第四十四条).
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
#: Acknowledgements to one address or phone in a day: whoever sends a form may name a stranger's.
ACKNOWLEDGED = Limit("acknowledged", 5, 86400)
#: Mails that ask an address to confirm a subscription, whose owner may know nothing of it: to one address in a day, from one visitor and from one
#: network of visitors in an hour, and from all. Ten visitors' shares stay below half of what the site sends, so that nobody uses it up alone.
MAILS_TO = Limit("mails to", 3, 86400)
MAILS_FROM = Limit("mails from", 10, 3600)
MAILS_FROM_NETWORK = Limit("mails from network", 40, 3600)
MAILS = Limit("mails", 200, 3600)


def acknowledges(mail: str, phone: str) -> bool:
    """Count an acknowledgement to whoever a form named, in the transaction of its sending; whether one more goes to each of their addresses today."""
    things = [(ACKNOWLEDGED, value.strip().lower()) for value in (mail, phone) if value]
    return not things or max(count(things)) <= ACKNOWLEDGED.most


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
