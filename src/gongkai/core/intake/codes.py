"""Query codes: sixteen digits, the last of them a check digit, written in fours so that a phone's number pad is enough.

Fifteen random digits are fifty bits; with the limits of `opening` nobody finds one by trying. Only a keyed digest is stored. A code is
computed from the form's token, so that whoever lost the connection and sends again gets the same one.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata

from gongkai.core.vault.sealing import keyed_digest

#: Damm's quasigroup of order 10: its check digit finds every single wrong digit and every two neighbours that changed places.
_DAMM = (
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
LENGTH = 16


def check_digit(digits: str) -> str:
    """Return the check digit behind some digits.

    >>> check_digit("572")
    '4'
    """
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def new_code() -> str:
    """Return a code that nobody can guess."""
    body = f"{secrets.randbelow(10 ** (LENGTH - 1)):0{LENGTH - 1}d}"
    return body + check_digit(body)


def code_of(token: str, turn: int = 0) -> str:
    """Return the code that belongs to a form's token. `turn` counts up where another matter has it already."""
    raw = hmac.new(bytes.fromhex(keyed_digest("code", f"{token}/{turn}")), b"digits", hashlib.sha512).digest()
    body = f"{int.from_bytes(raw, 'big') % 10 ** (LENGTH - 1):0{LENGTH - 1}d}"
    return body + check_digit(body)


def shown(code: str) -> str:
    """Return a code as people read it.

    >>> shown("1234567890123456")
    '1234 5678 9012 3456'
    """
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(text: str) -> str | None:
    """Return a code from what somebody typed; None where it can be none (a digit is wrong, missing or in another's place)."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text[:100]))
    if len(digits) != LENGTH or check_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def digest_of(code: str) -> str:
    """Return what is stored of a code."""
    return keyed_digest("query code", code)


def second_digest(code: str, last: str) -> str:
    """Return what is stored of the last four, together with the code, so that equal ones look different."""
    return keyed_digest("second", f"{code}/{last}")
