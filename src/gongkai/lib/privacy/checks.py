"""Validate dates and Luhn check digits. For ID numbers see `gongkai.lib.chinese.identity`."""

from datetime import date


def is_date(year: int, month: int, day: int) -> bool:
    """Return whether year, month and day form a valid date."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def passes_luhn_check(number: str) -> bool:
    """Return whether the digits pass the Luhn check (ISO/IEC 7812-1), as bank cards do."""
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char)
        if place % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0
