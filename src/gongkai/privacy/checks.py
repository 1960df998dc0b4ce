"""Check digits of the identifiers: pure functions, each with its standard.

`gongkai.law` has its own for the forms it validates; rooms of the ground floor do not know each other.
"""

from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
#: First two digits of the administrative division (GB/T 2260); 81-83 are the residence permits of
#: Hong Kong, Macao and Taiwan residents, 9x the new permanent residence card of foreigners.
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
        "92",
        "93",
        "94",
        "95",
        "96",
        "97",
        "98",
        "99",
    ]
)


def is_date(year: int, month: int, day: int) -> bool:
    """Return whether the three numbers name a day of the calendar."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def id18_shape(number: str) -> bool:
    """Return whether 18 characters have an ID number's region and birth date (GB 11643), check digit aside."""
    if len(number) != 18 or number[:2] not in _PROVINCES:
        return False
    if not number[:17].isdigit() or not (number[17].isdigit() or number[17] == "X"):
        return False
    year = int(number[6:10])
    return 1880 <= year <= 2099 and is_date(year, int(number[10:12]), int(number[12:14]))


def id18_ok(number: str) -> bool:
    """Return whether an 18-character ID number is right in region, date and check digit (GB 11643)."""
    if not id18_shape(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == number[17]


def id15_ok(number: str) -> bool:
    """Return whether 15 digits have an old ID number's region and birth date (19yy; no check digit)."""
    if len(number) != 15 or not number.isdigit() or number[:2] not in _PROVINCES or number[0] in "89":
        return False
    return is_date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))


def credit_ok(code: str) -> bool:
    """Return whether 18 characters are a unified social credit code (GB 32100)."""
    if len(code) != 18 or any(char not in _CREDIT_ALPHABET for char in code):
        return False
    total = sum(
        _CREDIT_ALPHABET.index(char) * weight for char, weight in zip(code, _CREDIT_WEIGHTS, strict=False)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17]


def luhn_ok(number: str) -> bool:
    """Return whether the digits pass the Luhn check (ISO/IEC 7812-1), as bank cards do."""
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char)
        if place % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0
