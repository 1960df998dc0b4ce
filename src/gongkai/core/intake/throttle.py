"""Rate limits, counted in the database for all processes.

The module also makes the proof of work (ALTCHA) for browsers, and the question for those without scripts. Both are
bound to the form's token and valid for one form. Nothing is fetched or stored.
"""

import hmac
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from unicodedata import normalize
from urllib.parse import parse_qs

from altcha import ChallengeOptionsV1, create_challenge_v1, verify_solution_v1
from django.conf import settings
from django.core import signing
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from gongkai.core.acts.action import Refused
from gongkai.core.intake.models import Hit
from gongkai.core.signin.throttle import address_in_request, parse_address
from gongkai.core.vault.sealing import keyed_digest
from gongkai.lib.chinese.numerals import to_int, to_words

# Maximum number to try: under a second on a cheap phone, expensive for floods.
MAX_CHALLENGE_NUMBER = 60_000
#: Validity of a challenge.
CHALLENGE_LIFETIME = timedelta(hours=24)
_QUESTION_SALT = "gongkai.intake.question"


def _get_challenge_secret() -> str:
    return salted_hmac("gongkai.intake.proof", "").hexdigest()


def new_challenge(token: str) -> dict[str, object]:
    """Return a new ALTCHA challenge for the form with this token, as the browser's script expects it."""
    options = ChallengeOptionsV1(
        algorithm="SHA-256",
        max_number=MAX_CHALLENGE_NUMBER,
        hmac_key=_get_challenge_secret(),
        expires=datetime.now(UTC) + CHALLENGE_LIFETIME,
        params={"form": _digest_token(token)},
    )
    challenge = create_challenge_v1(options)
    return {
        "algorithm": challenge.algorithm,
        "challenge": challenge.challenge,
        "maxnumber": challenge.max_number,
        "salt": challenge.salt,
        "signature": challenge.signature,
    }


