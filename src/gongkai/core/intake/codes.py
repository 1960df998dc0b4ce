"""Query codes: sixteen digits with a check digit, grouped in fours.

Fifteen random digits are fifty bits; with the limits of `opening` a code cannot be guessed. Only a
keyed digest is stored. A code is derived from the form's token, so that a repeated submission gets
the same one.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata

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
    """Return a random code."""
    body = f"{secrets.randbelow(10 ** (CODE_DIGITS - 1)):0{CODE_DIGITS - 1}d}"
    return body + check_digit(body)


def code_of(token: str, turn: int = 0) -> str:
    """Return the code derived from a form's token; increase `turn` for the next one if a code is taken."""
    raw = hmac.new(bytes.fromhex(keyed_digest("code", f"{token}/{turn}")), b"digits", hashlib.sha512).digest()
    body = f"{int.from_bytes(raw, 'big') % 10 ** (CODE_DIGITS - 1):0{CODE_DIGITS - 1}d}"
    return body + check_digit(body)


def format_code(code: str) -> str:
    """Return a code grouped for reading.

    >>> format_code("1234567890123456")
    '1234 5678 9012 3456'
    """
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(text: str) -> str | None:
    """Parse a typed code; None if a digit is wrong, missing or swapped."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text[:100]))
    if len(digits) != CODE_DIGITS or check_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def digest_of(code: str) -> str:
    """Return the stored digest of a code."""
    return keyed_digest("query code", code)


def second_digest(code: str, last: str) -> str:
    """Return the stored digest of the last four digits, salted with the code."""
    return keyed_digest("second", f"{code}/{last}")
