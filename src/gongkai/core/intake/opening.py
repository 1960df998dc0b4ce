"""Open a matter with its query code, with constant timing for all failures."""

import hmac
from dataclasses import dataclass

from django.core import signing

from gongkai.core.intake.codes import digest_of, read_code, second_digest
from gongkai.core.intake.models import Party, QueryCode
from gongkai.core.intake.sealed import join_code_and_second_key
from gongkai.core.intake.spelling import last_four
from gongkai.core.intake.throttle import WRONG_CODES_LIMIT, WRONG_SECOND_KEYS_LIMIT

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
    """The result of opening: the matter or a reason; `secret` opens sealed replies."""

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
    digest = digest_of(code)
    if WRONG_SECOND_KEYS_LIMIT.full(digest):
        return OpenedMatter(reason=TOO_MANY_FAILURES_ERROR)
    row = QueryCode.objects.filter(digest=digest).first()
    # Everything is computed even without a row, and compared in constant time.
    given = second_digest(code, last_four(second[:40]))
    asked = row.second_digest if row else _EMPTY_DIGEST
    right = hmac.compare_digest(given, asked or given)
    if row is None or row.revoked_at or not right:
        WRONG_CODES_LIMIT.hit(address)
        WRONG_SECOND_KEYS_LIMIT.hit(digest)
        return OpenedMatter(reason=CODE_NOT_FOUND_ERROR)
    last = last_four(second[:40]) if row.second_digest else ""
    return OpenedMatter(matter=row.matter, secret=join_code_and_second_key(code, last))


def has_second_key(matter: str) -> bool:
    """Return true if the valid code of a matter has a second key."""
    return QueryCode.objects.filter(matter=matter, revoked_at=None).exclude(second_digest="").exists()


def is_anonymous(matter: str) -> bool:
    """Return true if the asker left no particulars, so that the query code alone gives access."""
    return not Party.objects.filter(matter=matter).exists()


def pass_for(matter: str) -> str:
    """Return a signed, short-lived pass that the page of an opened matter sends in place of the
    code."""
    return _PASS_SIGNER.sign(f"{matter}|{_get_code_mark(matter)}")


def matter_of_pass(token: str) -> str:
    """Return the matter of a pass; "" if it is invalid, expired or the code was revoked."""
    try:
        matter, _, mark = _PASS_SIGNER.unsign(token, max_age=PASS_LIFETIME_SECONDS).rpartition("|")
    except signing.BadSignature:
        return ""
    return matter if matter and hmac.compare_digest(mark, _get_code_mark(matter)) else ""


def _get_code_mark(matter: str) -> str:
    row = QueryCode.objects.filter(matter=matter).first()
    return "-" if row is None else "x" if row.revoked_at else row.digest[:16]