def is_solved(token: str, solution: str) -> bool:
    """Return true if a solution is right and belongs to an unexpired challenge of this form's token."""
    if not solution or len(solution) > 2000:
        return False
    try:
        payload = json.loads(solution)
        is_for_this_form = parse_qs(str(payload["salt"]).partition("?")[2]).get("form") == [_digest_token(token)]
        is_right, _ = verify_solution_v1(payload, _get_challenge_secret(), check_expires=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return bool(is_for_this_form and is_right)


def _digest_token(token: str) -> str:
    return keyed_digest("proof", token)[:24]


def new_question(token: str) -> tuple[str, str]:
    """Return (sum to solve, in Chinese words; its signed key, with which `is_answered` checks the answer)."""
    first_number, second_number = secrets.randbelow(8) + 1, secrets.randbelow(8) + 1
    key = signing.dumps(
        [_digest_token(token), _digest_answer(token, first_number + second_number)], salt=_QUESTION_SALT, compress=True
    )
    return f"{to_words(first_number)}加{to_words(second_number)}等于几？", key


def is_answered(token: str, key: str, answer: str) -> bool:
    """Return true if an answer (digits of either width or a word such as 十二) is right for the question signed in `key`
    and for this form's token."""
    try:
        form, right_digest = signing.loads(key, salt=_QUESTION_SALT, max_age=CHALLENGE_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    number = to_int(normalize("NFKC", "".join(answer.split())[:8]))
    is_right = number is not None and hmac.compare_digest(right_digest, _digest_answer(token, number))
    return is_right and hmac.compare_digest(form, _digest_token(token))


def _digest_answer(token: str, number: int) -> str:
    return keyed_digest("answer", f"{token}/{number}")[:24]


@dataclass(frozen=True)
class RateLimit:
    """A rate limit: at most `most` events of one name in `seconds`, for each value such as an address."""

    name: str
    most: int
    seconds: int

    def used(self, counted: str) -> int:
        """Return the number of events in the current window."""
        row = Hit.objects.filter(key=self.key(counted), window=self.window).first()
        return row.count if row else 0

    def full(self, counted: str) -> bool:
        """Return true if the limit is reached."""
        return self.used(counted) >= self.most

    def hit(self, counted: str) -> int:
        """Count an event; return the number of events in the current window."""
        return count_events([(self, counted)])[0]

    def over(self, counted: str) -> bool:
        """Count an event; return true if the limit is now exceeded."""
        return self.hit(counted) > self.most

    @property
    def window(self) -> int:
        """Return the number of the current time window."""
        return int(time.time()) // self.seconds

    def key(self, value: str) -> str:
        """Return the key of a value's counter, a digest."""
        return keyed_digest(f"limit {self.name}", value)


# A limit and the value it is counted for, such as an address.
LimitedValue = tuple[RateLimit, str]
# Increment counters and return their new values.
_INCREMENT_COUNTS_SQL = """INSERT INTO intake_hit (key, "window", count, until) VALUES … ON CONFLICT (key, "window")
DO UPDATE SET count = intake_hit.count + 1 RETURNING key, count"""


def count_events(limited_values: Sequence[LimitedValue]) -> list[int]:
    """Count an event for each (limit, value) in one query; return the new counts in order."""
    rows = {limit.key(value): limit for limit, value in limited_values}
    until = Hit._meta.get_field("until")
    values: list[str | int] = []
    for key, limit in sorted(rows.items()):  # sorted, so that concurrent transactions lock rows in the same order
        ends = datetime.fromtimestamp((limit.window + 1) * limit.seconds, UTC)
        values += [key, limit.window, 1, str(until.get_db_prep_save(ends, connection))]
    with connection.cursor() as cursor:
        cursor.execute(_INCREMENT_COUNTS_SQL.replace("…", ", ".join(["(%s, %s, %s, %s)"] * len(rows))), values)
        counts = dict(cursor.fetchall())
    return [int(counts[limit.key(value)]) for limit, value in limited_values]


def find_full_limit(limited_values: Sequence[LimitedValue]) -> LimitedValue | None:
    """Return the first rate limit that is reached, in one query, or None."""
    keys = {limit.key(value): limit for limit, value in limited_values}
    rows = Hit.objects.filter(key__in=keys).values_list("key", "window", "count")
    current_counts = {key: number for key, window, number in rows if keys[key].window == window}
    return next(
        (counted for counted in limited_values if current_counts.get(counted[0].key(counted[1]), 0) >= counted[0].most),
        None,
    )


def get_submission_limit() -> RateLimit:
    """Return the limit of submissions for an address (`GONGKAI_FORM_RATE`); addresses are shared."""
    return RateLimit("sending", settings.GONGKAI_FORM_RATE, 600)


#: Equal submissions of a party to a unit in a day (条例第二十七条、第四十四条).
SAME_TEXT_LIMIT = RateLimit("text", 3, 86400)
#: Failed query codes from an address in ten minutes.
WRONG_CODES_LIMIT = RateLimit("wrong code", 10, 600)
#: Wrong second keys of query codes in an hour.
WRONG_SECOND_KEYS_LIMIT = RateLimit("wrong second", 5, 3600)
#: Wrong answers to the question in ten minutes.
WRONG_ANSWERS_LIMIT = RateLimit("wrong answer", 15, 600)
#: Uploaded files in an hour.
FILES_LIMIT = RateLimit("files", 60, 3600)
#: Drafts on the server in an hour.
DRAFTS_LIMIT = RateLimit("drafts", 20, 3600)
#: SMS codes to a phone in an hour.
PHONE_CODES_LIMIT = RateLimit("phone codes", 3, 3600)
#: SMS codes requested from an address in an hour.
PHONE_CODES_FROM_ADDRESS_LIMIT = RateLimit("phone codes from", 10, 3600)
# Receipts to an address or phone in a day: a form may name a stranger's.
RECEIPTS_LIMIT = RateLimit("acknowledged", 5, 86400)
#: Confirmation mails to one address in a day.
MAILS_TO_ADDRESS_LIMIT = RateLimit("mails to", 3, 86400)
#: Confirmation mails for a visitor in an hour.
MAILS_FROM_VISITOR_LIMIT = RateLimit("mails from", 10, 3600)
#: Confirmation mails for a network in an hour.
MAILS_FROM_NETWORK_LIMIT = RateLimit("mails from network", 40, 3600)
#: Confirmation mails in total in an hour; ten visitors together stay below half of it.
ALL_MAILS_LIMIT = RateLimit("mails", 200, 3600)


def may_send_receipt(mail: str, phone: str) -> bool:
    """Count a receipt to these addresses; return true if it may be sent."""
    events = [(RECEIPTS_LIMIT, value.strip().lower()) for value in (mail, phone) if value]
    return not events or max(count_events(events)) <= RECEIPTS_LIMIT.most


def may_send_confirmation(address: str, email: str) -> bool:
    """Count a confirmation mail; return true if `email` may get one more today.

    `address` is the IP address of the visitor.

    Raises:
        Refused: the address, the network or all together exceeded the limit; the rollback undoes
            the count.
    """
    if MAILS_FROM_VISITOR_LIMIT.over(address) or MAILS_FROM_NETWORK_LIMIT.over(get_network(address)):
        raise Refused("从您所在的网络申请的订阅太多，请一小时后再试。")
    if ALL_MAILS_LIMIT.over(""):
        raise Refused("现在申请订阅的人太多，请一小时后再试。")
    return not MAILS_TO_ADDRESS_LIMIT.over(email.strip().lower())


def get_network(address: str) -> str:
    """Return the network of a client address: the /48 of an IPv6 address, else the address."""
    parsed_address = parse_address(address.partition("/")[0])
    return (
        str(ip_network((parsed_address, 48), strict=False))
        if parsed_address and parsed_address.version == 6
        else address
    )


def client_address(request: HttpRequest) -> str:
    """Return the client address for limits: an IPv4 address or the /64 of an IPv6 one."""
    text = address_in_request(request)
    address = parse_address(text)
    if address is None:
        return text[:64]
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
