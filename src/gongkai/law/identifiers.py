"""Checks of identity numbers (GB 11643) and unified social credit codes (GB 32100)."""

import re
from dataclasses import dataclass
from datetime import date

from gongkai.law.values import today as current_day

#: Province-level codes of GB/T 2260, the first two digits of an identity number.
PROVINCES = frozenset(
    f"{region}{n}" for region, count in {1: 5, 2: 3, 3: 7, 4: 6, 6: 5}.items() for n in range(1, count + 1)
) | {"50", "51", "52", "53", "54", "71", "81", "82"}
_ID = re.compile(r"[0-9]{17}[0-9Xx]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"

#: GB 32100: digits and capitals without I, O, S, V, Z.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CLASS = f"[{_ALPHABET}{_ALPHABET[10:].lower()}]"
_CREDIT = re.compile(rf"{_CLASS}{{2}}[0-9]{{6}}{_CLASS}{{10}}")
_CREDIT_WEIGHTS = tuple(pow(3, n, 31) for n in range(17))
_VALUE = {letter: value for value, letter in enumerate(_ALPHABET)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an identifier is valid, and the first thing wrong with it (`ok` if none)."""

    valid: bool
    why: str


def _verdict(why: str) -> Verdict:
    return Verdict(why == "ok", why)


def check_id(text: str, today: date | None = None) -> Verdict:
    """Check an 18-digit identity number as given: no trimming, small x read as X.

    Args:
        text: the number.
        today: the day after which nobody is born yet; the current day by default.

    Returns:
        `why`: ``form``, ``region``, ``birth_date``, ``check`` or ``ok``, the first that applies.
    """
    if _ID.fullmatch(text) is None:
        return _verdict("form")
    if text[:2] not in PROVINCES:
        return _verdict("region")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return _verdict("birth_date")
    if born > (today or current_day()):
        return _verdict("birth_date")
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _verdict("ok" if _ID_CHECK[total % 11] == text[17].upper() else "check")


def check_credit_code(text: str) -> Verdict:
    """Check a unified social credit code as given: no trimming, small letters read as capitals.

    Returns:
        `why`: ``form``, ``check`` or ``ok``. Region and authority codes are not looked up.
    """
    if _CREDIT.fullmatch(text) is None:
        return _verdict("form")
    values = [_VALUE[letter] for letter in text.upper()]
    total = sum(value * weight for value, weight in zip(values[:17], _CREDIT_WEIGHTS, strict=True))
    return _verdict("ok" if (31 - total % 31) % 31 == values[17] else "check")
