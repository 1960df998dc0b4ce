"""Open a matter with its query code, with constant timing for all failures.

A query code has sixteen digits, the last a check digit, written in groups of four. Fifteen random digits are fifty
bits; with the limits of `throttle` a code cannot be guessed. Only a
keyed digest is stored. A code is derived from the form's token, so that a repeated submission gets
the same one.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass

from django.core import signing

from gongkai.core.intake.models import Party, QueryCode
from gongkai.core.intake.sealed_replies import join_code_and_second_key
from gongkai.core.intake.spelling import last_four
from gongkai.core.intake.throttle import WRONG_CODES_LIMIT, WRONG_SECOND_KEYS_LIMIT
from gongkai.core.vault.sealing import keyed_digest

# Damm's quasigroup of order 10; it detects single wrong digits and swapped neighbours.
_DAMM_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
#: Number of digits of a query code.
CODE_DIGITS = 16


def check_digit(digits: str) -> str:
    """Return the check digit for some digits.

    >>> check_digit("572")
    '4'
    """
    state = 0
    for digit in digits:
        state = int(_DAMM_TABLE[state][int(digit)])
    return str(state)


def new_code() -> str:
    """Return a random query code."""
    body = f"{secrets.randbelow(10 ** (CODE_DIGITS - 1)):0{CODE_DIGITS - 1}d}"
    return body + check_digit(body)


def derive_code(token: str, turn: int = 0) -> str:
    """Return the code derived from a form's token and a counter (`turn`), which is increased if the code exists already."""
    raw = hmac.new(bytes.fromhex(keyed_digest("code", f"{token}/{turn}")), b"digits", hashlib.sha512).digest()
    body = f"{int.from_bytes(raw, 'big') % 10 ** (CODE_DIGITS - 1):0{CODE_DIGITS - 1}d}"
    return body + check_digit(body)


def format_code(code: str) -> str:
    """Return a query code in groups for reading.

    >>> format_code("1234567890123456")
    '1234 5678 9012 3456'
    """
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(text: str) -> str | None:
    """Return the 16 digits of a typed code; None if the length or the check digit is wrong."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text[:100]))
    if len(digits) != CODE_DIGITS or check_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def digest_code(code: str) -> str:
    """Return the stored digest of a code."""
    return keyed_digest("query code", code)


def digest_missing_code(matter: str) -> str:
    """Return the digest in place of the code of a matter that has none; the row carries the date of erasure."""
    return keyed_digest("no code", matter)


def digest_last_digits(code: str, last: str) -> str:
    """Return the stored digest of the last four digits, salted with the code."""
    return keyed_digest("second", f"{code}/{last}")


#: Refusal of a code that has wrong digits.
MALFORMED_CODE_ERROR = "查询码有误：应为16位数字（不是编号），请逐位核对。"
#: Refusal of an unknown code, a wrong second key or a revoked code; it does not tell which.
CODE_NOT_FOUND_ERROR = "没有查到。请核对查询码；提交时留了证件号码的，还要填写其后四位；没有留证件号码、留了联系电话的，填电话号码的后四位。"
#: Refusal of an address after too many failures.
TOO_MANY_FAILURES_ERROR = "查询失败次数过多，请一小时后再试，或者拨打承办单位的电话查询。"
_PASS_SIGNER = signing.TimestampSigner(salt="gongkai.intake.pass")
# Seconds for which the page of a matter can be used before the code is asked again.
PASS_LIFETIME_SECONDS = 1800
_EMPTY_DIGEST = "0" * 64


@dataclass(frozen=True)
class OpenedMatter:
    """The result of opening: the name of the matter, or the Chinese `reason` against it; `secret` decrypts sealed
    replies."""

    matter: str = ""
    reason: str = ""
    secret: str = ""


def open_matter(text: str, second: str, address: str) -> OpenedMatter:
    """Return the matter of a query code, or the reason in Chinese if it is wrong or too many were tried.

    Args:
        text: the typed code.
        second: the typed second key.
        address: the client address (`throttle.client_address`).
    """
    if WRONG_CODES_LIMIT.full(address):
        return OpenedMatter(reason=TOO_MANY_FAILURES_ERROR)
    code = read_code(text)
    if code is None:
        return OpenedMatter(reason=MALFORMED_CODE_ERROR)
    digest = digest_code(code)
    if WRONG_SECOND_KEYS_LIMIT.full(digest):
        return OpenedMatter(reason=TOO_MANY_FAILURES_ERROR)
    row = QueryCode.objects.filter(digest=digest).first()
    # Everything is computed even without a row, and compared in constant time.
    typed_digest = digest_last_digits(code, last_four(second[:40]))
    stored_digest = row.second_digest if row else _EMPTY_DIGEST
    is_right = hmac.compare_digest(typed_digest, stored_digest or typed_digest)
    if row is None or row.revoked_at or not is_right:
        WRONG_CODES_LIMIT.hit(address)
        WRONG_SECOND_KEYS_LIMIT.hit(digest)
        return OpenedMatter(reason=CODE_NOT_FOUND_ERROR)
    second_key = last_four(second[:40]) if row.second_digest else ""
    return OpenedMatter(matter=row.matter, secret=join_code_and_second_key(code, second_key))


def has_second_key(matter: str) -> bool:
    """Return true if the valid code of a matter has a second key."""
    return QueryCode.objects.filter(matter=matter, revoked_at=None).exclude(second_digest="").exists()


def is_anonymous(matter: str) -> bool:
    """Return true if the asker left no particulars, so that the query code alone gives access."""
    return not Party.objects.filter(matter=matter).exists()


def make_pass(matter: str) -> str:
    """Return a signed, short-lived token that the page of an opened matter sends instead of the code."""
    return _PASS_SIGNER.sign(f"{matter}|{_get_code_mark(matter)}")


def read_pass(token: str) -> str:
    """Return the matter of a pass; "" if it is invalid, expired or the code was revoked."""
    try:
        matter, _, code_mark = _PASS_SIGNER.unsign(token, max_age=PASS_LIFETIME_SECONDS).rpartition("|")
    except signing.BadSignature:
        return ""
    return matter if matter and hmac.compare_digest(code_mark, _get_code_mark(matter)) else ""


def _get_code_mark(matter: str) -> str:
    """Return a mark that changes when the code of a matter is renewed or revoked; "-" without a code."""
    row = QueryCode.objects.filter(matter=matter).first()
    return (
        "-" if row is None or row.digest == digest_missing_code(matter) else "x" if row.revoked_at else row.digest[:16]
    )
