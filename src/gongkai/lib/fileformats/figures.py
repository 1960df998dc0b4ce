"""Convert spreadsheet numbers as displayed: percentages with sign, 15 significant digits."""

import re
from decimal import Decimal

#: Text in a number's format that is shown as it stands ("…", \% ), and colours or conditions in brackets.
_FORMAT_LITERAL_RE = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')


def round_to_fifteen_digits(value: float) -> Decimal:
    """Return a number with the 15 digits that a spreadsheet stores, without binary noise.

    >>> round_to_fifteen_digits(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(f"{float(value):.15g}")


class Percent(float):
    """A number displayed as a percentage: 0.0285 as 2.85%."""

    def __str__(self) -> str:
        return f"{(round_to_fifteen_digits(self) * 100).normalize():f}%"


def is_percent(number_format: str) -> bool:
    """Return true if a number format displays percentages.

    >>> is_percent("0.00%"), is_percent('0.00"%"'), is_percent("General")
    (True, False, False)
    """
    return "%" in _FORMAT_LITERAL_RE.sub("", number_format or "")


def get_displayed_value(value: object, number_format: str) -> object:
    """Return a cell's value as its format displays it, if that changes the meaning."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and is_percent(number_format):
        return Percent(value)
    return value
