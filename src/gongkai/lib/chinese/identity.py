"""Check identity numbers (GB 11643) and unified social credit codes (GB 32100).

`check_identity_number` judges a resident's number as the standard has it. Whoever looks for numbers that lead to a person also counts those of the
same build that others hold (`REGION_CODES`): residence permits and the permanent residence card.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from gongkai.lib.chinese.days import today as current_day

#: Province-level codes of GB/T 2260, the first two digits of an identity number.
PROVINCE_CODES = frozenset(
    f"{region}{n}" for region, count in {1: 5, 2: 3, 3: 7, 4: 6, 6: 5}.items() for n in range(1, count + 1)
) | {"50", "51", "52", "53", "54", "71", "81", "82"}
#: The province codes, 83 (居住证 of residents from Taiwan) and 91 to 99 (the five-star card of foreign permanent
#: residents).
REGION_CODES = PROVINCE_CODES | {"83"} | {f"9{n}" for n in range(1, 10)}
_ID_NUMBER_RE = re.compile(r"[0-9]{17}[0-9Xx]")
_OLD_ID_NUMBER_RE = re.compile(r"[0-9]{15}")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"

#: GB 32100: digits and capitals without I, O, S, V, Z.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CHARACTER = f"[{CREDIT_ALPHABET}{CREDIT_ALPHABET[10:].lower()}]"
_CREDIT_CODE_RE = re.compile(rf"{_CREDIT_CHARACTER}{{2}}[0-9]{{6}}{_CREDIT_CHARACTER}{{10}}")
_CREDIT_WEIGHTS = tuple(pow(3, n, 31) for n in range(17))
_CREDIT_VALUES = {letter: value for value, letter in enumerate(CREDIT_ALPHABET)}


@dataclass(frozen=True, slots=True)
class IdentifierVerdict:
    """The check of an identifier; `why` is the code of the first error, "ok" if it is valid."""

    valid: bool
    why: str


def _make_verdict(reason: str) -> IdentifierVerdict:
    """Return the verdict for a reason code; only "ok" is valid."""
    return IdentifierVerdict(reason == "ok", reason)


def check_identity_number(
    text: str, today: date | None = None, *, regions: Collection[str] = PROVINCE_CODES
) -> IdentifierVerdict:
    """Check an 18-digit identity number as given: no trimming, small x read as X.

    Args:
        text: the number.
        today: the day after which nobody is born yet; the current day by default.
        regions: accepted first two digits.

    Returns:
        `why`: ``form``, ``region``, ``birth_date``, ``check`` or ``ok``, the first that applies.
    """
    if _ID_NUMBER_RE.fullmatch(text) is None:
        return _make_verdict("form")
    if text[:2] not in regions:
        return _make_verdict("region")
    born = _make_date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    if born is None or born > (today or current_day()):
        return _make_verdict("birth_date")
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _make_verdict("ok" if _ID_CHECK[total % 11] == text[17].upper() else "check")


def looks_like_identity_number(text: str) -> bool:
    """Return whether 18 characters are an ID number except perhaps for the check digit."""
    return check_identity_number(text, regions=REGION_CODES).why in ("ok", "check")


def is_old_identity_number(text: str) -> bool:
    """Return whether 15 digits are a first-generation ID number (GB 11643—1989)."""
    if _OLD_ID_NUMBER_RE.fullmatch(text) is None or text[:2] not in PROVINCE_CODES or text[0] == "8":
        return False
    return _make_date(1900 + int(text[6:8]), int(text[8:10]), int(text[10:12])) is not None


def _make_date(year: int, month: int, day: int) -> date | None:
    """Return the date, or None if there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def check_credit_code(text: str) -> IdentifierVerdict:
    """Check a unified social credit code as given: no trimming, small letters read as capitals.

    Returns:
        `why`: ``form``, ``check`` or ``ok``. Region and authority codes are not looked up.
    """
    if _CREDIT_CODE_RE.fullmatch(text) is None:
        return _make_verdict("form")
    values = [_CREDIT_VALUES[letter] for letter in text.upper()]
    total = sum(value * weight for value, weight in zip(values[:17], _CREDIT_WEIGHTS, strict=True))
    return _make_verdict("ok" if (31 - total % 31) % 31 == values[17] else "check")
